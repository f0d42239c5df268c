//! Which characters a place of a pattern takes.

use super::characters::{Category, Fold, ascii_lower, ascii_upper, simple_upper};

/// Code words that sets are made of (`re._constants.OPCODES`).
mod word {
    pub const FAILURE: u32 = 0;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const LITERAL: u32 = 16;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// A set of characters. Those below U+0100 are looked up: the question was asked for each of them when the pattern was compiled.
pub(super) struct Set {
    low: [bool; 256],
    high: High,
}

enum High {
    None,
    All,
    Ask(Test),
}

/// The question that a set answers.
pub(super) enum Test {
    Members(Fold, Vec<Member>),
    /// One character, or with `true` all but that.
    Literal(Fold, u32, bool),
    Category(Category),
}

/// A part of a set between brackets.
pub(super) enum Member {
    Literal(u32),
    Range(u32, u32),
    /// The character has been made lower case; its upper case counts as well.
    RangeIgnore(u32, u32),
    Category(Category),
    /// A bit for each character below U+0100.
    Bitmap([u32; 8]),
    /// A bitmap for each 256 characters below U+10000: which one, and the bitmaps.
    Bitmaps(Box<[u8; 256]>, Box<[[u32; 8]]>),
    /// From here on membership means the opposite.
    Negate,
}

fn has_bit(bitmap: &[u32; 8], low: u32) -> bool {
    bitmap[(low >> 5) as usize & 7] & (1 << (low & 31)) != 0
}

impl Member {
    fn contains(&self, point: u32) -> bool {
        match self {
            Member::Literal(own) => *own == point,
            Member::Range(first, last) => (*first..=*last).contains(&point),
            Member::RangeIgnore(first, last) => {
                (*first..=*last).contains(&point) || (*first..=*last).contains(&simple_upper(point))
            }
            Member::Category(category) => category.contains(point),
            Member::Bitmap(bitmap) => point < 256 && has_bit(bitmap, point),
            Member::Bitmaps(blocks, bitmaps) => match blocks.get((point >> 8) as usize) {
                Some(block) => has_bit(&bitmaps[usize::from(*block)], point & 255),
                None => false,
            },
            Member::Negate => false,
        }
    }

    /// Whether it has no character from U+0100 on.
    fn is_low(&self) -> bool {
        match self {
            Member::Literal(point) | Member::Range(_, point) => *point < 256,
            Member::Bitmap(_) | Member::Negate => true,
            _ => false,
        }
    }
}

fn is_member(members: &[Member], point: u32) -> bool {
    let mut answer = true;
    for member in members {
        if matches!(member, Member::Negate) {
            answer = !answer;
        } else if member.contains(point) {
            return answer;
        }
    }
    !answer
}

impl Test {
    fn contains(&self, point: u32) -> bool {
        match self {
            Test::Members(Fold::Locale, members) => {
                let (lower, upper) = (ascii_lower(point), ascii_upper(point));
                is_member(members, lower) || upper != lower && is_member(members, upper)
            }
            Test::Members(fold, members) => is_member(members, fold.lower(point)),
            Test::Literal(Fold::Locale, own, negated) => {
                let same = point == *own || ascii_lower(point) == *own || ascii_upper(point) == *own;
                same != *negated
            }
            Test::Literal(fold, own, negated) => (fold.lower(point) == *own) != *negated,
            Test::Category(category) => category.contains(point),
        }
    }

    /// The answer for all characters from U+0100 on, where it is the same.
    fn high(&self) -> Option<bool> {
        match self {
            Test::Members(fold, members) if *fold != Fold::Unicode && members.iter().all(Member::is_low) => {
                Some(members.iter().filter(|member| matches!(member, Member::Negate)).count() % 2 == 1)
            }
            Test::Literal(fold, point, negated) if *fold != Fold::Unicode && *point < 256 => Some(*negated),
            _ => None,
        }
    }

    /// The members that these code words describe. `None`: they are no such description.
    pub(super) fn members(fold: Fold, words: &[u32]) -> Option<Test> {
        let (end, mut words) = words.split_last()?;
        if *end != word::FAILURE {
            return None;
        }
        let mut members = Vec::new();
        while let Some((code, rest)) = words.split_first() {
            words = rest;
            let mut take = |count: usize| {
                let (own, rest) = words.split_at_checked(count)?;
                words = rest;
                Some(own)
            };
            members.push(match *code {
                word::NEGATE => Member::Negate,
                word::LITERAL => Member::Literal(take(1)?[0]),
                word::CATEGORY => Member::Category(Category::new(take(1)?[0])?),
                word::RANGE => {
                    let ends = take(2)?;
                    Member::Range(ends[0], ends[1])
                }
                word::RANGE_UNI_IGNORE => {
                    let ends = take(2)?;
                    Member::RangeIgnore(ends[0], ends[1])
                }
                word::CHARSET => Member::Bitmap(take(8)?.try_into().ok()?),
                word::BIGCHARSET => {
                    let count = take(1)?[0] as usize;
                    let mut blocks = Box::new([0; 256]);
                    for (bytes, word) in blocks.chunks_exact_mut(4).zip(take(64)?) {
                        bytes.copy_from_slice(&word.to_ne_bytes());
                    }
                    if blocks.iter().any(|block| usize::from(*block) >= count) {
                        return None;
                    }
                    let bitmaps = take(count.checked_mul(8)?)?.chunks_exact(8);
                    Member::Bitmaps(blocks, bitmaps.filter_map(|bitmap| bitmap.try_into().ok()).collect())
                }
                _ => return None,
            });
        }
        Some(Test::Members(fold, members))
    }
}

impl Set {
    /// The set of the characters for which the answer is yes.
    pub(super) fn new(test: Test) -> Set {
        let mut low = [false; 256];
        for (point, answer) in (0..).zip(&mut low) {
            *answer = test.contains(point);
        }
        let high = match test.high() {
            Some(false) => High::None,
            Some(true) => High::All,
            None => High::Ask(test),
        };
        Set { low, high }
    }

    /// No character.
    pub(super) fn empty() -> Set {
        Set { low: [false; 256], high: High::None }
    }

    #[inline(always)]
    pub(super) fn contains(&self, point: u32) -> bool {
        match self.low.get(point as usize) {
            Some(answer) => *answer,
            None => self.contains_high(point),
        }
    }

    #[inline(never)]
    fn contains_high(&self, point: u32) -> bool {
        match &self.high {
            High::None => false,
            High::All => true,
            High::Ask(test) => test.contains(point),
        }
    }

    /// Adds a character.
    pub(super) fn insert(&mut self, point: u32) {
        match self.low.get_mut(point as usize) {
            Some(answer) => *answer = true,
            None => self.high = High::All,
        }
    }

    /// Adds another set's characters; from U+0100 on all, where it has some.
    pub(super) fn extend(&mut self, other: &Set) {
        for (own, other) in self.low.iter_mut().zip(&other.low) {
            *own |= other;
        }
        if !matches!(other.high, High::None) {
            self.high = High::All;
        }
    }

    /// Adds all characters but one.
    pub(super) fn insert_all_but(&mut self, point: Option<u32>) {
        for (own, answer) in (0..).zip(&mut self.low) {
            *answer |= Some(own) != point;
        }
        self.high = High::All;
    }

    /// Whether no character below U+0100 is in both.
    pub(super) fn is_apart_below_256(&self, other: &Set) -> bool {
        self.low.iter().zip(&other.low).all(|(own, other)| !(own & other))
    }

    /// The bytes that are in the set, if they are at most three.
    pub(super) fn few(&self) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = (0..=255).filter(|byte| self.low[usize::from(*byte)]).take(4).collect();
        (bytes.len() < 4).then_some(bytes)
    }
}
