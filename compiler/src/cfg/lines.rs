//! Line numbers of what has none of its own (PEP 626): every exit must show the line that led to it.

use quicken_bytecode::Opcode;

use super::{Block, BlockId, Cfg, Holds, Op};
use crate::ast::Loc;

fn is_exit_without_lineno(cfg: &Cfg, id: BlockId) -> bool {
    cfg[id].exit
        && cfg[id].sums.holds.contains(Holds::LINELESS)
        && cfg.instrs(id).iter().all(|instr| instr.loc.lineno < 0)
}

/// Gives each jump to an exit without a line a copy of its own, which then takes the jump's line.
pub(crate) fn duplicate_exits_without_lineno(cfg: &mut Cfg) {
    if cfg.holds.contains(Holds::LINELESS) {
        duplicate_exits(cfg);
    }
    for id in cfg.latest_first() {
        while let Some(next) = cfg[id].next
            && cfg[next].is_empty()
        {
            cfg[id].next = cfg[next].next;
        }
    }
    if !cfg.holds.contains(Holds::LINELESS) {
        return;
    }
    // What is left can be reached by falling through only, from one block.
    for id in cfg.latest_first() {
        if let (false, Some(next), Some(last)) = (cfg[id].no_fall_through, cfg[id].next, cfg.last(id).copied())
            && is_exit_without_lineno(cfg, next)
            && let Some(first) = cfg.instrs_mut(next).first_mut()
        {
            first.loc = last.loc;
        }
    }
}

fn duplicate_exits(cfg: &mut Cfg) {
    for id in cfg.latest_first() {
        let Some(target) = cfg.jump_target(id) else { continue };
        if cfg[target].predecessors <= 1 || !is_exit_without_lineno(cfg, target) {
            continue;
        }
        let copy = cfg.new_block();
        let end = cfg.instrs.len() as u32;
        let next = cfg[target].next;
        cfg[copy] = Block { start: end, end, exit: true, no_fall_through: true, predecessors: 1, next, ..Block::EMPTY };
        cfg.append(copy, target);
        let loc = cfg.last(id).map_or(Loc::NONE, |last| last.loc);
        if let Some(first) = cfg.instrs_mut(copy).first_mut() {
            first.loc = loc;
        }
        cfg[target].next = Some(copy);
        cfg[target].predecessors -= 1;
        if let Some(last) = cfg.last_mut(id) {
            last.target = Some(copy);
        }
    }
}

/// Lets instructions without a line take the line of the one before, and blocks that of their only predecessor.
pub(crate) fn propagate_line_numbers(cfg: &mut Cfg) {
    if !cfg.holds.contains(Holds::LINELESS) {
        return;
    }
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        if cfg[id].is_empty() {
            continue;
        }
        let lineless = cfg[id].sums.holds.contains(Holds::LINELESS);
        let instrs = cfg.instrs_mut(id);
        if lineless && let Some(first) = instrs.iter().position(|instr| instr.loc.lineno < 0) {
            let mut previous = first.checked_sub(1).map_or(Loc::NONE, |last| instrs[last].loc);
            for instr in &mut instrs[first..] {
                if instr.loc.lineno < 0 {
                    instr.loc = previous;
                } else {
                    previous = instr.loc;
                }
            }
        }
        let previous = instrs[instrs.len() - 1].loc;
        let block = &cfg[id];
        let next = if block.no_fall_through { None } else { block.next };
        for successor in next.into_iter().chain(cfg.jump_target(id)) {
            inherit(cfg, successor, previous);
        }
    }
}

fn inherit(cfg: &mut Cfg, block: BlockId, loc: Loc) {
    if cfg[block].predecessors == 1
        && cfg[block].sums.holds.contains(Holds::LINELESS)
        && let Some(first) = cfg.instrs_mut(block).first_mut()
        && first.loc.lineno < 0
    {
        first.loc = loc;
    }
}

/// Where all else has failed, a return takes the line of the block before it in the code.
pub(crate) fn guarantee_lineno_for_exits(cfg: &mut Cfg, firstlineno: i32) {
    if !cfg.holds.contains(Holds::LINELESS) {
        return;
    }
    let mut line = firstlineno;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        let Some(last) = cfg.last(id) else { continue };
        if last.loc.lineno >= 0 {
            line = last.loc.lineno;
        } else if last.op == Op::Real(Opcode::RETURN_VALUE) {
            for instr in cfg.instrs_mut(id) {
                instr.loc.lineno = line;
            }
        }
    }
}
