//! The compiler as the engine and the VM use it.

use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_compiler::{Mode, Options, SyntaxError, Warning, WarningKind};
use quicken_vm::{CompileError, SourceCompiler};

use crate::error::Error;

/// Compiles a program. Beside the code comes what CPython prints of its warnings.
pub fn module(source: &str, filename: &str) -> Result<(Arc<CodeObject>, String), Error> {
    match quicken_compiler::compile(source, filename, Mode::Exec, &Options::new()) {
        Ok(compiled) => {
            let warnings = warnings_text(&compiled.warnings, source, filename);
            Ok((compiled.code, warnings))
        }
        Err(error) => Err(Error::Syntax(error.render().trim_end().to_owned())),
    }
}

/// The warnings that the default filters show, each once for its line, with the line if it is in a file.
pub fn warnings_text(warnings: &[Warning], source: &str, filename: &str) -> String {
    let mut shown: Vec<&Warning> = Vec::new();
    let mut text = String::new();
    for warning in warnings {
        if warning.kind != WarningKind::SyntaxWarning || shown.contains(&warning) {
            continue;
        }
        shown.push(warning);
        text += &format!("{filename}:{}: SyntaxWarning: {}\n", warning.line, warning.message);
        let index = usize::try_from(warning.line - 1).unwrap_or(usize::MAX);
        if let Some(line) = source.lines().nth(index).filter(|_| !filename.starts_with('<')) {
            text += &format!("  {}\n", line.trim());
        }
    }
    text
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
        quicken_compiler::compile(source, filename, mode, &Options::new())
            .map(|compiled| compiled.code)
            .map_err(compile_error)
    }
}

fn compile_error(error: SyntaxError) -> CompileError {
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
