//! Runs of SWAP instructions, made as short as can be.

use quicken_bytecode::Opcode;

use super::{Instr, Op};

const SWAP: Op = Op::Real(Opcode::SWAP);

/// Replaces the run of SWAPs and NOPs that starts at an index by the shortest with the same effect; gives the index of its end.
pub(super) fn shorten(instrs: &mut [Instr], start: usize) -> usize {
    let run = &instrs[start..];
    let length = run.iter().take_while(|instr| matches!(instr.op, SWAP | Op::NOP)).count();
    let run = &mut instrs[start..start + length];
    if run.iter().filter(|instr| instr.op == SWAP).count() < 2 {
        return start;
    }
    let depth = run.iter().filter(|instr| instr.op == SWAP).map(|instr| instr.oparg as usize).max().unwrap_or(1);
    // What the run does to the stack: position → the position whose item it gets.
    let mut stack: Vec<usize> = (0..depth).collect();
    for instr in run.iter().filter(|instr| instr.op == SWAP) {
        stack.swap(0, instr.oparg as usize - 1);
    }
    // Each cycle of the permutation costs as many swaps as it has members (one less with the top in it). The instructions are filled in
    // from the end: the swaps that would undo the permutation, in reverse, do it.
    const VISITED: usize = usize::MAX;
    let mut current = length;
    for first in 0..depth {
        if stack[first] == VISITED || stack[first] == first {
            continue;
        }
        let mut position = first;
        loop {
            if position != 0 {
                current -= 1;
                run[current].op = SWAP;
                run[current].oparg = position as u32 + 1;
            }
            if stack[position] == VISITED {
                break;
            }
            position = std::mem::replace(&mut stack[position], VISITED);
        }
    }
    for instr in &mut run[..current] {
        instr.op = Op::NOP;
    }
    start + length - 1
}

/// Does SWAPs by exchanging the instructions behind them where those only store or pop.
pub(super) fn apply_static(instrs: &mut [Instr], last: usize) {
    for index in (0..=last).rev() {
        let swap = instrs[index];
        if swap.op != SWAP {
            if swap.op == Op::NOP || swappable(swap.op) {
                continue;
            }
            return;
        }
        let Some(first) = next_swappable(instrs, index, None) else { return };
        let line = instrs[first].loc.lineno;
        let mut other = first;
        for _ in 1..swap.oparg {
            match next_swappable(instrs, other, Some(line)) {
                Some(next) => other = next,
                None => return,
            }
        }
        if stores_clash(&instrs[first..=other]) {
            return;
        }
        instrs[index].op = Op::NOP;
        instrs.swap(first, other);
    }
}

/// Whether exchanging the first and the last instruction would change the order of two stores to one variable.
fn stores_clash(instrs: &[Instr]) -> bool {
    let store = |instr: &Instr| (instr.op == Op::Real(Opcode::STORE_FAST)).then_some(instr.oparg);
    let [first, between @ .., last] = instrs else { return false };
    let ends = [store(first), store(last)];
    (ends[0].is_some() && ends[0] == ends[1])
        || between.iter().filter_map(store).any(|variable| ends.contains(&Some(variable)))
}

fn swappable(op: Op) -> bool {
    matches!(op, Op::Real(Opcode::STORE_FAST | Opcode::POP_TOP))
}

/// The next instruction that may be exchanged; with a line given, it has to be on that line, or tracing could see the difference.
fn next_swappable(instrs: &[Instr], from: usize, line: Option<i32>) -> Option<usize> {
    for (index, instr) in instrs.iter().enumerate().skip(from + 1) {
        if line.is_some_and(|line| line >= 0 && instr.loc.lineno != line) {
            return None;
        }
        if instr.op != Op::NOP {
            return swappable(instr.op).then_some(index);
        }
    }
    None
}
