//! Code objects made by hand.

use std::sync::Arc;

use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter, LocationTableWriter, Position};
use quicken_bytecode::verify::Rule;
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, Opcode, PyString};

use Opcode::*;

/// Code of these instructions, with their caches and EXTENDED_ARGs; the rest is as a function without variables has it.
pub fn assemble(instructions: &[(Opcode, u32)]) -> CodeObject {
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

pub fn of_units(code: Vec<CodeUnit>) -> CodeObject {
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

pub fn names(names: &[&str]) -> Box<[PyString]> {
    names.iter().map(|name| PyString::from(*name)).collect()
}

/// A change of a code object, for a table of them.
pub trait With: Sized {
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

pub const LOCAL: LocalKind = LocalKind::LOCAL;
pub const CELL: LocalKind = LocalKind::CELL;
pub const FREE: LocalKind = LocalKind::FREE;

pub fn text(text: &str) -> Constant {
    Constant::str(text)
}

pub fn tuple(items: &[Constant]) -> Constant {
    Constant::Tuple(items.into())
}

pub fn return_none() -> CodeObject {
    assemble(&[(LOAD_CONST, 0), (RETURN_VALUE, 0)])
}

pub fn code_constant(code: CodeObject) -> Constant {
    Constant::Code(Arc::new(code))
}

/// A generator's beginning, and the rest of it.
pub fn generator(rest: &[(Opcode, u32)]) -> CodeObject {
    assemble(&[&[(RETURN_GENERATOR, 0), (POP_TOP, 0), (RESUME, 0)], rest].concat()).flags(CodeFlags::GENERATOR)
}

/// What is refused, by which rule, at which code unit.
pub type Case = (&'static str, CodeObject, Rule, Option<u32>);

pub fn returning(instructions: &[(Opcode, u32)]) -> CodeObject {
    assemble(&[instructions, &[(LOAD_CONST, 0), (RETURN_VALUE, 0)]].concat())
}

pub fn nested(depth: usize) -> CodeObject {
    (0..depth).fold(return_none(), |code, _| {
        // In a tuple: those are looked into as well.
        return_none().consts(&[Constant::None, tuple(&[code_constant(code)])])
    })
}
