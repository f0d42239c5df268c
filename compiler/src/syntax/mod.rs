//! Syntax errors in CPython's words and places.
//!
//! CPython reports, in this order: what its tokenizer could not read (even behind the place where the parser failed), what one of its
//! rules for frequent mistakes recognizes, a bracket that is never closed, and otherwise "invalid syntax" at the last token that the
//! parser looked at. The parser used here finds the same places under other names: [`message`](self) translates.

mod names;
mod rules;

use ruff_python_ast::Mod;
use ruff_python_parser::{ParseError, ParseErrorType, Parsed, UnsupportedSyntaxError};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::error::{ErrorKind, SyntaxError};
use crate::source::Source;
use crate::tokenizer::{Failure, Kind, Place, Token, Tokens, tokenize};

/// The error that CPython 3.11 reports for a source that the parser rejects.
pub(crate) fn error(source: &Source<'_>, parsed: &Parsed<Mod>) -> Box<SyntaxError> {
    let tokens = tokenize(source.text, false);
    let reporter = Reporter { source, parsed, tokens };
    let parse_error = parsed.errors().first();
    let unsupported = parsed.unsupported_syntax_errors().first();
    let ranges = [parse_error.map(|error| error.location), unsupported.map(Ranged::range)];
    let place = ranges.into_iter().flatten().min_by_key(|range| range.start()).unwrap_or_default();
    let indent = parse_error.is_some_and(|error| {
        matches!(error.error, ParseErrorType::UnexpectedIndentation)
            && reporter.token_at(error.location.start()).kind == Kind::Indent
    });
    if let Some(failure) = &reporter.tokens.failure
        && !(indent && failure.offset > place.start().to_usize())
        && (failure.raised || failure.offset <= place.end().to_usize())
    {
        return reporter.failure(failure);
    }
    let report = match (parse_error, unsupported) {
        (Some(error), Some(other)) if other.range().start() < error.location.start() => reporter.unsupported(other),
        (Some(error), _) => reporter.parse_error(error),
        (None, Some(other)) => reporter.unsupported(other),
        (None, None) => Report::at(TextRange::default(), "invalid syntax"),
    };
    reporter.finish(report, place.start())
}

/// A message with a place, before it is known whether an open bracket explains more.
struct Report {
    kind: ErrorKind,
    message: String,
    place: ReportPlace,
}

enum ReportPlace {
    Range(TextRange),
    /// A token; those without a width show their own way.
    Token(Token),
    /// A start without an end.
    Start(TextSize),
}

impl Report {
    fn at(range: TextRange, message: impl Into<String>) -> Report {
        Report { kind: ErrorKind::SyntaxError, message: message.into(), place: ReportPlace::Range(range) }
    }

    fn token(token: Token, message: impl Into<String>) -> Report {
        Report { kind: ErrorKind::SyntaxError, message: message.into(), place: ReportPlace::Token(token) }
    }
}

struct Reporter<'s> {
    source: &'s Source<'s>,
    parsed: &'s Parsed<Mod>,
    tokens: Tokens,
}

impl Reporter<'_> {
    /// Column as CPython shows it: characters before the offset, from 1.
    fn column(&self, offset: usize) -> (i32, i32) {
        let offset = self.source.text.floor_char_boundary(offset);
        let (line, column) = self.source.position(TextSize::new(offset as u32));
        let text = &self.source.text[offset - column as usize..offset];
        (line, text.chars().count() as i32 + 1)
    }

    fn error(&self, kind: ErrorKind, message: &str, start: (i32, i32), end: (i32, i32)) -> Box<SyntaxError> {
        Box::new(SyntaxError {
            kind,
            message: message.to_owned(),
            filename: self.source.filename.to_owned(),
            line: start.0,
            column: start.1,
            end_line: end.0,
            end_column: end.1,
            text: Some(self.source.line_text(start.0).unwrap_or_default()),
        })
    }

    fn failure(&self, failure: &Failure) -> Box<SyntaxError> {
        let (start, end) = match failure.place {
            Place::Before(offset) => {
                let (line, column) = self.column(offset);
                ((line, column - 1), (line, column - 1))
            }
            Place::Range(start, end) => (self.column(start), self.column(end)),
            Place::Line(offset) => {
                let (line, _) = self.column(offset);
                ((line, 1), (line, 0))
            }
            Place::LineEnd(offset) => {
                let (line, column) = self.column(self.line_end(offset));
                ((line, column), (line, -1))
            }
            Place::At(offset) => {
                let (line, column) = self.column(offset);
                let end = if failure.raised { column } else { 0 };
                ((line, column), (line, end))
            }
        };
        self.error(failure.kind, &failure.message, start, end)
    }

    fn line_end(&self, offset: usize) -> usize {
        self.source.text[offset..].find('\n').map_or(self.source.text.len(), |length| offset + length)
    }

    fn finish(&self, report: Report, reached: TextSize) -> Box<SyntaxError> {
        let (start, end) = match report.place {
            ReportPlace::Range(range) => (self.column(range.start().to_usize()), self.column(range.end().to_usize())),
            ReportPlace::Token(token) => self.token_place(token),
            ReportPlace::Start(start) => {
                let (line, column) = self.column(start.to_usize());
                ((line, column), (line, 0))
            }
        };
        // A bracket that is open at the end, from an earlier line, is what went wrong. So it is where the parser stands before it: to
        // recognize a mistake it reads on, to the end.
        if self.tokens.failure.is_none()
            && let Some(&open) = self.tokens.open.last()
        {
            let place = self.column(open);
            let reached = reached.to_usize();
            let at_end = reached >= self.source.text.trim_end_matches([' ', '\t', '\n']).len();
            if at_end || self.column(reached).0 > place.0 || self.tokens.open.contains(&reached) {
                let bracket = &self.source.text[open..=open];
                let message = format!("'{bracket}' was never closed");
                return self.error(ErrorKind::SyntaxError, &message, place, (place.0, 0));
            }
        }
        self.error(report.kind, &report.message, start, end)
    }

    fn token_place(&self, token: Token) -> ((i32, i32), (i32, i32)) {
        match token.kind {
            // Where the tokenizer is after it: at the end of what it has read.
            Kind::Dedent if token.start < self.source.text.trim_end().len() => {
                let (line, column) = self.column(token.start);
                ((line, column - 1), (line, -1))
            }
            Kind::EndMarker | Kind::Dedent => {
                let last = self.source.text.trim_end_matches('\n').len();
                let mut end = self.line_end(last);
                // Blank lines at the end were read, too, if they hold anything.
                if let Some(line) = self.source.text.strip_suffix('\n').and_then(|text| text.rsplit('\n').next())
                    && !line.is_empty()
                {
                    end = self.source.text.len() - 1;
                }
                let (line, column) = self.column(end);
                ((line, column), (line, -1))
            }
            Kind::Indent => {
                let (line, column) = self.column(token.end);
                ((line, column - 1), (line, -1))
            }
            Kind::Newline => {
                let place = self.column(token.start);
                (place, place)
            }
            _ => (self.column(token.start), self.column(token.end)),
        }
    }

    /// The index of the token at an offset, or of the next one.
    fn token_index(&self, offset: TextSize) -> usize {
        let tokens = &self.tokens.tokens;
        let mut index = tokens.partition_point(|token| token.start < offset.to_usize());
        // Operators of ours that the parser sees as two.
        if let Some(before) = index.checked_sub(1)
            && tokens[before].kind == Kind::Op
            && tokens[before].end > offset.to_usize()
        {
            return before;
        }
        while index + 1 < tokens.len() && tokens[index].kind == Kind::Dedent {
            index += 1;
        }
        index
    }

    fn token_at(&self, offset: TextSize) -> Token {
        let index = self.token_index(offset);
        let end = self.source.text.len();
        let tokens = &self.tokens.tokens;
        tokens.get(index).copied().unwrap_or(Token { kind: Kind::EndMarker, start: end, end })
    }

    fn token_text(&self, token: &Token) -> &str {
        &self.source.text[token.start..token.end]
    }

    fn unsupported(&self, error: &UnsupportedSyntaxError) -> Report {
        self.unsupported_report(error)
    }

    fn parse_error(&self, error: &ParseError) -> Report {
        self.rule(error).unwrap_or_else(|| self.invalid_syntax(error.location.start()))
    }

    fn invalid_syntax(&self, offset: TextSize) -> Report {
        let token = self.token_at(offset);
        match token.kind {
            Kind::Indent => Report { kind: ErrorKind::IndentationError, ..Report::token(token, "unexpected indent") },
            Kind::Dedent => Report { kind: ErrorKind::IndentationError, ..Report::token(token, "unexpected unindent") },
            _ => Report::token(token, "invalid syntax"),
        }
    }
}
