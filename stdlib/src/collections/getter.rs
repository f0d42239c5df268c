//! `_tuplegetter`: the attributes of named tuples.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::NoArgs;
use quicken_vm::spec::{GetSetSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, with};

pub(super) static TUPLE_GETTER: TypeSpec = TypeSpec {
    module: "_collections",
    slots: Slots { new: Some(new), descr_get: Some(get), descr_set: Some(set), repr: Some(repr), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, NoArgs)],
    getset: &[GetSetSpec { name: "__doc__", get: doc, set: Some(set_doc), member: true }],
    ..TypeSpec::new("_tuplegetter", LayoutKind::Opaque)
};

#[derive(Clone, Copy)]
struct Getter {
    index: i64,
    doc: Value,
}

impl OpaqueData for Getter {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.doc);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn getter(vm: &mut Vm, own: Value) -> PyResult<Getter> {
    with(vm, own, |getter: &mut Getter| *getter)
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "_tuplegetter")?;
    let [index, doc] = args.exactly(vm, "_tuplegetter")?;
    let index = vm.index_i64(index)?;
    make(vm, ty, Getter { index, doc })
}

fn get(vm: &mut Vm, own: Value, object: Value, _owner: Value) -> PyResult {
    if object.is_null() || object.is_none() {
        return Ok(own);
    }
    let Getter { index, .. } = getter(vm, own)?;
    let Some(tuple) = object.cast::<Tuple>() else {
        let given = vm.type_name(object);
        return Err(vm.type_error(format!(
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{given}' object"
        )));
    };
    match usize::try_from(index).ok().and_then(|index| tuple.get(index)) {
        Some(item) => Ok(item),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

fn set(vm: &mut Vm, _own: Value, _object: Value, value: Value) -> PyResult<()> {
    let what = if value.is_null() { "can't delete attribute" } else { "can't set attribute" };
    Err(vm.attribute_error(what))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let Getter { index, doc } = getter(vm, own)?;
    let name = vm.type_name(own);
    let name = name.rsplit('.').next().unwrap_or_default().to_owned();
    let doc = vm.repr_text(doc)?;
    Ok(vm.new_str(&format!("{name}({index}, {doc})")).into())
}

fn doc(vm: &mut Vm, own: Value) -> PyResult {
    getter(vm, own).map(|getter| getter.doc)
}

fn set_doc(vm: &mut Vm, own: Value, value: Value) -> PyResult<()> {
    with(vm, own, |getter: &mut Getter| getter.doc = value.or_none())
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let Getter { index, doc } = getter(vm, own)?;
    let index = vm.int(index);
    let args = vm.new_pair(index, doc);
    let class = vm.type_of(own);
    Ok(vm.new_pair(class.into(), args.into()).into())
}
