//! The module `atexit`: what is called when the program has ended.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Root;
use crate::objects::tuple::Tuple;
use crate::spec::Convention::{NoArgs, O, VarargsKeywords};
use crate::spec::{ModuleSpec, method};
use crate::value::Value;

/// `atexit`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "atexit",
    doc: Some("allow programmer to define multiple exit functions to be executed\nupon normal program termination."),
    functions: &[
        method("register", register, VarargsKeywords),
        method("unregister", unregister, O),
        method("_clear", clear, NoArgs),
        method(
            "_run_exitfuncs",
            |vm, _, _| {
                vm.run_exit_functions();
                Ok(Value::NONE)
            },
            NoArgs,
        ),
        method("_ncallbacks", |vm, _, _| Ok(Value::small_int(vm.exit_functions.len() as i64)), NoArgs),
    ],
    init: None,
};

fn register(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let Some(function) = args.get(0) else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let positional = vm.new_tuple(&args.positionals()[1..]);
    let keywords = vm.new_dict();
    for (name, value) in args.keywords() {
        keywords.set_str(vm, name, value);
    }
    let entry = vm.new_tuple(&[function, positional.into(), keywords.into()]);
    let root = vm.heap.root(entry);
    vm.exit_functions.push(Some(root));
    Ok(function)
}

fn unregister(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [function] = args.exactly(vm, "unregister")?;
    let mut index = 0;
    while let Some(entry) = vm.exit_functions.get(index).map(|entry| entry.as_ref().map(Root::get)) {
        let same = match entry {
            Some(entry) => vm.equals(entry.items()[0], function)?,
            None => false,
        };
        // Comparing may have run anything, `_clear` included.
        if let Some(place) = vm.exit_functions.get_mut(index)
            && same
            && place.as_ref().map(Root::get) == entry
        {
            *place = None;
        }
        index += 1;
    }
    Ok(Value::NONE)
}

fn clear(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    vm.exit_functions.clear();
    Ok(Value::NONE)
}

impl Vm {
    /// Calls what the program registered for its end, the last first.
    pub fn run_exit_functions(&mut self) {
        while let Some(entry) = self.exit_functions.pop() {
            let Some(entry) = entry.map(|entry| entry.get()) else { continue };
            let [function, positional, keywords] = *entry.items() else { continue };
            let (positional, keywords) = (positional.cast::<Tuple>(), keywords.cast());
            let arguments = positional.map_or(&[] as &[Value], |tuple| tuple.items());
            if let Err(raised) = self.call_with_dict(function, arguments, keywords) {
                self.write_unraisable(raised, function);
            }
        }
    }
}
