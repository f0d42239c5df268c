//! Which codec a name means: the names of Python's `encodings` package.

use super::multibyte::Multibyte;

/// A codec: Python's module of that name decodes alike.
#[derive(Clone, Copy, Debug)]
pub(super) enum Codec {
    Utf8,
    Utf8Signature,
    Ascii,
    Latin1,
    /// One byte per character, by the line of that name in `charmaps.txt`.
    Charmap(&'static str),
    Multibyte(Multibyte),
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
    /// Turns bytes into bytes, or text into text.
    NotText,
    /// `undefined`, which refuses everything.
    Undefined,
    /// Python has it; here it is not known.
    NotKnown,
}

/// A line for each module of `encodings`, with its aliases; written by `tests/scripts/encodings.py`.
const NAMES: &str = include_str!("names.txt");

/// A line for each codec of one byte per character; by the same script.
const CHARMAPS: &str = include_str!("charmaps.txt");

impl Codec {
    /// The codec of a name, or of an alias of it, in any spelling that Python takes for the same.
    pub(super) fn of(name: &str) -> Option<Codec> {
        let module = module(&normalized(name))?;
        Some(match module {
            "utf_8" => Codec::Utf8,
            "utf_8_sig" => Codec::Utf8Signature,
            "ascii" => Codec::Ascii,
            "latin_1" | "iso8859_1" | "charmap" => Codec::Latin1,
            "utf_7" => Codec::Utf7,
            "unicode_escape" => Codec::UnicodeEscape,
            "raw_unicode_escape" => Codec::RawUnicodeEscape,
            "base64_codec" | "bz2_codec" | "hex_codec" | "quopri_codec" | "rot_13" | "uu_codec" | "zlib_codec" => {
                Codec::NotText
            }
            "undefined" => Codec::Undefined,
            _ => match (Multibyte::of(module), charmap(module)) {
                (Some(codec), _) => Codec::Multibyte(codec),
                (None, Some(map)) => Codec::Charmap(map),
                (None, None) => Codec::NotKnown,
            },
        })
    }
}

/// `encodings.normalize_encoding`, in lower case: what is neither a letter nor a digit nor a dot becomes an underscore, once.
fn normalized(name: &str) -> String {
    let mut result = String::new();
    let mut gap = false;
    for character in name.chars() {
        if character.is_alphanumeric() || character == '.' {
            if gap && !result.is_empty() {
                result.push('_');
            }
            if character.is_ascii() {
                result.push(character.to_ascii_lowercase());
            }
            gap = false;
        } else {
            gap = true;
        }
    }
    result
}

/// The module of a name or an alias. In aliases, though not in modules' names, a dot counts as an underscore.
fn module(name: &str) -> Option<&'static str> {
    let dotless = name.replace('.', "_");
    let mut lines = NAMES.lines().map(|line| line.split(' '));
    lines.find_map(|mut words| {
        let module = words.next()?;
        (module == name || words.any(|alias| alias == dotless)).then_some(module)
    })
}

/// What follows the name in a line of [`CHARMAPS`].
fn charmap(module: &str) -> Option<&'static str> {
    CHARMAPS.lines().find_map(|line| line.strip_prefix(module)?.strip_prefix(' '))
}

/// The characters of all bytes.
pub(super) fn characters(map: &str) -> Vec<Option<char>> {
    let mut characters = Vec::with_capacity(256);
    for run in map.split(' ') {
        if let Some(count) = run.strip_prefix('-') {
            characters.extend(std::iter::repeat_n(None, count.parse().unwrap_or(0)));
            continue;
        }
        let (first, more) = run.split_once('+').unwrap_or((run, "0"));
        let (first, more) = (u32::from_str_radix(first, 16).unwrap_or(0), more.parse().unwrap_or(0));
        characters.extend((first..=first + more).map(char::from_u32));
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_a_character_for_each_byte() {
        for line in CHARMAPS.lines() {
            let (name, map) = line.split_once(' ').unwrap();
            assert_eq!(characters(map).len(), 256, "{name}");
            assert!(Codec::of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names() {
        assert!(matches!(Codec::of("KOI8-U"), Some(Codec::Charmap(_))));
        assert!(matches!(Codec::of("windows-1255"), Some(Codec::Charmap(_))));
        assert!(matches!(Codec::of("ISO_8859.1"), Some(Codec::Latin1)));
        assert!(matches!(Codec::of("Shift  JIS"), Some(Codec::Multibyte(_))));
        assert!(matches!(Codec::of("rot13"), Some(Codec::NotText)));
        assert!(Codec::of("latin.1").is_none());
        assert!(Codec::of("mbcs").is_none());
    }
}
