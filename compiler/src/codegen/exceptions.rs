//! `try`, with `except`, `except*`, `else` and `finally`.

use quicken_bytecode::Opcode;

use super::Compiler;
use super::unit::FrameBlockKind;
use crate::ast::*;
use crate::cfg::Op;
use crate::error::Result;

impl<'a> Compiler<'a, '_> {
    pub(super) fn try_(&mut self, node: &'a Try<'a>) -> Result<()> {
        if node.finalbody.is_empty() { self.try_handlers(node) } else { self.try_finally(node) }
    }

    fn try_handlers(&mut self, node: &'a Try<'a>) -> Result<()> {
        if node.is_star { self.try_except_star(node) } else { self.try_except(node) }
    }

    fn try_finally(&mut self, node: &'a Try<'a>) -> Result<()> {
        let body = self.new_block();
        let end = self.new_block();
        let exit = self.new_block();
        let cleanup = self.new_block();
        self.op_jump(Op::SetupFinally, end);
        self.use_next_block(body);
        self.push_frame_block(FrameBlockKind::FinallyTry(node.finalbody), Some(body), Some(end))?;
        if node.handlers.is_empty() {
            self.stmts(node.body)?;
        } else {
            self.try_handlers(node)?;
        }
        self.op_noline(Op::PopBlock, 0);
        self.pop_frame_block();
        self.stmts(node.finalbody)?;
        self.op_jump_noline(Op::Jump, exit);

        self.use_next_block(end);
        self.set_loc(Loc::NONE);
        self.op_jump(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlockKind::FinallyEnd, Some(end), None)?;
        self.stmts(node.finalbody)?;
        self.pop_frame_block();
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(exit);
        Ok(())
    }

    fn try_except(&mut self, node: &'a Try<'a>) -> Result<()> {
        let body = self.new_block();
        let mut except = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        self.op_jump(Op::SetupFinally, except);
        self.use_next_block(body);
        self.push_frame_block(FrameBlockKind::TryExcept, Some(body), None)?;
        self.stmts(node.body)?;
        self.pop_frame_block();
        self.op_noline(Op::PopBlock, 0);
        self.stmts(node.orelse)?;
        self.op_jump_noline(Op::Jump, end);

        self.use_next_block(except);
        self.set_loc(Loc::NONE);
        self.op_jump(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlockKind::ExceptionHandler, None, None)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            self.set_loc(handler.loc);
            if handler.type_.is_none() && index + 1 < node.handlers.len() {
                return self.error("default 'except:' must be last");
            }
            except = self.new_block();
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.op(Opcode::CHECK_EXC_MATCH);
                self.op_jump(Op::PopJumpIfFalse, except);
            }
            let cleanup_end = handler.name.map(|_| self.new_block());
            let cleanup_body = self.new_block();
            match (handler.name, cleanup_end) {
                (Some(name), Some(cleanup_end)) => {
                    self.store_name(name)?;
                    self.op_jump(Op::SetupCleanup, cleanup_end);
                }
                _ => self.op(Opcode::POP_TOP),
            }
            self.use_next_block(cleanup_body);
            self.push_frame_block(FrameBlockKind::HandlerCleanup(handler.name), Some(cleanup_body), None)?;
            self.stmts(handler.body)?;
            self.pop_frame_block();
            self.set_loc(Loc::NONE);
            self.op(Op::PopBlock);
            if handler.name.is_some() {
                self.op(Op::PopBlock);
            }
            self.op(Opcode::POP_EXCEPT);
            if let Some(name) = handler.name {
                self.unbind(name)?;
            }
            self.op_jump(Op::Jump, end);
            if let (Some(name), Some(cleanup_end)) = (handler.name, cleanup_end) {
                self.use_next_block(cleanup_end);
                self.set_loc(Loc::NONE);
                self.unbind(name)?;
                self.op_i(Opcode::RERAISE, 1);
            }
            self.use_next_block(except);
        }
        self.set_loc(Loc::NONE);
        self.pop_frame_block();
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(end);
        Ok(())
    }

    fn try_except_star(&mut self, node: &'a Try<'a>) -> Result<()> {
        let body = self.new_block();
        let mut except = self.new_block();
        let orelse = self.new_block();
        let end = self.new_block();
        let cleanup = self.new_block();
        let reraise_star = self.new_block();
        self.op_jump(Op::SetupFinally, except);
        self.use_next_block(body);
        self.push_frame_block(FrameBlockKind::TryExcept, Some(body), None)?;
        self.stmts(node.body)?;
        self.pop_frame_block();
        self.op_noline(Op::PopBlock, 0);
        self.op_jump_noline(Op::Jump, orelse);

        self.use_next_block(except);
        self.set_loc(Loc::NONE);
        self.op_jump(Op::SetupCleanup, cleanup);
        self.op(Opcode::PUSH_EXC_INFO);
        self.push_frame_block(FrameBlockKind::ExceptionGroupHandler, None, None)?;
        for (index, handler) in node.handlers.iter().enumerate() {
            self.set_loc(handler.loc);
            let next_except = self.new_block();
            except = self.new_block();
            let no_match = self.new_block();
            if index == 0 {
                // Below the exception: the original group, and a list of what the handlers raise.
                self.op_i(Opcode::COPY, 1);
                self.op_i(Opcode::BUILD_LIST, 0);
                self.op_i(Opcode::SWAP, 2);
            }
            if let Some(type_) = &handler.type_ {
                self.expr(type_)?;
                self.op(Opcode::CHECK_EG_MATCH);
                self.op_i(Opcode::COPY, 1);
                self.op_jump(Op::PopJumpIfNone, no_match);
            }
            let cleanup_end = self.new_block();
            let cleanup_body = self.new_block();
            match handler.name {
                Some(name) => self.store_name(name)?,
                None => self.op(Opcode::POP_TOP),
            }
            self.op_jump(Op::SetupCleanup, cleanup_end);
            self.use_next_block(cleanup_body);
            self.push_frame_block(FrameBlockKind::HandlerCleanup(handler.name), Some(cleanup_body), None)?;
            self.stmts(handler.body)?;
            self.pop_frame_block();
            self.set_loc(Loc::NONE);
            self.op(Op::PopBlock);
            if let Some(name) = handler.name {
                self.unbind(name)?;
            }
            self.op_jump(Op::Jump, except);

            self.use_next_block(cleanup_end);
            self.set_loc(Loc::NONE);
            if let Some(name) = handler.name {
                self.unbind(name)?;
            }
            self.op_i(Opcode::LIST_APPEND, 3);
            self.op(Opcode::POP_TOP);
            self.op_jump(Op::Jump, next_except);

            // The NOP holds the place that is handed on to the jump.
            self.use_next_block(except);
            self.op(Opcode::NOP);
            self.op_jump(Op::Jump, next_except);
            self.use_next_block(no_match);
            self.set_loc(handler.loc);
            self.op(Opcode::POP_TOP);
            self.set_loc(Loc::NONE);
            self.use_next_block(next_except);
            if index + 1 == node.handlers.len() {
                self.op_i(Opcode::LIST_APPEND, 1);
                self.op_jump(Op::Jump, reraise_star);
            }
        }
        self.set_loc(Loc::NONE);
        self.pop_frame_block();
        let reraise = self.new_block();
        self.use_next_block(reraise_star);
        self.op(Opcode::PREP_RERAISE_STAR);
        self.op_i(Opcode::COPY, 1);
        self.op_jump(Op::PopJumpIfNotNone, reraise);
        self.op(Opcode::POP_TOP);
        self.op(Op::PopBlock);
        self.op(Opcode::POP_EXCEPT);
        self.op_jump(Op::Jump, end);
        self.use_next_block(reraise);
        self.op(Op::PopBlock);
        self.op_i(Opcode::SWAP, 2);
        self.op(Opcode::POP_EXCEPT);
        self.op_i(Opcode::RERAISE, 0);
        self.use_next_block(cleanup);
        self.pop_except_and_reraise();
        self.use_next_block(orelse);
        self.stmts(node.orelse)?;
        self.use_next_block(end);
        Ok(())
    }
}
