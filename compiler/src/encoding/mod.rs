//! From a source's bytes to text: byte order mark, encoding declaration (PEP 263), and what CPython says of bytes that fit neither.

mod ascii;
mod iso2022;
mod multibyte;
mod names;

use std::fmt;
use std::string::FromUtf8Error;

use names::Codec;

/// Who reads the source: CPython words some errors otherwise for a program's file than for bytes given to `compile`, as import and
/// `compileall` do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A program: `python3.11 FILE`.
    File,
    /// Bytes for `compile`.
    Bytes,
}

/// Bytes for `compile`, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// Whether columns of the parser's errors count bytes: neither a declaration nor a mark says what the encoding is.
    pub byte_columns: bool,
}

/// Why bytes for `compile` give no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line of CPython's `SyntaxError`; 0 if there is none.
    pub line: i32,
    /// Its message.
    pub message: String,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Decodes source as CPython's tokenizer does, in all encodings of Python's but for a few: those of JIS X 0213, UTF-16 and UTF-32 (in which no
/// declaration could be read), `idna` and `punycode`.
///
/// # Errors
/// The text of CPython's `SyntaxError`.
pub fn decode(bytes: Vec<u8>, filename: &str, origin: Origin) -> Result<String, String> {
    match origin {
        Origin::File => decode_file(bytes, filename),
        Origin::Bytes => decode_bytes(bytes)
            .map(|decoded| decoded.text)
            .map_err(|Refusal { line, message }| format!("  File \"{filename}\", line {line}\nSyntaxError: {message}")),
    }
}

/// Decodes bytes for `compile`.
///
/// # Errors
/// Bytes that stand for nothing; an encoding that is not known.
pub fn decode_bytes(mut bytes: Vec<u8>) -> Result<Decoded, Refusal> {
    let has_bom = remove_bom(&mut bytes);
    let refusal = |message| Refusal { line: 0, message };
    let declared = declared_encoding(&bytes, has_bom).map_err(refusal)?;
    let byte_columns = declared.is_none() && !has_bom;
    let text = match declared {
        Some((name, _)) if name != "utf-8" => {
            decode_as(&name, &with_newlines(&bytes)).map_err(|problem| refusal(problem.to_string()))?
        }
        _ => String::from_utf8(bytes).map_err(|problem| {
            let (line, failure) = not_utf8(&problem);
            Refusal { line, message: format!("(unicode error) {failure}") }
        })?,
    };
    Ok(Decoded { text, byte_columns })
}

fn decode_file(mut bytes: Vec<u8>, filename: &str) -> Result<String, String> {
    let has_bom = remove_bom(&mut bytes);
    let error = |message: String| format!("SyntaxError: {message}");
    let declared = declared_encoding(&bytes, has_bom).map_err(error)?;
    let is_declared = declared.is_some();
    let text = match declared {
        Some((name, line_end)) if name != "utf-8" => {
            let (head, rest) = (&bytes[..line_end], &bytes[line_end.saturating_sub(1)..]);
            stream(&name, head, rest).map_err(|place| match place {
                Some(place) => format!("  File \"{filename}\", {place}"),
                None => error(format!("encoding problem: {name}")),
            })?
        }
        _ => String::from_utf8(bytes).map_err(|problem| {
            let (line, failure) = not_utf8(&problem);
            if is_declared {
                return format!("  File \"{filename}\", line {line}\nSyntaxError: (unicode error) {failure}");
            }
            let byte = failure.byte;
            error(format!(
                "Non-UTF-8 code starting with '\\x{byte:02x}' in file {filename} on line {line}, but no encoding declared; see \
                 https://peps.python.org/pep-0263/ for details"
            ))
        })?,
    };
    if let Some(at) = text.find('\0') {
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

/// Whether there was a byte order mark.
fn remove_bom(bytes: &mut Vec<u8>) -> bool {
    let has_bom = bytes.starts_with(BOM);
    if has_bom {
        bytes.drain(..BOM.len());
    }
    has_bom
}

/// CPython reads a program that declares an encoding through a text stream, from the end of the line of the declaration (`head` is what
/// comes before), and the stream decodes so many bytes at a time. What it cannot decode in the first of these is a problem with the
/// encoding, of which nothing more is said; later, it is an error behind the lines that could be read, and counted from there.
fn stream(name: &str, head: &[u8], rest: &[u8]) -> Result<String, Option<String>> {
    const CHUNK: usize = 8192;
    let head_text = String::from_utf8_lossy(head);
    let failure = match decode_as(name, rest) {
        Ok(text) => {
            let lines = text.split_once('\n').map_or("", |(_, lines)| lines);
            return Ok(format!("{head_text}{lines}"));
        }
        Err(Undecodable::Bytes(failure)) => failure,
        Err(_) => return Err(None),
    };
    // What is incomplete is looked at again with what follows: at the end.
    let is_incomplete = matches!(failure.reason, Reason::Incomplete(_));
    let chunk = (failure.end - 1) / CHUNK;
    if chunk == 0 && !is_incomplete {
        return Err(None);
    }
    let mut before = if is_incomplete { failure.start } else { chunk * CHUNK };
    if let Err(Undecodable::Bytes(unfinished)) = decode_as(name, &rest[..before]) {
        before = unfinished.start;
    }
    let text = decode_as(name, &rest[..before]).unwrap_or_default();
    let read = text.split_once('\n').map_or("", |(_, lines)| lines);
    let read = format!("{head_text}{}", read.rfind('\n').map_or("", |end| &read[..=end]));
    let last = read.lines().next_back().unwrap_or_default().trim();
    let failure = Failure { start: failure.start - before, end: failure.end - before, ..failure };
    let line = read.lines().count();
    Err(Some(format!("line {line}\n    {last}\nSyntaxError: (unicode error) {failure}")))
}

/// CPython makes one kind of the line ends of bytes, and ends the last line, before it decodes them.
fn with_newlines(bytes: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(bytes.len() + 1);
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'\r', rest) {
        result.extend_from_slice(&rest[..at]);
        result.push(b'\n');
        rest = rest[at + 1..].strip_prefix(b"\n").unwrap_or(&rest[at + 1..]);
    }
    result.extend_from_slice(rest);
    if result.last().is_some_and(|byte| *byte != b'\n') {
        result.push(b'\n');
    }
    result
}

/// Why bytes give no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// There is no encoding of that name.
    Unknown(String),
    /// It does not turn bytes into text.
    NotText(String),
    /// There is one, but not here; or it refuses all.
    Refused(String),
    /// Bytes that stand for nothing.
    Bytes(Failure),
    /// The text has surrogates in it: the first and the last of the first run, by place, and the first of them.
    Surrogates(usize, usize, u32),
}

/// What Python's `UnicodeDecodeError` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    codec: &'static str,
    start: usize,
    end: usize,
    /// The first of the bytes.
    byte: u8,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Illegal(&'static str),
    /// More bytes could make something of these.
    Incomplete(&'static str),
}

impl Failure {
    fn new(codec: &'static str, start: usize, end: usize, reason: Reason) -> Failure {
        Failure { codec, start, end, byte: 0, reason }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { codec, start, end, byte, reason } = self;
        let (Reason::Illegal(reason) | Reason::Incomplete(reason)) = reason;
        match end - start {
            ..=1 => write!(f, "'{codec}' codec can't decode byte {byte:#04x} in position {start}: {reason}"),
            _ => write!(f, "'{codec}' codec can't decode bytes in position {start}-{}: {reason}", end - 1),
        }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Undecodable::Unknown(name) => write!(f, "unknown encoding: {name}"),
            Undecodable::NotText(name) => {
                write!(f, "'{name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs")
            }
            Undecodable::Refused(message) => f.write_str(message),
            Undecodable::Bytes(failure) => failure.fmt(f),
            Undecodable::Surrogates(start, end, first) => match end - start {
                0 => write!(
                    f,
                    "'utf-8' codec can't encode character '\\u{first:x}' in position {start}: surrogates not allowed"
                ),
                _ => {
                    write!(f, "'utf-8' codec can't encode characters in position {start}-{end}: surrogates not allowed")
                }
            },
        }
    }
}

impl std::error::Error for Undecodable {}

/// Decodes by Python's name of an encoding, strictly.
///
/// # Errors
/// Python's, in its words, but where the encoding is one that is not known here.
pub fn decode_as(name: &str, bytes: &[u8]) -> Result<String, Undecodable> {
    let codec = Codec::of(name).ok_or_else(|| Undecodable::Unknown(name.to_owned()))?;
    let failed = |failure: Failure| Undecodable::Bytes(Failure { byte: bytes[failure.start], ..failure });
    let one = |codec, at, reason| failed(Failure::new(codec, at, at + 1, Reason::Illegal(reason)));
    match codec {
        Codec::Utf8 => utf8(bytes).map_err(failed),
        Codec::Utf8Signature => {
            let (skipped, rest) = bytes.strip_prefix(BOM).map_or((0, bytes), |rest| (BOM.len(), rest));
            utf8(rest)
                .map_err(|failure| Undecodable::Bytes(Failure { byte: bytes[skipped + failure.start], ..failure }))
        }
        Codec::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(bytes.iter().copied().map(char::from).collect()),
            Some(at) => Err(one("ascii", at, "ordinal not in range(128)")),
        },
        Codec::Latin1 => Ok(bytes.iter().copied().map(char::from).collect()),
        Codec::Charmap(map) => {
            let characters = names::characters(map);
            let character = |(at, byte): (usize, &u8)| {
                characters[usize::from(*byte)].ok_or_else(|| one("charmap", at, "character maps to <undefined>"))
            };
            bytes.iter().enumerate().map(character).collect()
        }
        Codec::Multibyte(codec) => codec.decode(bytes).map_err(failed),
        Codec::Utf7 => ascii::utf7(bytes).map_err(failed).and_then(|points| text(&points)),
        Codec::UnicodeEscape => ascii::escapes(bytes, false).map_err(failed).and_then(|points| text(&points)),
        Codec::RawUnicodeEscape => ascii::escapes(bytes, true).map_err(failed).and_then(|points| text(&points)),
        Codec::NotText => Err(Undecodable::NotText(name.to_owned())),
        Codec::Undefined => {
            let message = format!("decoding with '{name}' codec failed (UnicodeError: undefined encoding)");
            Err(Undecodable::Refused(message))
        }
        Codec::NotKnown => Err(Undecodable::Refused(format!("encoding that Quicken does not know: {name}"))),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Failure> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|problem| utf8_failure(bytes, problem))
}

fn text(points: &[u32]) -> Result<String, Undecodable> {
    let is_surrogate = |point: &u32| char::from_u32(*point).is_none();
    match points.iter().position(is_surrogate) {
        None => Ok(points.iter().copied().filter_map(char::from_u32).collect()),
        Some(start) => {
            let length = points[start..].iter().take_while(|point| is_surrogate(point)).count();
            Err(Undecodable::Surrogates(start, start + length - 1, points[start]))
        }
    }
}

fn utf8_failure(bytes: &[u8], problem: std::str::Utf8Error) -> Failure {
    let at = problem.valid_up_to();
    let (length, reason) = match (problem.error_len(), bytes[at]) {
        (None, _) => (bytes.len() - at, Reason::Incomplete("unexpected end of data")),
        (Some(length), 0xC2..=0xF4) => (length, Reason::Illegal("invalid continuation byte")),
        (Some(_), _) => (1, Reason::Illegal("invalid start byte")),
    };
    Failure { byte: bytes[at], ..Failure::new("utf-8", at, at + length, reason) }
}

/// The encoding that a comment in one of the first two lines declares, in CPython's spelling if it is one of the two that it looks for, with
/// where the comment's line ends, line end included. Behind a byte order mark it must be UTF-8.
fn declared_encoding(bytes: &[u8], has_bom: bool) -> Result<Option<(String, usize)>, String> {
    let mut end = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n').take(2) {
        end += line.len();
        let line = line.trim_ascii_start();
        if line.first() == Some(&b'#') {
            match declaration(line).map(normal_name) {
                Some(name) if has_bom && name != "utf-8" => return Err(format!("encoding problem: {name} with BOM")),
                Some(name) => return Ok(Some((name, end))),
                None => {}
            }
        } else if !line.is_empty() {
            // A statement in the first line ends the search.
            break;
        }
    }
    Ok(None)
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

/// The line of the first byte that is not UTF-8, and what is wrong with it.
fn not_utf8(error: &FromUtf8Error) -> (i32, Failure) {
    let bytes = error.as_bytes();
    let failure = utf8_failure(bytes, error.utf8_error());
    let line = bytes[..failure.start].iter().filter(|byte| **byte == b'\n').count() + 1;
    (line as i32, failure)
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
        assert_eq!(decoded(b"#!\xe9\n# coding: sjis\n'\x83\\'").unwrap(), "#!\u{fffd}\n# coding: sjis\n'ソ'");
        assert_eq!(decoded(b"# coding: cp037 +\n\xa7\x7e\xf1").unwrap(), "# coding: cp037 +\n");
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
    fn errors_behind_what_is_read_at_once() {
        let message = |before: &[u8], lines: usize, end: &[u8]| {
            decoded(&[before, &b"x=3\n".repeat(lines), end].concat()).unwrap_err()
        };
        let incomplete = "SyntaxError: (unicode error) 'gbk' codec can't decode byte 0xff in position 0: incomplete \
                          multibyte sequence";
        let gbk = b"# coding: gbk\n";
        assert_eq!(message(gbk, 0, b"\xff"), format!("  File \"/x.py\", line 1\n    # coding: gbk\n{incomplete}"));
        assert_eq!(message(gbk, 2, b"\xff"), format!("  File \"/x.py\", line 3\n    x=3\n{incomplete}"));
        assert_eq!(message(gbk, 2, b"a\xff\n"), "SyntaxError: encoding problem: gbk");
        assert_eq!(
            message(gbk, 2047, b"\nx='\xd6\xd0'\ny='\xff'"),
            "  File \"/x.py\", line 2049\n    \nSyntaxError: (unicode error) 'gbk' codec can't decode byte 0xff in \
             position 8: illegal multibyte sequence"
        );
        assert_eq!(
            message(b"# coding: ascii\n", 2346, b"#==\n\xd6\xff"),
            "  File \"/x.py\", line 2048\n    x=3\nSyntaxError: (unicode error) 'ascii' codec can't decode byte 0xd6 in \
             position 1197: ordinal not in range(128)"
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
        let end = "'gbk' codec can't decode byte 0xff in position 15: illegal multibyte sequence";
        assert_eq!(message(b"# coding: gbk\r\n#\xff"), format!("{file}{end}"));
        let rot13 = "'rot13' is not a text encoding; use codecs.decode() to handle arbitrary codecs";
        assert_eq!(message(b"# coding: rot13"), format!("{file}{rot13}"));
        assert!(
            message(b"\nx = '\xf6'\n").starts_with("  File \"x.py\", line 2\nSyntaxError: (unicode error) 'utf-8'")
        );
    }
}
