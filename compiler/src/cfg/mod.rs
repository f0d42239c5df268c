//! The control-flow graph: basic blocks of instructions, as the code generator leaves them and the optimizer changes them.

mod depth;
mod lines;
mod optimize;
mod swaps;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::Opcode;

use crate::ast::Loc;

pub(crate) use depth::{convert_pseudo_blocks, label_exception_targets, stack_depth};
pub(crate) use lines::{duplicate_exits_without_lineno, guarantee_lineno_for_exits, propagate_line_numbers};
pub(crate) use optimize::{clean_blocks, extend_blocks, normalize_blocks, normalize_jumps, optimize};

/// An instruction of CPython, or one that only the compiler knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Real(Opcode),
    /// An exception handler starts to protect; its target gets the exception.
    SetupFinally,
    /// The same; the target also gets the offset of the raising instruction.
    SetupCleanup,
    /// The same as [`Op::SetupCleanup`], below the value of `__enter__`.
    SetupWith,
    /// The latest handler ends to protect.
    PopBlock,
    /// A jump in either direction.
    Jump,
    JumpNoInterrupt,
    PopJumpIfFalse,
    PopJumpIfTrue,
    PopJumpIfNone,
    PopJumpIfNotNone,
}

impl Op {
    pub(crate) const NOP: Op = Op::Real(Opcode::NOP);

    pub(crate) fn is_jump(self) -> bool {
        match self {
            Op::Real(opcode) => opcode.is_jump(),
            Op::SetupFinally | Op::SetupCleanup | Op::SetupWith | Op::PopBlock => false,
            _ => true,
        }
    }

    pub(crate) fn is_block_push(self) -> bool {
        matches!(self, Op::SetupFinally | Op::SetupCleanup | Op::SetupWith)
    }

    /// Whether execution leaves the code object here.
    pub(crate) fn is_exit(self) -> bool {
        matches!(self, Op::Real(Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE))
    }

    /// Whether execution never goes on to the next instruction by itself.
    pub(crate) fn is_unconditional_jump(self) -> bool {
        matches!(self, Op::Jump | Op::JumpNoInterrupt)
    }

    pub(crate) fn stack_effect(self, oparg: u32, jump: bool) -> i32 {
        match self {
            Op::Real(opcode) => opcode.stack_effect(oparg, jump),
            Op::SetupFinally | Op::SetupWith => i32::from(jump),
            Op::SetupCleanup => 2 * i32::from(jump),
            Op::PopBlock | Op::Jump | Op::JumpNoInterrupt => 0,
            Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::PopJumpIfNone | Op::PopJumpIfNotNone => -1,
        }
    }
}

impl From<Opcode> for Op {
    fn from(opcode: Opcode) -> Op {
        Op::Real(opcode)
    }
}

/// Index of a block, in the order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockId(u32);

impl BlockId {
    /// Where execution starts.
    pub(crate) const ENTRY: BlockId = BlockId(0);
}

/// An instruction in a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub(crate) op: Op,
    pub(crate) oparg: u32,
    /// Of jumps and handlers.
    pub(crate) target: Option<BlockId>,
    /// The handler of exceptions raised here.
    pub(crate) except: Option<BlockId>,
    pub(crate) loc: Loc,
}

impl Instr {
    pub(crate) fn new(op: impl Into<Op>, oparg: u32, loc: Loc) -> Instr {
        Instr { op: op.into(), oparg, target: None, except: None, loc }
    }

    /// Number of code units, EXTENDED_ARGs and caches included.
    pub(crate) fn units(&self) -> usize {
        let Op::Real(opcode) = self.op else { return 1 };
        let oparg = if opcode.has_operand() { self.oparg } else { 0 };
        let extended = usize::from(oparg > 0xFF) + usize::from(oparg > 0xFFFF) + usize::from(oparg > 0xFF_FFFF);
        extended + 1 + opcode.cache_units()
    }
}

/// A basic block: one way in at the start, ways out at the end only.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) instrs: BumpVec<'a, Instr>,
    /// The block that follows in the code.
    pub(crate) next: Option<BlockId>,
    predecessors: u32,
    start_depth: Option<i32>,
    /// In code units.
    pub(crate) offset: u32,
    /// Ends with a jump or leaves: does not run into the next block.
    no_fall_through: bool,
    /// A handler that gets the offset of the raising instruction.
    preserve_lasti: bool,
    /// Ends with RETURN_VALUE, RAISE_VARARGS or RERAISE.
    exit: bool,
    /// Holds a RETURN_VALUE.
    pub(crate) has_return: bool,
}

impl Block<'_> {
    /// Depth of the stack below what a handler gets, and whether it gets the offset: an entry of the exception table.
    pub(crate) fn handler_depth(&self) -> (u32, bool) {
        let depth = self.start_depth.unwrap_or(1) - 1 - i32::from(self.preserve_lasti);
        (depth.max(0) as u32, self.preserve_lasti)
    }
}

/// The blocks of a code object.
#[derive(Debug)]
pub(crate) struct Cfg<'a> {
    arena: &'a Bump,
    blocks: BumpVec<'a, Block<'a>>,
}

impl<'a> Cfg<'a> {
    /// A graph with an empty entry block.
    pub(crate) fn new(arena: &'a Bump) -> Self {
        let mut cfg = Cfg { arena, blocks: BumpVec::new_in(arena) };
        cfg.new_block();
        cfg
    }

    pub(crate) fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block {
            instrs: BumpVec::new_in(self.arena),
            next: None,
            predecessors: 0,
            start_depth: None,
            offset: 0,
            no_fall_through: false,
            preserve_lasti: false,
            exit: false,
            has_return: false,
        });
        BlockId(self.blocks.len() as u32 - 1)
    }

    /// All blocks, the latest first: the order of CPython's list of blocks.
    pub(crate) fn latest_first(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len() as u32).rev().map(BlockId)
    }

    /// The blocks in the order of the code.
    pub(crate) fn in_order(&self) -> InOrder {
        InOrder(Some(BlockId::ENTRY))
    }

    /// The first block from this one on that holds instructions.
    fn skip_empty(&self, mut block: BlockId) -> BlockId {
        while self[block].instrs.is_empty() {
            let Some(next) = self[block].next else { break };
            block = next;
        }
        block
    }
}

/// Walks along [`Block::next`], while the graph may change.
pub(crate) struct InOrder(Option<BlockId>);

impl InOrder {
    pub(crate) fn next(&mut self, cfg: &Cfg<'_>) -> Option<BlockId> {
        let block = self.0?;
        self.0 = cfg[block].next;
        Some(block)
    }
}

impl<'a> std::ops::Index<BlockId> for Cfg<'a> {
    type Output = Block<'a>;

    fn index(&self, id: BlockId) -> &Block<'a> {
        &self.blocks[id.0 as usize]
    }
}

impl std::ops::IndexMut<BlockId> for Cfg<'_> {
    fn index_mut(&mut self, id: BlockId) -> &mut Self::Output {
        &mut self.blocks[id.0 as usize]
    }
}
