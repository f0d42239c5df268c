//! Between the strategy and live code: what a site looks like (an [`Observation`]) and what a decision does to it.
//!
//! One file per family describes that family's operands; this file asks the strategy and applies what it says: assigns the
//! versions that the decision demands, in CPython's order, writes the inline cache and rewrites the instruction. A slow
//! function `attempt` of each family stands behind the adaptive instruction when its counter has run out.

mod attributes;
pub(crate) mod binary_op;
pub(crate) mod binary_subscr;
pub(crate) mod call;
pub(crate) mod compare_op;
mod describe;
pub(crate) mod load_attr;
pub(crate) mod load_global;
pub(crate) mod load_method;
pub(crate) mod precall;
pub(crate) mod store_attr;
pub(crate) mod store_subscr;
pub(crate) mod unpack_sequence;

use std::panic::{AssertUnwindSafe, catch_unwind};

use quicken_bytecode::{Family, Opcode, cache};
use quicken_specializer::{
    Action, AdaptiveCounter, CacheContents, CodeId, Demand, DictOffset, Misfit, Observation, Operands, Site,
    Specialize, Strategy, Subject, check,
};
use quicken_stats::{Counts, Recorder};

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dictkeys::DictKeys;
use crate::objects::function::Function;
use crate::objects::typeobj::Type;
use crate::state::Flow;
use crate::value::Value;

/// What the demands of a decision refer to, kept beside the observation, which is plain data.
#[derive(Clone, Copy, Default)]
pub(crate) struct Subjects {
    /// The owner's type, or the container's.
    pub owner_type: Option<Gc<Type>>,
    /// The owner, when it is a class.
    pub owner_class: Option<Gc<Type>>,
    /// The keys that were looked at.
    pub owner_keys: Option<Gc<DictKeys>>,
    /// The function called.
    pub function: Option<Gc<Function>>,
    /// What was found on the type (`LOAD_METHOD`).
    pub found: Option<Value>,
}

/// An instruction whose counter has run out.
struct Attempt {
    code: Gc<Code>,
    index: usize,
    head: Opcode,
}

/// What an instruction finds, without asking the strategy: the instruction is the running one, of this family.
pub(crate) fn describe(vm: &mut Vm, family: Family, oparg: usize) -> (Operands, Subjects) {
    match family {
        Family::BinaryOp => binary_op::describe(vm, oparg),
        Family::BinarySubscr => binary_subscr::describe(vm, oparg),
        Family::Call => call::describe(vm, oparg),
        Family::CompareOp => compare_op::describe(vm, oparg),
        Family::LoadAttr => load_attr::describe(vm, oparg),
        Family::LoadGlobal => load_global::describe(vm, oparg),
        Family::LoadMethod => load_method::describe(vm, oparg),
        Family::Precall => precall::describe(vm, oparg),
        Family::StoreAttr => store_attr::describe(vm, oparg),
        Family::StoreSubscr => store_subscr::describe(vm, oparg),
        Family::UnpackSequence => unpack_sequence::describe(vm, oparg),
    }
}

impl Vm {
    /// Asks the strategy about the running instruction and does what it says; the instruction is then executed again.
    pub(crate) fn specialize(
        &mut self,
        head: Opcode,
        oparg: usize,
        operands: Operands,
        subjects: Subjects,
    ) -> PyResult<Flow> {
        let code = self.running_code();
        let index = code.unit_index(self.instruction);
        let observation = Observation {
            site: Site { code: CodeId(code.serial), offset: index as u32 },
            head,
            oparg: oparg as u32,
            counter: AdaptiveCounter::from_bits(code.unit(index + 1)),
            operands,
        };
        let decision = match self.ask(|strategy| strategy.specialize(&observation)) {
            Ok(decision) => decision,
            Err(message) => return Err(self.runtime_error(message)),
        };
        if let Err(misfit) = check(&observation, &decision) {
            let message = self.refusal(code, Some((index, head)), &misfit, decision.reason);
            return Err(self.runtime_error(message));
        }
        let attempt = Attempt { code, index, head };
        match decision.action {
            Action::Specialize(wanted) => self.apply(&attempt, &wanted, &subjects, decision.reason),
            Action::Fail { kind, counter } => self.fail(&attempt, kind, counter, decision.reason),
            Action::Never => {
                attempt.set_opcode(head);
                attempt.trace("never", head, decision.reason);
            }
        }
        Ok(Flow::Again)
    }

    /// Asks the strategy. It may be anybody's code: its panic must cost this run and not the process.
    pub(crate) fn ask<A>(&mut self, question: impl FnOnce(&mut dyn Strategy) -> A) -> Result<A, String> {
        let strategy = self.strategy.as_mut();
        catch_unwind(AssertUnwindSafe(|| question(strategy)))
            .map_err(|_| format!("the strategy '{}' panicked", self.strategy.name()))
    }

    /// What to say of an answer that does not fit.
    pub(crate) fn refusal(
        &self,
        code: Gc<Code>,
        at: Option<(usize, Opcode)>,
        misfit: &Misfit,
        reason: &'static str,
    ) -> String {
        let name = self.strategy.name();
        let site = code.qualname.to_string_lossy();
        let at = at.map_or_else(String::new, |(index, opcode)| format!(" at {} ({opcode})", index * 2));
        format!("the strategy '{name}' was refused in {site}{at}: {misfit}; its reason was '{reason}'")
    }

    /// Raises a refusal where no error can be returned: at the next safepoint.
    pub(crate) fn refuse_soon(&mut self, message: String) {
        self.refused = Some(message);
        self.heap.eval_breaker.set(true);
    }

    fn fail(
        &mut self,
        attempt: &Attempt,
        kind: Option<quicken_specializer::FailureKind>,
        counter: AdaptiveCounter,
        reason: &'static str,
    ) {
        attempt.code.set_unit(attempt.index + 1, counter.bits());
        self.count_failure(attempt.head, kind.map(|k| k.0));
        attempt.trace("failure", attempt.head, reason);
    }

    fn apply(&mut self, attempt: &Attempt, wanted: &Specialize, subjects: &Subjects, reason: &'static str) {
        let mut versions = [0u32; 2];
        for (place, demand) in versions.iter_mut().zip(wanted.cache.demands()) {
            match self.meet(&demand, subjects) {
                Ok(version) => *place = version,
                Err(kind) => return self.fail(attempt, kind, wanted.otherwise, reason),
            }
        }
        attempt.write_cache(&wanted.cache, versions, subjects);
        if let CacheContents::Getitem { .. } = wanted.cache
            && let (Some(ty), Some(function)) = (subjects.owner_type, subjects.function)
        {
            ty.getitem.set(function.into());
        }
        attempt.code.set_unit(attempt.index + 1, wanted.counter.0);
        attempt.set_opcode(wanted.form);
        self.count(|c| Counts::success(c, attempt.head));
        attempt.trace("specialize", wanted.form, reason);
    }

    /// Puts a form where nobody asked the strategy: for a recording, which is none the wiser if a version cannot be had.
    pub(crate) fn apply_at(
        &mut self,
        code: Gc<Code>,
        index: usize,
        head: Opcode,
        wanted: &Specialize,
        subjects: &Subjects,
    ) {
        self.apply(&Attempt { code, index, head }, wanted, subjects, "it records faster");
    }

    /// The version that a form's guard will compare, assigned now if there is none; or the failure kind to count.
    fn meet(&mut self, demand: &Demand, subjects: &Subjects) -> Result<u32, Option<quicken_specializer::FailureKind>> {
        let version = match demand.of {
            Subject::OwnerType => subjects.owner_type.map_or(0, |ty| self.type_version(ty)),
            Subject::OwnerClass => subjects.owner_class.map_or(0, |ty| self.type_version(ty)),
            Subject::OwnerKeys => subjects.owner_keys.map_or(0, |keys| self.keys_version(keys)),
            Subject::GlobalsKeys => {
                let keys = self.running_globals().keys();
                self.keys_version(keys)
            }
            Subject::BuiltinsKeys => {
                let keys = self.running_function().builtins.get().keys();
                self.keys_version(keys)
            }
            Subject::Function => subjects.function.map_or(0, |f| self.function_version(f)),
        };
        if version == 0 {
            Err(demand.exhausted)
        } else if version > demand.at_most {
            Err(demand.too_large)
        } else {
            Ok(version)
        }
    }

    /// The type's version tag, or 0 when there are no more.
    fn type_version(&mut self, ty: Gc<Type>) -> u32 {
        if self.assign_type_version(ty) { ty.version.get() } else { 0 }
    }

    /// The function object's version, or 0 when there are no more (`_PyFunction_GetVersionForCurrentState`).
    pub(crate) fn function_version(&mut self, function: Gc<Function>) -> u32 {
        if function.version.get() == 0 && self.next_function_version != 0 {
            function.version.set(self.next_function_version);
            self.next_function_version = self.next_function_version.wrapping_add(1);
        }
        function.version.get()
    }
}

impl Attempt {
    fn set_opcode(&self, opcode: Opcode) {
        let unit = self.code.unit(self.index);
        self.code.set_unit(self.index, unit & 0xff00 | opcode as u16);
    }

    fn write_u32(&self, at: usize, value: u32) {
        self.code.set_unit(self.index + 1 + at, value as u16);
        self.code.set_unit(self.index + 2 + at, (value >> 16) as u16);
    }

    fn write_u16(&self, at: usize, value: u16) {
        self.code.set_unit(self.index + 1 + at, value);
    }

    /// Writes the cache behind its counter. That the contents are those of the form has been checked.
    fn write_cache(&self, contents: &CacheContents, versions: [u32; 2], subjects: &Subjects) {
        match *contents {
            CacheContents::None => {}
            CacheContents::Attr { index, .. } => {
                self.write_u32(cache::load_attr::VERSION, versions[0]);
                self.write_u16(cache::load_attr::INDEX, index);
            }
            CacheContents::Method { keys_version, dict_offset, .. } => {
                let (keys, ty) = if keys_version.is_some() { (versions[0], versions[1]) } else { (0, versions[0]) };
                self.write_u32(cache::load_method::TYPE_VERSION, ty);
                self.write_u32(cache::load_method::KEYS_VERSION, keys);
                let offset = match dict_offset {
                    DictOffset::Unused => 0,
                    DictOffset::Managed => u16::MAX,
                    DictOffset::At(offset) => offset,
                };
                self.write_u16(cache::load_method::DICT_OFFSET, offset);
                let bits = subjects.found.map_or(Value::NULL.bits(), Value::bits);
                self.write_u32(cache::load_method::DESCR, bits as u32);
                self.write_u32(cache::load_method::DESCR + 2, (bits >> 32) as u32);
            }
            CacheContents::Global { index, .. } => {
                self.write_u16(cache::load_global::INDEX, index);
                self.write_u32(cache::load_global::MODULE_KEYS_VERSION, versions[0]);
                self.write_u16(cache::load_global::BUILTIN_KEYS_VERSION, versions[1] as u16);
            }
            CacheContents::Getitem { .. } => {
                self.write_u32(cache::binary_subscr::TYPE_VERSION, versions[0]);
                self.write_u16(cache::binary_subscr::FUNC_VERSION, versions[1] as u16);
            }
            CacheContents::Compare { mask } => self.write_u16(cache::compare_op::MASK, mask),
            CacheContents::Call { min_args, .. } => {
                self.write_u32(cache::call::FUNC_VERSION, versions[0]);
                self.write_u16(cache::call::MIN_ARGS, min_args);
            }
        }
    }

    /// Tells those who watch.
    fn trace(&self, event: &'static str, opcode: Opcode, reason: &'static str) {
        tracing::debug!(
            target: "specialize",
            event,
            code = %self.code.qualname.to_string_lossy(),
            offset = self.index * 2,
            form = opcode.name(),
            reason,
        );
    }
}
