//! Specialized forms as a means of recording quickly.
//!
//! A form may stand at a site while it is recorded only if whatever passes its guards has the shape that the site saw last. If it does other
//! instructions' work as well that is recorded itself, that work must be the same each time: the jump behind a comparison needs no recording,
//! and the `CALL` behind a `PRECALL` of native code finds what that has found.

#![expect(unsafe_code, reason = "the counter stands in the code unit behind the instruction")]

use quicken_bytecode::{Family, Opcode, cache};
use quicken_specializer::families::decide;
use quicken_specializer::{AdaptiveCounter, Build, CodeId, MissCounter, Observation, Site, Specialize};

use super::Watcher;
use crate::Vm;
use crate::handlers::{BASE, CALLED_UNITS};
use crate::object::Gc;
use crate::objects::code::Code;
use crate::specialize::describe;

/// What a counter has counted when it begins anew.
const FULL: i64 = 1 << u16::BITS;

impl Vm {
    /// A specialized form is executed: one more of the run that goes on, unless its guards fail.
    #[inline(always)]
    pub(super) fn record_form(&mut self, pc: *const u16) {
        let counter = pc.wrapping_add(1).cast_mut();
        // SAFETY: a specialized instruction has a cache, whose first unit is its counter; live code may be written.
        let count = unsafe { (*counter).wrapping_add(1) };
        // SAFETY: as above.
        unsafe { *counter = count };
        if count == 0 {
            self.record_many(pc);
        }
    }

    /// The counter of a site was full and begins anew.
    #[cold]
    #[inline(never)]
    fn record_many(&mut self, pc: *const u16) {
        let code = self.running_code();
        let unit = code.unit_index(pc);
        let form = code.unit(unit) as u8;
        if let Some(Watcher::Recorder(recorder)) = self.watcher.as_deref_mut() {
            recorder.add_executions(&self.heap, code, unit, form, FULL);
        }
    }

    /// A form has missed: the generic instruction comes back, which records what it finds. Answers the generic instruction.
    #[inline(never)]
    pub(crate) fn record_miss(&mut self, pc: *const u16, opcode: u8) -> u8 {
        let code = self.running_code();
        let unit = code.unit_index(pc);
        let base = BASE[usize::from(opcode)];
        // Without the execution that missed.
        let hits = i64::from(code.unit(unit + 1)) - 1;
        let counter = match self.watcher.as_deref_mut() {
            Some(Watcher::Recorder(recorder)) => recorder.add_executions(&self.heap, code, unit, opcode, hits),
            Some(Watcher::Guards(_)) | None => 0,
        };
        code.set_unit(unit, code.unit(unit) & 0xff00 | u16::from(base));
        code.set_unit(unit + 1, counter);
        base
    }

    /// A site has found the same shape a few times in a row: puts a form there, if one will do. The saved registers are those of the
    /// instruction.
    ///
    /// `has_call` says of a `PRECALL` that nothing but it leads to the generic `CALL` behind it.
    #[inline(never)]
    pub(super) fn accelerate(&mut self, code: Gc<Code>, family: Family, unit: usize, oparg: usize, has_call: bool) {
        let (operands, subjects) = describe(self, family, oparg);
        let observation = Observation {
            site: Site { code: CodeId(code.serial), offset: unit as u32 },
            head: family.generic(),
            oparg: oparg as u32,
            counter: AdaptiveCounter::ZERO,
            operands,
        };
        let Ok(form) = decide(&observation, Build::Release) else { return };
        let needs_call = CALLED_UNITS[usize::from(form.opcode as u8)] != 0;
        if !accelerates(form.opcode) || needs_call && !has_call || self.stores_a_string(form.opcode, code, unit) {
            return;
        }
        let wanted = Specialize {
            form: form.opcode,
            cache: form.cache,
            counter: MissCounter(0),
            otherwise: AdaptiveCounter::LONGEST,
        };
        self.apply_at(code, unit, family.generic(), &wanted, &subjects);
    }

    /// Whether two strings are added that may be stored to the left one's local: then there are two shapes that one form passes.
    fn stores_a_string(&self, form: Opcode, code: Gc<Code>, unit: usize) -> bool {
        let next = unit + 1 + cache::binary_op::UNITS;
        form == Opcode::BINARY_OP_ADD_UNICODE
            && next < code.len()
            && code.unit(next) & 0xff == Opcode::STORE_FAST as u16
    }
}

/// Whether whatever passes the form's guards has one shape, and what else the form does is the same each time.
fn accelerates(form: Opcode) -> bool {
    match form.base() {
        Opcode::BINARY_OP => form != Opcode::BINARY_OP_INPLACE_ADD_UNICODE,
        // `__getitem__` would be entered without going through C.
        Opcode::BINARY_SUBSCR => form != Opcode::BINARY_SUBSCR_GETITEM,
        // Of the metaclass the guard knows nothing.
        Opcode::LOAD_METHOD => form != Opcode::LOAD_METHOD_CLASS,
        // Of the class, or of the keywords, the guards of the others know too little.
        Opcode::PRECALL => matches!(
            form,
            Opcode::PRECALL_PYFUNC
                | Opcode::PRECALL_BOUND_METHOD
                | Opcode::PRECALL_NO_KW_BUILTIN_O
                | Opcode::PRECALL_NO_KW_BUILTIN_FAST
                | Opcode::PRECALL_NO_KW_LEN
                | Opcode::PRECALL_NO_KW_ISINSTANCE
                | Opcode::PRECALL_NO_KW_TYPE_1
                | Opcode::PRECALL_NO_KW_STR_1
                | Opcode::PRECALL_NO_KW_TUPLE_1
                | Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O
                | Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS
                | Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST
                | Opcode::PRECALL_NO_KW_LIST_APPEND
        ),
        // The other one passes for several numbers of arguments.
        Opcode::CALL => form == Opcode::CALL_PY_EXACT_ARGS,
        Opcode::COMPARE_OP
        | Opcode::LOAD_ATTR
        | Opcode::LOAD_GLOBAL
        | Opcode::STORE_ATTR
        | Opcode::STORE_SUBSCR
        | Opcode::UNPACK_SEQUENCE => true,
        _ => false,
    }
}
