use super::*;
use crate::objects::array::{Array, Buffer};
use crate::objects::int::Int;

/// A root set of a few places.
struct Roots(Vec<Value>);

fn mark_roots(context: *mut (), marker: &mut Marker) {
    // SAFETY: `heap` registers a `Roots` that outlives the heap's use.
    marker.values(unsafe { &(*context.cast::<Roots>()).0 });
}

fn heap(config: HeapConfig, roots: &mut Box<Roots>) -> Heap {
    let mut heap = Heap::new(config);
    heap.set_roots(std::ptr::from_mut::<Roots>(roots).cast(), mark_roots);
    heap
}

fn array_of(value: Value) -> Gc<Array> {
    // SAFETY: the tests store arrays alone.
    unsafe { Gc::from_raw(value.heap_address().expect("an array") as *mut Array) }
}

/// A list of `n` arrays of two places, each with a number and the next.
fn chain(heap: &mut Heap, n: i64) -> Value {
    let mut list = Value::NONE;
    for i in 0..n {
        let link = heap.new_array(2);
        link.set(0, Value::small_int(i));
        link.set(1, list);
        list = link.into();
    }
    list
}

fn check_chain(mut list: Value, n: i64) {
    for i in (0..n).rev() {
        let link = array_of(list);
        assert_eq!(link.get(0), Value::small_int(i));
        list = link.get(1);
    }
    assert!(list.is_none());
}

#[test]
fn what_roots_reach_survives() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    let list = chain(&mut heap, 10_000);
    roots.0.push(list);
    chain(&mut heap, 10_000);
    heap.collect_precise();
    assert_eq!(heap.stats().live_bytes, 10_000 * 32);
    check_chain(roots.0[0], 10_000);
    roots.0.clear();
    heap.collect_precise();
    assert_eq!(heap.stats().live_bytes, 0);
    assert_eq!(heap.used(), 0);
}

#[test]
fn freed_cells_are_used_again() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    for _ in 0..10 {
        let list = chain(&mut heap, 5_000);
        roots.0.push(list);
        chain(&mut heap, 5_000);
        heap.collect_precise();
        check_chain(roots.0.pop().expect("pushed"), 5_000);
    }
    assert!(heap.stats().peak_bytes < 1 << 20);
    assert_eq!(heap.stats().cells_allocated, 100_000);
    assert_eq!(heap.stats().bytes_allocated, 3_200_000);
}

#[test]
fn locals_survive_conservative_collections_under_stress() {
    if !stack::SCANNABLE {
        return;
    }
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::stressed(1), &mut roots);
    let list = chain(&mut heap, 200);
    let array = heap.new_array(3000);
    let items = array.as_cells();
    for (i, item) in items.iter().enumerate().step_by(100) {
        let inner = heap.new_array(1);
        inner.set(0, Value::small_int(i as i64));
        item.set(inner.into());
    }
    for (i, item) in items.iter().enumerate().step_by(100) {
        assert_eq!(array_of(item.get()).get(0), Value::small_int(i as i64));
    }
    check_chain(list, 200);
    assert!(heap.stats().conservative >= 230);
}

#[test]
fn temporary_vectors_and_roots_are_seen() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig { poison: true, ..HeapConfig::STANDARD }, &mut roots);
    let mut temp = heap.temp_vec();
    for _ in 0..100 {
        let list = chain(&mut heap, 10);
        temp.push(list);
    }
    let list = chain(&mut heap, 10);
    let root = heap.root(array_of(list));
    heap.collect_precise();
    assert_eq!(heap.stats().live_bytes, 1010 * 32);
    for list in temp.iter() {
        check_chain(*list, 10);
    }
    check_chain(root.get().into(), 10);
    drop((temp, root));
    heap.collect_precise();
    assert_eq!(heap.stats().live_bytes, 0);
}

#[test]
fn destructors_run_once() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    for round in 0..4 {
        for i in 0..2_000_u64 {
            let value = dashu_int::IBig::from(i) << 400;
            let int = heap.allocate(Int::new(Header::internal(LayoutKind::Int), value));
            if i % 100 == 0 {
                roots.0.push(int.into());
            }
        }
        heap.collect_precise();
        assert_eq!(heap.stats().live_bytes, (round + 1) * 20 * size_of::<Int>());
    }
    // What is left is dropped with the heap; a leak checker would see what was not.
}

#[test]
fn large_objects_live_and_die() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    for bytes in [3_000, 9_000, 100_000, 1_000_000, 5_000_000] {
        let buffer = heap.new_buffer(bytes);
        // SAFETY: within the buffer.
        unsafe { std::ptr::write_bytes(buffer.as_ptr(), 7, bytes) };
        roots.0.push(buffer.into());
        let array = heap.new_array(bytes / 8);
        let link = chain(&mut heap, 1);
        array.set(bytes / 8 - 1, link);
        roots.0.push(array.into());
    }
    heap.collect_precise();
    for pair in roots.0.chunks(2) {
        // SAFETY: pushed above.
        let buffer: Gc<Buffer> = unsafe { Gc::from_raw(pair[0].heap_address().expect("a buffer") as *mut Buffer) };
        // SAFETY: within the buffer.
        assert_eq!(unsafe { *buffer.as_ptr().add(buffer.len() - 1) }, 7);
        let array = array_of(pair[1]);
        check_chain(array.get(array.len() - 1), 1);
    }
    roots.0.clear();
    heap.collect_precise();
    assert_eq!(heap.used(), 0);
}

#[test]
fn arrays_grow_in_place_where_they_can() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    let mut array = heap.new_array(1);
    array.set(0, Value::TRUE);
    let mut moves = 0;
    for len in 2..300_000 {
        let grown = heap.grow_array(array, len);
        moves += usize::from(grown != array);
        array = grown;
        assert!(array.get(len - 1).is_null());
        array.set(len - 1, Value::small_int(len as i64));
    }
    assert_eq!(array.get(0), Value::TRUE);
    assert_eq!(array.get(1234), Value::small_int(1235));
    assert!(moves < 100, "{moves} moves");
}

#[test]
fn a_limit_is_noticed() {
    let mut roots = Box::new(Roots(Vec::new()));
    let config = HeapConfig { limit: Some(8 << 20), ..HeapConfig::STANDARD };
    let mut heap = heap(config, &mut roots);
    assert!(heap.fits(1 << 20) && !heap.fits(1 << 30));
    while !heap.safepoint() {
        let array = heap.new_array(1000);
        roots.0.push(array.into());
        assert!(roots.0.len() < 2000);
    }
    roots.0.clear();
    assert!(!heap.safepoint());
    assert!(heap.fits(1 << 20));
}

#[test]
fn garbage_starts_collections() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig { min_threshold: 1 << 20, ..HeapConfig::STANDARD }, &mut roots);
    for _ in 0..100 {
        chain(&mut heap, 10_000);
        if heap.eval_breaker.get() {
            heap.safepoint();
        }
    }
    assert!(heap.stats().collections > 20);
    assert!(heap.stats().peak_bytes < 4 << 20);
}

#[test]
fn unreachable_objects_are_finalized_once() {
    let mut roots = Box::new(Roots(Vec::new()));
    let mut heap = heap(HeapConfig::STANDARD, &mut roots);
    let list = chain(&mut heap, 3);
    heap.add_finalizable(list);
    roots.0.push(list);
    heap.collect_precise();
    assert!(heap.take_finalizable().is_none());
    roots.0.clear();
    heap.collect_precise();
    let ready = heap.take_finalizable().expect("unreachable");
    check_chain(ready, 3);
    heap.collect_precise();
    assert_eq!(heap.stats().live_bytes, 0);
    assert!(heap.take_finalizable().is_none());
}
