//! The second pass: from facts to scopes.

use std::collections::BTreeSet;

use super::{BlockId, BlockKind, Flags, Scope, SymbolTable, Symbols};
use crate::error::{Result, SyntaxError};
use crate::source::Source;

type Names<'a> = BTreeSet<&'a str>;

pub(super) fn analyze(table: &mut SymbolTable<'_>, source: &Source<'_>) -> Result<()> {
    Analyzer { table, source }.block(BlockId(0), None, &mut Names::new(), &mut Names::new())
}

struct Analyzer<'t, 'a, 's> {
    table: &'t mut SymbolTable<'a>,
    source: &'s Source<'s>,
}

impl<'a> Analyzer<'_, 'a, '_> {
    /// `bound` holds what enclosing functions bind (none at module level), `global` what they declare global; `free` takes up what
    /// this block leaves free.
    fn block(
        &mut self,
        id: BlockId,
        mut bound: Option<&mut Names<'a>>,
        free: &mut Names<'a>,
        global: &mut Names<'a>,
    ) -> Result<()> {
        let kind = self.table.blocks[id.0].kind;
        let mut local = Names::new();
        let mut newglobal = Names::new();
        let mut newbound = Names::new();
        // Names of a class are not visible in its methods, so what methods see is what the class itself sees.
        if kind == BlockKind::Class {
            newglobal.extend(global.iter());
            newbound.extend(bound.iter().flat_map(|bound| bound.iter()));
        }
        for index in 0..self.table.blocks[id.0].symbols.list.len() {
            let scope = self.name(id, index, bound.as_deref_mut(), &mut local, free, global)?;
            self.table.blocks[id.0].symbols.list[index].scope = Some(scope);
        }
        if kind == BlockKind::Class {
            newbound.insert("__class__");
        } else {
            if kind == BlockKind::Function {
                newbound.extend(&local);
            }
            newbound.extend(bound.iter().flat_map(|bound| bound.iter()));
            newglobal.extend(global.iter());
        }
        let mut newfree = Names::new();
        for child in self.table.blocks[id.0].children.clone() {
            let mut child_free = Names::new();
            self.block(child, Some(&mut newbound.clone()), &mut child_free, &mut newglobal.clone())?;
            newfree.extend(child_free);
        }
        let block = &mut self.table.blocks[id.0];
        match kind {
            BlockKind::Function => {
                for symbol in &mut block.symbols.list {
                    if symbol.scope == Some(Scope::Local) && newfree.remove(symbol.name) {
                        symbol.scope = Some(Scope::Cell);
                    }
                }
            }
            BlockKind::Class => block.needs_class_closure = newfree.remove("__class__"),
            BlockKind::Module | BlockKind::Annotation => {}
        }
        propagate_free(&mut block.symbols, bound.as_deref(), &newfree, kind == BlockKind::Class);
        free.extend(newfree);
        Ok(())
    }

    fn name(
        &self,
        id: BlockId,
        index: usize,
        bound: Option<&mut Names<'a>>,
        local: &mut Names<'a>,
        free: &mut Names<'a>,
        global: &mut Names<'a>,
    ) -> Result<Scope> {
        let symbol = self.table.blocks[id.0].symbols.list[index];
        let (name, flags) = (symbol.name, symbol.flags);
        if flags.intersects(Flags::GLOBAL) {
            if flags.intersects(Flags::NONLOCAL) {
                return self.error_at_directive(id, name, format!("name '{name}' is nonlocal and global"));
            }
            global.insert(name);
            if let Some(bound) = bound {
                bound.remove(name);
            }
            return Ok(Scope::GlobalExplicit);
        }
        if flags.intersects(Flags::NONLOCAL) {
            let Some(bound) = bound else {
                return self.error_at_directive(
                    id,
                    name,
                    "nonlocal declaration not allowed at module level".to_owned(),
                );
            };
            if !bound.contains(name) {
                return self.error_at_directive(id, name, format!("no binding for nonlocal '{name}' found"));
            }
            free.insert(name);
            return Ok(Scope::Free);
        }
        if flags.intersects(Flags::BOUND) {
            local.insert(name);
            global.remove(name);
            return Ok(Scope::Local);
        }
        if bound.is_some_and(|bound| bound.contains(name)) {
            free.insert(name);
            return Ok(Scope::Free);
        }
        Ok(Scope::GlobalImplicit)
    }

    fn error_at_directive<T>(&self, id: BlockId, name: &str, message: String) -> Result<T> {
        let block = &self.table.blocks[id.0];
        let directive = block.directives.iter().find(|(declared, _)| *declared == name);
        let loc = directive.map_or(block.loc, |(_, loc)| *loc);
        Err(SyntaxError::at(self.source, loc, message))
    }
}

/// Records what nested blocks leave free, so that it is passed on from further out.
fn propagate_free<'a>(symbols: &mut Symbols<'a>, bound: Option<&Names<'a>>, free: &Names<'a>, class: bool) {
    for name in free {
        if symbols.get(name).is_some() {
            let symbol = symbols.entry(name);
            // A method uses a variable of a function around the class, and the class has a name like it.
            if class && symbol.flags.intersects(Flags::BOUND.with(Flags::GLOBAL)) {
                symbol.flags = symbol.flags.with(Flags::FREE_CLASS);
            }
        } else if bound.is_none_or(|bound| bound.contains(name)) {
            symbols.entry(name).scope = Some(Scope::Free);
        }
    }
}
