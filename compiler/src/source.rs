//! The source text.

use std::borrow::Cow;

/// A source. Newlines are `\n` only (see [`Source::normalize`]).
#[derive(Debug)]
pub(crate) struct Source<'s> {
    pub(crate) text: &'s str,
    pub(crate) filename: &'s str,
    /// See [`crate::Options::byte_columns`].
    pub(crate) byte_columns: bool,
    /// See [`crate::Options::is_file`].
    pub(crate) is_file: bool,
}

impl<'s> Source<'s> {
    pub(crate) fn new(text: &'s str, filename: &'s str) -> Self {
        Source { text, filename, byte_columns: false, is_file: false }
    }

    /// What CPython's tokenizer sees: `\r\n` and `\r` turned into `\n`.
    pub(crate) fn normalize(text: &str) -> Cow<'_, str> {
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// The text of a line (from 1) with its newline; none if there is no such line. Only errors ask for it.
    pub(crate) fn line_text(&self, line: i32) -> Option<String> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let first = if self.text.is_empty() { Some("") } else { None };
        first.into_iter().chain(self.text.split_inclusive('\n')).nth(index).map(str::to_owned)
    }
}
