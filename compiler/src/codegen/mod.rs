//! Code generation: from the tree to instructions in basic blocks, in the shape of CPython 3.11's `compile.c`.

mod call;
mod comprehension;
mod display;
mod emit;
mod exceptions;
mod expr;
mod frame_blocks;
mod function;
mod names;
mod pattern;
mod stmt;
mod unit;
mod warn;
mod with;

use std::sync::Arc;

use bumpalo::Bump;
use quicken_bytecode::{CodeFlags, CodeObject, Constant, Opcode, PyString};

use crate::assemble::{self, Parts, Strings};
use crate::ast::*;
use crate::error::{Result, SyntaxError, Warning};
use crate::future::Future;
use crate::names::Names;
use crate::source::Source;
use crate::symtable::{Block, BlockKind, Scope, SymbolTable};
pub(crate) use unit::Unit;
use unit::{Indices, Start, UnitKind};

/// More items than this are not pushed one by one before they are collected.
const STACK_USE_GUIDELINE: usize = 30;

/// What code generation needs to know.
pub(crate) struct Context<'a, 's> {
    pub(crate) arena: &'a Bump,
    pub(crate) source: &'s Source<'s>,
    pub(crate) constants: &'s mut Constants,
    pub(crate) names: &'s mut Names<'a>,
    pub(crate) future: Future,
    /// Flags that every code object gets.
    pub(crate) inherited: CodeFlags,
    /// `-O` (1) drops asserts, `-OO` (2) docstrings too.
    pub(crate) optimize: u8,
    pub(crate) allow_top_level_await: bool,
}

/// Compiles a module.
pub(crate) fn compile<'a>(
    context: Context<'a, '_>,
    symbols: SymbolTable<'a>,
    module: &'a Mod<'a>,
    warnings: &mut Vec<Warning>,
) -> Result<Arc<CodeObject>> {
    let interactive = matches!(module, Mod::Interactive(_));
    let filename = PyString::from(context.source.filename);
    let strings = Strings::new(context.names.len());
    let class_name = context.names.intern("__class__");
    let indices = Indices::new(context.names.len());
    let mut compiler = Compiler {
        cx: context,
        symbols,
        units: Vec::new(),
        spare: Vec::new(),
        indices,
        class_name,
        interactive,
        warnings,
        filename,
        strings,
    };
    compiler.module(module)
}

struct Compiler<'a, 's> {
    cx: Context<'a, 's>,
    symbols: SymbolTable<'a>,
    /// The code objects around the current one, which is last. They are large, and do not move.
    #[expect(clippy::vec_box, reason = "so they go from list to list without being copied")]
    units: Vec<Box<Unit<'a>>>,
    /// What is left of code objects that are finished, to be used again.
    #[expect(clippy::vec_box, reason = "as above")]
    spare: Vec<Box<Unit<'a>>>,
    indices: Indices,
    /// `__class__`
    class_name: Name<'a>,
    interactive: bool,
    warnings: &'s mut Vec<Warning>,
    filename: PyString,
    strings: Strings,
}

impl<'a> Compiler<'a, '_> {
    fn module(&mut self, module: &'a Mod<'a>) -> Result<Arc<CodeObject>> {
        let name = self.name("<module>");
        self.enter_scope(name, UnitKind::Module, ScopeId::MODULE, 1);
        self.unit().loc.lineno = 1;
        let mut add_none = true;
        match module {
            Mod::Module(body) => self.body(body)?,
            Mod::Interactive(body) => {
                if stmt::has_annotation(body) {
                    self.op(Opcode::SETUP_ANNOTATIONS);
                }
                self.stmts(body)?;
            }
            Mod::Expression(value) => {
                self.expr(value)?;
                add_none = false;
            }
        }
        Ok(self.finish_scope(add_none))
    }

    fn unit(&mut self) -> &mut Unit<'a> {
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    fn unit_ref(&self) -> &Unit<'a> {
        &self.units[self.units.len() - 1]
    }

    /// The symbols of the current code object.
    fn block(&self) -> &Block<'a> {
        self.symbols.block(self.unit_ref().scope)
    }

    fn set_loc(&mut self, loc: Loc) {
        self.unit().loc = loc;
    }

    fn loc(&self) -> Loc {
        self.unit_ref().loc
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(SyntaxError::at(self.cx.source, self.loc(), message))
    }

    fn constant(&self, id: ConstId) -> &Constant {
        &self.cx.constants[id]
    }

    /// The name of this text.
    fn name(&mut self, text: &str) -> Name<'a> {
        self.cx.names.intern(text)
    }

    /// The string of a name.
    fn str(&mut self, name: Name<'a>) -> Constant {
        Constant::Str(self.strings.get(name))
    }

    fn enter_scope(&mut self, name: Name<'a>, kind: UnitKind, scope: ScopeId, lineno: i32) {
        let private = self.units.last().and_then(|parent| parent.private);
        let qualname = self.qualified_name(kind, name);
        let mut unit = self.spare.pop().unwrap_or_else(|| Box::new(Unit::new(name)));
        let start = Start { scope, kind, name, qualname, private, lineno, class_name: self.class_name };
        unit.restart(start, &self.symbols, &mut self.indices);
        self.units.push(unit);
        if kind == UnitKind::Module {
            self.unit().loc.lineno = 0;
        }
        self.op_i(Opcode::RESUME, 0);
        if kind == UnitKind::Module {
            self.unit().loc.lineno = -1;
        }
    }

    /// The dotted name of something defined in the current code object.
    fn qualified_name(&mut self, kind: UnitKind, name: Name<'a>) -> &'a str {
        // Neither in a module nor at the top.
        let Some(parent) = self.units.last().filter(|_| self.units.len() > 1) else { return name.text() };
        if matches!(kind, UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class) {
            let mangled = self.cx.names.mangle(parent.private, name);
            if self.symbols.scope(parent.block, mangled) == Some(Scope::GlobalExplicit) {
                return name.text();
            }
        }
        let locals = match parent.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => ".<locals>",
            _ => "",
        };
        bumpalo::format!(in self.cx.arena, "{}{}.{}", parent.qualname, locals, name).into_bump_str()
    }

    /// Assembles the current code object and goes back to the one around it.
    fn finish_scope(&mut self, add_none: bool) -> Arc<CodeObject> {
        if !self.current_block_returns() {
            self.set_loc(Loc::NONE);
            if add_none {
                self.load_none();
            }
            self.op(Opcode::RETURN_VALUE);
        }
        let flags = self.code_flags();
        let block = self.block();
        let is_generator = block.generator || block.coroutine;
        let Some(mut unit) = self.units.pop() else { unreachable!("a scope is left that was entered") };
        unit.finish(&mut self.indices);
        let filename = self.filename.clone();
        let parts = Parts { unit: &mut unit, filename, flags, is_generator };
        let code = Arc::new(assemble::assemble(parts, self.cx.constants, &mut self.strings));
        self.spare.push(unit);
        code
    }

    fn code_flags(&self) -> CodeFlags {
        let block = self.block();
        let mut flags = self.cx.inherited;
        if block.kind == BlockKind::Function {
            flags |= CodeFlags::NEWLOCALS | CodeFlags::OPTIMIZED;
            flags.set(CodeFlags::NESTED, block.nested);
            flags.set(CodeFlags::GENERATOR, block.generator && !block.coroutine);
            flags.set(CodeFlags::COROUTINE, !block.generator && block.coroutine);
            flags.set(CodeFlags::ASYNC_GENERATOR, block.generator && block.coroutine);
            flags.set(CodeFlags::VARARGS, block.varargs);
            flags.set(CodeFlags::VARKEYWORDS, block.varkeywords);
        }
        if self.is_top_level_await() && block.coroutine && !block.generator {
            flags |= CodeFlags::COROUTINE;
        }
        flags
    }

    fn is_top_level_await(&self) -> bool {
        self.cx.allow_top_level_await && self.block().kind == BlockKind::Module
    }
}
