//! Iterators over what other iterators or functions give: `iter(callable, sentinel)`, `enumerate`, `zip`, `map`, `filter`.

use std::cell::Cell;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::iter::{maker, next_item_of, reduced};
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::objects::{genericalias, receiver};
use crate::slots::{BinaryOp, Slots};
use crate::spec::{Convention, MethodSpec, TypeSpec, class_method, method};
use crate::value::Value;

/// An iterator made of others. What the fields hold depends on the type:
///
/// | type | `source` | `other` |
/// |---|---|---|
/// | `callable_iterator` | the function, `NULL` at the end | the sentinel |
/// | `enumerate` | the iterator | the next number |
/// | `zip` | a tuple of iterators | – |
/// | `map` | a tuple of iterators | the function |
/// | `filter` | the iterator | the function or `None` |
#[repr(C)]
pub struct Combinator {
    header: Header,
    source: Field,
    other: Field,
    strict: Cell<bool>,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
#[expect(unsafe_code, reason = "implementing the heap's contract")]
unsafe impl HeapObject for Combinator {
    const LAYOUT: LayoutKind = LayoutKind::Combinator;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source.get());
        marker.value(self.other.get());
    }
}

fn make(vm: &mut Vm, ty: Gc<Type>, source: Value, other: Value, strict: bool) -> PyResult {
    let object = Combinator {
        header: Header::new(ty),
        source: Field::new(source),
        other: Field::new(other),
        strict: Cell::new(strict),
    };
    Ok(vm.allocate_object(ty, object).into())
}

const fn slots(new: crate::slots::NewFn, iternext: crate::slots::IterNextFn) -> Slots {
    Slots { new: Some(new), iter: Some(|_, own| Ok(own)), iternext: Some(iternext), ..Slots::NONE }
}

/// The type `callable_iterator`.
pub static CALLABLE_ITERATOR_TYPE: TypeSpec = TypeSpec {
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next_of_callable), ..Slots::NONE },
    methods: &[REDUCE],
    ..TypeSpec::new("callable_iterator", LayoutKind::Combinator)
};

/// The type `enumerate`.
pub static ENUMERATE_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: slots(new_enumerate, next_of_enumerate),
    methods: &[CLASS_GETITEM, REDUCE],
    ..TypeSpec::new("enumerate", LayoutKind::Combinator)
};

/// The type `zip`.
pub static ZIP_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    slots: slots(new_zip, next_of_zip),
    methods: &[REDUCE, method("__setstate__", set_strict, Convention::O)],
    ..TypeSpec::new("zip", LayoutKind::Combinator)
};

/// The type `map`.
pub static MAP_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: slots(new_map, next_of_map),
    methods: &[REDUCE],
    ..TypeSpec::new("map", LayoutKind::Combinator)
};

/// The type `filter`.
pub static FILTER_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    vectorcall: true,
    slots: slots(new_filter, next_of_filter),
    methods: &[REDUCE],
    ..TypeSpec::new("filter", LayoutKind::Combinator)
};

const CLASS_GETITEM: MethodSpec = class_method("__class_getitem__", class_getitem, Convention::O);

const REDUCE: MethodSpec = method("__reduce__", reduce, Convention::NoArgs);

/// How the iterator is made again: the class, or `iter`, and its arguments.
fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let iter = maker(vm, "iter")?;
    let iterator = receiver::<Combinator>(vm, own)?;
    let (source, other, class) = (iterator.source.get(), iterator.other.get(), vm.type_of(own));
    if class == vm.types.callable_iterator {
        if source.is_null() {
            let empty = vm.new_tuple(&[]);
            return reduced(vm, iter, &[empty.into()], None);
        }
        return reduced(vm, iter, &[source, other], None);
    }
    let mut arguments = vm.heap.temp_vec();
    if class.is_subtype(vm.types.enumerate) {
        arguments.extend([source, other]);
    } else if class.is_subtype(vm.types.filter) {
        arguments.extend([other, source]);
    } else {
        arguments.extend(other.non_null());
        arguments.extend_from_slice(source.cast::<Tuple>().map_or(&[], |sources| sources.items()));
    }
    let arguments = vm.new_tuple(&arguments);
    let mut parts = vm.heap.temp_vec();
    parts.push(class.into());
    parts.push(arguments.into());
    if iterator.strict.get() {
        parts.push(Value::TRUE);
    }
    Ok(vm.new_tuple(&parts).into())
}

fn set_strict(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [strict] = args.exactly(vm, "__setstate__")?;
    let strict = vm.is_true(strict)?;
    receiver::<Combinator>(vm, own)?.strict.set(strict);
    Ok(Value::NONE)
}

fn class_getitem(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [item] = args.exactly::<1>(vm, "__class_getitem__")?;
    genericalias::new_alias(vm, class, item)
}

// ---- iter(callable, sentinel) ----

/// `iter(callable, sentinel)`.
pub fn new_callable_iterator(vm: &mut Vm, callable: Value, sentinel: Value) -> PyResult {
    let ty = vm.types.callable_iterator;
    make(vm, ty, callable, sentinel, false)
}

fn next_of_callable(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<Combinator>(vm, own)?;
    let callable = iterator.source.get();
    if callable.is_null() {
        return Ok(Value::NULL);
    }
    let result = match vm.call_values(callable, &[]) {
        Ok(result) => result,
        Err(raise) if vm.is_raised(raise, vm.exc.StopIteration) => {
            iterator.source.set(Value::NULL);
            return Ok(Value::NULL);
        }
        Err(raise) => return Err(raise),
    };
    // The call may have ended the iterator.
    if iterator.source.get().is_null() {
        return Ok(Value::NULL);
    }
    if vm.equals(iterator.other.get(), result)? {
        iterator.source.set(Value::NULL);
        return Ok(Value::NULL);
    }
    Ok(result)
}

// ---- enumerate ----

fn new_enumerate(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let given = args.values().len();
    if given > 2 {
        return Err(vm.type_error(format!("enumerate() takes at most 2 arguments ({given} given)")));
    }
    let mut bound = [Value::NULL; 2];
    bound[..args.len()].copy_from_slice(args.positionals());
    for (name, value) in args.keywords() {
        let text = name.to_string_lossy().into_owned();
        let index = match text.as_str() {
            "iterable" if bound[0].is_null() => 0,
            // CPython checks the names in this odd way: the second is looked for only where the first is given.
            "start" if bound[1].is_null() => 1,
            _ => return Err(vm.type_error(format!("'{text}' is an invalid keyword argument for enumerate()"))),
        };
        bound[index] = value;
    }
    let [iterable, start] = bound;
    if iterable.is_null() {
        return Err(vm.type_error(if start.is_null() {
            "enumerate() missing required argument 'iterable'"
        } else {
            "'start' is an invalid keyword argument for enumerate()"
        }));
    }
    let start = if start.is_null() {
        Value::small_int(0)
    } else {
        let start = vm.index(start)?;
        if start.is_bool() { vm.binary_op(BinaryOp::Add, start, Value::small_int(0))? } else { start }
    };
    let iterator = vm.iter(iterable)?;
    make(vm, ty, iterator, start, false)
}

fn next_of_enumerate(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<Combinator>(vm, own)?;
    let Some(item) = next_item_of(vm, iterator.source.get())? else { return Ok(Value::NULL) };
    let number = iterator.other.get();
    let one = Value::small_int(1);
    let following = match number.is_small_int().then(|| Value::small_add(number, one)).flatten() {
        Some(following) => following,
        None => vm.binary_op(BinaryOp::Add, number, one)?,
    };
    iterator.other.set(following);
    Ok(vm.new_pair(number, item).into())
}

// ---- zip ----

/// Iterators over all positional arguments.
fn iterators(vm: &mut Vm, iterables: &[Value]) -> PyResult<Gc<Tuple>> {
    let mut iterators = vm.heap.temp_vec();
    for &iterable in iterables {
        let iterator = vm.iter(iterable)?;
        iterators.push(iterator);
    }
    Ok(vm.new_tuple(&iterators))
}

fn new_zip(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let mut strict = false;
    if args.keyword_count() > 1 {
        let given = args.keyword_count();
        return Err(vm.type_error(format!("zip() takes at most 1 keyword argument ({given} given)")));
    }
    for (name, value) in args.keywords() {
        if name.as_ascii() != Some("strict") {
            let name = name.to_string_lossy().into_owned();
            return Err(vm.type_error(format!("'{name}' is an invalid keyword argument for zip()")));
        }
        strict = vm.is_true(value)?;
    }
    let sources = iterators(vm, args.positionals())?;
    make(vm, ty, sources.into(), Value::NULL, strict)
}

/// How many items are collected on the native stack, which the collector scans, instead of in a vector.
const FEW: usize = 4;

fn next_of_zip(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<Combinator>(vm, own)?;
    let Some(sources) = iterator.source.get().cast::<Tuple>() else { return Ok(Value::NULL) };
    let count = sources.len();
    if count == 0 {
        return Ok(Value::NULL);
    }
    if let &[first, second] = sources.items() {
        let Some(a) = next_of_source(vm, &iterator, first)? else { return end_of_zip(vm, &iterator, sources, 0) };
        let Some(b) = next_of_source(vm, &iterator, second)? else { return end_of_zip(vm, &iterator, sources, 1) };
        return Ok(vm.new_pair(a, b).into());
    }
    if count <= FEW {
        let mut items = [Value::NULL; FEW];
        for (index, &source) in sources.items().iter().enumerate() {
            match next_of_source(vm, &iterator, source)? {
                Some(item) => items[index] = item,
                None => return end_of_zip(vm, &iterator, sources, index),
            }
        }
        return Ok(vm.new_tuple(&items[..count]).into());
    }
    let mut items = vm.heap.temp_vec();
    for (index, &source) in sources.items().iter().enumerate() {
        match next_of_source(vm, &iterator, source)? {
            Some(item) => items.push(item),
            None => return end_of_zip(vm, &iterator, sources, index),
        }
    }
    Ok(vm.new_tuple(&items).into())
}

/// The next item of one of the sources. In strict mode a `StopIteration` is an end as any other.
#[inline(always)]
fn next_of_source(vm: &mut Vm, iterator: &Combinator, source: Value) -> PyResult<Option<Value>> {
    match next_item_of(vm, source) {
        Err(raise) if iterator.strict.get() && vm.is_raised(raise, vm.exc.StopIteration) => Ok(None),
        result => result,
    }
}

/// The source `index` has ended; in strict mode all have to.
fn end_of_zip(vm: &mut Vm, iterator: &Combinator, sources: Gc<Tuple>, index: usize) -> PyResult {
    if !iterator.strict.get() {
        return Ok(Value::NULL);
    }
    let plural = |index: usize| if index == 1 { " " } else { "s 1-" };
    if index > 0 {
        let message = format!("zip() argument {} is shorter than argument{}{index}", index + 1, plural(index));
        return Err(vm.value_error(message));
    }
    for (index, &source) in sources.items().iter().enumerate().skip(1) {
        if next_of_source(vm, iterator, source)?.is_some() {
            let message = format!("zip() argument {} is longer than argument{}{index}", index + 1, plural(index));
            return Err(vm.value_error(message));
        }
    }
    Ok(Value::NULL)
}

/// Whether a class leaves `__init__` to its native base, which takes no keywords.
fn is_initialized_alike(ty: Gc<Type>, base: Gc<Type>) -> bool {
    match (ty.slots().init, base.slots().init) {
        (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
        (own, plain) => own.is_none() && plain.is_none(),
    }
}

// ---- map ----

fn new_map(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    if is_initialized_alike(ty, vm.types.map) {
        args.no_keywords(vm, "map")?;
    }
    let Some((&function, iterables)) = args.positionals().split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    let sources = iterators(vm, iterables)?;
    make(vm, ty, sources.into(), function, false)
}

fn next_of_map(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<Combinator>(vm, own)?;
    let Some(sources) = iterator.source.get().cast::<Tuple>() else { return Ok(Value::NULL) };
    let function = iterator.other.get();
    if let &[source] = sources.items() {
        let Some(item) = next_item_of(vm, source)? else { return Ok(Value::NULL) };
        return vm.call_values(function, &[item]);
    }
    let mut items = vm.heap.temp_vec();
    for &source in sources.items() {
        let Some(item) = next_item_of(vm, source)? else { return Ok(Value::NULL) };
        items.push(item);
    }
    vm.call_values(function, &items)
}

// ---- filter ----

fn new_filter(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    if is_initialized_alike(ty, vm.types.filter) {
        args.no_keywords(vm, "filter")?;
    }
    let &[function, iterable] = args.positionals() else {
        let got = args.len();
        return Err(vm.type_error(format!("filter expected 2 arguments, got {got}")));
    };
    let source = vm.iter(iterable)?;
    make(vm, ty, source, function, false)
}

fn next_of_filter(vm: &mut Vm, own: Value) -> PyResult {
    let iterator = receiver::<Combinator>(vm, own)?;
    let (source, function) = (iterator.source.get(), iterator.other.get());
    let plain = function.is_none() || function.heap_address() == Some(vm.types.bool.address());
    while let Some(item) = next_item_of(vm, source)? {
        let verdict = if plain { item } else { vm.call_values(function, &[item])? };
        if vm.is_true(verdict)? {
            return Ok(item);
        }
    }
    Ok(Value::NULL)
}
