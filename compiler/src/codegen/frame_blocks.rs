//! What a statement that leaves (`return`, `break`, `continue`) has to undo on its way.

use quicken_bytecode::Opcode;

use super::Compiler;
use super::unit::{FrameBlock, FrameBlockKind};
use crate::ast::{ExprContext, Loc, Name};
use crate::cfg::{BlockId, Op};
use crate::error::Result;

/// How many such things may be around a statement.
const MAX_BLOCKS: usize = 20;

impl<'a> Compiler<'a, '_> {
    pub(super) fn push_frame_block(
        &mut self,
        kind: FrameBlockKind<'a>,
        block: Option<BlockId>,
        exit: Option<BlockId>,
    ) -> Result<()> {
        if self.unit_ref().frame_blocks.len() >= MAX_BLOCKS {
            return self.error("too many statically nested blocks");
        }
        self.unit().frame_blocks.push(FrameBlock { kind, block, exit });
        Ok(())
    }

    pub(super) fn pop_frame_block(&mut self) {
        self.unit().frame_blocks.pop();
    }

    /// Undoes one; `preserve_tos` says that the value on the top is still needed.
    pub(super) fn unwind(&mut self, info: FrameBlock<'a>, preserve_tos: bool) -> Result<()> {
        match info.kind {
            FrameBlockKind::WhileLoop
            | FrameBlockKind::ExceptionHandler
            | FrameBlockKind::ExceptionGroupHandler
            | FrameBlockKind::AsyncComprehensionGenerator => {}
            FrameBlockKind::ForLoop | FrameBlockKind::PopValue => {
                self.swap_if(preserve_tos);
                self.op(Opcode::POP_TOP);
            }
            FrameBlockKind::TryExcept => self.op(Op::PopBlock),
            FrameBlockKind::FinallyTry(body) => {
                self.op(Op::PopBlock);
                if preserve_tos {
                    self.push_frame_block(FrameBlockKind::PopValue, None, None)?;
                }
                self.stmts(body)?;
                if preserve_tos {
                    self.pop_frame_block();
                }
                // What leaves seems to happen after the `finally`.
                self.set_loc(Loc::NONE);
            }
            FrameBlockKind::FinallyEnd => {
                self.swap_if(preserve_tos);
                self.op(Opcode::POP_TOP);
                self.swap_if(preserve_tos);
                self.op(Op::PopBlock);
                self.op(Opcode::POP_EXCEPT);
            }
            FrameBlockKind::With(loc) | FrameBlockKind::AsyncWith(loc) => {
                self.set_loc(loc);
                self.op(Op::PopBlock);
                self.swap_if(preserve_tos);
                self.call_exit_with_nones();
                if matches!(info.kind, FrameBlockKind::AsyncWith(_)) {
                    self.await_top(2);
                }
                self.op(Opcode::POP_TOP);
                self.set_loc(Loc::NONE);
            }
            FrameBlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.op(Op::PopBlock);
                }
                self.swap_if(preserve_tos);
                self.op(Op::PopBlock);
                self.op(Opcode::POP_EXCEPT);
                if let Some(name) = name {
                    self.unbind(name)?;
                }
            }
        }
        Ok(())
    }

    fn swap_if(&mut self, preserve_tos: bool) {
        if preserve_tos {
            self.op_i(Opcode::SWAP, 2);
        }
    }

    /// `name = None; del name`, at the end of an `except … as name`.
    pub(super) fn unbind(&mut self, name: Name<'a>) -> Result<()> {
        self.load_none();
        self.name_op(name, ExprContext::Store)?;
        self.name_op(name, ExprContext::Del)
    }

    /// Undoes everything up to the nearest loop, which is given, or, for `return`, everything.
    pub(super) fn unwind_stack(&mut self, preserve_tos: bool, to_loop: bool) -> Result<Option<FrameBlock<'a>>> {
        let Some(top) = self.unit_ref().frame_blocks.last().copied() else { return Ok(None) };
        match top.kind {
            FrameBlockKind::ExceptionGroupHandler => {
                return self.error("'break', 'continue' and 'return' cannot appear in an except* block");
            }
            FrameBlockKind::WhileLoop | FrameBlockKind::ForLoop if to_loop => return Ok(Some(top)),
            _ => {}
        }
        self.pop_frame_block();
        self.unwind(top, preserve_tos)?;
        let found = self.unwind_stack(preserve_tos, to_loop)?;
        self.unit().frame_blocks.push(top);
        Ok(found)
    }
}
