//! Changes at random of `.pyc` files and of the code objects in them, such as a broken disk, a compiler's error or an attacker would
//! make: many of them reach far into the verifier, and some pass it.

use std::sync::Arc;

use quicken_bytecode::location::{ExceptionEntry, ExceptionTableWriter};
use quicken_bytecode::pyc::HEADER_SIZE;
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, Constant, Instruction, LocalKind, Opcode, Operand, Role};

/// Numbers that depend on a seed alone (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below a limit, which is not zero.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.below(items.len())]) }
    }
}

/// Damages bytes of a `.pyc` file behind its header: bits, bytes, numbers of 32 bits, the order, the end.
pub fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let length = bytes.len();
        if length <= HEADER_SIZE + 4 {
            return;
        }
        let at = HEADER_SIZE + random.below(length - HEADER_SIZE - 4);
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.next() as u8,
            2 => bytes.swap(at, at + 1 + random.below(3)),
            3 => {
                let number = i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
                let number = match random.below(4) {
                    0 => number.wrapping_add(1),
                    1 => number.wrapping_sub(1),
                    2 => -1,
                    _ => random.next() as i32,
                };
                bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
            4 => {
                let other = HEADER_SIZE + random.below(length - HEADER_SIZE - 4);
                bytes.copy_within(other..other + 4, at);
            }
            _ if random.below(8) == 0 => bytes.truncate(at),
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
}

/// The code object with one to three changes in it or in one nested in it.
pub fn mutate(code: &CodeObject, random: &mut Random) -> CodeObject {
    let chosen = random.below(count(code));
    let changes = 1 + random.below(3);
    change_nth(code, &mut { chosen }, &mut |code| (0..changes).for_each(|_| change(code, random)))
}

fn count(code: &CodeObject) -> usize {
    1 + code.nested().map(|nested| count(nested)).sum::<usize>()
}

/// Applies a change to the code object with this number, in the order of the constants.
fn change_nth(code: &CodeObject, number: &mut usize, change: &mut impl FnMut(&mut CodeObject)) -> CodeObject {
    let mut code = code.clone();
    if *number == 0 {
        change(&mut code);
        *number = usize::MAX;
        return code;
    }
    *number -= 1;
    for constant in &mut code.consts {
        if let Constant::Code(nested) = constant
            && *number != usize::MAX
        {
            *constant = Constant::Code(Arc::new(change_nth(nested, number, change)));
        }
    }
    code
}

fn change(code: &mut CodeObject, random: &mut Random) {
    match random.below(20) {
        0..4 => change_operand(code, random),
        4..6 => change_opcode(code, random, |_, _| true),
        6..10 => change_opcode(code, random, |old, new| {
            new.stack_effect(old.oparg, false) == old.opcode.stack_effect(old.oparg, false)
        }),
        10 => exchange(code, random),
        11 => copy(code, random),
        12 => remove(code, random),
        13 | 14 => redirect(code, random),
        15 => change_handlers(code, random),
        16 | 17 => change_constants(code, random),
        18 => change_numbers(code, random),
        _ => change_variables(code, random),
    }
}

fn instructions(code: &CodeObject) -> Vec<Instruction> {
    code.instructions().collect()
}

fn unit(instruction: &Instruction) -> usize {
    instruction.offset as usize / 2
}

fn size(instruction: &Instruction) -> usize {
    1 + instruction.opcode.cache_units()
}

fn set(code: &mut CodeObject, instruction: &Instruction, opcode: Opcode, oparg: u8) {
    code.code[unit(instruction)] = CodeUnit::new(opcode, oparg);
}

fn change_operand(code: &mut CodeObject, random: &mut Random) {
    let instructions = instructions(code);
    let Some(instruction) = random.pick(&instructions) else { return };
    let old = instruction.oparg as u8;
    let new = match random.below(4) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        2 => random.below(8) as u8,
        _ => random.next() as u8,
    };
    set(code, instruction, instruction.opcode, new);
}

/// Puts another instruction with as large a cache in the place of one.
fn change_opcode(code: &mut CodeObject, random: &mut Random, fits: impl Fn(&Instruction, Opcode) -> bool) {
    let instructions = instructions(code);
    let Some(old) = random.pick(&instructions) else { return };
    let same_size = |new: &Opcode| new.role() == Role::Generic && new.cache_units() == old.opcode.cache_units();
    let candidates: Vec<Opcode> = Opcode::all().filter(same_size).filter(|new| fits(old, *new)).collect();
    if let Some(new) = random.pick(&candidates) {
        set(code, old, *new, old.oparg as u8);
    }
}

/// Exchanges two neighbours.
fn exchange(code: &mut CodeObject, random: &mut Random) {
    let instructions = instructions(code);
    if instructions.len() < 2 {
        return;
    }
    let first = random.below(instructions.len() - 1);
    let (start, middle) = (unit(&instructions[first]), unit(&instructions[first + 1]));
    let end = (middle + size(&instructions[first + 1])).min(code.code.len());
    code.code[start..end].rotate_left(middle - start);
}

/// Puts a copy of an instruction in the place of another one of its size.
fn copy(code: &mut CodeObject, random: &mut Random) {
    let instructions = instructions(code);
    let Some(from) = random.pick(&instructions) else { return };
    let fitting: Vec<&Instruction> = instructions.iter().filter(|to| size(to) == size(from)).collect();
    if let Some(to) = random.pick(&fitting) {
        set(code, to, from.opcode, from.oparg as u8);
    }
}

fn remove(code: &mut CodeObject, random: &mut Random) {
    let instructions = instructions(code);
    let Some(instruction) = random.pick(&instructions) else { return };
    let start = unit(instruction);
    let end = (start + size(instruction)).min(code.code.len());
    code.code[start..end].fill(CodeUnit::new(Opcode::NOP, 0));
}

/// Lets a jump go somewhere else.
fn redirect(code: &mut CodeObject, random: &mut Random) {
    let instructions = instructions(code);
    let jumps: Vec<&Instruction> = instructions.iter().filter(|instruction| instruction.opcode.is_jump()).collect();
    let Some(jump) = random.pick(&jumps) else { return };
    let forward = jump.opcode.operand() == Operand::JumpForward;
    let behind = |target: &&Instruction| (target.offset > jump.offset) == forward;
    let targets: Vec<&Instruction> = instructions.iter().filter(behind).collect();
    let Some(target) = random.pick(&targets) else { return };
    let distance = (unit(target) as i64 - unit(jump) as i64 - 1).unsigned_abs();
    set(code, jump, jump.opcode, distance as u8);
}

fn change_handlers(code: &mut CodeObject, random: &mut Random) {
    let units = code.code.len();
    let mut entries: Vec<ExceptionEntry> = code.exception_table().collect();
    let offset = 2 * random.below(units.max(1)) as u32;
    let added = ExceptionEntry { start: offset, end: offset + 2, target: offset, depth: 0, lasti: false };
    let index = random.below(entries.len() + 1);
    match entries.get_mut(index) {
        None => entries.push(added),
        Some(entry) => match random.below(6) {
            0 => entry.start = offset,
            1 => entry.end = offset,
            2 => entry.target = offset,
            3 => entry.depth = random.below(6) as u32,
            4 => entry.lasti = !entry.lasti,
            _ => drop(entries.remove(index)),
        },
    }
    if random.below(2) == 0 {
        entries.sort_by_key(|entry| entry.start);
    }
    let mut table = ExceptionTableWriter::new();
    entries.into_iter().filter(|entry| entry.start <= entry.end).for_each(|entry| table.push(entry));
    code.exceptiontable = table.finish();
}

fn change_constants(code: &mut CodeObject, random: &mut Random) {
    let strings = |strings: &[&str]| Constant::Tuple(strings.iter().map(|text| Constant::str(text)).collect());
    let count = code.consts.len();
    if count == 0 {
        return;
    }
    let index = random.below(count);
    match random.below(3) {
        0 => code.consts.swap(index, random.below(count)),
        1 => code.consts[index] = code.consts[random.below(count)].clone(),
        _ => {
            let pool = [
                Constant::None,
                Constant::True,
                Constant::Int(0),
                Constant::Int(-1),
                Constant::Int(1 << 40),
                Constant::Float(f64::NAN),
                Constant::str(""),
                Constant::str("a"),
                strings(&[]),
                strings(&["a"]),
                strings(&["a", "a"]),
                Constant::Tuple(Box::new([Constant::None, Constant::Int(2)])),
                Constant::FrozenSet(Box::new([Constant::None])),
                Constant::Bytes(Box::new([0, 1])),
            ];
            code.consts[index] = pool[random.below(pool.len())].clone();
        }
    }
}

fn change_numbers(code: &mut CodeObject, random: &mut Random) {
    let change = |number: &mut u32, random: &mut Random| {
        *number = match random.below(4) {
            0 => number.wrapping_sub(1),
            1 => random.next() as u32,
            _ => number.wrapping_add(1),
        };
    };
    match random.below(6) {
        0 => change(&mut code.argcount, random),
        1 => change(&mut code.posonlyargcount, random),
        2 => change(&mut code.kwonlyargcount, random),
        3 => change(&mut code.stacksize, random),
        4 => code.firstlineno = random.next() as i32,
        _ => code.flags = CodeFlags::from_bits_retain(code.flags.bits() ^ 1 << random.below(10)),
    }
}

fn change_variables(code: &mut CodeObject, random: &mut Random) {
    const KINDS: [u8; 5] = [0x20, 0x40, 0x60, 0x80, 0];
    let count = code.localspluskinds.len();
    match random.below(4) {
        0 if count > 0 => {
            code.localspluskinds[random.below(count)] = LocalKind::from_bits_retain(KINDS[random.below(KINDS.len())]);
        }
        1 if count > 1 => code.localsplusnames.swap(random.below(count), random.below(count)),
        2 => {
            let mut names = std::mem::take(&mut code.localsplusnames).into_vec();
            let mut kinds = std::mem::take(&mut code.localspluskinds).into_vec();
            let at = random.below(count + 1);
            names.insert(at, "added".into());
            kinds.insert(at, LocalKind::from_bits_retain(KINDS[random.below(KINDS.len())]));
            (code.localsplusnames, code.localspluskinds) = (names.into(), kinds.into());
        }
        _ => {
            let mut names = std::mem::take(&mut code.names).into_vec();
            names.pop();
            code.names = names.into();
        }
    }
}
