//! The verifier's rules: for each of them code that breaks it and is otherwise well-formed, refused with that rule at that place; and
//! what CPython made, accepted.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter, LocationTableWriter, Position};
use quicken_bytecode::pyc::read_pyc;
use quicken_bytecode::verify::{MAX_NESTING, Refusal, Rule, verify, verify_execution};
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, Opcode, PyString};

use Opcode::*;

/// Code of these instructions, with their caches and EXTENDED_ARGs; the rest is as a function without variables has it.
fn assemble(instructions: &[(Opcode, u32)]) -> CodeObject {
    let mut code = Vec::new();
    for &(opcode, oparg) in instructions {
        for shift in [24, 16, 8] {
            if oparg >> shift != 0 {
                code.push(CodeUnit::new(EXTENDED_ARG, (oparg >> shift) as u8));
            }
        }
        code.push(CodeUnit::new(opcode, oparg as u8));
        code.extend(std::iter::repeat_n(CodeUnit::CACHE, opcode.cache_units()));
    }
    of_units(code)
}

fn of_units(code: Vec<CodeUnit>) -> CodeObject {
    let mut locations = LocationTableWriter::new(1);
    let position = Position { line: Some(1), end_line: Some(1), column: Some(0), end_column: Some(1) };
    locations.push(code.len(), position);
    CodeObject {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 8,
        flags: CodeFlags::OPTIMIZED | CodeFlags::NEWLOCALS,
        code: code.into(),
        consts: Box::new([Constant::None]),
        names: names(&["name"]),
        localsplusnames: Box::default(),
        localspluskinds: Box::default(),
        filename: PyString::from("file.py"),
        name: PyString::from("f"),
        qualname: PyString::from("f"),
        firstlineno: 1,
        linetable: locations.finish(),
        exceptiontable: Box::default(),
    }
}

fn names(names: &[&str]) -> Box<[PyString]> {
    names.iter().map(|name| PyString::from(*name)).collect()
}

/// A change of a code object, for a table of them.
trait With: Sized {
    fn with(self, change: impl FnOnce(&mut CodeObject)) -> CodeObject;

    fn consts(self, consts: &[Constant]) -> CodeObject {
        self.with(|code| code.consts = consts.into())
    }

    fn stack(self, size: u32) -> CodeObject {
        self.with(|code| code.stacksize = size)
    }

    fn flags(self, flags: CodeFlags) -> CodeObject {
        self.with(|code| code.flags |= flags)
    }

    /// Variables `a`, `b` … of these kinds.
    fn variables(self, kinds: &[LocalKind]) -> CodeObject {
        self.with(|code| {
            code.localspluskinds = kinds.into();
            code.localsplusnames =
                (b'a'..).take(kinds.len()).map(|name| PyString::from(&*char::from(name).to_string())).collect();
        })
    }

    /// Handlers: code units from, to, target, depth, and whether the instruction's number is pushed.
    fn handlers(self, entries: &[(u32, u32, u32, u32, bool)]) -> CodeObject {
        self.with(|code| {
            let mut table = ExceptionTableWriter::new();
            for &(start, end, target, depth, lasti) in entries {
                table.push(ExceptionEntry { start: 2 * start, end: 2 * end, target: 2 * target, depth, lasti });
            }
            code.exceptiontable = table.finish();
        })
    }
}

impl With for CodeObject {
    fn with(mut self, change: impl FnOnce(&mut CodeObject)) -> CodeObject {
        change(&mut self);
        self
    }
}

const LOCAL: LocalKind = LocalKind::LOCAL;
const CELL: LocalKind = LocalKind::CELL;
const FREE: LocalKind = LocalKind::FREE;

fn text(text: &str) -> Constant {
    Constant::str(text)
}

fn tuple(items: &[Constant]) -> Constant {
    Constant::Tuple(items.into())
}

fn return_none() -> CodeObject {
    assemble(&[(LOAD_CONST, 0), (RETURN_VALUE, 0)])
}

fn code_constant(code: CodeObject) -> Constant {
    Constant::Code(Arc::new(code))
}

/// A generator's beginning, and the rest of it.
fn generator(rest: &[(Opcode, u32)]) -> CodeObject {
    assemble(&[&[(RETURN_GENERATOR, 0), (POP_TOP, 0), (RESUME, 0)], rest].concat()).flags(CodeFlags::GENERATOR)
}

/// What is refused, by which rule, at which code unit.
type Case = (&'static str, CodeObject, Rule, Option<u32>);

fn returning(instructions: &[(Opcode, u32)]) -> CodeObject {
    assemble(&[instructions, &[(LOAD_CONST, 0), (RETURN_VALUE, 0)]].concat())
}

fn cases_of_layout() -> Vec<Case> {
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

fn cases_of_jumps() -> Vec<Case> {
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

fn cases_of_operands() -> Vec<Case> {
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

fn cases_of_variables() -> Vec<Case> {
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

fn cases_of_prologues() -> Vec<Case> {
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

fn cases_of_sequences() -> Vec<Case> {
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

fn cases_of_heights() -> Vec<Case> {
    let (none, pop) = ((LOAD_CONST, 0), (POP_TOP, 0));
    vec![
        ("nothing to pop", returning(&[pop]), Rule::StackUnderflow, Some(0)),
        ("one operand of two", returning(&[none, (BINARY_OP, 0), pop]), Rule::StackUnderflow, Some(1)),
        (
            "a tuple of more than there is",
            returning(&[none, (BUILD_TUPLE, 0xFF_FFFF), pop]),
            Rule::StackUnderflow,
            Some(3),
        ),
        (
            "a dict of more than there is",
            returning(&[none, (BUILD_MAP, 0x80_0001), pop]),
            Rule::StackUnderflow,
            Some(3),
        ),
        (
            "a list deeper than the stack",
            returning(&[(BUILD_LIST, 0), none, (LIST_APPEND, 2), pop]),
            Rule::StackUnderflow,
            Some(2),
        ),
        ("a swap deeper than the stack", returning(&[none, none, (SWAP, 3), pop, pop]), Rule::StackUnderflow, Some(2)),
        ("a call without a callable", returning(&[none, (PRECALL, 0), (CALL, 0), pop]), Rule::StackUnderflow, Some(1)),
        ("more than the stack holds", returning(&[none, none, pop, pop]).stack(1), Rule::StackSize, Some(1)),
        (
            "unpacking more than the stack holds",
            returning(&[none, (UNPACK_SEQUENCE, 9), none, (RETURN_VALUE, 0)]),
            Rule::StackSize,
            Some(1),
        ),
        (
            "unpacking far more",
            returning(&[none, (UNPACK_EX, 0xFFFF), none, (RETURN_VALUE, 0)]),
            Rule::StackSize,
            Some(2),
        ),
        (
            "a generator without a place for what is sent",
            generator(&[none, (RETURN_VALUE, 0)]).stack(0),
            Rule::StackSize,
            Some(0),
        ),
        ("a stack that no frame has", return_none().stack(u32::MAX), Rule::StackSize, None),
        (
            "a handler without a place for the exception",
            returning(&[none, (STORE_NAME, 0), none, (RETURN_VALUE, 0), pop]).stack(1).handlers(&[(1, 2, 4, 0, true)]),
            Rule::StackSize,
            Some(1),
        ),
        (
            "two ways of different height",
            returning(&[none, (POP_JUMP_FORWARD_IF_TRUE, 1), none, (NOP, 0)]),
            Rule::StackHeight,
            Some(3),
        ),
        ("a loop that grows", assemble(&[none, (JUMP_BACKWARD, 2)]), Rule::StackHeight, Some(0)),
        (
            "a handler with two heights",
            returning(&[none, (STORE_NAME, 0), none, (RETURN_VALUE, 0), (NOP, 0), pop])
                .handlers(&[(1, 2, 5, 0, false), (4, 5, 5, 0, true)])
                .with(|code| code.code[4] = CodeUnit::new(DELETE_NAME, 0))
                .with(|code| code.code[3] = CodeUnit::new(POP_TOP, 0)),
            Rule::StackHeight,
            Some(4),
        ),
    ]
}

fn cases_of_kinds() -> Vec<Case> {
    let (none, null, pop) = ((LOAD_CONST, 0), (PUSH_NULL, 0), (POP_TOP, 0));
    let case =
        |name, instructions: &[(Opcode, u32)], unit| (name, returning(instructions), Rule::OperandKind, Some(unit));
    let function = |name, nested: CodeObject, instructions: &[(Opcode, u32)], unit| {
        let code = assemble(&[&[(MAKE_CELL, 0)], instructions, &[none, (RETURN_VALUE, 0)]].concat());
        let code = code.variables(&[CELL]).consts(&[Constant::None, code_constant(nested)]);
        (name, code, Rule::OperandKind, Some(unit))
    };
    let closure = || assemble(&[(COPY_FREE_VARS, 1), none, (RETURN_VALUE, 0)]).variables(&[FREE]);
    let caught = |name, handler: &[(Opcode, u32)], unit| {
        let code = returning(&[&[(DELETE_NAME, 0), none, (RETURN_VALUE, 0)], handler].concat());
        (name, code.handlers(&[(0, 1, 3, 0, true)]), Rule::OperandKind, Some(unit))
    };
    vec![
        case("NULL as an operand", &[null, (UNARY_NOT, 0), pop], 1),
        case("NULL in a tuple", &[none, null, (BUILD_TUPLE, 2), pop], 2),
        case("NULL in a local namespace", &[null, (STORE_NAME, 0)], 1),
        case("NULL returned", &[null, (RETURN_VALUE, 0)], 1),
        case("NULL as a callable", &[null, null, (PRECALL, 0), (CALL, 0), pop], 2),
        case("NULL as an argument", &[null, none, null, (PRECALL, 1), (CALL, 1), pop], 3),
        case("what may be NULL as a value", &[none, (LOAD_METHOD, 0), pop, (GET_ITER, 0), pop], 13),
        case("a value where CALL_FUNCTION_EX wants NULL", &[none, none, none, (CALL_FUNCTION_EX, 0), pop], 3),
        (
            "NULL on one of two ways",
            returning(&[none, (POP_JUMP_FORWARD_IF_TRUE, 2), none, (JUMP_FORWARD, 1), null, (UNARY_NOT, 0), pop]),
            Rule::OperandKind,
            Some(5),
        ),
        case("appending to what is no list", &[none, none, (LIST_APPEND, 1), pop], 2),
        case(
            "appending to what may be no list",
            &[none, none, (POP_JUMP_FORWARD_IF_TRUE, 2), pop, (BUILD_LIST, 0), none, (LIST_APPEND, 1), pop],
            6,
        ),
        case("a set extended as a list", &[(BUILD_SET, 0), none, (LIST_EXTEND, 1), pop], 2),
        case("a list extended as a set", &[(BUILD_LIST, 0), none, (SET_ADD, 1), pop], 2),
        case("a list updated as a dict", &[(BUILD_LIST, 0), none, (DICT_UPDATE, 1), pop], 2),
        case("a list added to as a dict", &[(BUILD_LIST, 0), none, none, (MAP_ADD, 1), pop], 3),
        case("a merge without a function", &[null, none, (BUILD_MAP, 0), none, (DICT_MERGE, 1), pop, pop, pop], 4),
        case("what is no list to a tuple", &[none, (LIST_TO_TUPLE, 0), pop], 1),
        case("keys that are no constant", &[none, (BUILD_TUPLE, 0), (BUILD_CONST_KEY_MAP, 0), pop], 2),
        (
            "too few keys",
            returning(&[none, none, (LOAD_CONST, 1), (BUILD_CONST_KEY_MAP, 2), pop])
                .consts(&[Constant::None, tuple(&[text("a")])]),
            Rule::OperandKind,
            Some(3),
        ),
        case("a format specification that is no string", &[none, none, (FORMAT_VALUE, 4), pop], 2),
        case("patterns' keys that are no tuple", &[none, none, (MATCH_KEYS, 0), pop, pop, pop], 2),
        case("patterns' names that are no tuple", &[none, none, none, (MATCH_CLASS, 0), pop], 3),
        case("a function of what is no code", &[none, (MAKE_FUNCTION, 0), pop], 1),
        function("a function without its cells", closure(), &[(LOAD_CONST, 1), (MAKE_FUNCTION, 0), pop], 2),
        function(
            "a function with too many cells",
            closure(),
            &[(LOAD_CLOSURE, 0), (LOAD_CLOSURE, 0), (BUILD_TUPLE, 2), (LOAD_CONST, 1), (MAKE_FUNCTION, 8), pop],
            5,
        ),
        function(
            "a closure that is no tuple of cells",
            closure(),
            &[none, (BUILD_TUPLE, 1), (LOAD_CONST, 1), (MAKE_FUNCTION, 8), pop],
            4,
        ),
        function(
            "cells for who has no free variables",
            return_none(),
            &[(LOAD_CLOSURE, 0), (BUILD_TUPLE, 1), (LOAD_CONST, 1), (MAKE_FUNCTION, 8), pop],
            4,
        ),
        function("defaults that are no tuple", return_none(), &[none, (LOAD_CONST, 1), (MAKE_FUNCTION, 1), pop], 3),
        function(
            "keyword defaults that are no dict",
            return_none(),
            &[(BUILD_TUPLE, 0), (LOAD_CONST, 1), (MAKE_FUNCTION, 2), pop],
            3,
        ),
        function(
            "annotations that are no tuple",
            return_none(),
            &[(BUILD_MAP, 0), (LOAD_CONST, 1), (MAKE_FUNCTION, 4), pop],
            3,
        ),
        case("raising again what is no exception", &[none, (RERAISE, 0)], 1),
        case("handling what is no exception", &[none, (PUSH_EXC_INFO, 0), pop, pop], 1),
        case("matching what is no exception", &[none, none, (CHECK_EXC_MATCH, 0), pop, pop], 2),
        case("splitting what is no exception", &[none, none, (CHECK_EG_MATCH, 0), pop, pop], 2),
        case("restoring what was not handled", &[none, (POP_EXCEPT, 0)], 1),
        case("the end of a loop without an exception", &[none, none, (END_ASYNC_FOR, 0)], 2),
        caught("the instruction's number as a value raised", &[pop, (RERAISE, 0)], 4),
        caught("no instruction's number below", &[(SWAP, 2), pop, none, (SWAP, 2), (RERAISE, 1)], 7),
        caught(
            "what was handled taken for the exception",
            &[(PUSH_EXC_INFO, 0), pop, (PUSH_EXC_INFO, 0), pop, pop, pop],
            5,
        ),
        caught(
            "leaving `with` without an exit function",
            &[null, null, (SWAP, 4), (SWAP, 2), (SWAP, 3), (WITH_EXCEPT_START, 0), pop, pop, pop, pop, pop],
            8,
        ),
        caught("joining what is no list", &[none, (PREP_RERAISE_STAR, 0), pop, pop], 4),
    ]
}

fn cases_of_tables() -> Vec<Case> {
    let (none, pop) = ((LOAD_CONST, 0), (POP_TOP, 0));
    let body = || returning(&[none, (STORE_NAME, 0), none, (RETURN_VALUE, 0), pop]);
    let raw = |bytes: &[u8]| body().with(|code| code.exceptiontable = bytes.into());
    let case = |name, code| (name, code, Rule::ExceptionTable, None);
    let lines = |name, bytes: &[u8]| {
        (name, return_none().with(|code| code.linetable = bytes.into()), Rule::LocationTable, None)
    };
    assert_eq!(verify(&body().handlers(&[(1, 2, 4, 0, false)])), Ok(()));
    vec![
        case("an entry that is cut off", raw(&[0x81, 1, 4])),
        case("an entry without its mark", raw(&[1, 1, 4, 0])),
        case("a mark within an entry", raw(&[0x81, 0x81, 4, 0])),
        case("a number that is too large", raw(&[0x81, 1, 4, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x3F])),
        case("an entry that covers nothing", raw(&[0x81, 0, 4, 0])),
        case("an entry behind the code", body().handlers(&[(1, 8, 4, 0, false)])),
        case(
            "an entry whose end is no number",
            raw(&[0xC3, 0x7F, 0x7F, 0x7F, 0x7F, 0x3F, 0x43, 0x7F, 0x7F, 0x7F, 0x7F, 0x3F, 4, 0]),
        ),
        case("entries out of order", body().handlers(&[(2, 3, 4, 0, false), (1, 2, 4, 0, false)])),
        case("entries that overlap", body().handlers(&[(1, 3, 4, 0, false), (2, 3, 4, 0, false)])),
        case("a handler behind the code", body().handlers(&[(1, 2, 7, 0, false)])),
        case(
            "a handler inside an instruction",
            returning(&[none, (LOAD_ATTR, 0), (RETURN_VALUE, 0), pop]).handlers(&[(0, 1, 2, 0, false)]),
        ),
        case(
            "a range that ends inside an instruction",
            returning(&[none, (LOAD_ATTR, 0), (RETURN_VALUE, 0), pop]).handlers(&[(1, 3, 7, 0, false)]),
        ),
        (
            "a handler that keeps what the instruction takes",
            returning(&[none, (STORE_NAME, 0), none, (RETURN_VALUE, 0), pop, pop]).handlers(&[(1, 2, 4, 1, false)]),
            Rule::ExceptionTable,
            Some(1),
        ),
        lines("an entry without its mark", &[0x01, 0]),
        lines("an entry that is cut off", &[0xF1, 0]),
        lines("a mark within an entry", &[0x81, 0x80]),
        lines("too little code", &[0x80, 0]),
        lines("too much code", &[0x82, 0]),
        lines("nothing at all", &[]),
    ]
}

fn nested(depth: usize) -> CodeObject {
    (0..depth).fold(return_none(), |code, _| {
        // In a tuple: those are looked into as well.
        return_none().consts(&[Constant::None, tuple(&[code_constant(code)])])
    })
}

fn cases_of_size() -> Vec<Case> {
    // At every jump a stack of a million entries is joined.
    let large: Vec<(Opcode, u32)> = std::iter::once((LOAD_CONST, 0))
        .chain([(UNPACK_SEQUENCE, 1 << 20)])
        .chain(std::iter::repeat_n((JUMP_FORWARD, 0), 64))
        .chain([(RETURN_VALUE, 0)])
        .collect();
    vec![
        ("nested too deeply", nested(MAX_NESTING + 1), Rule::Nesting, None),
        ("too much to look at", assemble(&large).stack(1 << 20), Rule::Size, None),
    ]
}

fn cases() -> Vec<Case> {
    [
        cases_of_layout(),
        cases_of_jumps(),
        cases_of_operands(),
        cases_of_variables(),
        cases_of_prologues(),
        cases_of_sequences(),
        cases_of_heights(),
        cases_of_kinds(),
        cases_of_tables(),
        cases_of_size(),
    ]
    .concat()
}

#[test]
fn each_rule_refuses_what_breaks_it() {
    let mut wrong = Vec::new();
    for (name, code, rule, unit) in cases() {
        match verify(&code) {
            Err(refusal)
                if refusal.rule == rule && (rule == Rule::Size || refusal.offset == unit.map(|unit| 2 * unit)) => {}
            other => wrong.push(format!("{name}: {rule} at {unit:?} expected, {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let covered: BTreeSet<Rule> = cases().into_iter().map(|(_, _, rule, _)| rule).collect();
    let missing: Vec<_> = Rule::ALL.iter().filter(|rule| !covered.contains(rule)).collect();
    assert_eq!(missing, [] as [&Rule; 0]);
    assert!(Rule::ALL.iter().all(|rule| !rule.doc().is_empty() && rule.to_string() == rule.name()));
}

#[test]
fn refusals_say_where() {
    let inner = returning(&[(NOP, 0), (POP_TOP, 0)]).with(|code| code.name = PyString::from("inner"));
    let class =
        return_none().consts(&[Constant::None, code_constant(inner)]).with(|code| code.name = PyString::from("C"));
    let module = return_none()
        .consts(&[Constant::None, code_constant(class)])
        .with(|code| code.name = PyString::from("<module>"));
    let refusal = verify(&module).unwrap_err();
    let reason = "POP_TOP: 1 operands are needed, 0 are on the stack".to_string();
    let expected =
        Refusal { code: "<module>.C.inner".to_string(), offset: Some(2), rule: Rule::StackUnderflow, reason };
    assert_eq!(refusal, expected);
    assert_eq!(
        refusal.to_string(),
        "<module>.C.inner, offset 2: POP_TOP: 1 operands are needed, 0 are on the stack [stack-underflow]"
    );
}

#[test]
fn what_only_describes_may_be_missing() {
    let bare = return_none().with(|code| code.linetable = Box::default()).flags(CodeFlags::COROUTINE);
    assert_eq!(verify_execution(&bare), Ok(()));
    assert!(verify(&bare).is_err());
    assert_eq!(verify_execution(&returning(&[(POP_TOP, 0)])).unwrap_err().rule, Rule::StackUnderflow);
}

#[test]
fn the_limits_themselves_are_allowed() {
    assert_eq!(verify(&nested(MAX_NESTING)), Ok(()));
    let consts: Vec<Constant> = (0..0x1_0001).map(Constant::Int).collect();
    assert_eq!(verify(&assemble(&[(LOAD_CONST, 0x1_0000), (RETURN_VALUE, 0)]).consts(&consts).stack(1)), Ok(()));
    let targets = 100_000;
    let unpack: Vec<_> = [(LOAD_CONST, 0), (UNPACK_SEQUENCE, targets)]
        .into_iter()
        .chain(std::iter::repeat_n((STORE_NAME, 0), targets as usize))
        .chain([(LOAD_CONST, 0), (RETURN_VALUE, 0)])
        .collect();
    assert_eq!(verify(&assemble(&unpack).stack(targets)), Ok(()));
}

/// A node that is reached on many ways is visited once.
#[test]
fn shared_code_is_verified_once() {
    let shared = (0..60).fold(code_constant(return_none()), |code, _| {
        code_constant(return_none().consts(&[Constant::None, code.clone(), code]))
    });
    let Constant::Code(code) = shared else { panic!("a code object was made") };
    assert_eq!(verify(&code), Ok(()));
}

#[test]
fn what_cpython_compiled_is_accepted() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut accepted = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pyc") {
            let (_, code) = read_pyc(&std::fs::read(&path).unwrap()).unwrap();
            assert_eq!(verify(&code), Ok(()), "{}", path.display());
            accepted += 1;
        }
    }
    assert!(accepted >= 5);
}
