//! Format strings: which values lie where.

/// What a format says.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) fields: Vec<Field>,
    /// In bytes, all of it.
    pub(super) size: usize,
    /// How many values there are.
    pub(super) count: usize,
}

/// Values of one kind, side by side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// The letter.
    pub(super) kind: u8,
    pub(super) rules: Rules,
    pub(super) offset: usize,
    /// Of one value, in bytes; of text that is one value, all of it.
    pub(super) size: usize,
    /// How many values there are.
    pub(super) repeat: usize,
}

/// How numbers are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rules {
    /// As the machine's C compiler does: sizes, order and alignment.
    Native,
    /// In standard sizes, the lowest byte first.
    Little,
    /// In standard sizes, the highest byte first.
    Big,
}

impl Rules {
    /// The size of a kind of values, if there is one.
    fn size(self, kind: u8) -> Option<usize> {
        let is_native = self == Rules::Native;
        Some(match kind {
            b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            b'l' | b'L' if is_native => size_of::<std::ffi::c_long>(),
            b'l' | b'L' => 4,
            b'q' | b'Q' | b'd' => 8,
            b'n' | b'N' | b'P' if is_native => size_of::<usize>(),
            _ => return None,
        })
    }
}

/// Reads a format.
///
/// # Errors
/// The message of `struct.error`.
pub(super) fn parse(format: &[u8]) -> Result<Layout, &'static str> {
    const TOO_LONG: &str = "total struct size too long";
    if format.contains(&0) {
        return Err("embedded null character");
    }
    let (rules, mut rest) = match format {
        [b'<', rest @ ..] => (Rules::Little, rest),
        [b'>' | b'!', rest @ ..] => (Rules::Big, rest),
        [b'=', rest @ ..] => (if cfg!(target_endian = "little") { Rules::Little } else { Rules::Big }, rest),
        [b'@', rest @ ..] => (Rules::Native, rest),
        rest => (Rules::Native, rest),
    };
    let mut layout = Layout::default();
    let mut size: usize = 0;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if first.is_ascii_whitespace() || *first == b'\x0b' {
            continue;
        }
        let (mut kind, mut number) = (*first, 1);
        if kind.is_ascii_digit() {
            number = usize::from(kind - b'0');
            loop {
                let Some((next, after)) = rest.split_first() else {
                    return Err("repeat count given without format specifier");
                };
                rest = after;
                kind = *next;
                if !kind.is_ascii_digit() {
                    break;
                }
                let digit = usize::from(kind - b'0');
                number = number.checked_mul(10).and_then(|number| number.checked_add(digit)).ok_or(TOO_LONG)?;
                if number > isize::MAX as usize {
                    return Err(TOO_LONG);
                }
            }
        }
        let item_size = rules.size(kind).ok_or("bad char in struct format")?;
        if rules == Rules::Native && !matches!(kind, b'x' | b's' | b'p') {
            size = size.checked_next_multiple_of(item_size).ok_or(TOO_LONG)?;
        }
        let length = item_size.checked_mul(number).ok_or(TOO_LONG)?;
        let field = match kind {
            b's' | b'p' => Some(Field { kind, rules, offset: size, size: number, repeat: 1 }),
            b'x' => None,
            _ => Some(Field { kind, rules, offset: size, size: item_size, repeat: number }),
        };
        layout.count += field.map_or(0, |field| field.repeat);
        layout.fields.extend(field.filter(|field| field.repeat > 0));
        size = size.checked_add(length).filter(|size| *size <= isize::MAX as usize).ok_or(TOO_LONG)?;
    }
    layout.size = size;
    Ok(layout)
}
