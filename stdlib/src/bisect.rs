//! `_bisect`: places in sorted sequences.

use quicken_vm::args::Parameters;
use quicken_vm::spec::Convention::FastKeywords;
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

/// `_bisect`.
pub static BISECT: ModuleSpec = ModuleSpec {
    name: "_bisect",
    doc: Some(
        "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list \
         after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\n\
         common approach.\n",
    ),
    functions: &[
        method("bisect_left", |vm, _, args| place(vm, args, "bisect_left", Side::Left), FastKeywords),
        method("bisect_right", |vm, _, args| place(vm, args, "bisect_right", Side::Right), FastKeywords),
        method("insort_left", |vm, _, args| insert(vm, args, "insort_left", Side::Left), FastKeywords),
        method("insort_right", |vm, _, args| insert(vm, args, "insort_right", Side::Right), FastKeywords),
    ],
    init: None,
};

/// On which side of equal items a value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

const PARAMETERS: Parameters<5> =
    Parameters { names: ["a", "x", "lo", "hi", "key"], positional_only: 0, max_positional: 4, required: 2 };

fn place(vm: &mut Vm, args: Args<'_>, name: &str, side: Side) -> PyResult {
    let [sequence, value, low, high, key] = args.bind(vm, name, &PARAMETERS)?;
    let place = find(vm, sequence, value, [low, high], key.or_none(), side)?;
    Ok(vm.int(place))
}

fn insert(vm: &mut Vm, args: Args<'_>, name: &str, side: Side) -> PyResult {
    let [sequence, value, low, high, key] = args.bind(vm, name, &PARAMETERS)?;
    let key = key.or_none();
    let compared = if key.is_none() { value } else { vm.call_values(key, &[value])? };
    let place = find(vm, sequence, compared, [low, high], key, side)?;
    let place = vm.int(place);
    vm.call_method(sequence, "insert", &[place, value])?;
    Ok(Value::NONE)
}

fn find(vm: &mut Vm, sequence: Value, value: Value, range: [Value; 2], key: Value, side: Side) -> PyResult<i64> {
    let [low, high] = range;
    let mut low = if low.is_null() { 0 } else { vm.index_i64(low)? };
    let mut high = if high.or_none().is_none() { -1 } else { vm.index_i64(high)? };
    if low < 0 {
        return Err(vm.value_error("lo must be non-negative"));
    }
    if high == -1 {
        high = vm.length(sequence)? as i64;
    }
    while low < high {
        let middle = ((low as u64 + high as u64) / 2) as i64;
        let index = vm.int(middle);
        let item = vm.get_item(sequence, index)?;
        let item = if key.is_none() { item } else { vm.call_values(key, &[item])? };
        let goes_left = match side {
            Side::Left => !vm.less(item, value)?,
            Side::Right => vm.less(value, item)?,
        };
        if goes_left {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}
