//! From a source's bytes to text: byte order mark, encoding declaration (PEP 263), and what CPython says of bytes that fit neither.

use std::string::FromUtf8Error;

use encoding_rs::{
    IBM866, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_10,
    ISO_8859_13, ISO_8859_14, ISO_8859_15, ISO_8859_16, KOI8_R, MACINTOSH, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258, X_MAC_CYRILLIC,
};

/// Who reads the source: CPython words some errors otherwise for a program's file than for bytes given to `compile`, as import and
/// `compileall` do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A program: `python3.11 FILE`.
    File,
    /// Bytes for `compile`.
    Bytes,
}

/// Decodes source as CPython's tokenizer does: UTF-8, ASCII, Latin-1, and the encodings of one byte per character of which CPython's tables
/// equal those of the web.
///
/// # Errors
/// The text of CPython's `SyntaxError`.
pub fn decode(bytes: Vec<u8>, filename: &str, origin: Origin) -> Result<String, String> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let has_bom = bytes.starts_with(BOM);
    let declared = declared_encoding(if has_bom { &bytes[BOM.len()..] } else { &bytes });
    let error = |message: String| match origin {
        Origin::File => format!("SyntaxError: {message}"),
        Origin::Bytes => format!("  File \"{filename}\", line 0\nSyntaxError: {message}"),
    };
    let bytes = if has_bom { bytes[BOM.len()..].to_vec() } else { bytes };
    let name = match &declared {
        Some(name) if has_bom && name != "utf-8" => return Err(error(format!("encoding problem: {name} with BOM"))),
        Some(name) => name.as_str(),
        None => "utf-8",
    };
    let text = match (decode_as(name, bytes), origin) {
        (Ok(text), _) => text,
        (Err(Undecoded::NotUtf8(problem)), _) => return Err(not_utf8(&problem, declared.is_some(), filename, origin)),
        (Err(Undecoded::Unknown | Undecoded::Otherwise(_)), Origin::File) => {
            return Err(error(format!("encoding problem: {name}")));
        }
        (Err(Undecoded::Unknown), Origin::Bytes) => return Err(error(format!("unknown encoding: {name}"))),
        (Err(Undecoded::Otherwise(message)), Origin::Bytes) => return Err(error(message)),
    };
    if let (Some(at), Origin::File) = (text.find('\0'), origin) {
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let shown = before.rsplit('\n').next().unwrap_or_default();
        return Err(format!(
            "  File \"{filename}\", line {line}\n    {}\nSyntaxError: source code cannot contain null bytes",
            shown.trim()
        ));
    }
    Ok(text)
}

/// Why bytes give no text.
pub(crate) enum Undecoded {
    /// There is no such encoding, as far as is known here.
    Unknown,
    NotUtf8(FromUtf8Error),
    /// With the message of Python's `UnicodeDecodeError`.
    Otherwise(String),
}

/// Decodes by the name of an encoding.
pub(crate) fn decode_as(name: &str, bytes: Vec<u8>) -> Result<String, Undecoded> {
    let failed = |codec: &str, at: usize, reason: &str| {
        let byte = bytes[at];
        Undecoded::Otherwise(format!("'{codec}' codec can't decode byte {byte:#04x} in position {at}: {reason}"))
    };
    match Encoding::of(name).ok_or(Undecoded::Unknown)? {
        Encoding::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Some(at) => Err(failed("ascii", at, "ordinal not in range(128)")),
        },
        Encoding::Table(table) => {
            decode_by_table(table, &bytes).map_err(|at| failed("charmap", at, "character maps to <undefined>"))
        }
        Encoding::Utf8 => String::from_utf8(bytes).map_err(Undecoded::NotUtf8),
    }
}

/// Python's message for bytes that are not UTF-8.
pub(crate) fn utf8_message(error: &FromUtf8Error) -> String {
    let (bytes, problem) = (error.as_bytes(), error.utf8_error());
    let at = problem.valid_up_to();
    let reason = match (problem.error_len(), bytes[at]) {
        (None, _) => "unexpected end of data",
        (_, 0xC2..=0xF4) => "invalid continuation byte",
        _ => "invalid start byte",
    };
    format!("'utf-8' codec can't decode byte {:#04x} in position {at}: {reason}", bytes[at])
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
    /// One byte per character.
    Table(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The encodings that a program can be written in here, by Python's names for them.
    fn of(name: &str) -> Option<Encoding> {
        let name = name.to_lowercase().replace('_', "-");
        let table = match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf-8-sig" | "cp65001" => return Some(Encoding::Utf8),
            "latin-1" | "latin1" | "latin" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" => {
                return Some(Encoding::Latin1);
            }
            "ascii" | "us-ascii" | "646" => return Some(Encoding::Ascii),
            "iso-8859-2" | "iso8859-2" | "latin2" | "l2" => ISO_8859_2,
            "iso-8859-3" | "iso8859-3" | "latin3" | "l3" => ISO_8859_3,
            "iso-8859-4" | "iso8859-4" | "latin4" | "l4" => ISO_8859_4,
            "iso-8859-5" | "iso8859-5" | "cyrillic" => ISO_8859_5,
            "iso-8859-6" | "iso8859-6" | "arabic" => ISO_8859_6,
            "iso-8859-7" | "iso8859-7" | "greek" => ISO_8859_7,
            "iso-8859-8" | "iso8859-8" | "hebrew" => ISO_8859_8,
            "iso-8859-10" | "iso8859-10" | "latin6" | "l6" => ISO_8859_10,
            "iso-8859-13" | "iso8859-13" | "latin7" | "l7" => ISO_8859_13,
            "iso-8859-14" | "iso8859-14" | "latin8" | "l8" => ISO_8859_14,
            "iso-8859-15" | "iso8859-15" | "latin9" | "l9" => ISO_8859_15,
            "iso-8859-16" | "iso8859-16" | "latin10" | "l10" => ISO_8859_16,
            "koi8-r" => KOI8_R,
            "cp866" | "866" | "ibm866" => IBM866,
            "cp874" => WINDOWS_874,
            "cp1250" | "1250" | "windows-1250" => WINDOWS_1250,
            "cp1251" | "1251" | "windows-1251" => WINDOWS_1251,
            "cp1252" | "1252" | "windows-1252" => WINDOWS_1252,
            "cp1253" | "1253" | "windows-1253" => WINDOWS_1253,
            "cp1254" | "1254" | "windows-1254" => WINDOWS_1254,
            "cp1256" | "1256" | "windows-1256" => WINDOWS_1256,
            "cp1257" | "1257" | "windows-1257" => WINDOWS_1257,
            "cp1258" | "1258" | "windows-1258" => WINDOWS_1258,
            "mac-roman" | "macroman" | "macintosh" => MACINTOSH,
            "mac-cyrillic" | "maccyrillic" => X_MAC_CYRILLIC,
            name if name.starts_with("utf-8-") => return Some(Encoding::Utf8),
            _ => return None,
        };
        Some(Encoding::Table(table))
    }
}

/// Decodes by a table of the web, which has a control character where Python's table has nothing.
fn decode_by_table(table: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, usize> {
    let controls_are_undefined = table.name().starts_with("windows-");
    let decoded = |byte: u8| {
        let character = table.decode_without_bom_handling_and_without_replacement(&[byte])?.chars().next()?;
        (!(controls_are_undefined && ('\u{80}'..'\u{a0}').contains(&character))).then_some(character)
    };
    bytes.iter().enumerate().map(|(at, byte)| decoded(*byte).ok_or(at)).collect()
}

/// The encoding that a comment in one of the first two lines declares; in CPython's spelling, if it is one of the two that it looks for.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii_start();
        if line.first() == Some(&b'#') {
            let declared = declaration(line);
            if declared.is_some() {
                return declared.map(normal_name);
            }
        } else if !line.is_empty() {
            // A statement in the first line ends the search.
            return None;
        }
    }
    None
}

/// CPython's `get_normal_name`.
pub(crate) fn normal_name(name: String) -> String {
    let folded = name.to_lowercase().replace('_', "-");
    let is = |known: &str| folded.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name
    }
}

/// `coding[:=]\s*([-\w.]+)` in a comment.
pub(crate) fn declaration(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        let Some((b':' | b'=', after)) = rest.split_first() else { continue };
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name: String =
            after.trim_ascii_start().iter().take_while(|byte| is_part(byte)).map(|byte| char::from(*byte)).collect();
        if !name.is_empty() {
            return Some(name);
        }
    }
    None
}

fn not_utf8(error: &FromUtf8Error, declared: bool, filename: &str, origin: Origin) -> String {
    let (bytes, problem) = (error.as_bytes(), error.utf8_error());
    let at = problem.valid_up_to();
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    if declared || origin == Origin::Bytes {
        let message = utf8_message(error);
        return format!("  File \"{filename}\", line {line}\nSyntaxError: (unicode error) {message}");
    }
    format!(
        "SyntaxError: Non-UTF-8 code starting with '\\x{:02x}' in file {filename} on line {line}, but no encoding \
         declared; see https://peps.python.org/pep-0263/ for details",
        bytes[at]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, String> {
        decode(bytes.to_vec(), "/x.py", Origin::File)
    }

    #[test]
    fn encodings() {
        assert_eq!(decoded(b"\xef\xbb\xbfx = 1").unwrap(), "x = 1");
        assert_eq!(decoded(b"\xef\xbb\xbf# coding: UTF_8-sig\nx").unwrap(), "# coding: UTF_8-sig\nx");
        assert_eq!(decoded(b"# -*- coding: latin-1 -*-\n'\xe9'").unwrap(), "# -*- coding: latin-1 -*-\n'é'");
        assert_eq!(decoded(b"#!x\n# vim: set fileencoding=utf-8 :\n'\xc3\xa9'").unwrap().chars().last(), Some('\''));
        assert_eq!(decoded(b"x = 1\n# coding: nothing\n").unwrap(), "x = 1\n# coding: nothing\n");
        assert_eq!(decoded(b"# coding: koi8-r\n'\xe9'").unwrap(), "# coding: koi8-r\n'И'");
        assert_eq!(decoded(b"# coding: cp1252\n'\x80'").unwrap(), "# coding: cp1252\n'€'");
    }

    #[test]
    fn errors_have_cpythons_words() {
        let message = |bytes: &[u8]| decoded(bytes).unwrap_err();
        assert_eq!(message(b"# coding: foo\n"), "SyntaxError: encoding problem: foo");
        assert_eq!(message(b"# coding: ascii\n'\xe9'\n"), "SyntaxError: encoding problem: ascii");
        assert_eq!(message(b"\xef\xbb\xbf# coding: latin-1\n"), "SyntaxError: encoding problem: iso-8859-1 with BOM");
        assert_eq!(message(b"\xef\xbb\xbf# coding: utf8\n"), "SyntaxError: encoding problem: utf8 with BOM");
        assert!(
            message(b"\nx = '\xe9'\n")
                .starts_with("SyntaxError: Non-UTF-8 code starting with '\\xe9' in file /x.py on line 2,")
        );
        assert_eq!(
            message(b"x = 1\0\n"),
            "  File \"/x.py\", line 1\n    x = 1\nSyntaxError: source code cannot contain null bytes"
        );
    }

    #[test]
    fn errors_of_compile() {
        let message = |bytes: &[u8]| decode(bytes.to_vec(), "x.py", Origin::Bytes).unwrap_err();
        let file = "  File \"x.py\", line 0\nSyntaxError: ";
        assert_eq!(message(b"# coding: foo\n"), format!("{file}unknown encoding: foo"));
        let ascii = "'ascii' codec can't decode byte 0xe9 in position 21: ordinal not in range(128)";
        assert_eq!(message(b"# coding: ascii\nx = '\xe9'\n"), format!("{file}{ascii}"));
        let undefined = "'charmap' codec can't decode byte 0x81 in position 22: character maps to <undefined>";
        assert_eq!(message(b"# coding: cp1252\nx = '\x81'\n"), format!("{file}{undefined}"));
        assert!(
            message(b"\nx = '\xf6'\n").starts_with("  File \"x.py\", line 2\nSyntaxError: (unicode error) 'utf-8'")
        );
    }
}
