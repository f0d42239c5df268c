//! `from __future__ import …`

use quicken_bytecode::CodeFlags;

use crate::ast::*;
use crate::error::{Result, SyntaxError};
use crate::source::Source;

/// The features that a module asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Future {
    pub(crate) features: CodeFlags,
    /// Line of the last such import; −1 if there is none.
    pub(crate) last_line: i32,
}

impl Future {
    /// Whether annotations are kept as text.
    pub(crate) fn annotations(self) -> bool {
        self.features.contains(CodeFlags::FUTURE_ANNOTATIONS)
    }

    /// The features of a module, on top of those inherited.
    pub(crate) fn of(
        module: &Mod<'_>,
        constants: &Constants,
        source: &Source<'_>,
        inherited: CodeFlags,
    ) -> Result<Future> {
        let mut future = Future { features: inherited, last_line: -1 };
        let body: &[Stmt<'_>] = match module {
            Mod::Module(body) | Mod::Interactive(body) => body,
            Mod::Expression(_) => return Ok(future),
        };
        let skip = usize::from(docstring(body, constants).is_some());
        let mut done = false;
        let mut previous_line = 0;
        for stmt in &body[skip..] {
            if done && stmt.loc.lineno > previous_line {
                break;
            }
            previous_line = stmt.loc.lineno;
            match &stmt.kind {
                StmtKind::ImportFrom { module: Some(module), names, .. } if *module == "__future__" => {
                    if done {
                        let message = "from __future__ imports must occur at the beginning of the file";
                        return Err(at_start(source, stmt.loc, 0, message));
                    }
                    for alias in *names {
                        future.add(&alias.name, stmt.loc, source)?;
                    }
                    future.last_line = stmt.loc.lineno;
                }
                _ => done = true,
            }
        }
        Ok(future)
    }

    fn add(&mut self, feature: &str, loc: Loc, source: &Source<'_>) -> Result<()> {
        match feature {
            "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement" | "print_function"
            | "unicode_literals" | "generator_stop" => {}
            "barry_as_FLUFL" => self.features |= CodeFlags::FUTURE_BARRY_AS_BDFL,
            "annotations" => self.features |= CodeFlags::FUTURE_ANNOTATIONS,
            "braces" => return Err(at_start(source, loc, 1, "not a chance")),
            _ => return Err(at_start(source, loc, 1, &format!("future feature {feature} is not defined"))),
        }
        Ok(())
    }
}

/// These errors know a place but no end.
fn at_start(source: &Source<'_>, loc: Loc, shift: i32, message: &str) -> Box<SyntaxError> {
    let mut error = SyntaxError::at(source, loc, message);
    error.column = loc.col_offset + shift;
    error.end_line = loc.lineno;
    error.end_column = -1;
    error
}
