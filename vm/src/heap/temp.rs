//! Values that native code keeps outside the Python heap: temporary vectors and long-lived roots.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::rc::Rc;

use super::Marker;
use crate::object::Gc;
use crate::value::Value;

/// The vectors of all [`TempVec`]s of a heap, in use or not.
#[derive(Default)]
pub(super) struct TempPool {
    #[expect(clippy::vec_box, reason = "users keep the vectors' addresses")]
    all: RefCell<Vec<Box<UnsafeCell<Vec<Value>>>>>,
    unused: RefCell<Vec<NonNull<Vec<Value>>>>,
}

impl TempPool {
    pub(super) fn take(pool: &Rc<TempPool>) -> TempVec {
        let unused = pool.unused.borrow_mut().pop();
        let values = unused.unwrap_or_else(|| {
            let fresh = Box::new(UnsafeCell::new(Vec::new()));
            let pointer = NonNull::from(&*fresh).cast();
            pool.all.borrow_mut().push(fresh);
            pointer
        });
        TempVec { values, pool: pool.clone() }
    }

    pub(super) fn trace(&self, marker: &mut Marker) {
        for values in &*self.all.borrow() {
            // SAFETY: a collection runs inside a call that the vector's owner made, so that nobody is changing it now.
            marker.values(unsafe { &*values.get() });
        }
    }
}

/// A vector of values that the collector sees. It comes from a pool and goes back there when it is dropped.
pub struct TempVec {
    values: NonNull<Vec<Value>>,
    pool: Rc<TempPool>,
}

/// A vector that held more than this is not kept for reuse.
const KEEP: usize = 1 << 16;

impl Drop for TempVec {
    fn drop(&mut self) {
        self.clear();
        if self.capacity() > KEEP {
            self.shrink_to(0);
        }
        self.pool.unused.borrow_mut().push(self.values);
    }
}

impl Deref for TempVec {
    type Target = Vec<Value>;
    #[inline(always)]
    fn deref(&self) -> &Vec<Value> {
        // SAFETY: the pool keeps the vector, and only this `TempVec` has its address.
        unsafe { self.values.as_ref() }
    }
}

impl DerefMut for TempVec {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        // SAFETY: as in `deref`.
        unsafe { self.values.as_mut() }
    }
}

/// The values of all [`Root`]s of a heap.
#[derive(Default)]
pub(super) struct RootTable {
    places: RefCell<Vec<Cell<Value>>>,
    unused: RefCell<Vec<usize>>,
}

impl RootTable {
    pub(super) fn add(table: &Rc<RootTable>, value: Value) -> RootPlace {
        let mut places = table.places.borrow_mut();
        let index = table.unused.borrow_mut().pop().unwrap_or_else(|| {
            places.push(Cell::new(Value::NULL));
            places.len() - 1
        });
        places[index].set(value);
        RootPlace { index, table: table.clone() }
    }

    pub(super) fn trace(&self, marker: &mut Marker) {
        marker.cells(&self.places.borrow());
    }
}

/// A place in the table, given back when dropped.
pub(super) struct RootPlace {
    index: usize,
    table: Rc<RootTable>,
}

impl Drop for RootPlace {
    fn drop(&mut self) {
        self.table.places.borrow()[self.index].set(Value::NULL);
        self.table.unused.borrow_mut().push(self.index);
    }
}

/// Keeps an object alive for as long as the handle lives, wherever it is kept.
pub struct Root<T> {
    object: Gc<T>,
    place: RootPlace,
    marker: PhantomData<T>,
}

impl<T> Root<T> {
    pub(super) fn new(object: Gc<T>, place: RootPlace) -> Root<T> {
        Root { object, place, marker: PhantomData }
    }

    /// The object.
    #[inline]
    pub fn get(&self) -> Gc<T> {
        debug_assert!(!self.place.table.places.borrow()[self.place.index].get().is_null());
        self.object
    }
}

impl<T> Deref for Root<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the table keeps the object alive as long as this handle, to which the reference is bound.
        unsafe { &*self.object.pointer() }
    }
}

/// Keeps any value alive for as long as the handle lives.
pub struct RootValue(RootPlace);

impl RootValue {
    pub(super) fn new(place: RootPlace) -> RootValue {
        RootValue(place)
    }

    /// The value.
    pub fn get(&self) -> Value {
        self.0.table.places.borrow()[self.0.index].get()
    }

    /// Keeps another value alive instead.
    pub fn set(&self, value: Value) {
        self.0.table.places.borrow()[self.0.index].set(value);
    }
}
