//! Quickening: when code is warm its instructions become adaptive forms, superinstructions and quick forms, in place.

use quicken_bytecode::Opcode;
use quicken_specializer::{CodeId, Quickening, WarmDecision, Warmup};
use quicken_stats::{Counts, Recorder};

use crate::Vm;
use crate::error::PyResult;
use crate::handlers::BASE;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::state::Flow;

/// [`Code::warmup`] of code that is never asked about again.
const SETTLED: i32 = i32::MAX;

impl Vm {
    /// What a new code object's warm-up counter starts with.
    pub(crate) fn initial_warmup(&self) -> i32 {
        self.tuning.warmup.map_or(SETTLED, |executions| -i32::from(executions))
    }

    /// Counts one execution of `RESUME` or `JUMP_BACKWARD`; at zero the strategy is asked whether the code is warm.
    /// (`_PyCode_Warmup`)
    pub(crate) fn warm_up(&mut self) {
        let code = self.running_code();
        let count = code.warmup.get();
        if count == SETTLED {
            return;
        }
        code.warmup.set(count + 1);
        if count + 1 == 0 {
            self.ask_warm(code);
        }
    }

    #[cold]
    fn ask_warm(&mut self, code: Gc<Code>) {
        let warmup = Warmup {
            code: CodeId(code.serial),
            asked: code.asked.get(),
            units: code.len() as u32,
            flags: code.flags.bits(),
        };
        code.asked.set(warmup.asked + 1);
        match self.strategy.warm(&warmup) {
            WarmDecision::Quicken(quickening) => {
                code.warmup.set(SETTLED);
                self.quicken(code, &quickening);
            }
            WarmDecision::Wait(executions) => code.warmup.set(-i32::from(executions.max(1))),
            WarmDecision::Never => code.warmup.set(SETTLED),
        }
    }

    /// Rewrites a code object, as `_PyCode_Quicken`: linearly, blind to jump targets, the earlier unit of a pair first.
    fn quicken(&mut self, code: Gc<Code>, quickening: &Quickening) {
        tracing::debug!(
            target: "specialize",
            event = "quicken",
            code = %code.qualname.to_string_lossy(),
            units = code.len(),
        );
        let initial = self.tuning.initial.bits();
        let mut previous: Option<Opcode> = None;
        let mut index = 0;
        while index < code.len() {
            let unit = code.unit(index);
            let Some(opcode) = Opcode::from_u8(BASE[usize::from(unit as u8)]) else {
                index += 1;
                continue;
            };
            let caches = opcode.cache_units();
            let set = |at: usize, opcode: Opcode| {
                code.set_unit(at, code.unit(at) & 0xff00 | opcode as u16);
            };
            if let Some(family) = opcode.family() {
                if quickening.families.contains(family) {
                    set(index, family.adaptive());
                    code.set_unit(index + 1, initial);
                }
                previous = None;
                index += 1 + caches;
                continue;
            }
            match opcode {
                Opcode::JUMP_BACKWARD if quickening.quick_forms => set(index, Opcode::JUMP_BACKWARD_QUICK),
                Opcode::RESUME if quickening.quick_forms => set(index, Opcode::RESUME_QUICK),
                Opcode::EXTENDED_ARG if quickening.quick_forms => set(index, Opcode::EXTENDED_ARG_QUICK),
                _ => {
                    if let Some(pair) = previous.and_then(|first| Opcode::fuse(first, opcode))
                        && quickening.superinstructions.contains(pair)
                    {
                        set(index - 1, pair);
                    }
                }
            }
            previous = Some(opcode);
            index += 1 + caches;
        }
    }

    /// The eval breaker: what must not happen in the middle of an instruction.
    pub(crate) fn breakpoint(&mut self) -> PyResult<Flow> {
        if self.heap.eval_breaker.get() {
            self.handle_eval_breaker()?;
        }
        Ok(Flow::Continue)
    }

    #[cold]
    fn handle_eval_breaker(&mut self) -> PyResult<()> {
        if self.native_depth == 1 {
            self.heap.safepoint();
            if self.heap.has_finalizable() {
                self.run_finalizers();
            }
        } else {
            // Native frames lie between this loop and the outermost one: that one will collect, with exact roots, unless
            // allocation runs so far ahead that the heap helps itself.
            self.heap.eval_breaker.set(false);
        }
        if crate::interrupt::take() {
            let ty = self.exc.KeyboardInterrupt;
            return Err(self.raise_with(ty, &[]));
        }
        if self.heap.over_limit() {
            let ty = self.exc.MemoryError;
            return Err(self.raise(ty, ""));
        }
        Ok(())
    }

    /// Counts a miss of the specialized instruction at `pc` and asks the strategy when its misses are used up. Answers the
    /// generic instruction.
    #[cold]
    #[inline(never)]
    pub(crate) fn note_miss<R: Recorder>(&mut self, pc: *const u16, opcode: u8) -> u8 {
        let base = BASE[usize::from(opcode)];
        let Some(form) = Opcode::from_u8(opcode) else { return base };
        R::miss(&mut self.counters, form);
        let code = self.running_code();
        let index = code.unit_index(pc);
        let counter = quicken_specializer::MissCounter(code.unit(index + 1)).missed();
        code.set_unit(index + 1, counter.0);
        if tracing::enabled!(target: "specialize", tracing::Level::TRACE) {
            trace_miss(code, index, form);
        }
        if counter.is_used_up() {
            self.misses_used_up::<R>(code, index, form);
        }
        base
    }

    fn misses_used_up<R: Recorder>(&mut self, code: Gc<Code>, index: usize, form: Opcode) {
        let site = quicken_specializer::Site { code: CodeId(code.serial), offset: index as u32 };
        match self.strategy.missing(&quicken_specializer::Miss { site, form }) {
            quicken_specializer::MissDecision::Keep(misses) => code.set_unit(index + 1, misses.0.max(1)),
            quicken_specializer::MissDecision::Deoptimize(counter) => {
                let Some(family) = form.base().family() else { return };
                tracing::debug!(
                    target: "specialize",
                    event = "deopt",
                    code = %code.qualname.to_string_lossy(),
                    offset = index * 2,
                    form = form.name(),
                );
                code.set_unit(index, code.unit(index) & 0xff00 | family.adaptive() as u16);
                code.set_unit(index + 1, counter.bits());
                R::deopt(&mut self.counters, form);
            }
        }
    }

    /// Recording, where it is not a type parameter.
    #[inline]
    pub(crate) fn count(&mut self, f: impl FnOnce(&mut quicken_stats::Counters)) {
        if self.recording {
            f(&mut self.counters);
        }
    }

    /// Counts a failed attempt.
    pub(crate) fn count_failure(&mut self, head: Opcode, kind: Option<u8>) {
        self.count(|c| Counts::failure(c, head, kind));
    }
}

/// Out of line, for the sake of the misses that nobody watches.
#[cold]
#[inline(never)]
fn trace_miss(code: Gc<Code>, index: usize, form: Opcode) {
    tracing::trace!(
        target: "specialize",
        event = "miss",
        code = %code.qualname.to_string_lossy(),
        offset = index * 2,
        form = form.name(),
    );
}
