//! What the rules for frequent mistakes report.

use crate::error::{ErrorKind, SyntaxError};

use super::grammar::{How, NodeKind, Part};
use super::parser::{NodeId, Parser, Place, Step, Token};

/// More digits than that are not turned into a number (`sys.set_int_max_str_digits`).
const MAX_DIGITS: usize = 4300;

impl Parser<'_> {
    /// Reports an error, unless it turns out that there is none.
    pub(super) fn act(&mut self, how: How, message: &str, a: Option<NodeId>, b: Option<NodeId>) -> Step<()> {
        match how {
            How::Here => return Err(self.error_here(ErrorKind::SyntaxError, message)),
            How::Indent => {
                let message = self.fill_in(message, a);
                return Err(self.error_here(ErrorKind::IndentationError, message));
            }
            _ => {}
        }
        let Some(a) = a else { return Ok(()) };
        let (start, end) = match how {
            How::At | How::Here | How::Indent => (a, a),
            How::Range(start, end) => (self.part(start, a, b), self.part(end, a, b)),
            How::Legacy if !self.is_legacy_statement(a) => return Ok(()),
            How::Comma if self.is_legacy_statement(a) || self.tokens[self.mark - 1].level == 0 => return Ok(()),
            How::Legacy | How::Comma => (a, b.unwrap_or(a)),
            How::From => {
                let place = self.place(a);
                let end = self.tokenizer.at as i64 - self.tokenizer.line_start as i64;
                let (start, end) = ((place.line, place.column + 1), (self.tokenizer.line, end));
                return Err(self.error(ErrorKind::SyntaxError, start, end, message));
            }
            How::Target | How::For | How::Delete => match self.invalid_target(a, how) {
                Some(target) => (target, target),
                None => return Ok(()),
            },
            How::Generator => {
                let arguments = self.elements(a);
                let positional = arguments
                    .into_iter()
                    .filter(|argument| !matches!(self.kind(*argument), NodeKind::Keyword | NodeKind::DoubleStarred));
                let positional: Vec<NodeId> = positional.collect();
                match positional[..] {
                    [_, .., last] => (last, self.part(Part::LastOfB, a, b)),
                    _ => return Ok(()),
                }
            }
            How::Positional => {
                let unpacking = self.elements(a).iter().any(|part| self.kind(*part) == NodeKind::DoubleStarred);
                let message = if unpacking {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                };
                return self.raise(message);
            }
            How::Key => {
                let place = self.place(a);
                let start = (place.line, place.end_column);
                return Err(self.error(ErrorKind::SyntaxError, start, (place.end_line, 0), message));
            }
        };
        let named = if matches!(how, How::Target | How::For | How::Delete) { start } else { a };
        let message = self.fill_in(message, Some(named));
        let (start, end) = (self.place(start), self.place(end));
        let place = Place { end_line: end.end_line, end_column: end.end_column, ..start };
        Err(self.error_at(place, message))
    }

    fn part(&self, part: Part, a: NodeId, b: Option<NodeId>) -> NodeId {
        let b = b.unwrap_or(a);
        match part {
            Part::A => a,
            Part::B => b,
            Part::FirstOfA => self.elements(a).first().copied().unwrap_or(a),
            Part::LastOfA => self.elements(a).last().copied().unwrap_or(a),
            Part::LastOfB => self.elements(b).last().copied().unwrap_or(b),
        }
    }

    /// Puts what is known of `a` into a message.
    fn fill_in(&self, message: &str, a: Option<NodeId>) -> String {
        let Some(a) = a else { return message.to_owned() };
        message
            .replace("{a text}", self.text(&self.first_token(a)))
            .replace("{a name}", name(self.kind(a)))
            .replace("{a line}", &self.place(a).line.to_string())
    }

    fn is_legacy_statement(&self, node: NodeId) -> bool {
        self.kind(node) == NodeKind::Name && matches!(self.text(&self.first_token(node)), "print" | "exec")
    }

    /// The first part of an expression that cannot be a target. `for a in b` is read as a comparison.
    fn invalid_target(&self, node: NodeId, how: How) -> Option<NodeId> {
        match self.kind(node) {
            NodeKind::List | NodeKind::Tuple => {
                self.elements(node).into_iter().find_map(|element| self.invalid_target(element, how))
            }
            NodeKind::Starred if how == How::Delete => Some(node),
            NodeKind::Starred => self.elements(node).first().and_then(|value| self.invalid_target(*value, how)),
            NodeKind::Compare if how == How::For => match self.elements(node)[..] {
                [left, first, ..] if self.kind(first) == NodeKind::In => self.invalid_target(left, how),
                _ => None,
            },
            NodeKind::Name | NodeKind::Subscript | NodeKind::Attribute => None,
            _ => Some(node),
        }
    }

    /// Notes a pattern with an f-string: CPython's parser takes it, its code generator does not. The outermost counts.
    pub(super) fn check_pattern(&mut self, node: NodeId) {
        let first = |node: NodeId| self.elements(node).first().copied();
        let is_formatted = |value: NodeId| {
            self.kind(value) == NodeKind::Value
                && first(value).is_some_and(|text| self.kind(text) == NodeKind::JoinedStr)
        };
        let message = match self.kind(node) {
            NodeKind::Value if is_formatted(node) => "patterns may only match literals and attribute lookups",
            NodeKind::Mapping if self.elements(node).into_iter().filter_map(first).any(is_formatted) => {
                "mapping pattern keys may only match literals and attribute lookups"
            }
            _ => return,
        };
        let place = self.place(node);
        let start = |place: &Place| (place.line, place.column);
        if self.bad_pattern.is_none_or(|(before, _)| start(&place) <= start(&before)) {
            self.bad_pattern = Some((place, message));
        }
    }

    /// In a pattern a sum is a complex number.
    pub(super) fn check_number(&mut self, token: usize, imaginary: bool) -> Step<()> {
        let token = self.tokens[token];
        if self.text(&token).ends_with(['j', 'J']) == imaginary {
            return Ok(());
        }
        let kind = if imaginary { "imaginary" } else { "real" };
        Err(self.error_at(token.place, format!("{kind} number required in complex literal")))
    }

    /// Decimal numbers of very many digits are refused.
    pub(super) fn check_digits(&mut self, token: &Token) -> Step<()> {
        let text = self.text(token);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_decimal = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        if digits <= MAX_DIGITS || !is_decimal {
            return Ok(());
        }
        let message = format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal \
             conversion limits."
        );
        let error: Box<SyntaxError> =
            self.error(ErrorKind::SyntaxError, (token.place.line, 0), (token.place.end_line, 0), message);
        Err(error)
    }
}

/// What CPython calls a kind of expression in its messages.
fn name(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Attribute => "attribute",
        NodeKind::Subscript => "subscript",
        NodeKind::Starred => "starred",
        NodeKind::Name => "name",
        NodeKind::List => "list",
        NodeKind::Tuple => "tuple",
        NodeKind::Lambda => "lambda",
        NodeKind::Call => "function call",
        NodeKind::BoolOp | NodeKind::BinOp | NodeKind::UnaryOp => "expression",
        NodeKind::GeneratorExp => "generator expression",
        NodeKind::Yield => "yield expression",
        NodeKind::Await => "await expression",
        NodeKind::ListComp => "list comprehension",
        NodeKind::SetComp => "set comprehension",
        NodeKind::DictComp => "dict comprehension",
        NodeKind::Dict => "dict literal",
        NodeKind::Set => "set display",
        NodeKind::JoinedStr => "f-string expression",
        NodeKind::True => "True",
        NodeKind::False => "False",
        NodeKind::None => "None",
        NodeKind::Ellipsis => "ellipsis",
        NodeKind::Number | NodeKind::String => "literal",
        NodeKind::Compare => "comparison",
        NodeKind::IfExp => "conditional expression",
        NodeKind::NamedExpr => "named expression",
        NodeKind::Slice => "slice",
        NodeKind::Token
        | NodeKind::Sequence
        | NodeKind::Args
        | NodeKind::Keyword
        | NodeKind::DoubleStarred
        | NodeKind::In
        | NodeKind::Mapping
        | NodeKind::Value
        | NodeKind::Other => "expression",
    }
}
