//! Arithmetic: which operand's slot is asked first.

use crate::Vm;
use crate::error::PyResult;
use crate::slots::{BinaryFn, BinaryOp, TernaryFn, UnaryOp};
use crate::value::Value;

impl Vm {
    /// `a op b`.
    #[inline]
    pub fn binary_op(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        if Value::both_small_int(a, b) {
            let quick = match op {
                BinaryOp::Add => Value::small_add(a, b),
                BinaryOp::Subtract => Value::small_sub(a, b),
                BinaryOp::Multiply => Value::small_mul(a, b),
                _ => None,
            };
            if let Some(value) = quick {
                return Ok(value);
            }
        }
        if op == BinaryOp::Power {
            return self.ternary_op(a, b, Value::NONE, op.symbol());
        }
        let answer = self.binary_op_slots(op, a, b)?;
        if !answer.is(Value::NOT_IMPLEMENTED) {
            return Ok(answer);
        }
        self.sequence_op(op, a, b, false)?.map_or_else(|| Err(self.unsupported(op.symbol(), op, a, b)), Ok)
    }

    /// The number slots of both operands; `NotImplemented` when neither knows the other.
    fn binary_op_slots(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        let (left, right) = (self.type_of(a), self.type_of(b));
        let left_slot = left.slots().binary[op as usize];
        let mut right_slot = if left == right { None } else { right.slots().binary[op as usize] };
        if same(left_slot, right_slot) {
            right_slot = None;
        }
        if let Some(slot) = left_slot {
            if let Some(reflected) = right_slot
                && right.is_subtype(left)
            {
                let answer = reflected(self, a, b)?;
                if !answer.is(Value::NOT_IMPLEMENTED) {
                    return Ok(answer);
                }
                right_slot = None;
            }
            let answer = slot(self, a, b)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        match right_slot {
            Some(slot) => slot(self, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Concatenation and repetition, which are tried after the number slots.
    fn sequence_op(&mut self, op: BinaryOp, a: Value, b: Value, inplace: bool) -> PyResult<Option<Value>> {
        match op {
            BinaryOp::Add => {
                let slots = self.type_of(a).slots();
                let concat = if inplace { slots.inplace_concat.or(slots.concat) } else { slots.concat };
                concat.map(|concat| concat(self, a, b)).transpose()
            }
            BinaryOp::Multiply => {
                let slots = self.type_of(a).slots();
                let repeat = if inplace { slots.inplace_repeat.or(slots.repeat) } else { slots.repeat };
                if let Some(repeat) = repeat {
                    return super::sequence_repeat(self, repeat, a, b).map(Some);
                }
                // The right operand is repeated, never in place; an in-place operator asks it only where the left one has
                // no sequence slots at all, and every class has them.
                if inplace && self.type_of(a).is_heap_type() {
                    return Ok(None);
                }
                let repeat = self.type_of(b).slots().repeat;
                repeat.map(|repeat| super::sequence_repeat(self, repeat, b, a)).transpose()
            }
            _ => Ok(None),
        }
    }

    /// `a op= b`: the value that the target gets.
    pub fn inplace_op(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult {
        if Value::both_small_int(a, b) {
            let quick = match op {
                BinaryOp::Add => Value::small_add(a, b),
                BinaryOp::Subtract => Value::small_sub(a, b),
                BinaryOp::Multiply => Value::small_mul(a, b),
                _ => None,
            };
            if let Some(value) = quick {
                return Ok(value);
            }
        }
        let slot = self.type_of(a).slots().inplace.get(op as usize).copied().flatten();
        if let Some(slot) = slot {
            let answer = slot(self, a, b)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        if op == BinaryOp::Power {
            return self.ternary_op(a, b, Value::NONE, op.inplace_symbol());
        }
        let answer = self.binary_op_slots(op, a, b)?;
        if !answer.is(Value::NOT_IMPLEMENTED) {
            return Ok(answer);
        }
        self.sequence_op(op, a, b, true)?.map_or_else(|| Err(self.unsupported(op.inplace_symbol(), op, a, b)), Ok)
    }

    /// `pow(a, b, modulus)`; the modulus may be `None`.
    pub fn power(&mut self, a: Value, b: Value, modulus: Value) -> PyResult {
        self.ternary_op(a, b, modulus, BinaryOp::Power.symbol())
    }

    fn ternary_op(&mut self, a: Value, b: Value, c: Value, symbol: &str) -> PyResult {
        let (left, right) = (self.type_of(a), self.type_of(b));
        let left_slot = left.slots().power;
        let mut right_slot = if left == right { None } else { right.slots().power };
        if same_ternary(left_slot, right_slot) {
            right_slot = None;
        }
        if let Some(slot) = left_slot {
            if let Some(reflected) = right_slot
                && right.is_subtype(left)
            {
                let answer = reflected(self, a, b, c)?;
                if !answer.is(Value::NOT_IMPLEMENTED) {
                    return Ok(answer);
                }
                right_slot = None;
            }
            let answer = slot(self, a, b, c)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        if let Some(slot) = right_slot {
            let answer = slot(self, a, b, c)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        let third = self.type_of(c).slots().power;
        if !same_ternary(third, left_slot)
            && !same_ternary(third, right_slot)
            && let Some(slot) = third
        {
            let answer = slot(self, a, b, c)?;
            if !answer.is(Value::NOT_IMPLEMENTED) {
                return Ok(answer);
            }
        }
        let (a, b) = (self.type_name(a), self.type_name(b));
        Err(if c.is_none() {
            self.type_error(format!("unsupported operand type(s) for {symbol}: '{a}' and '{b}'"))
        } else {
            let c = self.type_name(c);
            self.type_error(format!("unsupported operand type(s) for {symbol}: '{a}', '{b}', '{c}'"))
        })
    }

    #[cold]
    fn unsupported(&mut self, symbol: &str, op: BinaryOp, a: Value, b: Value) -> crate::Raise {
        let (left, right) = (self.type_name(a), self.type_name(b));
        let mut message = format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'");
        // `print >>file, …` of Python 2.
        if op == BinaryOp::Rshift
            && symbol == ">>"
            && a.cast::<crate::objects::native::NativeFunction>().is_some_and(|f| f.spec.name == "print")
        {
            message.push_str(". Did you mean \"print(<message>, file=<output_stream>)\"?");
        }
        self.type_error(message)
    }

    /// A unary operation.
    pub fn unary_op(&mut self, op: UnaryOp, value: Value) -> PyResult {
        if let Some(slot) = self.type_of(value).slots().unary[op as usize] {
            return slot(self, value);
        }
        let name = self.type_name(value);
        Err(match op {
            UnaryOp::Negative => self.type_error(format!("bad operand type for unary -: '{name}'")),
            UnaryOp::Positive => self.type_error(format!("bad operand type for unary +: '{name}'")),
            UnaryOp::Invert => self.type_error(format!("bad operand type for unary ~: '{name}'")),
            UnaryOp::Absolute => self.type_error(format!("bad operand type for abs(): '{name}'")),
            UnaryOp::Int => self.type_error(format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
            )),
            UnaryOp::Float => {
                self.type_error(format!("float() argument must be a string or a real number, not '{name}'"))
            }
            UnaryOp::Index => self.type_error(format!("'{name}' object cannot be interpreted as an integer")),
        })
    }
}

/// Whether two slots are the same function: then asking the second is pointless.
fn same(a: Option<BinaryFn>, b: Option<BinaryFn>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    }
}

fn same_ternary(a: Option<TernaryFn>, b: Option<TernaryFn>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    }
}
