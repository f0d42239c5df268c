//! `list[int]` and `int | str`: `types.GenericAlias` and `types.UnionType`.

use std::any::Any;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::protocol::{generic_getattr, generic_lookup};
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Convention, TypeSpec, getter, method};
use crate::value::Value;

/// What both hold: the generic class (`NULL` for a union), and the arguments.
struct Parts {
    origin: Value,
    args: Value,
}

impl OpaqueData for Parts {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.origin);
        marker.value(self.args);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn parts(value: Value) -> Option<(Value, Gc<Tuple>)> {
    let (origin, args) = value.cast::<Opaque>()?.with::<Parts, _>(|p| (p.origin, p.args))?;
    Some((origin, args.cast::<Tuple>()?))
}

fn allocate(vm: &mut Vm, ty: Gc<Type>, origin: Value, args: Gc<Tuple>) -> Value {
    let data = Parts { origin, args: args.into() };
    vm.heap.allocate(Opaque::new(Header::new(ty), Box::new(data))).into()
}

/// `origin[item]`.
///
/// # Errors
/// None at present.
pub fn new_alias(vm: &mut Vm, origin: Value, item: Value) -> PyResult {
    let args = match item.cast::<Tuple>() {
        Some(tuple) => tuple,
        None => vm.new_tuple(&[item]),
    };
    let ty = vm.types.generic_alias;
    Ok(allocate(vm, ty, origin, args))
}

/// `__class_getitem__` of the built-in generic classes.
pub fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    new_alias(vm, class, item)
}

fn alias_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [origin, item] = args.exactly::<2>(vm, "GenericAlias")?;
    new_alias(vm, origin, item)
}

/// How an argument is shown: classes by their qualified name.
fn argument_text(vm: &mut Vm, value: Value) -> PyResult<String> {
    if value.is(Value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    if let Some(class) = value.cast::<Type>() {
        let (module, qualname) = (vm.names.__module__, class.qualname.get().to_string_lossy().into_owned());
        let module = vm.lookup_attr(value, module)?.and_then(|m| m.cast::<Str>());
        return Ok(match module {
            Some(module) if !module.is_text("builtins") => format!("{}.{qualname}", module.to_string_lossy()),
            _ => qualname,
        });
    }
    vm.repr_text(value)
}

fn alias_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some((origin, args)) = parts(value) else { return Ok(Value::NONE) };
    let mut texts = Vec::new();
    for &arg in args.items() {
        texts.push(argument_text(vm, arg)?);
    }
    let list = if texts.is_empty() { "()".to_owned() } else { texts.join(", ") };
    let text = format!("{}[{list}]", argument_text(vm, origin)?);
    Ok(vm.new_str(&text).into())
}

/// Attributes are the generic class's, but for a few of the alias's own.
fn alias_getattro(vm: &mut Vm, value: Value, name: Gc<Str>) -> PyResult {
    const OWN: [&str; 8] = [
        "__class__", "__origin__", "__args__", "__parameters__", "__mro_entries__", "__reduce_ex__", "__reduce__",
        "__copy__",
    ];
    if !OWN.iter().any(|own| name.is_text(own))
        && !name.to_string_lossy().starts_with("__")
        && let Some((origin, _)) = parts(value)
    {
        return vm.get_attr(origin, name);
    }
    if let Some(found) = generic_lookup(vm, value, name)? {
        return Ok(found);
    }
    match parts(value) {
        Some((origin, _)) => vm.get_attr(origin, name),
        None => generic_getattr(vm, value, name),
    }
}

fn alias_call(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult {
    let Some((origin, _)) = parts(value) else { return Ok(Value::NONE) };
    vm.call(origin, args)
}

fn parts_compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || vm.type_of(a) != vm.type_of(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some((origin_a, args_a)), Some((origin_b, args_b))) = (parts(a), parts(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = if origin_a.is_null() {
        // Unions are sets of their members.
        let mut equal = args_a.len() == args_b.len();
        for &member in args_a.items() {
            equal = equal && vm.contains(args_b.into(), member)?;
        }
        equal
    } else {
        vm.equals(origin_a, origin_b)? && vm.equals(args_a.into(), args_b.into())?
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn alias_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let Some((origin, args)) = parts(value) else { return Ok(0) };
    Ok(vm.hash(origin)? ^ vm.hash(args.into())?)
}

fn union_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let Some((_, args)) = parts(value) else { return Ok(0) };
    let mut hash = 0;
    for &member in args.items() {
        hash ^= vm.hash(member)?;
    }
    Ok(hash)
}

fn get_origin(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(parts(value).map_or(Value::NONE, |(origin, _)| origin))
}

fn get_args(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(parts(value).map_or(Value::NONE, |(_, args)| args.into()))
}

/// Type variables come from `typing`, whose objects say so themselves (`__typing_subst__`).
fn get_parameters(vm: &mut Vm, value: Value) -> PyResult {
    let mut found = vm.heap.temp_vec();
    if let Some((_, args)) = parts(value) {
        let (subst, parameters) = (vm.intern("__typing_subst__"), vm.names.__parameters__);
        for &arg in args.items() {
            if arg.cast::<Type>().is_some() {
                continue;
            }
            if vm.lookup_attr(arg, subst)?.is_some() {
                if !found.iter().any(|f| f.is(arg)) {
                    found.push(arg);
                }
            } else if let Some(inner) = vm.lookup_attr(arg, parameters)?.and_then(|p| p.cast::<Tuple>()) {
                for &parameter in inner.items() {
                    if !found.iter().any(|f| f.is(parameter)) {
                        found.push(parameter);
                    }
                }
            }
        }
    }
    Ok(vm.new_tuple(&found).into())
}

fn mro_entries(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let origin = parts(value).map_or(Value::NONE, |(origin, _)| origin);
    Ok(vm.new_tuple(&[origin]).into())
}

fn no_instance_check(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn no_subclass_check(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

/// `types.GenericAlias`.
pub static GENERIC_ALIAS_TYPE: TypeSpec = TypeSpec {
    module: "types",
    vectorcall: true,
    slots: Slots {
        new: Some(alias_new),
        repr: Some(alias_repr),
        getattro: Some(alias_getattro),
        call: Some(alias_call),
        compare: Some(parts_compare),
        hash: Some(alias_hash),
        ..Slots::NONE
    }
    .with_binary(BinaryOp::Or, union_or),
    methods: &[
        method("__mro_entries__", mro_entries, Convention::O),
        method("__instancecheck__", no_instance_check, Convention::O),
        method("__subclasscheck__", no_subclass_check, Convention::O),
    ],
    getset: &[
        getter("__origin__", get_origin),
        getter("__args__", get_args),
        getter("__parameters__", get_parameters),
    ],
    ..TypeSpec::new("GenericAlias", LayoutKind::Opaque)
};

// ---- unions ----

/// Whether a value may be a member of a union.
fn is_unionable(vm: &Vm, value: Value) -> bool {
    value.is_none()
        || value.cast::<Type>().is_some()
        || value.is_exact(vm.types.generic_alias)
        || value.is_exact(vm.types.union)
}

/// `left | right` of classes.
pub fn union_or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    if !is_unionable(vm, left) || !is_unionable(vm, right) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let mut members = vm.heap.temp_vec();
    for value in [left, right] {
        let mut add = |vm: &mut Vm, member: Value| -> PyResult<()> {
            let member = if member.is_none() { vm.types.none.into() } else { member };
            for index in 0..members.len() {
                if vm.equals(members[index], member)? {
                    return Ok(());
                }
            }
            members.push(member);
            Ok(())
        };
        match parts(value).filter(|(origin, _)| origin.is_null()) {
            Some((_, inner)) => {
                for &member in inner.items() {
                    add(vm, member)?;
                }
            }
            None => add(vm, value)?,
        }
    }
    if let [only] = members[..] {
        return Ok(only);
    }
    let args = vm.new_tuple(&members);
    let ty = vm.types.union;
    Ok(allocate(vm, ty, Value::NULL, args))
}

fn union_repr(vm: &mut Vm, value: Value) -> PyResult {
    let mut texts = Vec::new();
    if let Some((_, args)) = parts(value) {
        for &member in args.items() {
            texts.push(if member.is(vm.types.none.into()) { "None".to_owned() } else { argument_text(vm, member)? });
        }
    }
    Ok(vm.new_str(&texts.join(" | ")).into())
}

/// `isinstance(value, union)`.
///
/// # Errors
/// What a member's own check raises.
pub fn union_instance_check(vm: &mut Vm, union: Value, value: Value) -> PyResult<bool> {
    let Some((_, args)) = parts(union) else { return Ok(false) };
    for &member in args.items() {
        if vm.is_instance(value, member)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `issubclass(derived, union)`.
///
/// # Errors
/// What a member's own check raises.
pub fn union_subclass_check(vm: &mut Vm, union: Value, derived: Value) -> PyResult<bool> {
    let Some((_, args)) = parts(union) else { return Ok(false) };
    for &member in args.items() {
        if vm.is_subclass(derived, member)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `types.UnionType`.
pub static UNION_TYPE: TypeSpec = TypeSpec {
    module: "types",
    slots: Slots { repr: Some(union_repr), compare: Some(parts_compare), hash: Some(union_hash), ..Slots::NONE }
        .with_binary(BinaryOp::Or, union_or),
    getset: &[getter("__args__", get_args), getter("__parameters__", get_parameters)],
    ..TypeSpec::new("UnionType", LayoutKind::Opaque)
};
