//! `_ast`: the classes of syntax trees, as `ast` and what builds on it expect them. (The productions: CPython's `Parser/Python.asdl`.)

mod read;
mod write;

use quicken_bytecode::tree::{Field, KINDS, Node, PLACE, Production, production};

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::Root;
use crate::object::{Gc, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, dict_getset};
use crate::slots::Slots;
use crate::spec::{Convention, ModuleSpec, TypeSpec, method};
use crate::value::Value;

/// The classes of nodes by name, once something asked for them, and under `Load()` the only node of a class without fields.
pub(crate) type Classes = Option<Root<Dict>>;

/// `_ast`.
pub(super) static MODULE: ModuleSpec = ModuleSpec { name: "_ast", doc: None, functions: &[], init: Some(init) };

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
    let classes = classes(vm)?;
    vm.for_each(classes.into(), |vm, name| {
        let Some(name) = name.cast::<Str>() else { return Ok(()) };
        if let Some(class) = classes.get_str(name).filter(|class| class.cast::<Type>().is_some()) {
            module.dict().set_str(vm, name, class);
        }
        Ok(())
    })?;
    for (name, flag) in
        [("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000), ("PyCF_ONLY_AST", 0x400), ("PyCF_TYPE_COMMENTS", 0x1000)]
    {
        let name = vm.intern(name);
        module.dict().set_str(vm, name, Value::small_int(flag));
    }
    Ok(())
}

/// The classes of nodes by name.
fn classes(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    if let Some(classes) = &vm.syntax_classes {
        return Ok(classes.get());
    }
    let classes = vm.new_dict();
    let object = vm.types.object;
    let node = vm.native_type(&NODE, object);
    let empty = vm.new_tuple(&[]);
    let dict = node.dict.get();
    for name in ["_fields", "_attributes", "__match_args__"] {
        let name = vm.intern(name);
        dict.set_str(vm, name, empty.into());
    }
    add(vm, classes, "AST", node.into());
    for kind in KINDS {
        let doc = match kind.product {
            Some(production) => production.to_owned(),
            None => {
                let separator = format!("\n{}| ", " ".repeat(kind.name.len() + 1));
                format!("{} = {}", kind.name, kind.variants.join(&separator))
            }
        };
        let class = new_class(vm, node.into(), kind.name, &doc, production(kind.name))?;
        if kind.placed {
            let names = strings(vm, &PLACE);
            set(vm, class, "_attributes", names.into())?;
            if kind.name != "pattern" {
                set(vm, class, "end_lineno", Value::NONE)?;
                set(vm, class, "end_col_offset", Value::NONE)?;
            }
        }
        add(vm, classes, kind.name, class);
        for text in kind.variants {
            let name = text.split('(').next().unwrap_or(text);
            let variant = new_class(vm, class, name, text, production(name))?;
            add(vm, classes, name, variant);
        }
    }
    vm.syntax_classes = Some(vm.heap.root(classes));
    Ok(classes)
}

fn add(vm: &mut Vm, classes: Gc<Dict>, name: &str, class: Value) {
    let name = vm.intern(name);
    classes.set_str(vm, name, class);
}

/// The class of a node.
fn class_of(vm: &mut Vm, name: &str) -> PyResult<Gc<Type>> {
    let (classes, key) = (classes(vm)?, vm.intern(name));
    let class = classes.get_str(key).and_then(|class| class.cast::<Type>());
    class.ok_or_else(|| vm.system_error("a class of syntax trees is missing"))
}

impl Vm {
    /// Whether an object is a node of a syntax tree.
    pub(crate) fn is_syntax_node(&mut self, value: Value) -> PyResult<bool> {
        // Nobody can have a node without the classes.
        if self.syntax_classes.is_none() {
            return Ok(false);
        }
        let class = class_of(self, "AST")?;
        self.is_instance(value, class.into())
    }

    /// The objects for a syntax tree.
    pub(crate) fn syntax_tree(&mut self, tree: &Node) -> PyResult {
        write::node(self, tree)
    }

    /// The syntax tree that objects make up, which must be one for the given mode of `compile`.
    pub(crate) fn plain_syntax_tree(&mut self, object: Value, mode: &str) -> PyResult<Node> {
        let wanted = match mode {
            "eval" => "Expression",
            "single" => "Interactive",
            _ => "Module",
        };
        let class = class_of(self, wanted)?;
        if !self.is_instance(object, class.into())? {
            let given = self.type_name(object);
            return Err(self.type_error(format!("expected {wanted} node, got {given}")));
        }
        match read::node(self, object, "mod")? {
            Field::Node(node) => Ok(*node),
            _ => Err(self.system_error("a module was expected")),
        }
    }
}

fn set(vm: &mut Vm, class: Value, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern(name);
    vm.set_attr(class, name, value)
}

fn strings(vm: &mut Vm, names: &[&str]) -> Gc<Tuple> {
    let names: Vec<Value> = names.iter().map(|name| vm.intern(name).into()).collect();
    vm.new_tuple(&names)
}

/// The class of a node or of a kind of nodes; fields that may be missing are `None` unless they are set.
fn new_class(vm: &mut Vm, base: Value, name: &str, doc: &str, production: Option<&Production>) -> PyResult {
    let fields = production.map_or(&[][..], |production| &production.fields);
    let namespace = vm.new_dict();
    let (module_name, module) = (vm.intern("__module__"), vm.intern("ast"));
    namespace.set_str(vm, module_name, module.into());
    let (doc_name, doc) = (vm.intern("__doc__"), vm.new_str(doc));
    namespace.set_str(vm, doc_name, doc.into());
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let names = strings(vm, &names);
    for key in ["_fields", "__match_args__"] {
        let key = vm.intern(key);
        namespace.set_str(vm, key, names.into());
    }
    for field in fields.iter().filter(|field| field.optional) {
        let field = vm.intern(field.name);
        namespace.set_str(vm, field, Value::NONE);
    }
    let (name, bases, metatype) = (vm.new_str(name), vm.new_tuple(&[base]), vm.types.type_);
    vm.call_values(metatype.into(), &[name.into(), bases.into(), namespace.into()])
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
        let name = crate::objects::slotdefs::attribute_name(vm, *name)?;
        vm.set_attr(own, name, *value)?;
    }
    for (keyword, value) in args.keywords() {
        let place = names.iter().position(|name| name.cast::<Str>().is_some_and(|name| name.equals(keyword)));
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
