//! `with` and `async with`.

use quicken_bytecode::Opcode;

use super::Compiler;
use super::unit::FrameBlockKind;
use crate::ast::*;
use crate::cfg::{BlockId, Op};
use crate::error::Result;

impl<'a> Compiler<'a, '_> {
    pub(super) fn with(&mut self, stmt: &Stmt<'a>, items: &'a [WithItem<'a>], body: &'a [Stmt<'a>]) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.stmts(body) };
        let block = self.new_block();
        let final_ = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_WITH);
        self.op_jump(Op::SetupWith, final_);
        self.use_next_block(block);
        self.push_frame_block(FrameBlockKind::With(stmt.loc), Some(block), Some(final_))?;
        self.with_target(item)?;
        self.with(stmt, rest, body)?;

        self.set_loc(Loc::NONE);
        self.op(Op::PopBlock);
        self.pop_frame_block();
        self.set_loc(stmt.loc);
        self.call_exit_with_nones();
        self.op(Opcode::POP_TOP);
        self.op_jump(Op::Jump, exit);

        self.use_next_block(final_);
        self.op_jump(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.finish_with_handler(cleanup);
        self.use_next_block(exit);
        Ok(())
    }

    pub(super) fn async_with(
        &mut self,
        stmt: &Stmt<'a>,
        items: &'a [WithItem<'a>],
        body: &'a [Stmt<'a>],
    ) -> Result<()> {
        self.require_async("'async with' outside async function")?;
        let Some((item, rest)) = items.split_first() else { return Ok(()) };
        let block = self.new_block();
        let final_ = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.expr(&item.context_expr)?;
        self.op(Opcode::BEFORE_ASYNC_WITH);
        self.await_top(1);
        self.op_jump(Op::SetupWith, final_);
        self.use_next_block(block);
        self.push_frame_block(FrameBlockKind::AsyncWith(stmt.loc), Some(block), Some(final_))?;
        self.with_target(item)?;
        if rest.is_empty() {
            self.stmts(body)?;
        } else {
            self.async_with(stmt, rest, body)?;
        }

        self.pop_frame_block();
        self.op(Op::PopBlock);
        self.set_loc(stmt.loc);
        self.call_exit_with_nones();
        self.await_top(2);
        self.op(Opcode::POP_TOP);
        self.op_jump(Op::Jump, exit);

        self.use_next_block(final_);
        self.op_jump(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.op(Opcode::WITH_EXCEPT_START);
        self.await_top(2);
        self.finish_with_handler(cleanup);
        self.use_next_block(exit);
        Ok(())
    }

    fn with_target(&mut self, item: &'a WithItem<'a>) -> Result<()> {
        match &item.optional_vars {
            Some(vars) => self.expr(vars),
            None => {
                self.op(Opcode::POP_TOP);
                Ok(())
            }
        }
    }

    /// What `__exit__` answered decides whether the exception goes on.
    fn finish_with_handler(&mut self, cleanup: BlockId) {
        self.set_loc(Loc::NONE);
        let exit = self.new_block();
        self.op_jump(Op::PopJumpIfTrue, exit);
        self.op_i(Opcode::RERAISE, 2);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(exit);
        self.op(Opcode::POP_TOP);
        self.op(Op::PopBlock);
        self.op(Opcode::POP_EXCEPT);
        self.op(Opcode::POP_TOP);
        self.op(Opcode::POP_TOP);
    }
}
