//! From the compiler's tree to plain data.

use quicken_bytecode::PyString;
use quicken_bytecode::tree::{Field, Node};

use crate::ast::*;

/// The tree of a module as plain data.
pub(crate) fn plain(module: &Mod<'_>, constants: &Constants) -> Node {
    let builder = Builder { constants };
    match module {
        Mod::Module(body) => {
            Node::new("Module", vec![("body", builder.stmts(body)), ("type_ignores", Field::List(Vec::new()))])
        }
        Mod::Interactive(body) => Node::new("Interactive", vec![("body", builder.stmts(body))]),
        Mod::Expression(body) => Node::new("Expression", vec![("body", builder.expr(body))]),
    }
}

fn node(name: &'static str, fields: Vec<(&'static str, Field)>) -> Field {
    Field::Node(Box::new(Node::new(name, fields)))
}

fn string(text: &str) -> Field {
    Field::Str(PyString::from(text))
}

fn number(value: impl Into<i32>) -> Field {
    Field::Int(value.into())
}

fn none() -> Field {
    Field::None
}

/// Adds a field that is left out where there is nothing in it.
fn optional(fields: &mut Vec<(&'static str, Field)>, name: &'static str, value: Option<Field>) {
    if let Some(value) = value {
        fields.push((name, value));
    }
}

struct Builder<'c> {
    constants: &'c Constants,
}

impl Builder<'_> {
    fn located(&self, name: &'static str, fields: Vec<(&'static str, Field)>, loc: Loc) -> Field {
        let place = [loc.lineno, loc.col_offset, loc.end_lineno, loc.end_col_offset];
        Field::Node(Box::new(Node { name, fields, place: Some(place) }))
    }

    fn constant(&self, id: ConstId) -> Field {
        Field::Constant(self.constants[id].clone())
    }

    fn stmts(&self, stmts: &[Stmt<'_>]) -> Field {
        Field::List(stmts.iter().map(|stmt| self.stmt(stmt)).collect())
    }

    fn exprs(&self, exprs: &[Expr<'_>]) -> Field {
        Field::List(exprs.iter().map(|expr| self.expr(expr)).collect())
    }

    fn opt(&self, expr: Option<&Expr<'_>>) -> Option<Field> {
        expr.map(|expr| self.expr(expr))
    }

    fn stmt(&self, stmt: &Stmt<'_>) -> Field {
        let (name, fields) = self.stmt_fields(stmt);
        self.located(name, fields, stmt.loc)
    }

    fn stmt_fields(&self, stmt: &Stmt<'_>) -> (&'static str, Vec<(&'static str, Field)>) {
        let mut fields = Vec::new();
        let name = match &stmt.kind {
            StmtKind::FunctionDef(function) => {
                fields.push(("name", string(&function.name)));
                fields.push(("args", self.arguments(&function.args)));
                fields.push(("body", self.stmts(function.body)));
                fields.push(("decorator_list", self.exprs(function.decorator_list)));
                optional(&mut fields, "returns", self.opt(function.returns.as_deref()));
                if function.is_async { "AsyncFunctionDef" } else { "FunctionDef" }
            }
            StmtKind::ClassDef(class) => {
                fields.push(("name", string(&class.name)));
                fields.push(("bases", self.exprs(class.bases)));
                fields.push(("keywords", self.keywords(class.keywords)));
                fields.push(("body", self.stmts(class.body)));
                fields.push(("decorator_list", self.exprs(class.decorator_list)));
                "ClassDef"
            }
            StmtKind::Return(value) => {
                optional(&mut fields, "value", self.opt(value.as_deref()));
                "Return"
            }
            StmtKind::Delete(targets) => {
                fields.push(("targets", self.exprs(targets)));
                "Delete"
            }
            StmtKind::Assign { targets, value } => {
                fields.push(("targets", self.exprs(targets)));
                fields.push(("value", self.expr(value)));
                "Assign"
            }
            StmtKind::AugAssign { target, op, value } => {
                fields.push(("target", self.expr(target)));
                fields.push(("op", operator(*op)));
                fields.push(("value", self.expr(value)));
                "AugAssign"
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                fields.push(("target", self.expr(target)));
                fields.push(("annotation", self.expr(annotation)));
                optional(&mut fields, "value", self.opt(value.as_deref()));
                fields.push(("simple", number(u8::from(*simple))));
                "AnnAssign"
            }
            StmtKind::For { is_async, target, iter, body, orelse } => {
                fields.push(("target", self.expr(target)));
                fields.push(("iter", self.expr(iter)));
                fields.push(("body", self.stmts(body)));
                fields.push(("orelse", self.stmts(orelse)));
                if *is_async { "AsyncFor" } else { "For" }
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                fields.push(("test", self.expr(test)));
                fields.push(("body", self.stmts(body)));
                fields.push(("orelse", self.stmts(orelse)));
                if matches!(stmt.kind, StmtKind::If { .. }) { "If" } else { "While" }
            }
            StmtKind::With { is_async, items, body } => {
                let items = items.iter().map(|item| {
                    let mut fields = vec![("context_expr", self.expr(&item.context_expr))];
                    optional(&mut fields, "optional_vars", self.opt(item.optional_vars.as_ref()));
                    node("withitem", fields)
                });
                fields.push(("items", Field::List(items.collect())));
                fields.push(("body", self.stmts(body)));
                if *is_async { "AsyncWith" } else { "With" }
            }
            StmtKind::Match { subject, cases } => {
                fields.push(("subject", self.expr(subject)));
                let cases = cases.iter().map(|case| {
                    let mut fields = vec![("pattern", self.pattern(&case.pattern))];
                    optional(&mut fields, "guard", self.opt(case.guard.as_ref()));
                    fields.push(("body", self.stmts(case.body)));
                    node("match_case", fields)
                });
                fields.push(("cases", Field::List(cases.collect())));
                "Match"
            }
            StmtKind::Raise { exc, cause } => {
                optional(&mut fields, "exc", self.opt(exc.as_deref()));
                optional(&mut fields, "cause", self.opt(cause.as_deref()));
                "Raise"
            }
            StmtKind::Try(node) => {
                fields.push(("body", self.stmts(node.body)));
                let handlers = node.handlers.iter().map(|handler| {
                    let mut fields = Vec::new();
                    optional(&mut fields, "type", self.opt(handler.type_.as_ref()));
                    optional(&mut fields, "name", handler.name.map(|name| string(&name)));
                    fields.push(("body", self.stmts(handler.body)));
                    self.located("ExceptHandler", fields, handler.loc)
                });
                fields.push(("handlers", Field::List(handlers.collect())));
                fields.push(("orelse", self.stmts(node.orelse)));
                fields.push(("finalbody", self.stmts(node.finalbody)));
                if node.is_star { "TryStar" } else { "Try" }
            }
            StmtKind::Assert { test, msg } => {
                fields.push(("test", self.expr(test)));
                optional(&mut fields, "msg", self.opt(msg.as_deref()));
                "Assert"
            }
            StmtKind::Import(names) => {
                fields.push(("names", self.aliases(names)));
                "Import"
            }
            StmtKind::ImportFrom { module, names, level } => {
                optional(&mut fields, "module", module.map(|name| string(&name)));
                fields.push(("names", self.aliases(names)));
                fields.push(("level", Field::Int(i32::try_from(*level).unwrap_or(i32::MAX))));
                "ImportFrom"
            }
            StmtKind::Global(names) => {
                fields.push(("names", strings(names)));
                "Global"
            }
            StmtKind::Nonlocal(names) => {
                fields.push(("names", strings(names)));
                "Nonlocal"
            }
            StmtKind::Expr(value) => {
                fields.push(("value", self.expr(value)));
                "Expr"
            }
            StmtKind::Pass => "Pass",
            StmtKind::Break => "Break",
            StmtKind::Continue => "Continue",
        };
        (name, fields)
    }

    fn expr(&self, expr: &Expr<'_>) -> Field {
        let (name, fields) = self.expr_fields(&expr.kind);
        self.located(name, fields, expr.loc)
    }

    fn expr_fields(&self, kind: &ExprKind<'_>) -> (&'static str, Vec<(&'static str, Field)>) {
        let mut fields = Vec::new();
        let name = match kind {
            ExprKind::BoolOp { op, values } => {
                fields.push(("op", node(if *op == BoolOp::And { "And" } else { "Or" }, Vec::new())));
                fields.push(("values", self.exprs(values)));
                "BoolOp"
            }
            ExprKind::NamedExpr { target, value } => {
                fields.push(("target", self.expr(target)));
                fields.push(("value", self.expr(value)));
                "NamedExpr"
            }
            ExprKind::BinOp { left, op, right } => {
                fields.push(("left", self.expr(left)));
                fields.push(("op", operator(*op)));
                fields.push(("right", self.expr(right)));
                "BinOp"
            }
            ExprKind::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                fields.push(("op", node(op, Vec::new())));
                fields.push(("operand", self.expr(operand)));
                "UnaryOp"
            }
            ExprKind::Lambda { args, body, .. } => {
                fields.push(("args", self.arguments(args)));
                fields.push(("body", self.expr(body)));
                "Lambda"
            }
            ExprKind::IfExp { test, body, orelse } => {
                fields.push(("test", self.expr(test)));
                fields.push(("body", self.expr(body)));
                fields.push(("orelse", self.expr(orelse)));
                "IfExp"
            }
            ExprKind::Dict { keys, values } => {
                let keys = keys.iter().map(|key| self.opt(key.as_ref()).unwrap_or_else(none));
                fields.push(("keys", Field::List(keys.collect())));
                fields.push(("values", self.exprs(values)));
                "Dict"
            }
            ExprKind::Set { elts } => {
                fields.push(("elts", self.exprs(elts)));
                "Set"
            }
            ExprKind::Comp(comp) => {
                match &comp.value {
                    Some(value) => {
                        fields.push(("key", self.expr(&comp.elt)));
                        fields.push(("value", self.expr(value)));
                    }
                    None => fields.push(("elt", self.expr(&comp.elt))),
                }
                fields.push(("generators", self.generators(comp.generators)));
                match comp.kind {
                    CompKind::ListComp => "ListComp",
                    CompKind::SetComp => "SetComp",
                    CompKind::DictComp => "DictComp",
                    CompKind::GeneratorExp => "GeneratorExp",
                }
            }
            ExprKind::Await(value) => {
                fields.push(("value", self.expr(value)));
                "Await"
            }
            ExprKind::Yield(value) => {
                optional(&mut fields, "value", self.opt(value.as_deref()));
                "Yield"
            }
            ExprKind::YieldFrom(value) => {
                fields.push(("value", self.expr(value)));
                "YieldFrom"
            }
            ExprKind::Compare { left, ops, comparators } => {
                fields.push(("left", self.expr(left)));
                fields.push(("ops", Field::List(ops.iter().map(|op| comparison(*op)).collect())));
                fields.push(("comparators", self.exprs(comparators)));
                "Compare"
            }
            ExprKind::Call { func, args, keywords } => {
                fields.push(("func", self.expr(func)));
                fields.push(("args", self.exprs(args)));
                fields.push(("keywords", self.keywords(keywords)));
                "Call"
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let conversion = match conversion {
                    Conversion::None => -1,
                    Conversion::Str => i32::from(b's'),
                    Conversion::Repr => i32::from(b'r'),
                    Conversion::Ascii => i32::from(b'a'),
                };
                fields.push(("value", self.expr(value)));
                fields.push(("conversion", number(conversion)));
                optional(&mut fields, "format_spec", self.opt(format_spec.as_deref()));
                "FormattedValue"
            }
            ExprKind::JoinedStr { values } => {
                fields.push(("values", self.exprs(values)));
                "JoinedStr"
            }
            ExprKind::Constant { value, u_prefix } => {
                fields.push(("value", self.constant(*value)));
                optional(&mut fields, "kind", u_prefix.then(|| string("u")));
                "Constant"
            }
            ExprKind::Attribute { value, attr, ctx } => {
                fields.push(("value", self.expr(value)));
                fields.push(("attr", string(attr)));
                fields.push(("ctx", context(*ctx)));
                "Attribute"
            }
            ExprKind::Subscript { value, slice, ctx } => {
                fields.push(("value", self.expr(value)));
                fields.push(("slice", self.expr(slice)));
                fields.push(("ctx", context(*ctx)));
                "Subscript"
            }
            ExprKind::Starred { value, ctx } => {
                fields.push(("value", self.expr(value)));
                fields.push(("ctx", context(*ctx)));
                "Starred"
            }
            ExprKind::Name { id, ctx } => {
                fields.push(("id", string(id)));
                fields.push(("ctx", context(*ctx)));
                "Name"
            }
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
                fields.push(("elts", self.exprs(elts)));
                fields.push(("ctx", context(*ctx)));
                if matches!(kind, ExprKind::List { .. }) { "List" } else { "Tuple" }
            }
            ExprKind::Slice { lower, upper, step } => {
                optional(&mut fields, "lower", self.opt(lower.as_deref()));
                optional(&mut fields, "upper", self.opt(upper.as_deref()));
                optional(&mut fields, "step", self.opt(step.as_deref()));
                "Slice"
            }
        };
        (name, fields)
    }

    fn generators(&self, generators: &[Comprehension<'_>]) -> Field {
        let nodes = generators.iter().map(|generator| {
            node(
                "comprehension",
                vec![
                    ("target", self.expr(&generator.target)),
                    ("iter", self.expr(&generator.iter)),
                    ("ifs", self.exprs(generator.ifs)),
                    ("is_async", number(u8::from(generator.is_async))),
                ],
            )
        });
        Field::List(nodes.collect())
    }

    fn keywords(&self, keywords: &[Keyword<'_>]) -> Field {
        let nodes = keywords.iter().map(|keyword| {
            let mut fields = Vec::new();
            optional(&mut fields, "arg", keyword.arg.map(|name| string(&name)));
            fields.push(("value", self.expr(&keyword.value)));
            self.located("keyword", fields, keyword.loc)
        });
        Field::List(nodes.collect())
    }

    fn arguments(&self, args: &Arguments<'_>) -> Field {
        let list = |args: &[Arg<'_>]| Field::List(args.iter().map(|arg| self.arg(arg)).collect());
        let mut fields = vec![("posonlyargs", list(args.posonlyargs)), ("args", list(args.args))];
        optional(&mut fields, "vararg", args.vararg.as_ref().map(|arg| self.arg(arg)));
        fields.push(("kwonlyargs", list(args.kwonlyargs)));
        let kw_defaults = args.kw_defaults.iter().map(|default| self.opt(default.as_ref()).unwrap_or_else(none));
        fields.push(("kw_defaults", Field::List(kw_defaults.collect())));
        optional(&mut fields, "kwarg", args.kwarg.as_ref().map(|arg| self.arg(arg)));
        fields.push(("defaults", self.exprs(args.defaults)));
        node("arguments", fields)
    }

    fn arg(&self, arg: &Arg<'_>) -> Field {
        let mut fields = vec![("arg", string(&arg.arg))];
        optional(&mut fields, "annotation", self.opt(arg.annotation.as_ref()));
        self.located("arg", fields, arg.loc)
    }

    fn aliases(&self, names: &[Alias<'_>]) -> Field {
        let nodes = names.iter().map(|alias| {
            let mut fields = vec![("name", string(&alias.name))];
            optional(&mut fields, "asname", alias.asname.map(|name| string(&name)));
            self.located("alias", fields, alias.loc)
        });
        Field::List(nodes.collect())
    }

    fn patterns(&self, patterns: &[Pattern<'_>]) -> Field {
        Field::List(patterns.iter().map(|pattern| self.pattern(pattern)).collect())
    }

    fn pattern(&self, pattern: &Pattern<'_>) -> Field {
        let mut fields = Vec::new();
        let name = match &pattern.kind {
            PatternKind::MatchValue(value) => {
                fields.push(("value", self.expr(value)));
                "MatchValue"
            }
            PatternKind::MatchSingleton(value) => {
                fields.push(("value", self.constant(*value)));
                "MatchSingleton"
            }
            PatternKind::MatchSequence(patterns) => {
                fields.push(("patterns", self.patterns(patterns)));
                "MatchSequence"
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                fields.push(("keys", self.exprs(keys)));
                fields.push(("patterns", self.patterns(patterns)));
                optional(&mut fields, "rest", rest.map(|name| string(&name)));
                "MatchMapping"
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                fields.push(("cls", self.expr(cls)));
                fields.push(("patterns", self.patterns(patterns)));
                fields.push(("kwd_attrs", strings(kwd_attrs)));
                fields.push(("kwd_patterns", self.patterns(kwd_patterns)));
                "MatchClass"
            }
            PatternKind::MatchStar(name) => {
                optional(&mut fields, "name", name.map(|name| string(&name)));
                "MatchStar"
            }
            PatternKind::MatchAs { pattern, name } => {
                optional(&mut fields, "pattern", pattern.as_deref().map(|pattern| self.pattern(pattern)));
                optional(&mut fields, "name", name.map(|name| string(&name)));
                "MatchAs"
            }
            PatternKind::MatchOr(patterns) => {
                fields.push(("patterns", self.patterns(patterns)));
                "MatchOr"
            }
        };
        self.located(name, fields, pattern.loc)
    }
}

fn strings(names: &[Name<'_>]) -> Field {
    Field::List(names.iter().map(|name| string(name)).collect())
}

fn context(ctx: ExprContext) -> Field {
    let name = match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    };
    node(name, Vec::new())
}

fn operator(op: Operator) -> Field {
    let name = match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    };
    node(name, Vec::new())
}

fn comparison(op: CmpOp) -> Field {
    let name = match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    };
    node(name, Vec::new())
}
