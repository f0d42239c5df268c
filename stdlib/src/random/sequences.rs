//! Random choices from sequences.

use std::collections::HashSet;

use quicken_vm::args::Parameters;
use quicken_vm::heap::TempVec;
use quicken_vm::objects::int::View;
use quicken_vm::objects::list::List;
use quicken_vm::slots::BinaryOp;
use quicken_vm::spec::PatternKind;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::{below, draw};

/// `choice(seq)`.
pub(super) fn choice(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [sequence] = args.exactly(vm, "choice")?;
    let length = vm.length(sequence)?;
    if length == 0 {
        return Err(vm.index_error("Cannot choose from an empty sequence"));
    }
    let index = below(vm, receiver, length as i64)?;
    vm.get_item(sequence, Value::small_int(index))
}

/// `shuffle(x)`.
pub(super) fn shuffle(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [sequence] = args.exactly(vm, "shuffle")?;
    let length = vm.length(sequence)?;
    for i in (1..length).rev() {
        let j = below(vm, receiver, i as i64 + 1)? as usize;
        if sequence.is_exact(vm.types.list)
            && let Some(list) = sequence.cast::<List>()
            && let (Some(a), Some(b)) = (list.get(i), list.get(j))
        {
            list.set(i, b);
            list.set(j, a);
            continue;
        }
        let (i, j) = (Value::small_int(i as i64), Value::small_int(j as i64));
        let (a, b) = (vm.get_item(sequence, i)?, vm.get_item(sequence, j)?);
        vm.set_item(sequence, i, b)?;
        vm.set_item(sequence, j, a)?;
    }
    Ok(Value::NONE)
}

/// Whether `collections.abc.Sequence` knows the type.
fn is_sequence(vm: &Vm, value: Value) -> bool {
    let ty = vm.type_of(value);
    let textual = [vm.types.str, vm.types.bytes, vm.types.bytearray].iter().any(|base| ty.is_subtype(*base));
    textual || matches!(ty.pattern.get(), PatternKind::Sequence | PatternKind::SequenceMatchSelf)
}

/// `sample(population, k, *, counts=None)`.
pub(super) fn sample(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["population", "k", "counts"], positional_only: 0, max_positional: 2, required: 2 };
    let [population, k, counts] = args.bind(vm, "sample", &PARAMETERS)?;
    if !is_sequence(vm, population) {
        return Err(vm.type_error("Population must be a sequence.  For dicts or sets, use sorted(d)."));
    }
    let n = vm.length(population)?;
    let k = vm.index_i64(k)?;
    if counts.is_null() || counts.is_none() {
        let indices = sample_indices(vm, receiver, n, k)?;
        return items_at(vm, population, &indices);
    }
    let mut cumulative = Vec::new();
    let mut total = 0i64;
    vm.for_each(counts, |vm, count| {
        let Some(view) = View::of(count) else { return Err(vm.type_error("Counts must be integers")) };
        let View::Small(count) = view else { return Err(vm.overflow_error("counts are too large")) };
        total = total.saturating_add(count);
        cumulative.push(total);
        Ok(())
    })?;
    if cumulative.len() != n {
        return Err(vm.value_error("The number of counts does not match the population"));
    }
    if total <= 0 {
        return Err(vm.value_error("Total of counts must be greater than zero"));
    }
    cumulative.pop();
    let selections = sample_indices(vm, receiver, total as usize, k)?;
    let indices: Vec<usize> = selections.iter().map(|s| cumulative.partition_point(|end| *end <= *s as i64)).collect();
    items_at(vm, population, &indices)
}

/// `k` different indices below `n`, drawn as CPython draws them: from a pool for populations that are small beside `k`,
/// by a set of what was drawn already for others.
fn sample_indices(vm: &mut Vm, receiver: Value, n: usize, k: i64) -> PyResult<Vec<usize>> {
    let Some(k) = usize::try_from(k).ok().filter(|k| *k <= n) else {
        return Err(vm.value_error("Sample larger than population or is negative"));
    };
    let mut result = Vec::with_capacity(k);
    let mut set_size = 21;
    if k > 5 {
        let exponent = (((k * 3) as f64).ln() / 4f64.ln()).ceil() as u32;
        set_size += 4usize.saturating_pow(exponent);
    }
    if n <= set_size {
        let mut pool: Vec<usize> = (0..n).collect();
        for i in 0..k {
            let j = below(vm, receiver, (n - i) as i64)? as usize;
            result.push(pool[j]);
            pool[j] = pool[n - i - 1];
        }
    } else {
        let mut selected = HashSet::new();
        for _ in 0..k {
            let mut j = below(vm, receiver, n as i64)? as usize;
            while !selected.insert(j) {
                j = below(vm, receiver, n as i64)? as usize;
            }
            result.push(j);
        }
    }
    Ok(result)
}

fn items_at(vm: &mut Vm, population: Value, indices: &[usize]) -> PyResult {
    let mut items = vm.heap.temp_vec();
    for index in indices {
        let item = vm.get_item(population, Value::small_int(*index as i64))?;
        items.push(item);
    }
    Ok(vm.new_list(&items).into())
}

/// `choices(population, weights=None, *, cum_weights=None, k=1)`.
pub(super) fn choices(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["population", "weights", "cum_weights", "k"],
        positional_only: 0,
        max_positional: 2,
        required: 1,
    };
    let [population, weights, cumulative, k] = args.bind(vm, "choices", &PARAMETERS)?;
    let given = |value: Value| !value.is_null() && !value.is_none();
    let n = vm.length(population)?;
    let count = if k.is_null() { 1 } else { vm.index_i64(k)? };
    if !given(cumulative) && !given(weights) {
        let mut indices = Vec::new();
        for _ in 0..count {
            indices.push((draw(vm, receiver)? * n as f64).floor() as usize);
        }
        return items_at(vm, population, &indices);
    }
    let mut ends = vm.heap.temp_vec();
    if given(cumulative) {
        if given(weights) {
            return Err(vm.type_error("Cannot specify both weights and cumulative weights"));
        }
        vm.collect(cumulative, &mut ends)?;
    } else {
        if let Some(number) = View::of(weights) {
            let k = number.to_big();
            return Err(vm.type_error(format!("The number of choices must be a keyword argument: k={k}")));
        }
        accumulate(vm, weights, &mut ends)?;
    }
    if ends.len() != n {
        return Err(vm.value_error("The number of weights does not match the population"));
    }
    let Some(last) = ends.last().copied() else {
        return Err(vm.index_error("list index out of range"));
    };
    let total = vm.to_f64(last)?;
    if total <= 0.0 {
        return Err(vm.value_error("Total of weights must be greater than zero"));
    }
    if !total.is_finite() {
        return Err(vm.value_error("Total of weights must be finite"));
    }
    let mut limits = Vec::with_capacity(ends.len());
    for index in 0..ends.len() {
        limits.push(vm.to_f64(ends[index])?);
    }
    limits.pop();
    let mut indices = Vec::new();
    for _ in 0..count {
        let at = draw(vm, receiver)? * total;
        indices.push(limits.partition_point(|end| *end <= at));
    }
    items_at(vm, population, &indices)
}

/// The running totals.
fn accumulate(vm: &mut Vm, weights: Value, into: &mut TempVec) -> PyResult<()> {
    vm.for_each(weights, |vm, weight| {
        let total = match into.last() {
            Some(total) => vm.binary_op(BinaryOp::Add, *total, weight)?,
            None => weight,
        };
        into.push(total);
        Ok(())
    })
}
