//! Whether a tree that a program put together is one that the compiler can take (CPython's `Python/ast.c`), with CPython's words where it is
//! not. What the grammar's productions say was seen to when objects became plain data; this is about the rest.

use quicken_bytecode::Constant;
use quicken_bytecode::tree::{Field, Node};

use crate::ast::ExprContext::{self, Del, Load, Store};
use crate::error::ErrorKind;
use crate::nesting::{RECURSION_LIMIT, RECURSION_MESSAGE};

/// What is wrong with a tree: which exception, and what it says.
pub(crate) type Refusal = (ErrorKind, String);

type Result<T = ()> = std::result::Result<T, Refusal>;

/// Checks a tree.
pub(crate) fn validate(tree: &Node) -> Result {
    let mut validator = Validator { depth: 0 };
    match tree.name {
        "Expression" => validator.required(tree, "body", Load),
        _ => validator.stmts(tree.list("body")),
    }
}

fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err((ErrorKind::ValueError, message.into()))
}

struct Validator {
    depth: u32,
}

impl Validator {
    fn enter(&mut self) -> Result {
        self.depth += 1;
        if self.depth > RECURSION_LIMIT {
            return Err((ErrorKind::RecursionError, RECURSION_MESSAGE.to_owned()));
        }
        Ok(())
    }

    fn stmts(&mut self, list: &[Field]) -> Result {
        for stmt in list {
            match stmt.as_node() {
                Some(stmt) => self.stmt(stmt)?,
                None => return refuse("None disallowed in statement list"),
            }
        }
        Ok(())
    }

    fn body(&mut self, node: &Node) -> Result {
        nonempty(node, "body", node.name)?;
        self.stmts(node.list("body"))
    }

    fn exprs(&mut self, node: &Node, field: &str, ctx: ExprContext) -> Result {
        self.expr_list(node.list(field), ctx, false)
    }

    fn expr_list(&mut self, list: &[Field], ctx: ExprContext, gaps: bool) -> Result {
        for expr in list {
            match expr.as_node() {
                Some(expr) => self.expr(expr, ctx)?,
                None if gaps => {}
                None => return refuse("None disallowed in expression list"),
            }
        }
        Ok(())
    }

    fn required(&mut self, node: &Node, field: &str, ctx: ExprContext) -> Result {
        node.node(field).map_or(Ok(()), |expr| self.expr(expr, ctx))
    }

    fn optional(&mut self, node: &Node, field: &str, ctx: ExprContext) -> Result {
        self.required(node, field, ctx)
    }

    fn stmt(&mut self, node: &Node) -> Result {
        place(node)?;
        self.enter()?;
        match node.name {
            "FunctionDef" | "AsyncFunctionDef" => {
                self.body(node)?;
                self.arguments(node)?;
                self.exprs(node, "decorator_list", Load)?;
                self.optional(node, "returns", Load)?;
            }
            "ClassDef" => {
                self.body(node)?;
                self.exprs(node, "bases", Load)?;
                self.keywords(node)?;
                self.exprs(node, "decorator_list", Load)?;
            }
            "Delete" => {
                nonempty(node, "targets", "Delete")?;
                self.exprs(node, "targets", Del)?;
            }
            "Assign" => {
                nonempty(node, "targets", "Assign")?;
                self.exprs(node, "targets", Store)?;
                self.required(node, "value", Load)?;
            }
            "AugAssign" => {
                self.required(node, "target", Store)?;
                self.required(node, "value", Load)?;
            }
            "AnnAssign" => {
                let is_name = node.node("target").is_some_and(|target| target.name == "Name");
                if !is_name && node.int("simple") != 0 {
                    return Err((ErrorKind::TypeError, "AnnAssign with simple non-Name target".to_owned()));
                }
                self.required(node, "target", Store)?;
                self.optional(node, "value", Load)?;
                self.required(node, "annotation", Load)?;
            }
            "For" | "AsyncFor" => {
                self.required(node, "target", Store)?;
                self.required(node, "iter", Load)?;
                self.body(node)?;
                self.stmts(node.list("orelse"))?;
            }
            "While" | "If" => {
                self.required(node, "test", Load)?;
                self.body(node)?;
                self.stmts(node.list("orelse"))?;
            }
            "With" | "AsyncWith" => {
                nonempty(node, "items", node.name)?;
                for item in nodes(node, "items") {
                    self.required(item, "context_expr", Load)?;
                    self.optional(item, "optional_vars", Store)?;
                }
                self.body(node)?;
            }
            "Match" => {
                self.required(node, "subject", Load)?;
                nonempty(node, "cases", "Match")?;
                for case in nodes(node, "cases") {
                    if let Some(pattern) = case.node("pattern") {
                        self.pattern(pattern, false)?;
                    }
                    self.optional(case, "guard", Load)?;
                    self.body(case)?;
                }
            }
            "Raise" => {
                if node.node("exc").is_none() && node.node("cause").is_some() {
                    return refuse("Raise with cause but no exception");
                }
                self.optional(node, "exc", Load)?;
                self.optional(node, "cause", Load)?;
            }
            "Try" | "TryStar" => self.try_statement(node)?,
            "Assert" => {
                self.required(node, "test", Load)?;
                self.optional(node, "msg", Load)?;
            }
            "Import" => nonempty(node, "names", "Import")?,
            "ImportFrom" => {
                if node.int("level") < 0 {
                    return refuse("Negative ImportFrom level");
                }
                nonempty(node, "names", "ImportFrom")?;
            }
            "Global" | "Nonlocal" => nonempty(node, "names", node.name)?,
            "Return" | "Expr" => self.optional(node, "value", Load)?,
            _ => {}
        }
        self.depth -= 1;
        Ok(())
    }

    fn try_statement(&mut self, node: &Node) -> Result {
        self.body(node)?;
        let name = node.name;
        if node.list("handlers").is_empty() {
            if node.list("finalbody").is_empty() {
                return refuse(format!("{name} has neither except handlers nor finalbody"));
            }
            if !node.list("orelse").is_empty() {
                return refuse(format!("{name} has orelse but no except handlers"));
            }
        }
        for handler in nodes(node, "handlers") {
            if name == "Try" {
                place(handler)?;
            }
            self.optional(handler, "type", Load)?;
            self.body(handler)?;
        }
        self.stmts(node.list("finalbody"))?;
        self.stmts(node.list("orelse"))
    }

    fn expr(&mut self, node: &Node, ctx: ExprContext) -> Result {
        place(node)?;
        self.enter()?;
        match node.node("ctx") {
            Some(actual) => {
                if node.name == "Name" {
                    identifier(node, "id")?;
                }
                if actual.name != context_name(ctx) {
                    let wanted = context_name(ctx);
                    let actual = actual.name;
                    return refuse(format!("expression must have {wanted} context but has {actual} instead"));
                }
            }
            None if ctx != Load => {
                return refuse(format!("expression which can't be assigned to in {} context", context_name(ctx)));
            }
            None => {}
        }
        match node.name {
            "BoolOp" => {
                if node.list("values").len() < 2 {
                    return refuse("BoolOp with less than 2 values");
                }
                self.exprs(node, "values", Load)?;
            }
            "BinOp" => {
                self.required(node, "left", Load)?;
                self.required(node, "right", Load)?;
            }
            "UnaryOp" => self.required(node, "operand", Load)?,
            "Lambda" => {
                self.arguments(node)?;
                self.required(node, "body", Load)?;
            }
            "IfExp" => {
                self.required(node, "test", Load)?;
                self.required(node, "body", Load)?;
                self.required(node, "orelse", Load)?;
            }
            "Dict" => {
                if node.list("keys").len() != node.list("values").len() {
                    return refuse("Dict doesn't have the same number of keys as values");
                }
                self.expr_list(node.list("keys"), Load, true)?;
                self.exprs(node, "values", Load)?;
            }
            "ListComp" | "SetComp" | "GeneratorExp" => {
                self.generators(node)?;
                self.required(node, "elt", Load)?;
            }
            "DictComp" => {
                self.generators(node)?;
                self.required(node, "key", Load)?;
                self.required(node, "value", Load)?;
            }
            "Compare" => {
                if node.list("comparators").is_empty() {
                    return refuse("Compare with no comparators");
                }
                if node.list("comparators").len() != node.list("ops").len() {
                    return refuse("Compare has a different number of comparators and operands");
                }
                self.exprs(node, "comparators", Load)?;
                self.required(node, "left", Load)?;
            }
            "Call" => {
                self.required(node, "func", Load)?;
                self.exprs(node, "args", Load)?;
                self.keywords(node)?;
            }
            "Constant" => constant(node)?,
            "JoinedStr" => self.exprs(node, "values", Load)?,
            "FormattedValue" => {
                self.required(node, "value", Load)?;
                self.optional(node, "format_spec", Load)?;
            }
            "Subscript" => {
                self.required(node, "slice", Load)?;
                self.required(node, "value", Load)?;
            }
            "Starred" => self.required(node, "value", ctx)?,
            "Slice" => {
                self.optional(node, "lower", Load)?;
                self.optional(node, "upper", Load)?;
                self.optional(node, "step", Load)?;
            }
            "List" | "Tuple" | "Set" => self.exprs(node, "elts", ctx)?,
            "NamedExpr" if node.node("target").is_none_or(|target| target.name != "Name") => {
                return Err((ErrorKind::TypeError, "NamedExpr target must be a Name".to_owned()));
            }
            // Await, Yield, YieldFrom, NamedExpr, Attribute; a name has no value.
            _ => self.optional(node, "value", Load)?,
        }
        self.depth -= 1;
        Ok(())
    }

    fn generators(&mut self, node: &Node) -> Result {
        if node.list("generators").is_empty() {
            return refuse("comprehension with no generators");
        }
        for generator in nodes(node, "generators") {
            self.required(generator, "target", Store)?;
            self.required(generator, "iter", Load)?;
            self.exprs(generator, "ifs", Load)?;
        }
        Ok(())
    }

    fn keywords(&mut self, node: &Node) -> Result {
        nodes(node, "keywords").try_for_each(|keyword| self.required(keyword, "value", Load))
    }

    fn arguments(&mut self, function: &Node) -> Result {
        let Some(args) = function.node("args") else { return Ok(()) };
        for field in ["posonlyargs", "args", "vararg", "kwonlyargs", "kwarg"] {
            if let Some(arg) = args.node(field) {
                self.optional(arg, "annotation", Load)?;
            }
            for arg in nodes(args, field) {
                place(arg)?;
                self.optional(arg, "annotation", Load)?;
            }
        }
        if args.list("defaults").len() > args.list("posonlyargs").len() + args.list("args").len() {
            return refuse("more positional defaults than args on arguments");
        }
        if args.list("kw_defaults").len() != args.list("kwonlyargs").len() {
            return refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.exprs(args, "defaults", Load)?;
        self.expr_list(args.list("kw_defaults"), Load, true)
    }

    fn patterns(&mut self, node: &Node, field: &str, star: bool) -> Result {
        nodes(node, field).try_for_each(|pattern| self.pattern(pattern, star))
    }

    fn pattern(&mut self, node: &Node, star: bool) -> Result {
        place(node)?;
        self.enter()?;
        match node.name {
            "MatchValue" => {
                if let Some(value) = node.node("value") {
                    self.pattern_value(value)?;
                }
            }
            "MatchSingleton" => {
                let Some(Field::Constant(Constant::None | Constant::True | Constant::False)) = node.get("value") else {
                    return refuse("MatchSingleton can only contain True, False and None");
                };
            }
            "MatchSequence" => self.patterns(node, "patterns", true)?,
            "MatchMapping" => {
                if node.list("keys").len() != node.list("patterns").len() {
                    return refuse("MatchMapping doesn't have the same number of keys as patterns");
                }
                capture(node, "rest")?;
                for key in nodes(node, "keys") {
                    let singleton = Some(&Field::Constant(Constant::None));
                    let is_singleton = key.get("value") == singleton
                        || matches!(key.get("value"), Some(Field::Constant(Constant::True | Constant::False)));
                    if !is_singleton {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(node, "patterns", false)?;
            }
            "MatchClass" => {
                if node.list("kwd_attrs").len() != node.list("kwd_patterns").len() {
                    return refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
                }
                self.required(node, "cls", Load)?;
                let mut class = node.node("cls");
                while let Some(attribute) = class.filter(|class| class.name == "Attribute") {
                    class = attribute.node("value");
                }
                if class.is_none_or(|class| class.name != "Name") {
                    return refuse("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                for name in node.list("kwd_attrs") {
                    if let Field::Str(name) = name {
                        check_identifier(name.as_str())?;
                    }
                }
                self.patterns(node, "patterns", false)?;
                self.patterns(node, "kwd_patterns", false)?;
            }
            "MatchStar" => {
                if !star {
                    return refuse("can't use MatchStar here");
                }
                capture(node, "name")?;
            }
            "MatchAs" => {
                capture(node, "name")?;
                if let Some(pattern) = node.node("pattern") {
                    if node.str("name").is_none() {
                        return refuse("MatchAs must specify a target name if a pattern is given");
                    }
                    self.pattern(pattern, false)?;
                }
            }
            _ => {
                if node.list("patterns").len() < 2 {
                    return refuse("MatchOr requires at least 2 patterns");
                }
                self.patterns(node, "patterns", false)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// A value in a pattern: a literal or an attribute.
    fn pattern_value(&mut self, node: &Node) -> Result {
        self.expr(node, Load)?;
        let fits = match node.name {
            "Constant" => {
                let Some(Field::Constant(
                    Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::Float(_)
                    | Constant::Bytes(_)
                    | Constant::Complex { .. }
                    | Constant::Str(_),
                )) = node.get("value")
                else {
                    return refuse("unexpected constant inside of a literal pattern");
                };
                true
            }
            "Attribute" | "JoinedStr" => true,
            "UnaryOp" => is_negative(node, |value| is_real(value) || is_imaginary(value)),
            "BinOp" => {
                let is_sum = matches!(node.node("op").map(|op| op.name), Some("Add" | "Sub"));
                let left = node.node("left");
                let left = left.is_some_and(|left| number(left).is_some_and(is_real) || is_negative(left, is_real));
                let right = node.node("right").and_then(number);
                is_sum && left && right.is_some_and(is_imaginary)
            }
            _ => false,
        };
        if fits { Ok(()) } else { refuse("patterns may only match literals and attribute lookups") }
    }
}

fn nodes<'n>(node: &'n Node, field: &str) -> impl Iterator<Item = &'n Node> {
    node.list(field).iter().filter_map(Field::as_node)
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        Load => "Load",
        Store => "Store",
        Del => "Del",
    }
}

fn nonempty(node: &Node, field: &str, owner: &str) -> Result {
    if node.list(field).is_empty() { refuse(format!("empty {field} on {owner}")) } else { Ok(()) }
}

fn place(node: &Node) -> Result {
    let Some([line, column, end_line, end_column]) = node.place else { return Ok(()) };
    if line > end_line {
        return refuse(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
        return refuse(format!(
            "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && column > end_column {
        return refuse(format!("line {line}, column {column}-{end_column} is not a valid range"));
    }
    Ok(())
}

fn identifier(node: &Node, field: &str) -> Result {
    check_identifier(node.str(field).and_then(|name| name.as_str()))
}

fn check_identifier(name: Option<&str>) -> Result {
    match name {
        Some(name @ ("None" | "True" | "False")) => {
            refuse(format!("identifier field can't represent '{name}' constant"))
        }
        _ => Ok(()),
    }
}

/// What a pattern binds.
fn capture(node: &Node, field: &str) -> Result {
    if node.str(field).is_some_and(|name| name.as_str() == Some("_")) {
        return refuse("can't capture name '_' in patterns");
    }
    identifier(node, field)
}

fn constant(node: &Node) -> Result {
    match node.get("value") {
        Some(Field::NoConstant(class)) => {
            Err((ErrorKind::TypeError, format!("got an invalid type in Constant: {class}")))
        }
        _ => Ok(()),
    }
}

fn number(node: &Node) -> Option<&Constant> {
    match node.get("value") {
        Some(Field::Constant(value)) if node.name == "Constant" => Some(value),
        _ => None,
    }
}

fn is_real(value: &Constant) -> bool {
    matches!(value, Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_))
}

fn is_imaginary(value: &Constant) -> bool {
    matches!(value, Constant::Complex { .. })
}

fn is_negative(node: &Node, fits: impl Fn(&Constant) -> bool) -> bool {
    let is_minus = node.name == "UnaryOp" && node.node("op").is_some_and(|op| op.name == "USub");
    is_minus && node.node("operand").and_then(number).is_some_and(fits)
}
