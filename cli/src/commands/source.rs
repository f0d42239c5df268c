//! `quicken tokens` and `quicken ast`: what the compiler's first steps make of a program.

use std::io::{self, Read};
use std::path::Path;

use quicken::compiler::{self, DumpOptions, Mode, SyntaxError};

use crate::arguments::{AstArguments, SourceMode, TokensArguments};
use crate::failure::Failure;
use crate::output::Target;

/// Prints the tokens.
pub fn tokens(arguments: &TokensArguments) -> Result<i32, Failure> {
    let source = &arguments.source;
    let read = |path: &Path, source| quicken::Error::Read { path: path.to_owned(), source };
    let bytes = match (&source.code, source.file()) {
        (Some(code), _) => code.clone().into_bytes(),
        (None, Some(file)) => std::fs::read(file).map_err(|error| read(file, error))?,
        (None, None) => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(|error| read(Path::new("<stdin>"), error))?;
            bytes
        }
    };
    let name = source.file().map(|file| file.to_string_lossy());
    let tokens = compiler::tokens(&bytes, name.as_deref(), arguments.exact);
    Target::Stdout.write(&tokens.map_err(quicken::Error::Syntax)?).map(|()| 0)
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
