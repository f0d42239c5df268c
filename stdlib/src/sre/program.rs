//! What a pattern is compiled to. `re` makes code words of it, as for CPython's engine; they are translated once more, into instructions
//! that the matcher can go on from without looking back.

use memchr::memmem::Finder;

use super::characters::Fold;
use super::first::firsts;
use super::set::Set;
use super::translate::translate;

/// A place in a pattern's instructions.
pub(super) type Pc = u32;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Success,
    Failure,
    /// One character but a line feed.
    Any,
    /// One character.
    AnyAll,
    Literal(u32),
    Set(u32),
    At(At),
    /// Takes down where a group begins (even) or ends (odd).
    Mark(u32),
    Jump(Pc),
    /// Begins an alternative; the next one begins there.
    Branch {
        next: Pc,
        first: Option<u32>,
    },
    /// What a group has matched.
    Group {
        group: u32,
        fold: Fold,
    },
    /// Goes elsewhere unless the group has matched.
    IfGroup {
        group: u32,
        otherwise: Pc,
    },
    /// Something that must match at a place so many characters back.
    Assert {
        back: u32,
        after: Pc,
    },
    AssertEnd,
    /// Something that must not match.
    AssertNot {
        back: u32,
        after: Pc,
    },
    AssertNotEnd,
    /// Something that is not tried in another way when what follows it fails.
    Atomic,
    AtomicEnd,
    /// One character again and again: as often as possible, as seldom as possible, as often as possible and never less.
    Greedy(u32),
    Lazy(u32),
    Possessive(u32),
    /// Something longer again and again: before the first time, whether to go on, and behind each time.
    Repeat(u32),
    MaxLoop(u32),
    MinLoop(u32),
    /// What follows a `MinLoop` has failed.
    MinMore(u32),
    Again(u32),
    PossessiveLoop(u32),
    PossessiveAgain(u32),
}

/// Positions (`re._constants.ATCODES`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    Boundary,
    NonBoundary,
    UnicodeBoundary,
    UnicodeNonBoundary,
}

/// A repeated character.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    Set(u32),
}

/// What follows a repeated character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Follow {
    /// Anything, or nothing.
    Unknown,
    Literal(u32),
    /// A character of a set.
    Set(u32),
}

/// The repetition of one character.
pub(super) struct One {
    pub item: Item,
    pub least: usize,
    pub most: usize,
    pub follow: Follow,
    /// Whether, among characters below U+0100, what follows cannot begin where the repeated character stands: then only the end of
    /// all repetitions comes into question.
    pub apart: bool,
}

/// The repetition of something longer.
pub(super) struct Loop {
    pub least: usize,
    pub most: usize,
    pub head: Pc,
    pub body: Pc,
    pub tail: Pc,
    /// What the body and what follows begin with, where that is known.
    pub body_first: Option<u32>,
    pub tail_first: Option<u32>,
}

/// How candidates for a match are found.
pub(super) enum Search {
    /// By trying each place.
    Everywhere,
    /// At the first place only.
    Anchored,
    /// By text that each match begins with. With `true` it is the match.
    Text { points: Vec<u32>, finder: Option<Box<Finder<'static>>>, whole: bool },
    /// By the character that each match begins with: the set, and its bytes if they are few.
    First(u32, Option<Vec<u8>>),
}

/// A compiled pattern.
pub(super) struct Program {
    /// The code words that it was made from.
    pub words: Vec<u32>,
    pub ops: Vec<Op>,
    pub sets: Vec<Set>,
    pub ones: Vec<One>,
    pub loops: Vec<Loop>,
    pub groups: usize,
    /// The number of characters that each match has at least.
    pub least: usize,
    pub search: Search,
}

impl Program {
    /// The program that these code words stand for. `None`: they stand for none.
    pub(super) fn new(words: Vec<u32>, groups: usize) -> Option<Program> {
        let mut program = translate(&words, groups)?;
        firsts(&mut program);
        program.words = words;
        Some(program)
    }
}
