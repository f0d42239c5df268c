//! `_collections`: `deque`, `defaultdict`, and what `collections` counts and names with.

mod defaultdict;
mod deque;
mod getter;

use quicken_vm::object::Gc;
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::module::Module;
use quicken_vm::slots::BinaryOp;
use quicken_vm::spec::Convention::Fast;
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::native_type;

/// `_collections`.
pub static COLLECTIONS: ModuleSpec = ModuleSpec {
    name: "_collections",
    doc: Some(
        "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict \
         subclass with a default value factory\n",
    ),
    functions: &[method("_count_elements", count_elements, Fast)],
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let types = [
        native_type(vm, &deque::DEQUE),
        native_type(vm, &deque::ITERATOR),
        native_type(vm, &deque::REVERSE_ITERATOR),
        native_type(vm, &getter::TUPLE_GETTER),
        defaultdict::defaultdict_type(vm),
    ];
    for ty in types {
        let name = ty.name.get();
        module.dict().set_str(vm, name, ty.into());
    }
    Ok(())
}

/// `_count_elements(mapping, iterable)`: adds one to the mapping's value for each element.
fn count_elements(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [mapping, iterable] = args.exactly(vm, "_count_elements")?;
    let (get, set) = (vm.intern("get"), vm.intern("__setitem__"));
    let (ty, dict_type) = (vm.type_of(mapping), vm.types.dict);
    // A mapping that changes what getting and setting mean is asked.
    let same = |vm: &mut Vm, name| match (vm.lookup_uncached(ty, name), vm.lookup_uncached(dict_type, name)) {
        (Some(own), Some(plain)) => own.is(plain),
        _ => false,
    };
    let dict = if same(vm, get) && same(vm, set) { mapping.cast::<Dict>() } else { None };
    let (zero, one) = (Value::small_int(0), Value::small_int(1));
    match dict {
        Some(dict) => vm.for_each(iterable, |vm, element| {
            let hash = vm.hash_key(element)?;
            let count = match dict.get_item_hashed(vm, element, hash)? {
                Some(count) => vm.binary_op(BinaryOp::Add, count, one)?,
                None => one,
            };
            dict.set_item_hashed(vm, element, hash, count)
        })?,
        None => {
            let get = vm.get_attr(mapping, get)?;
            vm.for_each(iterable, |vm, element| {
                let count = vm.call_values(get, &[element, zero])?;
                let count = vm.binary_op(BinaryOp::Add, count, one)?;
                vm.set_item(mapping, element, count)
            })?;
        }
    }
    Ok(Value::NONE)
}
