//! The optimizer of CPython 3.11: constant conditions, jumps to jumps, tuples of constants, dead code, superfluous NOPs.

use quicken_bytecode::{Constant, Opcode};

use super::{Block, BlockId, Cfg, Holds, Instr, Op, Sums, swaps};
use crate::ast::{ConstId, Constants};
use crate::fold::is_true;

/// Largest block that is copied to where it is jumped to.
const MAX_COPY_SIZE: usize = 4;

/// Marks blocks that leave or do not fall through, and lets jumps skip empty blocks.
pub(crate) fn normalize_blocks(cfg: &mut Cfg) {
    for id in cfg.latest_first() {
        let Some(&Instr { op, target, .. }) = cfg.last(id) else { continue };
        if op.is_exit() {
            cfg[id].exit = true;
            cfg[id].no_fall_through = true;
        } else if op.is_jump() && op != Op::Real(Opcode::SEND) {
            cfg[id].no_fall_through = op.is_unconditional_jump();
            let target = target.map(|target| cfg.skip_empty(target));
            if let Some(last) = cfg.last_mut(id) {
                last.target = target;
            }
        }
    }
}

/// Copies small exits without a line to the ends of the blocks that jump to them.
pub(crate) fn extend_blocks(cfg: &mut Cfg) {
    if !cfg.holds.contains(Holds::LINELESS) {
        return;
    }
    for id in cfg.latest_first() {
        let Some(&Instr { op: Op::Jump, target: Some(target), .. }) = cfg.last(id) else { continue };
        let to_copy = cfg.instrs(target);
        let Block { exit, sums, .. } = cfg[target];
        if exit
            && sums.holds.contains(Holds::LINELESS)
            && to_copy.len() <= MAX_COPY_SIZE
            && !to_copy.iter().any(|instr| instr.loc.lineno > 0)
        {
            if let Some(last) = cfg.last_mut(id) {
                last.op = Op::NOP;
            }
            cfg.append(id, target);
            cfg[id].exit = true;
            cfg[id].sums.holds |= Holds::NOP;
        }
    }
}

/// Removes what NOPs no line of source needs.
fn clean_block(cfg: &mut Cfg, id: BlockId) {
    if !cfg[id].sums.holds.contains(Holds::NOP) {
        return;
    }
    let mut following = cfg[id].next;
    while let Some(next) = following
        && cfg[next].is_empty()
    {
        following = cfg[next].next;
    }
    let following_line = following.map(|next| cfg.instrs(next)[0].loc.lineno);
    let instrs = cfg.instrs_mut(id);
    // Up to the first NOP nothing moves.
    let first = instrs.iter().position(|instr| instr.op == Op::NOP).unwrap_or(instrs.len());
    let mut kept = first;
    let mut has_nop = false;
    let mut previous_line = first.checked_sub(1).map_or(-1, |last| instrs[last].loc.lineno);
    for index in first..instrs.len() {
        let instr = instrs[index];
        let line = instr.loc.lineno;
        if instr.op == Op::NOP {
            if line < 0 || previous_line == line {
                continue;
            }
            if let Some(next) = instrs.get_mut(index + 1) {
                if next.loc.lineno == line {
                    continue;
                }
                if next.loc.lineno < 0 {
                    next.loc = instr.loc;
                    continue;
                }
            } else if following_line == Some(line) {
                continue;
            }
            has_nop = true;
        }
        instrs[kept] = instr;
        kept += 1;
        previous_line = line;
    }
    let units = instrs[..kept].iter().map(Instr::units).sum();
    let block = &mut cfg[id];
    block.end = block.start + kept as u32;
    block.sums.units = units;
    block.sums.holds.set(Holds::NOP, has_nop);
}

/// Removes superfluous NOPs everywhere.
fn clean_blocks(cfg: &mut Cfg) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        clean_block(cfg, id);
    }
}

/// Optimizes all blocks; constants may be added.
pub(crate) fn optimize(cfg: &mut Cfg, constants: &mut Constants, consts: &mut Vec<ConstId>) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        optimize_block(cfg, id, constants, consts);
        optimize_jump(cfg, id);
        clean_block(cfg, id);
    }
    extend_blocks(cfg);
    mark_reachable(cfg);
    for block in &mut cfg.blocks {
        if block.predecessors == 0 {
            cfg.lost_constants |= !block.is_empty();
            block.end = block.start;
            block.sums = Sums::NONE;
            block.no_fall_through = false;
        }
    }
    skip_empty_blocks(cfg);
    clean_blocks(cfg);
    remove_jumps_to_next(cfg);
}

/// A jump to the block that follows anyway is superfluous.
fn remove_jumps_to_next(cfg: &mut Cfg) {
    let mut changed = false;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        let next = cfg[id].next;
        if let Some(last) = cfg.last_mut(id)
            && last.op.is_unconditional_jump()
            && last.target.is_some()
            && last.target == next
        {
            last.op = Op::NOP;
            cfg[id].sums.holds |= Holds::NOP;
            cfg[id].no_fall_through = false;
            changed = true;
        }
    }
    if changed {
        skip_empty_blocks(cfg);
    }
}

fn mark_reachable(cfg: &mut Cfg) {
    let mut todo = std::mem::take(&mut cfg.todo);
    todo.push(BlockId::ENTRY);
    cfg[BlockId::ENTRY].predecessors = 1;
    while let Some(id) = todo.pop() {
        let mut reach = |cfg: &mut Cfg, target: BlockId| {
            let block = &mut cfg[target];
            if block.predecessors == 0 {
                todo.push(target);
            }
            block.predecessors += 1;
        };
        if let Some(next) = cfg[id].next
            && !cfg[id].no_fall_through
        {
            reach(cfg, next);
        }
        if cfg[id].sums.holds.contains(Holds::SETUP) {
            for index in cfg[id].range() {
                let Instr { op, target, .. } = cfg.instrs[index];
                if let Some(target) = target
                    && (op.is_jump() || op.is_block_push())
                {
                    reach(cfg, target);
                }
            }
        } else if let Some(target) = cfg.jump_target(id) {
            reach(cfg, target);
        }
    }
    cfg.todo = todo;
}

fn skip_empty_blocks(cfg: &mut Cfg) {
    let mut order = Some(BlockId::ENTRY);
    while let Some(id) = order {
        if let Some(next) = cfg[id].next {
            let next = cfg.skip_empty(next);
            cfg[id].next = Some(next);
        }
        order = cfg[id].next;
    }
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        if let Some(target) = cfg.jump_target(id) {
            let target = cfg.skip_empty(target);
            if let Some(last) = cfg.last_mut(id) {
                last.target = Some(target);
            }
        }
    }
}

/// Optimizes what a block does up to its jump.
fn optimize_block(cfg: &mut Cfg, id: BlockId, constants: &mut Constants, consts: &mut Vec<ConstId>) {
    let block = cfg[id].clone();
    if block.sums.holds.contains(Holds::SETUP) {
        for index in block.range() {
            let Instr { op, target, .. } = cfg.instrs[index];
            if let Some(target) = target.filter(|_| op.is_block_push()) {
                cfg.instrs[index].target = Some(cfg.skip_empty(target));
            }
        }
    }
    if !block.sums.holds.contains(Holds::FOLDABLE) {
        return;
    }
    let instrs = &mut cfg.instrs[block.range()];
    let mut no_fall_through = block.no_fall_through;
    let mut has_nop = false;
    let mut lost_constants = false;
    let mut index = 0;
    while let Some(instr) = instrs.get(index) {
        match instr.op {
            Op::Real(Opcode::LOAD_CONST) => {
                let value = &constants[consts[instr.oparg as usize]];
                no_fall_through |= constant_condition(&mut instrs[index..], value);
                lost_constants |= instrs[index].op == Op::NOP;
            }
            Op::Real(Opcode::BUILD_TUPLE) => {
                let folded = build_tuple(instrs, index, constants, consts);
                has_nop |= folded;
                lost_constants |= folded;
            }
            Op::Real(Opcode::SWAP) => {
                if instr.oparg == 1 {
                    instrs[index].op = Op::NOP;
                } else {
                    index = swaps::shorten(instrs, index);
                    swaps::apply_static(instrs, index);
                }
                has_nop = true;
            }
            Op::Real(Opcode::PUSH_NULL) => push_null(instrs, index),
            _ => {}
        }
        // What comes before is looked at again only by those who say so.
        has_nop |= instrs[index].op == Op::NOP;
        index += 1;
    }
    cfg.lost_constants |= lost_constants;
    let sums = Sums { holds: block.sums.holds, ..Sums::of(instrs) };
    let block = &mut cfg[id];
    block.no_fall_through = no_fall_through;
    block.sums = sums;
    block.sums.holds.set(Holds::NOP, has_nop);
}

/// Optimizes the jump at the end of a block, again and again while it becomes another one.
fn optimize_jump(cfg: &mut Cfg, id: BlockId) {
    while let Some(inst) = cfg.last(id).copied() {
        let Some(first) = inst.target.filter(|_| inst.op.is_jump()) else { return };
        let first = cfg.skip_empty(first);
        if let Some(last) = cfg.last_mut(id) {
            last.target = Some(first);
        }
        let target = cfg.instrs(first).first().copied().unwrap_or(Instr::new(Op::NOP, 0, inst.loc));
        let again = match inst.op {
            Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => match target.op {
                Op::PopJumpIfFalse => thread_jump(cfg, id, target, Op::PopJumpIfFalse),
                Op::Jump | Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => thread_jump(cfg, id, target, inst.op),
                Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) | Op::PopJumpIfTrue => {
                    skip_opposite_test(cfg, id, target, Op::PopJumpIfFalse)
                }
                _ => false,
            },
            Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => match target.op {
                Op::PopJumpIfTrue => thread_jump(cfg, id, target, Op::PopJumpIfTrue),
                Op::Jump | Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => thread_jump(cfg, id, target, inst.op),
                Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) | Op::PopJumpIfFalse => {
                    skip_opposite_test(cfg, id, target, Op::PopJumpIfTrue)
                }
                _ => false,
            },
            Op::PopJumpIfNone | Op::PopJumpIfNotNone | Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::Jump => {
                target.op == Op::Jump && thread_jump(cfg, id, target, inst.op)
            }
            _ => false,
        };
        if !again {
            return;
        }
    }
}

/// A test of a constant is decided here; a test for `None` has instructions of its own. Whether the block jumps now in any case.
fn constant_condition(instrs: &mut [Instr], value: &Constant) -> bool {
    let [load, next, rest @ ..] = instrs else { return false };
    match next.op {
        Op::PopJumpIfFalse | Op::PopJumpIfTrue => {
            let jumps = is_true(value) == (next.op == Op::PopJumpIfTrue);
            load.op = Op::NOP;
            next.op = if jumps { Op::Jump } else { Op::NOP };
            jumps
        }
        Op::Real(Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP) => {
            let jumps = is_true(value) == (next.op == Op::Real(Opcode::JUMP_IF_TRUE_OR_POP));
            if jumps {
                next.op = Op::Jump;
            } else {
                load.op = Op::NOP;
                next.op = Op::NOP;
            }
            jumps
        }
        Op::Real(Opcode::IS_OP) => {
            if let [jump, ..] = rest
                && matches!(jump.op, Op::PopJumpIfFalse | Op::PopJumpIfTrue)
                && matches!(value, Constant::None)
            {
                let inverted = next.oparg != 0;
                jump.op =
                    if inverted ^ (jump.op == Op::PopJumpIfFalse) { Op::PopJumpIfNotNone } else { Op::PopJumpIfNone };
                load.op = Op::NOP;
                next.op = Op::NOP;
            }
            false
        }
        _ => false,
    }
}

/// Building a tuple to unpack it at once is a SWAP; a tuple of constants is a constant. Whether anything became a NOP.
fn build_tuple(instrs: &mut [Instr], index: usize, constants: &mut Constants, consts: &mut Vec<ConstId>) -> bool {
    let size = instrs[index].oparg as usize;
    if let Some(next) = instrs.get(index + 1)
        && next.op == Op::Real(Opcode::UNPACK_SEQUENCE)
        && next.oparg as usize == size
        && (1..=3).contains(&size)
    {
        instrs[index].op = Op::NOP;
        instrs[index + 1].op = if size == 1 { Op::NOP } else { Opcode::SWAP.into() };
        return true;
    }
    if index < size {
        return false;
    }
    let items = &mut instrs[index - size..index];
    if !items.iter().all(|item| item.op == Op::Real(Opcode::LOAD_CONST)) {
        return false;
    }
    let values = items.iter().map(|item| constants[consts[item.oparg as usize]].clone()).collect();
    let tuple = constants.add(Constant::Tuple(values));
    let at = match consts.iter().position(|id| *id == tuple) {
        Some(at) => at,
        None => {
            consts.push(tuple);
            consts.len() - 1
        }
    };
    for item in items {
        item.op = Op::NOP;
    }
    instrs[index].op = Opcode::LOAD_CONST.into();
    instrs[index].oparg = at as u32;
    true
}

/// Lets a jump to a jump go to where that goes; only within a line, so that tracing sees every line.
fn thread_jump(cfg: &mut Cfg, id: BlockId, target: Instr, op: Op) -> bool {
    let Some(inst) = cfg.last_mut(id) else { return false };
    if inst.loc.lineno != target.loc.lineno || inst.target == target.target {
        return false;
    }
    inst.target = target.target;
    inst.op = op;
    true
}

/// The test at the target is bound to fail: go on behind it.
fn skip_opposite_test(cfg: &mut Cfg, id: BlockId, target: Instr, op: Op) -> bool {
    let Some(inst) = cfg.last(id) else { return false };
    if inst.loc.lineno != target.loc.lineno {
        return false;
    }
    let Some(next) = inst.target.and_then(|target| cfg[target].next) else { return false };
    if let Some(inst) = cfg.last_mut(id) {
        inst.op = op;
        inst.target = Some(next);
    }
    true
}

/// LOAD_GLOBAL can push the NULL below a function itself. Where both are on a line, the code generator saw to that.
fn push_null(instrs: &mut [Instr], index: usize) {
    if let Some(next) = instrs.get_mut(index + 1)
        && next.op == Op::Real(Opcode::LOAD_GLOBAL)
        && next.oparg & 1 == 0
    {
        next.oparg |= 1;
        instrs[index].op = Op::NOP;
        instrs[index].oparg = 0;
    }
}

/// The order of the blocks is final: superfluous NOPs go, jumps get their direction, and blocks their length without the EXTENDED_ARGs of jumps.
pub(crate) fn place_blocks(cfg: &mut Cfg) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        clean_block(cfg, id);
        cfg[id].placed = true;
        normalize_jump(cfg, id);
        cfg[id].units = cfg[id].sums.units;
    }
}

fn normalize_jump(cfg: &mut Cfg, id: BlockId) {
    let Some(target) = cfg.last(id).and_then(|last| last.target) else { return };
    let forward = !cfg[target].placed;
    let Some(last) = cfg.last_mut(id) else { return };
    let opcode = match (last.op, forward) {
        (Op::Jump | Op::JumpNoInterrupt, true) => Opcode::JUMP_FORWARD,
        (Op::Jump, false) => Opcode::JUMP_BACKWARD,
        (Op::JumpNoInterrupt, false) => Opcode::JUMP_BACKWARD_NO_INTERRUPT,
        (Op::PopJumpIfNotNone, true) => Opcode::POP_JUMP_FORWARD_IF_NOT_NONE,
        (Op::PopJumpIfNotNone, false) => Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE,
        (Op::PopJumpIfNone, true) => Opcode::POP_JUMP_FORWARD_IF_NONE,
        (Op::PopJumpIfNone, false) => Opcode::POP_JUMP_BACKWARD_IF_NONE,
        (Op::PopJumpIfFalse, true) => Opcode::POP_JUMP_FORWARD_IF_FALSE,
        (Op::PopJumpIfFalse, false) => Opcode::POP_JUMP_BACKWARD_IF_FALSE,
        (Op::PopJumpIfTrue, true) => Opcode::POP_JUMP_FORWARD_IF_TRUE,
        (Op::PopJumpIfTrue, false) => Opcode::POP_JUMP_BACKWARD_IF_TRUE,
        _ => return,
    };
    last.op = opcode.into();
}
