//! What `_sre` knows of characters: categories and the other case.

use quicken_vm::objects::unicode;

/// How case is passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fold {
    /// It is not.
    None,
    Ascii,
    Unicode,
    /// By the locale, of which only ASCII is known: in a UTF-8 locale no other byte is a letter.
    Locale,
}

impl Fold {
    /// The lower case of a character.
    pub(super) fn lower(self, point: u32) -> u32 {
        match self {
            Fold::None => point,
            Fold::Ascii | Fold::Locale => ascii_lower(point),
            Fold::Unicode => simple_lower(point),
        }
    }
}

/// The numbers of `re._constants.CHCODES`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Category(u32);

impl Category {
    pub(super) fn new(number: u32) -> Option<Category> {
        (number < 18).then_some(Category(number))
    }

    pub(super) fn contains(self, point: u32) -> bool {
        // Each is followed by its opposite.
        let own = match self.0 / 2 {
            0 => u8::try_from(point).is_ok_and(|byte| byte.is_ascii_digit()),
            1 => matches!(point, 0x09..=0x0d | 0x20),
            2 | 4 => is_ascii_word(point),
            3 => point == u32::from(b'\n'),
            5 => unicode::is_decimal(point),
            6 => unicode::is_space(point),
            7 => is_word(point),
            _ => unicode::is_line_break(point),
        };
        own == self.0.is_multiple_of(2)
    }
}

pub(super) fn is_word(point: u32) -> bool {
    unicode::is_alphanumeric(point) || point == u32::from(b'_')
}

pub(super) fn is_ascii_word(point: u32) -> bool {
    u8::try_from(point).is_ok_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(super) fn is_ascii_letter(point: u32) -> bool {
    u8::try_from(point).is_ok_and(|byte| byte.is_ascii_alphabetic())
}

pub(super) fn ascii_lower(point: u32) -> u32 {
    if (u32::from(b'A')..=u32::from(b'Z')).contains(&point) { point + 32 } else { point }
}

pub(super) fn ascii_upper(point: u32) -> u32 {
    if (u32::from(b'a')..=u32::from(b'z')).contains(&point) { point - 32 } else { point }
}

/// The lower case of one character, the first where there are several (`_PyUnicode_ToLowercase`).
pub(super) fn simple_lower(point: u32) -> u32 {
    if point < 128 {
        return ascii_lower(point);
    }
    let mut lower = None;
    unicode::to_lower(point, &mut |c| {
        lower.get_or_insert(c);
    });
    lower.unwrap_or(point)
}

/// The upper case of one character, the first where there are several (`_PyUnicode_ToUppercase`): that of `ß` is `S`.
pub(super) fn simple_upper(point: u32) -> u32 {
    if point < 128 {
        return ascii_upper(point);
    }
    let mut upper = None;
    unicode::to_upper(point, &mut |c| {
        upper.get_or_insert(c);
    });
    upper.unwrap_or(point)
}

pub(super) fn is_cased(point: u32) -> bool {
    simple_lower(point) != point || simple_upper(point) != point
}
