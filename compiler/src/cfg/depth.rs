//! Stack depth, and which handler protects which instruction.

use super::{BlockId, Cfg, Op};

/// The height of stack that the code needs. Leaves each block's depth at its start.
pub(crate) fn stack_depth(cfg: &mut Cfg<'_>, initial: i32) -> u32 {
    let mut deepest = 0;
    let mut stack = Vec::new();
    push(cfg, &mut stack, BlockId::ENTRY, initial);
    while let Some(id) = stack.pop() {
        let mut depth = cfg[id].start_depth.unwrap_or(0);
        let mut next = cfg[id].next;
        for index in 0..cfg[id].instrs.len() {
            let instr = cfg[id].instrs[index];
            let after = depth + instr.op.stack_effect(instr.oparg, false);
            deepest = deepest.max(after);
            if let Some(target) = instr.target
                && (instr.op.is_jump() || instr.op.is_block_push())
            {
                let target_depth = depth + instr.op.stack_effect(instr.oparg, true);
                deepest = deepest.max(target_depth);
                push(cfg, &mut stack, target, target_depth);
            }
            depth = after;
            if instr.op.is_unconditional_jump() || instr.op.is_exit() {
                next = None;
                break;
            }
        }
        if let Some(next) = next {
            push(cfg, &mut stack, next, depth);
        }
    }
    deepest.max(0) as u32
}

fn push(cfg: &mut Cfg<'_>, stack: &mut Vec<BlockId>, id: BlockId, depth: i32) {
    let start = &mut cfg[id].start_depth;
    if start.is_none_or(|start| start < depth && start < 100) {
        *start = Some(depth);
        stack.push(id);
    }
}

/// Notes for every instruction the handler of its exceptions.
pub(crate) fn label_exception_targets(cfg: &mut Cfg<'_>) {
    let mut visited = vec![false; cfg.blocks.len()];
    visited[BlockId::ENTRY.0 as usize] = true;
    let mut todo: Vec<(BlockId, Vec<BlockId>)> = vec![(BlockId::ENTRY, Vec::new())];
    while let Some((id, mut handlers)) = todo.pop() {
        for index in 0..cfg[id].instrs.len() {
            let instr = cfg[id].instrs[index];
            let mut visit = |target: BlockId, handlers: &[BlockId]| {
                if !std::mem::replace(&mut visited[target.0 as usize], true) {
                    todo.push((target, handlers.to_vec()));
                }
            };
            if let Some(target) = instr.target.filter(|_| instr.op.is_block_push()) {
                visit(target, &handlers);
                if instr.op != Op::SetupFinally {
                    cfg[target].preserve_lasti = true;
                }
                handlers.push(target);
            } else if instr.op == Op::PopBlock {
                handlers.pop();
            } else {
                cfg[id].instrs[index].except = handlers.last().copied();
                if let Some(target) = instr.target.filter(|_| instr.op.is_jump()) {
                    visit(target, &handlers);
                }
            }
        }
        if let (false, Some(next)) = (cfg[id].no_fall_through, cfg[id].next)
            && !std::mem::replace(&mut visited[next.0 as usize], true)
        {
            todo.push((next, handlers));
        }
    }
}

/// Handlers are in the table now: the instructions that set them up go.
pub(crate) fn convert_pseudo_blocks(cfg: &mut Cfg<'_>) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        for instr in &mut cfg[id].instrs {
            if instr.op.is_block_push() || instr.op == Op::PopBlock {
                instr.op = Op::NOP;
            }
        }
    }
}
