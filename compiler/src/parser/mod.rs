//! The parser for programs: from bytes to CPython's tree, in an arena, in one pass.
//!
//! A recursive descent with one token of lookahead, after the grammar of CPython 3.11. Targets are read as expressions first, and then
//! looked at; only two constructs are tried and given up where they turn out to be something else: `with (` and the soft keyword `match`.
//!
//! It takes exactly what CPython takes, and knows nothing about errors but that there is one: [`crate::syntax`] finds out which.

mod atoms;
mod calls;
mod compound;
mod expressions;
mod fstrings;
mod parameters;
mod patterns;
mod simple;
mod strings;
mod targets;
#[cfg(test)]
mod tests;
mod token;
mod tokenizer;

use bumpalo::Bump;
use quicken_bytecode::Constant;
use unicode_normalization::UnicodeNormalization;

use crate::Mode;
use crate::ast::*;
use crate::error::Warning;
use crate::names::Names;

use token::{Kind, Token};
use tokenizer::{Place, Tokenizer};

/// A tree, and what belongs to it.
pub(crate) struct Tree<'a> {
    pub(crate) module: Mod<'a>,
    pub(crate) constants: Constants,
    /// Number of scopes, the module included.
    pub(crate) scopes: u32,
    /// What there was to warn about, in the order in which CPython does.
    pub(crate) warnings: Vec<Warning>,
}

/// Why there is no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// CPython refuses the source, too.
    Syntax,
    /// Nodes nest more deeply than was allowed.
    TooDeep,
}

/// Parses a source without carriage returns and null bytes, of which no nodes may nest more deeply than `limit`. What the prompt takes is
/// parsed as a file: whether it is one statement, somebody else has to find out.
pub(crate) fn parse<'a>(
    arena: &'a Bump,
    names: &mut Names<'a>,
    text: &str,
    mode: Mode,
    limit: u32,
) -> Result<Tree<'a>, Refusal> {
    let mut parser = Parser::new(arena, names, text, limit);
    match parser.module(mode) {
        Ok(module) => Ok(Tree {
            module,
            constants: parser.constants,
            scopes: parser.next_scope,
            warnings: parser.tokens.warnings,
        }),
        Err(Refused) if parser.is_too_deep => Err(Refusal::TooDeep),
        Err(Refused) => Err(Refusal::Syntax),
    }
}

/// What was to be read is not there.
#[derive(Clone, Copy, Debug)]
struct Refused;

type Parse<T> = Result<T, Refused>;

/// For how many items of unfinished lists there is room at first.
const LISTED: usize = 64;

/// An expression as it is made.
type Node<'a> = &'a mut Expr<'a>;

struct Parser<'a, 's> {
    tokens: Tokenizer<'s>,
    /// The next token.
    token: Token,
    /// Where the last token before it ends that can be part of a node.
    end: (i32, i32),
    arena: &'a Bump,
    names: &'s mut Names<'a>,
    constants: Constants,
    /// Whether there was anything in the statement, so far, that the optimizer may fold.
    foldable: bool,
    next_scope: u32,
    /// How many nodes are around.
    depth: u32,
    /// The deepest node of the operand that is being read: what is made around an operand that was read puts it one down.
    deepest: u32,
    limit: u32,
    is_too_deep: bool,
    // Lists as they are read: each call uses what is behind its mark.
    exprs: Vec<Node<'a>>,
    optional: Vec<Option<Node<'a>>>,
    statements: Vec<Stmt<'a>>,
    args: Vec<Arg<'a>>,
    keywords: Vec<Keyword<'a>>,
    /// The text of a string literal with escapes.
    text: Vec<u8>,
}

/// A state that a parser can be put back into.
struct Mark {
    place: Place,
    token: Token,
    end: (i32, i32),
    next_scope: u32,
    depth: u32,
    deepest: u32,
    warnings: usize,
    exprs: usize,
    optional: usize,
    args: usize,
    keywords: usize,
}

impl<'a, 's> Parser<'a, 's> {
    fn new(arena: &'a Bump, names: &'s mut Names<'a>, text: &'s str, limit: u32) -> Self {
        let mut tokens = Tokenizer::new(text);
        let mut token = Token::NONE;
        tokens.next(&mut token);
        Parser {
            tokens,
            token,
            end: (1, 0),
            arena,
            names,
            constants: Constants::for_source(text.len()),
            foldable: false,
            next_scope: 1,
            depth: 0,
            deepest: 0,
            limit,
            is_too_deep: false,
            exprs: Vec::with_capacity(LISTED),
            optional: Vec::with_capacity(LISTED),
            statements: Vec::with_capacity(LISTED),
            args: Vec::with_capacity(LISTED),
            keywords: Vec::with_capacity(LISTED),
            text: Vec::new(),
        }
    }

    fn module(&mut self, mode: Mode) -> Parse<Mod<'a>> {
        if mode == Mode::Eval {
            let value = self.expressions()?;
            while self.token.kind == Kind::Newline {
                self.advance();
            }
            self.expect(Kind::End)?;
            return Ok(Mod::Expression(value));
        }
        while self.token.kind != Kind::End {
            self.statement()?;
        }
        let body = self.take_statements(0);
        Ok(if mode == Mode::Single { Mod::Interactive(body) } else { Mod::Module(body) })
    }

    // ---- tokens ----

    /// Goes to the next token.
    #[inline]
    fn advance(&mut self) {
        if self.token.kind.has_text() {
            self.end = self.token.to;
        }
        self.tokens.next(&mut self.token);
    }

    /// Whether the next token is of a kind, which is read then.
    #[inline]
    fn accept(&mut self, kind: Kind) -> bool {
        let found = self.token.kind == kind;
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    fn expect(&mut self, kind: Kind) -> Parse<()> {
        if self.accept(kind) { Ok(()) } else { Err(Refused) }
    }

    fn token_text(&self, token: &Token) -> &'s str {
        &self.tokens.text[token.start as usize..token.end as usize]
    }

    /// Whether the next token is a name with this text.
    fn is_word(&self, word: &str) -> bool {
        self.token.kind == Kind::Name && self.token_text(&self.token) == word
    }

    /// Reads a name.
    fn name(&mut self) -> Parse<Name<'a>> {
        if self.token.kind != Kind::Name {
            return Err(Refused);
        }
        let name = self.intern();
        self.advance();
        Ok(name)
    }

    /// The name that the next token is.
    #[inline]
    fn intern(&mut self) -> Name<'a> {
        let Token { start, end, .. } = self.token;
        if self.token.is_wide {
            return self.intern_wide();
        }
        self.names.intern_part(self.tokens.text, start as usize, end as usize)
    }

    #[cold]
    fn intern_wide(&mut self) -> Name<'a> {
        self.names.intern(&self.token_text(&self.token).nfkc().collect::<String>())
    }

    // ---- nodes ----

    /// A tuple of what is behind a mark.
    fn tuple(&mut self, mark: usize, from: (i32, i32)) -> Node<'a> {
        let elts = self.take_exprs(mark);
        self.foldable |= elts.iter().all(|elt| elt.constant().is_some());
        self.node(ExprKind::Tuple { elts, ctx: ExprContext::Load }, from)
    }

    /// From the comma on behind the first of several things that make a tuple.
    fn tuple_from(
        &mut self,
        first: Node<'a>,
        from: (i32, i32),
        element: fn(&mut Self) -> Parse<Node<'a>>,
    ) -> Parse<Node<'a>> {
        let mark = self.exprs.len();
        self.keep(first);
        while self.accept(Kind::Comma) && self.begins_expression() {
            let element = element(self)?;
            self.keep(element);
        }
        Ok(self.tuple(mark, from))
    }

    /// Notes what is iterated over or searched: a list or set becomes a tuple or frozenset there.
    fn note_iterable(&mut self, expr: &Expr<'a>) {
        self.foldable |= matches!(expr.kind, ExprKind::List { .. } | ExprKind::Set { .. });
    }

    /// Adds a statement; `outside` says whether there was anything to fold before it.
    fn add(&mut self, kind: StmtKind<'a>, from: (i32, i32), outside: bool) {
        let stmt = self.stmt(kind, from, outside);
        self.statements.push(stmt);
    }

    fn stmt(&mut self, kind: StmtKind<'a>, from: (i32, i32), outside: bool) -> Stmt<'a> {
        let stmt = Stmt { kind, loc: self.loc(from), foldable: self.foldable };
        self.foldable |= outside;
        stmt
    }

    /// From a place to the end of the last token.
    #[inline]
    fn loc(&self, from: (i32, i32)) -> Loc {
        Loc { lineno: from.0, col_offset: from.1, end_lineno: self.end.0, end_col_offset: self.end.1 }
    }

    /// A node that starts at a place and ends with the last token.
    #[inline]
    fn node(&self, kind: ExprKind<'a>, from: (i32, i32)) -> Node<'a> {
        self.arena.alloc(Expr { kind, loc: self.loc(from) })
    }

    fn constant(&mut self, value: Constant, from: (i32, i32)) -> Node<'a> {
        let value = self.constants.add(value);
        self.node(ExprKind::Constant { value, u_prefix: false }, from)
    }

    fn scope(&mut self) -> ScopeId {
        let scope = ScopeId(self.next_scope);
        self.next_scope += 1;
        scope
    }

    /// Adds a node to the list that is being read.
    fn keep(&mut self, node: Node<'a>) {
        self.exprs.push(node);
    }

    /// The expressions behind a mark.
    fn take_exprs(&mut self, mark: usize) -> &'a mut [Expr<'a>] {
        let nodes = &mut self.exprs[mark..];
        if nodes.is_empty() {
            return &mut [];
        }
        let list = self.arena.alloc_slice_fill_with(nodes.len(), |index| take(nodes[index]));
        self.exprs.truncate(mark);
        list
    }

    /// The same for those that may be missing.
    fn take_optional(&mut self, mark: usize) -> &'a mut [Option<Expr<'a>>] {
        let nodes = self.optional.drain(mark..).map(|node| node.map(take));
        if nodes.len() == 0 { &mut [] } else { self.arena.alloc_slice_fill_iter(nodes) }
    }

    fn take_statements(&mut self, mark: usize) -> &'a mut [Stmt<'a>] {
        let statements = &mut self.statements[mark..];
        if statements.is_empty() {
            return &mut [];
        }
        let list = self.arena.alloc_slice_fill_with(statements.len(), |index| {
            let nothing = Stmt { kind: StmtKind::Pass, loc: Loc::NONE, foldable: false };
            std::mem::replace(&mut statements[index], nothing)
        });
        self.statements.truncate(mark);
        list
    }

    // ---- nesting ----

    /// Goes one level down.
    #[inline]
    fn enter(&mut self) -> Parse<()> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        self.check_depth(self.depth)
    }

    #[inline]
    fn leave(&mut self) {
        self.depth -= 1;
    }

    #[inline]
    fn check_depth(&mut self, depth: u32) -> Parse<()> {
        if depth > self.limit {
            self.is_too_deep = true;
            return Err(Refused);
        }
        Ok(())
    }

    /// Makes a node around what was read of the operand, which is one level deeper then.
    #[inline]
    fn wrap(&mut self) -> Parse<()> {
        self.deepest += 1;
        self.check_depth(self.deepest)
    }

    // ---- attempts ----

    fn mark(&self) -> Mark {
        Mark {
            place: self.tokens.place,
            token: self.token,
            end: self.end,
            next_scope: self.next_scope,
            depth: self.depth,
            deepest: self.deepest,
            warnings: self.tokens.warnings.len(),
            exprs: self.exprs.len(),
            optional: self.optional.len(),
            args: self.args.len(),
            keywords: self.keywords.len(),
        }
    }

    /// Goes back, within the line.
    fn go_back(&mut self, mark: &Mark) {
        self.tokens.place = mark.place;
        // The attempt may have ended in the field of an f-string.
        self.tokens.bytes = self.tokens.text.as_bytes();
        self.tokens.warnings.truncate(mark.warnings);
        self.token = mark.token;
        self.end = mark.end;
        self.next_scope = mark.next_scope;
        (self.depth, self.deepest) = (mark.depth, mark.deepest);
        self.exprs.truncate(mark.exprs);
        self.optional.truncate(mark.optional);
        self.args.truncate(mark.args);
        self.keywords.truncate(mark.keywords);
    }
}

/// What is behind a mark, moved into an arena.
fn list<'a, T>(arena: &'a Bump, items: &mut Vec<T>, mark: usize) -> &'a mut [T] {
    if items.len() == mark { &mut [] } else { arena.alloc_slice_fill_iter(items.drain(mark..)) }
}

/// Takes a node out of its place, to which nobody will refer any more.
fn take<'a>(node: &mut Expr<'a>) -> Expr<'a> {
    std::mem::replace(node, Expr { kind: ExprKind::Yield(None), loc: Loc::NONE })
}
