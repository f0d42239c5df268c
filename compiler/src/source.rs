//! The source text: lines, and places in them.

use std::borrow::Cow;

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
}

impl<'s> Source<'s> {
    pub(crate) fn new(text: &'s str, filename: &'s str) -> Self {
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().zip(1u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next));
        Source { text, filename, byte_columns: false, is_file: false, line_starts }
    }

    /// What CPython's tokenizer sees: `\r\n` and `\r` turned into `\n`.
    pub(crate) fn normalize(text: &str) -> Cow<'_, str> {
        if text.contains('\r') {
            Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Line (from 1) and column (from 0, in bytes) of an offset.
    pub(crate) fn position(&self, offset: TextSize) -> (i32, i32) {
        let offset = offset.to_u32();
        let line = self.line_starts.partition_point(|start| *start <= offset);
        (line as i32, (offset - self.line_starts[line - 1]) as i32)
    }

    pub(crate) fn loc(&self, range: TextRange) -> Loc {
        let (lineno, col_offset) = self.position(range.start());
        let (end_lineno, end_col_offset) = self.position(range.end());
        Loc { lineno, col_offset, end_lineno, end_col_offset }
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
