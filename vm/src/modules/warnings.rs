//! The module `_warnings`, as far as `importlib` needs it. It hands on to the library's `warnings`, which does without the rest of
//! it: what is missing here makes that use its own Python code.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::typeobj::Type;
use crate::spec::Convention::FastKeywords;
use crate::spec::{ModuleSpec, method};
use crate::value::Value;

/// `_warnings`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_warnings",
    doc: Some(
        "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    ),
    functions: &[method("warn", warn, FastKeywords)],
    init: None,
};

fn warn(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["message", "category", "stacklevel", "source"],
        positional_only: 0,
        max_positional: 4,
        required: 1,
    };
    let [message, category, level, source] = args.bind(vm, "warn", &PARAMETERS)?;
    let level = if level.is_null() { 1 } else { vm.index_c(level, "int")? };
    vm.warn_with(message, category.or_none(), level, source.or_none())?;
    Ok(Value::NONE)
}

impl Vm {
    /// Warns as `warnings.warn` does: `level` 1 is the Python function that runs.
    ///
    /// # Errors
    /// What the filters make an error.
    pub fn warn(&mut self, category: Gc<Type>, message: &str, level: i64) -> PyResult<()> {
        let message = self.new_str(message);
        self.warn_with(message.into(), category.into(), level, Value::NONE)
    }

    fn warn_with(&mut self, message: Value, category: Value, level: i64, source: Value) -> PyResult<()> {
        self.start_library()?;
        let name = self.intern("warnings");
        let module = match self.modules.get_str(name) {
            Some(module) => module,
            None => match self.import_absolute("warnings") {
                Ok(module) => module,
                // Without the library there are no filters; CPython would show most warnings of the program itself.
                Err(raise) if self.is_raised(raise, self.exc.ImportError) => return Ok(()),
                Err(raise) => return Err(raise),
            },
        };
        let level = Value::small_int(level);
        self.call_method(module, "warn", &[message, category, level, source]).map(drop)
    }
}
