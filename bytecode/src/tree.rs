//! Syntax trees as plain data: what a program's `ast` objects and the compiler's tree are both turned into.
//!
//! [`KINDS`] is CPython 3.11's `Parser/Python.asdl`, a production a string; nodes and fields have its names.

use std::sync::LazyLock;

use crate::{Constant, PyString};

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The name of its production: `Module`, `BinOp`, `arg`.
    pub name: &'static str,
    /// The fields in the order of the production. Those that may be missing are left out where they are.
    pub fields: Vec<(&'static str, Field)>,
    /// Line, column, last line and column behind the end, of nodes that have a place.
    pub place: Option<[i32; 4]>,
}

/// What is in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Nothing: in lists that may have gaps, and where a program put a `None` into a list.
    None,
    /// A node.
    Node(Box<Node>),
    /// A list of nodes or names.
    List(Vec<Field>),
    /// An integer: levels, conversions, flags.
    Int(i32),
    /// An identifier, or another string.
    Str(PyString),
    /// The value of a constant.
    Constant(Constant),
    /// An object that can be no constant: the name of its type.
    NoConstant(String),
}

impl Node {
    /// A node without a place.
    pub fn new(name: &'static str, fields: Vec<(&'static str, Field)>) -> Node {
        Node { name, fields, place: None }
    }

    /// What is in a field, if the node has it.
    pub fn get(&self, field: &str) -> Option<&Field> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }

    /// The node in a field.
    pub fn node(&self, field: &str) -> Option<&Node> {
        self.get(field).and_then(Field::as_node)
    }

    /// The list in a field; an empty one if there is none.
    pub fn list(&self, field: &str) -> &[Field] {
        match self.get(field) {
            Some(Field::List(items)) => items,
            _ => &[],
        }
    }

    /// The integer in a field; 0 if there is none.
    pub fn int(&self, field: &str) -> i32 {
        match self.get(field) {
            Some(Field::Int(number)) => *number,
            _ => 0,
        }
    }

    /// The string in a field.
    pub fn str(&self, field: &str) -> Option<&PyString> {
        match self.get(field) {
            Some(Field::Str(text)) => Some(text),
            _ => None,
        }
    }
}

impl Field {
    /// The node, if it is one.
    pub fn as_node(&self) -> Option<&Node> {
        match self {
            Field::Node(node) => Some(node),
            _ => None,
        }
    }
}

/// What a field may hold, as a production says: `expr? returns`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// `expr`, `identifier`, `int`, …
    pub kind: &'static str,
    /// The field's name.
    pub name: &'static str,
    /// Whether it may be missing (`?`).
    pub optional: bool,
    /// Whether it is a list (`*`).
    pub list: bool,
}

/// A node's name and fields.
#[derive(Debug)]
pub struct Production {
    /// Its name.
    pub name: &'static str,
    /// The fields in order.
    pub fields: Vec<FieldSpec>,
    /// The kind that it is, or is a variant of.
    pub kind: &'static Kind,
}

/// The production of this name.
pub fn production(name: &str) -> Option<&'static Production> {
    PRODUCTIONS.iter().find(|production| production.name == name)
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The products and the variants of sums.
pub static PRODUCTIONS: LazyLock<Vec<Production>> = LazyLock::new(|| {
    let texts = KINDS.iter().flat_map(|kind| kind.product.iter().chain(kind.variants).map(move |text| (kind, *text)));
    texts
        .map(|(kind, text)| {
            let (name, rest) = text.split_once('(').unwrap_or((text, ""));
            Production { name, fields: fields(rest.trim_end_matches(')')).collect(), kind }
        })
        .collect()
});

fn fields(text: &'static str) -> impl Iterator<Item = FieldSpec> {
    text.split(", ").filter_map(|field| {
        let (kind, name) = field.split_once(' ')?;
        let (optional, list) = (kind.ends_with('?'), kind.ends_with('*'));
        Some(FieldSpec { kind: kind.trim_end_matches(['?', '*']), name, optional, list })
    })
}

/// A kind of node: a product, or a sum of variants.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// The production of a product.
    pub product: Option<&'static str>,
    /// Whether nodes know their place in the source.
    pub placed: bool,
    /// The productions of the variants.
    pub variants: &'static [&'static str],
}

/// Where a node is, by attributes.
pub const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The grammar of trees.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "mod",
        product: None,
        placed: false,
        variants: &[
            "Module(stmt* body, type_ignore* type_ignores)",
            "Interactive(stmt* body)",
            "Expression(expr body)",
            "FunctionType(expr* argtypes, expr returns)",
        ],
    },
    Kind {
        name: "stmt",
        product: None,
        placed: true,
        variants: &[
            "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment)",
            "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment)",
            "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list)",
            "Return(expr? value)",
            "Delete(expr* targets)",
            "Assign(expr* targets, expr value, string? type_comment)",
            "AugAssign(expr target, operator op, expr value)",
            "AnnAssign(expr target, expr annotation, expr? value, int simple)",
            "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "While(expr test, stmt* body, stmt* orelse)",
            "If(expr test, stmt* body, stmt* orelse)",
            "With(withitem* items, stmt* body, string? type_comment)",
            "AsyncWith(withitem* items, stmt* body, string? type_comment)",
            "Match(expr subject, match_case* cases)",
            "Raise(expr? exc, expr? cause)",
            "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "Assert(expr test, expr? msg)",
            "Import(alias* names)",
            "ImportFrom(identifier? module, alias* names, int? level)",
            "Global(identifier* names)",
            "Nonlocal(identifier* names)",
            "Expr(expr value)",
            "Pass",
            "Break",
            "Continue",
        ],
    },
    Kind {
        name: "expr",
        product: None,
        placed: true,
        variants: &[
            "BoolOp(boolop op, expr* values)",
            "NamedExpr(expr target, expr value)",
            "BinOp(expr left, operator op, expr right)",
            "UnaryOp(unaryop op, expr operand)",
            "Lambda(arguments args, expr body)",
            "IfExp(expr test, expr body, expr orelse)",
            "Dict(expr* keys, expr* values)",
            "Set(expr* elts)",
            "ListComp(expr elt, comprehension* generators)",
            "SetComp(expr elt, comprehension* generators)",
            "DictComp(expr key, expr value, comprehension* generators)",
            "GeneratorExp(expr elt, comprehension* generators)",
            "Await(expr value)",
            "Yield(expr? value)",
            "YieldFrom(expr value)",
            "Compare(expr left, cmpop* ops, expr* comparators)",
            "Call(expr func, expr* args, keyword* keywords)",
            "FormattedValue(expr value, int conversion, expr? format_spec)",
            "JoinedStr(expr* values)",
            "Constant(constant value, string? kind)",
            "Attribute(expr value, identifier attr, expr_context ctx)",
            "Subscript(expr value, expr slice, expr_context ctx)",
            "Starred(expr value, expr_context ctx)",
            "Name(identifier id, expr_context ctx)",
            "List(expr* elts, expr_context ctx)",
            "Tuple(expr* elts, expr_context ctx)",
            "Slice(expr? lower, expr? upper, expr? step)",
        ],
    },
    Kind { name: "expr_context", product: None, placed: false, variants: &["Load", "Store", "Del"] },
    Kind { name: "boolop", product: None, placed: false, variants: &["And", "Or"] },
    Kind {
        name: "operator",
        product: None,
        placed: false,
        variants: &[
            "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd",
            "FloorDiv",
        ],
    },
    Kind { name: "unaryop", product: None, placed: false, variants: &["Invert", "Not", "UAdd", "USub"] },
    Kind {
        name: "cmpop",
        product: None,
        placed: false,
        variants: &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"],
    },
    Kind {
        name: "comprehension",
        product: Some("comprehension(expr target, expr iter, expr* ifs, int is_async)"),
        placed: false,
        variants: &[],
    },
    Kind {
        name: "excepthandler",
        product: None,
        placed: true,
        variants: &["ExceptHandler(expr? type, identifier? name, stmt* body)"],
    },
    Kind {
        name: "arguments",
        product: Some(
            "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, arg? kwarg, expr* defaults)",
        ),
        placed: false,
        variants: &[],
    },
    Kind {
        name: "arg",
        product: Some("arg(identifier arg, expr? annotation, string? type_comment)"),
        placed: true,
        variants: &[],
    },
    Kind { name: "keyword", product: Some("keyword(identifier? arg, expr value)"), placed: true, variants: &[] },
    Kind { name: "alias", product: Some("alias(identifier name, identifier? asname)"), placed: true, variants: &[] },
    Kind {
        name: "withitem",
        product: Some("withitem(expr context_expr, expr? optional_vars)"),
        placed: false,
        variants: &[],
    },
    Kind {
        name: "match_case",
        product: Some("match_case(pattern pattern, expr? guard, stmt* body)"),
        placed: false,
        variants: &[],
    },
    Kind {
        name: "pattern",
        product: None,
        placed: true,
        variants: &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    },
    Kind { name: "type_ignore", product: None, placed: false, variants: &["TypeIgnore(int lineno, string tag)"] },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn productions_are_taken_apart() {
        let field = |kind, name, optional, list| FieldSpec { kind, name, optional, list };
        let assign = production("Assign").map(|production| (production.kind.name, &production.fields[..]));
        let fields = [
            field("expr", "targets", false, true),
            field("expr", "value", false, false),
            field("string", "type_comment", true, false),
        ];
        assert_eq!(assign, Some(("stmt", &fields[..])));
        assert!(production("Load").is_some_and(|production| production.fields.is_empty()));
        let kinds = PRODUCTIONS.iter().flat_map(|production| &production.fields).map(|field| field.kind);
        for name in kinds {
            assert!(kind(name).is_some() || ["identifier", "string", "int", "constant"].contains(&name), "{name}");
        }
    }
}
