//! Expressions back to text: what annotations become under `from __future__ import annotations`.

use quicken_bytecode::repr::{repr_constant, repr_str};
use quicken_bytecode::{Constant, PyString};

use crate::ast::*;

/// The text of an expression, as CPython's `ast_unparse.c` writes it.
pub(crate) fn unparse(expr: &Expr<'_>, constants: &Constants) -> PyString {
    let mut unparser = Unparser { out: Vec::new(), constants };
    unparser.expr(expr, Level::Test);
    PyString::from_bytes(&unparser.out).unwrap_or_default()
}

/// How tightly what is around binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn next(self) -> Level {
        const ALL: [Level; 16] = [
            Level::Tuple,
            Level::Test,
            Level::Or,
            Level::And,
            Level::Not,
            Level::Cmp,
            Level::BitOr,
            Level::BitXor,
            Level::BitAnd,
            Level::Shift,
            Level::Arith,
            Level::Term,
            Level::Factor,
            Level::Power,
            Level::Await,
            Level::Atom,
        ];
        ALL[(self as usize + 1).min(ALL.len() - 1)]
    }
}

struct Unparser<'c> {
    out: Vec<u8>,
    constants: &'c Constants,
}

impl Unparser<'_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes something that binds as given, in parentheses where it stands in something that binds tighter.
    fn grouped(&mut self, level: Level, own: Level, write: impl FnOnce(&mut Self)) {
        if level > own {
            self.text("(");
        }
        write(self);
        if level > own {
            self.text(")");
        }
    }

    fn separated<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            write(self, item);
        }
    }

    fn list(&mut self, items: &[Expr<'_>]) {
        self.separated(items, |this, item| this.expr(item, Level::Test));
    }

    fn expr(&mut self, expr: &Expr<'_>, level: Level) {
        match &expr.kind {
            ExprKind::BoolOp { op, values } => {
                let (word, own) = match op {
                    BoolOp::And => (" and ", Level::And),
                    BoolOp::Or => (" or ", Level::Or),
                };
                self.grouped(level, own, |this| {
                    for (index, value) in values.iter().enumerate() {
                        if index > 0 {
                            this.text(word);
                        }
                        this.expr(value, own.next());
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => self.binary(left, *op, right, level),
            ExprKind::UnaryOp { op, operand } => {
                let (symbol, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(level, own, |this| {
                    this.text(symbol);
                    this.expr(operand, own);
                });
            }
            ExprKind::Lambda { args, body, .. } => self.grouped(level, Level::Test, |this| {
                let positional = !(args.args.is_empty() && args.posonlyargs.is_empty());
                this.text(if positional { "lambda " } else { "lambda" });
                this.arguments(args);
                this.text(": ");
                this.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level, Level::Test, |this| {
                this.expr(body, Level::Or);
                this.text(" if ");
                this.expr(test, Level::Or);
                this.text(" else ");
                this.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => {
                self.text("{");
                self.separated(keys.iter().zip(&**values), |this, (key, value)| match key {
                    Some(key) => {
                        this.expr(key, Level::Test);
                        this.text(": ");
                        this.expr(value, Level::Test);
                    }
                    None => {
                        this.text("**");
                        this.expr(value, Level::BitOr);
                    }
                });
                self.text("}");
            }
            ExprKind::Set { elts } => {
                self.text("{");
                self.list(elts);
                self.text("}");
            }
            ExprKind::List { elts, .. } => {
                self.text("[");
                self.list(elts);
                self.text("]");
            }
            ExprKind::Tuple { elts, .. } => {
                if elts.is_empty() {
                    self.text("()");
                    return;
                }
                self.grouped(level, Level::Tuple, |this| {
                    this.list(elts);
                    if elts.len() == 1 {
                        this.text(",");
                    }
                });
            }
            ExprKind::Comp(comp) => self.comp(comp),
            ExprKind::Yield(None) => self.text("(yield)"),
            ExprKind::Yield(Some(value)) => {
                self.text("(yield ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::YieldFrom(value) => {
                self.text("(yield from ");
                self.expr(value, Level::Test);
                self.text(")");
            }
            ExprKind::Await(value) => self.grouped(level, Level::Await, |this| {
                this.text("await ");
                this.expr(value, Level::Atom);
            }),
            ExprKind::Compare { left, ops, comparators } => self.grouped(level, Level::Cmp, |this| {
                this.expr(left, Level::BitOr);
                for (op, comparator) in ops.iter().zip(&**comparators) {
                    this.text(comparison(*op));
                    this.expr(comparator, Level::BitOr);
                }
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::Constant { value, u_prefix } => {
                if *u_prefix {
                    self.text("u");
                }
                self.constant(&self.constants[*value]);
            }
            ExprKind::JoinedStr { values } => {
                let body = self.fstring_body(values);
                self.text("f");
                self.text(&repr_str(&body));
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(value, *conversion, format_spec.as_deref());
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                let is_int = value
                    .constant()
                    .is_some_and(|id| matches!(self.constants[id], Constant::Int(_) | Constant::BigInt(_)));
                self.text(if is_int { " ." } else { "." });
                self.text(attr);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.text("[");
                self.expr(slice, Level::Tuple);
                self.text("]");
            }
            ExprKind::Starred { value, .. } => {
                self.text("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.text(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.text(":");
                    self.expr(step, Level::Test);
                }
            }
            ExprKind::Name { id, .. } => self.text(id),
            ExprKind::NamedExpr { target, value } => self.grouped(level, Level::Tuple, |this| {
                this.expr(target, Level::Atom);
                this.text(" := ");
                this.expr(value, Level::Atom);
            }),
        }
    }

    fn binary(&mut self, left: &Expr<'_>, op: Operator, right: &Expr<'_>, level: Level) {
        let (symbol, own) = match op {
            Operator::Add => (" + ", Level::Arith),
            Operator::Sub => (" - ", Level::Arith),
            Operator::Mult => (" * ", Level::Term),
            Operator::MatMult => (" @ ", Level::Term),
            Operator::Div => (" / ", Level::Term),
            Operator::Mod => (" % ", Level::Term),
            Operator::LShift => (" << ", Level::Shift),
            Operator::RShift => (" >> ", Level::Shift),
            Operator::BitOr => (" | ", Level::BitOr),
            Operator::BitXor => (" ^ ", Level::BitXor),
            Operator::BitAnd => (" & ", Level::BitAnd),
            Operator::FloorDiv => (" // ", Level::Term),
            Operator::Pow => (" ** ", Level::Power),
        };
        let (left_level, right_level) = if op == Operator::Pow { (own.next(), own) } else { (own, own.next()) };
        self.grouped(level, own, |this| {
            this.expr(left, left_level);
            this.text(symbol);
            this.expr(right, right_level);
        });
    }

    fn comp(&mut self, comp: &Comp<'_>) {
        let (open, close) = match comp.kind {
            CompKind::ListComp => ("[", "]"),
            CompKind::SetComp | CompKind::DictComp => ("{", "}"),
            CompKind::GeneratorExp => ("(", ")"),
        };
        self.text(open);
        self.expr(&comp.elt, Level::Test);
        if let Some(value) = &comp.value {
            self.text(": ");
            self.expr(value, Level::Test);
        }
        for generator in &*comp.generators {
            self.text(if generator.is_async { " async for " } else { " for " });
            self.expr(&generator.target, Level::Tuple);
            self.text(" in ");
            self.expr(&generator.iter, Level::Or);
            for condition in &*generator.ifs {
                self.text(" if ");
                self.expr(condition, Level::Or);
            }
        }
        self.text(close);
    }

    fn call(&mut self, func: &Expr<'_>, args: &[Expr<'_>], keywords: &[Keyword<'_>]) {
        self.expr(func, Level::Atom);
        if let ([Expr { kind: ExprKind::Comp(comp), .. }], []) = (args, keywords)
            && comp.kind == CompKind::GeneratorExp
        {
            return self.comp(comp);
        }
        self.text("(");
        self.list(args);
        if !args.is_empty() && !keywords.is_empty() {
            self.text(", ");
        }
        self.separated(keywords, |this, keyword| {
            match keyword.arg {
                Some(name) => {
                    this.text(&name);
                    this.text("=");
                }
                None => this.text("**"),
            }
            this.expr(&keyword.value, Level::Test);
        });
        self.text(")");
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let mut first = true;
        let mut comma = |this: &mut Self| {
            if !std::mem::take(&mut first) {
                this.text(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        for (index, arg) in args.posonlyargs.iter().chain(&*args.args).enumerate() {
            comma(self);
            self.arg(arg);
            if let Some(default) = (index + args.defaults.len()).checked_sub(positional) {
                self.text("=");
                self.expr(&args.defaults[default], Level::Test);
            }
            if index + 1 == args.posonlyargs.len() {
                self.text(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.text("*");
            if let Some(vararg) = &args.vararg {
                self.arg(vararg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(&*args.kw_defaults) {
            comma(self);
            self.arg(arg);
            if let Some(default) = default {
                self.text("=");
                self.expr(default, Level::Test);
            }
        }
        if let Some(kwarg) = &args.kwarg {
            comma(self);
            self.text("**");
            self.arg(kwarg);
        }
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.text(&arg.arg);
        if let Some(annotation) = &arg.annotation {
            self.text(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn constant(&mut self, value: &Constant) {
        match value {
            Constant::Ellipsis => self.text("..."),
            Constant::Tuple(items) => {
                self.text("(");
                self.separated(items, |this, item| this.constant(item));
                if items.len() == 1 {
                    self.text(",");
                }
                self.text(")");
            }
            _ => {
                let mut repr = repr_constant(value, &|_| 0);
                // There is no literal for infinity, but this overflows to it.
                if matches!(value, Constant::Float(_) | Constant::Complex { .. }) {
                    repr = repr.replace("inf", "1e309");
                }
                self.text(&repr);
            }
        }
    }

    fn fstring_body(&self, values: &[Expr<'_>]) -> PyString {
        let mut body = Unparser { out: Vec::new(), constants: self.constants };
        for value in values {
            body.fstring_element(value);
        }
        PyString::from_bytes(&body.out).unwrap_or_default()
    }

    fn fstring_element(&mut self, element: &Expr<'_>) {
        match &element.kind {
            ExprKind::Constant { value, .. } => {
                if let Constant::Str(text) = &self.constants[*value] {
                    for byte in text.as_bytes() {
                        self.out.push(*byte);
                        if matches!(byte, b'{' | b'}') {
                            self.out.push(*byte);
                        }
                    }
                }
            }
            _ => self.expr(element, Level::Test),
        }
    }

    fn formatted_value(&mut self, value: &Expr<'_>, conversion: Conversion, format_spec: Option<&Expr<'_>>) {
        let mut inner = Unparser { out: Vec::new(), constants: self.constants };
        inner.expr(value, Level::Or);
        self.text(if inner.out.starts_with(b"{") { "{ " } else { "{" });
        self.out.append(&mut inner.out);
        self.text(match conversion {
            Conversion::None => "",
            Conversion::Str => "!s",
            Conversion::Repr => "!r",
            Conversion::Ascii => "!a",
        });
        if let Some(spec) = format_spec {
            self.text(":");
            match &spec.kind {
                ExprKind::JoinedStr { values } => {
                    let body = self.fstring_body(values);
                    self.out.extend_from_slice(body.as_bytes());
                }
                _ => self.fstring_element(spec),
            }
        }
        self.text("}");
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
