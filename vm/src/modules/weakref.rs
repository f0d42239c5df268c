//! The module `_weakref`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::dict::Dict;
use crate::objects::weakref::WeakRef;
use crate::spec::Convention::{Fast, O};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

const FUNCTIONS: &[MethodSpec] = &[
    method("getweakrefcount", count, O),
    method("getweakrefs", list, O),
    method("proxy", proxy, Fast),
    method("_remove_dead_weakref", remove_dead, Fast),
];

/// `_weakref`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_weakref",
    doc: Some("Weak-reference support module."),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        let types = [
            ("ref", vm.types.weakref),
            ("ReferenceType", vm.types.weakref),
            ("ProxyType", vm.types.weakproxy),
            ("CallableProxyType", vm.types.weakcallableproxy),
        ];
        for (name, ty) in types {
            let name = vm.intern(name);
            module.dict().set_str(vm, name, ty.into());
        }
        Ok(())
    }),
};

fn count(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object] = args.exactly(vm, "getweakrefcount")?;
    Ok(Value::small_int(vm.heap.weak_references(object).len() as i64))
}

fn list(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object] = args.exactly(vm, "getweakrefs")?;
    let mut found = vm.heap.temp_vec();
    found.extend(vm.heap.weak_references(object).iter().map(|weak| Value::from(*weak)));
    Ok(vm.new_list(&found).into())
}

fn proxy(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "proxy", 1, 2)?;
    let callback = values.get(1).copied().unwrap_or(Value::NONE);
    let ty = if vm.is_callable(values[0]) { vm.types.weakcallableproxy } else { vm.types.weakproxy };
    vm.new_weak(ty, values[0], callback).map(Value::from)
}

/// Takes an entry out of a dict if it is a weak reference to something that has died: by then another may have its key.
fn remove_dead(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [dict, key] = args.exactly(vm, "_remove_dead_weakref")?;
    let Some(dict) = dict.cast::<Dict>() else {
        let given = vm.type_name(dict);
        return Err(vm.type_error(format!("_remove_dead_weakref() argument 1 must be dict, not {given}")));
    };
    if let Some(value) = dict.get_item(vm, key)? {
        match value.cast::<WeakRef>() {
            Some(weak) if weak.referent().is_null() => {
                dict.del_item(vm, key)?;
            }
            Some(_) => {}
            None => return Err(vm.type_error("not a weakref")),
        }
    }
    Ok(Value::NONE)
}
