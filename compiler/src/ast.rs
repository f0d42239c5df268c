//! The syntax tree, in the shape of CPython 3.11's `Python.asdl`.
//!
//! The tree lives in an arena. It is built by [`crate::parser`], changed in place by [`crate::fold`], and only read
//! after that. Constants stand outside in [`Constants`], since an arena runs no destructors. Every node that opens a scope carries a
//! [`ScopeId`], under which the symbol table knows it.

use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashTable};
use quicken_bytecode::Constant;

pub use crate::names::Name;

/// A span of source: lines from 1, columns from 0 in bytes; −1 where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loc {
    /// First line.
    pub lineno: i32,
    /// Column of the start.
    pub col_offset: i32,
    /// Last line.
    pub end_lineno: i32,
    /// Column behind the end.
    pub end_col_offset: i32,
}

impl Loc {
    /// No location: what the compiler made up.
    pub const NONE: Loc = Loc { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };

    /// The location of an instruction that is added "without a line": CPython leaves zeros in the columns there.
    pub const NO_LINE: Loc = Loc { lineno: -1, col_offset: 0, end_lineno: 0, end_col_offset: 0 };
}

/// Index of a constant of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConstId(pub u32);

impl ConstId {
    /// `None`
    pub const NONE: ConstId = ConstId(0);
}

/// The constants that occur in the source, come out of folding, or are made by the code generator. Equal ones are one, as in CPython, and
/// compared by their indices.
#[derive(Debug)]
pub struct Constants {
    values: Vec<Constant>,
    index: HashTable<ConstId>,
    hasher: DefaultHashBuilder,
}

impl Constants {
    /// Adds a constant, unless it is there.
    pub fn add(&mut self, value: Constant) -> ConstId {
        match value {
            Constant::None => return ConstId::NONE,
            Constant::True => return ConstId(1),
            Constant::False => return ConstId(2),
            _ => {}
        }
        let id = ConstId(self.values.len() as u32);
        // A NaN is equal to nothing.
        if !value.holds_nan() {
            let (values, hasher) = (&self.values, &self.hasher);
            let hash = hash_of(hasher, &value);
            if let Some(found) = self.index.find(hash, |found| values[found.0 as usize] == value) {
                return *found;
            }
            self.index.insert_unique(hash, id, |id| hash_of(hasher, &values[id.0 as usize]));
        }
        self.values.push(value);
        id
    }

    /// Adds a string, unless it is there.
    pub fn add_str(&mut self, text: &str) -> ConstId {
        let (values, hasher) = (&self.values, &self.hasher);
        let hash = hash_of_text(hasher, text.as_bytes());
        let is_text = |found: &ConstId| match &values[found.0 as usize] {
            Constant::Str(found) => found.as_bytes() == text.as_bytes(),
            _ => false,
        };
        if let Some(found) = self.index.find(hash, is_text) {
            return *found;
        }
        let id = ConstId(self.values.len() as u32);
        self.index.insert_unique(hash, id, |id| hash_of(hasher, &values[id.0 as usize]));
        self.values.push(Constant::str(text));
        id
    }
}

fn hash_of(hasher: &DefaultHashBuilder, value: &Constant) -> u64 {
    match value {
        Constant::Str(text) => hash_of_text(hasher, text.as_bytes()),
        _ => hasher.hash_one(value),
    }
}

fn hash_of_text(hasher: &DefaultHashBuilder, text: &[u8]) -> u64 {
    let mut hasher = hasher.build_hasher();
    hasher.write(text);
    hasher.finish()
}

/// How much source there is, on average, to a constant. It decides on no more than how much memory is taken at first.
const BYTES_PER_CONSTANT: usize = 100;

impl Constants {
    /// None yet, with room for those of a source of so many bytes.
    pub fn for_source(length: usize) -> Self {
        let capacity = length / BYTES_PER_CONSTANT;
        let mut values = Vec::with_capacity(capacity + 3);
        // What is there so often that it is not looked up.
        values.extend([Constant::None, Constant::True, Constant::False]);
        Constants { values, index: HashTable::with_capacity(capacity), hasher: DefaultHashBuilder::default() }
    }
}

impl std::ops::Index<ConstId> for Constants {
    type Output = Constant;

    fn index(&self, id: ConstId) -> &Constant {
        &self.values[id.0 as usize]
    }
}

/// Number of a scope, in the order of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

impl ScopeId {
    /// The module.
    pub const MODULE: ScopeId = ScopeId(0);
}

/// What was parsed.
#[derive(Debug)]
pub enum Mod<'a> {
    /// A file.
    Module(&'a mut [Stmt<'a>]),
    /// Input of the interactive prompt.
    Interactive(&'a mut [Stmt<'a>]),
    /// An expression alone.
    Expression(&'a mut Expr<'a>),
}

/// A statement.
#[derive(Debug)]
pub struct Stmt<'a> {
    /// Which and its parts.
    pub kind: StmtKind<'a>,
    /// Where.
    pub loc: Loc,
    /// Whether it may hold what can be folded.
    pub foldable: bool,
}

/// A function definition, `async` or not.
#[derive(Debug)]
pub struct FunctionDef<'a> {
    /// `async def`
    pub is_async: bool,
    /// Its name.
    pub name: Name<'a>,
    /// Parameters.
    pub args: Arguments<'a>,
    /// Body.
    pub body: &'a mut [Stmt<'a>],
    /// Decorators, outermost first.
    pub decorator_list: &'a mut [Expr<'a>],
    /// Annotation of the result.
    pub returns: Option<&'a mut Expr<'a>>,
    /// The function's scope.
    pub scope: ScopeId,
}

/// A class definition.
#[derive(Debug)]
pub struct ClassDef<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Base classes.
    pub bases: &'a mut [Expr<'a>],
    /// Keyword arguments.
    pub keywords: &'a mut [Keyword<'a>],
    /// Body.
    pub body: &'a mut [Stmt<'a>],
    /// Decorators, outermost first.
    pub decorator_list: &'a mut [Expr<'a>],
    /// The class's scope.
    pub scope: ScopeId,
}

/// A `try` statement, with `except` or `except*`.
#[derive(Debug)]
pub struct Try<'a> {
    /// The protected statements.
    pub body: &'a mut [Stmt<'a>],
    /// The handlers.
    pub handlers: &'a mut [ExceptHandler<'a>],
    /// `else`
    pub orelse: &'a mut [Stmt<'a>],
    /// `finally`
    pub finalbody: &'a mut [Stmt<'a>],
    /// Whether the handlers are `except*`.
    pub is_star: bool,
}

/// The statements. Fields are named as in `Python.asdl`.
#[derive(Debug)]
pub enum StmtKind<'a> {
    FunctionDef(&'a mut FunctionDef<'a>),
    ClassDef(&'a mut ClassDef<'a>),
    Return(Option<&'a mut Expr<'a>>),
    Delete(&'a mut [Expr<'a>]),
    Assign {
        targets: &'a mut [Expr<'a>],
        value: &'a mut Expr<'a>,
    },
    AugAssign {
        target: &'a mut Expr<'a>,
        op: Operator,
        value: &'a mut Expr<'a>,
    },
    AnnAssign {
        target: &'a mut Expr<'a>,
        annotation: &'a mut Expr<'a>,
        value: Option<&'a mut Expr<'a>>,
        simple: bool,
    },
    For {
        is_async: bool,
        target: &'a mut Expr<'a>,
        iter: &'a mut Expr<'a>,
        body: &'a mut [Stmt<'a>],
        orelse: &'a mut [Stmt<'a>],
    },
    While {
        test: &'a mut Expr<'a>,
        body: &'a mut [Stmt<'a>],
        orelse: &'a mut [Stmt<'a>],
    },
    If {
        test: &'a mut Expr<'a>,
        body: &'a mut [Stmt<'a>],
        orelse: &'a mut [Stmt<'a>],
    },
    With {
        is_async: bool,
        items: &'a mut [WithItem<'a>],
        body: &'a mut [Stmt<'a>],
    },
    Match {
        subject: &'a mut Expr<'a>,
        cases: &'a mut [MatchCase<'a>],
    },
    Raise {
        exc: Option<&'a mut Expr<'a>>,
        cause: Option<&'a mut Expr<'a>>,
    },
    Try(&'a mut Try<'a>),
    Assert {
        test: &'a mut Expr<'a>,
        msg: Option<&'a mut Expr<'a>>,
    },
    Import(&'a [Alias<'a>]),
    ImportFrom {
        module: Option<Name<'a>>,
        names: &'a [Alias<'a>],
        level: u32,
    },
    Global(&'a [Name<'a>]),
    Nonlocal(&'a [Name<'a>]),
    Expr(&'a mut Expr<'a>),
    Pass,
    Break,
    Continue,
}

/// An expression.
#[derive(Debug)]
pub struct Expr<'a> {
    /// Which and its parts.
    pub kind: ExprKind<'a>,
    /// Where.
    pub loc: Loc,
}

/// A comprehension or generator expression.
#[derive(Debug)]
pub struct Comp<'a> {
    /// Which of the four.
    pub kind: CompKind,
    /// The element, or the key of a dict comprehension.
    pub elt: Expr<'a>,
    /// The value of a dict comprehension.
    pub value: Option<Expr<'a>>,
    /// The `for` clauses.
    pub generators: &'a mut [Comprehension<'a>],
    /// The comprehension's scope.
    pub scope: ScopeId,
}

/// The comprehensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompKind {
    ListComp,
    SetComp,
    DictComp,
    GeneratorExp,
}

/// The expressions. Fields are named as in `Python.asdl`.
#[derive(Debug)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: &'a mut [Expr<'a>],
    },
    NamedExpr {
        target: &'a mut Expr<'a>,
        value: &'a mut Expr<'a>,
    },
    BinOp {
        left: &'a mut Expr<'a>,
        op: Operator,
        right: &'a mut Expr<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: &'a mut Expr<'a>,
    },
    Lambda {
        args: &'a mut Arguments<'a>,
        body: &'a mut Expr<'a>,
        scope: ScopeId,
    },
    IfExp {
        test: &'a mut Expr<'a>,
        body: &'a mut Expr<'a>,
        orelse: &'a mut Expr<'a>,
    },
    /// A key of `None` stands for `**value`.
    Dict {
        keys: &'a mut [Option<Expr<'a>>],
        values: &'a mut [Expr<'a>],
    },
    Set {
        elts: &'a mut [Expr<'a>],
    },
    Comp(&'a mut Comp<'a>),
    Await(&'a mut Expr<'a>),
    Yield(Option<&'a mut Expr<'a>>),
    YieldFrom(&'a mut Expr<'a>),
    Compare {
        left: &'a mut Expr<'a>,
        ops: &'a mut [CmpOp],
        comparators: &'a mut [Expr<'a>],
    },
    Call {
        func: &'a mut Expr<'a>,
        args: &'a mut [Expr<'a>],
        keywords: &'a mut [Keyword<'a>],
    },
    FormattedValue {
        value: &'a mut Expr<'a>,
        conversion: Conversion,
        format_spec: Option<&'a mut Expr<'a>>,
    },
    JoinedStr {
        values: &'a mut [Expr<'a>],
    },
    /// `u_prefix` says that a string was written `u"…"`.
    Constant {
        value: ConstId,
        u_prefix: bool,
    },
    Attribute {
        value: &'a mut Expr<'a>,
        attr: Name<'a>,
        ctx: ExprContext,
    },
    Subscript {
        value: &'a mut Expr<'a>,
        slice: &'a mut Expr<'a>,
        ctx: ExprContext,
    },
    Starred {
        value: &'a mut Expr<'a>,
        ctx: ExprContext,
    },
    Name {
        id: Name<'a>,
        ctx: ExprContext,
    },
    List {
        elts: &'a mut [Expr<'a>],
        ctx: ExprContext,
    },
    Tuple {
        elts: &'a mut [Expr<'a>],
        ctx: ExprContext,
    },
    Slice {
        lower: Option<&'a mut Expr<'a>>,
        upper: Option<&'a mut Expr<'a>>,
        step: Option<&'a mut Expr<'a>>,
    },
}

impl Expr<'_> {
    /// The constant, if the expression is one.
    pub fn constant(&self) -> Option<ConstId> {
        match self.kind {
            ExprKind::Constant { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether it is `*value`.
    pub fn is_starred(&self) -> bool {
        matches!(self.kind, ExprKind::Starred { .. })
    }
}

/// What is done to a name, attribute, item, …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `and`, `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolOp {
    And,
    Or,
}

/// The binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// The unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// The conversion in an f-string's replacement field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// None given.
    None,
    /// `!s`
    Str,
    /// `!r`
    Repr,
    /// `!a`
    Ascii,
}

/// A `for` clause of a comprehension.
#[derive(Debug)]
pub struct Comprehension<'a> {
    /// What is bound.
    pub target: Expr<'a>,
    /// What is iterated over.
    pub iter: Expr<'a>,
    /// Conditions.
    pub ifs: &'a mut [Expr<'a>],
    /// `async for`
    pub is_async: bool,
}

/// An `except` clause.
#[derive(Debug)]
pub struct ExceptHandler<'a> {
    /// The type; none for a bare `except:`.
    pub type_: Option<Expr<'a>>,
    /// `as name`
    pub name: Option<Name<'a>>,
    /// Body.
    pub body: &'a mut [Stmt<'a>],
    /// Where.
    pub loc: Loc,
}

/// Parameters of a function.
#[derive(Debug)]
pub struct Arguments<'a> {
    /// Positional-only parameters.
    pub posonlyargs: &'a mut [Arg<'a>],
    /// Positional parameters.
    pub args: &'a mut [Arg<'a>],
    /// `*args`
    pub vararg: Option<Arg<'a>>,
    /// Keyword-only parameters.
    pub kwonlyargs: &'a mut [Arg<'a>],
    /// Their defaults.
    pub kw_defaults: &'a mut [Option<Expr<'a>>],
    /// `**kwargs`
    pub kwarg: Option<Arg<'a>>,
    /// Defaults of the last positional parameters.
    pub defaults: &'a mut [Expr<'a>],
}

/// A parameter.
#[derive(Debug)]
pub struct Arg<'a> {
    /// Its name.
    pub arg: Name<'a>,
    /// Its annotation.
    pub annotation: Option<Expr<'a>>,
    /// Where.
    pub loc: Loc,
}

/// A keyword argument of a call.
#[derive(Debug)]
pub struct Keyword<'a> {
    /// The name; none for `**value`.
    pub arg: Option<Name<'a>>,
    /// The value.
    pub value: Expr<'a>,
    /// Where.
    pub loc: Loc,
}

/// A name of an import.
#[derive(Debug)]
pub struct Alias<'a> {
    /// The (dotted) name, or `*`.
    pub name: Name<'a>,
    /// `as asname`
    pub asname: Option<Name<'a>>,
    /// Where.
    pub loc: Loc,
}

/// An item of a `with` statement.
#[derive(Debug)]
pub struct WithItem<'a> {
    /// The context manager.
    pub context_expr: Expr<'a>,
    /// `as target`
    pub optional_vars: Option<Expr<'a>>,
}

/// A `case` of a `match` statement.
#[derive(Debug)]
pub struct MatchCase<'a> {
    /// The pattern.
    pub pattern: Pattern<'a>,
    /// `if guard`
    pub guard: Option<Expr<'a>>,
    /// Body.
    pub body: &'a mut [Stmt<'a>],
}

/// A pattern.
#[derive(Debug)]
pub struct Pattern<'a> {
    /// Which and its parts.
    pub kind: PatternKind<'a>,
    /// Where.
    pub loc: Loc,
}

/// The patterns. Fields are named as in `Python.asdl`.
#[derive(Debug)]
#[expect(clippy::enum_variant_names, reason = "the names are those of Python.asdl")]
pub enum PatternKind<'a> {
    MatchValue(&'a mut Expr<'a>),
    MatchSingleton(ConstId),
    MatchSequence(&'a mut [Pattern<'a>]),
    MatchMapping {
        keys: &'a mut [Expr<'a>],
        patterns: &'a mut [Pattern<'a>],
        rest: Option<Name<'a>>,
    },
    MatchClass {
        cls: &'a mut Expr<'a>,
        patterns: &'a mut [Pattern<'a>],
        kwd_attrs: &'a [Name<'a>],
        kwd_patterns: &'a mut [Pattern<'a>],
    },
    MatchStar(Option<Name<'a>>),
    MatchAs {
        pattern: Option<&'a mut Pattern<'a>>,
        name: Option<Name<'a>>,
    },
    MatchOr(&'a mut [Pattern<'a>]),
}

impl Pattern<'_> {
    /// Whether it is `_`.
    pub fn is_wildcard(&self) -> bool {
        matches!(self.kind, PatternKind::MatchAs { name: None, .. })
    }

    /// Whether it is `*_`.
    pub fn is_star_wildcard(&self) -> bool {
        matches!(self.kind, PatternKind::MatchStar(None))
    }
}

/// The docstring that a body starts with, if it does.
pub fn docstring(body: &[Stmt<'_>], constants: &Constants) -> Option<ConstId> {
    match &body.first()?.kind {
        StmtKind::Expr(value) => value.constant().filter(|id| matches!(constants[*id], Constant::Str(_))),
        _ => None,
    }
}
