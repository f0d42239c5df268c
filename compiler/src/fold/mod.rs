//! Constant folding on the tree, as CPython 3.11's `ast_opt.c` does it: what is folded there is folded here, and nothing else.

mod arith;
mod float;
mod format;

use bumpalo::Bump;
use quicken_bytecode::{CodeFlags, Constant};

use crate::ast::*;
pub(crate) use arith::{is_true, python_eq};

/// Folds a module in place.
pub(crate) fn fold<'a>(
    arena: &'a Bump,
    module: &mut Mod<'a>,
    constants: &mut Constants,
    optimize: u8,
    future: CodeFlags,
    has_debug: bool,
) {
    let annotations = !future.contains(CodeFlags::FUTURE_ANNOTATIONS);
    let mut fold = Fold { arena, constants, optimize, annotations, has_debug };
    match module {
        Mod::Module(body) => fold.body(body),
        Mod::Interactive(body) => fold.stmts(body),
        Mod::Expression(expr) => fold.expr(expr),
    }
}

struct Fold<'a, 'c> {
    arena: &'a Bump,
    constants: &'c mut Constants,
    optimize: u8,
    /// Whether annotations are evaluated, and so folded.
    annotations: bool,
    /// Whether `__debug__` may be anywhere.
    has_debug: bool,
}

impl<'a> Fold<'a, '_> {
    fn body(&mut self, body: &mut [Stmt<'a>]) {
        let had_docstring = docstring(body, self.constants).is_some();
        self.stmts(body);
        // A folded string that stands first is no docstring: hide it.
        if !had_docstring
            && docstring(body, self.constants).is_some()
            && let Some(Stmt { kind: StmtKind::Expr(value), loc, .. }) = body.first_mut()
        {
            let inner =
                std::mem::replace(&mut **value, Expr { kind: ExprKind::JoinedStr { values: &mut [] }, loc: *loc });
            value.kind = ExprKind::JoinedStr { values: std::slice::from_mut(self.arena.alloc(inner)) };
        }
    }

    fn stmts(&mut self, stmts: &mut [Stmt<'a>]) {
        for stmt in stmts {
            if stmt.foldable || self.has_debug {
                self.stmt(stmt);
            }
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt<'a>) {
        match &mut stmt.kind {
            StmtKind::FunctionDef(function) => {
                self.arguments(&mut function.args);
                self.body(function.body);
                self.exprs(function.decorator_list);
                if self.annotations {
                    self.expr_opt(function.returns.as_deref_mut());
                }
            }
            StmtKind::ClassDef(class) => {
                self.exprs(class.bases);
                self.keywords(class.keywords);
                self.body(class.body);
                self.exprs(class.decorator_list);
            }
            StmtKind::Return(value) => self.expr_opt(value.as_deref_mut()),
            StmtKind::Delete(targets) => self.exprs(targets),
            StmtKind::Assign { targets, value } => {
                self.exprs(targets);
                self.expr(value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::AnnAssign { target, annotation, value, .. } => {
                self.expr(target);
                if self.annotations {
                    self.expr(annotation);
                }
                self.expr_opt(value.as_deref_mut());
            }
            StmtKind::For { is_async, target, iter, body, orelse } => {
                self.expr(target);
                self.expr(iter);
                self.stmts(body);
                self.stmts(orelse);
                if !*is_async {
                    self.iterable(iter);
                }
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test);
                self.stmts(body);
                self.stmts(orelse);
            }
            StmtKind::With { items, body, .. } => {
                for item in &mut **items {
                    self.expr(&mut item.context_expr);
                    self.expr_opt(item.optional_vars.as_mut());
                }
                self.stmts(body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject);
                for case in &mut **cases {
                    self.pattern(&mut case.pattern);
                    self.expr_opt(case.guard.as_mut());
                    self.stmts(case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.expr_opt(exc.as_deref_mut());
                self.expr_opt(cause.as_deref_mut());
            }
            StmtKind::Try(node) => {
                self.stmts(node.body);
                for handler in &mut *node.handlers {
                    self.expr_opt(handler.type_.as_mut());
                    self.stmts(handler.body);
                }
                self.stmts(node.orelse);
                self.stmts(node.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                self.expr_opt(msg.as_deref_mut());
            }
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Import(_)
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue => {}
        }
    }

    fn arguments(&mut self, args: &mut Arguments<'a>) {
        if self.annotations {
            let positional = args.posonlyargs.iter_mut().chain(&mut *args.args);
            let all = positional.chain(&mut args.vararg).chain(&mut *args.kwonlyargs).chain(&mut args.kwarg);
            for arg in all {
                self.expr_opt(arg.annotation.as_mut());
            }
        }
        for default in args.kw_defaults.iter_mut().flatten() {
            self.expr(default);
        }
        self.exprs(args.defaults);
    }

    fn keywords(&mut self, keywords: &mut [Keyword<'a>]) {
        for keyword in keywords {
            self.expr(&mut keyword.value);
        }
    }

    fn exprs(&mut self, exprs: &mut [Expr<'a>]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn expr_opt(&mut self, expr: Option<&mut Expr<'a>>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn expr(&mut self, expr: &mut Expr<'a>) {
        match &mut expr.kind {
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => self.exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left);
                self.expr(right);
                self.binary(expr);
            }
            ExprKind::UnaryOp { operand, .. } => {
                self.expr(operand);
                self.unary(expr);
            }
            ExprKind::Lambda { args, body, .. } => {
                self.arguments(args);
                self.expr(body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
            }
            ExprKind::Dict { keys, values } => {
                for key in keys.iter_mut().flatten() {
                    self.expr(key);
                }
                self.exprs(values);
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } => self.exprs(elts),
            ExprKind::Comp(comp) => {
                self.expr(&mut comp.elt);
                self.expr_opt(comp.value.as_mut());
                for generator in &mut *comp.generators {
                    self.expr(&mut generator.target);
                    self.expr(&mut generator.iter);
                    self.exprs(generator.ifs);
                    self.iterable(&mut generator.iter);
                }
            }
            ExprKind::Await(value) | ExprKind::YieldFrom(value) => self.expr(value),
            ExprKind::Yield(value) => self.expr_opt(value.as_deref_mut()),
            ExprKind::Compare { left, ops, comparators } => {
                self.expr(left);
                self.exprs(comparators);
                if let (Some(CmpOp::In | CmpOp::NotIn), Some(last)) = (ops.last(), comparators.last_mut()) {
                    self.iterable(last);
                }
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func);
                self.exprs(args);
                self.keywords(keywords);
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expr(value);
                self.expr_opt(format_spec.as_deref_mut());
            }
            ExprKind::Attribute { value, .. } | ExprKind::Starred { value, .. } | ExprKind::NamedExpr { value, .. } => {
                self.expr(value);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value);
                self.expr(slice);
                self.subscript(expr);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.expr_opt(lower.as_deref_mut());
                self.expr_opt(upper.as_deref_mut());
                self.expr_opt(step.as_deref_mut());
            }
            ExprKind::Tuple { elts, ctx } => {
                self.exprs(elts);
                if *ctx == ExprContext::Load
                    && let Some(items) = self.all_constant(elts)
                {
                    self.set_constant(expr, Constant::Tuple(items));
                }
            }
            ExprKind::Name { id, ctx: ExprContext::Load } if *id == "__debug__" => {
                self.set_constant(expr, Constant::bool(self.optimize == 0));
            }
            ExprKind::Name { .. } | ExprKind::Constant { .. } => {}
        }
    }

    fn pattern(&mut self, pattern: &mut Pattern<'a>) {
        match &mut pattern.kind {
            PatternKind::MatchValue(value) => self.expr(value),
            PatternKind::MatchSingleton(_) | PatternKind::MatchStar(_) => {}
            PatternKind::MatchSequence(patterns) | PatternKind::MatchOr(patterns) => self.patterns(patterns),
            PatternKind::MatchMapping { keys, patterns, .. } => {
                self.exprs(keys);
                self.patterns(patterns);
            }
            PatternKind::MatchClass { cls, patterns, kwd_patterns, .. } => {
                self.expr(cls);
                self.patterns(patterns);
                self.patterns(kwd_patterns);
            }
            PatternKind::MatchAs { pattern, .. } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern);
                }
            }
        }
    }

    fn patterns(&mut self, patterns: &mut [Pattern<'a>]) {
        for pattern in patterns {
            self.pattern(pattern);
        }
    }

    fn set_constant(&mut self, expr: &mut Expr<'a>, value: Constant) {
        expr.kind = ExprKind::Constant { value: self.constants.add(value), u_prefix: false };
    }

    fn all_constant(&self, elts: &[Expr<'a>]) -> Option<Box<[Constant]>> {
        elts.iter().map(|elt| elt.constant().map(|id| self.constants[id].clone())).collect()
    }

    fn unary(&mut self, expr: &mut Expr<'a>) {
        let ExprKind::UnaryOp { op, operand } = &mut expr.kind else { return };
        if let Some(id) = operand.constant() {
            if let Some(value) = arith::unary(*op, &self.constants[id]) {
                self.set_constant(expr, value);
            }
            return;
        }
        // `not a in b` is `a not in b`; other comparisons may be overloaded.
        if *op == UnaryOp::Not
            && let ExprKind::Compare { ops: [op], .. } = &mut operand.kind
        {
            *op = match op {
                CmpOp::Is => CmpOp::IsNot,
                CmpOp::IsNot => CmpOp::Is,
                CmpOp::In => CmpOp::NotIn,
                CmpOp::NotIn => CmpOp::In,
                _ => return,
            };
            let loc = operand.loc;
            let kind = std::mem::replace(&mut operand.kind, ExprKind::JoinedStr { values: &mut [] });
            *expr = Expr { kind, loc };
        }
    }

    fn binary(&mut self, expr: &mut Expr<'a>) {
        let ExprKind::BinOp { left, op, right } = &mut expr.kind else { return };
        let Some(left) = left.constant() else { return };
        let left = &self.constants[left];
        if *op == Operator::Mod
            && let (Constant::Str(text), ExprKind::Tuple { elts, .. }) = (left, &mut right.kind)
            && !elts.iter().any(Expr::is_starred)
        {
            let text: Vec<u32> = text.code_points().collect();
            if let Some(values) = format::joined_values(self.arena, self.constants, &text, elts) {
                expr.kind = ExprKind::JoinedStr { values };
            }
            return;
        }
        let Some(right) = right.constant() else { return };
        if let Some(value) = arith::binary(*op, left, &self.constants[right]) {
            self.set_constant(expr, value);
        }
    }

    fn subscript(&mut self, expr: &mut Expr<'a>) {
        if let ExprKind::Subscript { value, slice, ctx: ExprContext::Load } = &expr.kind
            && let (Some(value), Some(index)) = (value.constant(), slice.constant())
            && let Some(item) = arith::item(&self.constants[value], &self.constants[index])
        {
            self.set_constant(expr, item);
        }
    }

    /// A list or set that is only iterated over or searched becomes a tuple or frozenset.
    fn iterable(&mut self, expr: &mut Expr<'a>) {
        match &mut expr.kind {
            ExprKind::List { elts, ctx } => {
                if elts.iter().any(Expr::is_starred) {
                    return;
                }
                let items = self.all_constant(elts);
                let elts = std::mem::take(elts);
                expr.kind = ExprKind::Tuple { elts, ctx: *ctx };
                if let Some(items) = items {
                    self.set_constant(expr, Constant::Tuple(items));
                }
            }
            ExprKind::Set { elts } => {
                if let Some(items) = self.all_constant(elts) {
                    self.set_constant(expr, arith::frozenset(&items));
                }
            }
            _ => {}
        }
    }
}

/// A frozenset of constants, as `frozenset(items)` gives it.
pub(crate) fn frozenset(items: &[Constant]) -> Constant {
    arith::frozenset(items)
}
