//! Line numbers of what has none of its own (PEP 626): every exit must show the line that led to it.

use quicken_bytecode::Opcode;

use super::{Block, BlockId, Cfg, Op};
use crate::ast::Loc;

fn is_exit_without_lineno(block: &Block<'_>) -> bool {
    block.exit && block.instrs.iter().all(|instr| instr.loc.lineno < 0)
}

/// Gives each jump to an exit without a line a copy of its own, which then takes the jump's line.
pub(crate) fn duplicate_exits_without_lineno(cfg: &mut Cfg<'_>) {
    for id in cfg.latest_first() {
        let Some(last) = cfg[id].instrs.last().copied() else { continue };
        let Some(target) = last.target.filter(|_| last.op.is_jump()) else { continue };
        if !is_exit_without_lineno(&cfg[target]) || cfg[target].predecessors <= 1 {
            continue;
        }
        let copy = cfg.new_block();
        let mut instrs = cfg[target].instrs.clone();
        if let Some(first) = instrs.first_mut() {
            first.loc = last.loc;
        }
        let next = cfg[target].next;
        let block = &mut cfg[copy];
        block.instrs = instrs;
        block.exit = true;
        block.no_fall_through = true;
        block.predecessors = 1;
        block.next = next;
        cfg[target].next = Some(copy);
        cfg[target].predecessors -= 1;
        if let Some(last) = cfg[id].instrs.last_mut() {
            last.target = Some(copy);
        }
    }
    for id in cfg.latest_first() {
        while let Some(next) = cfg[id].next
            && cfg[next].instrs.is_empty()
        {
            cfg[id].next = cfg[next].next;
        }
    }
    // What is left can be reached by falling through only, from one block.
    for id in cfg.latest_first() {
        if let (false, Some(next), Some(last)) = (cfg[id].no_fall_through, cfg[id].next, cfg[id].instrs.last().copied())
            && is_exit_without_lineno(&cfg[next])
            && let Some(first) = cfg[next].instrs.first_mut()
        {
            first.loc = last.loc;
        }
    }
}

/// Lets instructions without a line take the line of the one before, and blocks that of their only predecessor.
pub(crate) fn propagate_line_numbers(cfg: &mut Cfg<'_>) {
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        let block = &mut cfg[id];
        let Some(last) = block.instrs.last().copied() else { continue };
        let mut previous = Loc::NONE;
        for instr in &mut block.instrs {
            if instr.loc.lineno < 0 {
                instr.loc = previous;
            } else {
                previous = instr.loc;
            }
        }
        let next = if block.no_fall_through { None } else { block.next };
        for successor in next.into_iter().chain(last.target.filter(|_| last.op.is_jump())) {
            inherit(cfg, successor, previous);
        }
    }
}

fn inherit(cfg: &mut Cfg<'_>, block: BlockId, loc: Loc) {
    let block = &mut cfg[block];
    if block.predecessors == 1
        && let Some(first) = block.instrs.first_mut()
        && first.loc.lineno < 0
    {
        first.loc = loc;
    }
}

/// Where all else has failed, a return takes the line of the block before it in the code.
pub(crate) fn guarantee_lineno_for_exits(cfg: &mut Cfg<'_>, firstlineno: i32) {
    let mut line = firstlineno;
    let mut order = cfg.in_order();
    while let Some(id) = order.next(cfg) {
        let Some(last) = cfg[id].instrs.last().copied() else { continue };
        if last.loc.lineno >= 0 {
            line = last.loc.lineno;
        } else if last.op == Op::Real(Opcode::RETURN_VALUE) {
            for instr in &mut cfg[id].instrs {
                instr.loc.lineno = line;
            }
        }
    }
}
