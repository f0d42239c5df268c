//! Reads `grammar.txt` into rules.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::first::{self, First};

/// What a token is to the parser: keywords and operators each are a kind of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    EndMarker,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    Async,
    Await,
    /// Never read: comments are comments.
    TypeComment,
    /// A keyword or operator: its index in [`Grammar::literals`].
    Literal(u16),
    /// An operator that the grammar does not know, or what the tokenizer could not read.
    Error,
}

/// What an alternative makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    /// A token that is neither name, number nor string.
    Token,
    /// The items of an alternative, or what a repetition found.
    Sequence,
    Name,
    Number,
    /// A string without replacement fields, or bytes.
    String,
    JoinedStr,
    True,
    False,
    None,
    Ellipsis,
    Attribute,
    Subscript,
    Slice,
    Starred,
    List,
    Tuple,
    Lambda,
    Call,
    Args,
    Keyword,
    DoubleStarred,
    BoolOp,
    BinOp,
    UnaryOp,
    Compare,
    /// `in` and what follows it in a comparison.
    In,
    IfExp,
    NamedExpr,
    Yield,
    Await,
    GeneratorExp,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    /// A mapping pattern.
    Mapping,
    /// A string as a pattern.
    Value,
    /// A part of something, with a place of its own.
    Other,
}

/// How an error is placed and when it applies; `a` and `b` are the items with these labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// From the start of `a` to its end.
    At,
    /// From `a` to `b`.
    Range(Part, Part),
    /// From `a` to where the tokenizer is.
    From,
    /// At the last token that was read.
    Here,
    /// The same, as an `IndentationError`.
    Indent,
    /// At the first part of `a` that cannot be assigned to.
    Target,
    /// At the first part of `a` that cannot be a loop's target.
    For,
    /// At the first part of `a` that cannot be deleted.
    Delete,
    /// A generator expression after the other arguments `a`.
    Generator,
    /// A positional argument after the arguments `a`.
    Positional,
    /// If `a` was a statement in Python 2.
    Legacy,
    /// If a bracket is open, and `a` is no statement of Python 2.
    Comma,
    /// At the last column of `a`.
    Key,
}

/// Which part of a labelled item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of `a`.
    A,
    /// All of `b`.
    B,
    /// The first element of `a`.
    FirstOfA,
    /// The last element of `a`.
    LastOfA,
    /// The last element of `b`.
    LastOfB,
}

#[derive(Debug)]
pub(super) enum Action {
    /// The only item, apart from what just looks ahead.
    Only,
    /// The sequence of the items.
    Items,
    /// The item marked with `^`.
    Marked,
    Node(NodeKind),
    /// The rule fails, whatever other alternatives it has.
    Fail,
    /// String literals: the parser looks into them.
    Strings,
    /// The number must be real.
    Real,
    /// The number must be imaginary.
    Imaginary,
    Error(How, String),
}

#[derive(Debug)]
pub(super) enum Item {
    Token(TokenKind),
    /// A name with this text.
    Soft(String),
    /// A name that is, or begins, a soft keyword.
    SoftKeyword,
    Rule(usize),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    Repeat {
        item: Box<Item>,
        at_least_one: bool,
    },
    Gather {
        separator: TokenKind,
        item: Box<Item>,
    },
    Lookahead {
        positive: bool,
        item: Box<Item>,
    },
    Cut,
    /// A token, and what to say if it is missing.
    Forced(TokenKind, String),
}

/// A label of an item: what its action calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    A,
    B,
    Result,
}

#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) items: Vec<(Option<Label>, Item)>,
    pub(super) action: Action,
    /// Whether it only looks for mistakes.
    pub(super) second_pass: bool,
    /// With what it can begin.
    pub(super) first: First,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) alternatives: Vec<Alternative>,
    /// Whether it begins with itself.
    pub(super) left: bool,
    /// Whether its results are kept, whatever rules were in force when it made them. Those that CPython keeps: which mistakes are
    /// recognized depends on it.
    pub(super) memo: bool,
    /// Whether the rules for mistakes are not in force below it.
    pub(super) plain: bool,
    /// With what it can begin.
    pub(super) first: First,
}

/// All rules.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    pub(super) rules: Vec<Rule>,
    names: HashMap<String, usize>,
    literals: HashMap<String, u16>,
    /// What in the text could not be read. A test sees to it that there is nothing.
    faults: Vec<String>,
}

impl Grammar {
    /// The grammar of Python 3.11.
    pub(super) fn get() -> &'static Grammar {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        GRAMMAR.get_or_init(|| Grammar::read(include_str!("grammar.txt")))
    }

    /// The number of a rule.
    pub(super) fn rule(&self, name: &str) -> usize {
        self.names.get(name).copied().unwrap_or(0)
    }

    /// The kind of a keyword or operator, if it is one.
    pub(super) fn literal(&self, text: &str) -> Option<TokenKind> {
        self.literals.get(text).copied().map(TokenKind::Literal)
    }

    fn read(text: &str) -> Grammar {
        let mut grammar = Grammar::default();
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let mut rules: Vec<String> = Vec::new();
        for line in lines {
            match rules.last_mut() {
                Some(rule) if line.starts_with(' ') => {
                    rule.push('\n');
                    rule.push_str(line);
                }
                _ => rules.push(line.to_owned()),
            }
        }
        let heads: Vec<(&str, &str)> =
            rules.iter().map(|rule| rule.split_once(':').unwrap_or((rule.as_str(), ""))).collect();
        for (number, (head, _)) in heads.iter().enumerate() {
            let name = head.split(' ').next().unwrap_or_default();
            grammar.names.insert(name.to_owned(), number);
        }
        for (head, body) in heads {
            let words = words(body);
            let mut reader = Reader { grammar: &mut grammar, words: &words, at: 0 };
            let alternatives = reader.alternatives();
            if let Some(word) = words.get(reader.at) {
                let fault = format!("{head}: {word:?} is out of place");
                grammar.faults.push(fault);
            }
            let marked = |mark: &str| head.split(' ').skip(1).any(|word| word == mark);
            let (left, plain) = (marked("left"), marked("plain"));
            let memo = left || marked("memo");
            grammar.rules.push(Rule { alternatives, left, memo, plain, first: First::default() });
        }
        first::find(&mut grammar.rules);
        grammar
    }

    fn intern(&mut self, text: &str) -> TokenKind {
        let next = self.literals.len() as u16;
        TokenKind::Literal(*self.literals.entry(text.to_owned()).or_insert(next))
    }
}

/// A word of the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word<'g> {
    Name(&'g str),
    Literal(&'g str),
    Soft(&'g str),
    Message(&'g str),
    Sign(&'g str),
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = |quote: char| {
            let inner = &rest[1..];
            let end = inner.find(quote).unwrap_or(inner.len());
            (&inner[..end], inner.get(end + 1..).unwrap_or_default())
        };
        rest = match first {
            '\'' | '"' | '`' => {
                let (inner, after) = quoted(first);
                words.push(match first {
                    '\'' => Word::Literal(inner),
                    '"' => Word::Soft(inner),
                    _ => Word::Message(inner),
                });
                after
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                words.push(Word::Name(&rest[..end]));
                &rest[end..]
            }
            _ => {
                let length =
                    ["&&", "->", "=>"].iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len());
                words.push(Word::Sign(&rest[..length]));
                &rest[length..]
            }
        }
        .trim_start();
    }
    words
}

/// Reads the body of a rule.
struct Reader<'g, 'w> {
    grammar: &'g mut Grammar,
    words: &'w [Word<'w>],
    at: usize,
}

impl<'w> Reader<'_, 'w> {
    fn peek(&self) -> Option<Word<'w>> {
        self.words.get(self.at).copied()
    }

    fn accept(&mut self, sign: &str) -> bool {
        let found = self.peek() == Some(Word::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        self.accept("|");
        let mut alternatives = vec![self.alternative()];
        while self.accept("|") {
            alternatives.push(self.alternative());
        }
        alternatives
    }

    fn alternative(&mut self) -> Alternative {
        let start = self.at;
        let mut items = Vec::new();
        while let Some(item) = self.labelled() {
            items.push(item);
        }
        let second_pass =
            items.len() == 1 && matches!(self.words[start], Word::Name(name) if name.starts_with("invalid_"));
        let looks = |item: &Item| matches!(item, Item::Lookahead { .. } | Item::Cut);
        let only = items.iter().filter(|(_, item)| !looks(item)).count() == 1;
        let marked = items.iter().any(|(label, _)| *label == Some(Label::Result));
        let action = if self.accept("->") {
            self.node()
        } else if self.accept("=>") {
            self.action()
        } else if marked {
            Action::Marked
        } else if only {
            Action::Only
        } else {
            Action::Items
        };
        Alternative { items, action, second_pass, first: First::default() }
    }

    fn labelled(&mut self) -> Option<(Option<Label>, Item)> {
        let label = match (self.peek(), self.words.get(self.at + 1)) {
            (Some(Word::Name("a")), Some(Word::Sign("="))) => Some(Label::A),
            (Some(Word::Name("b")), Some(Word::Sign("="))) => Some(Label::B),
            (Some(Word::Sign("^")), _) => Some(Label::Result),
            _ => None,
        };
        self.at += match label {
            Some(Label::Result) => 1,
            Some(_) => 2,
            None => 0,
        };
        let item = self.item()?;
        Some((label, item))
    }

    fn item(&mut self) -> Option<Item> {
        for (sign, positive) in [("&", true), ("!", false)] {
            if self.accept(sign) {
                let item = Box::new(self.atom()?);
                return Some(Item::Lookahead { positive, item });
            }
        }
        if self.accept("~") {
            return Some(Item::Cut);
        }
        if self.accept("&&") {
            let Some(Word::Literal(text)) = self.peek() else { return None };
            self.at += 1;
            return Some(Item::Forced(self.grammar.intern(text), text.to_owned()));
        }
        let atom = self.atom()?;
        if let Item::Token(separator) = atom
            && self.accept(".")
        {
            let item = Box::new(self.atom()?);
            self.accept("+");
            return Some(Item::Gather { separator, item });
        }
        let item = Box::new(atom);
        Some(if self.accept("?") {
            Item::Optional(item)
        } else if self.accept("*") {
            Item::Repeat { item, at_least_one: false }
        } else if self.accept("+") {
            Item::Repeat { item, at_least_one: true }
        } else {
            *item
        })
    }

    fn atom(&mut self) -> Option<Item> {
        let word = self.peek()?;
        let close = match word {
            Word::Sign("(") => ")",
            Word::Sign("[") => "]",
            Word::Sign(_) | Word::Message(_) => return None,
            Word::Literal(text) => {
                self.at += 1;
                return Some(Item::Token(self.grammar.intern(text)));
            }
            Word::Soft(text) => {
                self.at += 1;
                return Some(Item::Soft(text.to_owned()));
            }
            Word::Name(name) => {
                self.at += 1;
                return Some(self.named(name));
            }
        };
        self.at += 1;
        let group = Item::Group(self.alternatives());
        if !self.accept(close) {
            self.grammar.faults.push(format!("{close} is missing before {:?}", self.peek()));
        }
        Some(if close == "]" { Item::Optional(Box::new(group)) } else { group })
    }

    fn named(&mut self, name: &str) -> Item {
        Item::Token(match name {
            "ENDMARKER" => TokenKind::EndMarker,
            "NAME" => TokenKind::Name,
            "NUMBER" => TokenKind::Number,
            "STRING" => TokenKind::String,
            "NEWLINE" => TokenKind::Newline,
            "INDENT" => TokenKind::Indent,
            "DEDENT" => TokenKind::Dedent,
            "ASYNC" => TokenKind::Async,
            "AWAIT" => TokenKind::Await,
            "TYPE_COMMENT" => TokenKind::TypeComment,
            "SOFT_KEYWORD" => return Item::SoftKeyword,
            _ => {
                let Some(rule) = self.grammar.names.get(name) else {
                    self.grammar.faults.push(format!("there is no rule {name}"));
                    return Item::Cut;
                };
                return Item::Rule(*rule);
            }
        })
    }

    /// A name behind an arrow.
    fn word(&mut self) -> &'w str {
        let Some(Word::Name(name)) = self.peek() else { return "" };
        self.at += 1;
        name
    }

    fn node(&mut self) -> Action {
        let name = self.word();
        match NODES.iter().find(|kind| format!("{kind:?}") == name) {
            Some(kind) => Action::Node(*kind),
            None => {
                self.grammar.faults.push(format!("there is no node {name}"));
                Action::Items
            }
        }
    }

    fn action(&mut self) -> Action {
        let mut names = Vec::new();
        while let Some(Word::Name(name)) = self.peek() {
            names.push(name);
            self.at += 1;
        }
        let message = match self.peek() {
            Some(Word::Message(message)) => {
                self.at += 1;
                message
            }
            _ => "",
        };
        let how = match names[..] {
            ["fail"] => return Action::Fail,
            ["strings", "a"] => return Action::Strings,
            ["real", "a"] => return Action::Real,
            ["imaginary", "a"] => return Action::Imaginary,
            ["at", "a"] => How::At,
            ["range", "a", "b"] => How::Range(Part::A, Part::B),
            ["range", "a", "last", "b"] => How::Range(Part::A, Part::LastOfB),
            ["range", "first", "a", "last", "a"] => How::Range(Part::FirstOfA, Part::LastOfA),
            ["from", "a"] => How::From,
            ["here"] => How::Here,
            ["indent"] => How::Indent,
            ["target", "a"] => How::Target,
            ["for", "a"] => How::For,
            ["delete", "a"] => How::Delete,
            ["generator", "a", "b"] => How::Generator,
            ["positional", "a"] => How::Positional,
            ["legacy", "a", "b"] => How::Legacy,
            ["comma", "a", "b"] => How::Comma,
            ["key", "a"] => How::Key,
            _ => {
                self.grammar.faults.push(format!("there is no action {names:?}"));
                How::Here
            }
        };
        Action::Error(how, message.to_owned())
    }
}

/// What `->` makes.
const NODES: [NodeKind; 33] = [
    NodeKind::True,
    NodeKind::False,
    NodeKind::None,
    NodeKind::Ellipsis,
    NodeKind::Attribute,
    NodeKind::Subscript,
    NodeKind::Slice,
    NodeKind::Starred,
    NodeKind::List,
    NodeKind::Tuple,
    NodeKind::Lambda,
    NodeKind::Call,
    NodeKind::Args,
    NodeKind::Keyword,
    NodeKind::DoubleStarred,
    NodeKind::BoolOp,
    NodeKind::BinOp,
    NodeKind::UnaryOp,
    NodeKind::Compare,
    NodeKind::In,
    NodeKind::IfExp,
    NodeKind::NamedExpr,
    NodeKind::Yield,
    NodeKind::Await,
    NodeKind::GeneratorExp,
    NodeKind::ListComp,
    NodeKind::SetComp,
    NodeKind::DictComp,
    NodeKind::Dict,
    NodeKind::Set,
    NodeKind::Other,
    NodeKind::Mapping,
    NodeKind::Value,
];

#[cfg(test)]
mod tests {
    use super::Grammar;

    #[test]
    fn the_grammar_can_be_read() {
        let grammar = Grammar::get();
        assert_eq!(grammar.faults, Vec::<String>::new());
        assert_eq!(grammar.names.len(), grammar.rules.len(), "no rule is defined twice");
        assert!(grammar.rules.len() > 200);
        assert!(grammar.literals.len() < 116, "each has a bit of its own in `Kinds`");
    }
}
