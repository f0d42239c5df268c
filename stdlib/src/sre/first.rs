//! What a pattern can begin with, from any of its instructions on. What begins otherwise need not be tried: whole places of the subject
//! are passed over, alternatives are left out, and repetitions do not stop where what follows them cannot begin.

use super::program::{At, Follow, Item, Op, Pc, Program, Search};
use super::set::Set;

/// How many instructions are looked at for what follows a single one, and for what a pattern begins with.
const NEAR: usize = 48;
const FAR: usize = 4096;

/// Fills in what is known.
pub(super) fn firsts(program: &mut Program) {
    let levels = levels(program);
    for pc in 0..program.ops.len() as Pc {
        match program.ops[pc as usize] {
            Op::Branch { next, .. } => {
                let first = add(program, &levels, pc + 1, NEAR);
                program.ops[pc as usize] = Op::Branch { next, first };
            }
            Op::Repeat(index) => {
                let (body, tail) = (program.loops[index as usize].body, program.loops[index as usize].tail);
                let body_first = add(program, &levels, body, NEAR);
                let tail_first = add(program, &levels, tail, NEAR);
                let own = &mut program.loops[index as usize];
                (own.body_first, own.tail_first) = (body_first, tail_first);
            }
            Op::Greedy(index) | Op::Lazy(index) => {
                let Some(first) = first(program, &levels, pc + 1, NEAR) else { continue };
                let mut repeated = Set::empty();
                add_item(program, program.ones[index as usize].item, &mut repeated);
                let apart = first.is_apart_below_256(&repeated);
                let follow = match program.ops.get(pc as usize + 1) {
                    Some(Op::Literal(point)) => Follow::Literal(*point),
                    _ => {
                        program.sets.push(first);
                        Follow::Set(program.sets.len() as u32 - 1)
                    }
                };
                let own = &mut program.ones[index as usize];
                (own.follow, own.apart) = (follow, apart);
            }
            _ => {}
        }
    }
    if matches!(program.search, Search::Everywhere)
        && let Some(first) = first(program, &levels, 0, FAR)
    {
        let few = first.few();
        program.sets.push(first);
        program.search = Search::First(program.sets.len() as u32 - 1, few);
    }
}

/// The set, as one of the program's.
fn add(program: &mut Program, levels: &[u32], pc: Pc, most: usize) -> Option<u32> {
    let first = first(program, levels, pc, most)?;
    program.sets.push(first);
    Some(program.sets.len() as u32 - 1)
}

fn add_item(program: &Program, item: Item, set: &mut Set) {
    match item {
        Item::Any => set.insert_all_but(Some(u32::from(b'\n'))),
        Item::AnyAll => set.insert_all_but(None),
        Item::Literal(point) => set.insert(point),
        Item::NotLiteral(point) => set.insert_all_but(Some(point)),
        Item::Set(index) => set.extend(&program.sets[index as usize]),
    }
}

/// How many groups and repetitions that are never tried in another way stand around each instruction.
fn levels(program: &Program) -> Vec<u32> {
    let mut level = 0;
    let level_of = |op: &Op| {
        match op {
            Op::Atomic | Op::PossessiveLoop(_) => level += 1,
            Op::AtomicEnd | Op::PossessiveAgain(_) => level -= 1,
            _ => {}
        }
        level
    };
    program.ops.iter().map(level_of).collect()
}

/// The characters that a match of the instructions from `pc` on can begin with. `None`: it may be empty, or finding out would take too long.
fn first(program: &Program, levels: &[u32], pc: Pc, most: usize) -> Option<Set> {
    // What stands before an instruction: the first of an atomic group is within.
    let own_level = (pc as usize).checked_sub(1).map_or(0, |before| levels[before]);
    let mut set = Set::empty();
    let mut seen = Vec::new();
    let mut open = vec![pc];
    while let Some(pc) = open.pop() {
        if seen.contains(&pc) {
            continue;
        }
        if seen.len() == most {
            return None;
        }
        seen.push(pc);
        let next = pc + 1;
        match program.ops[pc as usize] {
            Op::Failure => {}
            Op::Any => add_item(program, Item::Any, &mut set),
            Op::AnyAll => add_item(program, Item::AnyAll, &mut set),
            Op::Literal(point) => set.insert(point),
            Op::Set(index) => add_item(program, Item::Set(index), &mut set),
            // An atomic group is left, and must be left as if nobody knew what follows.
            Op::AtomicEnd | Op::PossessiveAgain(_) if levels[pc as usize] < own_level => return None,
            // These hold where nothing follows.
            Op::At(At::End | At::EndLine | At::EndString) => return None,
            Op::At(_) | Op::Mark(_) | Op::Atomic | Op::AtomicEnd | Op::Repeat(_) => open.push(next),
            Op::Jump(target) => open.push(target),
            Op::Branch { next: other, .. } => open.extend([other, next]),
            Op::IfGroup { otherwise, .. } => open.extend([otherwise, next]),
            // Assertions consume nothing.
            Op::Assert { after, .. } | Op::AssertNot { after, .. } => open.push(after),
            Op::Success | Op::Group { .. } | Op::AssertEnd | Op::AssertNotEnd => return None,
            Op::Greedy(index) | Op::Lazy(index) | Op::Possessive(index) => {
                let one = &program.ones[index as usize];
                add_item(program, one.item, &mut set);
                if one.least == 0 {
                    open.push(next);
                }
            }
            Op::MaxLoop(index) | Op::MinLoop(index) | Op::PossessiveLoop(index) => {
                let own = &program.loops[index as usize];
                open.push(own.body);
                if own.least == 0 {
                    open.push(own.tail);
                }
            }
            Op::MinMore(index) => open.push(program.loops[index as usize].body),
            // Whether enough repetitions are behind is not known here.
            Op::Again(index) | Op::PossessiveAgain(index) => {
                let own = &program.loops[index as usize];
                open.extend([own.body, own.tail]);
            }
        }
    }
    Some(set)
}
