//! `cmp_to_key`: objects that are compared by a function.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::protocol::hash_not_implemented;
use quicken_vm::slots::{CompareOp, Slots};
use quicken_vm::spec::{GetSetSpec, TypeSpec};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

static KEY: TypeSpec = TypeSpec {
    module: "functools",
    slots: Slots { call: Some(call), compare: Some(compare), hash: Some(hash_not_implemented), ..Slots::NONE },
    getset: &[GetSetSpec { name: "obj", get: object, set: Some(set_object), member: true }],
    ..TypeSpec::new("KeyWrapper", LayoutKind::Opaque)
};

#[derive(Clone, Copy)]
struct Key {
    function: Value,
    /// `NULL`: what `cmp_to_key` gave, which makes the keys.
    object: Value,
}

impl OpaqueData for Key {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.function);
        marker.value(self.object);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) fn cmp_to_key(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["mycmp"], positional_only: 0, max_positional: 1, required: 1 };
    let [function] = args.bind(vm, "cmp_to_key", &PARAMETERS)?;
    let ty = native_type(vm, &KEY);
    make(vm, ty, Key { function, object: Value::NULL })
}

fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> = Parameters { names: ["obj"], positional_only: 0, max_positional: 1, required: 1 };
    let [object] = args.bind(vm, "K", &PARAMETERS)?;
    let key = with(vm, own, |key: &mut Key| *key)?;
    let ty = native_type(vm, &KEY);
    make(vm, ty, Key { object, ..key })
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let ty = native_type(vm, &KEY);
    if vm.type_of(right) != ty || vm.type_of(left) != ty {
        return Err(vm.type_error("other argument must be K instance"));
    }
    let (a, b) = (with(vm, left, |key: &mut Key| *key)?, with(vm, right, |key: &mut Key| key.object)?);
    if a.object.is_null() || b.is_null() {
        return Err(vm.attribute_error("object"));
    }
    let result = vm.call_values(a.function, &[a.object, b])?;
    vm.compare(result, Value::small_int(0), op)
}

fn object(vm: &mut Vm, own: Value) -> PyResult {
    Ok(with(vm, own, |key: &mut Key| key.object)?.or_none())
}

fn set_object(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    with(vm, own, |key: &mut Key| key.object = value)
}
