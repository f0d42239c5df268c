//! `_heapq`: lists as heaps, the least item first or the greatest.

use quicken_vm::object::Gc;
use quicken_vm::objects::list::List;
use quicken_vm::spec::Convention::{Fast, O};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

/// `_heapq`.
pub static HEAPQ: ModuleSpec = ModuleSpec {
    name: "_heapq",
    doc: Some("Heap queue algorithm (a.k.a. priority queue).\n"),
    functions: &[
        method("heappush", heappush, Fast),
        method("heappushpop", heappushpop, Fast),
        method("heappop", |vm, _, args| pop(vm, args, "heappop", Order::Least), O),
        method("heapreplace", |vm, _, args| replace(vm, args, "heapreplace", Order::Least), Fast),
        method("heapify", |vm, _, args| heapify(vm, args, "heapify", Order::Least), O),
        method("_heappop_max", |vm, _, args| pop(vm, args, "_heappop_max", Order::Greatest), O),
        method("_heapreplace_max", |vm, _, args| replace(vm, args, "_heapreplace_max", Order::Greatest), Fast),
        method("_heapify_max", |vm, _, args| heapify(vm, args, "_heapify_max", Order::Greatest), O),
    ],
    init: Some(|vm, module| {
        let about = vm.new_str(
            "Heap queues\n\nHeaps are lists of which every item is no greater than the two at twice its place.\n",
        );
        crate::set_attribute(vm, module, "__about__", about.into());
        Ok(())
    }),
};

/// Which item comes first.
#[derive(Clone, Copy)]
enum Order {
    Least,
    Greatest,
}

impl Order {
    fn is_before(self, vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        match self {
            Order::Least => vm.less(a, b),
            Order::Greatest => vm.less(b, a),
        }
    }
}

fn heap(vm: &mut Vm, value: Value, name: &str, number: Option<u8>) -> PyResult<Gc<List>> {
    match value.cast::<List>() {
        Some(list) => Ok(list),
        None => {
            let given = vm.type_name(value);
            let number = number.map_or(String::new(), |number| format!(" {number}"));
            Err(vm.type_error(format!("{name}() argument{number} must be list, not {given}")))
        }
    }
}

/// The item at a place; comparisons may have made the list shorter.
fn at(vm: &mut Vm, list: Gc<List>, place: usize) -> PyResult {
    match list.get(place) {
        Some(item) => Ok(item),
        None => Err(vm.index_error("list index out of range")),
    }
}

/// Moves an item towards the first place, but not before `start`.
fn sift_down(vm: &mut Vm, list: Gc<List>, start: usize, mut place: usize, order: Order) -> PyResult<()> {
    let size = list.len();
    let item = at(vm, list, place)?;
    while place > start {
        let parent_place = (place - 1) / 2;
        let parent = at(vm, list, parent_place)?;
        let is_before = order.is_before(vm, item, parent)?;
        if list.len() != size {
            return Err(vm.runtime_error("list changed size during iteration"));
        }
        if !is_before {
            break;
        }
        let (item, parent) = (at(vm, list, place)?, at(vm, list, parent_place)?);
        list.set(parent_place, item);
        list.set(place, parent);
        place = parent_place;
    }
    Ok(())
}

/// Moves an item to where there is nothing below it, then back up as far as it goes: CPython's way, which compares less.
fn sift_up(vm: &mut Vm, list: Gc<List>, start: usize, order: Order) -> PyResult<()> {
    let end = list.len();
    let mut place = start;
    while place < end / 2 {
        let mut child = 2 * place + 1;
        if child + 1 < end {
            let (left, right) = (at(vm, list, child)?, at(vm, list, child + 1)?);
            let left_is_first = order.is_before(vm, left, right)?;
            if list.len() != end {
                return Err(vm.runtime_error("list changed size during iteration"));
            }
            child += usize::from(!left_is_first);
        }
        let (below, item) = (at(vm, list, child)?, at(vm, list, place)?);
        list.set(child, item);
        list.set(place, below);
        place = child;
    }
    sift_down(vm, list, start, place, order)
}

fn heappush(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [list, item] = args.exactly(vm, "heappush")?;
    let list = heap(vm, list, "heappush", Some(1))?;
    list.push(vm, item);
    let last = list.len() - 1;
    sift_down(vm, list, 0, last, Order::Least)?;
    Ok(Value::NONE)
}

fn pop(vm: &mut Vm, args: Args<'_>, name: &str, order: Order) -> PyResult {
    let [list] = args.exactly(vm, name)?;
    let list = heap(vm, list, name, None)?;
    let Some(last) = list.pop() else { return Err(vm.index_error("index out of range")) };
    let Some(first) = list.get(0) else { return Ok(last) };
    list.set(0, last);
    sift_up(vm, list, 0, order)?;
    Ok(first)
}

fn replace(vm: &mut Vm, args: Args<'_>, name: &str, order: Order) -> PyResult {
    let [list, item] = args.exactly(vm, name)?;
    let list = heap(vm, list, name, Some(1))?;
    let Some(first) = list.get(0) else { return Err(vm.index_error("index out of range")) };
    list.set(0, item);
    sift_up(vm, list, 0, order)?;
    Ok(first)
}

fn heappushpop(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [list, item] = args.exactly(vm, "heappushpop")?;
    let list = heap(vm, list, "heappushpop", Some(1))?;
    let Some(first) = list.get(0) else { return Ok(item) };
    if !vm.less(first, item)? {
        return Ok(item);
    }
    // The comparison may have emptied it.
    let first = match list.get(0) {
        Some(first) => first,
        None => return Err(vm.index_error("index out of range")),
    };
    list.set(0, item);
    sift_up(vm, list, 0, Order::Least)?;
    Ok(first)
}

fn heapify(vm: &mut Vm, args: Args<'_>, name: &str, order: Order) -> PyResult {
    let [list] = args.exactly(vm, name)?;
    let list = heap(vm, list, name, None)?;
    for place in (0..list.len() / 2).rev() {
        sift_up(vm, list, place, order)?;
    }
    Ok(Value::NONE)
}
