//! The compiler as the engine and the VM use it.

use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_compiler::{Mode, Options, SyntaxError};
use quicken_vm::{CompileError, SourceCompiler};

use crate::error::Error;

/// Compiles a program.
pub fn module(source: &str, filename: &str) -> Result<Arc<CodeObject>, Error> {
    quicken_compiler::compile(source, filename, Mode::Exec, &Options::default())
        .map(|compiled| compiled.code)
        .map_err(|error| Error::Syntax(error.render().trim_end().to_owned()))
}

/// Compiles for `compile`, `exec`, `eval` and imports of a running program.
pub struct EngineCompiler;

impl SourceCompiler for EngineCompiler {
    fn compile(&self, source: &str, filename: &str, mode: &str) -> Result<Arc<CodeObject>, CompileError> {
        let mode = match mode {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        };
        quicken_compiler::compile(source, filename, mode, &Options::default())
            .map(|compiled| compiled.code)
            .map_err(compile_error)
    }
}

fn compile_error(error: Box<SyntaxError>) -> CompileError {
    // "No line" and "no column" are 0 or −1 there and 0 here.
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    CompileError {
        kind: error.kind.name(),
        line: number(error.line),
        column: number(error.column),
        end_line: number(error.end_line),
        end_column: number(error.end_column),
        message: error.message,
        filename: error.filename,
        text: error.text.unwrap_or_default(),
    }
}
