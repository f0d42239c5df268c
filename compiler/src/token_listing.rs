//! The tokens of a source, as `python3.11 -m tokenize` lists them.
//!
//! That module is not CPython's tokenizer: it goes by lines and patterns, knows nothing of numbers that are wrong or of tabs that are
//! ambiguous, and shows what it cannot read as an ERRORTOKEN. Lines, positions and patterns here are those of `Lib/tokenize.py`.

use std::fmt::Write as _;

use quicken_bytecode::PyString;
use quicken_bytecode::repr::repr_str;

use crate::encoding::{self, Undecodable};

/// Lists the tokens of a source. With a `file` name it is a file's bytes, which declare their encoding; otherwise UTF-8, as from standard
/// input. `exact` names each operator.
///
/// # Errors
/// What `python3.11 -m tokenize` prints on standard error instead.
pub(crate) fn listing(source: &[u8], file: Option<&str>, exact: bool) -> Result<String, String> {
    let name = file.unwrap_or("<stdin>");
    let (text, encoding) = match file {
        Some(file) => decode(source, file).map_err(|message| format!("{name}: error: {message}"))?,
        None => (String::from_utf8_lossy(source).into_owned(), None),
    };
    let mut tokenizer = Tokenizer { out: String::new(), exact, indents: vec![0], brackets: 0, row: 0 };
    if let Some(encoding) = encoding {
        tokenizer.token("ENCODING", &encoding, (0, 0), (0, 0));
    }
    match tokenizer.run(&text) {
        Ok(()) => Ok(tokenizer.out),
        Err(Stop { message, row, column }) => Err(format!("{name}:{row}:{column}: error: {message}")),
    }
}

/// `tokenize.detect_encoding`, and the text.
fn decode(source: &[u8], file: &str) -> Result<(String, Option<String>), String> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let (source, has_bom) = source.strip_prefix(BOM).map_or((source, false), |rest| (rest, true));
    let mut declared = None;
    for line in source.split_inclusive(|byte| *byte == b'\n').take(2) {
        if std::str::from_utf8(line).is_err() {
            return Err(format!("invalid or missing encoding declaration for '{file}'"));
        }
        let blank = line.trim_ascii_start();
        if blank.first() == Some(&b'#') {
            declared = encoding::declaration(blank).map(encoding::normal_name);
        }
        if declared.is_some() || !(blank.is_empty() || blank[0] == b'#') {
            break;
        }
    }
    let name = match (declared, has_bom) {
        (Some(name), true) if name != "utf-8" => return Err(format!("encoding problem for '{file}': utf-8")),
        (_, true) => "utf-8".to_owned(),
        (Some(name), false) => name,
        (None, false) => "utf-8".to_owned(),
    };
    match encoding::decode_as(&name, source) {
        Ok(text) => Ok((text, Some(name))),
        Err(Undecodable::Unknown(_)) => Err(format!("unknown encoding for '{file}': {name}")),
        Err(problem) => Err(format!("unexpected error: {problem}")),
    }
}

/// What ends the list: `TokenError` or `IndentationError`.
struct Stop {
    message: &'static str,
    row: usize,
    column: usize,
}

/// Row from 1 and column from 0, in characters.
type Place = (usize, usize);

struct Tokenizer {
    out: String,
    exact: bool,
    indents: Vec<usize>,
    /// How many are open; negative if more were closed than opened, which counts as open.
    brackets: i64,
    row: usize,
}

/// A string that goes on in the next line.
struct Unfinished {
    text: String,
    start: Place,
    quote: char,
    triple: bool,
}

impl Tokenizer {
    fn token(&mut self, kind: &str, text: &str, start: Place, end: Place) {
        let range = format!("{},{}-{},{}:", start.0, start.1, end.0, end.1);
        let exact = OPERATORS.iter().find(|(operator, _)| self.exact && kind == "OP" && *operator == text);
        let kind = exact.map_or(kind, |(_, name)| name);
        let repr = repr_str(&PyString::from(text));
        let _ = writeln!(self.out, "{range:<20}{kind:<15}{repr:<15}");
    }

    /// A token within the current line.
    fn piece(&mut self, kind: &str, line: &[char], start: usize, end: usize) {
        let text: String = line[start..end].iter().collect();
        self.token(kind, &text, (self.row, start), (self.row, end));
    }

    fn run(&mut self, text: &str) -> Result<(), Stop> {
        let mut unfinished: Option<Unfinished> = None;
        let mut continued = false;
        let mut last = Vec::new();
        let mut lines = text.split_inclusive('\n');
        loop {
            // At the end there is an empty line.
            let line: Vec<char> = lines.next().unwrap_or_default().chars().collect();
            self.row += 1;
            let mut at = 0;
            if let Some(mut string) = unfinished.take() {
                if line.is_empty() {
                    let (row, column) = string.start;
                    return Err(Stop { message: "EOF in multi-line string", row, column });
                }
                let end = string_end(&line, 0, string.quote, string.triple);
                string.text.extend(&line[..end.unwrap_or(line.len())]);
                match end {
                    Some(end) => {
                        self.token("STRING", &string.text, string.start, (self.row, end));
                        at = end;
                    }
                    None if string.triple || line.ends_with(&['\\', '\n']) || line.ends_with(&['\\', '\r', '\n']) => {
                        unfinished = Some(string);
                        last = line;
                        continue;
                    }
                    None => {
                        self.token("ERRORTOKEN", &string.text, string.start, (self.row, line.len()));
                        last = line;
                        continue;
                    }
                }
            } else if self.brackets == 0 && !continued {
                if line.is_empty() {
                    break;
                }
                match self.indentation(&line)? {
                    Start::Code(start) => at = start,
                    Start::Blank => {
                        last = line;
                        continue;
                    }
                    Start::End => break,
                }
            } else {
                if line.is_empty() {
                    return Err(Stop { message: "EOF in multi-line statement", row: self.row, column: 0 });
                }
                continued = false;
            }
            unfinished = self.line(&line, at, &mut continued);
            last = line;
        }
        let shown: String = last.iter().collect();
        if !last.is_empty() && !shown.ends_with(['\r', '\n']) && !shown.trim().starts_with('#') {
            self.token("NEWLINE", "", (self.row - 1, last.len()), (self.row - 1, last.len() + 1));
        }
        for _ in 1..self.indents.len() {
            self.token("DEDENT", "", (self.row, 0), (self.row, 0));
        }
        self.token("ENDMARKER", "", (self.row, 0), (self.row, 0));
        Ok(())
    }

    /// The start of a line that continues nothing.
    fn indentation(&mut self, line: &[char]) -> Result<Start, Stop> {
        let (mut column, mut at) = (0, 0);
        loop {
            match line.get(at) {
                Some(' ') => column += 1,
                Some('\t') => column = (column / 8 + 1) * 8,
                Some('\x0c') => column = 0,
                Some(_) => break,
                None => return Ok(Start::End),
            }
            at += 1;
        }
        if let '#' | '\r' | '\n' = line[at] {
            let end = comment_end(line, at);
            if line[at] == '#' {
                self.piece("COMMENT", line, at, end);
            }
            self.piece("NL", line, if line[at] == '#' { end } else { at }, line.len());
            return Ok(Start::Blank);
        }
        if self.indents.last().is_some_and(|indent| column > *indent) {
            self.indents.push(column);
            self.piece("INDENT", line, 0, at);
        }
        while self.indents.last().is_some_and(|indent| column < *indent) {
            if !self.indents.contains(&column) {
                let message = "unindent does not match any outer indentation level";
                return Err(Stop { message, row: self.row, column: at });
            }
            self.indents.pop();
            self.token("DEDENT", "", (self.row, at), (self.row, at));
        }
        Ok(Start::Code(at))
    }

    /// The tokens of a line from a column on; the string that is not finished at its end.
    fn line(&mut self, line: &[char], from: usize, continued: &mut bool) -> Option<Unfinished> {
        let mut at = from;
        while at < line.len() {
            let Some((start, end)) = next_token(line, at) else {
                self.piece("ERRORTOKEN", line, at, at + 1);
                at += 1;
                continue;
            };
            at = end;
            if start == end {
                continue;
            }
            let initial = line[start];
            let quote = line[start..end].iter().take(3).find(|character| matches!(character, '\'' | '"'));
            let is_dots = matches!(line[start..end], ['.'] | ['.', '.', '.']);
            if initial.is_ascii_digit() || initial == '.' && !is_dots {
                self.piece("NUMBER", line, start, end);
            } else if matches!(initial, '\r' | '\n') {
                let kind = if self.brackets > 0 { "NL" } else { "NEWLINE" };
                self.piece(kind, line, start, end);
            } else if initial == '#' {
                self.piece("COMMENT", line, start, end);
            } else if let Some(&quote) = quote {
                let triple = line[start..end].ends_with(&[quote; 3]);
                let finish = if triple { string_end(line, end, quote, true) } else { Some(end) };
                match finish {
                    Some(end) if line[end - 1] != '\n' => {
                        self.piece("STRING", line, start, end);
                        at = end;
                    }
                    _ => {
                        let text = line[start..].iter().collect();
                        return Some(Unfinished { text, start: (self.row, start), quote, triple });
                    }
                }
            } else if initial == '_' || unicode_ident::is_xid_start(initial) {
                self.piece("NAME", line, start, end);
            } else if initial == '\\' {
                *continued = true;
            } else {
                match initial {
                    '(' | '[' | '{' => self.brackets += 1,
                    ')' | ']' | '}' => self.brackets -= 1,
                    _ => {}
                }
                self.piece("OP", line, start, end);
            }
        }
        None
    }
}

enum Start {
    /// Here code starts.
    Code(usize),
    /// The line holds none.
    Blank,
    /// The source ends in this line without a newline, and there is nothing in it but space.
    End,
}

/// The next token from a column on: where it starts, behind white space, and ends. Nothing if no pattern fits.
fn next_token(line: &[char], at: usize) -> Option<(usize, usize)> {
    let space = line[at..].iter().take_while(|character| matches!(character, ' ' | '\t' | '\x0c')).count();
    let start = at + space;
    let Some(&initial) = line.get(start) else { return Some((start, start)) };
    let rest = &line[start..];
    let length = if initial == '\\' {
        newline(&rest[1..]).map(|length| 1 + length)
    } else if initial == '#' {
        Some(comment_end(line, start) - start)
    } else {
        triple_quote(rest)
            .or_else(|| number(rest))
            .or_else(|| newline(rest))
            .or_else(|| operator(rest))
            .or_else(|| single_quoted(rest))
            .or_else(|| word(rest))
    };
    length.map(|length| (start, start + length))
}

fn newline(rest: &[char]) -> Option<usize> {
    match rest {
        ['\n', ..] => Some(1),
        ['\r', '\n', ..] => Some(2),
        _ => None,
    }
}

fn operator(rest: &[char]) -> Option<usize> {
    let fits = |operator: &str| operator.len() <= rest.len() && operator.chars().zip(rest).all(|(a, b)| a == *b);
    OPERATORS.iter().find_map(|(operator, _)| fits(operator).then_some(operator.len()))
}

fn word(rest: &[char]) -> Option<usize> {
    let length = rest.iter().take_while(|character| character.is_alphanumeric() || **character == '_').count();
    (length > 0).then_some(length)
}

/// Up to the end of the line, which is not part of a comment.
fn comment_end(line: &[char], start: usize) -> usize {
    let length = line[start..].iter().position(|character| matches!(character, '\r' | '\n'));
    length.map_or(line.len(), |length| start + length)
}

/// The length of a string's prefix and the quote behind it.
fn string_start(rest: &[char]) -> Option<(usize, char)> {
    let length = rest.iter().take_while(|character| character.is_ascii_alphabetic()).take(3).count();
    let quote = rest.get(length).copied().filter(|character| matches!(character, '\'' | '"'))?;
    let prefix: String = rest[..length].iter().map(char::to_ascii_lowercase).collect();
    matches!(prefix.as_str(), "" | "b" | "r" | "u" | "f" | "br" | "rb" | "fr" | "rf").then_some((length, quote))
}

fn triple_quote(rest: &[char]) -> Option<usize> {
    let (prefix, quote) = string_start(rest)?;
    rest[prefix..].starts_with(&[quote; 3]).then_some(prefix + 3)
}

/// A string in single quotes, or the part of it before a line that continues it.
fn single_quoted(rest: &[char]) -> Option<usize> {
    let (prefix, quote) = string_start(rest)?;
    let mut at = prefix + 1;
    loop {
        match rest[at..] {
            ['\\', '\n', ..] => return Some(at + 2),
            ['\\', '\r', '\n', ..] => return Some(at + 3),
            ['\\', _, ..] => at += 2,
            [] | ['\\'] | ['\n', ..] => return None,
            [character, ..] if character == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Where a string ends that started before.
fn string_end(line: &[char], from: usize, quote: char, triple: bool) -> Option<usize> {
    let mut at = from;
    loop {
        match line[at..] {
            [] | ['\\'] | ['\\', '\n', ..] => return None,
            ['\\', _, ..] => at += 2,
            [character, ..] if character == quote && !triple => return Some(at + 1),
            [a, b, c, ..] if triple && [a, b, c] == [quote; 3] => return Some(at + 3),
            _ => at += 1,
        }
    }
}

/// The length of a number. `0777` is two, as the module sees it.
fn number(rest: &[char]) -> Option<usize> {
    let decimal = |at: usize| digits(rest, at, |character| character.is_ascii_digit());
    let whole = decimal(0);
    let point = match (whole, rest.get(whole.unwrap_or(0))) {
        (Some(end), Some('.')) => Some(decimal(end + 1).unwrap_or(end + 1)),
        (None, Some('.')) => decimal(1),
        _ => None,
    };
    let exponent = |at: usize| match rest.get(at..) {
        Some(['e' | 'E', '+' | '-', ..]) => decimal(at + 2),
        Some(['e' | 'E', ..]) => decimal(at + 1),
        _ => None,
    };
    let float = match point {
        Some(end) => Some(exponent(end).unwrap_or(end)),
        None => whole.and_then(exponent),
    };
    let is_imaginary = |end: &usize| matches!(rest.get(*end), Some('j' | 'J'));
    match [whole, float].into_iter().flatten().find(is_imaginary) {
        Some(end) => Some(end + 1),
        None => float.or_else(|| integer(rest)),
    }
}

fn integer(rest: &[char]) -> Option<usize> {
    // The digits behind `0x` may begin with an underscore.
    let first = 2 + usize::from(rest.get(2) == Some(&'_'));
    let prefixed = match rest {
        ['0', 'x' | 'X', ..] => digits(rest, first, |character| character.is_ascii_hexdigit()),
        ['0', 'o' | 'O', ..] => digits(rest, first, |character| matches!(character, '0'..='7')),
        ['0', 'b' | 'B', ..] => digits(rest, first, |character| matches!(character, '0' | '1')),
        _ => None,
    };
    prefixed.or_else(|| match rest.first()? {
        '0' => digits(rest, 0, |character| character == '0'),
        _ => digits(rest, 0, |character| character.is_ascii_digit()),
    })
}

/// The end of digits with single underscores between them.
fn digits(rest: &[char], from: usize, is_digit: impl Fn(char) -> bool) -> Option<usize> {
    let is_digit = |at: usize| rest.get(at).is_some_and(|character| is_digit(*character));
    if !is_digit(from) {
        return None;
    }
    let mut at = from + 1;
    loop {
        if is_digit(at) {
            at += 1;
        } else if rest.get(at) == Some(&'_') && is_digit(at + 1) {
            at += 2;
        } else {
            return Some(at);
        }
    }
}

/// The operators and their names; of those that start alike, the longer first.
const OPERATORS: &[(&str, &str)] = &[
    ("~", "TILDE"),
    ("}", "RBRACE"),
    ("|=", "VBAREQUAL"),
    ("|", "VBAR"),
    ("{", "LBRACE"),
    ("^=", "CIRCUMFLEXEQUAL"),
    ("^", "CIRCUMFLEX"),
    ("]", "RSQB"),
    ("[", "LSQB"),
    ("@=", "ATEQUAL"),
    ("@", "AT"),
    (">>=", "RIGHTSHIFTEQUAL"),
    (">>", "RIGHTSHIFT"),
    (">=", "GREATEREQUAL"),
    (">", "GREATER"),
    ("==", "EQEQUAL"),
    ("=", "EQUAL"),
    ("<=", "LESSEQUAL"),
    ("<<=", "LEFTSHIFTEQUAL"),
    ("<<", "LEFTSHIFT"),
    ("<", "LESS"),
    (";", "SEMI"),
    (":=", "COLONEQUAL"),
    (":", "COLON"),
    ("/=", "SLASHEQUAL"),
    ("//=", "DOUBLESLASHEQUAL"),
    ("//", "DOUBLESLASH"),
    ("/", "SLASH"),
    ("...", "ELLIPSIS"),
    (".", "DOT"),
    ("->", "RARROW"),
    ("-=", "MINEQUAL"),
    ("-", "MINUS"),
    (",", "COMMA"),
    ("+=", "PLUSEQUAL"),
    ("+", "PLUS"),
    ("*=", "STAREQUAL"),
    ("**=", "DOUBLESTAREQUAL"),
    ("**", "DOUBLESTAR"),
    ("*", "STAR"),
    (")", "RPAR"),
    ("(", "LPAR"),
    ("&=", "AMPEREQUAL"),
    ("&", "AMPER"),
    ("%=", "PERCENTEQUAL"),
    ("%", "PERCENT"),
    ("!=", "NOTEQUAL"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind and text of each token, without those that every list has.
    fn tokens(source: &str) -> String {
        let listed = listing(source.as_bytes(), None, false).unwrap();
        let rows = listed.lines().filter(|line| !line.contains("ENDMARKER") && !line.contains(" NEWLINE "));
        let pairs = rows.map(|line| line[20..].split_whitespace().collect::<Vec<_>>().join(" "));
        pairs.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn numbers() {
        assert_eq!(tokens("0777 1_0 0x_1F"), "NUMBER '0', NUMBER '777', NUMBER '1_0', NUMBER '0x_1F'");
        assert_eq!(tokens("1.5e-3j 1e5 .5 1.j"), "NUMBER '1.5e-3j', NUMBER '1e5', NUMBER '.5', NUMBER '1.j'");
        assert_eq!(tokens("1__0 0xg 1e"), "NUMBER '1', NAME '__0', NUMBER '0', NAME 'xg', NUMBER '1', NAME 'e'");
        assert_eq!(tokens("1..x ...1"), "NUMBER '1.', OP '.', NAME 'x', OP '...', NUMBER '1'");
    }

    #[test]
    fn what_it_cannot_read() {
        assert_eq!(tokens("a $ b"), "NAME 'a', ERRORTOKEN ' ', ERRORTOKEN '$', NAME 'b'");
        assert_eq!(tokens("'ab"), "ERRORTOKEN \"'\", NAME 'ab'");
        let stopped = |source: &str| listing(source.as_bytes(), None, false).unwrap_err();
        assert_eq!(stopped("x = '''a\n"), "<stdin>:1:4: error: EOF in multi-line string");
        assert_eq!(stopped("x = )\n"), "<stdin>:2:0: error: EOF in multi-line statement");
        let unindent = "<stdin>:3:2: error: unindent does not match any outer indentation level";
        assert_eq!(stopped("if x:\n    y\n  z\n"), unindent);
    }

    #[test]
    fn encodings() {
        let first = |source: &[u8]| {
            listing(source, Some("f"), false).map(|text| text.lines().next().unwrap()[20..].trim().to_owned())
        };
        assert_eq!(first(b"\xef\xbb\xbfx").unwrap(), "ENCODING       'utf-8'");
        assert_eq!(first(b"#!x\n# coding: Latin-1\n").unwrap(), "ENCODING       'iso-8859-1'");
        assert_eq!(first(b"# coding: none\n").unwrap_err(), "f: error: unknown encoding for 'f': none");
        assert_eq!(first(b"'\xe9'").unwrap_err(), "f: error: invalid or missing encoding declaration for 'f'");
    }
}
