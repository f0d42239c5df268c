//! `_ast`: the classes of syntax trees, as `ast` and what builds on it expect them. (The productions: CPython's `Parser/Python.asdl`.)

use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::module::Module;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::dict_getset;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{Convention, ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::set_attribute;

/// `_ast`.
pub static AST: ModuleSpec = ModuleSpec { name: "_ast", doc: None, functions: &[], init: Some(init) };

/// A kind of node: a product, or a sum of variants.
struct Kind {
    name: &'static str,
    /// The production of a product.
    product: Option<&'static str>,
    /// Whether nodes know their place in the source.
    placed: bool,
    /// The productions of the variants.
    variants: &'static [&'static str],
}

const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

const KINDS: &[Kind] = &[
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

static NODE: TypeSpec = TypeSpec {
    module: "ast",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(|vm, ty, _| Ok(vm.new_instance(ty).into())), init: Some(initialize), ..Slots::NONE },
    methods: &[method("__reduce__", reduce, Convention::NoArgs)],
    getset: &[dict_getset()],
    ..TypeSpec::new("AST", LayoutKind::Instance)
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let object = vm.types.object;
    let node = vm.native_type(&NODE, object);
    let empty = vm.new_tuple(&[]);
    let dict = node.dict.get();
    for name in ["_fields", "_attributes", "__match_args__"] {
        let name = vm.intern(name);
        dict.set_str(vm, name, empty.into());
    }
    set_attribute(vm, module, "AST", node.into());
    for kind in KINDS {
        let doc = match kind.product {
            Some(production) => production.to_owned(),
            None => {
                let separator = format!("\n{}| ", " ".repeat(kind.name.len() + 1));
                format!("{} = {}", kind.name, kind.variants.join(&separator))
            }
        };
        let class = new_class(vm, node.into(), kind.name, &doc)?;
        if kind.placed {
            let names = strings(vm, &PLACE);
            set(vm, class, "_attributes", names.into())?;
            if kind.name != "pattern" {
                set(vm, class, "end_lineno", Value::NONE)?;
                set(vm, class, "end_col_offset", Value::NONE)?;
            }
        }
        set_attribute(vm, module, kind.name, class);
        for production in kind.variants {
            let name = production.split('(').next().unwrap_or(production);
            let variant = new_class(vm, class, name, production)?;
            set_attribute(vm, module, name, variant);
        }
    }
    for (name, flag) in
        [("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000), ("PyCF_ONLY_AST", 0x400), ("PyCF_TYPE_COMMENTS", 0x1000)]
    {
        set_attribute(vm, module, name, Value::small_int(flag));
    }
    Ok(())
}

fn set(vm: &mut Vm, class: Value, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern(name);
    vm.set_attr(class, name, value)
}

fn strings(vm: &mut Vm, names: &[&str]) -> Gc<Tuple> {
    let names: Vec<Value> = names.iter().map(|name| vm.intern(name).into()).collect();
    vm.new_tuple(&names)
}

/// The class of a production, with its fields; those that may be missing are `None` unless they are set.
fn new_class(vm: &mut Vm, base: Value, name: &str, production: &str) -> PyResult {
    let (fields, optional) = fields(production);
    let namespace = vm.new_dict();
    let (module_name, module) = (vm.intern("__module__"), vm.intern("ast"));
    namespace.set_str(vm, module_name, module.into());
    let (doc_name, doc) = (vm.intern("__doc__"), vm.new_str(production));
    namespace.set_str(vm, doc_name, doc.into());
    let names = strings(vm, &fields);
    for key in ["_fields", "__match_args__"] {
        let key = vm.intern(key);
        namespace.set_str(vm, key, names.into());
    }
    for field in optional {
        let field = vm.intern(field);
        namespace.set_str(vm, field, Value::NONE);
    }
    let (name, bases, metatype) = (vm.new_str(name), vm.new_tuple(&[base]), vm.types.type_);
    vm.call_values(metatype.into(), &[name.into(), bases.into(), namespace.into()])
}

/// The names of a production's fields, and of those that may be missing.
fn fields(production: &str) -> (Vec<&str>, Vec<&str>) {
    let inside = production.split_once('(').and_then(|(head, rest)| {
        // Of a sum only the variants have fields.
        let whole = !head.contains('=');
        rest.strip_suffix(')').filter(|_| whole)
    });
    let parts = inside.into_iter().flat_map(|inside| inside.split(", ")).filter_map(|part| part.split_once(' '));
    let all: Vec<(&str, &str)> = parts.collect();
    let optional = all.iter().filter(|(kind, _)| kind.ends_with('?')).map(|(_, name)| *name).collect();
    (all.into_iter().map(|(_, name)| name).collect(), optional)
}

fn initialize(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let name = vm.intern("_fields");
    let class: Value = vm.type_of(own).into();
    let fields = vm.lookup_attr(class, name)?;
    let mut names = vm.heap.temp_vec();
    if let Some(fields) = fields {
        vm.collect(fields, &mut names)?;
    }
    let given = args.positionals();
    if given.len() > names.len() {
        let class = vm.type_of(own).name.get().to_string_lossy().into_owned();
        let (count, plural) = (names.len(), if names.len() == 1 { "" } else { "s" });
        return Err(vm.type_error(format!("{class} constructor takes at most {count} positional argument{plural}")));
    }
    for (name, value) in names.iter().zip(given) {
        let name = quicken_vm::objects::slotdefs::attribute_name(vm, *name)?;
        vm.set_attr(own, name, *value)?;
    }
    for (keyword, value) in args.keywords() {
        let place = names
            .iter()
            .position(|name| name.cast::<quicken_vm::objects::string::Str>().is_some_and(|name| name.equals(keyword)));
        if place.is_some_and(|place| place < given.len()) {
            let class = vm.type_of(own).name.get().to_string_lossy().into_owned();
            let name = keyword.to_string_lossy().into_owned();
            return Err(vm.type_error(format!("{class} got multiple values for argument '{name}'")));
        }
        vm.set_attr(own, keyword, value)?;
    }
    Ok(())
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let class: Value = vm.type_of(own).into();
    let empty = vm.new_tuple(&[]);
    let name = vm.intern("__dict__");
    let dict = vm.get_attr(own, name)?;
    Ok(vm.new_tuple(&[class, empty.into(), dict]).into())
}
