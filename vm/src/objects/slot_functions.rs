//! The slot functions of classes written in Python: each looks its special method up in the type and calls it.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::function::BoundMethod;
use crate::objects::native::{MethodDescriptor, MethodKind};
use crate::objects::slotdefs::{SlotFunction, SlotId};
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::protocol::{generic_getattr, generic_lookup, hash_not_implemented};
use crate::slots::{BinaryFn, BinaryOp, CallFn, CompareOp, GetAttrFn, TernaryFn, UnaryFn};
use crate::value::Value;

/// Calls `receiver`'s special method; `None` when its type has none.
fn call_maybe(vm: &mut Vm, receiver: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Option<Value>> {
    vm.call_special(receiver, name, args)
}

/// Calls `receiver`'s special method, which must exist.
fn call(vm: &mut Vm, receiver: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
    match vm.call_special(receiver, name, args)? {
        Some(value) => Ok(value),
        // `lookup_method` of CPython raises the bare name.
        None => {
            let text = name.to_string_lossy().into_owned();
            Err(vm.attribute_error(text))
        }
    }
}

/// The function that a class gets for a slot, when a method of the slot is not a native wrapper.
pub fn python_function(id: SlotId, has_getattr: bool) -> Option<SlotFunction> {
    Some(match id {
        SlotId::Repr => SlotFunction::Unary(slot_repr),
        SlotId::Hash => SlotFunction::Hash(slot_hash),
        SlotId::Call => SlotFunction::Call(slot_call),
        SlotId::Str => SlotFunction::Unary(slot_str),
        SlotId::GetAttro if has_getattr => SlotFunction::GetAttr(slot_getattr_hook),
        SlotId::GetAttro => SlotFunction::GetAttr(slot_getattro),
        SlotId::SetAttro => SlotFunction::SetAttr(slot_setattro),
        SlotId::Compare => SlotFunction::Compare(slot_compare),
        SlotId::Iter => SlotFunction::Unary(slot_iter),
        SlotId::IterNext => SlotFunction::IterNext(slot_iternext),
        SlotId::DescrGet => SlotFunction::DescrGet(slot_descr_get),
        SlotId::DescrSet => SlotFunction::DescrSet(slot_descr_set),
        SlotId::Init => SlotFunction::Init(slot_init),
        SlotId::New | SlotId::Finalizer => return None,
        SlotId::Await => SlotFunction::Unary(slot_await),
        SlotId::Aiter => SlotFunction::Unary(slot_aiter),
        SlotId::Anext => SlotFunction::Unary(slot_anext),
        SlotId::Binary(op) => SlotFunction::Binary(BINARY[op as usize]),
        SlotId::Power => SlotFunction::Ternary(slot_power),
        SlotId::Inplace(op) => SlotFunction::Binary(*INPLACE.get(op as usize)?),
        SlotId::Unary(op) => SlotFunction::Unary(UNARY[op as usize]),
        SlotId::Bool => SlotFunction::Bool(slot_bool),
        SlotId::Length => SlotFunction::Len(slot_length),
        SlotId::GetItem => SlotFunction::Binary(slot_getitem),
        SlotId::SetItem => SlotFunction::SetItem(slot_setitem),
        SlotId::Contains => SlotFunction::Contains(slot_contains),
        // Classes concatenate and repeat by their number slots.
        SlotId::Concat | SlotId::Repeat | SlotId::InplaceConcat | SlotId::InplaceRepeat => return None,
    })
}

static BINARY: [BinaryFn; 14] = [
    slot_binary::<0>,
    slot_binary::<1>,
    slot_binary::<2>,
    slot_binary::<3>,
    slot_binary::<4>,
    slot_binary::<5>,
    slot_binary::<6>,
    slot_binary::<7>,
    slot_binary::<8>,
    slot_binary::<9>,
    slot_binary::<10>,
    slot_binary::<11>,
    slot_binary::<12>,
    slot_binary::<13>,
];

static INPLACE: [BinaryFn; 13] = [
    slot_inplace::<0>,
    slot_inplace::<1>,
    slot_inplace::<2>,
    slot_inplace::<3>,
    slot_inplace::<4>,
    slot_inplace::<5>,
    slot_inplace::<6>,
    slot_inplace::<7>,
    slot_inplace::<8>,
    slot_inplace::<9>,
    slot_inplace::<10>,
    slot_inplace::<11>,
    slot_inplace::<12>,
];

static UNARY: [UnaryFn; 7] = [
    slot_unary::<0>,
    slot_unary::<1>,
    slot_unary::<2>,
    slot_unary::<3>,
    slot_unary::<4>,
    slot_unary::<5>,
    slot_unary::<6>,
];

/// A binary operator of classes. Both operands' types may have this slot, so one function decides for both who is asked:
/// the right operand first if its class derives from the left one's and overrides the reflected method.
fn slot_binary<const OP: usize>(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let own =
        |ty: Gc<Type>| ty.slots().binary[OP].is_some_and(|f| std::ptr::fn_addr_eq(f, slot_binary::<OP> as BinaryFn));
    let (left_type, right_type) = (vm.type_of(left), vm.type_of(right));
    let mut try_right = left_type != right_type && own(right_type);
    let (name, reflected) = (vm.names.binary[OP], vm.names.reflected[OP]);
    if own(left_type) {
        if try_right && right_type.is_subtype(left_type) && overrides(vm, left_type, right_type, reflected)? {
            let answer = call_maybe(vm, right, reflected, &[left])?.unwrap_or(Value::NOT_IMPLEMENTED);
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
            try_right = false;
        }
        let answer = call_maybe(vm, left, name, &[right])?.unwrap_or(Value::NOT_IMPLEMENTED);
        if !answer.is(Value::NOT_IMPLEMENTED) || left_type == right_type {
            return Ok(answer);
        }
    }
    if try_right {
        return Ok(call_maybe(vm, right, reflected, &[left])?.unwrap_or(Value::NOT_IMPLEMENTED));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether the right operand's class has another such method than the left one's.
fn overrides(vm: &mut Vm, left: Gc<Type>, right: Gc<Type>, name: Gc<Str>) -> PyResult<bool> {
    let Some(theirs) = crate::objects::typeobj::lookup_type_attribute(vm, right, name)? else { return Ok(false) };
    let Some(ours) = crate::objects::typeobj::lookup_type_attribute(vm, left, name)? else { return Ok(true) };
    let different = vm.compare(theirs, ours, CompareOp::Ne)?;
    vm.is_true(different)
}

fn slot_power(vm: &mut Vm, base: Value, exponent: Value, modulus: Value) -> PyResult {
    if modulus.is_none() {
        // As any binary operator, except that the slot that tells "one of ours" is `power`.
        let own = |ty: Gc<Type>| ty.slots().power.is_some_and(|f| std::ptr::fn_addr_eq(f, slot_power as TernaryFn));
        let (left_type, right_type) = (vm.type_of(base), vm.type_of(exponent));
        let mut try_right = left_type != right_type && own(right_type);
        let (name, reflected) = (vm.names.__pow__, vm.names.reflected[BinaryOp::Power as usize]);
        if own(left_type) {
            if try_right && right_type.is_subtype(left_type) && overrides(vm, left_type, right_type, reflected)? {
                let answer = call_maybe(vm, exponent, reflected, &[base])?.unwrap_or(Value::NOT_IMPLEMENTED);
                if !answer.is(Value::NOT_IMPLEMENTED) {
                    return Ok(answer);
                }
                try_right = false;
            }
            let answer = call_maybe(vm, base, name, &[exponent])?.unwrap_or(Value::NOT_IMPLEMENTED);
            if !answer.is(Value::NOT_IMPLEMENTED) || left_type == right_type {
                return Ok(answer);
            }
        }
        if try_right {
            return Ok(call_maybe(vm, exponent, reflected, &[base])?.unwrap_or(Value::NOT_IMPLEMENTED));
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    // Three arguments are the left operand's business alone.
    let ty = vm.type_of(base);
    if ty.slots().power.is_some_and(|f| std::ptr::fn_addr_eq(f, slot_power as TernaryFn)) {
        let name = vm.names.__pow__;
        return call(vm, base, name, &[exponent, modulus]);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

fn slot_inplace<const OP: usize>(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let name = vm.names.inplace[OP];
    call(vm, left, name, &[right])
}

fn slot_unary<const OP: usize>(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.unary[OP];
    call(vm, value, name, &[])
}

fn slot_repr(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__repr__;
    match call_maybe(vm, value, name, &[])? {
        Some(text) => Ok(text),
        None => Ok(vm.default_repr(value).into()),
    }
}

fn slot_str(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__str__;
    call(vm, value, name, &[])
}

fn slot_hash(vm: &mut Vm, value: Value) -> PyResult<i64> {
    let name = vm.names.__hash__;
    let ty = vm.type_of(value);
    let Some(method) = vm.lookup(ty, name).filter(|m| !m.is_none()) else { return hash_not_implemented(vm, value) };
    let hash = vm.call_found(method, value, ty, &[])?;
    let int_type = vm.types.int;
    if !vm.type_of(hash).is_subtype(int_type) {
        return Err(vm.type_error("__hash__ method should return an integer"));
    }
    let hash = match hash.as_small_int() {
        Some(hash) => hash,
        // Integers of 62 to 64 bits are themselves, others hash again.
        None => match crate::objects::int::to_big(hash).and_then(|big| i64::try_from(&big).ok()) {
            Some(hash) => hash,
            None => match int_type.slots().hash {
                Some(hash_int) => hash_int(vm, hash)?,
                None => 0,
            },
        },
    };
    Ok(if hash == -1 { -2 } else { hash })
}

fn slot_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    let name = vm.names.__call__;
    call_with(vm, callable, name, args)
}

impl Vm {
    /// Whether calling an object does nothing but run a function written in Python.
    fn runs_python(&mut self, callable: Value) -> bool {
        if callable.is_exact(self.types.function) {
            return true;
        }
        if callable.is_exact(self.types.method) {
            return callable
                .cast::<BoundMethod>()
                .is_some_and(|method| method.function.get().is_exact(self.types.function));
        }
        let ty = self.type_of(callable);
        if !ty.slots().call.is_some_and(|call| std::ptr::fn_addr_eq(call, slot_call as CallFn)) {
            return false;
        }
        let name = self.names.__call__;
        self.lookup(ty, name).is_some_and(|found| found.is_exact(self.types.function))
    }

    /// A call by an instruction, with arguments that lie on the VM stack or in a [`crate::heap::TempVec`]. Where it does nothing but
    /// run Python code, no native frame in between needs anything else, so that collections within it have exact roots if those
    /// of the caller have.
    pub(crate) fn call_from_loop(&mut self, callable: Value, args: Args<'_>) -> PyResult {
        if !self.runs_python(callable) {
            return self.call(callable, args);
        }
        self.native_depth -= 1;
        let result = self.call(callable, args);
        self.native_depth += 1;
        result
    }
}

/// Calls a special method with whole arguments.
fn call_with(vm: &mut Vm, receiver: Value, name: Gc<Str>, args: Args<'_>) -> PyResult {
    let ty = vm.type_of(receiver);
    let Some(found) = vm.lookup(ty, name) else {
        let text = name.to_string_lossy().into_owned();
        return Err(vm.attribute_error(text));
    };
    let found_type = vm.type_of(found);
    if found_type.is(TypeFlags::METHOD_DESCRIPTOR) {
        return vm.call_prepended(found, receiver, args);
    }
    let bound = match found_type.slots().descr_get {
        Some(get) => get(vm, found, receiver, ty.into())?,
        None => found,
    };
    vm.call(bound, args)
}

fn slot_init(vm: &mut Vm, instance: Value, args: Args<'_>) -> PyResult<()> {
    let name = vm.names.__init__;
    let result = call_with(vm, instance, name, args)?;
    if result.is_none() {
        return Ok(());
    }
    let given = vm.type_name(result);
    Err(vm.type_error(format!("__init__() should return None, not '{given}'")))
}

/// `__new__` of a class.
pub(crate) fn slot_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let name = vm.names.__new__;
    let function = vm.get_attr(ty.into(), name)?;
    vm.call_prepended(function, ty.into(), args)
}

fn slot_getattro(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    let method = vm.names.__getattribute__;
    call(vm, object, method, &[name.into()]).map_err(|raise| vm.tell_attribute(raise, object, name))
}

fn slot_getattr_hook(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    getattr_hook(vm, object, name).map_err(|raise| vm.tell_attribute(raise, object, name))
}

fn getattr_hook(vm: &mut Vm, object: Value, name: Gc<Str>) -> PyResult {
    let ty = vm.type_of(object);
    let (getattribute, getattr) = (vm.names.__getattribute__, vm.names.__getattr__);
    let Some(hook) = vm.lookup(ty, getattr) else { return slot_getattro(vm, object, name) };
    let found = vm.lookup(ty, getattribute);
    let first = if found.is_none_or(is_generic_getattribute) {
        match generic_lookup(vm, object, name) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(raise) => Some(raise),
        }
    } else {
        match vm.call_found(found.unwrap_or(Value::NONE), object, ty, &[name.into()]) {
            Ok(value) => return Ok(value),
            Err(raise) => Some(raise),
        }
    };
    if let Some(raise) = first
        && !vm.is_raised(raise, vm.exc.AttributeError)
    {
        return Err(raise);
    }
    let bound = match vm.type_of(hook).slots().descr_get {
        Some(get) => get(vm, hook, object, ty.into())?,
        None => hook,
    };
    vm.call_values(bound, &[name.into()])
}

/// Whether a method is `object.__getattribute__`.
fn is_generic_getattribute(method: Value) -> bool {
    let Some(descriptor) = method.cast::<MethodDescriptor>() else { return false };
    match descriptor.kind {
        MethodKind::Slot(_, SlotFunction::GetAttr(f)) => std::ptr::fn_addr_eq(f, generic_getattr as GetAttrFn),
        _ => false,
    }
}

fn slot_setattro(vm: &mut Vm, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    if value.is_null() {
        let method = vm.names.__delattr__;
        call(vm, object, method, &[name.into()])?;
    } else {
        let method = vm.names.__setattr__;
        call(vm, object, method, &[name.into(), value])?;
    }
    Ok(())
}

fn slot_compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let names = &vm.names;
    let name = [names.__lt__, names.__le__, names.__eq__, names.__ne__, names.__gt__, names.__ge__][op as usize];
    let ty = vm.type_of(left);
    let Some(found) = vm.lookup(ty, name) else { return Ok(Value::NOT_IMPLEMENTED) };
    let found_type = vm.type_of(found);
    if found_type.is(TypeFlags::METHOD_DESCRIPTOR) {
        return vm.call_with_first(found, left, &[right]);
    }
    let bound = match found_type.slots().descr_get {
        // A method that cannot be had is as good as none, whatever it raised.
        Some(get) => match get(vm, found, left, ty.into()) {
            Ok(bound) => bound,
            Err(_) => return Ok(Value::NOT_IMPLEMENTED),
        },
        None => found,
    };
    vm.call_values(bound, &[right])
}

fn slot_iter(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__iter__;
    let ty = vm.type_of(value);
    match vm.lookup(ty, name) {
        Some(method) if method.is_none() => {}
        Some(method) => return vm.call_found(method, value, ty, &[]),
        None => {
            let getitem = vm.names.__getitem__;
            if vm.lookup(ty, getitem).is_some() {
                return Ok(crate::objects::iter::new_sequence_iterator(vm, value));
            }
        }
    }
    Err(vm.type_error(format!("'{}' object is not iterable", ty.display_name())))
}

fn slot_iternext(vm: &mut Vm, iterator: Value) -> PyResult {
    let name = vm.names.__next__;
    call(vm, iterator, name, &[])
}

fn slot_descr_get(vm: &mut Vm, descriptor: Value, instance: Value, owner: Value) -> PyResult {
    let ty = vm.type_of(descriptor);
    let name = vm.names.__get__;
    match vm.lookup(ty, name) {
        Some(get) => vm.call_values(get, &[descriptor, instance.or_none(), owner.or_none()]),
        None => Ok(descriptor),
    }
}

fn slot_descr_set(vm: &mut Vm, descriptor: Value, instance: Value, value: Value) -> PyResult<()> {
    if value.is_null() {
        let name = vm.names.__delete__;
        call(vm, descriptor, name, &[instance])?;
    } else {
        let name = vm.names.__set__;
        call(vm, descriptor, name, &[instance, value])?;
    }
    Ok(())
}

fn slot_asynchronous(vm: &mut Vm, value: Value, name: Gc<Str>) -> PyResult {
    if let Some(result) = call_maybe(vm, value, name, &[])? {
        return Ok(result);
    }
    let ty = vm.type_name(value);
    Err(vm.attribute_error(format!("object {ty} does not have {} method", name.to_string_lossy())))
}

fn slot_await(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__await__;
    slot_asynchronous(vm, value, name)
}

fn slot_aiter(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__aiter__;
    slot_asynchronous(vm, value, name)
}

fn slot_anext(vm: &mut Vm, value: Value) -> PyResult {
    let name = vm.names.__anext__;
    slot_asynchronous(vm, value, name)
}

fn slot_bool(vm: &mut Vm, value: Value) -> PyResult<bool> {
    let name = vm.names.__bool__;
    if let Some(answer) = call_maybe(vm, value, name, &[])? {
        return match answer.as_bool() {
            Some(truth) => Ok(truth),
            None => {
                let given = vm.type_name(answer);
                Err(vm.type_error(format!("__bool__ should return bool, returned {given}")))
            }
        };
    }
    let name = vm.names.__len__;
    match call_maybe(vm, value, name, &[])? {
        Some(length) => vm.is_true(length),
        None => Ok(true),
    }
}

fn slot_length(vm: &mut Vm, value: Value) -> PyResult<usize> {
    let name = vm.names.__len__;
    let length = call(vm, value, name, &[])?;
    let length = vm.index(length)?;
    let negative = match length.as_small_int() {
        Some(length) => length < 0,
        None => vm.less(length, Value::small_int(0))?,
    };
    if negative {
        return Err(vm.value_error("__len__() should return >= 0"));
    }
    Ok(vm.index_i64(length)? as usize)
}

fn slot_getitem(vm: &mut Vm, container: Value, key: Value) -> PyResult {
    let name = vm.names.__getitem__;
    call(vm, container, name, &[key])
}

fn slot_setitem(vm: &mut Vm, container: Value, key: Value, value: Value) -> PyResult<()> {
    if value.is_null() {
        let name = vm.names.__delitem__;
        call(vm, container, name, &[key])?;
    } else {
        let name = vm.names.__setitem__;
        call(vm, container, name, &[key, value])?;
    }
    Ok(())
}

fn slot_contains(vm: &mut Vm, container: Value, item: Value) -> PyResult<bool> {
    let name = vm.names.__contains__;
    let ty = vm.type_of(container);
    match vm.lookup(ty, name) {
        Some(method) if method.is_none() => {
            Err(vm.type_error(format!("'{}' object is not a container", ty.display_name())))
        }
        Some(method) => {
            let answer = vm.call_found(method, container, ty, &[item])?;
            vm.is_true(answer)
        }
        None => vm.contains_by_iteration(container, item),
    }
}
