//! What each instruction does to the operand stack, and what it relies on there.

use super::layout::Step;
use super::refusal::Rule;
use super::stack::{Effect, Kind, Stack};
use crate::operators::{FormatValueFlags, MakeFunctionFlags};
use crate::{CodeObject, Constant, Opcode};

/// Applies instructions of a code object to stacks.
pub(super) struct Effects<'a> {
    consts: &'a [Constant],
    /// For constants that are code, how many free variables that has. Counting them at every MAKE_FUNCTION would take long where
    /// somebody means it to.
    free: Vec<u32>,
    limit: usize,
}

impl<'a> Effects<'a> {
    pub fn of(code: &'a CodeObject) -> Effects<'a> {
        let free = |constant: &Constant| match constant {
            Constant::Code(code) => code.nfreevars() as u32,
            _ => 0,
        };
        Effects { consts: &code.consts, free: code.consts.iter().map(free).collect(), limit: code.stacksize as usize }
    }

    /// The stack after the instruction, if it goes on with the next one (or leaves the frame).
    pub fn apply(&self, stack: &mut Stack, step: &Step) -> Effect {
        let n = step.oparg as usize;
        match step.opcode {
            Opcode::NOP
            | Opcode::RESUME
            | Opcode::EXTENDED_ARG
            | Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::DELETE_FAST
            | Opcode::DELETE_NAME
            | Opcode::DELETE_GLOBAL
            | Opcode::DELETE_DEREF
            | Opcode::MAKE_CELL
            | Opcode::COPY_FREE_VARS
            | Opcode::SETUP_ANNOTATIONS
            | Opcode::KW_NAMES => Ok(()),

            // ---- moves ----
            Opcode::POP_TOP => stack.pop().map(drop),
            Opcode::PUSH_NULL => self.push(stack, Kind::Null),
            Opcode::LOAD_CONST => self.push(stack, Kind::Constant(step.oparg)),
            Opcode::LOAD_CLOSURE => self.push(stack, Kind::Cell),
            Opcode::COPY => {
                let kind = stack.peek(n)?;
                self.push(stack, kind)
            }
            Opcode::SWAP => {
                let (top, other) = (stack.peek(1)?, stack.peek(n)?);
                stack.poke(n, top)?;
                stack.poke(1, other)
            }
            Opcode::LOAD_FAST
            | Opcode::LOAD_NAME
            | Opcode::LOAD_DEREF
            | Opcode::LOAD_CLASSDEREF
            | Opcode::LOAD_BUILD_CLASS
            | Opcode::LOAD_ASSERTION_ERROR => self.push(stack, Kind::Value),
            // The generator that begins to run is sent None.
            Opcode::RETURN_GENERATOR => self.push(stack, Kind::Value),
            Opcode::LOAD_GLOBAL => {
                if n & 1 != 0 {
                    self.push(stack, Kind::Null)?;
                }
                self.push(stack, Kind::Value)
            }
            Opcode::LOAD_METHOD => {
                self.take(stack, 1)?;
                self.push(stack, Kind::MaybeNull)?;
                self.push(stack, Kind::Value)
            }

            // ---- values in, nothing out ----
            Opcode::STORE_FAST
            | Opcode::STORE_NAME
            | Opcode::STORE_GLOBAL
            | Opcode::STORE_DEREF
            | Opcode::DELETE_ATTR
            | Opcode::PRINT_EXPR
            | Opcode::IMPORT_STAR
            | Opcode::RETURN_VALUE
            | Opcode::POP_JUMP_FORWARD_IF_FALSE
            | Opcode::POP_JUMP_FORWARD_IF_TRUE
            | Opcode::POP_JUMP_FORWARD_IF_NONE
            | Opcode::POP_JUMP_FORWARD_IF_NOT_NONE
            | Opcode::POP_JUMP_BACKWARD_IF_FALSE
            | Opcode::POP_JUMP_BACKWARD_IF_TRUE
            | Opcode::POP_JUMP_BACKWARD_IF_NONE
            | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE
            | Opcode::JUMP_IF_FALSE_OR_POP
            | Opcode::JUMP_IF_TRUE_OR_POP => self.take(stack, 1),
            Opcode::STORE_ATTR | Opcode::DELETE_SUBSCR => self.take(stack, 2),
            Opcode::STORE_SUBSCR => self.take(stack, 3),
            Opcode::RAISE_VARARGS => self.take(stack, n),

            // ---- values in, one out ----
            Opcode::UNARY_POSITIVE
            | Opcode::UNARY_NEGATIVE
            | Opcode::UNARY_NOT
            | Opcode::UNARY_INVERT
            | Opcode::LOAD_ATTR
            | Opcode::GET_ITER
            | Opcode::GET_YIELD_FROM_ITER
            | Opcode::GET_AITER
            | Opcode::GET_AWAITABLE
            | Opcode::ASYNC_GEN_WRAP
            | Opcode::YIELD_VALUE => self.replace(stack, 1, Kind::Value),
            Opcode::BINARY_OP
            | Opcode::BINARY_SUBSCR
            | Opcode::COMPARE_OP
            | Opcode::IS_OP
            | Opcode::CONTAINS_OP
            | Opcode::IMPORT_NAME => self.replace(stack, 2, Kind::Value),
            Opcode::BUILD_SLICE => self.replace(stack, n, Kind::Value),
            // A value stays, and another comes.
            Opcode::GET_LEN
            | Opcode::MATCH_MAPPING
            | Opcode::MATCH_SEQUENCE
            | Opcode::IMPORT_FROM
            | Opcode::GET_ANEXT
            | Opcode::FOR_ITER => {
                stack.expect_values(1)?;
                self.push(stack, Kind::Value)
            }
            Opcode::BEFORE_WITH | Opcode::BEFORE_ASYNC_WITH => {
                self.replace(stack, 1, Kind::Value)?;
                self.push(stack, Kind::Value)
            }
            Opcode::UNPACK_SEQUENCE => self.unpack(stack, n),
            Opcode::UNPACK_EX => self.unpack(stack, (n & 0xFF) + 1 + (n >> 8)),
            Opcode::SEND => {
                self.take(stack, 2)?;
                stack.extend(Kind::Value, 2, self.limit)
            }

            _ => self.apply_special(stack, step),
        }
    }

    /// The instructions that rely on the kind of an operand.
    fn apply_special(&self, stack: &mut Stack, step: &Step) -> Effect {
        let n = step.oparg as usize;
        match step.opcode {
            // ---- containers and strings ----
            Opcode::BUILD_TUPLE => {
                let cells = n > 0 && stack.all_are(n, Kind::Cell);
                self.replace(stack, n, if cells { Kind::Cells(step.oparg) } else { Kind::Tuple })
            }
            Opcode::BUILD_LIST => self.replace(stack, n, Kind::List),
            Opcode::BUILD_SET => self.replace(stack, n, Kind::Set),
            Opcode::BUILD_MAP => self.replace(stack, 2 * n, Kind::Dict),
            Opcode::BUILD_STRING => self.replace(stack, n, Kind::Str),
            Opcode::BUILD_CONST_KEY_MAP => {
                match stack.pop()? {
                    Kind::Constant(index) if matches!(&self.consts[index as usize], Constant::Tuple(keys) if keys.len() == n) =>
                        {}
                    found => {
                        let found = found.name();
                        let reason = format!("the top has to be a constant tuple of {n} keys, but is {found}");
                        return Err((Rule::OperandKind, reason));
                    }
                }
                self.replace(stack, n, Kind::Dict)
            }
            Opcode::LIST_TO_TUPLE => {
                self.expect(stack, 1, Kind::List)?;
                self.replace(stack, 1, Kind::Tuple)
            }
            Opcode::LIST_APPEND | Opcode::LIST_EXTEND => self.add_to(stack, n, 1, Kind::List),
            Opcode::SET_ADD | Opcode::SET_UPDATE => self.add_to(stack, n, 1, Kind::Set),
            Opcode::DICT_UPDATE => self.add_to(stack, n, 1, Kind::Dict),
            Opcode::MAP_ADD => self.add_to(stack, n, 2, Kind::Dict),
            Opcode::DICT_MERGE => {
                // The function, for the error message: below the dict, the positional arguments stand between.
                self.expect(stack, n + 3, Kind::Value)?;
                self.add_to(stack, n, 1, Kind::Dict)
            }
            Opcode::FORMAT_VALUE => {
                let mut operands = 1;
                if step.oparg & FormatValueFlags::HAVE_SPEC.bits() != 0 {
                    self.expect(stack, 1, Kind::Str)?;
                    operands = 2;
                }
                self.replace(stack, operands, Kind::Str)
            }
            Opcode::MATCH_KEYS => {
                self.expect(stack, 1, Kind::Tuple)?;
                self.expect(stack, 2, Kind::Value)?;
                self.push(stack, Kind::Value)
            }
            Opcode::MATCH_CLASS => {
                self.expect(stack, 1, Kind::Tuple)?;
                self.replace(stack, 3, Kind::Value)
            }

            // ---- calls ----
            Opcode::PRECALL => {
                stack.expect_values(n + 1)?;
                // A bound method is taken apart: what was NULL may be its function.
                let below = stack.peek(n + 2)?;
                stack.poke(n + 1, Kind::Value)?;
                stack.poke(n + 2, if below.is_value() { Kind::Value } else { Kind::MaybeNull })
            }
            Opcode::CALL => {
                self.take(stack, n + 1)?;
                stack.pop()?;
                self.push(stack, Kind::Value)
            }
            Opcode::CALL_FUNCTION_EX => {
                self.take(stack, 2 + (n & 1))?;
                self.expect(stack, 1, Kind::Null)?;
                stack.pop()?;
                self.push(stack, Kind::Value)
            }
            Opcode::MAKE_FUNCTION => self.make_function(stack, step),

            // ---- exceptions ----
            Opcode::PUSH_EXC_INFO => {
                self.expect(stack, 1, Kind::Exception)?;
                stack.poke(1, Kind::Handled)?;
                self.push(stack, Kind::Exception)
            }
            Opcode::POP_EXCEPT => {
                self.expect(stack, 1, Kind::Handled)?;
                stack.shrink(1)
            }
            Opcode::CHECK_EXC_MATCH => {
                self.expect(stack, 2, Kind::Exception)?;
                self.replace(stack, 1, Kind::Value)
            }
            Opcode::CHECK_EG_MATCH => {
                self.expect(stack, 1, Kind::Value)?;
                self.expect(stack, 2, Kind::Handled)?;
                stack.poke(2, Kind::Handled)?;
                stack.poke(1, Kind::Handled)
            }
            Opcode::PREP_RERAISE_STAR => {
                self.expect(stack, 1, Kind::List)?;
                self.expect(stack, 2, Kind::Exception)?;
                self.replace(stack, 2, Kind::Handled)
            }
            Opcode::RERAISE => {
                self.expect(stack, 1, Kind::Handled)?;
                if n > 0 {
                    self.expect(stack, n + 1, Kind::Lasti)?;
                }
                stack.shrink(1)
            }
            Opcode::WITH_EXCEPT_START => {
                self.expect(stack, 1, Kind::Exception)?;
                self.expect(stack, 4, Kind::Value)?;
                self.push(stack, Kind::Value)
            }
            Opcode::END_ASYNC_FOR => {
                self.expect(stack, 1, Kind::Exception)?;
                self.take(stack, 2)
            }
            other => Err((Rule::Opcode, format!("{other} is no instruction that is executed"))),
        }
    }

    /// The stack at the target of a jump, from the one after [`Effects::apply`].
    pub fn jumped(&self, stack: &mut Stack, opcode: Opcode) -> Effect {
        match opcode {
            // The iterator goes with the item.
            Opcode::FOR_ITER => stack.shrink(2),
            Opcode::SEND => stack.shrink(1),
            Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => self.push(stack, Kind::Value),
            _ => Ok(()),
        }
    }

    /// Puts an entry on the top.
    pub fn push(&self, stack: &mut Stack, kind: Kind) -> Effect {
        stack.push(kind, self.limit)
    }

    fn expect(&self, stack: &Stack, depth: usize, wanted: Kind) -> Effect {
        stack.expect(depth, wanted, self.consts)
    }

    /// Takes so many values.
    fn take(&self, stack: &mut Stack, count: usize) -> Effect {
        stack.expect_values(count)?;
        stack.shrink(count)
    }

    /// Takes so many values and puts one in their place.
    fn replace(&self, stack: &mut Stack, count: usize, kind: Kind) -> Effect {
        self.take(stack, count)?;
        self.push(stack, kind)
    }

    fn unpack(&self, stack: &mut Stack, count: usize) -> Effect {
        self.take(stack, 1)?;
        stack.extend(Kind::Value, count, self.limit)
    }

    /// Takes values and adds them to the container so deep below them.
    fn add_to(&self, stack: &mut Stack, depth: usize, count: usize, container: Kind) -> Effect {
        self.take(stack, count)?;
        self.expect(stack, depth, container)
    }

    fn make_function(&self, stack: &mut Stack, step: &Step) -> Effect {
        let flags = MakeFunctionFlags::from_bits_truncate(step.oparg);
        let fault = |reason: String| Err((Rule::OperandKind, reason));
        let (code, free) = match stack.pop()? {
            Kind::Constant(index) => match &self.consts[index as usize] {
                Constant::Code(code) => (code, self.free[index as usize] as usize),
                other => {
                    return fault(format!("the top has to be a code object, but is a constant {}", other.type_name()));
                }
            },
            found => return fault(format!("the top has to be a code object, but is {}", found.name())),
        };
        let cells = if flags.contains(MakeFunctionFlags::CLOSURE) {
            match stack.pop()? {
                Kind::Cells(count) => count as usize,
                found => return fault(format!("the closure has to be a tuple of cells, but is {}", found.name())),
            }
        } else {
            0
        };
        if cells != free {
            return fault(format!("'{}' has {free} free variables, but gets {cells} cells", code.name));
        }
        for (flag, kind) in [
            (MakeFunctionFlags::ANNOTATIONS, Kind::Tuple),
            (MakeFunctionFlags::KWDEFAULTS, Kind::Dict),
            (MakeFunctionFlags::DEFAULTS, Kind::Tuple),
        ] {
            if flags.contains(flag) {
                self.expect(stack, 1, kind)?;
                stack.shrink(1)?;
            }
        }
        self.push(stack, Kind::Value)
    }
}

/// Whether the instruction may raise an exception in its own frame, as the interpreter has it. Those that cannot may stand in the range of
/// a handler that keeps operands which they change.
pub(super) const fn may_raise(opcode: Opcode) -> bool {
    !matches!(
        opcode,
        Opcode::NOP
            | Opcode::POP_TOP
            | Opcode::PUSH_NULL
            | Opcode::LOAD_CONST
            | Opcode::STORE_FAST
            | Opcode::SWAP
            | Opcode::COPY
            | Opcode::LOAD_CLOSURE
            | Opcode::PUSH_EXC_INFO
            | Opcode::POP_EXCEPT
            | Opcode::JUMP_FORWARD
            | Opcode::JUMP_BACKWARD_NO_INTERRUPT
            | Opcode::KW_NAMES
            | Opcode::RETURN_VALUE
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    /// The kinds on which instructions rely.
    const KINDS: [Kind; 9] = [
        Kind::Value,
        Kind::Null,
        Kind::Exception,
        Kind::Lasti,
        Kind::List,
        Kind::Set,
        Kind::Dict,
        Kind::Tuple,
        Kind::Str,
    ];

    /// The tops of stacks that are tried, until one suits the instruction.
    fn tops() -> impl Iterator<Item = [Kind; 4]> {
        let pairs = KINDS.into_iter().flat_map(|one| KINDS.map(|other| (one, other)));
        let near = pairs.flat_map(|(third, second)| KINDS.map(|top| [Kind::Value, third, second, top]));
        let far = KINDS.map(|fourth| [fourth, Kind::Value, Kind::Value, Kind::Value]);
        near.chain(far).chain([[Kind::Value, Kind::Value, Kind::Value, Kind::Constant(0)]])
    }

    /// How the height changes, when the instruction does not jump and when it does.
    fn heights(opcode: Opcode, oparg: u32) -> Option<(i32, Option<i32>)> {
        let consts = [Constant::Tuple(vec![Constant::None; 3].into())];
        let effects = Effects { consts: &consts, free: vec![0], limit: usize::MAX };
        tops().find_map(|top| {
            let mut stack = Stack::default();
            stack.extend(Kind::Value, 12, usize::MAX).ok()?;
            top.into_iter().try_for_each(|kind| effects.push(&mut stack, kind)).ok()?;
            let before = stack.height() as i32;
            effects.apply(&mut stack, &Step { start: 0, unit: 0, opcode, oparg }).ok()?;
            let after = stack.height() as i32 - before;
            if !opcode.is_jump() {
                return Some((after, None));
            }
            effects.jumped(&mut stack, opcode).ok()?;
            Some((after, Some(stack.height() as i32 - before)))
        })
    }

    /// The instruction table says how the height changes, this file how it comes about.
    #[test]
    fn heights_are_those_of_the_table() {
        let mut tried = 0;
        for opcode in Opcode::all().filter(|opcode| opcode.role() == Role::Generic) {
            // What starts a generator has its operand from whoever resumes it; a function's code comes from outside.
            if matches!(opcode, Opcode::CACHE | Opcode::RETURN_GENERATOR | Opcode::MAKE_FUNCTION) {
                continue;
            }
            for oparg in 0..4 {
                let fits = match opcode {
                    Opcode::SWAP | Opcode::COPY => oparg > 0,
                    Opcode::BUILD_SLICE => oparg >= 2,
                    Opcode::RAISE_VARARGS => oparg <= 2,
                    Opcode::BUILD_CONST_KEY_MAP => oparg == 3,
                    Opcode::CALL_FUNCTION_EX => oparg <= 1,
                    // Their container lies deeper than the kinds that are tried.
                    Opcode::LIST_APPEND | Opcode::LIST_EXTEND | Opcode::SET_ADD | Opcode::SET_UPDATE => oparg == 1,
                    Opcode::DICT_UPDATE | Opcode::DICT_MERGE | Opcode::MAP_ADD => oparg == 1,
                    Opcode::RERAISE => oparg <= 1,
                    _ => true,
                };
                if !fits {
                    continue;
                }
                let Some((after, jumped)) = heights(opcode, oparg) else { panic!("{opcode} {oparg} accepts no stack") };
                // PRECALL takes the arguments in the table, and CALL has the effect of none: together they are right.
                let expected = match opcode {
                    Opcode::PRECALL => 0,
                    Opcode::CALL => -1 - oparg as i32,
                    _ => opcode.stack_effect(oparg, false),
                };
                // The table has the one effect of a jump that drops its condition either way.
                assert_eq!(after, expected, "{opcode} {oparg}");
                if let Some(jumped) = jumped {
                    assert_eq!(jumped, opcode.stack_effect(oparg, true), "{opcode} {oparg}, jumping");
                }
                tried += 1;
            }
        }
        assert!(tried > 300, "{tried}");
    }
}
