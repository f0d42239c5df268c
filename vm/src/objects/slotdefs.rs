//! Which special method belongs to which slot.
//!
//! The table serves both ways. A native type states slots, and for each of them the methods in the table are made as
//! `wrapper_descriptor`s ([`call_wrapper`] is what calling one does). A class defines methods, and for each of them the slot
//! gets the function of `slot_functions` that looks the method up and calls it; `slot_update` keeps that so.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::slots::{
    BinaryFn, BinaryOp, BoolFn, CallFn, CompareFn, CompareOp, ContainsFn, DescrGetFn, DescrSetFn, GetAttrFn, HashFn,
    InitFn, IterNextFn, LenFn, SetAttrFn, SetItemFn, Slots, TernaryFn, UnaryFn, UnaryOp,
};
use crate::value::Value;

/// A slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are those of the slots")]
pub enum SlotId {
    Repr,
    Hash,
    Call,
    Str,
    GetAttro,
    SetAttro,
    Compare,
    Iter,
    IterNext,
    DescrGet,
    DescrSet,
    Init,
    New,
    Finalizer,
    Await,
    Aiter,
    Anext,
    Binary(BinaryOp),
    Power,
    Inplace(BinaryOp),
    Unary(UnaryOp),
    Bool,
    Length,
    GetItem,
    SetItem,
    Contains,
    Concat,
    Repeat,
    InplaceConcat,
    InplaceRepeat,
}

/// A slot's function.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the names are those of the function types")]
pub enum SlotFunction {
    Unary(UnaryFn),
    Binary(BinaryFn),
    Ternary(TernaryFn),
    Bool(BoolFn),
    Len(LenFn),
    Hash(HashFn),
    IterNext(IterNextFn),
    SetItem(SetItemFn),
    Contains(ContainsFn),
    GetAttr(GetAttrFn),
    SetAttr(SetAttrFn),
    Compare(CompareFn),
    Call(CallFn),
    DescrGet(DescrGetFn),
    DescrSet(DescrSetFn),
    Init(InitFn),
}

/// How the method of a slot passes its arguments on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Wrapper {
    /// No method is made for this name.
    None,
    /// `f(self)`.
    Unary,
    /// `f(self, other)`.
    Left,
    /// `f(other, self)`.
    Right,
    Compare(CompareOp),
    SetItem,
    DelItem,
    SetAttr,
    DelAttr,
    Call,
    Init,
    DescrGet,
    DescrSet,
    DescrDelete,
}

/// A special method and its slot.
#[derive(Clone, Copy)]
pub struct SlotDef {
    /// The method's name.
    pub name: &'static str,
    /// The slot.
    pub slot: SlotId,
    /// How the method calls the slot.
    pub wrapper: Wrapper,
}

const fn def(name: &'static str, slot: SlotId, wrapper: Wrapper) -> SlotDef {
    SlotDef { name, slot, wrapper }
}

const fn left(op: BinaryOp) -> SlotDef {
    def(op.method_name(), SlotId::Binary(op), Wrapper::Left)
}

const fn right(op: BinaryOp) -> SlotDef {
    def(op.reflected_name(), SlotId::Binary(op), Wrapper::Right)
}

const fn inplace(op: BinaryOp) -> SlotDef {
    def(op.inplace_name(), SlotId::Inplace(op), Wrapper::Left)
}

/// The methods of the unary operators, by number.
pub(crate) const UNARY_METHODS: [&str; 7] =
    ["__neg__", "__pos__", "__abs__", "__invert__", "__int__", "__float__", "__index__"];

const fn unary(op: UnaryOp) -> SlotDef {
    def(UNARY_METHODS[op as usize], SlotId::Unary(op), Wrapper::Unary)
}

const fn compare(op: CompareOp) -> SlotDef {
    def(op.method_name(), SlotId::Compare, Wrapper::Compare(op))
}

/// All special methods with slots, in CPython's order: the methods of one slot stand together.
pub static SLOT_DEFS: &[SlotDef] = &[
    def("__repr__", SlotId::Repr, Wrapper::Unary),
    def("__hash__", SlotId::Hash, Wrapper::Unary),
    def("__call__", SlotId::Call, Wrapper::Call),
    def("__str__", SlotId::Str, Wrapper::Unary),
    def("__getattribute__", SlotId::GetAttro, Wrapper::Left),
    def("__getattr__", SlotId::GetAttro, Wrapper::None),
    def("__setattr__", SlotId::SetAttro, Wrapper::SetAttr),
    def("__delattr__", SlotId::SetAttro, Wrapper::DelAttr),
    compare(CompareOp::Lt),
    compare(CompareOp::Le),
    compare(CompareOp::Eq),
    compare(CompareOp::Ne),
    compare(CompareOp::Gt),
    compare(CompareOp::Ge),
    def("__iter__", SlotId::Iter, Wrapper::Unary),
    def("__next__", SlotId::IterNext, Wrapper::Unary),
    def("__get__", SlotId::DescrGet, Wrapper::DescrGet),
    def("__set__", SlotId::DescrSet, Wrapper::DescrSet),
    def("__delete__", SlotId::DescrSet, Wrapper::DescrDelete),
    def("__init__", SlotId::Init, Wrapper::Init),
    def("__new__", SlotId::New, Wrapper::None),
    def("__del__", SlotId::Finalizer, Wrapper::None),
    def("__await__", SlotId::Await, Wrapper::Unary),
    def("__aiter__", SlotId::Aiter, Wrapper::Unary),
    def("__anext__", SlotId::Anext, Wrapper::Unary),
    left(BinaryOp::Add),
    right(BinaryOp::Add),
    left(BinaryOp::Subtract),
    right(BinaryOp::Subtract),
    left(BinaryOp::Multiply),
    right(BinaryOp::Multiply),
    left(BinaryOp::Remainder),
    right(BinaryOp::Remainder),
    left(BinaryOp::Divmod),
    right(BinaryOp::Divmod),
    def("__pow__", SlotId::Power, Wrapper::Left),
    def("__rpow__", SlotId::Power, Wrapper::Right),
    unary(UnaryOp::Negative),
    unary(UnaryOp::Positive),
    unary(UnaryOp::Absolute),
    def("__bool__", SlotId::Bool, Wrapper::Unary),
    unary(UnaryOp::Invert),
    left(BinaryOp::Lshift),
    right(BinaryOp::Lshift),
    left(BinaryOp::Rshift),
    right(BinaryOp::Rshift),
    left(BinaryOp::And),
    right(BinaryOp::And),
    left(BinaryOp::Xor),
    right(BinaryOp::Xor),
    left(BinaryOp::Or),
    right(BinaryOp::Or),
    unary(UnaryOp::Int),
    unary(UnaryOp::Float),
    inplace(BinaryOp::Add),
    inplace(BinaryOp::Subtract),
    inplace(BinaryOp::Multiply),
    inplace(BinaryOp::Remainder),
    inplace(BinaryOp::Power),
    inplace(BinaryOp::Lshift),
    inplace(BinaryOp::Rshift),
    inplace(BinaryOp::And),
    inplace(BinaryOp::Xor),
    inplace(BinaryOp::Or),
    left(BinaryOp::FloorDivide),
    right(BinaryOp::FloorDivide),
    left(BinaryOp::TrueDivide),
    right(BinaryOp::TrueDivide),
    inplace(BinaryOp::FloorDivide),
    inplace(BinaryOp::TrueDivide),
    unary(UnaryOp::Index),
    left(BinaryOp::MatrixMultiply),
    right(BinaryOp::MatrixMultiply),
    inplace(BinaryOp::MatrixMultiply),
    def("__len__", SlotId::Length, Wrapper::Unary),
    def("__getitem__", SlotId::GetItem, Wrapper::Left),
    def("__setitem__", SlotId::SetItem, Wrapper::SetItem),
    def("__delitem__", SlotId::SetItem, Wrapper::DelItem),
    def("__add__", SlotId::Concat, Wrapper::Left),
    def("__mul__", SlotId::Repeat, Wrapper::Left),
    def("__rmul__", SlotId::Repeat, Wrapper::Left),
    def("__contains__", SlotId::Contains, Wrapper::Left),
    def("__iadd__", SlotId::InplaceConcat, Wrapper::Left),
    def("__imul__", SlotId::InplaceRepeat, Wrapper::Left),
];

/// The function in a slot.
pub fn read_slot(slots: &Slots, id: SlotId) -> Option<SlotFunction> {
    match id {
        SlotId::Repr => slots.repr.map(SlotFunction::Unary),
        SlotId::Hash => slots.hash.map(SlotFunction::Hash),
        SlotId::Call => slots.call.map(SlotFunction::Call),
        SlotId::Str => slots.str.map(SlotFunction::Unary),
        SlotId::GetAttro => slots.getattro.map(SlotFunction::GetAttr),
        SlotId::SetAttro => slots.setattro.map(SlotFunction::SetAttr),
        SlotId::Compare => slots.compare.map(SlotFunction::Compare),
        SlotId::Iter => slots.iter.map(SlotFunction::Unary),
        SlotId::IterNext => slots.iternext.map(SlotFunction::IterNext),
        SlotId::DescrGet => slots.descr_get.map(SlotFunction::DescrGet),
        SlotId::DescrSet => slots.descr_set.map(SlotFunction::DescrSet),
        SlotId::Init => slots.init.map(SlotFunction::Init),
        // `__new__` is no wrapper but a function that remembers the type, and finalizers are a flag.
        SlotId::New | SlotId::Finalizer => None,
        SlotId::Await => slots.await_.map(SlotFunction::Unary),
        SlotId::Aiter => slots.aiter.map(SlotFunction::Unary),
        SlotId::Anext => slots.anext.map(SlotFunction::Unary),
        SlotId::Binary(op) => slots.binary[op as usize].map(SlotFunction::Binary),
        SlotId::Power => slots.power.map(SlotFunction::Ternary),
        SlotId::Inplace(op) => slots.inplace[op as usize].map(SlotFunction::Binary),
        SlotId::Unary(op) => slots.unary[op as usize].map(SlotFunction::Unary),
        SlotId::Bool => slots.bool.map(SlotFunction::Bool),
        SlotId::Length => slots.length.map(SlotFunction::Len),
        SlotId::GetItem => slots.getitem.map(SlotFunction::Binary),
        SlotId::SetItem => slots.setitem.map(SlotFunction::SetItem),
        SlotId::Contains => slots.contains.map(SlotFunction::Contains),
        SlotId::Concat => slots.concat.map(SlotFunction::Binary),
        SlotId::Repeat => slots.repeat.map(SlotFunction::Binary),
        SlotId::InplaceConcat => slots.inplace_concat.map(SlotFunction::Binary),
        SlotId::InplaceRepeat => slots.inplace_repeat.map(SlotFunction::Binary),
    }
}

/// Changes a slot. A function of another kind than the slot's leaves it empty; [`read_slot`] and the table never give one.
pub fn write_slot(slots: &mut Slots, id: SlotId, function: Option<SlotFunction>) {
    macro_rules! put {
        ($place:expr, $kind:ident) => {
            $place = match function {
                Some(SlotFunction::$kind(f)) => Some(f),
                _ => None,
            }
        };
    }
    match id {
        SlotId::Repr => put!(slots.repr, Unary),
        SlotId::Hash => put!(slots.hash, Hash),
        SlotId::Call => put!(slots.call, Call),
        SlotId::Str => put!(slots.str, Unary),
        SlotId::GetAttro => put!(slots.getattro, GetAttr),
        SlotId::SetAttro => put!(slots.setattro, SetAttr),
        SlotId::Compare => put!(slots.compare, Compare),
        SlotId::Iter => put!(slots.iter, Unary),
        SlotId::IterNext => put!(slots.iternext, IterNext),
        SlotId::DescrGet => put!(slots.descr_get, DescrGet),
        SlotId::DescrSet => put!(slots.descr_set, DescrSet),
        SlotId::Init => put!(slots.init, Init),
        SlotId::New | SlotId::Finalizer => {}
        SlotId::Await => put!(slots.await_, Unary),
        SlotId::Aiter => put!(slots.aiter, Unary),
        SlotId::Anext => put!(slots.anext, Unary),
        SlotId::Binary(op) => put!(slots.binary[op as usize], Binary),
        SlotId::Power => put!(slots.power, Ternary),
        SlotId::Inplace(op) => {
            if let Some(place) = slots.inplace.get_mut(op as usize) {
                put!(*place, Binary);
            }
        }
        SlotId::Unary(op) => put!(slots.unary[op as usize], Unary),
        SlotId::Bool => put!(slots.bool, Bool),
        SlotId::Length => put!(slots.length, Len),
        SlotId::GetItem => put!(slots.getitem, Binary),
        SlotId::SetItem => put!(slots.setitem, SetItem),
        SlotId::Contains => put!(slots.contains, Contains),
        SlotId::Concat => put!(slots.concat, Binary),
        SlotId::Repeat => put!(slots.repeat, Binary),
        SlotId::InplaceConcat => put!(slots.inplace_concat, Binary),
        SlotId::InplaceRepeat => put!(slots.inplace_repeat, Binary),
    }
}

/// Calls a slot as its method is called: `int.__add__(receiver, …)`.
pub fn call_wrapper(
    vm: &mut Vm,
    definition: &SlotDef,
    function: SlotFunction,
    receiver: Value,
    args: Args<'_>,
) -> PyResult {
    if !matches!(definition.wrapper, Wrapper::Call | Wrapper::Init) && args.keyword_count() != 0 {
        return Err(vm.type_error(format!("wrapper {}() takes no keyword arguments", definition.name)));
    }
    let none = |result: PyResult<()>| result.map(|()| Value::NONE);
    match (function, definition.wrapper) {
        (SlotFunction::Call(f), _) => f(vm, receiver, args),
        (SlotFunction::Init(f), _) => none(f(vm, receiver, args)),
        (SlotFunction::Unary(f), _) => {
            expect(vm, args, 0)?;
            f(vm, receiver)
        }
        (SlotFunction::Binary(f), wrapper) => {
            let other = if matches!(definition.slot, SlotId::Repeat | SlotId::InplaceRepeat) {
                // (CPython names no function here: the message begins with a space.)
                let [count] = args.between(vm, "", 1, 1)? else { return Ok(Value::NONE) };
                let count = vm.index_i64(*count)?;
                vm.int(count)
            } else {
                expect(vm, args, 1)?;
                args.values()[0]
            };
            if wrapper == Wrapper::Right { f(vm, other, receiver) } else { f(vm, receiver, other) }
        }
        (SlotFunction::Ternary(f), wrapper) => {
            let values = args.between(vm, "", 1, 2)?;
            let (other, third) = (values[0], values.get(1).copied().unwrap_or(Value::NONE));
            if wrapper == Wrapper::Right { f(vm, other, receiver, third) } else { f(vm, receiver, other, third) }
        }
        (SlotFunction::Bool(f), _) => {
            expect(vm, args, 0)?;
            f(vm, receiver).map(Value::bool)
        }
        (SlotFunction::Len(f), _) => {
            expect(vm, args, 0)?;
            let length = f(vm, receiver)?;
            Ok(vm.int(length as i64))
        }
        (SlotFunction::Hash(f), _) => {
            expect(vm, args, 0)?;
            let hash = f(vm, receiver)?;
            Ok(vm.int(hash))
        }
        (SlotFunction::IterNext(f), _) => {
            expect(vm, args, 0)?;
            let item = f(vm, receiver)?;
            if item.is_null() { Err(vm.stop_iteration(Value::NONE)) } else { Ok(item) }
        }
        (SlotFunction::SetItem(f), Wrapper::DelItem) => {
            expect(vm, args, 1)?;
            none(f(vm, receiver, args.values()[0], Value::NULL))
        }
        (SlotFunction::SetItem(f), _) => {
            let values = args.between(vm, "", 2, 2)?;
            none(f(vm, receiver, values[0], values[1]))
        }
        (SlotFunction::Contains(f), _) => {
            expect(vm, args, 1)?;
            f(vm, receiver, args.values()[0]).map(Value::bool)
        }
        (SlotFunction::GetAttr(f), _) => {
            expect(vm, args, 1)?;
            let name = attribute_name(vm, args.values()[0])?;
            f(vm, receiver, name)
        }
        (SlotFunction::SetAttr(f), Wrapper::DelAttr) => {
            expect(vm, args, 1)?;
            let name = attribute_name(vm, args.values()[0])?;
            check_not_type(vm, receiver, f, definition.name)?;
            none(f(vm, receiver, name, Value::NULL))
        }
        (SlotFunction::SetAttr(f), _) => {
            let values = args.between(vm, "", 2, 2)?;
            let name = attribute_name(vm, values[0])?;
            check_not_type(vm, receiver, f, definition.name)?;
            none(f(vm, receiver, name, values[1]))
        }
        (SlotFunction::Compare(f), wrapper) => {
            expect(vm, args, 1)?;
            let op = if let Wrapper::Compare(op) = wrapper { op } else { CompareOp::Eq };
            f(vm, receiver, args.values()[0], op)
        }
        (SlotFunction::DescrGet(f), _) => {
            let values = args.between(vm, "", 1, 2)?;
            let null = |v: Option<&Value>| v.copied().filter(|v| !v.is_none()).unwrap_or(Value::NULL);
            let (instance, owner) = (null(values.first()), null(values.get(1)));
            if instance.is_null() && owner.is_null() {
                return Err(vm.type_error("__get__(None, None) is invalid"));
            }
            f(vm, receiver, instance, owner)
        }
        (SlotFunction::DescrSet(f), Wrapper::DescrDelete) => {
            expect(vm, args, 1)?;
            none(f(vm, receiver, args.values()[0], Value::NULL))
        }
        (SlotFunction::DescrSet(f), _) => {
            let values = args.between(vm, "", 2, 2)?;
            none(f(vm, receiver, values[0], values[1]))
        }
    }
}

fn expect(vm: &mut Vm, args: Args<'_>, count: usize) -> PyResult<()> {
    let given = args.len();
    if given == count {
        return Ok(());
    }
    let plural = if count == 1 { "" } else { "s" };
    Err(vm.type_error(format!("expected {count} argument{plural}, got {given}")))
}

/// CPython unpacks these arguments under the empty name, which leaves a space at the front out.
/// The name of an attribute, as an argument.
pub fn attribute_name(vm: &mut Vm, name: Value) -> PyResult<crate::Gc<Str>> {
    match name.cast::<Str>() {
        Some(name) => Ok(vm.intern_str(name)),
        None => {
            let given = vm.type_name(name);
            Err(vm.type_error(format!("attribute name must be string, not '{given}'")))
        }
    }
}

/// Refuses `object.__setattr__(SomeClass, …)`, which would go past what `type` watches over.
fn check_not_type(vm: &mut Vm, receiver: Value, function: SetAttrFn, name: &str) -> PyResult<()> {
    let is_type = receiver.cast::<Type>().is_some();
    let own = vm.types.type_.slots().setattro.is_some_and(|f| std::ptr::fn_addr_eq(f, function));
    if is_type && !own {
        let ty = vm.type_name(receiver);
        return Err(vm.type_error(format!("can't apply this {name} to {ty} object")));
    }
    Ok(())
}
