//! The text of tracebacks, as CPython 3.11's `Python/traceback.c` writes it: the lines of source with PEP 657's markers.

use std::collections::HashMap;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// One line of a traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file.
    pub filename: String,
    /// The function.
    pub name: String,
    /// The line that was executed.
    pub line: u32,
    /// Where the failing instruction came from: first line, last line, first column, column behind the last (bytes from
    /// zero), as far as the code object knows.
    pub position: Option<(u32, u32, u32, u32)>,
}

/// How often the same line is written before it is counted only (`TB_RECURSIVE_CUTOFF`).
const RECURSIVE_CUTOFF: usize = 3;

/// The lines of files, read when they are needed.
#[derive(Default)]
pub struct SourceCache {
    files: HashMap<String, Option<Vec<String>>>,
}

impl SourceCache {
    /// A line of a file, if that can be read.
    pub fn line(&mut self, filename: &str, line: u32) -> Option<&str> {
        self.read(filename, |bytes| Some(String::from_utf8_lossy(bytes).into_owned()));
        self.files.get(filename)?.as_ref()?.get((line as usize).checked_sub(1)?).map(String::as_str)
    }

    /// Reads a file that is not known yet; `decode` makes text of it.
    pub fn read(&mut self, filename: &str, decode: impl FnOnce(&[u8]) -> Option<String>) {
        if self.files.contains_key(filename) {
            return;
        }
        let read = || {
            if filename.starts_with('<') {
                return None;
            }
            Some(decode(&std::fs::read(filename).ok()?)?.lines().map(str::to_owned).collect())
        };
        let lines = read();
        self.files.insert(filename.to_owned(), lines);
    }
}

/// Appends the lines of a traceback, outermost first, without its heading. Repeated lines are folded.
pub fn write_entries(out: &mut String, entries: &[Entry], sources: &mut SourceCache) {
    let mut index = 0;
    while index < entries.len() {
        let entry = &entries[index];
        let same = entries[index..]
            .iter()
            .take_while(|e| e.filename == entry.filename && e.line == entry.line && e.name == entry.name)
            .count();
        for shown in &entries[index..index + same.min(RECURSIVE_CUTOFF)] {
            write_entry(out, shown, sources);
        }
        if same > RECURSIVE_CUTOFF {
            let more = same - RECURSIVE_CUTOFF;
            let plural = if more > 1 { "s" } else { "" };
            let _ = writeln!(out, "  [Previous line repeated {more} more time{plural}]");
        }
        index += same;
    }
}

fn write_entry(out: &mut String, entry: &Entry, sources: &mut SourceCache) {
    let _ = writeln!(out, "  File \"{}\", line {}, in {}", entry.filename, entry.line, entry.name);
    let Some(line) = sources.line(&entry.filename, entry.line) else { return };
    let stripped = line.trim_start_matches([' ', '\t', '\u{c}']);
    let text = stripped.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() {
        return;
    }
    let _ = writeln!(out, "    {text}");
    match markers(line, stripped.len(), text, entry) {
        // A place before the text has a line of its own all the same.
        Some(markers) if markers.is_empty() => out.push('\n'),
        Some(markers) => {
            let _ = writeln!(out, "    {markers}");
        }
        None => {}
    }
}

/// The line of `^` and `~` under the source, unless it would mark the whole line.
fn markers(line: &str, stripped_len: usize, text: &str, entry: &Entry) -> Option<String> {
    let (start_line, end_line, start, end) = entry.position?;
    if start_line != entry.line {
        return None;
    }
    let indent = line.len() - stripped_len;
    let chars = |byte: usize| line.get(..byte).map(|s| s.chars().count());
    let start_char = chars(start as usize)?;
    let (end_char, anchors) = if start_line == end_line {
        let segment = line.get(start as usize..end as usize)?;
        let anchors = anchors(segment).map(|(left, right)| {
            let to_char = |byte: usize| start_char + segment.get(..byte).map_or(0, |s| s.chars().count());
            (to_char(left), to_char(right))
        });
        (chars(end as usize)?, anchors)
    } else {
        (line.trim_end().chars().count(), None)
    };
    let indent_chars = line[..indent].chars().count();
    if anchors.is_none() && end_char.saturating_sub(start_char) == text.chars().count() {
        return None;
    }
    let mut markers = String::new();
    let characters = line.chars().enumerate().take(end_char).skip(indent_chars);
    for (position, character) in characters {
        let marker = match anchors {
            _ if position < start_char => ' ',
            Some((left, right)) if !(left..right).contains(&position) => '~',
            _ => '^',
        };
        // A terminal shows some characters twice as wide.
        let wide = UnicodeWidthChar::width(character) == Some(2);
        markers.extend(std::iter::repeat_n(marker, 1 + usize::from(wide)));
    }
    Some(markers)
}

/// Where the operator of a binary operation, or the brackets of a subscript, stand in the text of an expression (bytes).
///
/// CPython parses the text and looks at the outermost expression. Here a scan for operators outside brackets finds the
/// same: the loosest one that stands furthest right (for `**`, furthest left).
fn anchors(segment: &str) -> Option<(usize, usize)> {
    let bytes = segment.as_bytes();
    let mut scan = Scan::default();
    let mut at = 0;
    while at < bytes.len() {
        at += scan.step(segment, at)?;
    }
    if scan.depth != 0 {
        return None;
    }
    match scan.best {
        Some((_, operator)) => Some((operator, operator + operator_length(&bytes[operator..]))),
        None if scan.last_bracket_closes_at == Some(bytes.len()) => {
            let open = scan.last_bracket_open?;
            if open == 0 || scan.other_tail { None } else { Some((open, bytes.len())) }
        }
        None => None,
    }
}

/// The length of the binary operator at the start.
fn operator_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'*', b'*', ..] | [b'/', b'/', ..] | [b'<', b'<', ..] | [b'>', b'>', ..] => 2,
        _ => 1,
    }
}

#[derive(Default)]
struct Scan {
    depth: usize,
    /// Whether an operand has just ended, so that an operator that follows is binary.
    after_operand: bool,
    /// The loosest operator so far: how tightly it binds, and where it stands.
    best: Option<(u8, usize)>,
    last_bracket_open: Option<usize>,
    last_bracket_closes_at: Option<usize>,
    other_tail: bool,
}

impl Scan {
    /// Reads one token; answers its length, or `None` when the expression is of a kind without anchors.
    fn step(&mut self, segment: &str, at: usize) -> Option<usize> {
        let rest = &segment[at..];
        let first = rest.chars().next()?;
        if first.is_whitespace() || first == '\\' {
            return Some(first.len_utf8());
        }
        if first.is_alphanumeric() || first == '_' {
            return self.word(rest);
        }
        if first == '"' || first == '\'' {
            self.after_operand = true;
            return Some(string_length(rest));
        }
        match first {
            '(' | '[' | '{' => {
                if self.depth == 0 {
                    self.last_bracket_open = Some(at);
                    self.other_tail = first != '[' || !self.after_operand;
                }
                self.depth += 1;
                self.after_operand = false;
                Some(1)
            }
            ')' | ']' | '}' => {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth == 0 {
                    self.last_bracket_closes_at = Some(at + 1);
                }
                self.after_operand = true;
                Some(1)
            }
            '.' => {
                self.after_operand = false;
                Some(1)
            }
            _ if self.depth > 0 => {
                self.after_operand = false;
                Some(first.len_utf8())
            }
            _ => self.operator(rest, at),
        }
    }

    fn word(&mut self, rest: &str) -> Option<usize> {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        let word = &rest[..length];
        if self.depth == 0
            && matches!(word, "and" | "or" | "not" | "in" | "is" | "if" | "else" | "lambda" | "await" | "yield" | "for")
        {
            return None;
        }
        let prefix = rest[length..].starts_with(['"', '\'']) && word.len() <= 2;
        self.after_operand = true;
        Some(if prefix { length + string_length(&rest[length..]) } else { length })
    }

    fn operator(&mut self, rest: &str, at: usize) -> Option<usize> {
        let (length, binding) = match rest.as_bytes() {
            [b'*', b'*', ..] => (2, 7),
            [b'/', b'/', ..] => (2, 5),
            [b'<', b'<', ..] | [b'>', b'>', ..] => (2, 3),
            [b'|', ..] => (1, 0),
            [b'^', ..] => (1, 1),
            [b'&', ..] => (1, 2),
            [b'+' | b'-', ..] => (1, if self.after_operand { 4 } else { 6 }),
            [b'*' | b'/' | b'%' | b'@', ..] => (1, 5),
            [b'~', ..] => (1, 6),
            _ => return None,
        };
        if binding == 6 {
            // A unary operator in front makes the whole a unary operation, unless a binary one follows.
            return Some(length);
        }
        let replaces = match self.best {
            None => true,
            Some((best, _)) => {
                if binding == 7 {
                    binding < best
                } else {
                    binding <= best
                }
            }
        };
        if replaces {
            self.best = Some((binding, at));
        }
        self.after_operand = false;
        Some(length)
    }
}

/// The length of the string literal at the start.
fn string_length(text: &str) -> usize {
    let quote = &text[..1];
    let (delimiter, mut at) = match text.get(..3) {
        Some(three) if three == quote.repeat(3) => (quote.repeat(3), 3),
        _ => (quote.to_owned(), 1),
    };
    while at < text.len() {
        if text[at..].starts_with('\\') {
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if text[at..].starts_with(&delimiter) {
            return at + delimiter.len();
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(line: &str, start: u32, end: u32) -> Option<String> {
        let entry = Entry { filename: "f".into(), name: "g".into(), line: 1, position: Some((1, 1, start, end)) };
        let stripped = line.trim_start();
        markers(line, stripped.len(), stripped.trim_end(), &entry)
    }

    #[test]
    fn operators_and_brackets_are_marked_apart() {
        assert_eq!(marked("    x = 1 / 0", 8, 13).as_deref(), Some("    ~~^~~"));
        assert_eq!(marked("return a // b", 7, 13).as_deref(), Some("       ~~^^~~"));
        assert_eq!(marked("y = d['k'] + 1", 4, 10).as_deref(), Some("    ~^^^^^"));
        assert_eq!(marked("y = f(1) + 1", 4, 8).as_deref(), Some("    ^^^^"));
        assert_eq!(marked("x = a + b * c", 4, 13).as_deref(), Some("    ~~^~~~~~~"));
        assert_eq!(marked("    return (x + y) * None", 11, 25).as_deref(), Some("       ~~~~~~~~^~~~~~"));
    }

    #[test]
    fn a_whole_line_is_not_marked() {
        assert_eq!(marked("    f(1)", 4, 8), None);
    }

    #[test]
    fn repeated_lines_are_folded() {
        let entry = Entry { filename: "<x>".into(), name: "f".into(), line: 2, position: None };
        let mut out = String::new();
        write_entries(&mut out, &vec![entry; 10], &mut SourceCache::default());
        assert_eq!(out.matches("File").count(), 3);
        assert!(out.ends_with("  [Previous line repeated 7 more times]\n"));
    }
}
