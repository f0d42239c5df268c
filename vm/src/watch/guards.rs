//! The comparison of handlers' guards with `quicken_specializer::matches`.

use quicken_bytecode::{Opcode, cache};
use quicken_specializer::{Entry, Shape, matches};

use super::Watcher;
use crate::Vm;
use crate::specialize::describe;
use crate::state::State;

impl Vm {
    /// Whether the guards of the specialized instruction at `pc` should pass.
    #[inline(never)]
    pub(super) fn expected_guard(&mut self, form: Opcode, pc: *const u16, s: State, oparg: usize) -> Option<bool> {
        match self.watcher.as_deref_mut() {
            Some(Watcher::Guards(compared)) => *compared += 1,
            Some(Watcher::Recorder(_)) | None => return None,
        }
        let family = form.family()?;
        // What describes an instruction looks at the saved registers; the loop saves them anew whenever it must.
        self.state = State { pc, ..s };
        self.instruction = pc;
        let (operands, _) = describe(self, family, oparg);
        let facts = self.facts(family, oparg, &operands);
        let entry = self.entry(form, pc);
        Some(matches(&entry, oparg as u32, &Shape { operands, facts }))
    }

    /// The form with what its inline cache holds.
    fn entry(&self, form: Opcode, pc: *const u16) -> Entry {
        let code = self.running_code();
        let first = code.unit_index(pc) + 1;
        let short = |at: usize| code.unit(first + at);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 1)) << 16;
        let (version, second_version, number) = match form {
            Opcode::LOAD_METHOD_MODULE => (long(cache::load_attr::VERSION), 0, short(cache::load_attr::INDEX)),
            _ => match form.base() {
                Opcode::LOAD_ATTR => (long(cache::load_attr::VERSION), 0, short(cache::load_attr::INDEX)),
                Opcode::STORE_ATTR => (long(cache::store_attr::VERSION), 0, short(cache::store_attr::INDEX)),
                Opcode::LOAD_METHOD => {
                    (long(cache::load_method::TYPE_VERSION), long(cache::load_method::KEYS_VERSION), 0)
                }
                Opcode::LOAD_GLOBAL => (
                    long(cache::load_global::MODULE_KEYS_VERSION),
                    u32::from(short(cache::load_global::BUILTIN_KEYS_VERSION)),
                    short(cache::load_global::INDEX),
                ),
                Opcode::CALL => (long(cache::call::FUNC_VERSION), 0, short(cache::call::MIN_ARGS)),
                Opcode::BINARY_SUBSCR if form == Opcode::BINARY_SUBSCR_GETITEM => {
                    let function = u32::from(short(cache::binary_subscr::FUNC_VERSION));
                    (long(cache::binary_subscr::TYPE_VERSION), function, 0)
                }
                _ => (0, 0, 0),
            },
        };
        Entry { form, version, second_version, number }
    }

    /// Raises an error at the next safepoint: a handler and the statement of its guards are not the same.
    #[cold]
    #[inline(never)]
    pub(super) fn guard_differs(&mut self, expected: bool, form: Opcode, pc: *const u16) {
        let code = self.running_code();
        let should = if expected { "pass" } else { "fail" };
        let (name, offset) = (code.qualname.to_string_lossy(), code.unit_index(pc) * 2);
        let message = format!("the guards of {form} in {name} at {offset} should {should} and do not");
        tracing::error!(target: "guards", "{message}");
        self.guard_differences.push(message.clone());
        self.refuse_soon(message);
    }
}
