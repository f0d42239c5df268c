//! Code that breaks the rules about the operand stack and the tables.

use quicken_bytecode::verify::{MAX_NESTING, Rule, verify};
use quicken_bytecode::{CodeObject, CodeUnit, Constant, Opcode};

use Opcode::*;

use crate::assemble::*;

pub fn cases_of_heights() -> Vec<Case> {
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

pub fn cases_of_kinds() -> Vec<Case> {
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

pub fn cases_of_tables() -> Vec<Case> {
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

pub fn cases_of_size() -> Vec<Case> {
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
