//! Loading, storing and deleting variables.

use quicken_bytecode::Opcode;

use super::Compiler;
use crate::ast::ExprContext;
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

    pub(super) fn name_op(&mut self, name: &'a str, ctx: ExprContext) -> Result<()> {
        self.forbid_debug(name, ctx)?;
        let name = self.mangle(name);
        let block = self.block();
        let in_function = block.kind == BlockKind::Function;
        let in_class = block.kind == BlockKind::Class;
        let scope = block.scope(name);
        let unit = self.unit();
        let choose = |load, store, delete| match ctx {
            ExprContext::Load => load,
            ExprContext::Store => store,
            ExprContext::Del => delete,
        };
        let (op, oparg) = match scope {
            Some(Scope::Free | Scope::Cell) => {
                let index = match unit.cellvars.get(name).filter(|_| scope == Some(Scope::Cell)) {
                    Some(index) => index,
                    None => unit.cellvars.len() as u32 + unit.freevars.add(name),
                };
                let load = if in_class { Opcode::LOAD_CLASSDEREF } else { Opcode::LOAD_DEREF };
                (choose(load, Opcode::STORE_DEREF, Opcode::DELETE_DEREF), index)
            }
            Some(Scope::Local) if in_function => {
                (choose(Opcode::LOAD_FAST, Opcode::STORE_FAST, Opcode::DELETE_FAST), unit.varnames.add(name))
            }
            Some(Scope::GlobalExplicit) => global(ctx, unit.names.add(name)),
            Some(Scope::GlobalImplicit) if in_function => global(ctx, unit.names.add(name)),
            _ => (choose(Opcode::LOAD_NAME, Opcode::STORE_NAME, Opcode::DELETE_NAME), unit.names.add(name)),
        };
        self.op_i(op, oparg);
        Ok(())
    }

    pub(super) fn store_name(&mut self, name: &'a str) -> Result<()> {
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
