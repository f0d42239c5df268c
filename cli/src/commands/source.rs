//! `quicken tokens` and `quicken ast`: what the compiler's first steps make of a program.

use quicken::compiler::{self, DumpOptions, Mode, SyntaxError};

use crate::arguments::{AstArguments, SourceMode, TokensArguments};
use crate::failure::Failure;
use crate::output::Target;

/// Prints the tokens.
pub fn tokens(arguments: &TokensArguments) -> Result<i32, Failure> {
    let (text, name) = arguments.source.text()?;
    show(compiler::tokens(&text, &name, arguments.exact))
}

/// Prints the tree.
pub fn ast(arguments: &AstArguments) -> Result<i32, Failure> {
    let (text, name) = arguments.source.text()?;
    let mode = match arguments.mode {
        SourceMode::Exec => Mode::Exec,
        SourceMode::Eval => Mode::Eval,
        SourceMode::Single => Mode::Single,
    };
    let options = DumpOptions { indent: arguments.indent, include_attributes: arguments.attributes };
    show(compiler::dump_ast(&text, &name, mode, options))
}

fn show(result: Result<String, SyntaxError>) -> Result<i32, Failure> {
    match result {
        Ok(text) => Target::Stdout.write(&text).map(|()| 0),
        Err(error) => Err(quicken::Error::Syntax(error.render().trim_end().to_owned()).into()),
    }
}
