//! The source text: lines, and places in them.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};

use ruff_text_size::{TextRange, TextSize};

use crate::ast::Loc;

/// Source with its line starts. Newlines are `\n` only (see [`Source::normalize`]).
#[derive(Debug)]
pub(crate) struct Source<'s> {
    pub(crate) text: &'s str,
    pub(crate) filename: &'s str,
    /// See [`crate::Options::byte_columns`].
    pub(crate) byte_columns: bool,
    /// See [`crate::Options::is_file`].
    pub(crate) is_file: bool,
    /// Byte offset at which each line starts.
    line_starts: Vec<u32>,
    /// The line (from 1) that [`Source::position`] found last. No more than a hint.
    last_line: AtomicUsize,
}

/// How many lines are looked at before all of them are searched.
const NEAR: usize = 8;

impl<'s> Source<'s> {
    pub(crate) fn new(text: &'s str, filename: &'s str) -> Self {
        let mut line_starts = Vec::with_capacity(text.len() / 24 + 16);
        line_starts.push(0);
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Source { text, filename, byte_columns: false, is_file: false, line_starts, last_line: AtomicUsize::new(1) }
    }

    /// What CPython's tokenizer sees: `\r\n` and `\r` turned into `\n`.
    pub(crate) fn normalize(text: &str) -> Cow<'_, str> {
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Line (from 1) and column (from 0, in bytes) of an offset.
    #[inline]
    pub(crate) fn position(&self, offset: TextSize) -> (i32, i32) {
        let offset = offset.to_u32();
        // What is asked for is mostly on the line of the last answer.
        let last = self.last_line.load(Ordering::Relaxed);
        if let [start, next, ..] = self.line_starts[last - 1..]
            && (start..next).contains(&offset)
        {
            return (last as i32, (offset - start) as i32);
        }
        let line = self.find_line(offset, last);
        self.last_line.store(line, Ordering::Relaxed);
        (line as i32, (offset - self.line_starts[line - 1]) as i32)
    }

    /// The line of an offset, which is mostly soon after another line.
    fn find_line(&self, offset: u32, last: usize) -> usize {
        let near = self.line_starts[last - 1..].iter().take(NEAR + 1).position(|start| *start > offset);
        match near {
            Some(distance @ 1..) => last - 1 + distance,
            _ => self.line_starts.partition_point(|start| *start <= offset),
        }
    }

    pub(crate) fn loc(&self, range: TextRange) -> Loc {
        let (lineno, col_offset) = self.position(range.start());
        // Most nodes end on the line on which they start. What is asked for next starts near this start, not near this end.
        let (end, first) = (range.end().to_u32(), lineno as usize);
        let last = match self.line_starts.get(first) {
            Some(next) if *next <= end => self.find_line(end, first),
            _ => first,
        };
        let end_col_offset = (end - self.line_starts[last - 1]) as i32;
        Loc { lineno, col_offset, end_lineno: last as i32, end_col_offset }
    }

    /// The text of a line with its newline; none if there is no such line.
    pub(crate) fn line_text(&self, line: i32) -> Option<String> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.line_starts.get(index)? as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |end| *end as usize);
        if start == self.text.len() && index > 0 {
            return None;
        }
        Some(self.text[start..end].to_owned())
    }

    pub(crate) fn slice(&self, range: TextRange) -> &'s str {
        &self.text[range]
    }

    /// The offset of the first character at or after one that is neither white space nor part of a comment nor of a line continuation.
    pub(crate) fn skip_trivia(&self, offset: TextSize) -> TextSize {
        let bytes = self.text.as_bytes();
        let mut at = offset.to_usize();
        while let Some(byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\x0c' | b'\n' | b'\\' => at += 1,
                b'#' => {
                    while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                        at += 1;
                    }
                }
                _ => break,
            }
        }
        TextSize::new(at as u32)
    }
}
