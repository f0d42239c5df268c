//! Building a string piece by piece, on the Rust heap.

use crate::Vm;
use crate::object::Gc;
use crate::objects::string::{Kind, Str, Units};

/// A string under construction. It begins with units of one byte and widens when a code point asks for it.
#[derive(Clone, Debug)]
pub struct StrBuilder(Builder);

#[derive(Clone, Debug)]
enum Builder {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for StrBuilder {
    fn default() -> Self {
        StrBuilder::new()
    }
}

impl StrBuilder {
    /// An empty one.
    pub fn new() -> StrBuilder {
        StrBuilder(Builder::One(Vec::new()))
    }

    /// An empty one with room for `capacity` code points.
    pub fn with_capacity(capacity: usize) -> StrBuilder {
        StrBuilder(Builder::One(Vec::with_capacity(capacity)))
    }

    /// The number of code points so far.
    pub fn len(&self) -> usize {
        match &self.0 {
            Builder::One(units) => units.len(),
            Builder::Two(units) => units.len(),
            Builder::Four(units) => units.len(),
        }
    }

    /// Whether there is nothing yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn widen(&mut self, kind: Kind) {
        match (&self.0, kind) {
            (Builder::One(units), Kind::Two) => self.0 = Builder::Two(widened(units)),
            (Builder::One(units), Kind::Four) => self.0 = Builder::Four(widened(units)),
            (Builder::Two(units), Kind::Four) => self.0 = Builder::Four(widened(units)),
            _ => {}
        }
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, code_point: u32) {
        match &mut self.0 {
            Builder::One(units) if code_point <= 0xFF => units.push(code_point as u8),
            Builder::Two(units) if code_point <= 0xFFFF => units.push(code_point as u16),
            Builder::Four(units) => units.push(code_point),
            _ => {
                self.widen(Kind::of(code_point));
                self.push(code_point);
            }
        }
    }

    /// Appends a character `count` times.
    pub fn push_repeated(&mut self, code_point: u32, count: usize) {
        for _ in 0..count {
            self.push(code_point);
        }
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        if let Builder::One(units) = &mut self.0
            && text.is_ascii()
        {
            units.extend_from_slice(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(u32::from(c)));
        }
    }

    /// Appends an integer in decimal.
    pub fn push_int(&mut self, value: i64) {
        let mut digits = [0; 20];
        let mut start = digits.len();
        let mut magnitude = value.unsigned_abs();
        loop {
            start -= 1;
            digits[start] = b'0' + (magnitude % 10) as u8;
            magnitude /= 10;
            if magnitude == 0 {
                break;
            }
        }
        if value < 0 {
            self.push(u32::from('-'));
        }
        self.push_units(Units::One(&digits[start..]));
    }

    /// Appends units.
    pub fn push_units(&mut self, units: Units<'_>) {
        match (&mut self.0, units) {
            (Builder::One(own), Units::One(other)) => own.extend_from_slice(other),
            (Builder::Two(own), Units::One(other)) => own.extend(other.iter().map(|u| u16::from(*u))),
            (Builder::Two(own), Units::Two(other)) => own.extend_from_slice(other),
            (Builder::Four(own), Units::One(other)) => own.extend(other.iter().map(|u| u32::from(*u))),
            (Builder::Four(own), Units::Two(other)) => own.extend(other.iter().map(|u| u32::from(*u))),
            (Builder::Four(own), Units::Four(other)) => own.extend_from_slice(other),
            (Builder::One(_), Units::Two(other)) => {
                self.widen(Kind::Two);
                self.push_units(Units::Two(other));
            }
            (_, Units::Four(other)) => {
                self.widen(Kind::Four);
                self.push_units(Units::Four(other));
            }
        }
    }

    /// Appends a string.
    pub fn push_string(&mut self, string: Gc<Str>) {
        self.push_units(string.units());
    }

    /// Appends the code points of a string from `start` up to `end`.
    pub fn push_part(&mut self, string: Gc<Str>, start: usize, end: usize) {
        self.push_units(match string.units() {
            Units::One(units) => Units::One(&units[start..end]),
            Units::Two(units) => Units::Two(&units[start..end]),
            Units::Four(units) => Units::Four(&units[start..end]),
        });
    }

    /// The string, in its narrowest kind.
    pub fn finish(self, vm: &mut Vm) -> Gc<Str> {
        match &self.0 {
            Builder::One(units) => vm.str_from_latin1(units),
            Builder::Two(units) => vm.str_from_units(Units::Two(units)),
            Builder::Four(units) => vm.str_from_units(Units::Four(units)),
        }
    }

    /// What was built so far, as text with U+FFFD in place of surrogates.
    pub fn to_string_lossy(&self) -> String {
        let lossy = |c: u32| char::from_u32(c).unwrap_or('\u{FFFD}');
        match &self.0 {
            Builder::One(units) => units.iter().map(|u| char::from(*u)).collect(),
            Builder::Two(units) => units.iter().map(|u| lossy(u32::from(*u))).collect(),
            Builder::Four(units) => units.iter().map(|u| lossy(*u)).collect(),
        }
    }
}

fn widened<A: Copy, B: From<A>>(units: &[A]) -> Vec<B> {
    // Half again as much room as is used: more is about to come.
    let mut wide = Vec::with_capacity(units.len() + units.len() / 2 + 8);
    wide.extend(units.iter().map(|u| B::from(*u)));
    wide
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
