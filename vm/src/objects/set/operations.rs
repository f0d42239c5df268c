//! What sets do with each other. Which operand is gone through decides the order of the result, so it is CPython's choice.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::set::{Set, set_from};
use crate::objects::typeobj::Type;
use crate::value::Value;

impl Gc<Set> {
    fn is_frozen(self, vm: &Vm) -> bool {
        vm.type_of(self.into()).is_subtype(vm.types.frozenset)
    }

    /// `set` or `frozenset`, whichever this one derives from.
    fn base_type(self, vm: &Vm) -> Gc<Type> {
        if self.is_frozen(vm) { vm.types.frozenset } else { vm.types.set }
    }

    fn new_alike(self, vm: &mut Vm) -> Gc<Set> {
        let ty = self.base_type(vm);
        vm.heap.allocate(Set::new(ty))
    }

    /// A plain set or frozenset of the same items.
    pub fn copy(self, vm: &mut Vm) -> PyResult<Gc<Set>> {
        let ty = self.base_type(vm);
        set_from(vm, ty, self.into())
    }

    /// The items that `other` gives as well.
    pub fn intersection(self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        if other.heap_address() == Some(self.address()) {
            return self.copy(vm);
        }
        let result = self.new_alike(vm);
        if let Some(other) = other.cast::<Set>() {
            let (large, small) = if other.len() > self.len() { (other, self) } else { (self, other) };
            let mut position = 0;
            while let Some((key, hash)) = small.next_entry(&mut position) {
                if large.contains_hashed(vm, key, hash)? {
                    result.add_hashed(vm, key, hash)?;
                }
            }
            return Ok(result);
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            let hash = vm.hash_key(key)?;
            if self.contains_hashed(vm, key, hash)? {
                result.add_hashed(vm, key, hash)?;
                if result.len() >= self.len() {
                    break;
                }
            }
        }
        Ok(result)
    }

    /// The items that all of `others` give as well.
    pub(super) fn intersection_of_all(self, vm: &mut Vm, others: &[Value]) -> PyResult<Gc<Set>> {
        if others.is_empty() {
            return self.copy(vm);
        }
        let mut result = self;
        for &other in others {
            result = result.intersection(vm, other)?;
        }
        Ok(result)
    }

    /// Keeps only the items that all of `others` give as well.
    pub(super) fn intersection_update(self, vm: &mut Vm, others: &[Value]) -> PyResult<()> {
        let result = self.intersection_of_all(vm, others)?;
        if result != self {
            self.swap_contents(&result);
        }
        Ok(())
    }

    /// Removes the items that `other` gives (`set_difference_update_internal`).
    pub fn difference_update(self, vm: &mut Vm, other: Value) -> PyResult<()> {
        if other.heap_address() == Some(self.address()) {
            self.clear();
            return Ok(());
        }
        if let Some(mut other) = other.cast::<Set>() {
            // A much larger set is first cut down to what is common.
            if other.len() >> 3 > self.len() {
                other = self.intersection(vm, other.into())?;
            }
            let mut position = 0;
            while let Some((key, hash)) = other.next_entry(&mut position) {
                self.discard_hashed(vm, key, hash)?;
            }
        } else {
            vm.for_each(other, |vm, key| {
                let hash = vm.hash_key(key)?;
                self.discard_hashed(vm, key, hash).map(drop)
            })?;
        }
        if self.fill.get() - self.used.get() > (self.slot_count() - 1) / 4 {
            self.resize(vm, self.growth());
        }
        Ok(())
    }

    /// The items that `other` does not give.
    pub fn difference(self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        let dict = other.cast::<Dict>().filter(|_| other.is_exact(vm.types.dict));
        let set = other.cast::<Set>();
        let size = match (set, dict) {
            (Some(set), _) => set.len(),
            (None, Some(dict)) => dict.len(),
            (None, None) => 0,
        };
        if (set.is_none() && dict.is_none()) || self.len() >> 2 > size {
            let result = self.copy(vm)?;
            result.difference_update(vm, other)?;
            return Ok(result);
        }
        let result = self.new_alike(vm);
        let mut position = 0;
        while let Some((key, hash)) = self.next_entry(&mut position) {
            let common = match (set, dict) {
                (Some(set), _) => set.contains_hashed(vm, key, hash)?,
                (None, Some(dict)) => dict.get_item_hashed(vm, key, hash)?.is_some(),
                (None, None) => false,
            };
            if !common {
                result.add_hashed(vm, key, hash)?;
            }
        }
        Ok(result)
    }

    /// Keeps what is in one of both only.
    pub fn symmetric_difference_update(self, vm: &mut Vm, other: Value) -> PyResult<()> {
        if other.heap_address() == Some(self.address()) {
            self.clear();
            return Ok(());
        }
        if other.is_exact(vm.types.dict)
            && let Some(dict) = other.cast::<Dict>()
        {
            let mut position = 0;
            while let Some((key, _, hash)) = dict.next_item_hashed(&mut position) {
                self.toggle(vm, key, hash)?;
            }
            return Ok(());
        }
        let other = match other.cast::<Set>() {
            Some(set) => set,
            None => {
                let ty = self.base_type(vm);
                set_from(vm, ty, other)?
            }
        };
        let mut position = 0;
        while let Some((key, hash)) = other.next_entry(&mut position) {
            self.toggle(vm, key, hash)?;
        }
        Ok(())
    }

    fn toggle(self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<()> {
        if !self.discard_hashed(vm, key, hash)? {
            self.add_hashed(vm, key, hash)?;
        }
        Ok(())
    }

    /// What is in one of both only.
    pub(super) fn symmetric_difference(self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        let ty = self.base_type(vm);
        let result = set_from(vm, ty, other)?;
        result.symmetric_difference_update(vm, self.into())?;
        Ok(result)
    }

    /// Whether `other` gives all items.
    pub(super) fn is_subset(self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        let Some(other) = other.cast::<Set>() else {
            let ty = vm.types.set;
            let other = set_from(vm, ty, other)?;
            return self.is_subset(vm, other.into());
        };
        if self.len() > other.len() {
            return Ok(false);
        }
        let mut position = 0;
        while let Some((key, hash)) = self.next_entry(&mut position) {
            if !other.contains_hashed(vm, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether everything that `other` gives is there.
    pub(super) fn is_superset(self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        if let Some(other) = other.cast::<Set>() {
            return other.is_subset(vm, self.into());
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            let hash = vm.hash_key(key)?;
            if !self.contains_hashed(vm, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether nothing that `other` gives is there.
    pub(super) fn is_disjoint(self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        if other.heap_address() == Some(self.address()) {
            return Ok(self.is_empty());
        }
        if (other.is_exact(vm.types.set) || other.is_exact(vm.types.frozenset))
            && let Some(other) = other.cast::<Set>()
        {
            let (large, small) = if other.len() > self.len() { (other, self) } else { (self, other) };
            let mut position = 0;
            while let Some((key, hash)) = small.next_entry(&mut position) {
                if large.contains_hashed(vm, key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            let hash = vm.hash_key(key)?;
            if self.contains_hashed(vm, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
