//! Weak proxies: they do what their referent does, as long as it lives.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::receiver;
use crate::objects::string::Str;
use crate::objects::weakref::WeakRef;
use crate::protocol::hash_not_implemented;
use crate::slots::{BinaryFn, BinaryOp, CompareOp, Slots, UnaryFn, UnaryOp};
use crate::spec::{Convention, MethodSpec, TypeSpec, method};
use crate::value::Value;

/// `weakref.ProxyType`.
pub static PROXY_TYPE: TypeSpec =
    TypeSpec { module: "weakref", slots: SLOTS, methods: METHODS, ..TypeSpec::new("ProxyType", LayoutKind::WeakRef) };

/// `weakref.CallableProxyType`.
pub static CALLABLE_PROXY_TYPE: TypeSpec = TypeSpec {
    module: "weakref",
    slots: Slots { call: Some(call), ..SLOTS },
    methods: METHODS,
    ..TypeSpec::new("CallableProxyType", LayoutKind::WeakRef)
};

const METHODS: &[MethodSpec] = &[
    method("__bytes__", |vm, own, _| call_own(vm, own, "__bytes__"), Convention::NoArgs),
    method("__reversed__", |vm, own, _| call_own(vm, own, "__reversed__"), Convention::NoArgs),
];

const SLOTS: Slots = Slots {
    binary: binary_slots(),
    inplace: inplace_slots(),
    power: Some(|vm, a, b, modulus| {
        let (a, b, modulus) = (unwrap(vm, a)?, unwrap(vm, b)?, unwrap(vm, modulus)?);
        vm.power(a, b, modulus)
    }),
    unary: unary_slots(),
    bool: Some(|vm, own| {
        let object = unwrap(vm, own)?;
        vm.is_true(object)
    }),
    length: Some(|vm, own| {
        let object = unwrap(vm, own)?;
        vm.length(object)
    }),
    getitem: Some(|vm, own, key| {
        let (object, key) = (unwrap(vm, own)?, unwrap(vm, key)?);
        vm.get_item(object, key)
    }),
    setitem: Some(|vm, own, key, value| {
        let (object, key) = (unwrap(vm, own)?, unwrap(vm, key)?);
        if value.is_null() { vm.del_item(object, key) } else { vm.set_item(object, key, value) }
    }),
    contains: Some(|vm, own, item| {
        let object = unwrap(vm, own)?;
        vm.contains(object, item)
    }),
    repr: Some(repr),
    str: Some(|vm, own| {
        let object = unwrap(vm, own)?;
        vm.str_of(object).map(Value::from)
    }),
    hash: Some(hash_not_implemented),
    compare: Some(compare),
    getattro: Some(|vm, own, name| {
        let object = unwrap(vm, own)?;
        vm.get_attr(object, name)
    }),
    setattro: Some(set_attribute),
    iter: Some(|vm, own| {
        let object = unwrap(vm, own)?;
        vm.iter(object)
    }),
    iternext: Some(|vm, own| {
        let object = unwrap(vm, own)?;
        if vm.type_of(object).slots().iternext.is_none() {
            let name = vm.type_name(object);
            return Err(vm.type_error(format!("Weakref proxy referenced a non-iterator '{name}' object")));
        }
        Ok(vm.next(object)?.unwrap_or(Value::NULL))
    }),
    ..Slots::NONE
};

/// What a proxy stands for; anything else stands for itself.
///
/// # Errors
/// `ReferenceError` when that has died.
pub(crate) fn unwrap(vm: &mut Vm, value: Value) -> PyResult {
    let is_proxy = value.is_exact(vm.types.weakproxy) || value.is_exact(vm.types.weakcallableproxy);
    let Some(proxy) = value.cast::<WeakRef>().filter(|_| is_proxy) else { return Ok(value) };
    let referent = proxy.referent();
    if referent.is_null() {
        let ty = vm.exc.ReferenceError;
        return Err(vm.raise(ty, "weakly-referenced object no longer exists"));
    }
    Ok(referent)
}

fn binary<const OP: usize>(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
    vm.binary_op(BinaryOp::ALL[OP], a, b)
}

fn inplace<const OP: usize>(vm: &mut Vm, a: Value, b: Value) -> PyResult {
    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
    vm.inplace_op(BinaryOp::ALL[OP], a, b)
}

macro_rules! unary {
    ($($op:ident)*) => { [$(Some(|vm: &mut Vm, own: Value| -> PyResult {
        let object = unwrap(vm, own)?;
        vm.unary_op(UnaryOp::$op, object)
    } as UnaryFn)),*] };
}

macro_rules! operators {
    ($function:ident $($op:literal)*) => { [$(if $op == BinaryOp::Power as usize {
        None
    } else {
        Some($function::<$op> as BinaryFn)
    }),*] };
}

const fn binary_slots() -> [Option<BinaryFn>; 14] {
    operators!(binary 0 1 2 3 4 5 6 7 8 9 10 11 12 13)
}

const fn inplace_slots() -> [Option<BinaryFn>; 13] {
    let mut slots = operators!(inplace 0 1 2 3 4 5 6 7 8 9 10 11 12);
    slots[BinaryOp::Power as usize] = Some(inplace::<8>);
    slots
}

const fn unary_slots() -> [Option<UnaryFn>; 7] {
    unary!(Negative Positive Absolute Invert Int Float Index)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (left, right) = (unwrap(vm, left)?, unwrap(vm, right)?);
    vm.compare(left, right, op)
}

fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let object = unwrap(vm, own)?;
    vm.call(object, args)
}

fn call_own(vm: &mut Vm, own: Value, name: &'static str) -> PyResult {
    let object = unwrap(vm, own)?;
    vm.call_method(object, name, &[])
}

fn set_attribute(vm: &mut Vm, own: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let object = unwrap(vm, own)?;
    vm.set_attr(object, name, value)
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let proxy = receiver::<WeakRef>(vm, own)?;
    let (class, at) = match proxy.referent() {
        referent if referent.is_null() => ("NoneType".to_owned(), 0),
        referent => (vm.type_name(referent), referent.heap_address().unwrap_or(0)),
    };
    let text = format!("<weakproxy at {:#x} to {class} at {at:#x}>", proxy.address());
    Ok(vm.new_str(&text).into())
}
