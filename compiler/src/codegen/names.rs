//! Loading, storing and deleting variables.

use quicken_bytecode::Opcode;

use super::Compiler;
use crate::ast::{ExprContext, Name};
use crate::error::Result;
use crate::symtable::{BlockKind, Scope};

impl<'a> Compiler<'a, '_> {
    pub(super) fn forbid_debug(&self, name: &str, ctx: ExprContext) -> Result<()> {
        match ctx {
            ExprContext::Store if name == "__debug__" => self.error("cannot assign to __debug__"),
            ExprContext::Del if name == "__debug__" => self.error("cannot delete __debug__"),
            _ => Ok(()),
        }
    }

    pub(super) fn name_op(&mut self, name: Name<'a>, ctx: ExprContext) -> Result<()> {
        if ctx != ExprContext::Load {
            self.forbid_debug(&name, ctx)?;
        }
        let name = self.mangle(name);
        let last = self.units.len() - 1;
        let unit = &mut self.units[last];
        let kind = self.symbols[unit.block].kind;
        let in_function = kind == BlockKind::Function;
        let scope = unit.scope_of(&self.indices, name);
        let indices = &mut self.indices;
        let choose = |load, store, delete| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => delete,
        };
        let (op, oparg) = match scope {
            Some(Scope::Free | Scope::Cell) => {
                let index = match unit.cellvars.get(indices, name).filter(|_| scope == Some(Scope::Cell)) {
                    Some(index) => index,
                    None => unit.cellvars.len() as u32 + unit.freevars.add(indices, name),
                };
                let load = if kind == BlockKind::Class { Opcode::LOAD_CLASSDEREF } else { Opcode::LOAD_DEREF };
                (choose(load, Opcode::STORE_DEREF, Opcode::DELETE_DEREF), index)
            }
            Some(Scope::Local) if in_function => {
                (choose(Opcode::LOAD_FAST, Opcode::STORE_FAST, Opcode::DELETE_FAST), unit.varnames.add(indices, name))
            }
            Some(Scope::GlobalExplicit) => global(ctx, unit.names.add(indices, name)),
            Some(Scope::GlobalImplicit) if in_function => global(ctx, unit.names.add(indices, name)),
            _ => (choose(Opcode::LOAD_NAME, Opcode::STORE_NAME, Opcode::DELETE_NAME), unit.names.add(indices, name)),
        };
        if op == Opcode::LOAD_GLOBAL {
            unit.cfg.push_load_global(oparg, unit.loc);
        } else {
            unit.cfg.push(op.into(), oparg, unit.loc);
        }
        Ok(())
    }

    pub(super) fn store_name(&mut self, name: Name<'a>) -> Result<()> {
        self.name_op(name, ExprContext::Store)
    }
}

fn global(ctx: ExprContext, index: u32) -> (Opcode, u32) {
    match ctx {
        // The lowest bit asks for a NULL below the value.
        ExprContext::Load => (Opcode::LOAD_GLOBAL, index << 1),
        ExprContext::Store => (Opcode::STORE_GLOBAL, index),
        ExprContext::Del => (Opcode::DELETE_GLOBAL, index),
    }
}
