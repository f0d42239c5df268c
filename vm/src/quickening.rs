//! Quickening: when code is warm its instructions become adaptive forms, superinstructions and quick forms, in place.

use quicken_bytecode::Opcode;
use quicken_specializer::check::{check_miss, check_warm};
use quicken_specializer::quickening::{Units, quicken};
use quicken_specializer::{
    CodeId, Miss, MissAction, MissCounter, MissDecision, Site, WarmAction, WarmDecision, Warmup,
};
use quicken_stats::{Counts, Recorder};

use crate::Vm;
use crate::error::PyResult;
use crate::handlers::BASE;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::state::Flow;

/// A code object's live units.
struct LiveUnits(Gc<Code>);

impl Units for LiveUnits {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize) -> u16 {
        self.0.unit(index)
    }

    fn set(&mut self, index: usize, unit: u16) {
        self.0.set_unit(index, unit);
    }
}

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
        let answer = self.ask(|strategy| strategy.warm(&warmup));
        let checked = answer.and_then(|decision| match check_warm(&decision) {
            Ok(()) => Ok(decision),
            Err(misfit) => Err(self.refusal(code, None, &misfit, decision.reason)),
        });
        let WarmDecision { action, reason } = match checked {
            Ok(decision) => decision,
            Err(message) => {
                self.refuse_soon(message);
                WarmDecision::never("")
            }
        };
        let answer = match action {
            WarmAction::Quicken(_) => "quicken",
            WarmAction::Wait(_) => "wait",
            WarmAction::Never => "never",
        };
        tracing::debug!(
            target: "specialize",
            event = answer,
            code = %code.qualname.to_string_lossy(),
            units = code.len(),
            reason,
        );
        match action {
            WarmAction::Quicken(quickening) => {
                code.warmup.set(SETTLED);
                quicken(&mut LiveUnits(code), &quickening, self.tuning.initial);
            }
            WarmAction::Wait(executions) => code.warmup.set(-i32::from(executions)),
            WarmAction::Never => code.warmup.set(SETTLED),
        }
    }

    /// The eval breaker: what must not happen in the middle of an instruction.
    pub(crate) fn breakpoint(&mut self) -> PyResult<Flow> {
        if self.heap.eval_breaker.get() { self.handle_eval_breaker() } else { Ok(Flow::Continue) }
    }

    #[cold]
    fn handle_eval_breaker(&mut self) -> PyResult<Flow> {
        if self.native_depth == 1 {
            let requested = self.gc.requested.take();
            if let Some(request) = requested {
                self.begin_requested_collection(request);
            }
            self.heap.safepoint();
            let finalizes = self.heap.has_finalizable();
            if finalizes {
                self.run_finalizers();
            }
            if let Some(request) = requested {
                self.end_requested_collection(request, finalizes);
            }
        } else {
            // Native frames lie between this loop and the outermost one: that one will collect, with exact roots, unless
            // allocation runs so far ahead that the heap helps itself.
            self.heap.eval_breaker.set(false);
            self.put_off_requested_collection();
        }
        self.pass_turn();
        if let Some(message) = self.refused.take() {
            return Err(self.runtime_error(message));
        }
        if crate::interrupt::is_pending() {
            self.handle_signals()?;
        }
        if self.heap.over_limit() {
            let ty = self.exc.MemoryError;
            return Err(self.raise(ty, ""));
        }
        if self.tracing.wanted != self.tracing.in_loop {
            // The loop ends; the other one goes on where it stands.
            self.tracing.switching = true;
            return Ok(Flow::Exit);
        }
        Ok(Flow::Continue)
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
        let counter = MissCounter(code.unit(index + 1)).missed();
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
        let miss = Miss { site: Site { code: CodeId(code.serial), offset: index as u32 }, form };
        let answer = self.ask(|strategy| strategy.missing(&miss));
        let checked = answer.and_then(|decision| match check_miss(&decision) {
            Ok(()) => Ok(decision),
            Err(misfit) => Err(self.refusal(code, Some((index, form)), &misfit, decision.reason)),
        });
        let MissDecision { action, reason } = match checked {
            Ok(decision) => decision,
            Err(message) => {
                self.refuse_soon(message);
                MissDecision::deoptimize(self.tuning.deoptimized, "")
            }
        };
        let event = match action {
            MissAction::Keep(_) => "keep",
            MissAction::Deoptimize(_) => "deopt",
        };
        tracing::debug!(
            target: "specialize",
            event,
            code = %code.qualname.to_string_lossy(),
            offset = index * 2,
            form = form.name(),
            reason,
        );
        match action {
            MissAction::Keep(misses) => code.set_unit(index + 1, misses.0),
            MissAction::Deoptimize(counter) => {
                let Some(family) = form.base().family() else { return };
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
