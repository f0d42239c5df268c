//! The type `list`: slots and methods.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::list::{List, find_item, sequence_compare};
use crate::objects::slice::{self, Slice, is_index, search_bound, search_range};
use crate::objects::string::{StrBuilder, memory_error};
use crate::objects::string_methods::arguments::size;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::objects::{genericalias, iter, list_sort, receiver, refuse_init_keywords};
use crate::protocol::hash_not_implemented;
use crate::slots::{CompareOp, Slots};
use crate::spec::{Binding, Convention, MethodSpec, PatternKind, TypeSpec, class_method, method};
use crate::value::Value;

/// The type `list`.
pub static LIST_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    pattern: PatternKind::SequenceMatchSelf,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(hash_not_implemented),
        iter: Some(iter::iter_sequence),
        length: Some(|vm, own| Ok(receiver::<List>(vm, own)?.len())),
        contains: Some(contains),
        getitem: Some(getitem),
        setitem: Some(setitem),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        ..Slots::NONE
    },
    methods: METHODS,
    ..TypeSpec::new("list", LayoutKind::List)
};

const METHODS: &[MethodSpec] = &[
    MethodSpec { binding: Binding::Coexist, ..method("__getitem__", getitem_method, Convention::O) },
    method("__reversed__", reversed, Convention::NoArgs),
    method("__sizeof__", sizeof, Convention::NoArgs),
    method("clear", clear, Convention::NoArgs),
    method("copy", copy, Convention::NoArgs),
    method("append", append, Convention::O),
    method("insert", insert, Convention::Fast),
    method("extend", extend, Convention::O),
    method("pop", pop, Convention::Fast),
    method("remove", remove, Convention::O),
    method("index", index, Convention::Fast),
    method("count", count, Convention::O),
    method("reverse", reverse, Convention::NoArgs),
    method("sort", sort, Convention::FastKeywords),
    class_method("__class_getitem__", class_getitem, Convention::O),
];

/// A plain list of what an iterable gives (`PySequence_List`).
pub(crate) fn list_from(vm: &mut Vm, iterable: Value) -> PyResult<Gc<List>> {
    let list = vm.new_list(&[]);
    list.extend(vm, iterable)?;
    Ok(list)
}

impl Vm {
    /// A plain list of what an iterable gives.
    pub fn list_from(&mut self, iterable: Value) -> PyResult<Gc<List>> {
        list_from(self, iterable)
    }
}

impl List {
    /// Appends what an iterable gives (`list_extend`).
    pub fn extend(&self, vm: &mut Vm, iterable: Value) -> PyResult<()> {
        if iterable.is_exact(vm.types.list) || iterable.heap_address() == Some(std::ptr::from_ref(self) as usize) {
            if let Some(other) = iterable.cast::<List>() {
                self.extend_from_cells(vm, other.as_cells());
            }
            return Ok(());
        }
        if iterable.is_exact(vm.types.tuple)
            && let Some(tuple) = iterable.cast::<Tuple>()
        {
            if !tuple.is_empty() {
                self.extend_from_slice(vm, tuple.items());
            }
            return Ok(());
        }
        let iterator = vm.iter(iterable)?;
        let hint = vm.length_hint(iterable, 8)?;
        // As in `list_extend`: a hint with which the length would overflow is not believed.
        let is_possible = self.len().checked_add(hint).is_some_and(|length| isize::try_from(length).is_ok());
        if hint > 0 && is_possible {
            if !vm.heap.fits(hint.saturating_mul(size_of::<Value>())) {
                return Err(memory_error(vm));
            }
            if self.is_empty() {
                self.reserve_exact(vm, hint);
            } else {
                self.reserve(vm, hint);
            }
        }
        while let Some(item) = vm.next(iterator)? {
            self.push(vm, item);
        }
        Ok(())
    }

    /// A tuple of the items.
    pub fn to_tuple(&self, vm: &mut Vm) -> Gc<Tuple> {
        #[expect(unsafe_code, reason = "making a tuple changes no list")]
        // SAFETY: allocation stores nothing into the list.
        let items = unsafe { self.as_values() };
        vm.new_tuple(items)
    }

    /// A plain list of the items from `start` up to `stop`, which are within the list.
    pub fn slice(&self, vm: &mut Vm, start: usize, stop: usize) -> Gc<List> {
        let list = vm.new_list(&[]);
        let cells = self.as_cells();
        if let Some(part) = cells.get(start..stop)
            && !part.is_empty()
        {
            list.reserve_exact(vm, part.len());
            list.extend_from_cells(vm, part);
        }
        list
    }

    /// Repeats the items until there are `total`, a multiple of their number.
    fn repeat_to(&self, vm: &mut Vm, total: usize) {
        while !self.is_empty() && self.len() < total {
            // The whole list is appended to itself, so that few steps suffice; the last one may be a part.
            let more = self.len().min(total - self.len());
            self.extend_from_cells(vm, &self.as_cells()[..more]);
        }
    }

    /// Replaces the items from `start` up to `stop` by `items` (`list_ass_slice`).
    fn splice(&self, vm: &mut Vm, start: usize, stop: usize, items: &[Value]) {
        let len = self.len();
        let start = start.min(len);
        let stop = stop.clamp(start, len);
        let removed = stop - start;
        if items.len() > removed {
            let more = items.len() - removed;
            for _ in 0..more {
                self.push(vm, Value::NONE);
            }
            let cells = self.as_cells();
            for i in (stop..len).rev() {
                cells[i + more].set(cells[i].get());
            }
        } else if items.len() < removed {
            let less = removed - items.len();
            let cells = self.as_cells();
            for i in stop..len {
                cells[i - less].set(cells[i].get());
            }
            self.truncate(len - less);
        }
        for (cell, item) in self.as_cells()[start..].iter().zip(items) {
            cell.set(*item);
        }
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    if ty == vm.types.list {
        return Ok(vm.new_list(&[]).into());
    }
    Ok(vm.allocate_object(ty, List::new(ty)).into())
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let list = receiver::<List>(vm, own)?;
    refuse_init_keywords(vm, own, vm.types.list, args, "list")?;
    let given = args.positionals();
    if given.len() > 1 {
        return Err(vm.type_error(format!("list expected at most 1 argument, got {}", given.len())));
    }
    list.clear();
    match given.first() {
        Some(&iterable) => list.extend(vm, iterable),
        None => Ok(()),
    }
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    if list.is_empty() {
        return Ok(vm.new_str("[]").into());
    }
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("[...]").into());
    }
    let text = repr_entered(vm, list);
    vm.leave_repr();
    Ok(text?.finish(vm).into())
}

fn repr_entered(vm: &mut Vm, list: Gc<List>) -> PyResult<StrBuilder> {
    let mut text = StrBuilder::new();
    text.push_str("[");
    let mut index = 0;
    while let Some(item) = list.get(index) {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_string(vm.repr(item)?);
        index += 1;
    }
    text.push_str("]");
    Ok(text)
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<List>(), right.cast::<List>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let pair = [a, b];
    sequence_compare(vm, op, |which| pair[which].len(), |which, index| pair[which].get(index))
}

fn contains(vm: &mut Vm, own: Value, value: Value) -> PyResult<bool> {
    let list = receiver::<List>(vm, own)?;
    Ok(find_item(vm, value, 0, usize::MAX, |i| list.get(i))?.is_some())
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    if is_index(vm, key) {
        let index = vm.index_position(key)?;
        return match slice::place(index, list.len()).and_then(|i| list.get(i)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error("list index out of range")),
        };
    }
    let Some(slice) = key.cast::<Slice>() else {
        let ty = vm.type_name(key);
        return Err(vm.type_error(format!("list indices must be integers or slices, not {ty}")));
    };
    let mut bounds = slice.bounds(vm)?;
    let len = bounds.adjust(list.len());
    if bounds.step == 1 {
        let start = bounds.start as usize;
        return Ok(list.slice(vm, start, start + len).into());
    }
    let result = vm.new_list_sized(len);
    for i in 0..len as i64 {
        if let Some(item) = list.get((bounds.start + i * bounds.step) as usize) {
            result.push(vm, item);
        }
    }
    Ok(result.into())
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let list = receiver::<List>(vm, own)?;
    if is_index(vm, key) {
        let index = vm.index_position(key)?;
        let Some(place) = slice::place(index, list.len()) else {
            return Err(vm.index_error("list assignment index out of range"));
        };
        if value.is_null() {
            list.remove(place);
        } else {
            list.set(place, value);
        }
        return Ok(());
    }
    let Some(slice) = key.cast::<Slice>() else {
        let ty = vm.type_name(key);
        return Err(vm.type_error(format!("list indices must be integers or slices, not {ty}")));
    };
    let mut bounds = slice.bounds(vm)?;
    if bounds.step == 1 {
        if value.is_null() {
            bounds.adjust(list.len());
            list.splice(vm, bounds.start as usize, bounds.stop as usize, &[]);
            return Ok(());
        }
        // The bounds are fixed before the new items are fetched, which may change the list.
        bounds.adjust(list.len());
        let mut items = vm.heap.temp_vec();
        collect_or(vm, value, &mut items, "can only assign an iterable")?;
        list.splice(vm, bounds.start as usize, bounds.stop as usize, &items);
        return Ok(());
    }
    let count = bounds.adjust(list.len());
    if value.is_null() {
        delete_stepwise(list, bounds.start, bounds.step, count);
        return Ok(());
    }
    let mut items = vm.heap.temp_vec();
    // What says that it gives more than there can be is not asked for it.
    if vm.type_of(value).slots().iter.is_some() {
        vm.length_hint(value, 0)?;
    }
    collect_or(vm, value, &mut items, "must assign iterable to extended slice")?;
    if items.len() != count {
        let got = items.len();
        return Err(
            vm.value_error(format!("attempt to assign sequence of size {got} to extended slice of size {count}"))
        );
    }
    for (i, item) in (0i64..).zip(items.iter()) {
        list.set((bounds.start + i * bounds.step) as usize, *item);
    }
    Ok(())
}

/// Collects what an iterable gives; for values that are none the error has this message (`PySequence_Fast`).
fn collect_or(vm: &mut Vm, iterable: Value, into: &mut crate::heap::TempVec, message: &str) -> PyResult<()> {
    if vm.type_of(iterable).slots().iter.is_none() && vm.type_of(iterable).slots().getitem.is_none() {
        return Err(vm.type_error(message));
    }
    vm.collect(iterable, into)
}

fn delete_stepwise(list: Gc<List>, start: i64, step: i64, count: usize) {
    if count == 0 {
        return;
    }
    let (first, step) = if step < 0 {
        ((start + step * (count as i64 - 1)) as usize, -step as usize)
    } else {
        (start as usize, step as usize)
    };
    let cells = list.as_cells();
    let (mut to, mut removed) = (first, 0);
    for from in first..cells.len() {
        if removed < count && from == first + removed * step {
            removed += 1;
        } else {
            cells[to].set(cells[from].get());
            to += 1;
        }
    }
    list.truncate(to);
}

fn concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    let Some(second) = other.cast::<List>() else {
        let ty = vm.type_name(other);
        return Err(vm.type_error(format!("can only concatenate list (not \"{ty}\") to list")));
    };
    let result = vm.new_list_sized(list.len() + second.len());
    result.extend_from_cells(vm, list.as_cells());
    result.extend_from_cells(vm, second.as_cells());
    Ok(result.into())
}

/// The length of a list repeated `count` times, if there is room for it.
fn repeated_length(vm: &mut Vm, list: Gc<List>, count: Value) -> PyResult<(usize, usize)> {
    let count = vm.index_i64(count)?.max(0) as usize;
    let total = list.len().saturating_mul(count);
    if !vm.heap.fits(total.saturating_mul(size_of::<Value>())) {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    }
    Ok((count, total))
}

fn repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    let (_, total) = repeated_length(vm, list, count)?;
    let result = vm.new_list_sized(total);
    if total > 0 {
        result.extend_from_cells(vm, list.as_cells());
        result.repeat_to(vm, total);
    }
    Ok(result.into())
}

fn inplace_concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    receiver::<List>(vm, own)?.extend(vm, other)?;
    Ok(own)
}

fn inplace_repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    let (count, total) = repeated_length(vm, list, count)?;
    if count == 0 {
        list.clear();
        return Ok(own);
    }
    list.reserve(vm, total - list.len());
    list.repeat_to(vm, total);
    Ok(own)
}

// ---- methods ----

fn getitem_method(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [key] = args.exactly::<1>(vm, "__getitem__")?;
    getitem(vm, own, key)
}

fn reversed(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    Ok(iter::new_list_reverse_iterator(vm, own))
}

/// The bytes that CPython would need, but for its growth pattern: we grow by larger steps.
fn sizeof(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    Ok(Value::small_int(40 + 8 * list.capacity() as i64))
}

fn clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    receiver::<List>(vm, own)?.clear();
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    Ok(list.slice(vm, 0, list.len()).into())
}

fn append(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "append")?;
    receiver::<List>(vm, own)?.push(vm, item);
    Ok(Value::NONE)
}

fn insert(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "insert", 2, 2)?;
    let index = size(vm, values[0])?;
    let list = receiver::<List>(vm, own)?;
    let len = list.len() as i64;
    let index = if index < 0 { (index + len).max(0) } else { index.min(len) };
    list.insert(vm, index as usize, values[1]);
    Ok(Value::NONE)
}

fn extend(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly::<1>(vm, "extend")?;
    receiver::<List>(vm, own)?.extend(vm, iterable)?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    if args.values().is_empty()
        && let Some(item) = receiver::<List>(vm, own)?.pop()
    {
        return Ok(item);
    }
    let values = args.between(vm, "pop", 0, 1)?;
    let index = if let Some(&index) = values.first() { size(vm, index)? } else { -1 };
    let list = receiver::<List>(vm, own)?;
    if list.is_empty() {
        return Err(vm.index_error("pop from empty list"));
    }
    match slice::place(index, list.len()).and_then(|i| list.remove(i)) {
        Some(item) => Ok(item),
        None => Err(vm.index_error("pop index out of range")),
    }
}

fn remove(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>(vm, "remove")?;
    let list = receiver::<List>(vm, own)?;
    match find_item(vm, value, 0, usize::MAX, |i| list.get(i))? {
        Some(index) => {
            list.remove(index);
            Ok(Value::NONE)
        }
        None => Err(vm.value_error("list.remove(x): x not in list")),
    }
}

fn index(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "index", 1, 3)?;
    let start = if let Some(&bound) = values.get(1) { search_bound(vm, bound)? } else { 0 };
    let stop = if let Some(&bound) = values.get(2) { search_bound(vm, bound)? } else { i64::MAX };
    let list = receiver::<List>(vm, own)?;
    let (start, stop) = search_range(start, stop, list.len());
    match find_item(vm, values[0], start, stop, |i| list.get(i))? {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => {
            let value = vm.repr_text(values[0])?;
            Err(vm.value_error(format!("{value} is not in list")))
        }
    }
}

fn count(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>(vm, "count")?;
    let list = receiver::<List>(vm, own)?;
    let (mut from, mut count) = (0, 0);
    while let Some(index) = find_item(vm, value, from, usize::MAX, |i| list.get(i))? {
        count += 1;
        from = index + 1;
    }
    Ok(Value::small_int(count))
}

fn reverse(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let list = receiver::<List>(vm, own)?;
    let cells = list.as_cells();
    for i in 0..cells.len() / 2 {
        cells[i].swap(&cells[cells.len() - 1 - i]);
    }
    Ok(Value::NONE)
}

fn sort(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["key", "reverse"], positional_only: 0, max_positional: 0, required: 0 };
    let [key, reverse] = args.bind(vm, "sort", &PARAMETERS)?;
    let reverse = if reverse.is_null() { false } else { vm.index_i64(reverse)? != 0 };
    let list = receiver::<List>(vm, own)?;
    list_sort::sort(vm, list, key, reverse)?;
    Ok(Value::NONE)
}

fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    genericalias::new_alias(vm, class, item)
}
