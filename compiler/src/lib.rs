//! Python source to CPython 3.11 code objects.
//!
//! ```text
//! source ─ parser ─ fold ─ symtable ─ codegen ─ cfg ─ assemble ─ code object
//! ```
//!
//! Every step after the parser has the shape of CPython 3.11's, so that the result equals CPython's to the byte: instructions, constants
//! and names in order, stack depth, line and exception tables. [`compile`] is the whole way.
//!
//! ```
//! use quicken_compiler::{Mode, Options, compile};
//!
//! let compiled = compile("print('hello')\n", "hello.py", Mode::Exec, &Options::new()).unwrap();
//! assert_eq!(compiled.code.name, "<module>");
//! let error = compile("x = = 1\n", "bad.py", Mode::Exec, &Options::new()).unwrap_err();
//! assert_eq!(error.line, 1);
//! ```

mod assemble;
mod ast;
mod ast_dump;
mod cfg;
mod codegen;
mod eight;
pub mod encoding;
mod error;
mod fold;
mod future;
mod names;
mod nesting;
mod parse;
mod parser;
mod source;
mod symtable;
mod syntax;
mod token_listing;
mod tree;
mod unparse;

use std::sync::Arc;

use bumpalo::Bump;
use quicken_bytecode::tree::Node;
use quicken_bytecode::{CodeFlags, CodeObject};

pub use ast_dump::DumpOptions;
pub use error::{ErrorKind, Stage, SyntaxError, Warning, WarningKind};

use ast::Mod;
use names::Names;
use parser::Tree;
use source::Source;

/// What the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file: statements.
    Exec,
    /// An expression, whose value the code returns.
    Eval,
    /// A statement of the interactive prompt: values of expression statements are printed.
    Single,
}

/// How to compile. [`Options::new`] is what CPython does by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `-O` (1) leaves out asserts, `-OO` (2) docstrings too.
    pub optimize: u8,
    /// `__future__` features that are on from the start: those of the code that calls `compile`.
    pub future: CodeFlags,
    /// Whether `await` may stand outside functions (`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub allow_top_level_await: bool,
    /// Whether columns of the parser's errors count bytes: CPython counts characters where it knows the encoding of the source, because it
    /// is declared or because the source was text, and bytes otherwise.
    pub byte_columns: bool,
    /// Whether the source is a program's file. CPython reads that line by line, so that an error at its end is in no line.
    pub is_file: bool,
}

impl Options {
    /// No optimization, no features.
    pub const fn new() -> Options {
        Options {
            optimize: 0,
            future: CodeFlags::empty(),
            allow_top_level_await: false,
            byte_columns: false,
            is_file: false,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::new()
    }
}

/// Code, and what there was to warn about.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module's code object.
    pub code: Arc<CodeObject>,
    /// Warnings in the order in which CPython gives them.
    pub warnings: Vec<Warning>,
}

/// The `__future__` features that code hands on to what it compiles.
const FUTURE_MASK: CodeFlags = CodeFlags::FUTURE_DIVISION
    .union(CodeFlags::FUTURE_ABSOLUTE_IMPORT)
    .union(CodeFlags::FUTURE_WITH_STATEMENT)
    .union(CodeFlags::FUTURE_PRINT_FUNCTION)
    .union(CodeFlags::FUTURE_UNICODE_LITERALS)
    .union(CodeFlags::FUTURE_BARRY_AS_BDFL)
    .union(CodeFlags::FUTURE_GENERATOR_STOP)
    .union(CodeFlags::FUTURE_ANNOTATIONS);

/// Compiles source.
///
/// # Errors
///
/// Whatever CPython 3.11 rejects, with its message and place where that is known, see [`SyntaxError`].
pub fn compile(source: &str, filename: &str, mode: Mode, options: &Options) -> Result<Compiled, SyntaxError> {
    let text = Source::normalize(source);
    let mut source = Source::new(&text, filename);
    source.byte_columns = options.byte_columns;
    source.is_file = options.is_file;
    parse::with_tree(&source, mode, |arena, mut names, mut parsed| {
        let mut warnings = std::mem::take(&mut parsed.warnings);
        let code = code_of(&source, options, arena, &mut names, parsed, &mut warnings);
        match code {
            Ok(code) => Ok(Compiled { code, warnings }),
            Err(mut error) => {
                error.warnings = warnings;
                Err(error)
            }
        }
    })
    .map_err(|error| *error)
}

/// Everything behind the parser.
fn code_of<'a>(
    source: &Source<'_>,
    options: &Options,
    arena: &'a Bump,
    names: &mut Names<'a>,
    parsed: Tree<'a>,
    warnings: &mut Vec<Warning>,
) -> error::Result<Arc<CodeObject>> {
    let mut constants = parsed.constants;
    let scopes = parsed.scopes;
    let module: &mut Mod<'_> = arena.alloc(parsed.module);
    let inherited = options.future & FUTURE_MASK;
    let future = future::Future::of(module, &constants, source, inherited)?;
    fold::fold(arena, module, &mut constants, options.optimize, future.features, names.has_debug());
    let module: &Mod<'_> = module;
    let symbols = symtable::SymbolTable::build(names, source, module, scopes, future.annotations())?;
    let context = codegen::Context {
        arena,
        source,
        constants: &mut constants,
        names,
        future,
        inherited: future.features,
        optimize: options.optimize,
        allow_top_level_await: options.allow_top_level_await,
    };
    codegen::compile(context, symbols, module, warnings)
}

/// A source's syntax tree, and what there was to warn about.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree: a `Module`, `Expression` or `Interactive`.
    pub tree: Node,
    /// Warnings in the order in which CPython gives them.
    pub warnings: Vec<Warning>,
}

/// The syntax tree of a source.
///
/// # Errors
///
/// What the parser rejects; names and flow are not checked.
pub fn parse_tree(source: &str, filename: &str, mode: Mode, options: &Options) -> Result<Parsed, SyntaxError> {
    let text = Source::normalize(source);
    let mut source = Source::new(&text, filename);
    source.byte_columns = options.byte_columns;
    source.is_file = options.is_file;
    parse::with_tree(&source, mode, |_, _, parsed| {
        let tree = tree::plain(&parsed.module, &parsed.constants);
        Ok(Parsed { tree, warnings: parsed.warnings })
    })
    .map_err(|error| *error)
}

/// Compiles a syntax tree, which may be one that a program made or changed.
///
/// # Errors
///
/// What CPython's compiler rejects; a `ValueError` or `TypeError` for a tree that stands for no program.
pub fn compile_tree(tree: &Node, filename: &str, options: &Options) -> Result<Compiled, SyntaxError> {
    let source = Source::new("", filename);
    let compile = || {
        tree::validate(tree).map_err(|(kind, message)| SyntaxError::without_place(kind, filename, message))?;
        let arena = Bump::new();
        let mut names = Names::new(&arena, 0);
        let tree = tree::read(&arena, &mut names, tree);
        let mut warnings = Vec::new();
        match code_of(&source, options, &arena, &mut names, tree, &mut warnings) {
            Ok(code) => Ok(Compiled { code, warnings }),
            Err(mut error) => {
                error.warnings = warnings;
                Err(error)
            }
        }
    };
    nesting::with_stack_for(&source, tree::stack_levels(tree), compile).map_err(|error| *error)
}

/// The syntax tree of a source, as `ast.dump` of CPython 3.11 writes it.
///
/// # Errors
///
/// What the parser rejects; names and flow are not checked.
pub fn dump_ast(source: &str, filename: &str, mode: Mode, options: DumpOptions) -> Result<String, SyntaxError> {
    let parsed = parse_tree(source, filename, mode, &Options::new())?;
    Ok(ast_dump::dump(&parsed.tree, options))
}

/// The tokens of a source, one a line, as `python3.11 -m tokenize` lists them: those of a file, which declares its encoding, if a name is
/// given, else those of UTF-8 text. `exact` names each operator.
///
/// # Errors
///
/// What that command prints on standard error instead, without a line end: where brackets, strings or indentation make no sense to it. It
/// takes much that is no Python, and shows it as an ERRORTOKEN.
pub fn tokens(source: &[u8], file: Option<&str>, exact: bool) -> Result<String, String> {
    token_listing::listing(source, file, exact)
}
