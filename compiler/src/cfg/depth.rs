//! Stack depth, and which handler protects which instruction.

use super::{BlockId, Cfg, Holds, Op};

/// The height of stack that the code needs. Leaves each block's depth at its start.
pub(crate) fn stack_depth(cfg: &mut Cfg, initial: i32) -> u32 {
    let mut deepest = 0;
    let mut todo = std::mem::take(&mut cfg.todo);
    push(cfg, &mut todo, BlockId::ENTRY, initial);
    while let Some(id) = todo.pop() {
        let mut depth = cfg[id].start_depth;
        let mut next = cfg[id].next;
        // Only the last instruction may jump or leave, but where handlers are set up.
        let mut range = cfg[id].range();
        if !cfg[id].sums.holds.contains(Holds::SETUP)
            && let Some(last) = cfg.last(id)
        {
            let sums = cfg[id].sums;
            deepest = deepest.max(depth + sums.peak);
            depth += sums.net - last.op.stack_effect(last.oparg, false);
            range.start = range.end - 1;
        }
        for index in range {
            let instr = &cfg.instrs[index];
            let (op, oparg, target) = (instr.op, instr.oparg, instr.target);
            let after = depth + op.stack_effect(oparg, false);
            deepest = deepest.max(after);
            if let Some(target) = target
                && (op.is_jump() || op.is_block_push())
            {
                let target_depth = depth + op.stack_effect(oparg, true);
                deepest = deepest.max(target_depth);
                push(cfg, &mut todo, target, target_depth);
            }
            depth = after;
            if op.is_unconditional_jump() || op.is_exit() {
                next = None;
                break;
            }
        }
        if let Some(next) = next {
            push(cfg, &mut todo, next, depth);
        }
    }
    cfg.todo = todo;
    deepest.max(0) as u32
}

fn push(cfg: &mut Cfg, todo: &mut Vec<BlockId>, id: BlockId, depth: i32) {
    let start = &mut cfg[id].start_depth;
    if *start < depth && *start < 100 {
        *start = depth;
        todo.push(id);
    }
}

/// A stack of handlers: the innermost, and the number of the stack below it. Number 0 is the empty stack.
struct Handlers {
    innermost: BlockId,
    below: usize,
}

/// Notes for every instruction the handler of its exceptions.
pub(crate) fn label_exception_targets(cfg: &mut Cfg) {
    if !cfg.has_handlers() {
        return;
    }
    let mut visited = vec![false; cfg.blocks.len()];
    visited[BlockId::ENTRY.index()] = true;
    let mut stacks: Vec<Handlers> = Vec::new();
    let mut todo = vec![(BlockId::ENTRY, 0usize)];
    while let Some((id, mut handlers)) = todo.pop() {
        if !cfg[id].sums.holds.intersects(Holds::SETUP | Holds::POP_BLOCK) {
            cfg[id].except = handlers.checked_sub(1).map(|at| stacks[at].innermost);
            let next = cfg[id].next.filter(|_| !cfg[id].no_fall_through);
            for successor in cfg.jump_target(id).into_iter().chain(next) {
                if !std::mem::replace(&mut visited[successor.index()], true) {
                    todo.push((successor, handlers));
                }
            }
            continue;
        }
        for index in cfg[id].range() {
            let mut visit = |target: BlockId, handlers: usize| {
                if !std::mem::replace(&mut visited[target.index()], true) {
                    todo.push((target, handlers));
                }
            };
            let innermost = |handlers: usize| handlers.checked_sub(1).map(|at| &stacks[at]);
            let instr = &mut cfg.instrs[index];
            if let Some(target) = instr.target.filter(|_| instr.op.is_block_push()) {
                visit(target, handlers);
                if instr.op != Op::SetupFinally {
                    cfg[target].preserve_lasti = true;
                }
                stacks.push(Handlers { innermost: target, below: handlers });
                handlers = stacks.len();
            } else if instr.op == Op::PopBlock {
                handlers = innermost(handlers).map_or(0, |stack| stack.below);
            } else {
                instr.except = innermost(handlers).map(|stack| stack.innermost);
                if let Some(target) = instr.target.filter(|_| instr.op.is_jump()) {
                    visit(target, handlers);
                }
            }
        }
        if let (false, Some(next)) = (cfg[id].no_fall_through, cfg[id].next)
            && !std::mem::replace(&mut visited[next.index()], true)
        {
            todo.push((next, handlers));
        }
    }
}

/// Handlers are in the table now: the instructions that set them up go.
pub(crate) fn convert_pseudo_blocks(cfg: &mut Cfg) {
    if !cfg.has_handlers() {
        return;
    }
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        if !cfg[id].sums.holds.intersects(Holds::SETUP | Holds::POP_BLOCK) {
            continue;
        }
        for instr in cfg.instrs_mut(id) {
            if instr.op.is_block_push() || instr.op == Op::PopBlock {
                instr.op = Op::NOP;
            }
        }
        cfg[id].sums.holds |= Holds::NOP;
    }
}
