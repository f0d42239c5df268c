//! Iterating.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::heap::TempVec;
use crate::objects::list::List;
use crate::objects::string::memory_error;
use crate::objects::tuple::Tuple;
use crate::value::Value;

impl Vm {
    /// `iter(value)`.
    #[inline]
    pub fn iter(&mut self, value: Value) -> PyResult {
        let slots = self.type_of(value).slots();
        let Some(iter) = slots.iter else {
            if slots.getitem.is_some() && !self.type_of(value).is_subtype(self.types.dict) {
                return Ok(crate::objects::iter::new_sequence_iterator(self, value));
            }
            return Err(self.type_error(format!("'{}' object is not iterable", self.type_name(value))));
        };
        let iterator = iter(self, value)?;
        if self.type_of(iterator).slots().iternext.is_none() {
            return Err(self.type_error(format!("iter() returned non-iterator of type '{}'", self.type_name(iterator))));
        }
        Ok(iterator)
    }

    /// The next item; `None` at the end. A `StopIteration` that the iterator raises is the end.
    #[inline]
    pub fn next(&mut self, iterator: Value) -> PyResult<Option<Value>> {
        match self.next_or_stop(iterator) {
            Ok(value) => Ok(value.non_null()),
            Err(raise) => self.end_of_iteration(raise),
        }
    }

    #[cold]
    fn end_of_iteration(&mut self, raise: Raise) -> PyResult<Option<Value>> {
        if self.is_raised(raise, self.exc.StopIteration) { Ok(None) } else { Err(raise) }
    }

    /// The next item as the iterator gives it: at the end either `NULL` or a raised `StopIteration`, whose value somebody
    /// may want (`next`, `yield from`).
    #[inline]
    pub fn next_or_stop(&mut self, iterator: Value) -> PyResult {
        match self.type_of(iterator).slots().iternext {
            Some(iternext) => iternext(self, iterator),
            None => Err(self.type_error(format!("'{}' object is not an iterator", self.type_name(iterator)))),
        }
    }

    /// Calls `each` with every item.
    pub fn for_each(&mut self, iterable: Value, mut each: impl FnMut(&mut Vm, Value) -> PyResult<()>) -> PyResult<()> {
        if iterable.is_exact(self.types.list)
            && let Some(list) = iterable.cast::<List>()
        {
            // The list may grow or shrink under way.
            let mut index = 0;
            while let Some(item) = list.get(index) {
                each(self, item)?;
                index += 1;
            }
            return Ok(());
        }
        if iterable.is_exact(self.types.tuple)
            && let Some(tuple) = iterable.cast::<Tuple>()
        {
            for index in 0..tuple.len() {
                if let Some(item) = tuple.get(index) {
                    each(self, item)?;
                }
            }
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        self.for_rest(iterator, each)
    }

    /// Calls `each` with every item that an iterator has left.
    pub fn for_rest(&mut self, iterator: Value, mut each: impl FnMut(&mut Vm, Value) -> PyResult<()>) -> PyResult<()> {
        while let Some(item) = self.next(iterator)? {
            each(self, item)?;
        }
        Ok(())
    }

    /// Appends every item to `into`.
    ///
    /// # Errors
    /// What the iterator raises; `MemoryError` for a range of more items than there is memory for.
    pub fn collect(&mut self, iterable: Value, into: &mut TempVec) -> PyResult<()> {
        if iterable.is_exact(self.types.range) {
            let length = self.length(iterable)?;
            if !self.heap.fits(length.saturating_mul(size_of::<Value>())) {
                return Err(memory_error(self));
            }
        }
        self.for_each(iterable, |_, item| {
            into.push(item);
            Ok(())
        })
    }

    /// Whether a value is an iterator.
    pub fn is_iterator(&self, value: Value) -> bool {
        self.type_of(value).slots().iternext.is_some()
    }
}
