//! Code that is certainly not what was meant: `SyntaxWarning`s.

use quicken_bytecode::Constant;

use super::Compiler;
use crate::ast::*;
use crate::error::{Warning, WarningKind};

impl<'a> Compiler<'a, '_> {
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        let line = self.loc().lineno;
        self.warnings.push(Warning { kind: WarningKind::SyntaxWarning, message: message.into(), line });
    }

    /// Whether identity of an expression makes sense: anything but constants other than the singletons.
    fn has_identity(&self, expr: &Expr<'a>) -> bool {
        expr.constant().is_none_or(|id| {
            matches!(self.constant(id), Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        })
    }

    pub(super) fn check_compare(&mut self, left: &Expr<'a>, ops: &[CmpOp], comparators: &[Expr<'a>]) {
        let mut left = self.has_identity(left);
        for (op, right) in ops.iter().zip(comparators) {
            let right = self.has_identity(right);
            let message = match op {
                CmpOp::Is => Some("\"is\" with a literal. Did you mean \"==\"?"),
                CmpOp::IsNot => Some("\"is not\" with a literal. Did you mean \"!=\"?"),
                _ => None,
            };
            if let Some(message) = message.filter(|_| !(left && right)) {
                self.warn(message);
                return;
            }
            left = right;
        }
    }

    /// The type of a value, where the expression shows it.
    fn infer_type(&self, expr: &Expr<'a>) -> Option<&'static str> {
        Some(match &expr.kind {
            ExprKind::Tuple { .. } => "tuple",
            ExprKind::List { .. } => "list",
            ExprKind::Dict { .. } => "dict",
            ExprKind::Set { .. } => "set",
            ExprKind::Comp(comp) => match comp.kind {
                CompKind::ListComp => "list",
                CompKind::SetComp => "set",
                CompKind::DictComp => "dict",
                CompKind::GeneratorExp => "generator",
            },
            ExprKind::Lambda { .. } => "function",
            ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
            ExprKind::Constant { value, .. } => self.constant(*value).type_name(),
            _ => return None,
        })
    }

    pub(super) fn check_caller(&mut self, func: &Expr<'a>) {
        if !matches!(func.kind, ExprKind::Lambda { .. })
            && let Some(name) = self.infer_type(func)
        {
            self.warn(format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
    }

    pub(super) fn check_subscripter(&mut self, value: &Expr<'a>) {
        let suspicious = match &value.kind {
            ExprKind::Constant { value, .. } => matches!(
                self.constant(*value),
                Constant::None
                    | Constant::Ellipsis
                    | Constant::True
                    | Constant::False
                    | Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. } | ExprKind::Lambda { .. } => true,
            ExprKind::Comp(comp) => matches!(comp.kind, CompKind::SetComp | CompKind::GeneratorExp),
            _ => false,
        };
        if suspicious && let Some(name) = self.infer_type(value) {
            self.warn(format!("'{name}' object is not subscriptable; perhaps you missed a comma?"));
        }
    }

    pub(super) fn check_index(&mut self, value: &Expr<'a>, index: &Expr<'a>) {
        let Some(index_type) = self.infer_type(index).filter(|name| !matches!(*name, "int" | "bool")) else { return };
        let suspicious = match &value.kind {
            ExprKind::Constant { value, .. } => {
                matches!(self.constant(*value), Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            ExprKind::Comp(comp) => comp.kind == CompKind::ListComp,
            _ => false,
        };
        if suspicious && let Some(name) = self.infer_type(value) {
            self.warn(format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            ));
        }
    }
}
