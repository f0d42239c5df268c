//! Comparing, hashing, truth.

use crate::Vm;
use crate::error::PyResult;
use crate::objects::string::Str;
use crate::objects::typeobj::TypeFlags;
use crate::slots::{CompareFn, CompareOp, HashFn};
use crate::value::Value;

impl Vm {
    /// `a op b`, with the operators' own answer (not necessarily a `bool`).
    #[inline]
    pub fn compare(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult {
        if Value::both_small_int(a, b) {
            return Ok(Value::bool(op.test(a.small_int_unchecked().cmp(&b.small_int_unchecked()))));
        }
        self.compare_objects(a, b, op)
    }

    fn compare_objects(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult {
        // Specialized comparisons of floats and of strings do not count: neither do the generic ones.
        let leaf = |ty| a.is_exact(ty) && b.is_exact(ty);
        if leaf(self.types.float) || leaf(self.types.str) {
            return self.compare_types(a, b, op);
        }
        self.recursive(" in comparison", |vm| vm.compare_types(a, b, op))
    }

    /// Asks the two types in their order.
    fn compare_types(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult {
        let (left, right) = (self.type_of(a), self.type_of(b));
        let mut reflected_first = false;
        if left != right
            && right.is_subtype(left)
            && let Some(compare) = right.slots().compare
        {
            reflected_first = true;
            let answer = compare(self, b, a, op.swapped())?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        if let Some(compare) = left.slots().compare {
            let answer = compare(self, a, b, op)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        if !reflected_first && let Some(compare) = right.slots().compare {
            let answer = compare(self, b, a, op.swapped())?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        match op {
            CompareOp::Eq => Ok(Value::bool(a.is(b))),
            CompareOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                left.display_name(),
                right.display_name()
            ))),
        }
    }

    /// The truth of `a op b`; identical objects are equal without being asked (`PyObject_RichCompareBool`).
    #[inline]
    pub fn compare_bool(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult<bool> {
        if a.is(b) {
            match op {
                CompareOp::Eq => return Ok(true),
                CompareOp::Ne => return Ok(false),
                _ => {}
            }
        }
        let answer = self.compare(a, b, op)?;
        self.is_true(answer)
    }

    /// Whether two values are identical or equal.
    #[inline]
    pub fn equals(&mut self, a: Value, b: Value) -> PyResult<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if Value::both_small_int(a, b) {
            return Ok(false);
        }
        let str_type = self.types.str;
        if a.is_exact(str_type)
            && b.is_exact(str_type)
            && let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>())
        {
            return Ok(a.equals(b));
        }
        let answer = self.compare_objects(a, b, CompareOp::Eq)?;
        self.is_true(answer)
    }

    /// `a < b`.
    #[inline]
    pub fn less(&mut self, a: Value, b: Value) -> PyResult<bool> {
        let answer = self.compare(a, b, CompareOp::Lt)?;
        self.is_true(answer)
    }

    /// The truth of a value.
    #[inline]
    pub fn is_true(&mut self, value: Value) -> PyResult<bool> {
        if let Some(truth) = value.as_bool() {
            return Ok(truth);
        }
        if let Some(i) = value.as_small_int() {
            return Ok(i != 0);
        }
        self.truth_of_object(value)
    }

    fn truth_of_object(&mut self, value: Value) -> PyResult<bool> {
        if value.is_none() {
            return Ok(false);
        }
        if value.is(Value::NOT_IMPLEMENTED) {
            let category = self.exc.DeprecationWarning;
            self.warn(category, "NotImplemented should not be used in a boolean context", 1)?;
            return Ok(true);
        }
        let slots = self.type_of(value).slots();
        let (truth, length) = (slots.bool, slots.length);
        if let Some(truth) = truth {
            return truth(self, value);
        }
        match length {
            Some(length) => Ok(length(self, value)? != 0),
            None => Ok(true),
        }
    }

    /// `hash(value)`; never −1.
    #[inline]
    pub fn hash(&mut self, value: Value) -> PyResult<i64> {
        if value.is_exact(self.types.str)
            && let Some(text) = value.cast::<Str>()
        {
            return Ok(text.hash_value());
        }
        match self.type_of(value).slots().hash {
            Some(hash) => hash(self, value),
            None => hash_not_implemented(self, value),
        }
    }

    /// Whether `hash` of a value of this type is that of identity (`object.__hash__`).
    pub fn hashes_by_identity(&self, value: Value) -> bool {
        self.type_of(value).slots().hash.is_some_and(|h| std::ptr::fn_addr_eq(h, hash_identity as HashFn))
    }

    /// Whether equality of a value of this type is identity (`object.__eq__`).
    pub fn compares_by_identity(&self, value: Value) -> bool {
        let ty = self.type_of(value);
        let object = self.types.object.slots().compare;
        ty.is(TypeFlags::HEAP)
            && match (ty.slots().compare, object) {
                (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b as CompareFn),
                _ => false,
            }
    }
}

/// The hash of an address, as `_Py_HashPointer`: rotated so that alignment does not cluster.
pub fn hash_pointer(address: usize) -> i64 {
    let hash = (address as u64).rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}

/// `object.__hash__`.
#[inline(never)]
pub fn hash_identity(_vm: &mut Vm, value: Value) -> PyResult<i64> {
    Ok(hash_pointer(value.heap_address().unwrap_or(value.bits() as usize)))
}

/// The hash of types that have none.
#[inline(never)]
pub fn hash_not_implemented(vm: &mut Vm, value: Value) -> PyResult<i64> {
    Err(vm.type_error(format!("unhashable type: '{}'", vm.type_name(value))))
}
