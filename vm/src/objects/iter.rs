//! Iterators: over sequences here, and those that combine others (`enumerate`, `zip`, `map`, …) in [`combinators`].

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::list::List;
use crate::objects::memoryview::{self, MemoryView};
use crate::objects::range::RangeIter;
use crate::objects::receiver;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::{IterNextFn, Slots};
use crate::spec::{Convention, MethodSpec, TypeSpec, method};
use crate::value::Value;

mod combinators;

pub use combinators::{
    CALLABLE_ITERATOR_TYPE, Combinator, ENUMERATE_TYPE, FILTER_TYPE, MAP_TYPE, ZIP_TYPE, new_callable_iterator,
};

/// An iterator over a sequence, forwards or backwards.
#[repr(C)]
pub struct SequenceIter {
    header: Header,
    /// The sequence; `NULL` at the end.
    sequence: Field,
    /// The next index; backwards one more than it.
    index: Cell<usize>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for SequenceIter {
    const LAYOUT: LayoutKind = LayoutKind::SequenceIter;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.sequence.get());
    }
}

impl SequenceIter {
    /// The next item of a list or tuple, forwards.
    #[inline(always)]
    pub fn next_item(&self) -> Option<Value> {
        let sequence = self.sequence.get();
        let index = self.index.get();
        let item = if let Some(list) = sequence.cast::<List>() {
            list.get(index)
        } else if let Some(tuple) = sequence.cast::<Tuple>() {
            tuple.get(index)
        } else {
            None
        };
        match item {
            Some(item) => {
                self.index.set(index + 1);
                Some(item)
            }
            None => {
                self.sequence.set(Value::NULL);
                None
            }
        }
    }

    fn advance(&self, item: Option<Value>) -> Value {
        match item {
            Some(item) => {
                self.index.set(self.index.get() + 1);
                item
            }
            None => {
                self.sequence.set(Value::NULL);
                Value::NULL
            }
        }
    }
}

/// The next item of an iterator, without a call for the most common ones. As from [`Vm::next_or_stop`], a `StopIteration` that the
/// iterator raises stays one: who asks gets to see what it carries.
#[inline(always)]
fn next_item_of(vm: &mut Vm, iterator: Value) -> PyResult<Option<Value>> {
    if iterator.is_exact(vm.types.list_iterator) || iterator.is_exact(vm.types.tuple_iterator) {
        if let Some(sequence) = iterator.cast::<SequenceIter>() {
            return Ok(sequence.next_item());
        }
    } else if iterator.is_exact(vm.types.range_iterator)
        && let Some(next) = iterator.cast::<RangeIter>().and_then(|range| range.next_small())
    {
        return Ok(next.non_null());
    }
    vm.next_or_stop(iterator).map(Value::non_null)
}

fn make(vm: &mut Vm, ty: Gc<Type>, sequence: Value, index: usize) -> Value {
    let iterator = SequenceIter { header: Header::new(ty), sequence: Field::new(sequence), index: Cell::new(index) };
    vm.heap.allocate(iterator).into()
}

/// The `iter` slot of lists, tuples, strings, bytes and bytearrays.
pub fn iter_sequence(vm: &mut Vm, own: Value) -> PyResult {
    let ty = match own.heap_type().map(|ty| ty.layout()) {
        Some(LayoutKind::List) => vm.types.list_iterator,
        Some(LayoutKind::Tuple) => vm.types.tuple_iterator,
        Some(LayoutKind::Str) if own.cast::<Str>().is_some_and(|s| s.is_ascii()) => vm.types.str_ascii_iterator,
        Some(LayoutKind::Str) => vm.types.str_iterator,
        Some(LayoutKind::Bytes) => vm.types.bytes_iterator,
        Some(LayoutKind::ByteArray) => vm.types.bytearray_iterator,
        Some(LayoutKind::MemoryView) => vm.types.memory_iterator,
        _ => vm.types.sequence_iterator,
    };
    Ok(make(vm, ty, own, 0))
}

/// An iterator that asks an object for its items by index (`PySeqIter_New`).
pub fn new_sequence_iterator(vm: &mut Vm, sequence: Value) -> Value {
    let ty = vm.types.sequence_iterator;
    make(vm, ty, sequence, 0)
}

/// `list.__reversed__()`.
pub fn new_list_reverse_iterator(vm: &mut Vm, list: Value) -> Value {
    let ty = vm.types.list_reverseiterator;
    let len = list.cast::<List>().map_or(0, |list| list.len());
    make(vm, ty, list, len)
}

const fn sequence_type(name: &'static str, iternext: IterNextFn) -> TypeSpec {
    TypeSpec {
        slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(iternext), ..Slots::NONE },
        methods: METHODS,
        ..TypeSpec::new(name, LayoutKind::SequenceIter)
    }
}

const METHODS: &[MethodSpec] = &[
    method("__length_hint__", length_hint, Convention::NoArgs),
    method("__reduce__", reduce, Convention::NoArgs),
    method("__setstate__", set_state, Convention::O),
];

const BACKWARDS: &[MethodSpec] = &[
    method("__length_hint__", length_hint_backwards, Convention::NoArgs),
    method("__reduce__", reduce_backwards, Convention::NoArgs),
    method("__setstate__", set_state_backwards, Convention::O),
];

/// The type `list_iterator`.
pub static LIST_ITERATOR_TYPE: TypeSpec = sequence_type("list_iterator", next_of_list_or_tuple);
/// The type `tuple_iterator`.
pub static TUPLE_ITERATOR_TYPE: TypeSpec = sequence_type("tuple_iterator", next_of_list_or_tuple);
/// The type `str_iterator`.
pub static STR_ITERATOR_TYPE: TypeSpec = sequence_type("str_iterator", next_of_str);
/// The type `str_ascii_iterator`.
pub static STR_ASCII_ITERATOR_TYPE: TypeSpec = sequence_type("str_ascii_iterator", next_of_str);
/// The type `bytes_iterator`.
pub static BYTES_ITERATOR_TYPE: TypeSpec = sequence_type("bytes_iterator", next_of_bytes);
/// The type `bytearray_iterator`.
pub static BYTEARRAY_ITERATOR_TYPE: TypeSpec = sequence_type("bytearray_iterator", next_of_bytes);
/// The type `memory_iterator`.
pub static MEMORY_ITERATOR_TYPE: TypeSpec =
    TypeSpec { methods: &[], ..sequence_type("memory_iterator", next_of_memory) };
/// The type `iterator`: over anything with `__getitem__`.
pub static SEQUENCE_ITERATOR_TYPE: TypeSpec = sequence_type("iterator", next_of_sequence);
/// The type `list_reverseiterator`.
pub static LIST_REVERSEITERATOR_TYPE: TypeSpec =
    TypeSpec { methods: BACKWARDS, ..sequence_type("list_reverseiterator", next_of_list_backwards) };
/// The type `reversed`.
pub static REVERSED_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: Slots {
        new: Some(new_reversed),
        iter: Some(|_, own| Ok(own)),
        iternext: Some(next_of_reversed),
        ..Slots::NONE
    },
    methods: BACKWARDS,
    ..TypeSpec::new("reversed", LayoutKind::SequenceIter)
};

fn next_of_list_or_tuple(vm: &mut Vm, own: Value) -> PyResult {
    Ok(receiver::<SequenceIter>(vm, own)?.next_item().unwrap_or(Value::NULL))
}

fn next_of_str(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let index = iterator.index.get();
    let item = match iterator.sequence.get().cast::<Str>() {
        Some(string) if index < string.len() => Some(vm.char_str(string.char_at(index)).into()),
        _ => None,
    };
    Ok(iterator.advance(item))
}

fn next_of_bytes(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let (sequence, index) = (iterator.sequence.get(), iterator.index.get());
    let byte = match sequence.cast::<Bytes>() {
        Some(bytes) => bytes.as_slice().get(index).copied(),
        None => sequence.cast::<ByteArray>().and_then(|bytes| bytes.get(index)),
    };
    Ok(iterator.advance(byte.map(|byte| Value::small_int(i64::from(byte)))))
}

fn next_of_memory(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let item = match iterator.sequence.get().cast::<MemoryView>() {
        Some(view) => memoryview::item_at(vm, view, iterator.index.get())?,
        None => None,
    };
    Ok(iterator.advance(item))
}

/// Asks a sequence for an item: `None` when it answers with `IndexError` or `StopIteration`.
fn ask_for_item(vm: &mut Vm, sequence: Value, index: usize) -> PyResult<Option<Value>> {
    if index >= i64::MAX as usize {
        return Err(vm.overflow_error("iter index too large"));
    }
    let key = vm.int(index as i64);
    match vm.get_item(sequence, key) {
        Ok(item) => Ok(Some(item)),
        Err(raise) if vm.is_raised(raise, vm.exc.IndexError) || vm.is_raised(raise, vm.exc.StopIteration) => Ok(None),
        Err(raise) => Err(raise),
    }
}

fn next_of_sequence(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let sequence = iterator.sequence.get();
    if sequence.is_null() {
        return Ok(Value::NULL);
    }
    let item = ask_for_item(vm, sequence, iterator.index.get())?;
    Ok(iterator.advance(item))
}

fn next_of_list_backwards(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let item = iterator.index.get().checked_sub(1).and_then(|index| {
        let item = iterator.sequence.get().cast::<List>()?.get(index)?;
        iterator.index.set(index);
        Some(item)
    });
    if item.is_none() {
        iterator.sequence.set(Value::NULL);
        iterator.index.set(0);
    }
    Ok(item.unwrap_or(Value::NULL))
}

fn next_of_reversed(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    if let Some(index) = iterator.index.get().checked_sub(1) {
        let item = ask_for_item(vm, iterator.sequence.get(), index)?;
        if let Some(item) = item {
            iterator.index.set(index);
            return Ok(item);
        }
    }
    iterator.index.set(0);
    iterator.sequence.set(Value::NULL);
    Ok(Value::NULL)
}

fn new_reversed(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    if ty == vm.types.reversed {
        args.no_keywords(vm, "reversed")?;
    }
    let &[sequence] = args.positionals() else {
        let got = args.len();
        return Err(vm.type_error(format!("reversed expected 1 argument, got {got}")));
    };
    let name = vm.names.__reversed__;
    let own_type = vm.type_of(sequence);
    if vm.lookup(own_type, name).is_some_and(Value::is_none) {
        return Err(vm.type_error(format!("'{}' object is not reversible", own_type.display_name())));
    }
    if let Some(method) = vm.lookup_special(sequence, name)? {
        return vm.call_values(method, &[]);
    }
    if own_type.slots().getitem.is_none() || own_type.is_subtype(vm.types.dict) {
        return Err(vm.type_error(format!("'{}' object is not reversible", own_type.display_name())));
    }
    let len = vm.length(sequence)?;
    let iterator = SequenceIter { header: Header::new(ty), sequence: Field::new(sequence), index: Cell::new(len) };
    Ok(vm.allocate_object(ty, iterator).into())
}

fn length_hint(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let sequence = iterator.sequence.get();
    if sequence.is_null() {
        return Ok(Value::small_int(0));
    }
    if vm.type_of(sequence).slots().length.is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let len = vm.length(sequence)?;
    Ok(vm.int(len.saturating_sub(iterator.index.get()) as i64))
}

fn length_hint_backwards(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let sequence = iterator.sequence.get();
    if sequence.is_null() {
        return Ok(Value::small_int(0));
    }
    let len = vm.length(sequence)?;
    Ok(Value::small_int(if len < iterator.index.get() { 0 } else { iterator.index.get() as i64 }))
}

/// The built-in function by which an iterator is made again. Looking it up may run a program's `__eq__`, which may exhaust the iterator: it
/// is done before the iterator is looked at.
///
/// # Errors
/// What the comparison of keys raises.
pub(crate) fn maker(vm: &mut Vm, function: &str) -> PyResult {
    let name = vm.intern(function);
    match vm.builtins.get_item(vm, name.into())? {
        Some(function) => Ok(function),
        None => Err(vm.attribute_error(function)),
    }
}

/// How an iterator that a built-in function made is made again: the function, its arguments and, where there is one, the state.
///
/// # Errors
/// None but what making the tuples raises.
pub(crate) fn reduced(vm: &mut Vm, function: Value, arguments: &[Value], state: Option<Value>) -> PyResult {
    let arguments = vm.new_tuple(arguments);
    Ok(match state {
        Some(state) => vm.new_tuple(&[function, arguments.into(), state]),
        None => vm.new_tuple(&[function, arguments.into()]),
    }
    .into())
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = maker(vm, "iter")?;
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let (sequence, index) = (iterator.sequence.get(), iterator.index.get());
    if !sequence.is_null() {
        let index = vm.int(index as i64);
        return reduced(vm, iter, &[sequence], Some(index));
    }
    // At the end it is one over something empty.
    let ty = vm.type_of(own);
    let empty: Value = if ty == vm.types.list_iterator {
        vm.new_list(&[]).into()
    } else if ty == vm.types.str_iterator || ty == vm.types.str_ascii_iterator {
        vm.empty_str().into()
    } else {
        vm.new_tuple(&[]).into()
    };
    reduced(vm, iter, &[empty], None)
}

/// Iterators that go backwards count from the end: their state is the index of the next item.
fn reduce_backwards(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (iter, reversed) = (maker(vm, "iter")?, maker(vm, "reversed")?);
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let (sequence, index) = (iterator.sequence.get(), iterator.index.get());
    if sequence.is_null() {
        if own.is_exact(vm.types.list_reverseiterator) {
            let empty = vm.new_list(&[]);
            return reduced(vm, iter, &[empty.into()], None);
        }
        let (class, empty) = (vm.type_of(own).into(), vm.new_tuple(&[]));
        let arguments = vm.new_tuple(&[empty.into()]);
        return Ok(vm.new_pair(class, arguments.into()).into());
    }
    let state = Value::small_int(index as i64 - 1);
    if own.is_exact(vm.types.list_reverseiterator) {
        return reduced(vm, reversed, &[sequence], Some(state));
    }
    let class = vm.type_of(own).into();
    let arguments = vm.new_tuple(&[sequence]);
    Ok(vm.new_tuple(&[class, arguments.into(), state]).into())
}

fn set_state_backwards(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [index] = args.exactly::<1>(vm, "__setstate__")?;
    let index = vm.index_i64(index)?;
    let iterator = receiver::<SequenceIter>(vm, own)?;
    let sequence = iterator.sequence.get();
    if !sequence.is_null() {
        let len = vm.length(sequence)? as i64;
        iterator.index.set((index.clamp(-1, len - 1) + 1) as usize);
    }
    Ok(Value::NONE)
}

fn set_state(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [index] = args.exactly::<1>(vm, "__setstate__")?;
    let index = vm.index_i64(index)?.max(0);
    let iterator = receiver::<SequenceIter>(vm, own)?;
    if !iterator.sequence.get().is_null() {
        iterator.index.set(index as usize);
    }
    Ok(Value::NONE)
}
