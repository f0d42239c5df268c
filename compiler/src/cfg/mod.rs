//! The control-flow graph: basic blocks of instructions, as the code generator leaves them and the optimizer changes them.

mod depth;
mod lines;
mod optimize;
mod sums;
mod swaps;

use std::num::NonZeroU32;
use std::ops::Range;

use quicken_bytecode::{Opcode, StackEffect};

use crate::ast::Loc;

pub(crate) use depth::{convert_pseudo_blocks, label_exception_targets, stack_depth};
pub(crate) use lines::{duplicate_exits_without_lineno, guarantee_lineno_for_exits, propagate_line_numbers};
pub(crate) use optimize::{extend_blocks, normalize_blocks, optimize, place_blocks};
use sums::{Holds, Share, Sums};

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

    #[inline]
    pub(crate) fn is_jump(self) -> bool {
        match self {
            Op::Real(opcode) => opcode.is_jump(),
            Op::SetupFinally | Op::SetupCleanup | Op::SetupWith | Op::PopBlock => false,
            _ => true,
        }
    }

    #[inline]
    pub(crate) fn is_block_push(self) -> bool {
        matches!(self, Op::SetupFinally | Op::SetupCleanup | Op::SetupWith)
    }

    /// Whether execution leaves the code object here.
    #[inline]
    pub(crate) const fn is_exit(self) -> bool {
        matches!(self, Op::Real(Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE))
    }

    /// Whether execution never goes on to the next instruction by itself.
    #[inline]
    pub(crate) fn is_unconditional_jump(self) -> bool {
        matches!(self, Op::Jump | Op::JumpNoInterrupt)
    }

    /// Number of code units with this operand, EXTENDED_ARGs and caches included.
    #[inline]
    pub(crate) fn units(self, oparg: u32) -> u32 {
        let Op::Real(opcode) = self else { return 1 };
        let extended = match oparg {
            0..=0xFF => 0,
            _ if !opcode.has_operand() => 0,
            0x100..=0xFFFF => 1,
            0x1_0000..=0xFF_FFFF => 2,
            _ => 3,
        };
        extended + 1 + opcode.cache_units() as u32
    }

    #[inline]
    pub(crate) fn stack_effect(self, oparg: u32, jump: bool) -> i32 {
        match self {
            Op::Real(opcode) => match opcode.effect() {
                // That of most instructions.
                StackEffect::Fixed(effect) => effect,
                effect => effect.of(oparg, jump),
            },
            Op::SetupFinally | Op::SetupWith => i32::from(jump),
            Op::SetupCleanup => 2 * i32::from(jump),
            Op::PopBlock | Op::Jump | Op::JumpNoInterrupt => 0,
            Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::PopJumpIfNone | Op::PopJumpIfNotNone => -1,
        }
    }
}

impl From<Opcode> for Op {
    #[inline]
    fn from(opcode: Opcode) -> Op {
        Op::Real(opcode)
    }
}

/// Index of a block, in the order of creation. Starts at 1, so that an absent one takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockId(NonZeroU32);

impl BlockId {
    /// Where execution starts.
    pub(crate) const ENTRY: BlockId = BlockId(NonZeroU32::MIN);

    fn of_index(index: u32) -> BlockId {
        BlockId(NonZeroU32::MIN.saturating_add(index))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
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

const _: () = assert!(size_of::<Instr>() == 32);

impl Instr {
    #[inline]
    pub(crate) fn new(op: impl Into<Op>, oparg: u32, loc: Loc) -> Instr {
        Instr { op: op.into(), oparg, target: None, except: None, loc }
    }

    /// Number of code units, EXTENDED_ARGs and caches included.
    #[inline]
    pub(crate) fn units(&self) -> u32 {
        self.op.units(self.oparg)
    }
}

/// A basic block: one way in at the start, ways out at the end only. So a jump, or an instruction that leaves, is the last one.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Where its instructions are in the graph's list.
    start: u32,
    end: u32,
    /// The block that follows in the code.
    pub(crate) next: Option<BlockId>,
    predecessors: u32,
    /// Height of the stack at the start, once it is known.
    start_depth: i32,
    /// Where the block starts in the code, and how long it is, in code units.
    pub(crate) offset: u32,
    pub(crate) units: u32,
    /// Ends with a jump or leaves: does not run into the next block.
    no_fall_through: bool,
    /// A handler that gets the offset of the raising instruction.
    preserve_lasti: bool,
    /// Ends with RETURN_VALUE, RAISE_VARARGS or RERAISE.
    exit: bool,
    sums: Sums,
    /// The handler of exceptions raised in it, unless it sets up handlers or ends their protection itself.
    except: Option<BlockId>,
    /// Lies before the block whose jump is given its direction.
    placed: bool,
}

/// What [`Block::start_depth`] is before it is known.
const UNKNOWN_DEPTH: i32 = i32::MIN;

impl Block {
    const EMPTY: Block = Block {
        start: 0,
        end: 0,
        next: None,
        predecessors: 0,
        start_depth: UNKNOWN_DEPTH,
        offset: 0,
        units: 0,
        no_fall_through: false,
        preserve_lasti: false,
        exit: false,
        sums: Sums::NONE,
        except: None,
        placed: false,
    };

    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Depth of the stack below what a handler gets, and whether it gets the offset: an entry of the exception table.
    pub(crate) fn handler_depth(&self) -> (u32, bool) {
        let start = if self.start_depth == UNKNOWN_DEPTH { 1 } else { self.start_depth };
        let depth = start - 1 - i32::from(self.preserve_lasti);
        (depth.max(0) as u32, self.preserve_lasti)
    }
}

/// The blocks of a code object.
///
/// The instructions of all blocks are in one list, those of a block behind one another. The code generator fills one block after the
/// other, each once; what a block gains later is moved to the end of the list. A graph is used again for other code objects.
#[derive(Debug)]
pub(crate) struct Cfg {
    instrs: Vec<Instr>,
    blocks: Vec<Block>,
    /// The block that is being filled.
    current: BlockId,
    /// Whether the next instruction starts a block, since the last one ended one.
    ended: bool,
    /// Those of the current block.
    sums: Sums,
    /// What any block holds.
    holds: Holds,
    /// Whether instructions that refer to constants have gone.
    lost_constants: bool,
    /// Blocks to visit, in the passes that follow the flow.
    todo: Vec<BlockId>,
}

impl Cfg {
    pub(crate) fn new() -> Cfg {
        let (instrs, blocks, todo) = (Vec::with_capacity(1024), Vec::with_capacity(128), Vec::with_capacity(32));
        let (sums, holds) = (Sums::NONE, Holds::empty());
        Cfg { instrs, blocks, current: BlockId::ENTRY, ended: false, sums, holds, lost_constants: false, todo }
    }

    /// Starts a new graph with an empty entry block, before which so many instructions can be inserted.
    pub(crate) fn restart(&mut self, room: usize) {
        self.instrs.clear();
        self.instrs.resize(room, Instr::new(Op::NOP, 0, Loc::NONE));
        self.blocks.clear();
        self.blocks.push(Block { start: room as u32, end: room as u32, ..Block::EMPTY });
        self.current = BlockId::ENTRY;
        self.ended = false;
        self.sums = Sums::NONE;
        self.holds = Holds::empty();
        self.lost_constants = false;
    }

    pub(crate) fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::EMPTY);
        BlockId::of_index(self.blocks.len() as u32 - 1)
    }

    /// Continues in another block, which follows the current one.
    pub(crate) fn use_next_block(&mut self, id: BlockId) {
        let at = self.instrs.len() as u32;
        self.end_block().next = Some(id);
        let block = &mut self[id];
        block.start = at;
        block.end = at;
        self.current = id;
        self.ended = false;
    }

    /// Ends the current block.
    fn end_block(&mut self) -> &mut Block {
        let sums = std::mem::replace(&mut self.sums, Sums::NONE);
        self.holds |= sums.holds;
        let (current, at) = (self.current, self.instrs.len() as u32);
        let block = &mut self[current];
        block.end = at;
        block.sums = sums;
        block
    }

    /// Adds an instruction that does not jump to the current block.
    #[inline]
    pub(crate) fn push(&mut self, op: Op, oparg: u32, loc: Loc) {
        self.push_parts(op, oparg, None, loc);
    }

    /// Adds an instruction. Its parts come one by one, so that it need not be put together in memory before it has a place there.
    #[inline]
    fn push_parts(&mut self, op: Op, oparg: u32, target: Option<BlockId>, loc: Loc) {
        let share = Share::of(op);
        let has_room = self.instrs.len() < self.instrs.capacity();
        if self.ended || !share.is_usual(oparg) || !has_room {
            return self.push_unusual(op, oparg, target, loc);
        }
        self.instrs.push(Instr { op, oparg, target, except: None, loc });
        self.sums.add_usual(share, oparg, loc.lineno);
        self.ended = share.is_exit;
    }

    #[inline(never)]
    fn push_unusual(&mut self, op: Op, oparg: u32, target: Option<BlockId>, loc: Loc) {
        if self.ended {
            let block = self.new_block();
            self.use_next_block(block);
        }
        self.instrs.push(Instr { op, oparg, target, except: None, loc });
        self.sums.add(op, oparg, loc.lineno);
        self.ended = op.is_exit();
    }

    /// Adds a jump, or the start of a handler's protection.
    pub(crate) fn push_jump(&mut self, op: Op, target: BlockId, loc: Loc) {
        self.push_parts(op, 0, Some(target), loc);
        self.ended = op.is_jump();
        // The condition may be a constant, or a comparison with None.
        if let [.., before, _] = *self.instrs
            && matches!(before.op, Op::Real(Opcode::LOAD_CONST | Opcode::IS_OP))
        {
            self.sums.holds |= Holds::FOLDABLE;
        }
    }

    /// Adds LOAD_GLOBAL with an even operand. If a NULL was to be pushed before, it does that as well.
    pub(crate) fn push_load_global(&mut self, oparg: u32, loc: Loc) {
        let op = Op::Real(Opcode::LOAD_GLOBAL);
        let start = self[self.current].start as usize;
        if let Some(last) = self.instrs[start..].last_mut()
            && last.op == Op::Real(Opcode::PUSH_NULL)
        {
            if last.loc.lineno == loc.lineno {
                // CPython tests the parity of the *opcode* before it does this, which is even.
                *last = Instr::new(op, oparg | 1, loc);
                // Of the two that are pushed, one was counted; and the code units are those of one instruction.
                self.sums.units -= 1;
                self.sums.add(op, oparg, loc.lineno);
                return;
            }
            self.sums.holds |= Holds::FOLDABLE;
        }
        self.push(op, oparg, loc);
    }

    /// Whether the current block ends with a return.
    pub(crate) fn current_block_returns(&self) -> bool {
        self.ended && self.instrs.last().is_some_and(|last| last.op == Op::Real(Opcode::RETURN_VALUE))
    }

    /// Ends the last block, and puts instructions before the first, for which there is room.
    pub(crate) fn finish(&mut self, prefix: &[Instr]) {
        self.end_block();
        let sums = Sums::of(prefix);
        self.holds |= sums.holds;
        let entry = &mut self[BlockId::ENTRY];
        entry.sums = sums.followed_by(entry.sums);
        let end = self[BlockId::ENTRY].start as usize;
        let start = end - prefix.len();
        self.instrs[start..end].copy_from_slice(prefix);
        self[BlockId::ENTRY].start = start as u32;
    }

    /// Whether any handler is set up anywhere.
    pub(crate) fn has_handlers(&self) -> bool {
        self.holds.contains(Holds::SETUP)
    }

    /// Whether instructions that refer to constants have gone.
    pub(crate) fn has_lost_constants(&self) -> bool {
        self.lost_constants
    }

    /// The handler of all instructions of a block, if it is the same for all of them.
    pub(crate) fn handler_of_all(&self, id: BlockId) -> Option<Option<BlockId>> {
        let block = &self[id];
        (!block.sums.holds.intersects(Holds::SETUP | Holds::POP_BLOCK)).then_some(block.except)
    }

    /// All blocks, the latest first: the order of CPython's list of blocks.
    fn latest_first(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len() as u32).rev().map(BlockId::of_index)
    }

    /// The blocks in the order of the code.
    pub(crate) fn in_order(&self) -> InOrder {
        InOrder(Some(BlockId::ENTRY))
    }

    /// The instructions of a block.
    #[inline]
    pub(crate) fn instrs(&self, id: BlockId) -> &[Instr] {
        &self.instrs[self[id].range()]
    }

    #[inline]
    pub(crate) fn instrs_mut(&mut self, id: BlockId) -> &mut [Instr] {
        let range = self[id].range();
        &mut self.instrs[range]
    }

    pub(crate) fn last(&self, id: BlockId) -> Option<&Instr> {
        let block = &self[id];
        (!block.is_empty()).then(|| &self.instrs[block.end as usize - 1])
    }

    pub(crate) fn last_mut(&mut self, id: BlockId) -> Option<&mut Instr> {
        let block = &self[id];
        let (empty, end) = (block.is_empty(), block.end as usize);
        (!empty).then(|| &mut self.instrs[end - 1])
    }

    /// Where a block's last instruction jumps to, if it jumps.
    pub(crate) fn jump_target(&self, id: BlockId) -> Option<BlockId> {
        let last = self.last(id)?;
        last.target.filter(|_| last.op.is_jump())
    }

    /// Adds copies of a block's instructions to another.
    fn append(&mut self, id: BlockId, copied: BlockId) {
        let own = self[id].range();
        if own.end != self.instrs.len() {
            let start = self.instrs.len() as u32;
            self.instrs.extend_from_within(own);
            self[id].start = start;
        }
        let copied = self[copied].clone();
        self.instrs.extend_from_within(copied.range());
        let end = self.instrs.len() as u32;
        let block = &mut self[id];
        block.end = end;
        block.sums = block.sums.followed_by(copied.sums);
    }

    /// Sums up what a block holds, whose operands have changed.
    pub(crate) fn sum_up(&mut self, id: BlockId) {
        let sums = Sums::of(self.instrs(id));
        let block = &mut self[id];
        block.sums = Sums { holds: block.sums.holds, ..sums };
    }

    /// The first block from this one on that holds instructions.
    fn skip_empty(&self, mut block: BlockId) -> BlockId {
        while self[block].is_empty() {
            let Some(next) = self[block].next else { break };
            block = next;
        }
        block
    }
}

/// Walks along [`Block::next`], while the graph may change.
pub(crate) struct InOrder(Option<BlockId>);

impl InOrder {
    #[inline]
    pub(crate) fn next(&mut self, cfg: &Cfg) -> Option<BlockId> {
        let block = self.0?;
        self.0 = cfg[block].next;
        Some(block)
    }
}

impl std::ops::Index<BlockId> for Cfg {
    type Output = Block;

    #[inline]
    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }
}

impl std::ops::IndexMut<BlockId> for Cfg {
    #[inline]
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}
