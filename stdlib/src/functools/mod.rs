//! `_functools`: `partial`, `reduce`, `cmp_to_key` and the cache of `lru_cache`.

mod cache;
mod key;
mod partial;

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{Fast, FastKeywords};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::native_type;

/// `_functools`.
pub static FUNCTOOLS: ModuleSpec = ModuleSpec {
    name: "_functools",
    doc: Some("Tools that operate on functions."),
    functions: &[method("reduce", reduce, Fast), method("cmp_to_key", key::cmp_to_key, FastKeywords)],
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for spec in [&partial::PARTIAL, &cache::CACHE] {
        let ty = native_type(vm, spec);
        let name = ty.name.get();
        module.dict().set_str(vm, name, ty.into());
    }
    Ok(())
}

fn reduce(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "reduce", 2, 3)?;
    let source = match vm.iter(values[1]) {
        Ok(source) => source,
        Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => {
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
        Err(raise) => return Err(raise),
    };
    let mut result = values.get(2).copied();
    while let Some(item) = vm.next(source)? {
        result = Some(match result {
            Some(before) => vm.call_values(values[0], &[before, item])?,
            None => item,
        });
    }
    match result {
        Some(result) => Ok(result),
        None => Err(vm.type_error("reduce() of empty iterable with no initial value")),
    }
}
