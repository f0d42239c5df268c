//! Iterators over several others: `chain`, `zip_longest`, `product`.

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::Gc;
use quicken_vm::objects::genericalias::class_getitem;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, class_method, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, with};

use super::{State, indices_of, iterator, no_keywords, numbers, parts_of, reduced, state};

/// `source`: the iterator over the iterables, `NULL` at the end; `value`: the one that items come from.
pub(super) static CHAIN: TypeSpec = iterator(
    "chain",
    new_chain,
    next_of_chain,
    &[
        class_method("from_iterable", from_iterable, O),
        class_method("__class_getitem__", class_getitem, O),
        method("__reduce__", reduce_chain, NoArgs),
        method("__setstate__", set_state_of_chain, O),
    ],
    "Return a chain object whose .__next__() method returns elements from the first iterable until it is exhausted, then elements from \
     the next iterable, until all of the iterables are exhausted.",
);

pub(super) static ZIP_LONGEST: TypeSpec = iterator(
    "zip_longest",
    new_zip_longest,
    next_of_zip_longest,
    &[method("__reduce__", reduce_zip_longest, NoArgs), method("__setstate__", set_filler, O)],
    "Return a zip_longest object whose .__next__() method returns a tuple where the i-th element comes from the i-th iterable argument.",
);

pub(super) static PRODUCT: TypeSpec = iterator(
    "product",
    new_product,
    next_of_product,
    &[method("__reduce__", reduce_product, NoArgs), method("__setstate__", set_state_of_product, O)],
    "Cartesian product of input iterables.  Equivalent to nested for-loops.",
);

fn new_chain(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    no_keywords(vm, ty, &CHAIN, args)?;
    let iterables = vm.new_tuple(args.positionals());
    let source = vm.iter(iterables.into())?;
    make(vm, ty, State::new(source, Value::NULL))
}

fn from_iterable(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly(vm, "chain.from_iterable")?;
    let source = vm.iter(iterable)?;
    match class.cast::<Type>() {
        Some(ty) => make(vm, ty, State::new(source, Value::NULL)),
        None => Err(vm.type_error("a class was expected")),
    }
}

fn next_of_chain(vm: &mut Vm, own: Value) -> PyResult {
    loop {
        let State { source, value: mut active, .. } = state(vm, own)?;
        if source.is_null() {
            return Ok(Value::NULL);
        }
        if active.is_null() {
            let iterable = vm.next(source);
            let iterator = match iterable {
                Ok(Some(iterable)) => vm.iter(iterable),
                Ok(None) => Ok(Value::NULL),
                Err(raise) => Err(raise),
            };
            active = iterator.unwrap_or(Value::NULL);
            with(vm, own, |state: &mut State| {
                state.value = active;
                if active.is_null() {
                    state.source = Value::NULL;
                }
            })?;
            if active.is_null() {
                return iterator;
            }
        }
        if let Some(item) = vm.next(active)? {
            return Ok(item);
        }
        with(vm, own, |state: &mut State| state.value = Value::NULL)?;
    }
}

fn reduce_chain(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let State { source, value: active, .. } = state(vm, own)?;
    let state = match (source.non_null(), active.non_null()) {
        (None, _) => None,
        (Some(source), None) => Some(vm.new_tuple(&[source]).into()),
        (Some(source), Some(active)) => Some(vm.new_pair(source, active).into()),
    };
    reduced(vm, own, &[], state)
}

fn set_state_of_chain(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let parts = parts_of(vm, args, 1, 2)?;
    if parts.items().iter().any(|part| !vm.is_iterator(*part)) {
        return Err(vm.type_error("Arguments must be iterators."));
    }
    let active = parts.get(1).unwrap_or(Value::NULL);
    let source = parts.items()[0];
    with(vm, own, |state: &mut State| (state.source, state.value) = (source, active))?;
    Ok(Value::NONE)
}

/// What `zip_longest` is made of.
struct Longest {
    /// `NULL` where one has ended.
    sources: Vec<Value>,
    /// How many have not.
    active: usize,
    filler: Value,
}

impl OpaqueData for Longest {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&self.sources);
        marker.value(self.filler);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn new_zip_longest(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let mut filler = Value::NONE;
    for (name, value) in args.keywords() {
        if args.keyword_count() > 1 || name.as_ascii() != Some("fillvalue") {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
        filler = value;
    }
    let mut sources = vm.heap.temp_vec();
    for &iterable in args.positionals() {
        let source = vm.iter(iterable)?;
        sources.push(source);
    }
    make(vm, ty, Longest { active: sources.len(), sources: sources.to_vec(), filler })
}

fn next_of_zip_longest(vm: &mut Vm, own: Value) -> PyResult {
    let (count, active) = with(vm, own, |zip: &mut Longest| (zip.sources.len(), zip.active))?;
    if count == 0 || active == 0 {
        return Ok(Value::NULL);
    }
    let mut items = vm.heap.temp_vec();
    for index in 0..count {
        let (source, filler) = with(vm, own, |zip: &mut Longest| (zip.sources[index], zip.filler))?;
        if source.is_null() {
            items.push(filler);
            continue;
        }
        match vm.next(source) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                let left = with(vm, own, |zip: &mut Longest| {
                    zip.active = zip.active.saturating_sub(1);
                    zip.sources[index] = Value::NULL;
                    zip.active
                })?;
                if left == 0 {
                    return Ok(Value::NULL);
                }
                items.push(filler);
            }
            Err(raise) => {
                with(vm, own, |zip: &mut Longest| zip.active = 0)?;
                return Err(raise);
            }
        }
    }
    Ok(vm.new_tuple(&items).into())
}

fn reduce_zip_longest(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (sources, filler) = with(vm, own, |zip: &mut Longest| (zip.sources.clone(), zip.filler))?;
    let mut arguments = vm.heap.temp_vec();
    for source in sources {
        // One that has ended is as good as an empty one.
        let source = source.non_null().unwrap_or_else(|| vm.new_tuple(&[]).into());
        arguments.push(source);
    }
    reduced(vm, own, &arguments, Some(filler))
}

fn set_filler(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [filler] = args.exactly(vm, "__setstate__")?;
    with(vm, own, |zip: &mut Longest| zip.filler = filler)?;
    Ok(Value::NONE)
}

/// What `product` is made of.
struct Product {
    /// A tuple for each place.
    pools: Vec<Value>,
    /// What stands at each place; none before the first result and behind the last.
    indices: Option<Vec<usize>>,
    has_ended: bool,
}

impl OpaqueData for Product {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&self.pools);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn new_product(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let mut repeat = 1;
    for (name, value) in args.keywords() {
        let given = args.keyword_count();
        if given > 1 {
            return Err(vm.type_error(format!("product() takes at most 1 keyword argument ({given} given)")));
        }
        if name.as_ascii() != Some("repeat") {
            let name = name.to_string_lossy().into_owned();
            return Err(vm.type_error(format!("'{name}' is an invalid keyword argument for product()")));
        }
        repeat = vm.index_i64(value)?;
    }
    let Ok(repeat) = usize::try_from(repeat) else {
        return Err(vm.value_error("repeat argument cannot be negative"));
    };
    let count = if repeat == 0 { 0 } else { args.len() };
    let Some(places) = count.checked_mul(repeat).filter(|places| *places <= isize::MAX as usize / 8) else {
        return Err(vm.overflow_error("repeat argument too large"));
    };
    let mut pools = vm.heap.temp_vec();
    for &iterable in &args.positionals()[..count] {
        let pool = vm.tuple_from(iterable)?;
        pools.push(pool.into());
    }
    let pools = pools.iter().copied().cycle().take(places).collect();
    make(vm, ty, Product { pools, indices: None, has_ended: false })
}

fn next_of_product(vm: &mut Vm, own: Value) -> PyResult {
    let mut items = vm.heap.temp_vec();
    let is_there = with(vm, own, |product: &mut Product| {
        if !product.has_ended && product.step() {
            let indices = product.indices.iter().flatten();
            items.extend(product.pools.iter().zip(indices).filter_map(|(pool, index)| pool_of(*pool).get(*index)));
            return true;
        }
        product.has_ended = true;
        false
    })?;
    Ok(if is_there { vm.new_tuple(&items).into() } else { Value::NULL })
}

fn reduce_product(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (pools, indices, has_ended) =
        with(vm, own, |product: &mut Product| (product.pools.clone(), product.indices.clone(), product.has_ended))?;
    if has_ended {
        let empty = vm.new_tuple(&[]).into();
        return reduced(vm, own, &[empty], None);
    }
    let state = indices.map(|indices| numbers(vm, &indices));
    reduced(vm, own, &pools, state)
}

fn set_state_of_product(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "__setstate__")?;
    let sizes: Vec<usize> =
        with(vm, own, |product: &mut Product| product.pools.iter().map(|pool| pool_of(*pool).len()).collect())?;
    let indices = indices_of(vm, state, sizes.len(), |place| (0, sizes[place] as i64 - 1))?;
    with(vm, own, |product: &mut Product| {
        product.has_ended = sizes.contains(&0);
        product.indices = Some(indices);
    })?;
    Ok(Value::NONE)
}

/// The items of a pool.
fn pool_of(pool: Value) -> PoolItems {
    PoolItems(pool.cast::<Tuple>())
}

struct PoolItems(Option<Gc<Tuple>>);

impl PoolItems {
    fn len(&self) -> usize {
        self.0.map_or(0, |tuple| tuple.len())
    }

    fn get(&self, index: usize) -> Option<Value> {
        self.0.and_then(|tuple| tuple.get(index))
    }
}

impl Product {
    /// Whether there is another result; then the indices are those of it.
    fn step(&mut self) -> bool {
        let Some(indices) = &mut self.indices else {
            self.indices = Some(vec![0; self.pools.len()]);
            return self.pools.iter().all(|pool| pool_of(*pool).len() > 0);
        };
        for (index, pool) in indices.iter_mut().zip(&self.pools).rev() {
            *index += 1;
            if *index < pool_of(*pool).len() {
                return true;
            }
            *index = 0;
        }
        false
    }
}
