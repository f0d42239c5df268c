//! Copying and merging dicts: when a table is cloned whole, when it is enlarged first, what is tried with other mappings.
//! Guards see the difference (a clone keeps its keys' version), so the conditions are CPython's.

use crate::Vm;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::dictkeys::{log2_for_entries, usable_fraction};
use crate::objects::split_values::SplitValues;
use crate::value::Value;

/// What happens to keys that are there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duplicates {
    /// Their value stays.
    Keep,
    /// They get the new value.
    Replace,
    /// `KeyError`.
    Refuse,
}

impl Gc<Dict> {
    /// Whether iteration over this object gives the dict's own keys (`type(d).__iter__` is dict's).
    pub(crate) fn iterates_plainly(self, vm: &Vm) -> bool {
        let own = Value::from_gc(self);
        if own.is_exact(vm.types.dict) {
            return true;
        }
        match (vm.type_of(own).slots().iter, vm.types.dict.slots().iter) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        }
    }

    /// A plain dict with the same items (`PyDict_Copy`).
    pub fn copy(self, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        if self.is_empty() {
            return Ok(vm.new_dict());
        }
        if let Some(values) = self.split_values() {
            let copy = vm.heap.new_array(values.len());
            let cells = SplitValues::new(copy.as_cells());
            SplitValues::new(values.as_cells()).copy_to(copy.as_cells());
            cells.own_order(vm);
            return Ok(vm.new_split_dict(self.keys(), copy));
        }
        let copy = vm.new_dict();
        if self.iterates_plainly(vm) && self.len() >= self.keys().len() * 2 / 3 {
            let keys = self.keys().duplicate(vm);
            copy.take_table(keys, self.len());
        } else {
            copy.merge(vm, self.into(), Duplicates::Replace)?;
        }
        Ok(copy)
    }

    /// Stores all items of a mapping (`PyDict_Update`).
    pub fn update(self, vm: &mut Vm, mapping: Value) -> PyResult<()> {
        self.merge(vm, mapping, Duplicates::Replace)
    }

    /// Stores all items of a mapping, none of whose keys may be there: `KeyError` otherwise (`_PyDict_MergeEx` with 2).
    pub fn merge_unique(self, vm: &mut Vm, mapping: Value) -> PyResult<()> {
        self.merge(vm, mapping, Duplicates::Refuse)
    }

    /// Stores all items of a mapping (`dict_merge`).
    pub fn merge(self, vm: &mut Vm, mapping: Value, duplicates: Duplicates) -> PyResult<()> {
        match mapping.cast::<Dict>() {
            Some(other) if other.iterates_plainly(vm) => self.merge_dict(vm, other, duplicates),
            _ => self.merge_mapping(vm, mapping, duplicates),
        }
    }

    fn merge_dict(self, vm: &mut Vm, other: Gc<Dict>, mut duplicates: Duplicates) -> PyResult<()> {
        if other == self || other.is_empty() {
            return Ok(());
        }
        if self.is_empty() {
            duplicates = Duplicates::Replace;
            let keys = other.keys();
            let dense = keys.log2_size() == 3 || usable_fraction(keys.log2_size() - 1) < other.len();
            if !other.is_split() && other.len() == keys.len() && dense {
                let keys = keys.duplicate(vm);
                self.take_table(keys, other.len());
                return Ok(());
            }
        }
        // One resize at the start instead of several under way: there will be few common keys.
        if usable_fraction(self.keys().log2_size()) < other.len() {
            self.resize(vm, log2_for_entries(self.len() + other.len()), other.keys().is_unicode());
        }
        let before = other.keys().len();
        let mut position = 0;
        while let Some((key, value, hash)) = other.next_item_hashed(&mut position) {
            if duplicates == Duplicates::Replace || self.get_item_hashed(vm, key, hash)?.is_none() {
                self.set_item_hashed(vm, key, hash, value)?;
            } else if duplicates == Duplicates::Refuse {
                return Err(vm.key_error(key));
            }
            if other.keys().len() != before {
                return Err(vm.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    fn merge_mapping(self, vm: &mut Vm, mapping: Value, duplicates: Duplicates) -> PyResult<()> {
        let keys = vm.call_method(mapping, "keys", &[])?;
        let iterator = vm.iter(keys)?;
        while let Some(key) = vm.next(iterator)? {
            if duplicates != Duplicates::Replace && self.contains(vm, key)? {
                if duplicates == Duplicates::Refuse {
                    return Err(vm.key_error(key));
                }
                continue;
            }
            let value = vm.get_item(mapping, key)?;
            self.set_item(vm, key, value)?;
        }
        Ok(())
    }

    /// Stores the pairs that an iterable gives (`PyDict_MergeFromSeq2`).
    pub fn merge_pairs(self, vm: &mut Vm, pairs: Value) -> PyResult<()> {
        let iterator = vm.iter(pairs)?;
        let mut number = 0usize;
        let mut parts = vm.heap.temp_vec();
        while let Some(pair) = vm.next(iterator)? {
            parts.clear();
            match vm.collect(pair, &mut parts) {
                Ok(()) => {}
                Err(raise) if vm.is_raised(raise, vm.exc.TypeError) => {
                    return Err(vm.type_error(format!(
                        "cannot convert dictionary update sequence element #{number} to a sequence"
                    )));
                }
                Err(raise) => return Err(raise),
            }
            let &[key, value] = parts.as_slice() else {
                let got = parts.len();
                return Err(vm.value_error(format!(
                    "dictionary update sequence element #{number} has length {got}; 2 is required"
                )));
            };
            self.set_item(vm, key, value)?;
            number += 1;
        }
        Ok(())
    }

    /// Stores what the argument of `dict()`, `update` or `|=` gives: a mapping, or pairs (`dict_update_arg`).
    pub fn update_from_argument(self, vm: &mut Vm, argument: Value) -> PyResult<()> {
        if argument.is_exact(vm.types.dict) {
            return self.update(vm, argument);
        }
        let name = vm.names.keys;
        if vm.lookup_attr(argument, name)?.is_some() {
            self.update(vm, argument)
        } else {
            self.merge_pairs(vm, argument)
        }
    }
}
