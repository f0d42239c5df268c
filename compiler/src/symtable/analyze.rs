//! The second pass: from facts to scopes.

use super::{BlockId, BlockKind, Flags, Scope, Symbol, SymbolId, SymbolTable};
use crate::ast::Name;
use crate::error::{Result, SyntaxError};
use crate::source::Source;

/// `class_name` is `__class__`.
pub(super) fn analyze<'a>(table: &mut SymbolTable<'a>, source: &Source<'_>, class_name: Name<'a>) -> Result<()> {
    Analyzer { table, source, class_name }.block(BlockId::MODULE, &mut Vec::new())
}

struct Analyzer<'t, 'a, 's> {
    table: &'t mut SymbolTable<'a>,
    source: &'s Source<'s>,
    class_name: Name<'a>,
}

impl<'a> Analyzer<'_, 'a, '_> {
    /// Decides on the names of a block and of those in it. Adds to `free` what the block leaves free; a name may be there twice.
    fn block(&mut self, id: BlockId, free: &mut Vec<Name<'a>>) -> Result<()> {
        let mut next = self.table[id].symbols.map(|list| list.first);
        while let Some(symbol) = next {
            let scope = self.name(id, symbol, free)?;
            self.table[symbol].scope = Some(scope);
            next = self.table[symbol].next;
        }
        let start = free.len();
        let mut child = self.table[id].children.map(|list| list.first);
        while let Some(block) = child {
            self.block(block, free)?;
            child = self.table[block].next;
        }
        free[start..].sort_unstable_by_key(|name| name.number());
        let mut kept = start;
        for index in start..free.len() {
            let name = free[index];
            if index > start && free[index - 1] == name {
                continue;
            }
            if self.passes_on(id, name) {
                free[kept] = name;
                kept += 1;
            }
        }
        free.truncate(kept);
        Ok(())
    }

    fn name(&self, id: BlockId, symbol: SymbolId, free: &mut Vec<Name<'a>>) -> Result<Scope> {
        let Symbol { name, flags, .. } = self.table[symbol];
        if flags.intersects(Flags::GLOBAL) {
            if flags.intersects(Flags::NONLOCAL) {
                return self.error_at_directive(id, name, format!("name '{name}' is nonlocal and global"));
            }
            return Ok(Scope::GlobalExplicit);
        }
        if flags.intersects(Flags::NONLOCAL) {
            if id == BlockId::MODULE {
                let message = "nonlocal declaration not allowed at module level";
                return self.error_at_directive(id, name, message.to_owned());
            }
            if !self.is_bound_outside(id, name) {
                return self.error_at_directive(id, name, format!("no binding for nonlocal '{name}' found"));
            }
            free.push(name);
            return Ok(Scope::Free);
        }
        if flags.intersects(Flags::BOUND) {
            return Ok(Scope::Local);
        }
        if self.is_bound_outside(id, name) {
            free.push(name);
            return Ok(Scope::Free);
        }
        Ok(Scope::GlobalImplicit)
    }

    /// Whether a function around a block binds a name, as far as the block can see: names of a class are not visible in its methods, but
    /// for `__class__`.
    fn is_bound_outside(&self, id: BlockId, name: Name<'a>) -> bool {
        let mut parent = self.table[id].parent;
        while let Some(id) = parent {
            match self.table[id].kind {
                BlockKind::Function => {
                    let flags = self.table.flags(id, name);
                    if flags.intersects(Flags::GLOBAL) {
                        return false;
                    }
                    if flags.intersects(Flags::BOUND) && !flags.intersects(Flags::NONLOCAL) {
                        return true;
                    }
                }
                BlockKind::Class if name == self.class_name => return true,
                BlockKind::Class | BlockKind::Module | BlockKind::Annotation => {}
            }
            parent = self.table[id].parent;
        }
        false
    }

    /// Takes a name that a block inside leaves free. Whether it is passed on further out.
    fn passes_on(&mut self, id: BlockId, name: Name<'a>) -> bool {
        let kind = self.table[id].kind;
        if kind == BlockKind::Class && name == self.class_name {
            self.table[id].needs_class_closure = true;
            return false;
        }
        let Some(symbol) = self.table.index.get(&super::key(id, name)).copied() else {
            if id == BlockId::MODULE || self.is_bound_outside(id, name) {
                self.table.entry(id, name).scope = Some(Scope::Free);
            }
            return true;
        };
        let symbol = &mut self.table[symbol];
        if kind == BlockKind::Function && symbol.scope == Some(Scope::Local) {
            symbol.scope = Some(Scope::Cell);
            return false;
        }
        // A method uses a variable of a function around the class, and the class has a name like it.
        if kind == BlockKind::Class && symbol.flags.intersects(Flags::BOUND.with(Flags::GLOBAL)) {
            symbol.flags = symbol.flags.with(Flags::FREE_CLASS);
        }
        true
    }

    fn error_at_directive<T>(&self, id: BlockId, name: Name<'a>, message: String) -> Result<T> {
        let block = &self.table[id];
        let directive = block.directives.iter().find(|(declared, _)| *declared == name);
        let loc = directive.map_or(block.loc, |(_, loc)| *loc);
        Err(SyntaxError::at(self.source, loc, message))
    }
}
