//! Expressions.

use bumpalo::collections::Vec as BumpVec;
use dashu_int::IBig;
use quicken_bytecode::Constant;
use ruff_python_ast as ruff;
use ruff_text_size::{Ranged, TextRange};

use super::Lower;
use crate::ast::*;
use crate::error::{Result, WarningKind};
use crate::syntax::MATCH_STAND_IN;

/// CPython's default for `sys.set_int_max_str_digits`.
const MAX_STR_DIGITS: usize = 4300;

impl<'a> Lower<'a, '_> {
    pub(super) fn expr_ref(&mut self, node: &ruff::Expr) -> Result<&'a mut Expr<'a>> {
        let expr = self.expr(node)?;
        Ok(self.arena.alloc(expr))
    }

    pub(super) fn expr_opt(&mut self, node: Option<&ruff::Expr>) -> Result<Option<&'a mut Expr<'a>>> {
        node.map(|node| self.expr_ref(node)).transpose()
    }

    pub(super) fn exprs(&mut self, nodes: &[ruff::Expr]) -> Result<&'a mut [Expr<'a>]> {
        self.list(nodes, |this, node| this.expr(node))
    }

    pub(super) fn expr(&mut self, node: &ruff::Expr) -> Result<Expr<'a>> {
        self.enter()?;
        let loc = self.loc(node);
        let kind = self.expr_kind(node)?;
        self.leave();
        Ok(Expr { kind, loc })
    }

    fn expr_kind(&mut self, node: &ruff::Expr) -> Result<ExprKind<'a>> {
        Ok(match node {
            ruff::Expr::BoolOp(node) => {
                let op = match node.op {
                    ruff::BoolOp::And => BoolOp::And,
                    ruff::BoolOp::Or => BoolOp::Or,
                };
                ExprKind::BoolOp { op, values: self.exprs(&node.values)? }
            }
            ruff::Expr::Named(node) => {
                ExprKind::NamedExpr { target: self.expr_ref(&node.target)?, value: self.expr_ref(&node.value)? }
            }
            ruff::Expr::BinOp(node) => ExprKind::BinOp {
                left: self.expr_ref(&node.left)?,
                op: operator(node.op),
                right: self.expr_ref(&node.right)?,
            },
            ruff::Expr::UnaryOp(node) => {
                let op = match node.op {
                    ruff::UnaryOp::Invert => UnaryOp::Invert,
                    ruff::UnaryOp::Not => UnaryOp::Not,
                    ruff::UnaryOp::UAdd => UnaryOp::UAdd,
                    ruff::UnaryOp::USub => UnaryOp::USub,
                };
                ExprKind::UnaryOp { op, operand: self.expr_ref(&node.operand)? }
            }
            ruff::Expr::Lambda(node) => {
                let scope = self.scope();
                let args = match &node.parameters {
                    Some(parameters) => self.arguments(parameters)?,
                    None => self.no_arguments(),
                };
                ExprKind::Lambda { args: self.arena.alloc(args), body: self.expr_ref(&node.body)?, scope }
            }
            ruff::Expr::If(node) => ExprKind::IfExp {
                test: self.expr_ref(&node.test)?,
                body: self.expr_ref(&node.body)?,
                orelse: self.expr_ref(&node.orelse)?,
            },
            ruff::Expr::Dict(node) => ExprKind::Dict {
                keys: self.list(&node.items, |this, item| item.key.as_ref().map(|key| this.expr(key)).transpose())?,
                values: self.list(&node.items, |this, item| this.expr(&item.value))?,
            },
            ruff::Expr::Set(node) => ExprKind::Set { elts: self.exprs(&node.elts)? },
            ruff::Expr::ListComp(node) => self.comp(CompKind::ListComp, &node.elt, None, &node.generators)?,
            ruff::Expr::SetComp(node) => self.comp(CompKind::SetComp, &node.elt, None, &node.generators)?,
            ruff::Expr::DictComp(node) => match &node.key {
                Some(key) => self.comp(CompKind::DictComp, key, Some(&node.value), &node.generators)?,
                None => return self.error(node.range, "dict unpacking cannot be used in dict comprehension"),
            },
            ruff::Expr::Generator(node) => self.comp(CompKind::GeneratorExp, &node.elt, None, &node.generators)?,
            ruff::Expr::Await(node) => ExprKind::Await(self.expr_ref(&node.value)?),
            ruff::Expr::Yield(node) => {
                self.check_yield(node.range)?;
                ExprKind::Yield(self.expr_opt(node.value.as_deref())?)
            }
            ruff::Expr::YieldFrom(node) => {
                self.check_yield(node.range)?;
                ExprKind::YieldFrom(self.expr_ref(&node.value)?)
            }
            ruff::Expr::Compare(node) => ExprKind::Compare {
                left: self.expr_ref(&node.left)?,
                ops: self.arena.alloc_slice_fill_iter(node.ops.iter().map(|op| cmp_op(*op))),
                comparators: self.exprs(&node.comparators)?,
            },
            ruff::Expr::Call(node) => {
                let func = self.expr_ref(&node.func)?;
                let (args, keywords) = self.call_arguments(&node.arguments)?;
                ExprKind::Call { func, args, keywords }
            }
            ruff::Expr::FString(node) => return self.joined_str(node),
            ruff::Expr::TString(node) => return self.error(node.range, "invalid syntax"),
            ruff::Expr::StringLiteral(node) => return self.string(node),
            ruff::Expr::BytesLiteral(node) => return self.bytes(node),
            ruff::Expr::NumberLiteral(node) => {
                let value = self.number(node)?;
                self.constant(value)
            }
            ruff::Expr::BooleanLiteral(node) => self.constant(Constant::bool(node.value)),
            ruff::Expr::NoneLiteral(_) => self.constant(Constant::None),
            ruff::Expr::EllipsisLiteral(_) => self.constant(Constant::Ellipsis),
            ruff::Expr::Attribute(node) => ExprKind::Attribute {
                value: self.expr_ref(&node.value)?,
                attr: self.name(&node.attr),
                ctx: self.context(node.ctx, node.range)?,
            },
            ruff::Expr::Subscript(node) => ExprKind::Subscript {
                value: self.expr_ref(&node.value)?,
                slice: self.expr_ref(&node.slice)?,
                ctx: self.context(node.ctx, node.range)?,
            },
            ruff::Expr::Starred(node) => {
                ExprKind::Starred { value: self.expr_ref(&node.value)?, ctx: self.context(node.ctx, node.range)? }
            }
            ruff::Expr::Name(node) => {
                let name = match node.id.as_str() {
                    MATCH_STAND_IN => self.source.slice(node.range),
                    name => name,
                };
                ExprKind::Name { id: self.names.intern(name), ctx: self.context(node.ctx, node.range)? }
            }
            ruff::Expr::List(node) => {
                ExprKind::List { elts: self.exprs(&node.elts)?, ctx: self.context(node.ctx, node.range)? }
            }
            ruff::Expr::Tuple(node) => {
                ExprKind::Tuple { elts: self.exprs(&node.elts)?, ctx: self.context(node.ctx, node.range)? }
            }
            ruff::Expr::Slice(node) => ExprKind::Slice {
                lower: self.expr_opt(node.lower.as_deref())?,
                upper: self.expr_opt(node.upper.as_deref())?,
                step: self.expr_opt(node.step.as_deref())?,
            },
            ruff::Expr::IpyEscapeCommand(node) => return self.error(node.range, "invalid syntax"),
        })
    }

    fn context(&self, context: ruff::ExprContext, range: TextRange) -> Result<ExprContext> {
        match context {
            ruff::ExprContext::Load => Ok(ExprContext::Load),
            ruff::ExprContext::Store => Ok(ExprContext::Store),
            ruff::ExprContext::Del => Ok(ExprContext::Del),
            ruff::ExprContext::Invalid => self.error(range, "invalid syntax"),
        }
    }

    fn comp(
        &mut self,
        kind: CompKind,
        elt: &ruff::Expr,
        value: Option<&ruff::Expr>,
        generators: &[ruff::Comprehension],
    ) -> Result<ExprKind<'a>> {
        let scope = self.scope();
        let elt = self.expr(elt)?;
        let value = value.map(|value| self.expr(value)).transpose()?;
        let generators = self.list(generators, |this, generator| {
            Ok(Comprehension {
                target: this.expr(&generator.target)?,
                iter: this.expr(&generator.iter)?,
                ifs: this.exprs(&generator.ifs)?,
                is_async: generator.is_async,
            })
        })?;
        Ok(ExprKind::Comp(self.arena.alloc(Comp { kind, elt, value, generators, scope })))
    }

    pub(super) fn call_arguments(
        &mut self,
        arguments: &ruff::Arguments,
    ) -> Result<(&'a mut [Expr<'a>], &'a mut [Keyword<'a>])> {
        let args = self.exprs(&arguments.args)?;
        // A generator that is the only argument shares its parentheses with the call.
        if let ([ruff::Expr::Generator(node)], [Expr { loc, .. }]) = (&*arguments.args, &mut *args)
            && !node.parenthesized
        {
            *loc = self.source.loc(arguments.range);
        }
        let keywords = self.list(&arguments.keywords, |this, keyword| {
            Ok(Keyword {
                arg: keyword.arg.as_ref().map(|arg| this.name(arg)),
                value: this.expr(&keyword.value)?,
                loc: this.loc(keyword),
            })
        })?;
        Ok((args, keywords))
    }

    fn no_arguments(&self) -> Arguments<'a> {
        Arguments {
            posonlyargs: &mut [],
            args: &mut [],
            vararg: None,
            kwonlyargs: &mut [],
            kw_defaults: &mut [],
            kwarg: None,
            defaults: &mut [],
        }
    }

    pub(super) fn arguments(&mut self, parameters: &ruff::Parameters) -> Result<Arguments<'a>> {
        let posonlyargs = self.list(&parameters.posonlyargs, |this, node| this.arg(&node.parameter))?;
        let args = self.list(&parameters.args, |this, node| this.arg(&node.parameter))?;
        let vararg = parameters.vararg.as_deref().map(|node| self.arg(node)).transpose()?;
        let kwonlyargs = self.list(&parameters.kwonlyargs, |this, node| this.arg(&node.parameter))?;
        let kw_defaults = self.list(&parameters.kwonlyargs, |this, node| {
            node.default.as_deref().map(|default| this.expr(default)).transpose()
        })?;
        let kwarg = parameters.kwarg.as_deref().map(|node| self.arg(node)).transpose()?;
        let mut defaults = BumpVec::new_in(self.arena);
        for node in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(default) = &node.default {
                defaults.push(self.expr(default)?);
            }
        }
        let defaults = defaults.into_bump_slice_mut();
        Ok(Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults })
    }

    fn arg(&mut self, node: &ruff::Parameter) -> Result<Arg<'a>> {
        let annotation = node.annotation.as_deref().map(|annotation| self.expr(annotation)).transpose()?;
        // The range of a starred parameter includes the star; CPython's node does not.
        let loc = match &annotation {
            Some(annotation) => self.loc(&node.name).to(annotation.loc),
            None => self.loc(&node.name),
        };
        Ok(Arg { arg: self.name(&node.name), annotation, loc })
    }

    /// The parser takes a `yield` without parentheses for an operand or an element, too.
    fn check_yield(&self, range: TextRange) -> Result<()> {
        let rest = &self.source.text[range.end().to_usize()..];
        let rest = rest.trim_start_matches([' ', '\t', '\x0c']);
        let ends = match rest.as_bytes() {
            [] | [b')' | b';' | b'#' | b'\\' | b'}' | b':', ..] => true,
            [b'=' | b'!', next, ..] => *next != b'=',
            [b'\n', ..] => !rest.trim_start().starts_with(','),
            _ => false,
        };
        if ends { Ok(()) } else { self.error(TextRange::empty(range.end()), "invalid syntax") }
    }

    fn number(&mut self, node: &ruff::ExprNumberLiteral) -> Result<Constant> {
        self.warn_about_number(node.range);
        match &node.value {
            ruff::Number::Int(int) => match int.as_i64() {
                Some(small) => Ok(Constant::Int(small)),
                None => self.big_int(self.source.slice(node.range()), node.range),
            },
            ruff::Number::Float(value) => Ok(Constant::Float(*value)),
            ruff::Number::Complex { real, imag } => Ok(Constant::Complex { re: *real, im: *imag }),
        }
    }

    /// A keyword may follow a number without a space, for now.
    fn warn_about_number(&mut self, range: TextRange) {
        let next = self.source.text.as_bytes().get(range.end().to_usize());
        if !next.is_some_and(u8::is_ascii_alphabetic) {
            return;
        }
        let kind = match self.source.slice(range).as_bytes() {
            [b'0', b'x' | b'X', ..] => "hexadecimal",
            [b'0', b'o' | b'O', ..] => "octal",
            [b'0', b'b' | b'B', ..] => "binary",
            [.., b'j' | b'J'] => "imaginary",
            _ => "decimal",
        };
        self.warn(WarningKind::SyntaxWarning, format!("invalid {kind} literal"), range);
    }

    fn big_int(&self, literal: &str, range: TextRange) -> Result<Constant> {
        let digits = literal.replace('_', "");
        let (radix, digits) = match digits.as_bytes() {
            [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
            [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
            [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
            _ => (10, &*digits),
        };
        if radix == 10 && digits.len() > MAX_STR_DIGITS {
            let message = format!(
                "Exceeds the limit ({MAX_STR_DIGITS} digits) for integer string conversion: value has {} digits; use \
                 sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal \
                 conversion limits.",
                digits.len()
            );
            return self.error(range, message);
        }
        match IBig::from_str_radix(digits, radix) {
            Ok(value) => Ok(Constant::int(value)),
            Err(_) => self.error(range, "invalid decimal literal"),
        }
    }
}

pub(super) fn operator(op: ruff::Operator) -> Operator {
    match op {
        ruff::Operator::Add => Operator::Add,
        ruff::Operator::Sub => Operator::Sub,
        ruff::Operator::Mult => Operator::Mult,
        ruff::Operator::MatMult => Operator::MatMult,
        ruff::Operator::Div => Operator::Div,
        ruff::Operator::Mod => Operator::Mod,
        ruff::Operator::Pow => Operator::Pow,
        ruff::Operator::LShift => Operator::LShift,
        ruff::Operator::RShift => Operator::RShift,
        ruff::Operator::BitOr => Operator::BitOr,
        ruff::Operator::BitXor => Operator::BitXor,
        ruff::Operator::BitAnd => Operator::BitAnd,
        ruff::Operator::FloorDiv => Operator::FloorDiv,
    }
}

fn cmp_op(op: ruff::CmpOp) -> CmpOp {
    match op {
        ruff::CmpOp::Eq => CmpOp::Eq,
        ruff::CmpOp::NotEq => CmpOp::NotEq,
        ruff::CmpOp::Lt => CmpOp::Lt,
        ruff::CmpOp::LtE => CmpOp::LtE,
        ruff::CmpOp::Gt => CmpOp::Gt,
        ruff::CmpOp::GtE => CmpOp::GtE,
        ruff::CmpOp::Is => CmpOp::Is,
        ruff::CmpOp::IsNot => CmpOp::IsNot,
        ruff::CmpOp::In => CmpOp::In,
        ruff::CmpOp::NotIn => CmpOp::NotIn,
    }
}
