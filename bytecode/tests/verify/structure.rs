//! Code that breaks the rules about instructions by themselves and next to each other, and about variables.

use quicken_bytecode::verify::{Rule, verify};
use quicken_bytecode::{CodeFlags, CodeUnit, Constant, LocalKind, Opcode};

use Opcode::*;

use crate::assemble::*;

pub fn cases_of_layout() -> Vec<Case> {
    let units = |numbers: &[[u8; 2]]| of_units(numbers.iter().map(|bytes| CodeUnit::from_bytes(*bytes)).collect());
    let [extended, nop, load, ret] = [EXTENDED_ARG, NOP, LOAD_CONST, RETURN_VALUE].map(|opcode| opcode as u8);
    vec![
        ("a number that no instruction has", units(&[[218, 0], [load, 0], [ret, 0]]), Rule::Opcode, Some(0)),
        ("tracing", units(&[[255, 0], [load, 0], [ret, 0]]), Rule::Opcode, Some(0)),
        ("a cache that is executed", units(&[[0, 0], [load, 0], [ret, 0]]), Rule::Opcode, Some(0)),
        (
            "an adaptive form",
            units(&[[nop, 0], [BINARY_OP_ADAPTIVE as u8, 0], [0, 0], [ret, 0]]),
            Rule::Opcode,
            Some(1),
        ),
        ("a specialized form", units(&[[LOAD_GLOBAL_BUILTIN as u8, 0]]), Rule::Opcode, Some(0)),
        ("a superinstruction", units(&[[LOAD_CONST__LOAD_FAST as u8, 0], [LOAD_FAST as u8, 0]]), Rule::Opcode, Some(0)),
        ("a quick form", units(&[[RESUME_QUICK as u8, 0], [load, 0], [ret, 0]]), Rule::Opcode, Some(0)),
        ("a cache that is cut off", units(&[[load, 0], [LOAD_ATTR as u8, 0], [0, 0], [0, 0]]), Rule::Cache, Some(1)),
        (
            "a cache with contents",
            units(&[[load, 0], [UNARY_NOT as u8, 0], [BINARY_OP as u8, 0], [0, 17]]),
            Rule::Cache,
            Some(2),
        ),
        ("a prefix of nothing", units(&[[load, 0], [extended, 1]]), Rule::ExtendedArg, Some(1)),
        (
            "four prefixes",
            units(&[[extended, 0], [extended, 0], [extended, 0], [extended, 0], [load, 0], [ret, 0]]),
            Rule::ExtendedArg,
            Some(3),
        ),
        ("an operand of 32 bits", assemble(&[(LOAD_CONST, 1 << 24), (RETURN_VALUE, 0)]), Rule::ExtendedArg, Some(3)),
        ("a prefix of RETURN_VALUE", units(&[[load, 0], [extended, 0], [ret, 0]]), Rule::ExtendedArg, Some(2)),
        ("no instructions", of_units(Vec::new()), Rule::End, None),
        ("no end", assemble(&[(LOAD_CONST, 0), (POP_TOP, 0)]), Rule::End, Some(1)),
        (
            "a jump as the end that falls through",
            assemble(&[(LOAD_CONST, 0), (POP_JUMP_BACKWARD_IF_TRUE, 2)]),
            Rule::End,
            Some(1),
        ),
    ]
}

pub fn cases_of_jumps() -> Vec<Case> {
    vec![
        ("behind the end", returning(&[(JUMP_FORWARD, 2)]), Rule::JumpTarget, Some(0)),
        ("far behind the end", returning(&[(JUMP_FORWARD, 0xFF_FFFF)]), Rule::JumpTarget, Some(2)),
        ("before the start", returning(&[(NOP, 0), (JUMP_BACKWARD, 3)]), Rule::JumpTarget, Some(1)),
        (
            "into a cache",
            returning(&[(JUMP_FORWARD, 2), (LOAD_CONST, 0), (LOAD_ATTR, 0), (POP_TOP, 0)]),
            Rule::JumpTarget,
            Some(0),
        ),
        (
            "behind an EXTENDED_ARG",
            returning(&[(JUMP_FORWARD, 1), (JUMP_FORWARD, 256)]).with(|code| {
                let mut units = code.code.to_vec();
                units.extend(std::iter::repeat_n(CodeUnit::new(NOP, 0), 256));
                units.extend([CodeUnit::new(LOAD_CONST, 0), CodeUnit::new(RETURN_VALUE, 0)]);
                *code = of_units(units);
            }),
            Rule::JumpTarget,
            Some(0),
        ),
        (
            "without interrupts to something other than SEND",
            assemble(&[(NOP, 0), (JUMP_BACKWARD_NO_INTERRUPT, 2)]),
            Rule::JumpTarget,
            Some(1),
        ),
    ]
}

pub fn cases_of_operands() -> Vec<Case> {
    let none = (LOAD_CONST, 0);
    let case = |name, instructions: &[(Opcode, u32)], unit| (name, returning(instructions), Rule::Operand, Some(unit));
    vec![
        case("a constant that does not exist", &[(LOAD_CONST, 1), (POP_TOP, 0)], 0),
        case("a name that does not exist", &[(LOAD_NAME, 1), (POP_TOP, 0)], 0),
        case("a global that does not exist", &[(LOAD_GLOBAL, 3), (POP_TOP, 0)], 0),
        case("a local that does not exist", &[(DELETE_FAST, 0)], 0),
        case("a cell that does not exist", &[(DELETE_DEREF, 0)], 0),
        case("a comparison that does not exist", &[none, none, (COMPARE_OP, 6), (POP_TOP, 0)], 2),
        case("an operator that does not exist", &[none, none, (BINARY_OP, 26), (POP_TOP, 0)], 2),
        case("neither is nor is not", &[none, none, (IS_OP, 2), (POP_TOP, 0)], 2),
        case("a third way to resume", &[(RESUME, 4)], 0),
        case("raising three things", &[none, none, none, (RAISE_VARARGS, 3)], 3),
        case("a slice of four", &[none, none, none, none, (BUILD_SLICE, 4), (POP_TOP, 0)], 4),
        case("a slice of one", &[none, (BUILD_SLICE, 1), (POP_TOP, 0)], 1),
        case("formatting in an unknown way", &[none, (FORMAT_VALUE, 8), (POP_TOP, 0)], 1),
        case("a function with unknown parts", &[none, (MAKE_FUNCTION, 16), (POP_TOP, 0)], 1),
        case("an unknown context of await", &[none, (GET_AWAITABLE, 3), (POP_TOP, 0)], 1),
        case("an unknown kind of call", &[(PUSH_NULL, 0), none, none, none, (CALL_FUNCTION_EX, 2), (POP_TOP, 0)], 4),
        case("the item above the top", &[none, (SWAP, 0), (POP_TOP, 0)], 1),
        case("a copy of the item above the top", &[none, (COPY, 0), (POP_TOP, 0)], 1),
        case("keyword names that do not exist", &[(KW_NAMES, 1)], 0),
    ]
}

pub fn cases_of_variables() -> Vec<Case> {
    vec![
        ("more names than kinds", return_none().with(|code| code.localsplusnames = names(&["a"])), Rule::Locals, None),
        ("an unknown kind", return_none().variables(&[LocalKind::from_bits_retain(0x10)]), Rule::Locals, None),
        ("a free cell", return_none().variables(&[CELL | FREE]), Rule::Locals, None),
        (
            "a cell before a local",
            assemble(&[(MAKE_CELL, 0), (LOAD_CONST, 0), (RETURN_VALUE, 0)]).variables(&[CELL, LOCAL]),
            Rule::Locals,
            None,
        ),
        (
            "positional-only parameters that are none",
            return_none().with(|code| code.posonlyargcount = 1),
            Rule::Parameters,
            None,
        ),
        ("parameters without variables", return_none().with(|code| code.argcount = 1), Rule::Parameters, None),
        (
            "as many parameters as fit no number",
            return_none().variables(&[LOCAL]).with(|code| (code.argcount, code.kwonlyargcount) = (u32::MAX, 2)),
            Rule::Parameters,
            None,
        ),
        (
            "*args without a variable",
            return_none().variables(&[LOCAL]).with(|code| code.argcount = 1).flags(CodeFlags::VARARGS),
            Rule::Parameters,
            None,
        ),
        (
            "a free variable as a parameter",
            assemble(&[(COPY_FREE_VARS, 1), (LOAD_CONST, 0), (RETURN_VALUE, 0)])
                .variables(&[FREE])
                .with(|code| code.argcount = 1),
            Rule::Parameters,
            None,
        ),
        (
            "a cell read as a local",
            assemble(&[(MAKE_CELL, 0), (LOAD_FAST, 0), (RETURN_VALUE, 0)]).variables(&[CELL]),
            Rule::LocalKind,
            Some(1),
        ),
        (
            "a captured parameter stored as a local",
            assemble(&[(MAKE_CELL, 0), (LOAD_CONST, 0), (STORE_FAST, 0), (LOAD_CONST, 0), (RETURN_VALUE, 0)])
                .variables(&[LOCAL | CELL]),
            Rule::LocalKind,
            Some(2),
        ),
        (
            "a local read as a cell",
            returning(&[(LOAD_DEREF, 0), (POP_TOP, 0)]).variables(&[LOCAL]),
            Rule::LocalKind,
            Some(0),
        ),
        (
            "a local in a closure",
            returning(&[(LOAD_CLOSURE, 0), (POP_TOP, 0)]).variables(&[LOCAL]),
            Rule::LocalKind,
            Some(0),
        ),
        ("a cell made of a local", returning(&[(MAKE_CELL, 0)]).variables(&[LOCAL]), Rule::LocalKind, Some(0)),
    ]
}

pub fn cases_of_prologues() -> Vec<Case> {
    let coroutine = CodeFlags::GENERATOR | CodeFlags::COROUTINE;
    vec![
        ("a cell that is not made", return_none().variables(&[CELL]), Rule::Prologue, None),
        ("a cell made twice", returning(&[(MAKE_CELL, 0), (MAKE_CELL, 0)]).variables(&[CELL]), Rule::Prologue, Some(1)),
        ("a cell made late", returning(&[(NOP, 0), (MAKE_CELL, 0)]).variables(&[CELL]), Rule::Prologue, None),
        (
            "a cell made again",
            returning(&[(MAKE_CELL, 0), (NOP, 0), (MAKE_CELL, 0)]).variables(&[CELL]),
            Rule::Prologue,
            Some(2),
        ),
        ("free variables that are not copied", return_none().variables(&[FREE]), Rule::Prologue, None),
        (
            "too few free variables copied",
            returning(&[(COPY_FREE_VARS, 1)]).variables(&[FREE, FREE]),
            Rule::Prologue,
            None,
        ),
        ("no free variables copied", returning(&[(COPY_FREE_VARS, 0)]), Rule::Prologue, Some(0)),
        (
            "a loop through the prologue",
            assemble(&[(MAKE_CELL, 0), (JUMP_BACKWARD, 2)]).variables(&[CELL]),
            Rule::Prologue,
            Some(0),
        ),
        (
            "a handler of the prologue",
            returning(&[(MAKE_CELL, 0), (LOAD_CONST, 0), (RETURN_VALUE, 0), (POP_TOP, 0)])
                .variables(&[CELL])
                .handlers(&[(0, 1, 3, 0, false)]),
            Rule::Prologue,
            Some(0),
        ),
        (
            "a generator that begins in the middle",
            returning(&[(NOP, 0), (RETURN_GENERATOR, 0), (POP_TOP, 0)]).flags(CodeFlags::GENERATOR),
            Rule::Prologue,
            Some(1),
        ),
        (
            "a generator that keeps what it begins with",
            generator(&[]).with(|code| code.code[1] = CodeUnit::new(NOP, 0)),
            Rule::Prologue,
            Some(0),
        ),
        ("a generator without the flag", returning(&[(RETURN_GENERATOR, 0), (POP_TOP, 0)]), Rule::Flags, Some(0)),
        (
            "a generator with two flags",
            returning(&[(RETURN_GENERATOR, 0), (POP_TOP, 0)]).flags(coroutine),
            Rule::Flags,
            Some(0),
        ),
        ("the flag without a generator", return_none().flags(CodeFlags::GENERATOR), Rule::Flags, None),
    ]
}

pub fn cases_of_sequences() -> Vec<Case> {
    let (none, null, pop) = ((LOAD_CONST, 0), (PUSH_NULL, 0), (POP_TOP, 0));
    let named = |names: Constant, count: u32| {
        let arguments = vec![none; count as usize];
        let call = [(KW_NAMES, 1), (PRECALL, count), (CALL, count), pop];
        returning(&[&[null, none], &arguments[..], &call].concat()).consts(&[Constant::None, names])
    };
    let yields = generator(&[none, (YIELD_VALUE, 0), (RESUME, 1), pop, none, (RETURN_VALUE, 0)]);
    assert_eq!(verify(&yields), Ok(()));
    let delegation = |rest: &[(Opcode, u32)]| {
        generator(&[&[none, (GET_YIELD_FROM_ITER, 0), none], rest, &[(RETURN_VALUE, 0)]].concat())
    };
    assert_eq!(
        verify(&delegation(&[(SEND, 3), (YIELD_VALUE, 0), (RESUME, 2), (JUMP_BACKWARD_NO_INTERRUPT, 4)])),
        Ok(())
    );
    vec![
        ("PRECALL alone", returning(&[null, none, (PRECALL, 0), pop, pop]), Rule::Call, Some(2)),
        ("CALL alone", returning(&[null, none, (CALL, 0), pop]), Rule::Call, Some(2)),
        (
            "PRECALL and CALL of other numbers",
            returning(&[null, none, none, (PRECALL, 1), (CALL, 0), pop, pop]),
            Rule::Call,
            Some(3),
        ),
        (
            "a call of 256 arguments, between whose halves a prefix stands",
            returning(&[&[null, none], &vec![none; 256][..], &[(PRECALL, 256), (CALL, 256), pop]].concat()).stack(300),
            Rule::Call,
            Some(259),
        ),
        (
            "a jump to CALL",
            returning(&[null, none, (JUMP_FORWARD, 2), (PRECALL, 0), (CALL, 0), pop]),
            Rule::Call,
            Some(5),
        ),
        ("names that are no tuple", named(text("x"), 1), Rule::Call, Some(3)),
        ("names that are no strings", named(tuple(&[Constant::Int(1)]), 1), Rule::Call, Some(3)),
        ("more names than arguments", named(tuple(&[text("x"), text("y")]), 1), Rule::Call, Some(3)),
        (
            "names without a call",
            returning(&[(KW_NAMES, 1), (NOP, 0)]).consts(&[Constant::None, tuple(&[])]),
            Rule::Call,
            Some(0),
        ),
        (
            "a jump behind the names",
            returning(&[null, none, (JUMP_FORWARD, 1), (KW_NAMES, 1), (PRECALL, 0), (CALL, 0), pop])
                .consts(&[Constant::None, tuple(&[])]),
            Rule::Call,
            Some(3),
        ),
        (
            "yield outside a generator",
            returning(&[none, (YIELD_VALUE, 0), (RESUME, 1), pop]),
            Rule::Suspension,
            Some(1),
        ),
        (
            "yield without a place to resume",
            generator(&[none, (YIELD_VALUE, 0), (RETURN_VALUE, 0)]),
            Rule::Suspension,
            Some(4),
        ),
        (
            "a jump to where a generator resumes",
            generator(&[none, (JUMP_FORWARD, 1), (YIELD_VALUE, 0), (RESUME, 1), (RETURN_VALUE, 0)]),
            Rule::Suspension,
            Some(5),
        ),
        (
            "a delegation that sends nothing",
            generator(&[none, (YIELD_VALUE, 0), (RESUME, 2), (RETURN_VALUE, 0)]),
            Rule::Suspension,
            Some(5),
        ),
        ("SEND that does not yield", delegation(&[(SEND, 1), (NOP, 0), (SWAP, 2), pop]), Rule::Suspension, Some(6)),
        (
            "SEND that yields as if it did not delegate",
            delegation(&[(SEND, 3), (YIELD_VALUE, 0), (RESUME, 1), (JUMP_BACKWARD_NO_INTERRUPT, 4)]),
            Rule::Suspension,
            Some(6),
        ),
        (
            "SEND with a prefix",
            delegation(&[(SEND, 259), (YIELD_VALUE, 0), (RESUME, 2), (JUMP_BACKWARD_NO_INTERRUPT, 5)]).with(|code| {
                let mut units = code.code.to_vec();
                let end = units.pop();
                units.extend(std::iter::repeat_n(CodeUnit::new(NOP, 0), 256));
                units.extend(end);
                *code = of_units(units).flags(CodeFlags::GENERATOR);
            }),
            Rule::Suspension,
            Some(7),
        ),
        (
            "SEND to a place with another handler",
            delegation(&[(SEND, 3), (YIELD_VALUE, 0), (RESUME, 2), (JUMP_BACKWARD_NO_INTERRUPT, 4)])
                .handlers(&[(9, 10, 10, 0, false)]),
            Rule::Suspension,
            Some(6),
        ),
        (
            "a wrapped value that is not yielded",
            assemble(&[(RETURN_GENERATOR, 0), pop, none, (ASYNC_GEN_WRAP, 0), (RETURN_VALUE, 0)])
                .flags(CodeFlags::ASYNC_GENERATOR),
            Rule::Suspension,
            Some(3),
        ),
        (
            "a wrapped value in a plain generator",
            generator(&[none, (ASYNC_GEN_WRAP, 0), (YIELD_VALUE, 0), (RESUME, 1), (RETURN_VALUE, 0)]),
            Rule::Suspension,
            Some(4),
        ),
    ]
}
