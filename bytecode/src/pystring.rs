//! Strings as Python has them: code points that may include lone surrogates.

use std::fmt;
use std::hash::{Hash, Hasher};

use triomphe::Arc;

/// An immutable Python string, cheap to clone.
///
/// The text is held as UTF-8, or, if it contains surrogates, in the same encoding extended to them (what CPython's `surrogatepass`
/// gives). A high surrogate followed by a low one stays two code points, as in Python.
#[derive(Clone)]
pub struct PyString(Text);

#[derive(Clone)]
enum Text {
    Utf8(Arc<str>),
    /// Contains at least one surrogate, and is well formed otherwise.
    Surrogates(Arc<[u8]>),
}

impl PyString {
    /// The string with these bytes, which are UTF-8 in which surrogates may be encoded too. `None` if they are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<PyString> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(PyString::from(text)),
            Err(_) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let (_, length) = decode(rest)?;
                    rest = &rest[length..];
                }
                Some(PyString(Text::Surrogates(bytes.into())))
            }
        }
    }

    /// The string of these code points. `None` if one of them is above U+10FFFF.
    pub fn from_code_points(code_points: impl IntoIterator<Item = u32>) -> Option<PyString> {
        let mut bytes = Vec::new();
        for code_point in code_points {
            encode(code_point, &mut bytes)?;
        }
        PyString::from_bytes(&bytes)
    }

    /// The text, if it holds no surrogate.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Text::Utf8(text) => Some(text),
            Text::Surrogates(_) => None,
        }
    }

    /// The text as UTF-8 extended to surrogates.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Utf8(text) => text.as_bytes(),
            Text::Surrogates(bytes) => bytes,
        }
    }

    /// The text with surrogates replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match &self.0 {
            Text::Utf8(text) => text.to_string(),
            Text::Surrogates(_) => {
                self.code_points().map(|point| char::from_u32(point).unwrap_or('\u{FFFD}')).collect()
            }
        }
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let mut rest = self.as_bytes();
        std::iter::from_fn(move || {
            let (code_point, length) = decode(rest)?;
            rest = &rest[length..];
            Some(code_point)
        })
    }

    /// Number of code points: Python's `len`.
    pub fn len_code_points(&self) -> usize {
        self.as_bytes().iter().filter(|byte| **byte & 0xC0 != 0x80).count()
    }

    /// Whether there are no code points.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// Whether all characters can be in an ASCII identifier (`all_name_chars`): CPython interns a constant if they can.
    pub fn is_name_like(&self) -> bool {
        is_name_like(self.as_bytes())
    }

    /// Whether all code points are ASCII.
    pub fn is_ascii(&self) -> bool {
        self.as_bytes().is_ascii()
    }
}

/// Decodes the first code point and its length; `None` at the end or where the bytes are malformed.
fn decode(bytes: &[u8]) -> Option<(u32, usize)> {
    let first = *bytes.first()?;
    let (length, least, bits) = match first {
        0x00..=0x7F => return Some((u32::from(first), 1)),
        0xC2..=0xDF => (2, 0x80, first & 0x1F),
        0xE0..=0xEF => (3, 0x800, first & 0x0F),
        0xF0..=0xF4 => (4, 0x1_0000, first & 0x07),
        _ => return None,
    };
    let mut code_point = u32::from(bits);
    for byte in bytes.get(1..length)? {
        if byte & 0xC0 != 0x80 {
            return None;
        }
        code_point = code_point << 6 | u32::from(byte & 0x3F);
    }
    (code_point >= least && code_point <= 0x10_FFFF).then_some((code_point, length))
}

fn encode(code_point: u32, bytes: &mut Vec<u8>) -> Option<()> {
    match char::from_u32(code_point) {
        Some(character) => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None if code_point <= 0xFFFF => {
            bytes.extend([
                0xE0 | (code_point >> 12) as u8,
                0x80 | (code_point >> 6 & 0x3F) as u8,
                0x80 | (code_point & 0x3F) as u8,
            ]);
        }
        None => return None,
    }
    Some(())
}

impl From<&str> for PyString {
    fn from(text: &str) -> Self {
        PyString(Text::Utf8(text.into()))
    }
}

impl From<String> for PyString {
    fn from(text: String) -> Self {
        PyString(Text::Utf8(text.into()))
    }
}

impl Default for PyString {
    fn default() -> Self {
        PyString::from("")
    }
}

impl PartialEq for PyString {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PyString {}

impl PartialEq<str> for PyString {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for PyString {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Hash for PyString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// By code points, as Python compares. (The encoding keeps that order.)
impl Ord for PyString {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for PyString {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => f.pad(text),
            None => f.pad(&self.to_string_lossy()),
        }
    }
}

impl fmt::Debug for PyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Some(text) => write!(f, "{text:?}"),
            None => f.write_str(&crate::repr::repr_str(self)),
        }
    }
}

/// See [`PyString::is_name_like`].
pub(crate) fn is_name_like(text: &[u8]) -> bool {
    text.iter().all(|byte| NAME_BYTES[usize::from(*byte)])
}

/// What an ASCII identifier is made of.
static NAME_BYTES: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        bytes[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    bytes
};
