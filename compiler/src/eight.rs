//! Text eight bytes at a time, each eight as a number: the first byte is the lowest.

/// The eight bytes from a place on. Zeros stand for what is behind the end.
#[inline]
pub(crate) fn eight_bytes(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => last_bytes(bytes, at),
    }
}

#[cold]
#[inline(never)]
fn last_bytes(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

/// The first so many of eight bytes; the others are zero.
#[inline]
pub(crate) fn first_of(eight: u64, length: usize) -> u64 {
    eight & u64::MAX.checked_shr(64 - 8 * length as u32).unwrap_or(0)
}

const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// In the highest bit of each byte, whether the byte is in a range, of ASCII as all of the bytes.
#[inline]
const fn in_range(eight: u64, first: u8, last: u8) -> u64 {
    let not_below = eight + each(0x80 - first);
    let above = eight + each(0x7F - last);
    not_below & !above & each(0x80)
}

/// How many of eight bytes, from the first one on, are letters, digits and underscores of ASCII.
#[inline]
pub(crate) const fn word_length(eight: u64) -> usize {
    let ascii = eight & each(0x7F);
    // To set this bit makes lower-case letters of the upper-case ones, and letters of nothing else.
    let letters = in_range(ascii | each(0x20), b'a', b'z');
    let others = in_range(ascii, b'0', b'9') | in_range(ascii, b'_', b'_');
    let ends = !(letters | others) & each(0x80) | eight & each(0x80);
    ends.trailing_zeros() as usize / 8
}

/// How many of eight bytes, from the first one on, are spaces.
#[inline]
pub(crate) const fn spaces(eight: u64) -> usize {
    (eight ^ each(b' ')).trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_classified_in_every_place() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                for others in *b"a_Z9" {
                    let mut text = [others; 8];
                    text[place] = byte;
                    let eight = u64::from_le_bytes(text);
                    let expected =
                        text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                    assert_eq!(word_length(eight), expected, "{text:?}");
                }
                let mut text = [b' '; 8];
                text[place] = byte;
                let expected = text.iter().take_while(|byte| **byte == b' ').count();
                assert_eq!(spaces(u64::from_le_bytes(text)), expected, "{text:?}");
            }
        }
    }

    #[test]
    fn zeros_stand_behind_the_end() {
        let text = b"abcdefghij";
        assert_eq!(eight_bytes(text, 2).to_le_bytes(), *b"cdefghij");
        assert_eq!(eight_bytes(text, 7).to_le_bytes(), *b"hij\0\0\0\0\0");
        assert_eq!((eight_bytes(text, 10), eight_bytes(text, 11)), (0, 0));
        assert_eq!(first_of(u64::from_le_bytes(*b"abcdefgh"), 3).to_le_bytes(), *b"abc\0\0\0\0\0");
        assert_eq!((first_of(u64::MAX, 0), first_of(u64::MAX, 8)), (0, u64::MAX));
    }
}
