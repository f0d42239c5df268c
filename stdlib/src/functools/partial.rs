//! `partial`: a function with some of its arguments.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::genericalias::class_getitem;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, class_method, member, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

pub(super) static PARTIAL: TypeSpec = TypeSpec {
    module: "functools",
    subclassable: true,
    vectorcall: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new), call: Some(call), repr: Some(repr), ..Slots::NONE },
    methods: &[
        method("__reduce__", reduce, NoArgs),
        method("__setstate__", set_state, O),
        class_method("__class_getitem__", class_getitem, O),
    ],
    getset: &[
        member("func", |vm, own| Ok(partial(vm, own)?.function)),
        member("args", |vm, own| Ok(partial(vm, own)?.args)),
        member("keywords", |vm, own| Ok(partial(vm, own)?.keywords)),
        dict_getset(),
    ],
    doc: Some(
        "partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and keywords.\n",
    ),
    ..TypeSpec::new("partial", LayoutKind::Opaque)
};

#[derive(Clone, Copy)]
struct Partial {
    function: Value,
    /// A tuple.
    args: Value,
    /// A dict.
    keywords: Value,
}

impl OpaqueData for Partial {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.function, self.args, self.keywords] {
            marker.value(value);
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn partial(vm: &mut Vm, own: Value) -> PyResult<Partial> {
    with(vm, own, |partial: &mut Partial| *partial)
}

fn items(value: Value) -> &'static [Value] {
    value.cast::<Tuple>().map_or(&[], Gc::items)
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let Some((&given, rest)) = args.positionals().split_first() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(given) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let mut function = given;
    let mut values = vm.heap.temp_vec();
    let keywords = vm.new_dict();
    // One that has no attributes of its own is looked through.
    let partial_type = native_type(vm, &PARTIAL);
    if vm.is_instance_plainly(given, partial_type.into())?
        && vm.object_dict(given).is_none_or(|attributes| attributes.is_empty())
    {
        let inner = partial(vm, given)?;
        function = inner.function;
        values.extend_from_slice(items(inner.args));
        keywords.update(vm, inner.keywords)?;
    }
    values.extend_from_slice(rest);
    for (name, value) in args.keywords() {
        keywords.set_item(vm, name.into(), value)?;
    }
    let args = vm.new_tuple(&values).into();
    make(vm, ty, Partial { function, args, keywords: keywords.into() })
}

fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let Partial { function, args: first, keywords } = partial(vm, own)?;
    let mut values = vm.heap.temp_vec();
    values.extend_from_slice(items(first));
    let keywords = keywords.cast::<Dict>().filter(|keywords| !keywords.is_empty());
    let Some(keywords) = keywords else {
        values.extend_from_slice(args.values());
        return vm.call(function, Args::new(&values, args.names()));
    };
    values.extend_from_slice(args.positionals());
    let merged = keywords.copy(vm)?;
    for (name, value) in args.keywords() {
        merged.set_item(vm, name.into(), value)?;
    }
    vm.call_with_dict(function, &values, Some(merged))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let is_exact = vm.type_of(own) == native_type(vm, &PARTIAL);
    let name = if is_exact { "functools.partial".to_owned() } else { name };
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("...").into());
    }
    let parts = repr_of_parts(vm, own);
    vm.leave_repr();
    let parts = parts?;
    Ok(vm.new_str(&format!("{name}({parts})")).into())
}

fn repr_of_parts(vm: &mut Vm, own: Value) -> PyResult<String> {
    let Partial { function, args, keywords } = partial(vm, own)?;
    let mut text = vm.repr_text(function)?;
    for value in items(args) {
        text += ", ";
        text += &vm.repr_text(*value)?;
    }
    if let Some(keywords) = keywords.cast::<Dict>() {
        let mut position = 0;
        while let Some((name, value)) = keywords.next_item(&mut position) {
            let name = vm.str_of(name)?.to_string_lossy().into_owned();
            text += &format!(", {name}={}", vm.repr_text(value)?);
        }
    }
    Ok(text)
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let Partial { function, args, keywords } = partial(vm, own)?;
    let attributes = vm.object_dict(own).filter(|attributes| !attributes.is_empty());
    let attributes = attributes.map_or(Value::NONE, Value::from);
    let class = vm.type_of(own);
    let first = vm.new_tuple(&[function]);
    let state = vm.new_tuple(&[function, args, keywords, attributes]);
    Ok(vm.new_tuple(&[class.into(), first.into(), state.into()]).into())
}

fn set_state(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "__setstate__")?;
    let (function, args, keywords, attributes) = match *items(state) {
        [function, args, keywords, attributes]
            if vm.is_callable(function)
                && args.cast::<Tuple>().is_some()
                && (keywords.is_none() || keywords.cast::<Dict>().is_some()) =>
        {
            (function, args, keywords, attributes)
        }
        _ => return Err(vm.type_error("invalid partial state")),
    };
    let args = if args.is_exact(vm.types.tuple) { args } else { vm.new_tuple(items(args)).into() };
    let keywords = match keywords.cast::<Dict>() {
        None => vm.new_dict(),
        Some(keywords) if Value::from(keywords).is_exact(vm.types.dict) => keywords,
        Some(keywords) => keywords.copy(vm)?,
    };
    let keywords = keywords.into();
    with(vm, own, |partial: &mut Partial| *partial = Partial { function, args, keywords })?;
    let attributes = if attributes.is_none() { vm.new_dict().into() } else { attributes };
    let name = vm.intern("__dict__");
    vm.set_attr(own, name, attributes)?;
    Ok(Value::NONE)
}
