//! The views `d.keys()`, `d.values()`, `d.items()`, and the iterators over dicts.

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Gc, Header, HeapObject, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::receiver;
use crate::objects::set::{self, Set};
use crate::objects::string::StrBuilder;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{MappingProxy, Type};
use crate::protocol::hash_not_implemented;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::{Convention, GetSetSpec, MethodSpec, TypeSpec, getter, method};
use crate::value::Value;

/// What a view shows or an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum DictPart {
    /// The keys.
    Keys,
    /// The values.
    Values,
    /// Pairs of both.
    Items,
}

/// A view of a dict.
#[repr(C)]
pub struct DictView {
    header: Header,
    /// The dict.
    pub dict: Gc<Dict>,
    /// What it shows of it.
    pub part: DictPart,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for DictView {
    const LAYOUT: LayoutKind = LayoutKind::DictView;

    fn trace(&self, marker: &mut Marker) {
        marker.mark(self.dict);
    }
}

/// An iterator over a dict.
#[repr(C)]
pub struct DictIter {
    header: Header,
    /// The dict; `None` at the end.
    dict: Cell<Option<Gc<Dict>>>,
    /// The number of items the dict had; `usize::MAX` once it has changed.
    expected: Cell<usize>,
    /// The next position; for reversed iterators one more than the next.
    position: Cell<usize>,
    /// How many items are left.
    left: Cell<usize>,
    part: DictPart,
    reversed: bool,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for DictIter {
    const LAYOUT: LayoutKind = LayoutKind::DictIter;

    fn trace(&self, marker: &mut Marker) {
        if let Some(dict) = self.dict.get() {
            marker.mark(dict);
        }
    }
}

impl DictIter {
    /// An iterator over a dict.
    pub fn make(vm: &mut Vm, dict: Gc<Dict>, part: DictPart, reversed: bool) -> Value {
        let types = &vm.types;
        let ty = match (part, reversed) {
            (DictPart::Keys, false) => types.dict_keyiterator,
            (DictPart::Values, false) => types.dict_valueiterator,
            (DictPart::Items, false) => types.dict_itemiterator,
            (DictPart::Keys, true) => types.dict_reversekeyiterator,
            (DictPart::Values, true) => types.dict_reversevalueiterator,
            (DictPart::Items, true) => types.dict_reverseitemiterator,
        };
        let iterator = DictIter {
            header: Header::new(ty),
            dict: Cell::new(Some(dict)),
            expected: Cell::new(dict.len()),
            position: Cell::new(if reversed { dict.positions() } else { 0 }),
            left: Cell::new(dict.len()),
            part,
            reversed,
        };
        vm.heap.allocate(iterator).into()
    }

    /// The next item: `None` at the end.
    ///
    /// # Errors
    /// `RuntimeError` when keys came or went since the iterator was made.
    #[inline(never)]
    pub fn next_item(&self, vm: &mut Vm) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.dict.get() else { return Ok(None) };
        if self.expected.get() != dict.len() {
            // The state sticks: asking again raises again.
            self.expected.set(usize::MAX);
            return Err(vm.runtime_error("dictionary changed size during iteration"));
        }
        let item = if self.reversed { self.previous(dict) } else { self.following(dict) };
        if item.is_none() {
            self.dict.set(None);
            return Ok(None);
        }
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None if self.reversed => {}
            None => {
                self.dict.set(None);
                return Err(vm.runtime_error("dictionary keys changed during iteration"));
            }
        }
        Ok(item)
    }

    /// The next item in the usual case: going forwards through a combined table that has not changed its size, and there is
    /// no hole. Otherwise nothing happens.
    #[inline(always)]
    pub fn next_quickly(&self) -> Option<(Value, Value)> {
        let dict = self.dict.get()?;
        if self.expected.get() != dict.len() || self.reversed || dict.is_split() {
            return None;
        }
        let keys = dict.keys();
        let entry = keys.entries().get(self.position.get())?;
        let left = self.left.get().checked_sub(1)?;
        let key = entry.key.get().non_null()?;
        self.position.set(self.position.get() + 1);
        self.left.set(left);
        Some((key, entry.value.get()))
    }

    fn following(&self, dict: Gc<Dict>) -> Option<(Value, Value)> {
        let mut position = self.position.get();
        let item = dict.next_item(&mut position);
        self.position.set(position);
        item
    }

    fn previous(&self, dict: Gc<Dict>) -> Option<(Value, Value)> {
        loop {
            let position = self.position.get().checked_sub(1)?;
            self.position.set(position);
            if let Some(Some(item)) = dict.entry(position) {
                return Some(item);
            }
        }
    }

    fn remaining(&self) -> usize {
        match self.dict.get() {
            Some(dict) if dict.len() == self.expected.get() => self.left.get(),
            _ => 0,
        }
    }
}

impl DictView {
    /// A view of a dict.
    pub fn make(vm: &mut Vm, dict: Gc<Dict>, part: DictPart) -> Value {
        let ty = match part {
            DictPart::Keys => vm.types.dict_keys,
            DictPart::Values => vm.types.dict_values,
            DictPart::Items => vm.types.dict_items,
        };
        vm.heap.allocate(DictView { header: Header::new(ty), dict, part }).into()
    }

    fn contains(&self, vm: &mut Vm, item: Value) -> PyResult<bool> {
        if self.part == DictPart::Keys {
            return self.dict.contains(vm, item);
        }
        let Some(pair) = item.cast::<Tuple>() else { return Ok(false) };
        let &[key, value] = pair.items() else { return Ok(false) };
        match self.dict.get_item(vm, key)? {
            Some(found) => vm.equals(found, value),
            None => Ok(false),
        }
    }
}

// ---- the iterators' types ----

const fn iterator_type(name: &'static str) -> TypeSpec {
    TypeSpec {
        slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(iternext), ..Slots::NONE },
        methods: ITERATOR_METHODS,
        ..TypeSpec::new(name, LayoutKind::DictIter)
    }
}

const ITERATOR_METHODS: &[MethodSpec] = &[
    method("__length_hint__", length_hint, Convention::NoArgs),
    method("__reduce__", reduce_iterator, Convention::NoArgs),
];

/// An iterator over a list of what is left, which this one does not lose.
fn reduce_iterator(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = crate::objects::iter::maker(vm, "iter")?;
    let iterator = receiver::<DictIter>(vm, own)?;
    let copy = DictIter {
        header: Header::new(vm.type_of(own)),
        dict: iterator.dict.clone(),
        expected: iterator.expected.clone(),
        position: iterator.position.clone(),
        left: iterator.left.clone(),
        part: iterator.part,
        reversed: iterator.reversed,
    };
    let copy: Value = vm.heap.allocate(copy).into();
    let rest = vm.list_from(copy)?;
    crate::objects::iter::reduced(vm, iter, &[rest.into()], None)
}

/// The type `dict_keyiterator`.
pub static DICT_KEYITERATOR_TYPE: TypeSpec = iterator_type("dict_keyiterator");
/// The type `dict_valueiterator`.
pub static DICT_VALUEITERATOR_TYPE: TypeSpec = iterator_type("dict_valueiterator");
/// The type `dict_itemiterator`.
pub static DICT_ITEMITERATOR_TYPE: TypeSpec = iterator_type("dict_itemiterator");
/// The type `dict_reversekeyiterator`.
pub static DICT_REVERSEKEYITERATOR_TYPE: TypeSpec = iterator_type("dict_reversekeyiterator");
/// The type `dict_reversevalueiterator`.
pub static DICT_REVERSEVALUEITERATOR_TYPE: TypeSpec = iterator_type("dict_reversevalueiterator");
/// The type `dict_reverseitemiterator`.
pub static DICT_REVERSEITEMITERATOR_TYPE: TypeSpec = iterator_type("dict_reverseitemiterator");

fn iternext(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<DictIter>(vm, own)?;
    let (key, value) = match iterator.next_quickly() {
        Some(item) => item,
        None => match iterator.next_item(vm)? {
            Some(item) => item,
            None => return Ok(Value::NULL),
        },
    };
    Ok(match iterator.part {
        DictPart::Keys => key,
        DictPart::Values => value,
        DictPart::Items => vm.new_pair(key, value).into(),
    })
}

fn length_hint(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    Ok(Value::small_int(receiver::<DictIter>(vm, own)?.remaining() as i64))
}

// ---- the views' types ----

const VIEW_GETSET: &[GetSetSpec] = &[getter("mapping", |vm, own| {
    let dict = receiver::<DictView>(vm, own)?.dict;
    let header = Header::new(vm.types.mappingproxy);
    Ok(vm.heap.allocate(MappingProxy::new(header, dict.into())).into())
})];

const SET_METHODS: &[MethodSpec] =
    &[method("isdisjoint", is_disjoint, Convention::O), method("__reversed__", reversed, Convention::NoArgs)];

const fn view_slots() -> Slots {
    Slots {
        repr: Some(repr),
        length: Some(|vm, own| Ok(receiver::<DictView>(vm, own)?.dict.len())),
        iter: Some(|vm, own| {
            let view = receiver::<DictView>(vm, own)?;
            Ok(DictIter::make(vm, view.dict, view.part, false))
        }),
        ..Slots::NONE
    }
}

const fn set_like_type(name: &'static str) -> TypeSpec {
    TypeSpec {
        slots: Slots {
            contains: Some(|vm, own, item| receiver::<DictView>(vm, own)?.contains(vm, item)),
            compare: Some(compare),
            hash: Some(hash_not_implemented),
            ..view_slots()
        }
        .with_binary(BinaryOp::Subtract, subtract)
        .with_binary(BinaryOp::And, and)
        .with_binary(BinaryOp::Or, or)
        .with_binary(BinaryOp::Xor, xor),
        methods: SET_METHODS,
        getset: VIEW_GETSET,
        ..TypeSpec::new(name, LayoutKind::DictView)
    }
}

/// The type `dict_keys`.
pub static DICT_KEYS_TYPE: TypeSpec = set_like_type("dict_keys");
/// The type `dict_items`.
pub static DICT_ITEMS_TYPE: TypeSpec = set_like_type("dict_items");
/// The type `dict_values`.
pub static DICT_VALUES_TYPE: TypeSpec = TypeSpec {
    slots: view_slots(),
    methods: &[method("__reversed__", reversed, Convention::NoArgs)],
    getset: VIEW_GETSET,
    ..TypeSpec::new("dict_values", LayoutKind::DictView)
};

fn reversed(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let view = receiver::<DictView>(vm, own)?;
    Ok(DictIter::make(vm, view.dict, view.part, true))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("...").into());
    }
    let text = repr_entered(vm, own);
    vm.leave_repr();
    text
}

fn repr_entered(vm: &mut Vm, own: Value) -> PyResult {
    let list = crate::objects::list::list_from(vm, own)?;
    let items = vm.repr(list.into())?;
    let mut text = StrBuilder::new();
    text.push_str(&vm.type_name(own));
    text.push_str("(");
    text.push_string(items);
    text.push_str(")");
    Ok(text.finish(vm).into())
}

/// The view, if the value is one of keys or items.
fn set_view(value: Value) -> Option<Gc<DictView>> {
    value.cast::<DictView>().filter(|view| view.part != DictPart::Values)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    if set_view(right).is_none() && right.cast::<Set>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (vm.length(left)?, vm.length(right)?);
    let answer = match op {
        CompareOp::Eq => a == b && all_contained(vm, left, right)?,
        CompareOp::Ne => !(a == b && all_contained(vm, left, right)?),
        CompareOp::Lt => a < b && all_contained(vm, left, right)?,
        CompareOp::Le => a <= b && all_contained(vm, left, right)?,
        CompareOp::Gt => a > b && all_contained(vm, right, left)?,
        CompareOp::Ge => a >= b && all_contained(vm, right, left)?,
    };
    Ok(Value::bool(answer))
}

fn all_contained(vm: &mut Vm, items: Value, container: Value) -> PyResult<bool> {
    let iterator = vm.iter(items)?;
    while let Some(item) = vm.next(iterator)? {
        if !vm.contains(container, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A set of what an operand shows.
fn to_set(vm: &mut Vm, operand: Value) -> PyResult<Gc<Set>> {
    let source = match set_view(operand) {
        // A dict's keys are copied without asking for their hashes.
        Some(view) if view.part == DictPart::Keys => view.dict.into(),
        _ => operand,
    };
    let ty: Gc<Type> = vm.types.set;
    set::set_from(vm, ty, source)
}

fn subtract(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let result = to_set(vm, left)?;
    result.difference_update(vm, right)?;
    Ok(result.into())
}

fn or(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let result = to_set(vm, left)?;
    result.update(vm, right)?;
    Ok(result.into())
}

fn xor(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let result = to_set(vm, left)?;
    result.symmetric_difference_update(vm, right)?;
    Ok(result.into())
}

/// Goes through the smaller operand, as CPython does.
fn and(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let (mut own, mut other) = if set_view(left).is_some() { (left, right) } else { (right, left) };
    let len = vm.length(own)?;
    if other.is_exact(vm.types.set) && len <= vm.length(other)? {
        return vm.call_method(other, "intersection", &[own]);
    }
    if set_view(other).is_some() && vm.length(other)? > len {
        std::mem::swap(&mut own, &mut other);
    }
    let result = vm.new_set();
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(iterator)? {
        if let Some(view) = set_view(own)
            && view.contains(vm, item)?
        {
            result.add(vm, item)?;
        }
    }
    Ok(result.into())
}

fn is_disjoint(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [argument] = args.exactly::<1>(vm, "isdisjoint")?;
    let (mut own, mut other) = (own, argument);
    if own.is(other) {
        return Ok(Value::bool(vm.length(own)? == 0));
    }
    // Iterate over the shorter, if the other one is fit for searching.
    if (other.cast::<Set>().is_some() || set_view(other).is_some()) && vm.length(other)? > vm.length(own)? {
        std::mem::swap(&mut own, &mut other);
    }
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(iterator)? {
        if vm.contains(own, item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}
