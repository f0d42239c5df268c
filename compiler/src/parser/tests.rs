//! The parser against CPython's grammar: what one takes, the other takes.

use std::path::Path;

use super::*;
use crate::source::Source;
use crate::syntax;

/// What is put into sources.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ":=",
    "=",
    "*",
    "**",
    ".",
    "...",
    "->",
    "@",
    "if ",
    "else ",
    "for ",
    "in ",
    "not ",
    "is ",
    "and ",
    "lambda ",
    "lambda x: ",
    "yield ",
    "from ",
    "await ",
    "async ",
    "def ",
    "class ",
    "match ",
    "case ",
    "_",
    "as ",
    "with ",
    "del ",
    "return ",
    "import ",
    "x",
    "1",
    "0x",
    "1e5",
    "1j",
    "0777",
    "1_",
    "1if 1else 2",
    "'a'",
    "b'b'",
    "u'c'",
    "f'{x}'",
    "f'{x!r:>{y}}'",
    "f'{x=}'",
    "f'{x, y}'",
    "f'{*x}'",
    "f'{'",
    "\"",
    "'''",
    "\n",
    "\n    ",
    "\n\t",
    "\x0c",
    " ",
    ";",
    "#",
    "\\",
    "\\\n",
    "~",
    "-",
    "<",
    "<>",
    "!=",
    "+=",
    "None",
    "True ",
    "except ",
    "try:",
    "finally:",
    "pass",
    "raise ",
    "global x",
    "**k",
    "*a",
    "a=1",
    "(yield)",
    "é",
    "$",
    "|",
];

/// A small generator: the same mutations at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// A source as pieces: words, white space, and single characters.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let behind = |same: fn(char) -> bool| rest.find(|character| !same(character)).unwrap_or(rest.len());
        let length = match first {
            ' ' => behind(|character| character == ' '),
            _ if is_word(first) => behind(|character| character.is_alphanumeric() || character == '_'),
            _ => first.len_utf8(),
        };
        pieces.push(&rest[..length]);
        rest = &rest[length..];
    }
    pieces
}

fn mutate(text: &str, random: &mut Random) -> String {
    let mut pieces = pieces(text);
    for _ in 0..=random.below(2) {
        let (at, other) = (random.below(pieces.len()), random.below(pieces.len()));
        let piece = PIECES[random.below(PIECES.len())];
        match random.below(5) {
            0 => drop(pieces.remove(at)),
            1 => pieces.insert(at, piece),
            2 => pieces[at] = piece,
            3 => pieces.swap(at, other),
            _ => pieces.insert(at, pieces[other]),
        }
        if pieces.is_empty() {
            break;
        }
    }
    pieces.concat()
}

fn takes(text: &str) -> bool {
    let arena = Bump::new();
    let mut names = Names::new(&arena, 0);
    parse(&arena, &mut names, text, Mode::Exec, 100).is_ok()
}

#[test]
fn takes_what_cpythons_grammar_takes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut paths: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    let mut random = Random(311);
    let (mut taken, mut refused) = (0, 0);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        // Pieces of the file that begin at lines without indentation.
        let starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .filter(|at| text[*at..].starts_with(|first: char| !first.is_whitespace()))
            .collect();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        for (start, end) in starts.iter().zip(ends) {
            for _ in 0..20 {
                let text = mutate(&text[*start..end], &mut random);
                let error = syntax::error(&Source::new(&text, "x.py"), Mode::Exec);
                assert_eq!(takes(&text), error.is_none(), "{text:?}: {error:?}");
                if error.is_none() { taken += 1 } else { refused += 1 }
            }
        }
    }
    assert!(taken > 1000 && refused > 1000, "{taken} and {refused}");
}
