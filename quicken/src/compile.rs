//! The compiler as the engine and the VM use it.

use std::sync::Arc;

use quicken_bytecode::CodeObject;
use quicken_bytecode::tree::Node;
use quicken_compiler::encoding::{Decoded, Refusal, decode_bytes};
use quicken_compiler::{ErrorKind, Mode, Options, Stage, SyntaxError, Warning, WarningKind};
use quicken_vm::{
    CompileError, CompileErrorPlace, CompileWarnings, CompiledSource, DecodedSource, ParsedSource, SourceCompiler,
    SourceOptions,
};

use crate::error::Error;

/// Compiles a program. Beside the code comes what CPython prints of its warnings.
pub fn module(source: &str, filename: &str, optimize: u8) -> Result<(Arc<CodeObject>, String), Error> {
    // CPython does not decode a file whose encoding is not declared.
    let is_file = !filename.starts_with('<');
    let byte_columns = is_file && !declares_encoding(source);
    let options = Options { byte_columns, is_file, optimize, ..Options::new() };
    match quicken_compiler::compile(source, filename, Mode::Exec, &options) {
        Ok(compiled) => {
            let warnings = warnings_text(&compiled.warnings, source, filename);
            Ok((compiled.code, warnings))
        }
        Err(error) => {
            let warnings = warnings_text(&error.warnings, source, filename);
            let text = shown_line(&error, Mode::Exec);
            let error = SyntaxError { text, ..error }.render();
            Err(Error::Syntax(format!("{warnings}{}", error.trim_end())))
        }
    }
}

/// Whether one of the first two lines is a comment that names the encoding (PEP 263).
fn declares_encoding(source: &str) -> bool {
    let mut comments =
        source.lines().take(2).map(str::trim_start).take_while(|line| line.is_empty() || line.starts_with('#'));
    let names = |line: &str| line.split_once("coding").is_some_and(|(_, rest)| rest.starts_with([':', '=']));
    comments.any(names)
}

/// The warnings that the default filters show, with their lines if they are in a file.
pub fn warnings_text(warnings: &[Warning], source: &str, filename: &str) -> String {
    let mut text = String::new();
    for warning in warnings {
        if warning.kind != WarningKind::SyntaxWarning {
            continue;
        }
        text += &format!("{filename}:{}: SyntaxWarning: {}\n", warning.line, warning.message);
        let index = usize::try_from(warning.line - 1).unwrap_or(usize::MAX);
        if let Some(line) = source.lines().nth(index).filter(|_| !filename.starts_with('<')) {
            text += &format!("  {}\n", line.trim());
        }
    }
    text
}

fn all_warnings(warnings: &[Warning], source: &str, filename: &str) -> CompileWarnings {
    let category = |kind| match kind {
        WarningKind::SyntaxWarning => "SyntaxWarning",
        WarningKind::DeprecationWarning => "DeprecationWarning",
    };
    let all = warnings.iter().map(|warning| (category(warning.kind), warning.message.clone(), warning.line)).collect();
    CompileWarnings { text: warnings_text(warnings, source, filename), all }
}

/// Compiles for `compile`, `exec`, `eval` and imports of a running program.
pub struct EngineCompiler;

impl SourceCompiler for EngineCompiler {
    fn compile(
        &self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> Result<CompiledSource, CompileError> {
        let mode = mode_named(mode);
        let compiled =
            quicken_compiler::compile(source, filename, mode, &compiler_options(options)).map_err(|error| {
                let warnings = all_warnings(&error.warnings, source, filename);
                compile_error(error, mode, warnings)
            })?;
        let warnings = all_warnings(&compiled.warnings, source, filename);
        Ok(CompiledSource { code: compiled.code, warnings })
    }

    fn parse(
        &self,
        source: &str,
        filename: &str,
        mode: &str,
        options: SourceOptions,
    ) -> Result<ParsedSource, CompileError> {
        let mode = mode_named(mode);
        let parsed =
            quicken_compiler::parse_tree(source, filename, mode, &compiler_options(options)).map_err(|error| {
                let warnings = all_warnings(&error.warnings, source, filename);
                compile_error(error, mode, warnings)
            })?;
        let warnings = all_warnings(&parsed.warnings, source, filename);
        Ok(ParsedSource { tree: parsed.tree, warnings })
    }

    fn compile_tree(
        &self,
        tree: &Node,
        filename: &str,
        options: SourceOptions,
    ) -> Result<CompiledSource, CompileError> {
        let options = compiler_options(options);
        let compiled = quicken_compiler::compile_tree(tree, filename, &options).map_err(|error| {
            let warnings = all_warnings(&error.warnings, "", filename);
            compile_error(error, Mode::Exec, warnings)
        })?;
        let warnings = all_warnings(&compiled.warnings, "", filename);
        Ok(CompiledSource { code: compiled.code, warnings })
    }

    fn decode(&self, source: &[u8], filename: &str) -> Result<DecodedSource, CompileError> {
        match decode_bytes(source.to_vec()) {
            Ok(Decoded { text, byte_columns }) => Ok(DecodedSource { text, byte_columns }),
            Err(Refusal { line, message }) => {
                let filename = filename.to_owned();
                let place =
                    CompileErrorPlace { text: None, filename, line, column: -1, end_line: line, end_column: None };
                let place = Some(Box::new(place));
                Err(CompileError { kind: "SyntaxError", message, place, warnings: CompileWarnings::default() })
            }
        }
    }
}

fn mode_named(mode: &str) -> Mode {
    match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    }
}

fn compiler_options(options: SourceOptions) -> Options {
    Options {
        optimize: options.optimize,
        future: options.future,
        allow_top_level_await: options.top_level_await,
        byte_columns: options.byte_columns,
        ..Options::new()
    }
}

fn compile_error(error: SyntaxError, mode: Mode, warnings: CompileWarnings) -> CompileError {
    let kind = error.kind.name();
    if error.stage == Stage::Source || !is_syntax_error(error.kind) {
        return CompileError { kind, message: error.message, place: None, warnings };
    }
    let text = shown_line(&error, mode);
    // What the parser does not know is −1, what the code generator does not know is `None`.
    let end_column = Some(error.end_column).filter(|column| error.stage != Stage::Compiler || *column >= 0);
    let place = CompileErrorPlace {
        text,
        filename: error.filename,
        line: error.line,
        column: error.column,
        end_line: error.end_line,
        end_column,
    };
    CompileError { kind, message: error.message, place: Some(Box::new(place)), warnings }
}

fn is_syntax_error(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::SyntaxError | ErrorKind::IndentationError | ErrorKind::TabError)
}

/// The line that CPython shows: one of the file of that name, if there is one (`PyErr_ProgramTextObject`), even where it was not that
/// file that was compiled. Otherwise the parser knows the source, and what comes behind the parser knows nothing.
fn shown_line(error: &SyntaxError, mode: Mode) -> Option<String> {
    let from_file = || {
        let bytes = std::fs::read(&error.filename).ok()?;
        let text = String::from_utf8(bytes).ok()?.replace("\r\n", "\n").replace('\r', "\n");
        let index = usize::try_from(error.line).ok()?.checked_sub(1)?;
        text.split_inclusive('\n').nth(index).map(str::to_owned)
    };
    match error.stage {
        Stage::Parser if mode == Mode::Exec && !error.message.starts_with("f-string: ") => {
            from_file().or_else(|| error.text.clone())
        }
        Stage::Compiler => from_file(),
        Stage::Parser | Stage::Tokens | Stage::Source => error.text.clone(),
    }
}
