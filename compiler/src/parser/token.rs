//! Tokens, and what kinds of them there are.

use crate::ast::{CmpOp, Operator};

/// What a token is: each keyword and operator is a kind of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    // What has no text comes first, see `Kind::has_text`.
    End,
    Newline,
    Indent,
    Dedent,
    /// No token of CPython's.
    Error,
    Name,
    Number,
    String,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    Equal,
    ColonEqual,
    Tilde,
    // The operators of expressions, see `precedence`.
    Plus,
    Minus,
    Star,
    Slash,
    DoubleSlash,
    Percent,
    At,
    Ampersand,
    Bar,
    Circumflex,
    LeftShift,
    RightShift,
    DoubleStar,
    Less,
    Greater,
    EqualEqual,
    NotEqual,
    LessEqual,
    GreaterEqual,
    // The operators of augmented assignments.
    PlusEqual,
    MinusEqual,
    StarEqual,
    SlashEqual,
    DoubleSlashEqual,
    PercentEqual,
    AtEqual,
    AmpersandEqual,
    BarEqual,
    CircumflexEqual,
    LeftShiftEqual,
    RightShiftEqual,
    DoubleStarEqual,
    // The keywords.
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

impl Kind {
    /// Whether the end of such a token may be the end of a node.
    pub(super) fn has_text(self) -> bool {
        self > Kind::Dedent
    }
}

/// A token: where it is in the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Whether it is not of ASCII.
    pub(super) is_wide: bool,
    /// Of a string: the length of the prefix. Other tokens have any.
    pub(super) prefix: u8,
    /// Of a string: whether there is a backslash in it. Other tokens have any.
    pub(super) has_escape: bool,
    /// Offsets in bytes.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Line (from 1) and column (from 0, in bytes).
    pub(super) from: (i32, i32),
    pub(super) to: (i32, i32),
}

impl Token {
    /// What is there before any token was read.
    pub(super) const NONE: Token = Token {
        kind: Kind::Error,
        is_wide: false,
        prefix: 0,
        has_escape: false,
        start: 0,
        end: 0,
        from: (0, 0),
        to: (0, 0),
    };
}

/// How tightly operators bind.
pub(super) mod binding {
    pub(crate) const NONE: u8 = 0;
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARISON: u8 = 4;
    pub(crate) const BIT_OR: u8 = 5;
    pub(crate) const BIT_XOR: u8 = 6;
    pub(crate) const BIT_AND: u8 = 7;
    pub(crate) const SHIFT: u8 = 8;
    pub(crate) const SUM: u8 = 9;
    pub(crate) const TERM: u8 = 10;
    pub(crate) const FACTOR: u8 = 11;
    pub(crate) const POWER: u8 = 12;
}

/// How tightly an operator between two operands binds.
pub(super) fn precedence(kind: Kind) -> u8 {
    const TABLE: [u8; Kind::Yield as usize + 1] = {
        let mut table = [binding::NONE; Kind::Yield as usize + 1];
        table[Kind::Or as usize] = binding::OR;
        table[Kind::And as usize] = binding::AND;
        let mut kind = Kind::Less as usize;
        while kind <= Kind::GreaterEqual as usize {
            table[kind] = binding::COMPARISON;
            kind += 1;
        }
        table[Kind::In as usize] = binding::COMPARISON;
        table[Kind::Is as usize] = binding::COMPARISON;
        // `not in`
        table[Kind::Not as usize] = binding::COMPARISON;
        table[Kind::Bar as usize] = binding::BIT_OR;
        table[Kind::Circumflex as usize] = binding::BIT_XOR;
        table[Kind::Ampersand as usize] = binding::BIT_AND;
        table[Kind::LeftShift as usize] = binding::SHIFT;
        table[Kind::RightShift as usize] = binding::SHIFT;
        table[Kind::Plus as usize] = binding::SUM;
        table[Kind::Minus as usize] = binding::SUM;
        table[Kind::Star as usize] = binding::TERM;
        table[Kind::Slash as usize] = binding::TERM;
        table[Kind::DoubleSlash as usize] = binding::TERM;
        table[Kind::Percent as usize] = binding::TERM;
        table[Kind::At as usize] = binding::TERM;
        table[Kind::DoubleStar as usize] = binding::POWER;
        table
    };
    TABLE[kind as usize]
}

/// The operator of a binary operation.
pub(super) fn operator(kind: Kind) -> Option<Operator> {
    Some(match kind {
        Kind::Plus => Operator::Add,
        Kind::Minus => Operator::Sub,
        Kind::Star => Operator::Mult,
        Kind::Slash => Operator::Div,
        Kind::DoubleSlash => Operator::FloorDiv,
        Kind::Percent => Operator::Mod,
        Kind::At => Operator::MatMult,
        Kind::Ampersand => Operator::BitAnd,
        Kind::Bar => Operator::BitOr,
        Kind::Circumflex => Operator::BitXor,
        Kind::LeftShift => Operator::LShift,
        Kind::RightShift => Operator::RShift,
        Kind::DoubleStar => Operator::Pow,
        _ => return None,
    })
}

/// The operator of an augmented assignment.
pub(super) fn augmented(kind: Kind) -> Option<Operator> {
    Some(match kind {
        Kind::PlusEqual => Operator::Add,
        Kind::MinusEqual => Operator::Sub,
        Kind::StarEqual => Operator::Mult,
        Kind::SlashEqual => Operator::Div,
        Kind::DoubleSlashEqual => Operator::FloorDiv,
        Kind::PercentEqual => Operator::Mod,
        Kind::AtEqual => Operator::MatMult,
        Kind::AmpersandEqual => Operator::BitAnd,
        Kind::BarEqual => Operator::BitOr,
        Kind::CircumflexEqual => Operator::BitXor,
        Kind::LeftShiftEqual => Operator::LShift,
        Kind::RightShiftEqual => Operator::RShift,
        Kind::DoubleStarEqual => Operator::Pow,
        _ => return None,
    })
}

/// The comparisons of one token.
pub(super) fn comparison(kind: Kind) -> Option<CmpOp> {
    Some(match kind {
        Kind::Less => CmpOp::Lt,
        Kind::Greater => CmpOp::Gt,
        Kind::EqualEqual => CmpOp::Eq,
        Kind::NotEqual => CmpOp::NotEq,
        Kind::LessEqual => CmpOp::LtE,
        Kind::GreaterEqual => CmpOp::GtE,
        Kind::In => CmpOp::In,
        Kind::Is => CmpOp::Is,
        _ => return None,
    })
}

const KEYWORDS: [(&[u8], Kind); 35] = [
    (b"as", Kind::As),
    (b"if", Kind::If),
    (b"in", Kind::In),
    (b"is", Kind::Is),
    (b"or", Kind::Or),
    (b"and", Kind::And),
    (b"def", Kind::Def),
    (b"del", Kind::Del),
    (b"for", Kind::For),
    (b"not", Kind::Not),
    (b"try", Kind::Try),
    (b"None", Kind::None),
    (b"True", Kind::True),
    (b"elif", Kind::Elif),
    (b"else", Kind::Else),
    (b"from", Kind::From),
    (b"pass", Kind::Pass),
    (b"with", Kind::With),
    (b"False", Kind::False),
    (b"async", Kind::Async),
    (b"await", Kind::Await),
    (b"break", Kind::Break),
    (b"class", Kind::Class),
    (b"raise", Kind::Raise),
    (b"while", Kind::While),
    (b"yield", Kind::Yield),
    (b"assert", Kind::Assert),
    (b"except", Kind::Except),
    (b"global", Kind::Global),
    (b"import", Kind::Import),
    (b"lambda", Kind::Lambda),
    (b"return", Kind::Return),
    (b"finally", Kind::Finally),
    (b"continue", Kind::Continue),
    (b"nonlocal", Kind::Nonlocal),
];

/// A place for each keyword: the number that its bytes are, and its kind.
static KEYWORD_PLACES: [(u64, Kind); 1 << KEYWORD_BITS] = {
    let mut places = [(0, Kind::Name); 1 << KEYWORD_BITS];
    let mut index = 0;
    while index < KEYWORDS.len() {
        let (word, kind) = KEYWORDS[index];
        let mut number = 0;
        let mut at = word.len();
        while at > 0 {
            at -= 1;
            number = number << 8 | word[at] as u64;
        }
        let place = &mut places[keyword_place(number)];
        assert!(place.0 == 0, "no two keywords have the same place");
        *place = (number, kind);
        index += 1;
    }
    places
};

const KEYWORD_BITS: u32 = 6;

#[inline]
const fn keyword_place(word: u64) -> usize {
    // Found by trial.
    (word.wrapping_mul(0xB57C_8E05_E3C9_B0E1) >> (u64::BITS - KEYWORD_BITS)) as usize
}

/// The kind of a word of at most eight bytes, which are those of a number, the first one the lowest.
#[inline]
pub(super) fn word(word: u64) -> Kind {
    let (keyword, kind) = KEYWORD_PLACES[keyword_place(word)];
    if keyword == word { kind } else { Kind::Name }
}
