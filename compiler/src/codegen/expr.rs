//! Expressions.

use quicken_bytecode::{Opcode, operators};

use super::unit::UnitKind;
use super::{Compiler, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::cfg::Op;
use crate::error::Result;
use crate::symtable::BlockKind;

impl<'a> Compiler<'a, '_> {
    pub(super) fn exprs(&mut self, exprs: &'a [Expr<'a>]) -> Result<()> {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    pub(super) fn expr(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        let outer = self.loc();
        self.set_loc(expr.loc);
        let result = self.expr_kind(expr);
        if result.is_ok() {
            self.set_loc(outer);
        }
        result
    }

    fn expr_kind(&mut self, expr: &'a Expr<'a>) -> Result<()> {
        match &expr.kind {
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_i(Opcode::COPY, 1);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(*op, values),
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op_i(Opcode::BINARY_OP, binary_operator(*op, false));
                Ok(())
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.op(match op {
                    UnaryOp::Invert => Opcode::UNARY_INVERT,
                    UnaryOp::Not => Opcode::UNARY_NOT,
                    UnaryOp::UAdd => Opcode::UNARY_POSITIVE,
                    UnaryOp::USub => Opcode::UNARY_NEGATIVE,
                });
                Ok(())
            }
            ExprKind::Lambda { args, body, scope } => self.lambda(expr, args, body, *scope),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_block();
                let next = self.new_block();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.op_jump_noline(Op::Jump, end);
                self.use_next_block(next);
                self.expr(orelse)?;
                self.use_next_block(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => self.set(elts),
            ExprKind::Comp(comp) => self.comprehension(expr, comp),
            ExprKind::Yield(value) => {
                if self.block().kind != BlockKind::Function {
                    return self.error("'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(),
                }
                self.yield_value();
                Ok(())
            }
            ExprKind::YieldFrom(value) => {
                if self.block().kind != BlockKind::Function {
                    return self.error("'yield' outside function");
                }
                if self.unit_ref().kind == UnitKind::AsyncFunction {
                    return self.error("'yield from' inside async function");
                }
                self.expr(value)?;
                self.op(Opcode::GET_YIELD_FROM_ITER);
                self.load_none();
                self.yield_from(false);
                Ok(())
            }
            ExprKind::Await(value) => {
                if !self.is_top_level_await() {
                    if self.block().kind != BlockKind::Function {
                        return self.error("'await' outside function");
                    }
                    if !matches!(self.unit_ref().kind, UnitKind::AsyncFunction | UnitKind::Comprehension) {
                        return self.error("'await' outside async function");
                    }
                }
                self.expr(value)?;
                self.await_top(0);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(expr, func, args, keywords),
            ExprKind::Constant { value, .. } => {
                self.load_const_id(*value);
                Ok(())
            }
            ExprKind::JoinedStr { values } => self.joined_str(values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.expr(value)?;
                let mut flags = match conversion {
                    Conversion::None => 0,
                    Conversion::Str => 1,
                    Conversion::Repr => 2,
                    Conversion::Ascii => 3,
                };
                if let Some(spec) = format_spec {
                    self.expr(spec)?;
                    flags |= operators::FormatValueFlags::HAVE_SPEC.bits();
                }
                self.op_i(Opcode::FORMAT_VALUE, flags);
                Ok(())
            }
            ExprKind::Attribute { value, attr, ctx } => {
                self.expr(value)?;
                self.start_at_attribute(expr, attr);
                let op = match ctx {
                    ExprContext::Load => Opcode::LOAD_ATTR,
                    ExprContext::Store => {
                        self.forbid_debug(attr, *ctx)?;
                        Opcode::STORE_ATTR
                    }
                    ExprContext::Del => Opcode::DELETE_ATTR,
                };
                self.op_name(op, *attr);
                Ok(())
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let op = match ctx {
                    ExprContext::Load => {
                        self.check_subscripter(value);
                        self.check_index(value, slice);
                        Opcode::BINARY_SUBSCR
                    }
                    ExprContext::Store => Opcode::STORE_SUBSCR,
                    ExprContext::Del => Opcode::DELETE_SUBSCR,
                };
                self.expr(value)?;
                self.expr(slice)?;
                self.op(op);
                Ok(())
            }
            ExprKind::Starred { ctx: ExprContext::Store, .. } => {
                self.error("starred assignment target must be in a list or tuple")
            }
            ExprKind::Starred { .. } => self.error("can't use starred expression here"),
            ExprKind::Name { id, ctx } => self.name_op(*id, *ctx),
            ExprKind::List { elts, ctx } => self.sequence(elts, *ctx, false),
            ExprKind::Tuple { elts, ctx } => self.sequence(elts, *ctx, true),
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper] {
                    match part {
                        Some(part) => self.expr(part)?,
                        None => self.load_none(),
                    }
                }
                if let Some(step) = step {
                    self.expr(step)?;
                }
                self.op_i(Opcode::BUILD_SLICE, 2 + u32::from(step.is_some()));
                Ok(())
            }
        }
    }

    fn bool_op(&mut self, op: BoolOp, values: &'a [Expr<'a>]) -> Result<()> {
        let Some((last, first)) = values.split_last() else { return Ok(()) };
        let jump = match op {
            BoolOp::And => Opcode::JUMP_IF_FALSE_OR_POP,
            BoolOp::Or => Opcode::JUMP_IF_TRUE_OR_POP,
        };
        let end = self.new_block();
        for value in first {
            self.expr(value)?;
            self.op_jump(jump, end);
            let next = self.new_block();
            self.use_next_block(next);
        }
        self.expr(last)?;
        self.use_next_block(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp) {
        let (opcode, oparg) = match op {
            CmpOp::Eq => (Opcode::COMPARE_OP, operators::PY_EQ),
            CmpOp::NotEq => (Opcode::COMPARE_OP, operators::PY_NE),
            CmpOp::Lt => (Opcode::COMPARE_OP, operators::PY_LT),
            CmpOp::LtE => (Opcode::COMPARE_OP, operators::PY_LE),
            CmpOp::Gt => (Opcode::COMPARE_OP, operators::PY_GT),
            CmpOp::GtE => (Opcode::COMPARE_OP, operators::PY_GE),
            CmpOp::Is => (Opcode::IS_OP, 0),
            CmpOp::IsNot => (Opcode::IS_OP, 1),
            CmpOp::In => (Opcode::CONTAINS_OP, 0),
            CmpOp::NotIn => (Opcode::CONTAINS_OP, 1),
        };
        self.op_i(opcode, oparg);
    }

    fn compare(&mut self, left: &'a Expr<'a>, ops: &[CmpOp], comparators: &'a [Expr<'a>]) -> Result<()> {
        self.check_compare(left, ops, comparators);
        self.expr(left)?;
        let last = ops.len() - 1;
        if last == 0 {
            self.expr(&comparators[0])?;
            self.compare_op(ops[0]);
            return Ok(());
        }
        let cleanup = self.new_block();
        for (op, comparator) in ops.iter().zip(comparators).take(last) {
            self.expr(comparator)?;
            self.op_i(Opcode::SWAP, 2);
            self.op_i(Opcode::COPY, 2);
            self.compare_op(*op);
            self.op_jump(Opcode::JUMP_IF_FALSE_OR_POP, cleanup);
        }
        self.expr(&comparators[last])?;
        self.compare_op(ops[last]);
        let end = self.new_block();
        self.op_jump_noline(Op::Jump, end);
        self.use_next_block(cleanup);
        self.op_i(Opcode::SWAP, 2);
        self.op(Opcode::POP_TOP);
        self.use_next_block(end);
        Ok(())
    }

    fn joined_str(&mut self, values: &'a [Expr<'a>]) -> Result<()> {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_str("");
            let join = self.name("join");
            self.op_name(Opcode::LOAD_METHOD, join);
            self.op_i(Opcode::BUILD_LIST, 0);
            for value in values {
                self.expr(value)?;
                self.op_i(Opcode::LIST_APPEND, 1);
            }
            self.op_call(1);
            return Ok(());
        }
        self.exprs(values)?;
        if values.len() != 1 {
            self.op_i(Opcode::BUILD_STRING, values.len() as u32);
        }
        Ok(())
    }

    /// Where an attribute stands on another line than its object, the current place starts at the attribute's name.
    pub(super) fn start_at_attribute(&mut self, attribute: &Expr<'a>, name: &str) {
        let end = attribute.loc;
        let loc = &mut self.unit().loc;
        if loc.lineno == end.end_lineno {
            return;
        }
        loc.lineno = end.end_lineno;
        let length = name.chars().count() as i32;
        if length <= end.end_col_offset {
            loc.col_offset = end.end_col_offset - length;
        } else {
            loc.col_offset = -1;
            loc.end_col_offset = -1;
        }
        loc.end_lineno = loc.end_lineno.max(loc.lineno);
        if loc.lineno == loc.end_lineno {
            loc.end_col_offset = loc.end_col_offset.max(loc.col_offset);
        }
    }
}

/// BINARY_OP's operand.
pub(super) fn binary_operator(op: Operator, inplace: bool) -> u32 {
    let plain = match op {
        Operator::Add => operators::NB_ADD,
        Operator::Sub => operators::NB_SUBTRACT,
        Operator::Mult => operators::NB_MULTIPLY,
        Operator::MatMult => operators::NB_MATRIX_MULTIPLY,
        Operator::Div => operators::NB_TRUE_DIVIDE,
        Operator::Mod => operators::NB_REMAINDER,
        Operator::Pow => operators::NB_POWER,
        Operator::LShift => operators::NB_LSHIFT,
        Operator::RShift => operators::NB_RSHIFT,
        Operator::BitOr => operators::NB_OR,
        Operator::BitXor => operators::NB_XOR,
        Operator::BitAnd => operators::NB_AND,
        Operator::FloorDiv => operators::NB_FLOOR_DIVIDE,
    };
    // The in-place operators follow in the same order.
    if inplace { plain + operators::NB_INPLACE_ADD } else { plain }
}
