//! The iterator over an array.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

static ITERATOR: TypeSpec = TypeSpec {
    module: "array",
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, NoArgs), method("__setstate__", set_state, O)],
    ..TypeSpec::new("arrayiterator", LayoutKind::Opaque)
};

/// A place in an array; no array at the end.
#[derive(Clone, Copy)]
struct Place {
    array: Value,
    next: usize,
}

impl OpaqueData for Place {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.array);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// `iter(array)`.
pub(super) fn iter(vm: &mut Vm, own: Value) -> PyResult {
    let ty = native_type(vm, &ITERATOR);
    make(vm, ty, Place { array: own, next: 0 })
}

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let place = with(vm, own, |place: &mut Place| *place)?;
    if place.array.is_null() {
        return Ok(Value::NULL);
    }
    let item = super::item(vm, place.array, place.next)?;
    with(vm, own, |place: &mut Place| match item {
        Some(item) => {
            place.next += 1;
            item
        }
        None => {
            place.array = Value::NULL;
            Value::NULL
        }
    })
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let place = with(vm, own, |place: &mut Place| *place)?;
    let builtins = vm.import_absolute("builtins")?;
    let name = vm.intern("iter");
    let iter = vm.get_attr(builtins, name)?;
    if place.array.is_null() {
        let empty = vm.new_tuple(&[]);
        let arguments = vm.new_tuple(&[empty.into()]);
        return Ok(vm.new_pair(iter, arguments.into()).into());
    }
    let arguments = vm.new_tuple(&[place.array]);
    Ok(vm.new_tuple(&[iter, arguments.into(), Value::small_int(place.next as i64)]).into())
}

fn set_state(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [index] = args.exactly(vm, "__setstate__")?;
    let index = usize::try_from(vm.index_i64(index)?).unwrap_or(0);
    let array = with(vm, own, |place: &mut Place| place.array)?;
    if !array.is_null() {
        let length = super::length(vm, array)?;
        with(vm, own, |place: &mut Place| place.next = index.min(length))?;
    }
    Ok(Value::NONE)
}
