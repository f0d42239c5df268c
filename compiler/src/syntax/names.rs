//! What CPython calls expressions in its messages.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{Expr, Mod};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The name of a kind of expression.
pub(super) fn expr_name(expr: &Expr) -> &'static str {
    match expr {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) | Expr::TString(_) => "f-string expression",
        Expr::NoneLiteral(_) => "None",
        Expr::BooleanLiteral(literal) if literal.value => "True",
        Expr::BooleanLiteral(_) => "False",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::NumberLiteral(_) | Expr::IpyEscapeCommand(_) => {
            "literal"
        }
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) => "slice",
    }
}

/// Expressions of the (recovered) tree.
pub(super) struct Expressions<'p> {
    found: Vec<&'p Expr>,
}

impl<'p> Expressions<'p> {
    pub(super) fn of(module: &'p Mod) -> Self {
        let mut expressions = Expressions { found: Vec::new() };
        match module {
            Mod::Module(module) => expressions.visit_body(&module.body),
            Mod::Expression(module) => expressions.visit_expr(&module.body),
        }
        expressions
    }

    /// The outermost expression with exactly this range.
    pub(super) fn exactly(&self, range: TextRange) -> Option<&'p Expr> {
        self.found.iter().copied().find(|expr| expr.range() == range)
    }

    /// The longest expression that starts at an offset.
    pub(super) fn starting_at(&self, offset: TextSize) -> Option<&'p Expr> {
        self.found.iter().copied().filter(|expr| expr.start() == offset).max_by_key(|expr| expr.end())
    }

    /// The longest expression that ends last before an offset and starts after another.
    pub(super) fn ending_before(&self, offset: TextSize, after: TextSize) -> Option<&'p Expr> {
        let inside = self
            .found
            .iter()
            .copied()
            .filter(|expr| expr.end() <= offset && expr.start() >= after && !expr.range().is_empty());
        inside.max_by_key(|expr| (expr.end(), std::cmp::Reverse(expr.start())))
    }
}

impl<'p> SourceOrderVisitor<'p> for Expressions<'p> {
    fn visit_expr(&mut self, expr: &'p Expr) {
        self.found.push(expr);
        walk_expr(self, expr);
    }
}
