//! Arrangements of the items of one iterable: `combinations`, `combinations_with_replacement`, `permutations`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::Gc;
use quicken_vm::objects::int::View;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, with};

use super::{indices_of, iterator, numbers, parts_of, reduced};

pub(super) static COMBINATIONS: TypeSpec = iterator(
    "combinations",
    |vm, ty, args| new_combinations(vm, ty, args, "combinations", Combinations::is_first_possible),
    |vm, own| next(vm, own, Combinations::step),
    &[
        method("__reduce__", reduce_combinations, NoArgs),
        method(
            "__setstate__",
            |vm, own, args| set_indices(vm, own, args, |place, size, length| (place + size - length) as i64),
            O,
        ),
    ],
    "Return successive r-length combinations of elements in the iterable.",
);

pub(super) static COMBINATIONS_WITH_REPLACEMENT: TypeSpec = iterator(
    "combinations_with_replacement",
    |vm, ty, args| {
        let is_possible = |size: usize, length: usize| size > 0 || length == 0;
        new_combinations(vm, ty, args, "combinations_with_replacement", is_possible)
    },
    |vm, own| next(vm, own, Combinations::step_with_replacement),
    &[
        method("__reduce__", reduce_combinations, NoArgs),
        method("__setstate__", |vm, own, args| set_indices(vm, own, args, |_, size, _| size as i64 - 1), O),
    ],
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.",
);

pub(super) static PERMUTATIONS: TypeSpec = iterator(
    "permutations",
    new_permutations,
    |vm, own| next(vm, own, Combinations::step_of_permutation),
    &[method("__reduce__", reduce_permutations, NoArgs), method("__setstate__", set_state_of_permutations, O)],
    "Return successive r-length permutations of elements in the iterable.",
);

/// What all three are made of.
struct Combinations {
    /// A tuple.
    pool: Value,
    /// How many items the pool has.
    size: usize,
    /// Which items stand at each place; for permutations also those that stand at none, behind.
    indices: Vec<usize>,
    /// How many places there are.
    length: usize,
    /// For permutations: how many items have yet to stand at each place.
    cycles: Vec<usize>,
    has_begun: bool,
    has_ended: bool,
}

impl OpaqueData for Combinations {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.pool);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn new_combinations(
    vm: &mut Vm,
    ty: Gc<Type>,
    args: Args<'_>,
    name: &str,
    is_possible: fn(usize, usize) -> bool,
) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["iterable", "r"], positional_only: 0, max_positional: 2, required: 2 };
    let [iterable, length] = args.bind(vm, name, &PARAMETERS)?;
    let length = vm.index_i64(length)?;
    let pool = vm.tuple_from(iterable)?;
    let Ok(length) = usize::try_from(length) else { return Err(vm.value_error("r must be non-negative")) };
    if !vm.heap.fits(length.saturating_mul(size_of::<usize>())) {
        return Err(vm.raise_with(vm.exc.MemoryError, &[]));
    }
    let size = pool.len();
    let has_ended = !is_possible(size, length);
    let indices = match name {
        _ if has_ended => Vec::new(),
        "combinations" => (0..length).collect(),
        _ => vec![0; length],
    };
    let data =
        Combinations { pool: pool.into(), size, indices, length, cycles: Vec::new(), has_begun: false, has_ended };
    make(vm, ty, data)
}

fn new_permutations(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["iterable", "r"], positional_only: 0, max_positional: 2, required: 1 };
    let [iterable, length] = args.bind(vm, "permutations", &PARAMETERS)?;
    let pool = vm.tuple_from(iterable)?;
    let size = pool.len();
    let length = match View::of(length.or_none()) {
        _ if length.or_none().is_none() => size as i64,
        None => return Err(vm.type_error("Expected int as r")),
        Some(_) => vm.index_i64(length)?,
    };
    let Ok(length) = usize::try_from(length) else { return Err(vm.value_error("r must be non-negative")) };
    let has_ended = length > size;
    let cycles = if has_ended { Vec::new() } else { (0..length).map(|place| size - place).collect() };
    let indices = (0..size).collect();
    let data = Combinations { pool: pool.into(), size, indices, length, cycles, has_begun: false, has_ended };
    make(vm, ty, data)
}

/// The arguments with which it would begin again; those of one that has ended give nothing.
fn beginning(vm: &mut Vm, own: Value) -> PyResult<([Value; 2], bool)> {
    let (pool, length, has_begun, has_ended) =
        with(vm, own, |data: &mut Combinations| (data.pool, data.length, data.has_begun, data.has_ended))?;
    let goes_on = has_begun && !has_ended;
    let pool = if has_begun && has_ended { vm.new_tuple(&[]).into() } else { pool };
    Ok(([pool, vm.int(length as i64)], goes_on))
}

fn reduce_combinations(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (arguments, goes_on) = beginning(vm, own)?;
    let indices = with(vm, own, |data: &mut Combinations| data.indices.clone())?;
    let state = if goes_on { Some(numbers(vm, &indices)) } else { None };
    reduced(vm, own, &arguments, state)
}

fn set_indices(vm: &mut Vm, own: Value, args: Args<'_>, most: fn(usize, usize, usize) -> i64) -> PyResult {
    let [state] = args.exactly(vm, "__setstate__")?;
    let (size, length) = with(vm, own, |data: &mut Combinations| (data.size, data.length))?;
    let indices = indices_of(vm, state, length, |place| (0, most(place, size, length)))?;
    with(vm, own, |data: &mut Combinations| {
        data.indices = indices;
        data.has_begun = true;
    })?;
    Ok(Value::NONE)
}

fn reduce_permutations(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (arguments, goes_on) = beginning(vm, own)?;
    if !goes_on {
        return reduced(vm, own, &arguments, None);
    }
    let (indices, cycles) = with(vm, own, |data: &mut Combinations| (data.indices.clone(), data.cycles.clone()))?;
    let (indices, cycles) = (numbers(vm, &indices), numbers(vm, &cycles));
    let state = vm.new_pair(indices, cycles).into();
    reduced(vm, own, &arguments, Some(state))
}

fn set_state_of_permutations(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let state = parts_of(vm, args, 2, 2)?;
    let (size, length) = with(vm, own, |data: &mut Combinations| (data.size, data.length))?;
    let indices = indices_of(vm, state.items()[0], size, |_| (0, size as i64 - 1))?;
    let cycles = indices_of(vm, state.items()[1], length, |place| (1, size as i64 - place as i64))?;
    with(vm, own, |data: &mut Combinations| {
        data.indices = indices;
        data.cycles = cycles;
        data.has_begun = true;
    })?;
    Ok(Value::NONE)
}

fn next(vm: &mut Vm, own: Value, step: fn(&mut Combinations) -> bool) -> PyResult {
    // Few items need no memory of their own before they are in a tuple.
    let (mut few, mut many) = ([Value::NULL; 8], None);
    let length = with(vm, own, |data: &mut Combinations| data.length)?;
    if length > few.len() {
        many = Some(vm.heap.temp_vec());
    }
    let is_there = with(vm, own, |data: &mut Combinations| {
        let goes_on = !data.has_ended && (!data.has_begun || step(data));
        data.has_begun = true;
        data.has_ended = !goes_on;
        if let Some(pool) = data.pool.cast::<Tuple>().filter(|_| goes_on) {
            let items = data.indices[..length].iter().filter_map(|index| pool.get(*index));
            match &mut many {
                Some(many) => many.extend(items),
                None => few.iter_mut().zip(items).for_each(|(place, item)| *place = item),
            }
        }
        goes_on
    })?;
    let items = match &many {
        Some(many) => many,
        None => &few[..length],
    };
    Ok(if is_there { vm.new_tuple(items).into() } else { Value::NULL })
}

impl Combinations {
    fn is_first_possible(size: usize, length: usize) -> bool {
        length <= size
    }

    /// The last place that can go on goes on, and those behind it follow in order.
    fn step(&mut self) -> bool {
        let (size, length) = (self.size, self.length);
        let Some(place) = (0..length).rev().find(|place| self.indices[*place] != place + size - length) else {
            return false;
        };
        self.indices[place] += 1;
        for behind in place + 1..length {
            self.indices[behind] = self.indices[behind - 1] + 1;
        }
        true
    }

    fn step_with_replacement(&mut self) -> bool {
        let Some(place) = (0..self.length).rev().find(|place| self.indices[*place] != self.size - 1) else {
            return false;
        };
        let index = self.indices[place] + 1;
        self.indices[place..].fill(index);
        true
    }

    fn step_of_permutation(&mut self) -> bool {
        for place in (0..self.length).rev() {
            self.cycles[place] -= 1;
            if self.cycles[place] == 0 {
                // The item goes behind all others.
                self.indices[place..].rotate_left(1);
                self.cycles[place] = self.size - place;
            } else {
                let other = self.size - self.cycles[place];
                self.indices.swap(place, other);
                return true;
            }
        }
        false
    }
}
