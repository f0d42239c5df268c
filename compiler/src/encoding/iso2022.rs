//! The encodings of ISO 2022: seven bits, and escape sequences that say which characters they are of.

use super::multibyte::{Multibyte, Stop, Table};

/// One of Python's encodings of this kind; `iso2022_jp_3` and `iso2022_jp_2004` are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    Kr,
    Jp,
    Jp1,
    Jp2,
    JpExt,
}

impl Variant {
    pub(super) const ALL: [Variant; 5] = [Variant::Kr, Variant::Jp, Variant::Jp1, Variant::Jp2, Variant::JpExt];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Variant::Kr => "iso2022_kr",
            Variant::Jp => "iso2022_jp",
            Variant::Jp1 => "iso2022_jp_1",
            Variant::Jp2 => "iso2022_jp_2",
            Variant::JpExt => "iso2022_jp_ext",
        }
    }

    /// The sets that can be chosen, by the last byte of their escape sequences.
    const fn sets(self) -> &'static [Set] {
        use Set::{Double as D, Single as S};
        match self {
            Variant::Kr => &[D(b'C')],
            Variant::Jp => &[D(b'B'), S(b'J'), D(b'@')],
            Variant::Jp1 => &[D(b'B'), D(b'D'), S(b'J'), D(b'@')],
            Variant::Jp2 => &[D(b'B'), D(b'D'), D(b'C'), D(b'A'), S(b'J'), D(b'@'), S(b'A'), S(b'F')],
            Variant::JpExt => &[D(b'B'), D(b'D'), S(b'J'), S(b'I'), D(b'@')],
        }
    }

    fn is_japanese(self) -> bool {
        self != Variant::Kr
    }
}

/// A set of characters, by the last byte of its escape sequence: of one byte per character, or of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Single(u8),
    Double(u8),
}

const ASCII: Set = Set::Single(b'B');

const ESCAPE: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;
/// An escape sequence that is longer than this is none.
const LONGEST: usize = 16;

/// Where a text stands.
pub(super) struct Iso2022 {
    variant: Variant,
    /// G0 to G2.
    designated: [Set; 3],
    /// Whether G1 is in use, instead of G0.
    is_shifted: bool,
    /// Whether an escape sequence of another kind is copied.
    is_copying: bool,
    japanese: &'static Table,
    korean: &'static Table,
    chinese: &'static Table,
}

impl Iso2022 {
    pub(super) fn new(variant: Variant) -> Iso2022 {
        Iso2022 {
            variant,
            designated: [ASCII; 3],
            is_shifted: false,
            is_copying: false,
            japanese: Table::of(Multibyte::EucJp),
            korean: Table::of(Multibyte::Cp949),
            chinese: Table::of(Multibyte::Gb2312),
        }
    }

    pub(super) fn step(&mut self, rest: &[u8], text: &mut String) -> Result<usize, Stop> {
        let byte = rest[0];
        if self.is_copying {
            text.push(char::from(byte));
            self.is_copying = !is_final(byte);
            return Ok(1);
        }
        match byte {
            ESCAPE => return self.escape(rest, text),
            SHIFT_OUT | SHIFT_IN if !self.variant.is_japanese() => {
                self.is_shifted = byte == SHIFT_OUT;
                return Ok(1);
            }
            b'\n' => self.is_shifted = false,
            0x80.. => return Err(Stop::Illegal(1)),
            _ => {}
        }
        let set = self.designated[usize::from(self.is_shifted)];
        if byte < 0x20 || set == ASCII {
            text.push(char::from(byte));
            return Ok(1);
        }
        let length = if matches!(set, Set::Double(_)) { 2 } else { 1 };
        let code = rest.get(..length).ok_or(Stop::Incomplete)?;
        self.character(set, code, text).map(|()| length).ok_or(Stop::Illegal(length))
    }

    fn character(&self, set: Set, code: &[u8], text: &mut String) -> Option<()> {
        let upper: Vec<u8> = code.iter().map(|byte| byte ^ 0x80).collect();
        if matches!(set, Set::Double(_)) && (upper[0] < 0xA1 || upper[1] < 0xA1) {
            return None;
        }
        match set {
            Set::Double(b'B' | b'@') => self.japanese.push(&upper, text),
            Set::Double(b'D') => self.japanese.push(&[0x8F, upper[0], upper[1]], text),
            Set::Double(b'C') => self.korean.push(&upper, text),
            Set::Double(b'A') => self.chinese.push(&upper, text),
            Set::Single(b'J') => {
                text.push(match code[0] {
                    b'\\' => '¥',
                    b'~' => '‾',
                    byte => char::from(byte),
                });
                Some(())
            }
            Set::Single(b'I') if (0x21..=0x5F).contains(&code[0]) => {
                text.push(char::from_u32(0xFF40 + u32::from(code[0]))?);
                Some(())
            }
            _ => None,
        }
    }

    fn escape(&mut self, rest: &[u8], text: &mut String) -> Result<usize, Stop> {
        let has_g2 = self.variant == Variant::Jp2;
        match rest.get(1) {
            None => Err(Stop::Incomplete),
            Some(b'(' | b')' | b'$' | b'.' | b'&') => self.designate(rest),
            Some(b'N') if has_g2 => {
                let byte = *rest.get(2).ok_or(Stop::Incomplete)?;
                text.push(self.character_of_g2(byte).ok_or(Stop::Illegal(3))?);
                Ok(3)
            }
            Some(_) => {
                text.push(char::from(ESCAPE));
                self.is_copying = true;
                Ok(1)
            }
        }
    }

    fn designate(&mut self, rest: &[u8]) -> Result<usize, Stop> {
        let mut at = 1;
        let length = loop {
            match rest.get(at) {
                _ if at >= LONGEST => return Err(Stop::Illegal(1)),
                None => return Err(Stop::Incomplete),
                Some(byte) if is_final(*byte) => break at + 1,
                // JIS X 0208 of 1990 has a prefix.
                Some(b'&') if self.variant.is_japanese() && rest.get(at + 1) == Some(&b'@') => at += 3,
                Some(_) => at += 1,
            }
        };
        let (register, set) = match (&rest[1..length], self.variant) {
            ([b'$', set], _) | ([b'$', b'(', set], _) => (0, Set::Double(*set)),
            ([b'$', b')', set], _) => (1, Set::Double(*set)),
            ([b'(', set], _) => (0, Set::Single(*set)),
            ([b')', set], _) => (1, Set::Single(*set)),
            ([b'.', set], Variant::Jp2) => (2, Set::Single(*set)),
            ([_, _, ESCAPE, b'$', b'B'], variant) if variant.is_japanese() => (0, Set::Double(b'B')),
            _ => return Err(Stop::Illegal(length)),
        };
        if set != ASCII && !self.variant.sets().contains(&set) {
            return Err(Stop::Illegal(length));
        }
        self.designated[register] = set;
        Ok(length)
    }

    /// ISO 8859-1, ISO 8859-7 or ASCII.
    fn character_of_g2(&self, byte: u8) -> Option<char> {
        match self.designated[2] {
            Set::Single(b'F') => greek(byte ^ 0x80),
            _ if byte >= 0x80 => None,
            Set::Single(b'A') => Some(char::from(byte | 0x80)),
            _ => Some(char::from(byte)),
        }
    }
}

/// ISO 8859-7 as it was in 1987.
fn greek(byte: u8) -> Option<char> {
    match byte {
        0xA1 => Some('\u{2018}'),
        0xA2 => Some('\u{2019}'),
        0xAF => Some('\u{2015}'),
        0xA4 | 0xA5 | 0xAA | 0xAE | 0xD2 | 0xFF => None,
        ..0xB4 | 0xB7 | 0xBB | 0xBD => Some(char::from(byte)),
        _ => char::from_u32(0x2D0 + u32::from(byte)),
    }
}

fn is_final(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte == b'@'
}
