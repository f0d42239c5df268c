//! From plain data to the compiler's tree. [`super::validate()`] has seen the data, so that what a field lacks here is lacking in a tree that
//! no `ast` object stands for: such a field counts as empty.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use quicken_bytecode::tree::{Field, Node};
use quicken_bytecode::{Constant, PyString};

use crate::ast::*;
use crate::names::Names;
use crate::parser::Tree;

/// The compiler's tree for plain data.
pub(crate) fn read<'a>(arena: &'a Bump, names: &mut Names<'a>, tree: &Node) -> Tree<'a> {
    let mut reader = Reader { arena, names, constants: Constants::for_source(0), next_scope: 1 };
    let module = match tree.name {
        "Expression" => Mod::Expression(reader.required(tree, "body")),
        "Interactive" => Mod::Interactive(reader.stmts(tree.list("body"))),
        _ => Mod::Module(reader.stmts(tree.list("body"))),
    };
    Tree { module, constants: reader.constants, scopes: reader.next_scope, warnings: Vec::new() }
}

/// How deeply a tree nests, found without recursion.
pub(crate) fn stack_levels(tree: &Node) -> usize {
    let mut deepest = 0;
    let mut rest = vec![(tree, 1)];
    while let Some((node, level)) = rest.pop() {
        deepest = deepest.max(level);
        for (_, field) in &node.fields {
            let fields = match field {
                Field::List(fields) => &fields[..],
                field => std::slice::from_ref(field),
            };
            rest.extend(fields.iter().filter_map(Field::as_node).map(|node| (node, level + 1)));
        }
    }
    deepest
}

struct Reader<'a, 'n> {
    arena: &'a Bump,
    names: &'n mut Names<'a>,
    constants: Constants,
    next_scope: u32,
}

impl<'a> Reader<'a, '_> {
    fn scope(&mut self) -> ScopeId {
        let scope = ScopeId(self.next_scope);
        self.next_scope += 1;
        scope
    }

    fn intern(&mut self, name: Option<&PyString>) -> Name<'a> {
        self.names.intern(&name.map(PyString::to_string_lossy).unwrap_or_default())
    }

    fn name(&mut self, node: &Node, field: &str) -> Name<'a> {
        self.intern(node.str(field))
    }

    fn name_opt(&mut self, node: &Node, field: &str) -> Option<Name<'a>> {
        node.str(field).map(|name| self.intern(Some(name)))
    }

    fn name_list(&mut self, node: &Node, field: &str) -> &'a [Name<'a>] {
        let mut names = BumpVec::new_in(self.arena);
        for name in node.list(field) {
            if let Field::Str(name) = name {
                names.push(self.intern(Some(name)));
            }
        }
        names.into_bump_slice()
    }

    /// The nodes of a list.
    fn nodes<T>(&mut self, list: &[Field], mut each: impl FnMut(&mut Self, &Node) -> T) -> &'a mut [T] {
        let mut nodes = BumpVec::with_capacity_in(list.len(), self.arena);
        for node in list.iter().filter_map(Field::as_node) {
            nodes.push(each(self, node));
        }
        nodes.into_bump_slice_mut()
    }

    fn stmts(&mut self, list: &[Field]) -> &'a mut [Stmt<'a>] {
        self.nodes(list, |this, node| this.stmt(node))
    }

    fn body(&mut self, node: &Node) -> &'a mut [Stmt<'a>] {
        self.stmts(node.list("body"))
    }

    fn exprs(&mut self, node: &Node, field: &str) -> &'a mut [Expr<'a>] {
        self.nodes(node.list(field), |this, node| this.expr(node))
    }

    /// The expressions of a list that may have gaps.
    fn exprs_or_gaps(&mut self, node: &Node, field: &str) -> &'a mut [Option<Expr<'a>>] {
        let list = node.list(field);
        let mut exprs = BumpVec::with_capacity_in(list.len(), self.arena);
        for item in list {
            exprs.push(item.as_node().map(|node| self.expr(node)));
        }
        exprs.into_bump_slice_mut()
    }

    fn value(&mut self, node: &Node, field: &str) -> Expr<'a> {
        match node.node(field) {
            Some(node) => self.expr(node),
            None => Expr { kind: ExprKind::Constant { value: ConstId::NONE, u_prefix: false }, loc: Loc::NONE },
        }
    }

    fn required(&mut self, node: &Node, field: &str) -> &'a mut Expr<'a> {
        let value = self.value(node, field);
        self.arena.alloc(value)
    }

    fn optional_value(&mut self, node: &Node, field: &str) -> Option<Expr<'a>> {
        node.node(field).map(|node| self.expr(node))
    }

    fn optional(&mut self, node: &Node, field: &str) -> Option<&'a mut Expr<'a>> {
        let value = self.optional_value(node, field)?;
        Some(self.arena.alloc(value))
    }

    fn constant(&mut self, node: &Node) -> ConstId {
        match node.get("value") {
            Some(Field::Constant(value)) => self.constants.add(value.clone()),
            _ => self.constants.add(Constant::None),
        }
    }

    fn stmt(&mut self, node: &Node) -> Stmt<'a> {
        Stmt { kind: self.stmt_kind(node), loc: loc(node), foldable: true }
    }

    fn stmt_kind(&mut self, node: &Node) -> StmtKind<'a> {
        match node.name {
            "FunctionDef" | "AsyncFunctionDef" => {
                let function = FunctionDef {
                    scope: self.scope(),
                    is_async: node.name == "AsyncFunctionDef",
                    name: self.name(node, "name"),
                    decorator_list: self.exprs(node, "decorator_list"),
                    args: self.arguments(node),
                    returns: self.optional(node, "returns"),
                    body: self.body(node),
                };
                StmtKind::FunctionDef(self.arena.alloc(function))
            }
            "ClassDef" => {
                let class = ClassDef {
                    scope: self.scope(),
                    name: self.name(node, "name"),
                    decorator_list: self.exprs(node, "decorator_list"),
                    bases: self.exprs(node, "bases"),
                    keywords: self.keywords(node),
                    body: self.body(node),
                };
                StmtKind::ClassDef(self.arena.alloc(class))
            }
            "Return" => StmtKind::Return(self.optional(node, "value")),
            "Delete" => StmtKind::Delete(self.exprs(node, "targets")),
            "Assign" => StmtKind::Assign { targets: self.exprs(node, "targets"), value: self.required(node, "value") },
            "AugAssign" => StmtKind::AugAssign {
                target: self.required(node, "target"),
                op: operator(node),
                value: self.required(node, "value"),
            },
            "AnnAssign" => StmtKind::AnnAssign {
                target: self.required(node, "target"),
                annotation: self.required(node, "annotation"),
                value: self.optional(node, "value"),
                simple: node.int("simple") != 0,
            },
            "For" | "AsyncFor" => StmtKind::For {
                is_async: node.name == "AsyncFor",
                target: self.required(node, "target"),
                iter: self.required(node, "iter"),
                body: self.body(node),
                orelse: self.stmts(node.list("orelse")),
            },
            "While" => StmtKind::While {
                test: self.required(node, "test"),
                body: self.body(node),
                orelse: self.stmts(node.list("orelse")),
            },
            "If" => StmtKind::If {
                test: self.required(node, "test"),
                body: self.body(node),
                orelse: self.stmts(node.list("orelse")),
            },
            "With" | "AsyncWith" => StmtKind::With {
                is_async: node.name == "AsyncWith",
                items: self.nodes(node.list("items"), |this, item| WithItem {
                    context_expr: this.value(item, "context_expr"),
                    optional_vars: this.optional_value(item, "optional_vars"),
                }),
                body: self.body(node),
            },
            "Match" => StmtKind::Match {
                subject: self.required(node, "subject"),
                cases: self.nodes(node.list("cases"), |this, case| MatchCase {
                    pattern: this.pattern_in(case),
                    guard: this.optional_value(case, "guard"),
                    body: this.body(case),
                }),
            },
            "Raise" => StmtKind::Raise { exc: self.optional(node, "exc"), cause: self.optional(node, "cause") },
            "Try" | "TryStar" => {
                let statement = Try {
                    body: self.body(node),
                    handlers: self.nodes(node.list("handlers"), |this, handler| ExceptHandler {
                        type_: this.optional_value(handler, "type"),
                        name: this.name_opt(handler, "name"),
                        body: this.body(handler),
                        loc: loc(handler),
                    }),
                    orelse: self.stmts(node.list("orelse")),
                    finalbody: self.stmts(node.list("finalbody")),
                    is_star: node.name == "TryStar",
                };
                StmtKind::Try(self.arena.alloc(statement))
            }
            "Assert" => StmtKind::Assert { test: self.required(node, "test"), msg: self.optional(node, "msg") },
            "Import" => StmtKind::Import(self.aliases(node)),
            "ImportFrom" => StmtKind::ImportFrom {
                module: self.name_opt(node, "module"),
                names: self.aliases(node),
                level: node.int("level").unsigned_abs(),
            },
            "Global" => StmtKind::Global(self.name_list(node, "names")),
            "Nonlocal" => StmtKind::Nonlocal(self.name_list(node, "names")),
            "Expr" => StmtKind::Expr(self.required(node, "value")),
            "Break" => StmtKind::Break,
            "Continue" => StmtKind::Continue,
            _ => StmtKind::Pass,
        }
    }

    fn expr(&mut self, node: &Node) -> Expr<'a> {
        Expr { kind: self.expr_kind(node), loc: loc(node) }
    }

    fn expr_kind(&mut self, node: &Node) -> ExprKind<'a> {
        match node.name {
            "BoolOp" => ExprKind::BoolOp {
                op: if variant(node, "op") == "Or" { BoolOp::Or } else { BoolOp::And },
                values: self.exprs(node, "values"),
            },
            "NamedExpr" => {
                ExprKind::NamedExpr { target: self.required(node, "target"), value: self.required(node, "value") }
            }
            "BinOp" => ExprKind::BinOp {
                left: self.required(node, "left"),
                op: operator(node),
                right: self.required(node, "right"),
            },
            "UnaryOp" => ExprKind::UnaryOp {
                op: match variant(node, "op") {
                    "Invert" => UnaryOp::Invert,
                    "UAdd" => UnaryOp::UAdd,
                    "USub" => UnaryOp::USub,
                    _ => UnaryOp::Not,
                },
                operand: self.required(node, "operand"),
            },
            "Lambda" => {
                let scope = self.scope();
                let args = self.arguments(node);
                ExprKind::Lambda { args: self.arena.alloc(args), body: self.required(node, "body"), scope }
            }
            "IfExp" => ExprKind::IfExp {
                test: self.required(node, "test"),
                body: self.required(node, "body"),
                orelse: self.required(node, "orelse"),
            },
            "Dict" => ExprKind::Dict { keys: self.exprs_or_gaps(node, "keys"), values: self.exprs(node, "values") },
            "Set" => ExprKind::Set { elts: self.exprs(node, "elts") },
            "ListComp" => self.comprehension(node, CompKind::ListComp, "elt"),
            "SetComp" => self.comprehension(node, CompKind::SetComp, "elt"),
            "DictComp" => self.comprehension(node, CompKind::DictComp, "key"),
            "GeneratorExp" => self.comprehension(node, CompKind::GeneratorExp, "elt"),
            "Await" => ExprKind::Await(self.required(node, "value")),
            "Yield" => ExprKind::Yield(self.optional(node, "value")),
            "YieldFrom" => ExprKind::YieldFrom(self.required(node, "value")),
            "Compare" => ExprKind::Compare {
                left: self.required(node, "left"),
                ops: self.nodes(node.list("ops"), |_, op| comparison(op)),
                comparators: self.exprs(node, "comparators"),
            },
            "Call" => ExprKind::Call {
                func: self.required(node, "func"),
                args: self.exprs(node, "args"),
                keywords: self.keywords(node),
            },
            "FormattedValue" => ExprKind::FormattedValue {
                value: self.required(node, "value"),
                conversion: match u8::try_from(node.int("conversion")) {
                    Ok(b's') => Conversion::Str,
                    Ok(b'r') => Conversion::Repr,
                    Ok(b'a') => Conversion::Ascii,
                    _ => Conversion::None,
                },
                format_spec: self.optional(node, "format_spec"),
            },
            "JoinedStr" => ExprKind::JoinedStr { values: self.exprs(node, "values") },
            "Attribute" => ExprKind::Attribute {
                value: self.required(node, "value"),
                attr: self.name(node, "attr"),
                ctx: context(node),
            },
            "Subscript" => ExprKind::Subscript {
                value: self.required(node, "value"),
                slice: self.required(node, "slice"),
                ctx: context(node),
            },
            "Starred" => ExprKind::Starred { value: self.required(node, "value"), ctx: context(node) },
            "Name" => ExprKind::Name { id: self.name(node, "id"), ctx: context(node) },
            "List" => ExprKind::List { elts: self.exprs(node, "elts"), ctx: context(node) },
            "Tuple" => ExprKind::Tuple { elts: self.exprs(node, "elts"), ctx: context(node) },
            "Slice" => ExprKind::Slice {
                lower: self.optional(node, "lower"),
                upper: self.optional(node, "upper"),
                step: self.optional(node, "step"),
            },
            _ => ExprKind::Constant {
                value: self.constant(node),
                u_prefix: node.str("kind").is_some_and(|kind| kind.as_str() == Some("u")),
            },
        }
    }

    fn comprehension(&mut self, node: &Node, kind: CompKind, elt: &str) -> ExprKind<'a> {
        let comp = Comp {
            kind,
            scope: self.scope(),
            elt: self.value(node, elt),
            value: self.optional_value(node, "value"),
            generators: self.nodes(node.list("generators"), |this, generator| Comprehension {
                target: this.value(generator, "target"),
                iter: this.value(generator, "iter"),
                ifs: this.exprs(generator, "ifs"),
                is_async: generator.int("is_async") != 0,
            }),
        };
        ExprKind::Comp(self.arena.alloc(comp))
    }

    fn keywords(&mut self, node: &Node) -> &'a mut [Keyword<'a>] {
        self.nodes(node.list("keywords"), |this, keyword| Keyword {
            arg: this.name_opt(keyword, "arg"),
            value: this.value(keyword, "value"),
            loc: loc(keyword),
        })
    }

    fn aliases(&mut self, node: &Node) -> &'a [Alias<'a>] {
        self.nodes(node.list("names"), |this, alias| Alias {
            name: this.name(alias, "name"),
            asname: this.name_opt(alias, "asname"),
            loc: loc(alias),
        })
    }

    /// The parameters of a function or lambda.
    fn arguments(&mut self, function: &Node) -> Arguments<'a> {
        let none = Node::new("arguments", Vec::new());
        let node = function.node("args").unwrap_or(&none);
        Arguments {
            posonlyargs: self.nodes(node.list("posonlyargs"), Self::arg),
            args: self.nodes(node.list("args"), Self::arg),
            vararg: node.node("vararg").map(|arg| self.arg(arg)),
            kwonlyargs: self.nodes(node.list("kwonlyargs"), Self::arg),
            kw_defaults: self.exprs_or_gaps(node, "kw_defaults"),
            kwarg: node.node("kwarg").map(|arg| self.arg(arg)),
            defaults: self.exprs(node, "defaults"),
        }
    }

    fn arg(&mut self, node: &Node) -> Arg<'a> {
        Arg { arg: self.name(node, "arg"), annotation: self.optional_value(node, "annotation"), loc: loc(node) }
    }

    fn patterns(&mut self, node: &Node, field: &str) -> &'a mut [Pattern<'a>] {
        self.nodes(node.list(field), |this, node| this.pattern(node))
    }

    /// The pattern of a case.
    fn pattern_in(&mut self, node: &Node) -> Pattern<'a> {
        match node.node("pattern") {
            Some(pattern) => self.pattern(pattern),
            None => Pattern { kind: PatternKind::MatchAs { pattern: None, name: None }, loc: Loc::NONE },
        }
    }

    fn pattern(&mut self, node: &Node) -> Pattern<'a> {
        let kind = match node.name {
            "MatchValue" => PatternKind::MatchValue(self.required(node, "value")),
            "MatchSingleton" => PatternKind::MatchSingleton(self.constant(node)),
            "MatchSequence" => PatternKind::MatchSequence(self.patterns(node, "patterns")),
            "MatchMapping" => PatternKind::MatchMapping {
                keys: self.exprs(node, "keys"),
                patterns: self.patterns(node, "patterns"),
                rest: self.name_opt(node, "rest"),
            },
            "MatchClass" => PatternKind::MatchClass {
                cls: self.required(node, "cls"),
                patterns: self.patterns(node, "patterns"),
                kwd_attrs: self.name_list(node, "kwd_attrs"),
                kwd_patterns: self.patterns(node, "kwd_patterns"),
            },
            "MatchStar" => PatternKind::MatchStar(self.name_opt(node, "name")),
            "MatchOr" => PatternKind::MatchOr(self.patterns(node, "patterns")),
            _ => {
                let pattern = node.node("pattern").map(|pattern| self.pattern(pattern));
                PatternKind::MatchAs {
                    pattern: pattern.map(|pattern| &mut *self.arena.alloc(pattern)),
                    name: self.name_opt(node, "name"),
                }
            }
        };
        Pattern { kind, loc: loc(node) }
    }
}

fn loc(node: &Node) -> Loc {
    match node.place {
        Some([lineno, col_offset, end_lineno, end_col_offset]) => {
            Loc { lineno, col_offset, end_lineno, end_col_offset }
        }
        None => Loc::NONE,
    }
}

/// The name of a node that has nothing but one: an operator, say.
fn variant(node: &Node, field: &str) -> &'static str {
    node.node(field).map_or("", |node| node.name)
}

fn context(node: &Node) -> ExprContext {
    match variant(node, "ctx") {
        "Store" => ExprContext::Store,
        "Del" => ExprContext::Del,
        _ => ExprContext::Load,
    }
}

fn operator(node: &Node) -> Operator {
    match variant(node, "op") {
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        "FloorDiv" => Operator::FloorDiv,
        _ => Operator::Add,
    }
}

fn comparison(node: &Node) -> CmpOp {
    match node.name {
        "NotEq" => CmpOp::NotEq,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::LtE,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::GtE,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        "NotIn" => CmpOp::NotIn,
        _ => CmpOp::Eq,
    }
}
