//! Runs the grammar: a packrat parser with CPython's two passes.

use crate::error::{ErrorKind, Stage, SyntaxError};

use super::first::First;
use super::grammar::{Action, Alternative, Grammar, Item, Label, NodeKind, TokenKind};
use super::tokens::{Done, RawToken, Tokenizer};

/// How deeply rules may nest (CPython's `MAXSTACK`).
const MAX_LEVEL: usize = 6000;
/// The same where the stack cannot be chosen.
const MAX_LEVEL_ON_SMALL_STACK: usize = 600;

/// More levels than rules nest without a token between them.
const DEEPEST_ATTEMPT: usize = 200;

/// The level of the loop over a file's statements: `file`, `statements`, the loop.
const LEVEL_OF_STATEMENTS: usize = 3;

/// What the source is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    File,
    Interactive,
    Eval,
    /// The expression of a replacement field.
    FString,
}

/// The index of a node in the parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(u32);

/// A piece of the syntax tree: as much of it as messages need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// The first and the last token.
    first: u32,
    last: u32,
    /// Its parts: a range of [`Parser::children`].
    children: (u32, u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// Its text: a range of bytes.
    pub(super) range: (usize, usize),
    pub(super) place: Place,
    /// Brackets that are open behind it.
    pub(super) level: usize,
}

/// Lines from 1, columns in bytes from 0; −1 is "none".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: i32,
    pub(super) column: i64,
    pub(super) end_line: i32,
    pub(super) end_column: i64,
}

/// What a rule gave before at a token.
struct Memo {
    rule: usize,
    node: Option<NodeId>,
    mark: usize,
}

/// An error ends the pass.
pub(super) type Step<T> = Result<T, Box<SyntaxError>>;

/// What an alternative found, and what to do about it.
enum Outcome {
    Found(NodeId),
    /// The next alternative is to be tried.
    Next,
    /// No other alternative is to be tried.
    Stop,
}

/// Items of an alternative as they are found.
#[derive(Default)]
struct Found {
    nodes: Vec<NodeId>,
    a: Option<NodeId>,
    b: Option<NodeId>,
    result: Option<NodeId>,
    cut: bool,
}

pub(super) struct Parser<'t> {
    grammar: &'static Grammar,
    pub(super) tokenizer: Tokenizer<'t>,
    pub(super) filename: &'t str,
    pub(super) start: Start,
    /// Line and column at which the text starts: those of a replacement field, else 0.
    pub(super) starting: (i32, i64),
    pub(super) tokens: Vec<Token>,
    /// What rules gave, for the tokens from `memo_start` on.
    memo: Vec<Vec<Memo>>,
    memo_start: usize,
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    pub(super) mark: usize,
    level: usize,
    max_level: usize,
    pub(super) second_pass: bool,
    /// Whether the prompt's statement has begun: its end stands for a newline.
    started: bool,
    /// Whether columns count bytes, as they always do in replacement fields.
    pub(super) byte_columns: bool,
    /// A pattern that only the code generator refuses, and how.
    pub(super) bad_pattern: Option<(Place, &'static str)>,
}

impl<'t> Parser<'t> {
    /// A parser of a text that starts at a line (from 1; 0 means the same) and column.
    pub(super) fn new(text: &'t str, filename: &'t str, start: Start, starting: (i32, i64)) -> Self {
        let small_stack = cfg!(target_family = "wasm");
        Parser {
            grammar: Grammar::get(),
            tokenizer: Tokenizer::new(text, filename, (starting.0 - 1).max(0)),
            filename,
            start,
            starting,
            tokens: Vec::new(),
            memo: Vec::new(),
            memo_start: 0,
            nodes: Vec::new(),
            children: Vec::new(),
            mark: 0,
            level: 0,
            max_level: if small_stack { MAX_LEVEL_ON_SMALL_STACK } else { MAX_LEVEL },
            second_pass: false,
            started: false,
            byte_columns: start == Start::FString,
            bad_pattern: None,
        }
    }

    /// Parses all of it.
    pub(super) fn run(&mut self) -> Step<NodeId> {
        let error = match self.pass() {
            Ok(Some(node)) => {
                if self.start == Start::Interactive && self.tokenizer.has_more() {
                    return self.raise("multiple statements found while compiling a single statement");
                }
                return Ok(node);
            }
            Ok(None) => {
                let last = self.tokens.len() - 1;
                self.second_pass = true;
                self.forget();
                match self.pass() {
                    Err(error) => error,
                    Ok(_) => return Err(self.general_error(last)),
                }
            }
            Err(error) => error,
        };
        let tokenizer_is_well = matches!(self.tokenizer.done, Done::Ok);
        if tokenizer_is_well && error.kind != ErrorKind::MemoryError {
            return Err(self.error_in_the_rest().unwrap_or(error));
        }
        Err(error)
    }

    fn pass(&mut self) -> Step<Option<NodeId>> {
        self.mark = 0;
        let name = match self.start {
            Start::File => "file",
            Start::Interactive => "interactive",
            Start::Eval => "eval",
            Start::FString => "fstring",
        };
        self.rule(self.grammar.rule(name))
    }

    /// Nothing is read twice across the statements of a file: what is known of one is of no use behind it.
    fn forget_statement(&mut self) {
        if self.start == Start::File && self.level == LEVEL_OF_STATEMENTS {
            self.forget();
            self.memo_start = self.mark;
        }
    }

    fn forget(&mut self) {
        self.memo_start = 0;
        self.memo.iter_mut().for_each(Vec::clear);
        self.nodes.clear();
        self.children.clear();
    }

    /// The error where no rule recognizes the mistake, at the last token of the first pass.
    fn general_error(&mut self, last: usize) -> Box<SyntaxError> {
        let token = self.tokens[last];
        let indentation = match token.kind {
            TokenKind::Indent => Some("unexpected indent"),
            TokenKind::Dedent => Some("unexpected unindent"),
            _ => None,
        };
        if let Some(message) = indentation {
            return self.error_here(ErrorKind::IndentationError, message);
        }
        let error = self.error_at(token.place, "invalid syntax");
        self.error_in_the_rest().unwrap_or(error)
    }

    /// What the tokenizer finds wrong behind the error counts more, and so does a bracket that was open before.
    fn error_in_the_rest(&mut self) -> Option<Box<SyntaxError>> {
        let line = self.tokens.last()?.place.line;
        loop {
            match self.tokenizer.next() {
                Ok(RawToken { kind: TokenKind::EndMarker, .. }) => return None,
                Ok(_) => {}
                Err(Some(error)) => return Some(error),
                Err(None) => {
                    let open = self.tokenizer.brackets.last()?;
                    return (line > open.line).then(|| self.unclosed());
                }
            }
        }
    }

    // ---- tokens ----

    fn fill(&mut self) -> Step<()> {
        let raw = self.tokenizer.next();
        let (mut kind, range, failure) = match raw {
            Ok(token) => (token.kind, token.range, None),
            Err(failure) => (TokenKind::Error, None, Some(failure)),
        };
        if self.start == Start::Interactive && kind == TokenKind::EndMarker && self.started {
            kind = TokenKind::Newline;
            self.started = false;
            self.tokenizer.end_blocks();
        } else {
            self.started = true;
        }
        let tokenizer = &self.tokenizer;
        let is_string = kind == TokenKind::String;
        let line_start = if is_string { tokenizer.string_line_start } else { tokenizer.line_start };
        let column = |offset: Option<usize>, line_start: usize| {
            let column = offset.and_then(|offset| offset.checked_sub(line_start)).map_or(-1, |column| column as i64);
            if tokenizer.line == self.starting.0 { self.starting.1 + column } else { column }
        };
        let place = Place {
            line: if is_string { tokenizer.string_line } else { tokenizer.line },
            column: column(range.map(|range| range.0), line_start),
            end_line: tokenizer.line,
            end_column: column(range.map(|range| range.1), tokenizer.line_start),
        };
        let range = range.unwrap_or((tokenizer.at, tokenizer.at));
        self.tokens.push(Token { kind, range, place, level: tokenizer.brackets.len() });
        match failure {
            None => Ok(()),
            Some(Some(error)) => Err(error),
            Some(None) => Err(self.tokenizer_error()),
        }
    }

    fn peek(&mut self) -> Step<Token> {
        if self.mark == self.tokens.len() {
            self.fill()?;
        }
        Ok(self.tokens[self.mark])
    }

    pub(super) fn text(&self, token: &Token) -> &'t str {
        self.tokenizer.text.get(token.range.0..token.range.1).unwrap_or_default()
    }

    /// A token of a kind as a node.
    fn expect(&mut self, kind: TokenKind) -> Step<Option<NodeId>> {
        let token = self.peek()?;
        if token.kind != kind {
            return Ok(None);
        }
        let kind = match kind {
            TokenKind::Name => NodeKind::Name,
            TokenKind::Number => {
                self.check_digits(&token)?;
                NodeKind::Number
            }
            TokenKind::String => NodeKind::String,
            _ => NodeKind::Token,
        };
        self.mark += 1;
        Ok(Some(self.node(kind, self.mark - 1, &[])))
    }

    // ---- nodes ----

    /// A node of the tokens from `first` to the last before the mark that has a text.
    pub(super) fn node(&mut self, kind: NodeKind, first: usize, children: &[NodeId]) -> NodeId {
        let blank = |token: &Token| {
            matches!(token.kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker)
        };
        let last = if kind == NodeKind::Token {
            first
        } else {
            self.tokens[..self.mark].iter().rposition(|token| !blank(token)).unwrap_or(0)
        };
        let start = self.children.len() as u32;
        self.children.extend_from_slice(children);
        let children = (start, self.children.len() as u32);
        self.nodes.push(Node { kind, first: first as u32, last: last as u32, children });
        NodeId(self.nodes.len() as u32 - 1)
    }

    pub(super) fn kind(&self, node: NodeId) -> NodeKind {
        self.nodes[node.0 as usize].kind
    }

    pub(super) fn place(&self, node: NodeId) -> Place {
        let node = &self.nodes[node.0 as usize];
        let (first, last) = (self.tokens[node.first as usize].place, self.tokens[node.last as usize].place);
        Place { end_line: last.end_line, end_column: last.end_column, ..first }
    }

    pub(super) fn first_token(&self, node: NodeId) -> Token {
        self.tokens[self.nodes[node.0 as usize].first as usize]
    }

    /// The parts of a node without punctuation; sequences in it count as their parts.
    pub(super) fn elements(&self, node: NodeId) -> Vec<NodeId> {
        let mut elements = Vec::new();
        self.collect(node, &mut elements);
        elements
    }

    fn collect(&self, node: NodeId, elements: &mut Vec<NodeId>) {
        let (start, end) = self.nodes[node.0 as usize].children;
        for child in &self.children[start as usize..end as usize] {
            match self.kind(*child) {
                NodeKind::Token => {}
                NodeKind::Sequence => self.collect(*child, elements),
                _ => elements.push(*child),
            }
        }
    }

    // ---- rules ----

    fn enter(&mut self) -> Step<()> {
        self.level += 1;
        if self.level > self.max_level {
            return Err(self.out_of_stack());
        }
        Ok(())
    }

    fn rule(&mut self, number: usize) -> Step<Option<NodeId>> {
        self.enter()?;
        self.peek()?;
        let start = self.mark;
        let grammar = self.grammar;
        let rule = &grammar.rules[number];
        if rule.memo
            && let Some(&Memo { node, mark, .. }) = self.memo(start).iter().find(|memo| memo.rule == number)
        {
            self.mark = mark;
            self.level -= 1;
            return Ok(node);
        }
        let outside = self.second_pass;
        self.second_pass &= !rule.plain;
        let node = if !self.can_begin(&rule.first) {
            if rule.memo {
                self.memo(start).push(Memo { rule: number, node: None, mark: start });
            }
            None
        } else if rule.left {
            self.grow(number, start)?
        } else {
            let node = self.alternatives(&rule.alternatives)?;
            if rule.memo {
                let mark = self.mark;
                self.memo(start).push(Memo { rule: number, node, mark });
            }
            node
        };
        self.second_pass = outside;
        self.level -= 1;
        Ok(node)
    }

    /// Whether something can begin with the token at the mark, which has been read. Where rules are nested almost too deeply everything is
    /// tried, as CPython does: the attempt may be what is too deep.
    fn can_begin(&self, first: &First) -> bool {
        self.level + DEEPEST_ATTEMPT > self.max_level
            || self.tokens.get(self.mark).is_none_or(|token| first[usize::from(self.second_pass)].contains(token.kind))
    }

    /// What rules gave at a token.
    fn memo(&mut self, token: usize) -> &mut Vec<Memo> {
        let index = token - self.memo_start;
        if index >= self.memo.len() {
            self.memo.resize_with(index + 1, Vec::new);
        }
        &mut self.memo[index]
    }

    /// A rule that begins with itself: its result is the beginning of the next, as long as there is a longer one.
    fn grow(&mut self, number: usize, start: usize) -> Step<Option<NodeId>> {
        let grammar = self.grammar;
        self.memo(start).push(Memo { rule: number, node: None, mark: start });
        let (mut node, mut end) = (None, start);
        loop {
            self.mark = start;
            let longer = self.alternatives(&grammar.rules[number].alternatives)?;
            if longer.is_none() || self.mark <= end {
                break;
            }
            (node, end) = (longer, self.mark);
            if let Some(memo) = self.memo(start).iter_mut().find(|memo| memo.rule == number) {
                *memo = Memo { rule: number, node, mark: end };
            }
        }
        self.mark = end;
        Ok(node)
    }

    fn alternatives(&mut self, alternatives: &'static [Alternative]) -> Step<Option<NodeId>> {
        let start = self.mark;
        for alternative in alternatives {
            if (alternative.second_pass && !self.second_pass) || !self.can_begin(&alternative.first) {
                continue;
            }
            match self.alternative(alternative)? {
                Outcome::Found(node) => return Ok(Some(node)),
                Outcome::Next => self.mark = start,
                Outcome::Stop => return Ok(None),
            }
        }
        Ok(None)
    }

    fn alternative(&mut self, alternative: &'static Alternative) -> Step<Outcome> {
        let start = self.mark;
        let mut found = Found::default();
        for (label, item) in &alternative.items {
            let before = found.nodes.len();
            if !self.item(item, &mut found)? {
                self.mark = start;
                return Ok(if found.cut { Outcome::Stop } else { Outcome::Next });
            }
            if let (Some(label), Some(node)) = (label, found.nodes.get(before)) {
                match label {
                    Label::A => found.a = Some(*node),
                    Label::B => found.b = Some(*node),
                    Label::Result => found.result = Some(*node),
                }
            }
        }
        let node = match &alternative.action {
            Action::Only | Action::Marked | Action::Items => {
                let node = match alternative.action {
                    Action::Only => found.nodes.first(),
                    _ => found.result.as_ref(),
                };
                node.copied().unwrap_or_else(|| self.node(NodeKind::Sequence, start, &found.nodes))
            }
            Action::Node(kind) => {
                let node = self.node(*kind, start, &found.nodes);
                self.check_pattern(node);
                node
            }
            Action::Fail => return Ok(Outcome::Stop),
            Action::Strings => self.strings(start)?,
            Action::Real | Action::Imaginary => {
                let imaginary = matches!(alternative.action, Action::Imaginary);
                self.check_number(start, imaginary)?;
                self.node(NodeKind::Number, start, &[])
            }
            Action::Error(how, message) => {
                self.act(*how, message, found.a, found.b)?;
                return Ok(Outcome::Stop);
            }
        };
        Ok(Outcome::Found(node))
    }

    /// Whether an item is there; what it stands for is added to what has been found.
    fn item(&mut self, item: &'static Item, found: &mut Found) -> Step<bool> {
        match item {
            Item::Token(kind) => Ok(self.keep(*kind, found)?),
            Item::Rule(rule) => {
                let node = self.rule(*rule)?;
                found.nodes.extend(node);
                Ok(node.is_some())
            }
            Item::Soft(text) => {
                let token = self.peek()?;
                if token.kind != TokenKind::Name || self.text(&token) != text {
                    return Ok(false);
                }
                self.keep(TokenKind::Name, found)
            }
            Item::SoftKeyword => {
                let token = self.peek()?;
                let text = self.text(&token);
                // A beginning of the word is enough for CPython 3.11.
                if token.kind != TokenKind::Name || !["_", "case", "match"].iter().any(|word| word.starts_with(text)) {
                    return Ok(false);
                }
                self.keep(TokenKind::Name, found)
            }
            Item::Group(alternatives) => {
                self.enter()?;
                self.peek()?;
                let node = self.alternatives(alternatives)?;
                self.level -= 1;
                found.nodes.extend(node);
                Ok(node.is_some())
            }
            Item::Optional(item) => {
                self.item(item, found)?;
                Ok(true)
            }
            Item::Repeat { item, at_least_one } => {
                self.enter()?;
                let start = self.mark;
                let mut items = Found::default();
                while self.item(item, &mut items)? {
                    self.forget_statement();
                }
                self.level -= 1;
                if items.nodes.is_empty() {
                    return Ok(!at_least_one);
                }
                let node = self.node(NodeKind::Sequence, start, &items.nodes);
                found.nodes.push(node);
                Ok(true)
            }
            Item::Gather { separator, item } => {
                self.enter()?;
                let start = self.mark;
                let mut items = Found::default();
                if !self.item(item, &mut items)? {
                    self.level -= 1;
                    return Ok(false);
                }
                self.enter()?;
                loop {
                    let mark = self.mark;
                    if self.expect(*separator)?.is_none() || !self.item(item, &mut items)? {
                        self.mark = mark;
                        break;
                    }
                }
                self.level -= 2;
                let node = self.node(NodeKind::Sequence, start, &items.nodes);
                found.nodes.push(node);
                Ok(true)
            }
            Item::Lookahead { positive, item } => {
                let start = self.mark;
                let there = self.item(item, &mut Found::default())?;
                self.mark = start;
                Ok(there == *positive)
            }
            Item::Cut => {
                found.cut = true;
                Ok(true)
            }
            Item::Forced(kind, text) => {
                if self.keep(*kind, found)? {
                    return Ok(true);
                }
                let place = self.tokens[self.mark].place;
                Err(self.error_at(place, format!("expected '{text}'")))
            }
        }
    }

    fn keep(&mut self, kind: TokenKind, found: &mut Found) -> Step<bool> {
        let node = self.expect(kind)?;
        found.nodes.extend(node);
        Ok(node.is_some())
    }
}

/// Errors, as CPython's parser raises them.
impl Parser<'_> {
    /// A bracket that is still open, or the end where there should be none, or what the tokenizer says of a line.
    fn tokenizer_error(&mut self) -> Box<SyntaxError> {
        let line = self.tokenizer.line;
        let (kind, column, message) = match self.tokenizer.done {
            Done::Eof if !self.tokenizer.brackets.is_empty() => return self.unclosed(),
            Done::Eof => return self.error_here(ErrorKind::SyntaxError, "unexpected EOF while parsing"),
            Done::Dedent => {
                let message = "unindent does not match any outer indentation level";
                return self.error_here(ErrorKind::IndentationError, message);
            }
            Done::TabSpace => (ErrorKind::TabError, 0, "inconsistent use of tabs and spaces in indentation"),
            Done::TooDeep => (ErrorKind::IndentationError, 0, "too many levels of indentation"),
            Done::LineContinuation => {
                let column = self.tokenizer.at as i64 - self.tokenizer.buffer as i64 - 1;
                (ErrorKind::SyntaxError, column.max(0), "unexpected character after line continuation character")
            }
            Done::Ok | Done::Error => (ErrorKind::SyntaxError, 0, "unknown parsing error"),
        };
        self.error(kind, (line, column + 1), (line, 0), message)
    }

    fn unclosed(&mut self) -> Box<SyntaxError> {
        let Some(open) = self.tokenizer.brackets.last() else {
            return self.error_here(ErrorKind::SyntaxError, "unexpected EOF while parsing");
        };
        let (line, column, bracket) = (open.line, open.column, char::from(open.character));
        self.error(ErrorKind::SyntaxError, (line, column + 1), (line, 0), format!("'{bracket}' was never closed"))
    }

    fn out_of_stack(&self) -> Box<SyntaxError> {
        SyntaxError::without_place(ErrorKind::MemoryError, self.filename, "")
    }

    /// An error at the last token that was read.
    pub(super) fn raise<T>(&mut self, message: impl Into<String>) -> Step<T> {
        Err(self.error_here(ErrorKind::SyntaxError, message))
    }

    pub(super) fn error_here(&mut self, kind: ErrorKind, message: impl Into<String>) -> Box<SyntaxError> {
        let Some(token) = self.tokens.last() else {
            return self.error(kind, (0, 0), (0, -1), message);
        };
        let place = token.place;
        let column = if place.column != -1 {
            place.column + 1
        } else if self.tokenizer.at == self.tokenizer.buffer {
            0
        } else {
            self.tokenizer.at as i64 - self.tokenizer.line_start as i64
        };
        let end_column = if place.end_column == -1 { -1 } else { place.end_column + 1 };
        self.error(kind, (place.line, column), (place.end_line, end_column), message)
    }

    pub(super) fn error_at(&mut self, place: Place, message: impl Into<String>) -> Box<SyntaxError> {
        let (start, end) = ((place.line, place.column + 1), (place.end_line, place.end_column + 1));
        self.error(ErrorKind::SyntaxError, start, end, message)
    }

    /// An error; columns in bytes, from 1.
    pub(super) fn error(
        &mut self,
        kind: ErrorKind,
        start: (i32, i64),
        end: (i32, i64),
        message: impl Into<String>,
    ) -> Box<SyntaxError> {
        let mut message = message.into();
        let line = self.shown_line(start.0);
        let (mut column, mut end_column) = (start.1, end.1);
        if self.start == Start::FString {
            message.insert_str(0, "f-string: ");
            column -= self.starting.1;
            end_column -= self.starting.1;
        }
        if !self.byte_columns {
            column = characters(line, column);
            if end_column > 0 {
                end_column = characters(line, end_column);
            }
        }
        Box::new(SyntaxError {
            kind,
            message,
            filename: self.filename.to_owned(),
            line: start.0,
            column: column as i32,
            end_line: end.0,
            end_column: end_column as i32,
            text: Some(line.to_owned()),
            stage: Stage::Parser,
            warnings: Vec::new(),
        })
    }

    /// The line of an error: what is in the tokenizer's buffer (with the newline) if it has not come further, else a line of the source
    /// (without).
    fn shown_line(&self, line: i32) -> &str {
        let tokenizer = &self.tokenizer;
        if tokenizer.line <= line && tokenizer.input > tokenizer.buffer {
            return &tokenizer.text[tokenizer.buffer..tokenizer.input];
        }
        let line = if self.starting.0 > 0 { line - self.starting.0 + 1 } else { line };
        let mut rest = tokenizer.text;
        for _ in 1..line {
            match rest.split_once('\n') {
                Some((_, next)) => rest = next,
                None => break,
            }
        }
        rest.split('\n').next().unwrap_or_default()
    }
}

/// How many characters begin in the first bytes of a line; behind its end there is one more.
fn characters(line: &str, bytes: i64) -> i64 {
    let bytes = bytes.clamp(0, line.len() as i64 + 1) as usize;
    match line.as_bytes().get(..bytes) {
        Some(prefix) => String::from_utf8_lossy(prefix).chars().count() as i64,
        None => line.chars().count() as i64 + 1,
    }
}
