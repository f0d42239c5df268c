//! The optimizer of CPython 3.11: constant conditions, jumps to jumps, tuples of constants, dead code, superfluous NOPs.

use quicken_bytecode::{Constant, Opcode};

use super::{BlockId, Cfg, Instr, Op, swaps};
use crate::fold::is_true;

/// Largest block that is copied to where it is jumped to.
const MAX_COPY_SIZE: usize = 4;

/// Marks blocks that leave or do not fall through, and lets jumps skip empty blocks.
pub(crate) fn normalize_blocks(cfg: &mut Cfg<'_>) {
    for id in cfg.latest_first() {
        for index in 0..cfg[id].instrs.len() {
            let Instr { op, target, .. } = cfg[id].instrs[index];
            if op.is_exit() {
                cfg[id].exit = true;
                cfg[id].no_fall_through = true;
            } else if op.is_jump() && op != Op::Real(Opcode::SEND) {
                if op.is_unconditional_jump() {
                    cfg[id].no_fall_through = true;
                }
                let target = target.map(|target| cfg.skip_empty(target));
                cfg[id].instrs[index].target = target;
            }
        }
    }
}

/// Copies small exits without a line to the ends of the blocks that jump to them.
pub(crate) fn extend_blocks(cfg: &mut Cfg<'_>) {
    for id in cfg.latest_first() {
        let Some(Instr { op: Op::Jump, target: Some(target), .. }) = cfg[id].instrs.last().copied() else { continue };
        let to_copy = &cfg[target];
        if to_copy.exit
            && to_copy.instrs.len() <= MAX_COPY_SIZE
            && !to_copy.instrs.iter().any(|instr| instr.loc.lineno > 0)
        {
            let copied: Vec<Instr> = to_copy.instrs.iter().copied().collect();
            let block = &mut cfg[id];
            if let Some(last) = block.instrs.last_mut() {
                last.op = Op::NOP;
            }
            block.instrs.extend(copied);
            block.exit = true;
        }
    }
}

/// Removes what NOPs no line of source needs.
fn clean_block(cfg: &mut Cfg<'_>, id: BlockId) {
    let mut following = cfg[id].next;
    while let Some(next) = following
        && cfg[next].instrs.is_empty()
    {
        following = cfg[next].next;
    }
    let following_line = following.map(|next| cfg[next].instrs[0].loc.lineno);
    let instrs = &mut cfg[id].instrs;
    let mut kept = 0;
    let mut previous_line = -1;
    for index in 0..instrs.len() {
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
        }
        instrs[kept] = instr;
        kept += 1;
        previous_line = line;
    }
    instrs.truncate(kept);
}

/// Removes superfluous NOPs everywhere.
pub(crate) fn clean_blocks(cfg: &mut Cfg<'_>) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        clean_block(cfg, id);
    }
}

/// Optimizes all blocks; constants may be added.
pub(crate) fn optimize(cfg: &mut Cfg<'_>, constants: &mut Vec<Constant>) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        optimize_block(cfg, id, constants);
        clean_block(cfg, id);
    }
    extend_blocks(cfg);
    mark_reachable(cfg);
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        if cfg[id].predecessors == 0 {
            cfg[id].instrs.clear();
            cfg[id].no_fall_through = false;
        }
    }
    skip_empty_blocks(cfg);
    clean_blocks(cfg);
    remove_jumps_to_next(cfg);
}

/// A jump to the block that follows anyway is superfluous.
fn remove_jumps_to_next(cfg: &mut Cfg<'_>) {
    let mut changed = false;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        let block = &mut cfg[id];
        let next = block.next;
        if let Some(last) = block.instrs.last_mut()
            && last.op.is_unconditional_jump()
            && last.target.is_some()
            && last.target == next
        {
            last.op = Op::NOP;
            block.no_fall_through = false;
            changed = true;
        }
    }
    if changed {
        skip_empty_blocks(cfg);
    }
}

fn mark_reachable(cfg: &mut Cfg<'_>) {
    let mut stack = vec![BlockId::ENTRY];
    cfg[BlockId::ENTRY].predecessors = 1;
    while let Some(id) = stack.pop() {
        let mut reach = |cfg: &mut Cfg<'_>, target: BlockId| {
            let block = &mut cfg[target];
            if block.predecessors == 0 {
                stack.push(target);
            }
            block.predecessors += 1;
        };
        if let Some(next) = cfg[id].next
            && !cfg[id].no_fall_through
        {
            reach(cfg, next);
        }
        for index in 0..cfg[id].instrs.len() {
            let Instr { op, target, .. } = cfg[id].instrs[index];
            if let Some(target) = target
                && (op.is_jump() || op.is_block_push())
            {
                reach(cfg, target);
            }
        }
    }
}

fn skip_empty_blocks(cfg: &mut Cfg<'_>) {
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
        if let Some(Instr { op, target: Some(target), .. }) = cfg[id].instrs.last().copied()
            && op.is_jump()
        {
            let target = cfg.skip_empty(target);
            if let Some(last) = cfg[id].instrs.last_mut() {
                last.target = Some(target);
            }
        }
    }
}

fn optimize_block(cfg: &mut Cfg<'_>, id: BlockId, constants: &mut Vec<Constant>) {
    let mut index = 0;
    while index < cfg[id].instrs.len() {
        let inst = cfg[id].instrs[index];
        let mut target = Instr::new(Op::NOP, 0, inst.loc);
        if let Some(first) = inst.target
            && (inst.op.is_jump() || inst.op.is_block_push())
        {
            let first = cfg.skip_empty(first);
            cfg[id].instrs[index].target = Some(first);
            target = cfg[first].instrs.first().copied().unwrap_or(target);
        }
        // Whether the instruction became another jump, and is to be looked at again.
        let again = match inst.op {
            Op::Real(Opcode::LOAD_CONST) => {
                constant_condition(cfg, id, index, constants);
                false
            }
            Op::Real(Opcode::BUILD_TUPLE) => {
                build_tuple(&mut cfg[id].instrs, index, constants);
                false
            }
            Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => match target.op {
                Op::PopJumpIfFalse => thread_jump(cfg, id, index, target, Op::PopJumpIfFalse),
                Op::Jump | Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) => thread_jump(cfg, id, index, target, inst.op),
                Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) | Op::PopJumpIfTrue => {
                    skip_opposite_test(cfg, id, index, target, Op::PopJumpIfFalse)
                }
                _ => false,
            },
            Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => match target.op {
                Op::PopJumpIfTrue => thread_jump(cfg, id, index, target, Op::PopJumpIfTrue),
                Op::Jump | Op::Real(Opcode::JUMP_IF_TRUE_OR_POP) => thread_jump(cfg, id, index, target, inst.op),
                Op::Real(Opcode::JUMP_IF_FALSE_OR_POP) | Op::PopJumpIfFalse => {
                    skip_opposite_test(cfg, id, index, target, Op::PopJumpIfTrue)
                }
                _ => false,
            },
            Op::PopJumpIfNone | Op::PopJumpIfNotNone | Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::Jump => {
                target.op == Op::Jump && thread_jump(cfg, id, index, target, inst.op)
            }
            Op::Real(Opcode::SWAP) => {
                let instrs = &mut cfg[id].instrs;
                if inst.oparg == 1 {
                    instrs[index].op = Op::NOP;
                } else {
                    index = swaps::shorten(instrs, index);
                    swaps::apply_static(instrs, index);
                }
                false
            }
            Op::Real(Opcode::PUSH_NULL) => {
                push_null(&mut cfg[id].instrs, index);
                false
            }
            _ => false,
        };
        if !again {
            index += 1;
        }
    }
}

/// A test of a constant is decided here; a test for `None` has instructions of its own.
fn constant_condition(cfg: &mut Cfg<'_>, id: BlockId, index: usize, constants: &[Constant]) {
    let block = &mut cfg[id];
    let value = &constants[block.instrs[index].oparg as usize];
    let Some(next) = block.instrs.get(index + 1).copied() else { return };
    match next.op {
        Op::PopJumpIfFalse | Op::PopJumpIfTrue => {
            block.instrs[index].op = Op::NOP;
            if is_true(value) == (next.op == Op::PopJumpIfTrue) {
                block.instrs[index + 1].op = Op::Jump;
                block.no_fall_through = true;
            } else {
                block.instrs[index + 1].op = Op::NOP;
            }
        }
        Op::Real(Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP) => {
            if is_true(value) == (next.op == Op::Real(Opcode::JUMP_IF_TRUE_OR_POP)) {
                block.instrs[index + 1].op = Op::Jump;
                block.no_fall_through = true;
            } else {
                block.instrs[index].op = Op::NOP;
                block.instrs[index + 1].op = Op::NOP;
            }
        }
        Op::Real(Opcode::IS_OP) => {
            let Some(jump) = block.instrs.get(index + 2).map(|jump| jump.op) else { return };
            if matches!(value, Constant::None) && matches!(jump, Op::PopJumpIfFalse | Op::PopJumpIfTrue) {
                let inverted = next.oparg != 0;
                block.instrs[index].op = Op::NOP;
                block.instrs[index + 1].op = Op::NOP;
                block.instrs[index + 2].op =
                    if inverted ^ (jump == Op::PopJumpIfFalse) { Op::PopJumpIfNotNone } else { Op::PopJumpIfNone };
            }
        }
        _ => {}
    }
}

/// Building a tuple to unpack it at once is a SWAP; a tuple of constants is a constant.
fn build_tuple(instrs: &mut [Instr], index: usize, constants: &mut Vec<Constant>) {
    let size = instrs[index].oparg as usize;
    if let Some(next) = instrs.get(index + 1)
        && next.op == Op::Real(Opcode::UNPACK_SEQUENCE)
        && next.oparg as usize == size
        && (1..=3).contains(&size)
    {
        instrs[index].op = Op::NOP;
        instrs[index + 1].op = if size == 1 { Op::NOP } else { Opcode::SWAP.into() };
        return;
    }
    if index < size {
        return;
    }
    let items = &mut instrs[index - size..index];
    if !items.iter().all(|item| item.op == Op::Real(Opcode::LOAD_CONST)) {
        return;
    }
    let tuple = Constant::Tuple(items.iter().map(|item| constants[item.oparg as usize].clone()).collect());
    let at = match constants.iter().position(|constant| *constant == tuple && !tuple.holds_nan()) {
        Some(at) => at,
        None => {
            constants.push(tuple);
            constants.len() - 1
        }
    };
    for item in items {
        item.op = Op::NOP;
    }
    instrs[index].op = Opcode::LOAD_CONST.into();
    instrs[index].oparg = at as u32;
}

/// Lets a jump to a jump go to where that goes; only within a line, so that tracing sees every line.
fn thread_jump(cfg: &mut Cfg<'_>, id: BlockId, index: usize, target: Instr, op: Op) -> bool {
    let inst = &mut cfg[id].instrs[index];
    if inst.loc.lineno != target.loc.lineno || inst.target == target.target {
        return false;
    }
    inst.target = target.target;
    inst.op = op;
    true
}

/// The test at the target is bound to fail: go on behind it.
fn skip_opposite_test(cfg: &mut Cfg<'_>, id: BlockId, index: usize, target: Instr, op: Op) -> bool {
    let inst = cfg[id].instrs[index];
    if inst.loc.lineno != target.loc.lineno {
        return false;
    }
    let Some(next) = inst.target.and_then(|target| cfg[target].next) else { return false };
    let inst = &mut cfg[id].instrs[index];
    inst.op = op;
    inst.target = Some(next);
    true
}

/// LOAD_GLOBAL can push the NULL below a function itself. CPython tests the parity of the *opcode* here, which is even.
fn push_null(instrs: &mut [Instr], index: usize) {
    if let Some(next) = instrs.get_mut(index + 1)
        && next.op == Op::Real(Opcode::LOAD_GLOBAL)
    {
        next.oparg |= 1;
        instrs[index].op = Op::NOP;
        instrs[index].oparg = 0;
    }
}

/// Gives jumps their direction. The order of the blocks is final.
pub(crate) fn normalize_jumps(cfg: &mut Cfg<'_>) {
    let mut visited = vec![false; cfg.blocks.len()];
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        visited[id.0 as usize] = true;
        let Some(last) = cfg[id].instrs.last_mut() else { continue };
        let Some(target) = last.target else { continue };
        let forward = !visited[target.0 as usize];
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
            _ => continue,
        };
        last.op = opcode.into();
    }
}
