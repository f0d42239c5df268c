//! How native types and functions are stated: constants, from which the VM makes types and functions when it starts.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::LayoutKind;
use crate::slots::Slots;
use crate::value::Value;

/// A function written in Rust. `receiver` is the object that a method was called on (for class methods the class), and
/// `NULL` for functions of modules and static methods.
pub type NativeFn = fn(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult;

/// A computed attribute's getter.
pub type Getter = fn(&mut Vm, Value) -> PyResult;
/// A computed attribute's setter; the value is `NULL` for deletion.
pub type Setter = fn(&mut Vm, Value, Value) -> PyResult<()>;

/// CPython's calling convention of a native function (`METH_*`). All of ours are called the same way; the convention is
/// what the specializer sees (`EXACTNESS`: "Conventions of built-in callables") and how the arguments' number is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Convention {
    /// `METH_NOARGS`.
    NoArgs,
    /// `METH_O`: exactly one positional argument.
    O,
    /// `METH_FASTCALL`: any positional arguments.
    Fast,
    /// `METH_FASTCALL | METH_KEYWORDS`.
    FastKeywords,
    /// `METH_VARARGS`.
    Varargs,
    /// `METH_VARARGS | METH_KEYWORDS`.
    VarargsKeywords,
    /// `METH_METHOD | METH_FASTCALL | METH_KEYWORDS`.
    MethodFastKeywords,
}

impl Convention {
    /// Whether a call is a level of recursion (`recursion.rs`).
    pub const fn counts_as_recursion(self) -> bool {
        !matches!(self, Convention::Fast | Convention::FastKeywords)
    }
}

/// How a method binds (`METH_CLASS`, `METH_STATIC`, `METH_COEXIST`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Binding {
    /// To the instance.
    Instance,
    /// To the class.
    Class,
    /// To nothing.
    Static,
    /// To the instance, in place of the slot's own wrapper.
    Coexist,
}

/// A native function or method.
#[derive(Clone, Copy)]
pub struct MethodSpec {
    /// Its name.
    pub name: &'static str,
    /// Its code.
    pub function: NativeFn,
    /// CPython's convention of the function of this name.
    pub convention: Convention,
    /// How it binds.
    pub binding: Binding,
}

/// A method (or a module's function).
pub const fn method(name: &'static str, function: NativeFn, convention: Convention) -> MethodSpec {
    MethodSpec { name, function, convention, binding: Binding::Instance }
}

/// A class method.
pub const fn class_method(name: &'static str, function: NativeFn, convention: Convention) -> MethodSpec {
    MethodSpec { name, function, convention, binding: Binding::Class }
}

/// A static method.
pub const fn static_method(name: &'static str, function: NativeFn, convention: Convention) -> MethodSpec {
    MethodSpec { name, function, convention, binding: Binding::Static }
}

/// A computed attribute.
#[derive(Clone, Copy)]
pub struct GetSetSpec {
    /// Its name.
    pub name: &'static str,
    /// Reads it.
    pub get: Getter,
    /// Writes or deletes it; `None` makes it read-only.
    pub set: Option<Setter>,
    /// Whether CPython has it as a member (`member_descriptor`) and not as a getset; guards can tell.
    pub member: bool,
}

/// A read-only computed attribute.
pub const fn getter(name: &'static str, get: Getter) -> GetSetSpec {
    GetSetSpec { name, get, set: None, member: false }
}

/// A computed attribute that can be written.
pub const fn getset(name: &'static str, get: Getter, set: Setter) -> GetSetSpec {
    GetSetSpec { name, get, set: Some(set), member: false }
}

/// A read-only `PyMemberDef`-style attribute.
pub const fn member(name: &'static str, get: Getter) -> GetSetSpec {
    GetSetSpec { name, get, set: None, member: true }
}

/// A native type.
#[derive(Clone, Copy)]
pub struct TypeSpec {
    /// Its name.
    pub name: &'static str,
    /// Its `__module__`.
    pub module: &'static str,
    /// What its instances' memory starts with.
    pub layout: LayoutKind,
    /// Whether classes may derive from it (`Py_TPFLAGS_BASETYPE`).
    pub subclassable: bool,
    /// Whether CPython's type has `tp_vectorcall` (seen by the specializer of `CALL`).
    pub vectorcall: bool,
    /// Whether instances have a `__dict__` although the type is native (functions, modules, exceptions …).
    pub has_dict: bool,
    /// How many values instances keep behind the layout: what CPython's structure adds to that of the base
    /// ([`crate::objects::instance::extra_word`]).
    pub words: u32,
    /// Whether instances can be referred to weakly, where the layout does not say so already.
    pub weak: bool,
    /// What `match` takes it for.
    pub pattern: PatternKind,
    /// What it can do.
    pub slots: Slots,
    /// Its methods.
    pub methods: &'static [MethodSpec],
    /// Its computed attributes.
    pub getset: &'static [GetSetSpec],
    /// Its `__doc__`.
    pub doc: Option<&'static str>,
}

/// `Py_TPFLAGS_SEQUENCE`, `Py_TPFLAGS_MAPPING`, `_Py_TPFLAGS_MATCH_SELF`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PatternKind {
    None,
    Sequence,
    Mapping,
    MatchSelf,
    SequenceMatchSelf,
    MappingMatchSelf,
}

impl PatternKind {
    /// `Sequence` or `Mapping`, where it is one of them.
    pub const fn collection(self) -> Option<PatternKind> {
        match self {
            PatternKind::Sequence | PatternKind::SequenceMatchSelf => Some(PatternKind::Sequence),
            PatternKind::Mapping | PatternKind::MappingMatchSelf => Some(PatternKind::Mapping),
            PatternKind::None | PatternKind::MatchSelf => None,
        }
    }

    /// Whether a class pattern with one positional pattern matches that with the instance itself.
    pub const fn matches_self(self) -> bool {
        matches!(self, PatternKind::MatchSelf | PatternKind::SequenceMatchSelf | PatternKind::MappingMatchSelf)
    }

    /// Both put together.
    pub const fn of(collection: Option<PatternKind>, matches_self: bool) -> PatternKind {
        match (collection, matches_self) {
            (Some(PatternKind::Sequence), true) => PatternKind::SequenceMatchSelf,
            (Some(PatternKind::Mapping), true) => PatternKind::MappingMatchSelf,
            (Some(kind), _) => kind,
            (None, true) => PatternKind::MatchSelf,
            (None, false) => PatternKind::None,
        }
    }
}

impl TypeSpec {
    /// A type without anything of its own.
    pub const fn new(name: &'static str, layout: LayoutKind) -> TypeSpec {
        TypeSpec {
            name,
            module: "builtins",
            layout,
            subclassable: false,
            vectorcall: false,
            has_dict: false,
            words: 0,
            weak: false,
            pattern: PatternKind::None,
            slots: Slots::NONE,
            methods: &[],
            getset: &[],
            doc: None,
        }
    }
}

/// Adds to a native module what is not a function.
pub type ModuleInit = fn(&mut Vm, crate::Gc<crate::objects::module::Module>) -> PyResult<()>;

/// A native module.
#[derive(Clone, Copy)]
pub struct ModuleSpec {
    /// Its name.
    pub name: &'static str,
    /// Its `__doc__`.
    pub doc: Option<&'static str>,
    /// Its functions.
    pub functions: &'static [MethodSpec],
    /// Adds what is not a function (constants, types).
    pub init: Option<ModuleInit>,
}
