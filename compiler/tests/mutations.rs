//! Damaged sources: whatever is cut, doubled or inserted, the compiler answers with code or an error, and what the compiler accepts the
//! verifier of offsets finds in order.

use std::path::Path;

use quicken_bytecode::{CodeObject, Opcode, Operand};
use quicken_compiler::{DumpOptions, Mode, Options, compile, dump_ast, tokens};

/// Pieces that change the structure of what they are put into.
const PIECES: [&str; 40] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "\"\"\"",
    "\\",
    "\n",
    "\n    ",
    "\t",
    " ",
    ":",
    ":=",
    "=",
    ",",
    ";",
    "*",
    "**",
    "@",
    ".",
    "...",
    "->",
    "f'{",
    "}'",
    "if ",
    "else ",
    "for x in ",
    "lambda ",
    "yield ",
    "await ",
    "async ",
    "def f(",
    "class A(",
    "0x",
    "1e",
    "é",
    "\u{fffd}",
];

/// A small generator: the same mutations at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutate(source: &str, random: &mut Random) -> String {
    let mut text = source.to_owned();
    for _ in 0..=random.below(3) {
        let at = boundary(&text, random.below(text.len() + 1));
        let end = boundary(&text, (at + random.below(12)).min(text.len()));
        match random.below(4) {
            0 => text.replace_range(at..end, ""),
            1 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
            2 => text.replace_range(at..end, PIECES[random.below(PIECES.len())]),
            _ => {
                let piece = text[at..end].to_owned();
                let to = boundary(&text, random.below(text.len() + 1));
                text.insert_str(to, &piece);
            }
        }
    }
    text
}

/// Every operand of the code is in range.
fn check(code: &CodeObject) {
    let length = 2 * code.code.len() as i64;
    for instruction in code.instructions() {
        let oparg = instruction.oparg as usize;
        let in_range = match instruction.opcode.operand() {
            _ if instruction.opcode == Opcode::EXTENDED_ARG => true,
            Operand::Const => oparg < code.consts.len(),
            Operand::Name => oparg < code.names.len(),
            Operand::GlobalName => oparg / 2 < code.names.len(),
            Operand::Local | Operand::Free => oparg < code.localsplusnames.len(),
            Operand::JumpForward | Operand::JumpBackward => {
                instruction.jump_target().is_some_and(|target| (0..length).contains(&target))
            }
            _ => true,
        };
        assert!(in_range, "{instruction:?} in {}", code.qualname);
    }
    for entry in code.exception_table() {
        assert!(entry.start < entry.end && i64::from(entry.target) < length, "{entry:?} in {}", code.qualname);
    }
    code.nested().for_each(|nested| check(nested));
}

#[test]
fn damaged_sources() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut sources: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    sources.sort();
    let rounds = std::env::var("QUICKEN_MUTATIONS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let mut random = Random(311);
    let mut accepted = 0;
    for path in sources {
        let source = std::fs::read_to_string(&path).unwrap();
        for _ in 0..rounds {
            let text = mutate(&source, &mut random);
            if let Ok(compiled) = compile(&text, "damaged.py", Mode::Exec, &Options::new()) {
                check(&compiled.code);
                accepted += 1;
            }
            let _ = tokens(text.as_bytes(), Some("damaged.py"), true);
            let _ = dump_ast(&text, "damaged.py", Mode::Exec, DumpOptions { indent: None, include_attributes: true });
        }
    }
    assert!(accepted > 0, "some mutations do no harm");
}
