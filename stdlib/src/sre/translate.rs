//! From code words to instructions. The layout of the words is that of CPython's `_sre`; whatever does not follow it is refused.

use memchr::memmem::Finder;

use super::characters::{Category, Fold};
use super::program::{At, Follow, Item, Loop, One, Op, Pc, Program, Search};
use super::set::{Set, Test};

/// Code words (`re._constants.OPCODES`).
mod word {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
}

/// The flags of `INFO`.
const PREFIX: u32 = 1;
const WHOLE: u32 = 2;

/// How deeply constructs may be nested. `re`'s own parser, which calls itself, comes to the end of its stack long before.
const DEEPEST: usize = 5000;

const NO_LIMIT: u32 = u32::MAX;

/// The program without what only makes it faster to run.
pub(super) fn translate(words: &[u32], groups: usize) -> Option<Program> {
    let program = Program {
        words: Vec::new(),
        ops: Vec::new(),
        sets: Vec::new(),
        ones: Vec::new(),
        loops: Vec::new(),
        groups,
        least: 0,
        search: Search::Everywhere,
    };
    let mut translation = Translation { words, program };
    let (last, _) = words.split_last()?;
    // Each group has marks among the words: what claims many more is not believed, as memory is had for all.
    if groups > words.len() + 1000 {
        return None;
    }
    let begin = translation.info()?;
    if *last != word::SUCCESS || translation.sequence(begin, words.len() - 1, 0)? {
        return None;
    }
    translation.emit(Op::Success);
    Some(translation.program)
}

struct Translation<'a> {
    words: &'a [u32],
    program: Program,
}

impl Translation<'_> {
    fn word(&self, at: usize) -> Option<u32> {
        self.words.get(at).copied()
    }

    /// A distance, from the place where it stands.
    fn target(&self, at: usize) -> Option<usize> {
        at.checked_add(self.word(at)? as usize).filter(|target| *target <= self.words.len())
    }

    fn here(&self) -> Pc {
        self.program.ops.len() as Pc
    }

    fn emit(&mut self, op: Op) -> Pc {
        self.program.ops.push(op);
        self.here() - 1
    }

    fn replace(&mut self, pc: Pc, op: Op) {
        self.program.ops[pc as usize] = op;
    }

    fn set(&mut self, test: Test) -> u32 {
        self.program.sets.push(Set::new(test));
        self.program.sets.len() as u32 - 1
    }

    fn expect(&self, at: usize, word: u32) -> Option<()> {
        (self.word(at)? == word).then_some(())
    }

    /// Reads what the pattern says of itself; answers where it begins.
    fn info(&mut self) -> Option<usize> {
        if self.word(0)? != word::INFO {
            return Some(0);
        }
        let end = self.target(1)?;
        let flags = self.word(2)?;
        self.program.least = self.word(3)? as usize;
        self.word(4)?;
        if flags & PREFIX != 0 {
            let len = self.word(5)? as usize;
            let points = self.words.get(7..7_usize.checked_add(len)?)?.to_vec();
            let bytes: Option<Vec<u8>> = points.iter().map(|point| u8::try_from(*point).ok()).collect();
            let finder = bytes.map(|bytes| Box::new(Finder::new(&bytes).into_owned()));
            if !points.is_empty() {
                self.program.search = Search::Text { points, finder, whole: flags & WHOLE != 0 };
            }
        }
        if end < 5 {
            return None;
        }
        Some(end)
    }

    /// One character that may be repeated, and the place behind it.
    fn item(&mut self, at: usize) -> Option<(Item, usize)> {
        let literal = |fold, negated| Some(Test::Literal(fold, self.word(at + 1)?, negated));
        let (test, end) = match self.word(at)? {
            word::ANY => return Some((Item::Any, at + 1)),
            word::ANY_ALL => return Some((Item::AnyAll, at + 1)),
            word::LITERAL => return Some((Item::Literal(self.word(at + 1)?), at + 2)),
            word::NOT_LITERAL => return Some((Item::NotLiteral(self.word(at + 1)?), at + 2)),
            word::LITERAL_IGNORE => (literal(Fold::Ascii, false)?, at + 2),
            word::LITERAL_UNI_IGNORE => (literal(Fold::Unicode, false)?, at + 2),
            word::LITERAL_LOC_IGNORE => (literal(Fold::Locale, false)?, at + 2),
            word::NOT_LITERAL_IGNORE => (literal(Fold::Ascii, true)?, at + 2),
            word::NOT_LITERAL_UNI_IGNORE => (literal(Fold::Unicode, true)?, at + 2),
            word::NOT_LITERAL_LOC_IGNORE => (literal(Fold::Locale, true)?, at + 2),
            word::CATEGORY => (Test::Category(Category::new(self.word(at + 1)?)?), at + 2),
            code @ (word::IN | word::IN_IGNORE | word::IN_UNI_IGNORE | word::IN_LOC_IGNORE) => {
                let fold = match code {
                    word::IN => Fold::None,
                    word::IN_IGNORE => Fold::Ascii,
                    word::IN_UNI_IGNORE => Fold::Unicode,
                    _ => Fold::Locale,
                };
                let end = self.target(at + 1)?;
                (Test::members(fold, self.words.get(at + 2..end)?)?, end)
            }
            _ => return None,
        };
        Some((Item::Set(self.set(test)), end))
    }

    /// The instructions for the words from `at` to `end`. Whether they end with a jump.
    fn sequence(&mut self, mut at: usize, end: usize, depth: usize) -> Option<bool> {
        if depth > DEEPEST || at > end {
            return None;
        }
        while at < end {
            let code = self.word(at)?;
            at = match code {
                word::FAILURE => {
                    self.emit(Op::Failure);
                    at + 1
                }
                word::AT => {
                    let op = match self.word(at + 1)? {
                        0 | 2 => At::Beginning,
                        1 => At::BeginningLine,
                        3 | 8 => At::Boundary,
                        4 | 9 => At::NonBoundary,
                        5 => At::End,
                        6 => At::EndLine,
                        7 => At::EndString,
                        10 => At::UnicodeBoundary,
                        11 => At::UnicodeNonBoundary,
                        _ => return None,
                    };
                    if self.program.ops.is_empty() && op == At::Beginning {
                        self.program.search = Search::Anchored;
                    }
                    self.emit(Op::At(op));
                    at + 2
                }
                word::MARK => {
                    let mark = self.word(at + 1)?;
                    if mark as usize >= 2 * self.program.groups {
                        return None;
                    }
                    self.emit(Op::Mark(mark));
                    at + 2
                }
                word::JUMP => return (at + 2 == end).then_some(true),
                word::BRANCH => self.branch(at, depth)?,
                word::GROUPREF | word::GROUPREF_IGNORE | word::GROUPREF_LOC_IGNORE | word::GROUPREF_UNI_IGNORE => {
                    let fold = match code {
                        word::GROUPREF => Fold::None,
                        word::GROUPREF_IGNORE => Fold::Ascii,
                        word::GROUPREF_LOC_IGNORE => Fold::Locale,
                        _ => Fold::Unicode,
                    };
                    let group = self.group(at + 1)?;
                    self.emit(Op::Group { group, fold });
                    at + 2
                }
                word::GROUPREF_EXISTS => self.condition(at, depth)?,
                word::ASSERT | word::ASSERT_NOT => self.assertion(at, depth)?,
                word::ATOMIC_GROUP => {
                    let end = self.target(at + 1)?;
                    self.emit(Op::Atomic);
                    self.inner(at + 2, end.checked_sub(1)?, depth)?;
                    self.expect(end - 1, word::SUCCESS)?;
                    self.emit(Op::AtomicEnd);
                    end
                }
                word::REPEAT_ONE | word::MIN_REPEAT_ONE | word::POSSESSIVE_REPEAT_ONE => self.repeated_item(at)?,
                word::REPEAT | word::POSSESSIVE_REPEAT => self.repetition(at, depth)?,
                _ => {
                    let (item, end) = self.item(at)?;
                    let op = match item {
                        Item::Any => Op::Any,
                        Item::AnyAll => Op::AnyAll,
                        Item::Literal(point) => Op::Literal(point),
                        Item::NotLiteral(point) => Op::Set(self.set(Test::Literal(Fold::None, point, true))),
                        Item::Set(set) => Op::Set(set),
                    };
                    self.emit(op);
                    end
                }
            };
        }
        (at == end).then_some(false)
    }

    /// A sequence that ends where it should.
    fn inner(&mut self, at: usize, end: usize, depth: usize) -> Option<()> {
        if self.sequence(at, end, depth + 1)? { None } else { Some(()) }
    }

    fn group(&self, at: usize) -> Option<u32> {
        self.word(at).filter(|group| (*group as usize) < self.program.groups)
    }

    /// `BRANCH (skip alternative JUMP skip)… 0`
    fn branch(&mut self, at: usize, depth: usize) -> Option<usize> {
        let mut at = at + 1;
        let mut jumps = Vec::new();
        let mut behind = None;
        while self.word(at)? != 0 {
            let next = self.target(at)?;
            let branch = self.emit(Op::Failure);
            if !self.sequence(at + 1, next, depth + 1)? {
                return None;
            }
            let target = self.target(next - 1)?;
            if *behind.get_or_insert(target) != target {
                return None;
            }
            jumps.push(self.emit(Op::Failure));
            let next_branch = self.here();
            self.replace(branch, Op::Branch { next: next_branch, first: None });
            at = next;
        }
        self.emit(Op::Failure);
        let here = self.here();
        for jump in jumps {
            self.replace(jump, Op::Jump(here));
        }
        (behind == Some(at + 1)).then_some(at + 1)
    }

    /// `GROUPREF_EXISTS group skip then (JUMP skip else)`
    fn condition(&mut self, at: usize, depth: usize) -> Option<usize> {
        let group = self.group(at + 1)?;
        let otherwise = (at + 1).checked_add(self.word(at + 2)? as usize)?;
        let condition = self.emit(Op::Failure);
        let has_else = self.sequence(at + 3, otherwise, depth + 1)?;
        let jump = has_else.then(|| self.emit(Op::Failure));
        let here = self.here();
        self.replace(condition, Op::IfGroup { group, otherwise: here });
        let Some(jump) = jump else { return Some(otherwise) };
        let end = self.target(otherwise.checked_sub(1)?)?;
        self.inner(otherwise, end, depth)?;
        let here = self.here();
        self.replace(jump, Op::Jump(here));
        Some(end)
    }

    /// `ASSERT skip back pattern SUCCESS`
    fn assertion(&mut self, at: usize, depth: usize) -> Option<usize> {
        let (end, back) = (self.target(at + 1)?, self.word(at + 2)?);
        let begin = self.emit(Op::Failure);
        self.inner(at + 3, end.checked_sub(1)?, depth)?;
        self.expect(end - 1, word::SUCCESS)?;
        let is_positive = self.word(at)? == word::ASSERT;
        self.emit(if is_positive { Op::AssertEnd } else { Op::AssertNotEnd });
        let after = self.here();
        self.replace(begin, if is_positive { Op::Assert { back, after } } else { Op::AssertNot { back, after } });
        Some(end)
    }

    /// How often something is repeated.
    fn limits(&self, at: usize) -> Option<(usize, usize)> {
        let (least, most) = (self.word(at)?, self.word(at + 1)?);
        if least > most {
            return None;
        }
        Some((least as usize, if most == NO_LIMIT { usize::MAX } else { most as usize }))
    }

    /// `REPEAT_ONE skip min max item SUCCESS`
    fn repeated_item(&mut self, at: usize) -> Option<usize> {
        let end = self.target(at + 1)?;
        let (least, most) = self.limits(at + 2)?;
        let (item, item_end) = self.item(at + 4)?;
        if item_end.checked_add(1)? != end {
            return None;
        }
        self.expect(item_end, word::SUCCESS)?;
        let index = self.program.ones.len() as u32;
        self.program.ones.push(One { item, least, most, follow: Follow::Unknown, apart: false });
        self.emit(match self.word(at)? {
            word::REPEAT_ONE => Op::Greedy(index),
            word::MIN_REPEAT_ONE => Op::Lazy(index),
            _ => Op::Possessive(index),
        });
        Some(end)
    }

    /// `REPEAT skip min max pattern MAX_UNTIL`
    fn repetition(&mut self, at: usize, depth: usize) -> Option<usize> {
        let end = self.target(at + 1)?;
        let (least, most) = self.limits(at + 2)?;
        let index = self.program.loops.len() as u32;
        let (head, again) = match (self.word(at)?, self.word(end)?) {
            (word::POSSESSIVE_REPEAT, word::SUCCESS) => (Op::PossessiveLoop(index), Op::PossessiveAgain(index)),
            (word::REPEAT, word::MAX_UNTIL) => (Op::MaxLoop(index), Op::Again(index)),
            (word::REPEAT, word::MIN_UNTIL) => (Op::MinLoop(index), Op::Again(index)),
            _ => return None,
        };
        self.emit(Op::Repeat(index));
        let head = self.emit(head);
        if matches!(again, Op::Again(_)) && self.word(end)? == word::MIN_UNTIL {
            self.emit(Op::MinMore(index));
        }
        let body = self.here();
        self.program.loops.push(Loop { least, most, head, body, tail: 0, body_first: None, tail_first: None });
        self.inner(at + 4, end, depth)?;
        self.emit(again);
        self.program.loops[index as usize].tail = self.here();
        Some(end + 1)
    }
}
