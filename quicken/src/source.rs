//! From a file's bytes to text: byte order mark, encoding declaration (PEP 263), and what CPython says of bytes that fit
//! neither.

/// Decodes source as CPython's tokenizer does, for UTF-8, ASCII and Latin-1.
///
/// # Errors
/// The text of CPython's `SyntaxError`.
pub fn decode(bytes: Vec<u8>, filename: &str) -> Result<String, String> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let has_bom = bytes.starts_with(BOM);
    let declared = declared_encoding(if has_bom { &bytes[BOM.len()..] } else { &bytes });
    let encoding = match &declared {
        None => Encoding::Utf8,
        Some(name) => match Encoding::of(name) {
            Some(Encoding::Utf8) => Encoding::Utf8,
            Some(encoding) if has_bom => {
                return Err(format!("SyntaxError: encoding problem: {} with BOM", encoding.name()));
            }
            Some(encoding) => encoding,
            None => return Err(format!("SyntaxError: encoding problem: {name}")),
        },
    };
    let bytes = if has_bom { bytes[BOM.len()..].to_vec() } else { bytes };
    let text = match encoding {
        Encoding::Latin1 => bytes.into_iter().map(char::from).collect(),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => String::from_utf8_lossy(&bytes).into_owned(),
            Some(at) => {
                return Err(format!(
                    "SyntaxError: 'ascii' codec can't decode byte {:#04x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                ));
            }
        },
        Encoding::Utf8 => String::from_utf8(bytes).map_err(|error| not_utf8(&error, declared.is_some(), filename))?,
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

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
}

impl Encoding {
    /// The encodings that a program can be written in here, by Python's names for them.
    fn of(name: &str) -> Option<Encoding> {
        match name.to_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" | "u8" | "utf-8-sig" => Some(Encoding::Utf8),
            "latin-1" | "latin1" | "latin" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" => {
                Some(Encoding::Latin1)
            }
            "ascii" | "us-ascii" | "646" => Some(Encoding::Ascii),
            name if name.starts_with("utf-8-") => Some(Encoding::Utf8),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Latin1 => "iso-8859-1",
            Encoding::Ascii => "ascii",
        }
    }
}

/// The encoding that a comment in one of the first two lines declares.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let line = line.trim_ascii_start();
        if line.first() == Some(&b'#') {
            let declared = declaration(line);
            if declared.is_some() {
                return declared;
            }
        } else if !line.is_empty() {
            // A statement in the first line ends the search.
            return None;
        }
    }
    None
}

/// `coding[:=]\s*([-\w.]+)` in a comment.
fn declaration(comment: &[u8]) -> Option<String> {
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

fn not_utf8(error: &std::string::FromUtf8Error, declared: bool, filename: &str) -> String {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    if declared {
        return format!(
            "SyntaxError: (unicode error) 'utf-8' codec can't decode byte {:#04x} in position {at}: invalid start byte",
            bytes[at]
        );
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
        decode(bytes.to_vec(), "/x.py")
    }

    #[test]
    fn encodings() {
        assert_eq!(decoded(b"\xef\xbb\xbfx = 1").unwrap(), "x = 1");
        assert_eq!(decoded(b"# -*- coding: latin-1 -*-\n'\xe9'").unwrap(), "# -*- coding: latin-1 -*-\n'é'");
        assert_eq!(decoded(b"#!x\n# vim: set fileencoding=utf-8 :\n'\xc3\xa9'").unwrap().chars().last(), Some('\''));
        assert_eq!(decoded(b"x = 1\n# coding: nothing\n").unwrap(), "x = 1\n# coding: nothing\n");
    }

    #[test]
    fn errors_have_cpythons_words() {
        let message = |bytes: &[u8]| decoded(bytes).unwrap_err();
        assert_eq!(message(b"# coding: foo\n"), "SyntaxError: encoding problem: foo");
        assert_eq!(message(b"\xef\xbb\xbf# coding: latin-1\n"), "SyntaxError: encoding problem: iso-8859-1 with BOM");
        assert!(
            message(b"\nx = '\xe9'\n")
                .starts_with("SyntaxError: Non-UTF-8 code starting with '\\xe9' in file /x.py on line 2,")
        );
        assert_eq!(
            message(b"x = 1\0\n"),
            "  File \"/x.py\", line 1\n    x = 1\nSyntaxError: source code cannot contain null bytes"
        );
    }
}
