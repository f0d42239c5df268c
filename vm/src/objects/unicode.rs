//! What Python 3.11 knows of code points: Unicode 14.0.0's classes and case mappings.
//!
//! Rust's own tables are newer. Which characters belong to a class and which have another case is therefore read from
//! `unicode_tables.rs`; what the other case *is* comes from the standard library, whose answers for characters of
//! Unicode 14 never change.

use crate::objects::unicode_tables::{self as tables, RUNS};

pub use quicken_bytecode::is_printable;

/// The flags of a code point.
fn run(code_point: u32) -> (u32, u16) {
    let index = RUNS.partition_point(|(start, _)| *start <= code_point);
    RUNS.get(index.wrapping_sub(1)).copied().unwrap_or_default()
}

/// The flags of ASCII, so that the usual question needs no search.
static ASCII: [u16; 128] = {
    let mut table = [0; 128];
    let mut run = 0;
    while run < RUNS.len() && RUNS[run].0 < 128 {
        let end = RUNS[run + 1].0;
        let mut code_point = RUNS[run].0;
        while code_point < end && code_point < 128 {
            table[code_point as usize] = RUNS[run].1;
            code_point += 1;
        }
        run += 1;
    }
    table
};

#[inline]
fn has(code_point: u32, flags: u16) -> bool {
    let own = match ASCII.get(code_point as usize) {
        Some(flags) => *flags,
        None => run(code_point).1,
    };
    own & flags != 0
}

/// `str.isalpha`.
pub fn is_alpha(code_point: u32) -> bool {
    has(code_point, tables::ALPHA)
}

/// `str.isdecimal`.
pub fn is_decimal(code_point: u32) -> bool {
    has(code_point, tables::DECIMAL)
}

/// The value of a decimal digit of any script.
pub fn decimal_value(code_point: u32) -> Option<u32> {
    if code_point < 128 {
        return (code_point as u8 as char).to_digit(10);
    }
    let (start, flags) = run(code_point);
    // Runs begin with a zero, and the digits of a script are contiguous.
    (flags & tables::DECIMAL != 0).then(|| (code_point - start) % 10)
}

/// `str.isdigit`.
pub fn is_digit(code_point: u32) -> bool {
    has(code_point, tables::DIGIT)
}

/// `str.isnumeric`.
pub fn is_numeric(code_point: u32) -> bool {
    has(code_point, tables::NUMERIC)
}

/// `str.isalnum`.
pub fn is_alphanumeric(code_point: u32) -> bool {
    has(code_point, tables::ALPHA | tables::DECIMAL | tables::DIGIT | tables::NUMERIC)
}

/// Whether the character is in lower case.
pub fn is_lower(code_point: u32) -> bool {
    has(code_point, tables::LOWER)
}

/// Whether the character is in upper case.
pub fn is_upper(code_point: u32) -> bool {
    has(code_point, tables::UPPER)
}

/// Whether the character is in title case (`ǅ`).
pub fn is_title(code_point: u32) -> bool {
    has(code_point, tables::TITLE)
}

/// `str.isspace`: what `split` and `strip` take for white space.
#[inline]
pub fn is_space(code_point: u32) -> bool {
    has(code_point, tables::SPACE)
}

/// Whether `splitlines` ends a line here.
#[inline]
pub fn is_line_break(code_point: u32) -> bool {
    matches!(code_point, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// Whether an identifier may begin so.
pub fn is_identifier_start(code_point: u32) -> bool {
    has(code_point, tables::IDENTIFIER_START)
}

/// Whether an identifier may go on so.
pub fn is_identifier_continue(code_point: u32) -> bool {
    has(code_point, tables::IDENTIFIER_CONTINUE)
}

/// Whether the character has case.
pub fn is_cased(code_point: u32) -> bool {
    has(code_point, tables::CASED)
}

/// Whether the character is passed over where the case of neighbours matters (for the final sigma).
pub fn is_case_ignorable(code_point: u32) -> bool {
    has(code_point, tables::CASE_IGNORABLE)
}

/// The lower case of a character, whatever stands around it.
pub fn to_lower(code_point: u32, push: &mut impl FnMut(u32)) {
    match char::from_u32(code_point) {
        Some(c) if has(code_point, tables::CHANGES_LOWER) => c.to_lowercase().for_each(|c| push(u32::from(c))),
        _ => push(code_point),
    }
}

/// The upper case of a character.
pub fn to_upper(code_point: u32, push: &mut impl FnMut(u32)) {
    match char::from_u32(code_point) {
        Some(c) if has(code_point, tables::CHANGES_UPPER) => c.to_uppercase().for_each(|c| push(u32::from(c))),
        _ => push(code_point),
    }
}

/// What the first character of a word becomes in a title.
pub fn to_title(code_point: u32, push: &mut impl FnMut(u32)) {
    match tables::TITLES.binary_search_by_key(&code_point, |(c, _)| *c) {
        Ok(index) => tables::TITLES[index].1.iter().for_each(|c| push(*c)),
        Err(_) => to_upper(code_point, push),
    }
}

/// The folded case of a character.
pub fn to_folded(code_point: u32, push: &mut impl FnMut(u32)) {
    match tables::FOLDS.binary_search_by_key(&code_point, |(c, _)| *c) {
        Ok(index) => tables::FOLDS[index].1.iter().for_each(|c| push(*c)),
        Err(_) => to_lower(code_point, push),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_equal_cpythons() {
        let mut check = 0xCBF2_9CE4_8422_2325_u64;
        let mut add = |part: u32| check = (check ^ u64::from(part)).wrapping_mul(0x100_0000_01B3);
        for code_point in 0..0x11_0000 {
            to_lower(code_point, &mut add);
            add(u32::MAX);
            to_upper(code_point, &mut add);
            add(u32::MAX);
            to_title(code_point, &mut add);
            add(u32::MAX);
            to_folded(code_point, &mut add);
            add(u32::MAX);
        }
        assert_eq!(check, tables::MAPPINGS_CHECK);
    }

    #[test]
    fn decimal_values() {
        assert_eq!(decimal_value(u32::from('7')), Some(7));
        assert_eq!(decimal_value(u32::from('٣')), Some(3));
        assert_eq!(decimal_value(0x1D7FF), Some(9));
        assert_eq!(decimal_value(u32::from('²')), None);
    }
}
