//! `deque`: a list with two ends.

use std::any::Any;
use std::collections::VecDeque;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::genericalias::class_getitem;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::protocol::hash_not_implemented;
use quicken_vm::slots::{CompareOp, IterNextFn, NewFn, Slots, UnaryOp};
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, PatternKind, TypeSpec, class_method, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, native_type, with};

pub(super) static DEQUE: TypeSpec = TypeSpec {
    module: "collections",
    subclassable: true,
    weak: true,
    pattern: PatternKind::Sequence,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        length: Some(|vm, own| with(vm, own, |deque: &mut Deque| deque.items.len())),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(|vm, own, other| {
            extend_by(vm, own, other, Deque::push_back)?;
            Ok(own)
        }),
        inplace_repeat: Some(inplace_repeat),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|vm, own, value| Ok(find(vm, own, value, 0, usize::MAX)?.is_some())),
        repr: Some(repr),
        hash: Some(hash_not_implemented),
        compare: Some(compare),
        iter: Some(|vm, own| iterator(vm, own, &ITERATOR)),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[getter("maxlen", |vm, own| {
        let limit = with(vm, own, |deque: &mut Deque| deque.limit)?;
        Ok(limit.map_or(Value::NONE, |limit| vm.int(limit as i64)))
    })],
    doc: Some(
        "deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence optimized for data accesses near its endpoints.",
    ),
    ..TypeSpec::new("deque", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("append", |vm, own, args| push(vm, own, args, "append", Deque::push_back), O),
    method("appendleft", |vm, own, args| push(vm, own, args, "appendleft", Deque::push_front), O),
    method("clear", clear, NoArgs),
    method("__copy__", copy, NoArgs),
    method("copy", copy, NoArgs),
    method("count", count, O),
    method("extend", |vm, own, args| extend(vm, own, args, "extend", Deque::push_back), O),
    method("extendleft", |vm, own, args| extend(vm, own, args, "extendleft", Deque::push_front), O),
    method("index", index, Fast),
    method("insert", insert, Fast),
    method("pop", |vm, own, _| pop(vm, own, VecDeque::pop_back), NoArgs),
    method("popleft", |vm, own, _| pop(vm, own, VecDeque::pop_front), NoArgs),
    method("__reduce__", reduce, NoArgs),
    method("remove", remove, O),
    method("__reversed__", |vm, own, _| iterator(vm, own, &REVERSE_ITERATOR), NoArgs),
    method("reverse", reverse, NoArgs),
    method("rotate", rotate, Fast),
    class_method("__class_getitem__", class_getitem, O),
];

/// The items.
struct Deque {
    items: VecDeque<Value>,
    limit: Option<usize>,
    /// How often items came or went: iterators notice.
    changes: u64,
}

impl OpaqueData for Deque {
    fn trace(&self, marker: &mut Marker) {
        let (front, back) = self.items.as_slices();
        marker.values(front);
        marker.values(back);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Deque {
    fn push_back(&mut self, item: Value) {
        self.items.push_back(item);
        self.changes += 1;
        if self.is_too_long() {
            self.items.pop_front();
        }
    }

    fn push_front(&mut self, item: Value) {
        self.items.push_front(item);
        self.changes += 1;
        if self.is_too_long() {
            self.items.pop_back();
        }
    }

    fn is_too_long(&self) -> bool {
        self.limit.is_some_and(|limit| self.items.len() > limit)
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    make(vm, ty, Deque { items: VecDeque::new(), limit: None, changes: 0 })
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["iterable", "maxlen"], positional_only: 0, max_positional: 2, required: 0 };
    let [iterable, limit] = args.bind(vm, "deque", &PARAMETERS)?;
    let limit = match limit.or_none() {
        limit if limit.is_none() => None,
        limit if vm.type_of(limit).slots().unary[UnaryOp::Index as usize].is_none() => {
            return Err(vm.type_error("an integer is required"));
        }
        limit => {
            let Ok(limit) = usize::try_from(vm.index_i64(limit)?) else {
                return Err(vm.value_error("maxlen must be non-negative"));
            };
            Some(limit)
        }
    };
    with(vm, own, |deque: &mut Deque| {
        deque.limit = limit;
        if !deque.items.is_empty() {
            deque.items.clear();
            deque.changes += 1;
        }
    })?;
    if iterable.is_null() { Ok(()) } else { extend_by(vm, own, iterable, Deque::push_back) }
}

fn is_deque(vm: &mut Vm, value: Value) -> PyResult<bool> {
    let ty = native_type(vm, &DEQUE);
    vm.is_instance_plainly(value, ty.into())
}

fn push(vm: &mut Vm, own: Value, args: Args<'_>, name: &str, push: fn(&mut Deque, Value)) -> PyResult {
    let [item] = args.exactly(vm, name)?;
    with(vm, own, |deque: &mut Deque| push(deque, item))?;
    Ok(Value::NONE)
}

fn extend(vm: &mut Vm, own: Value, args: Args<'_>, name: &str, push: fn(&mut Deque, Value)) -> PyResult {
    let [iterable] = args.exactly(vm, name)?;
    extend_by(vm, own, iterable, push)?;
    Ok(Value::NONE)
}

fn extend_by(vm: &mut Vm, own: Value, iterable: Value, push: fn(&mut Deque, Value)) -> PyResult<()> {
    // One that is extended by itself does not grow while it is looked at.
    let iterable = if iterable.is(own) { vm.list_from(iterable)?.into() } else { iterable };
    let iterator = vm.iter(iterable)?;
    while let Some(item) = vm.next(iterator)? {
        with(vm, own, |deque: &mut Deque| push(deque, item))?;
    }
    Ok(())
}

fn pop(vm: &mut Vm, own: Value, pop: fn(&mut VecDeque<Value>) -> Option<Value>) -> PyResult {
    let item = with(vm, own, |deque: &mut Deque| {
        let item = pop(&mut deque.items);
        deque.changes += u64::from(item.is_some());
        item
    })?;
    match item {
        Some(item) => Ok(item),
        None => Err(vm.index_error("pop from an empty deque")),
    }
}

fn clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |deque: &mut Deque| {
        deque.changes += u64::from(!deque.items.is_empty());
        deque.items.clear();
    })?;
    Ok(Value::NONE)
}

fn copy(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let limit = with(vm, own, |deque: &mut Deque| deque.limit)?;
    let class = vm.type_of(own);
    match limit {
        Some(limit) => {
            let limit = vm.int(limit as i64);
            vm.call_values(class.into(), &[own, limit])
        }
        None => vm.call_values(class.into(), &[own]),
    }
}

fn item(vm: &mut Vm, own: Value, index: usize) -> PyResult<Option<Value>> {
    with(vm, own, |deque: &mut Deque| deque.items.get(index).copied())
}

fn changes(vm: &mut Vm, own: Value) -> PyResult<u64> {
    with(vm, own, |deque: &mut Deque| deque.changes)
}

fn length(vm: &mut Vm, own: Value) -> PyResult<usize> {
    with(vm, own, |deque: &mut Deque| deque.items.len())
}

fn mutated(vm: &mut Vm) -> quicken_vm::Raise {
    vm.runtime_error("deque mutated during iteration")
}

fn count(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "count")?;
    let before = changes(vm, own)?;
    let mut count = 0;
    for index in 0..length(vm, own)? {
        let Some(item) = item(vm, own, index)? else { break };
        count += i64::from(vm.equals(item, value)?);
        if changes(vm, own)? != before {
            return Err(mutated(vm));
        }
    }
    Ok(Value::small_int(count))
}

/// The first place of a value between two.
fn find(vm: &mut Vm, own: Value, value: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let before = changes(vm, own)?;
    for index in start..stop.min(length(vm, own)?) {
        let Some(item) = item(vm, own, index)? else { break };
        let is_equal = vm.equals(item, value)?;
        if changes(vm, own)? != before {
            return Err(mutated(vm));
        }
        if is_equal {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn index(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "index", 1, 3)?;
    let length = length(vm, own)? as i64;
    let mut bounds = [0, i64::MAX];
    for (bound, given) in bounds.iter_mut().zip(&values[1..]) {
        let place = vm.index_clamped(*given)?;
        *bound = if place < 0 { (place + length).max(0) } else { place };
    }
    match find(vm, own, values[0], bounds[0] as usize, bounds[1] as usize)? {
        Some(index) => Ok(Value::small_int(index as i64)),
        None => {
            let value = vm.repr_text(values[0])?;
            Err(vm.value_error(format!("{value} is not in deque")))
        }
    }
}

fn insert(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [place, value] = args.exactly(vm, "insert")?;
    let place = vm.index_i64(place)?;
    let is_full = with(vm, own, |deque: &mut Deque| {
        let length = deque.items.len() as i64;
        if deque.limit.is_some_and(|limit| length as usize >= limit) {
            return true;
        }
        let place = if place < 0 { (place + length).max(0) } else { place.min(length) };
        deque.items.insert(place as usize, value);
        deque.changes += 1;
        false
    })?;
    if is_full { Err(vm.index_error("deque already at its maximum size")) } else { Ok(Value::NONE) }
}

fn remove(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "remove")?;
    let before = changes(vm, own)?;
    for index in 0..length(vm, own)? {
        let Some(item) = item(vm, own, index)? else { break };
        let is_equal = vm.equals(item, value)?;
        if changes(vm, own)? != before {
            return Err(vm.index_error("deque mutated during iteration"));
        }
        if is_equal {
            with(vm, own, |deque: &mut Deque| {
                deque.items.remove(index);
                deque.changes += 1;
            })?;
            return Ok(Value::NONE);
        }
    }
    let value = vm.repr_text(value)?;
    Err(vm.value_error(format!("{value} is not in deque")))
}

fn reverse(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |deque: &mut Deque| deque.items.make_contiguous().reverse())?;
    Ok(Value::NONE)
}

fn rotate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "rotate", 0, 1)?;
    let steps = match values.first() {
        Some(steps) => vm.index_i64(*steps)?,
        None => 1,
    };
    with(vm, own, |deque: &mut Deque| {
        let length = deque.items.len() as i64;
        if length > 1 {
            deque.items.rotate_right(steps.rem_euclid(length) as usize);
            deque.changes += 1;
        }
    })?;
    Ok(Value::NONE)
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let limit = with(vm, own, |deque: &mut Deque| deque.limit)?;
    let state = vm.call_method(own, "__getstate__", &[])?;
    let args = match limit {
        Some(limit) => {
            let empty = vm.new_tuple(&[]);
            let limit = vm.int(limit as i64);
            vm.new_pair(empty.into(), limit)
        }
        None => vm.new_tuple(&[]),
    };
    let items = vm.iter(own)?;
    let class = vm.type_of(own);
    Ok(vm.new_tuple(&[class.into(), args.into(), state, items]).into())
}

fn concat(vm: &mut Vm, own: Value, other: Value) -> PyResult {
    if !is_deque(vm, other)? {
        let given = vm.type_name(other);
        return Err(vm.type_error(format!("can only concatenate deque (not \"{given}\") to deque")));
    }
    let new = copy(vm, own, Args::EMPTY)?;
    extend_by(vm, new, other, Deque::push_back)?;
    Ok(new)
}

fn repeat(vm: &mut Vm, own: Value, times: Value) -> PyResult {
    let new = copy(vm, own, Args::EMPTY)?;
    inplace_repeat(vm, new, times)
}

fn inplace_repeat(vm: &mut Vm, own: Value, times: Value) -> PyResult {
    let times = usize::try_from(vm.index_i64(times)?).unwrap_or(0);
    let length = length(vm, own)?;
    if length.checked_mul(times).is_none_or(|all| all > isize::MAX as usize / 8) {
        let ty = vm.exc.MemoryError;
        return Err(vm.raise_with(ty, &[]));
    }
    with(vm, own, |deque: &mut Deque| {
        // Of what a limit does not let stay, only the end is made.
        let rounds = deque.limit.map_or(times, |limit| times.min(limit.div_ceil(length.max(1)) + 1));
        let once: Vec<Value> = deque.items.iter().copied().collect();
        deque.changes += 1;
        deque.items.clear();
        for _ in 0..rounds {
            deque.items.extend(&once);
        }
        if let Some(limit) = deque.limit {
            let surplus = deque.items.len().saturating_sub(limit);
            deque.items.drain(..surplus);
        }
    })?;
    Ok(own)
}

/// A position; what is out of range gives `None`.
fn position(vm: &mut Vm, own: Value, key: Value) -> PyResult<Option<usize>> {
    if vm.type_of(key).slots().unary[UnaryOp::Index as usize].is_none() {
        let given = vm.type_name(key);
        return Err(vm.type_error(format!("sequence index must be integer, not '{given}'")));
    }
    let position = vm.index_position(key)?;
    let length = length(vm, own)? as i64;
    let position = if position < 0 { position + length } else { position };
    Ok((0..length).contains(&position).then_some(position as usize))
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let item = match position(vm, own, key)? {
        Some(position) => item(vm, own, position)?,
        None => None,
    };
    match item {
        Some(item) => Ok(item),
        None => Err(vm.index_error("deque index out of range")),
    }
}

fn setitem(vm: &mut Vm, own: Value, key: Value, value: Value) -> PyResult<()> {
    let Some(position) = position(vm, own, key)? else { return Err(vm.index_error("deque index out of range")) };
    with(vm, own, |deque: &mut Deque| {
        if value.is_null() {
            deque.items.remove(position);
            deque.changes += 1;
        } else if let Some(item) = deque.items.get_mut(position) {
            *item = value;
        }
    })
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    if !vm.enter_repr(own) {
        return Ok(vm.new_str("[...]").into());
    }
    let list = vm.list_from(own);
    let text = list.and_then(|list| vm.repr_text(list.into()));
    vm.leave_repr();
    let text = text?;
    let name = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let text = match with(vm, own, |deque: &mut Deque| deque.limit)? {
        Some(limit) => format!("{name}({text}, maxlen={limit})"),
        None => format!("{name}({text})"),
    };
    Ok(vm.new_str(&text).into())
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    if !is_deque(vm, left)? || !is_deque(vm, right)? {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (length(vm, left)?, length(vm, right)?);
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && (left.is(right) || a != b) {
        return Ok(Value::bool(left.is(right) == (op == CompareOp::Eq)));
    }
    let (left, right) = (vm.iter(left)?, vm.iter(right)?);
    loop {
        match (vm.next(left)?, vm.next(right)?) {
            (Some(a), Some(b)) if vm.equals(a, b)? => {}
            (Some(a), Some(b)) => {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => vm.compare(a, b, op),
                };
            }
            (a, b) => return Ok(Value::bool(op.test(a.is_some().cmp(&b.is_some())))),
        }
    }
}

pub(super) static ITERATOR: TypeSpec = iterator_type("_deque_iterator", next_forwards, new_forwards);
pub(super) static REVERSE_ITERATOR: TypeSpec = iterator_type("_deque_reverse_iterator", next_backwards, new_backwards);

const ITERATOR_METHODS: &[MethodSpec] =
    &[method("__length_hint__", length_hint, NoArgs), method("__reduce__", reduce_iterator, NoArgs)];

const fn iterator_type(name: &'static str, next: IterNextFn, new: NewFn) -> TypeSpec {
    TypeSpec {
        module: "_collections",
        slots: Slots { new: Some(new), iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
        methods: ITERATOR_METHODS,
        ..TypeSpec::new(name, LayoutKind::Opaque)
    }
}

/// A place in a deque.
#[derive(Clone, Copy)]
struct Place {
    deque: Value,
    /// How many items have been given, and how many are left.
    done: usize,
    left: usize,
    changes: u64,
}

impl OpaqueData for Place {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.deque);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn iterator(vm: &mut Vm, deque: Value, spec: &'static TypeSpec) -> PyResult {
    let (left, changes) = with(vm, deque, |deque: &mut Deque| (deque.items.len(), deque.changes))?;
    let ty = native_type(vm, spec);
    make(vm, ty, Place { deque, done: 0, left, changes })
}

fn new_iterator(vm: &mut Vm, args: Args<'_>, spec: &'static TypeSpec) -> PyResult {
    // Keywords are not looked at, whatever they are.
    let values = Args::positional(args.positionals()).between(vm, spec.name, 1, 2)?;
    if !is_deque(vm, values[0])? {
        let given = vm.type_name(values[0]);
        return Err(vm.type_error(format!("{}() argument 1 must be collections.deque, not {given}", spec.name)));
    }
    let start = match values.get(1) {
        Some(start) => usize::try_from(vm.index_i64(*start)?).unwrap_or(0),
        None => 0,
    };
    let new = iterator(vm, values[0], spec)?;
    with(vm, new, |place: &mut Place| {
        let start = start.min(place.left);
        place.done += start;
        place.left -= start;
    })?;
    Ok(new)
}

fn new_forwards(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    new_iterator(vm, args, &ITERATOR)
}

fn new_backwards(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    new_iterator(vm, args, &REVERSE_ITERATOR)
}

fn next_forwards(vm: &mut Vm, own: Value) -> PyResult {
    next_item(vm, own, |deque, done| deque.items.get(done).copied())
}

/// In this direction an iterator at its end does not look at the deque any more, changed or not.
fn next_backwards(vm: &mut Vm, own: Value) -> PyResult {
    if with(vm, own, |place: &mut Place| place.left)? == 0 {
        return Ok(Value::NULL);
    }
    next_item(vm, own, |deque, done| deque.items.iter().rev().nth(done).copied())
}

fn next_item(vm: &mut Vm, own: Value, item: fn(&Deque, usize) -> Option<Value>) -> PyResult {
    let place = with(vm, own, |place: &mut Place| *place)?;
    let (changes, item) = with(vm, place.deque, |deque: &mut Deque| (deque.changes, item(deque, place.done)))?;
    if changes != place.changes {
        with(vm, own, |place: &mut Place| place.left = 0)?;
        return Err(mutated(vm));
    }
    let Some(item) = item.filter(|_| place.left > 0) else { return Ok(Value::NULL) };
    with(vm, own, |place: &mut Place| {
        place.done += 1;
        place.left -= 1;
    })?;
    Ok(item)
}

fn length_hint(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let left = with(vm, own, |place: &mut Place| place.left)?;
    Ok(Value::small_int(left as i64))
}

fn reduce_iterator(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let Place { deque, done, .. } = with(vm, own, |place: &mut Place| *place)?;
    let args = vm.new_pair(deque, Value::small_int(done as i64));
    let class = vm.type_of(own);
    Ok(vm.new_pair(class.into(), args.into()).into())
}
