//! Weak references: which there are, and what becomes of them when what they refer to dies.
//!
//! A precise collection clears those whose referents the roots do not reach, before any finalizer runs, as CPython's collector
//! does. A conservative one takes every referent for alive: what stale words on the native stack keep must not show.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::{Heap, Marker};
use crate::object::Gc;
use crate::objects::weakref::WeakRef;
use crate::value::Value;

/// The weak references of a heap.
#[derive(Default)]
pub(super) struct WeakTable {
    /// Those that refer to something, in the order in which they were made.
    all: Vec<Gc<WeakRef>>,
    /// The same by what they refer to, in the order in which `weakref.getweakrefs` lists them.
    by_referent: HashMap<usize, Vec<Gc<WeakRef>>>,
    /// Cleared ones whose callbacks are to be called.
    ready: VecDeque<Gc<WeakRef>>,
}

impl Heap {
    /// Notes a weak reference to `referent`; `place` is its position among those of the same referent.
    pub(crate) fn add_weak(&mut self, referent: Value, weak: Gc<WeakRef>, place: usize) {
        let Some(address) = referent.heap_address() else { return };
        self.weak.all.push(weak);
        let list = self.weak.by_referent.entry(address).or_default();
        list.insert(place.min(list.len()), weak);
    }

    /// The weak references to a value, in the order of `weakref.getweakrefs`.
    pub(crate) fn weak_references(&self, referent: Value) -> &[Gc<WeakRef>] {
        let list = referent.heap_address().and_then(|address| self.weak.by_referent.get(&address));
        list.map_or(&[], Vec::as_slice)
    }

    /// A cleared weak reference whose callback is to be called. The heap forgets it.
    pub(crate) fn take_weak_callback(&mut self) -> Option<Gc<WeakRef>> {
        self.weak.ready.pop_front()
    }

    pub(super) fn has_weak_callbacks(&self) -> bool {
        !self.weak.ready.is_empty()
    }

    /// After what the roots reach was marked: clears the references to what they do not reach. Those that are alive themselves
    /// and have a callback become ready.
    pub(super) fn clear_dead_weak(&mut self, marker: &mut Marker) {
        let table = &mut self.weak;
        for weak in &table.all {
            let Some(address) = weak.referent().heap_address() else { continue };
            if Marker::is_marked(address) {
                continue;
            }
            for weak in table.by_referent.remove(&address).unwrap_or_default() {
                weak.clear();
                if Marker::is_marked(weak.address()) && !weak.callback.get().is_null() {
                    table.ready.push_back(weak);
                }
            }
        }
        if !table.ready.is_empty() {
            self.eval_breaker.set(true);
        }
        self.mark_ready_weak(marker);
    }

    fn mark_ready_weak(&self, marker: &mut Marker) {
        for weak in &self.weak.ready {
            marker.mark(*weak);
        }
        marker.drain();
    }

    /// Marks what living weak references refer to: the collection is not one that may clear them.
    pub(super) fn mark_referents(&self, marker: &mut Marker) {
        self.mark_ready_weak(marker);
        // What is marked may hold further weak references.
        let mut found = true;
        while std::mem::take(&mut found) {
            for weak in &self.weak.all {
                let referent = weak.referent();
                if Marker::is_marked(weak.address())
                    && referent.heap_address().is_some_and(|address| !Marker::is_marked(address))
                {
                    marker.value(referent);
                    found = true;
                }
            }
            marker.drain();
        }
    }

    /// Forgets the weak references that are dead or cleared; marking is complete.
    pub(super) fn forget_dead_weak(&mut self) {
        let table = &mut self.weak;
        table.all.retain(|weak| {
            let Some(address) = weak.referent().heap_address() else { return false };
            if Marker::is_marked(weak.address()) {
                return true;
            }
            if let Some(list) = table.by_referent.get_mut(&address) {
                list.retain(|other| other != weak);
                if list.is_empty() {
                    table.by_referent.remove(&address);
                }
            }
            false
        });
    }
}
