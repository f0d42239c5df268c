//! What a strategy sees when an adaptive counter has run out.
//!
//! An [`Observation`] is plain data, filled in by the VM: the site, its counter, and a description of the operands that
//! is as detailed as CPython 3.11's `Python/specialize.c` looks at them, so that `families` can name the very form or
//! failure kind that CPython would. Building one changes nothing that a program or a counter can see; in particular it
//! assigns no version: a version that nobody has asked for yet is `None`.

use quicken_bytecode::{Family, Opcode};
use serde::{Deserialize, Serialize};

use crate::counter::AdaptiveCounter;

/// Which code object, in the order in which the VM met them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeId(pub u32);

/// An instruction of a code object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The code object.
    pub code: CodeId,
    /// Offset of the instruction, in code units.
    pub offset: u32,
}

/// An attempt: everything that the decision may depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Where.
    pub site: Site,
    /// The generic instruction, the head of the family.
    pub head: Opcode,
    /// Its operand, with `EXTENDED_ARG` folded in.
    pub oparg: u32,
    /// The site's counter, due; its backoff tells how many attempts in a row have failed.
    pub counter: AdaptiveCounter,
    /// What the family looks at.
    pub operands: Operands,
}

impl Observation {
    /// The family, which is the operands' too.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.operands.family()
    }

    /// How many attempts in a row have failed here, up to [`MAX_BACKOFF`](crate::counter::MAX_BACKOFF), counted from the
    /// exponent that the site began with. What happened before that is in a strategy's own
    /// [`SiteHistories`](crate::SiteHistories), if it keeps them: the VM remembers nothing that CPython does not.
    #[must_use]
    pub const fn backoff(&self) -> u8 {
        self.counter.backoff()
    }
}

/// The operands, one description for each family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operands {
    /// `BINARY_OP`
    BinaryOp(BinaryOp),
    /// `BINARY_SUBSCR`
    BinarySubscr(BinarySubscr),
    /// `CALL`
    Call(Call),
    /// `COMPARE_OP`
    CompareOp(CompareOp),
    /// `LOAD_ATTR`
    LoadAttr(AttributeAccess),
    /// `LOAD_GLOBAL`
    LoadGlobal(LoadGlobal),
    /// `LOAD_METHOD`
    LoadMethod(MethodAccess),
    /// `PRECALL`
    Precall(Precall),
    /// `STORE_ATTR`
    StoreAttr(AttributeAccess),
    /// `STORE_SUBSCR`
    StoreSubscr(StoreSubscr),
    /// `UNPACK_SEQUENCE`
    UnpackSequence(UnpackSequence),
}

impl Operands {
    /// The family that they are described for.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::BinaryOp(_) => Family::BinaryOp,
            Self::BinarySubscr(_) => Family::BinarySubscr,
            Self::Call(_) => Family::Call,
            Self::CompareOp(_) => Family::CompareOp,
            Self::LoadAttr(_) => Family::LoadAttr,
            Self::LoadGlobal(_) => Family::LoadGlobal,
            Self::LoadMethod(_) => Family::LoadMethod,
            Self::Precall(_) => Family::Precall,
            Self::StoreAttr(_) => Family::StoreAttr,
            Self::StoreSubscr(_) => Family::StoreSubscr,
            Self::UnpackSequence(_) => Family::UnpackSequence,
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Types and values

/// The exact type of a value, as far as any family tells types apart. A subclass of a built-in type is `Heap` if
/// Python code made it, whatever it inherits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TypeKind {
    /// `int` exactly; `bool` is not one anywhere
    Int,
    /// `bool`
    Bool,
    /// `float`
    Float,
    /// `complex`
    Complex,
    /// `str`
    Str,
    /// `bytes`
    Bytes,
    /// `bytearray`
    ByteArray,
    /// `memoryview`
    MemoryView,
    /// `array.array` (CPython looks at the name)
    Array,
    /// `list`
    List,
    /// `tuple`
    Tuple,
    /// `dict`
    Dict,
    /// `set`
    Set,
    /// `frozenset`
    FrozenSet,
    /// `slice`
    Slice,
    /// `range`
    Range,
    /// `NoneType`
    None,
    /// `module`
    Module,
    /// `type`
    Type,
    /// `function`
    Function,
    /// `builtin_function_or_method`
    BuiltinFunction,
    /// `method`
    Method,
    /// `generator`
    Generator,
    /// Any other type that is not made by a `class` statement.
    Builtin,
    /// A class of the program.
    Heap,
}

impl TypeKind {
    /// The type's name, or what sort of type it is.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Bool => "bool",
            Self::Float => "float",
            Self::Complex => "complex",
            Self::Str => "str",
            Self::Bytes => "bytes",
            Self::ByteArray => "bytearray",
            Self::MemoryView => "memoryview",
            Self::Array => "array",
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Dict => "dict",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Slice => "slice",
            Self::Range => "range",
            Self::None => "NoneType",
            Self::Module => "module",
            Self::Type => "type",
            Self::Function => "function",
            Self::BuiltinFunction => "builtin_function_or_method",
            Self::Method => "method",
            Self::Generator => "generator",
            Self::Builtin => "built-in type",
            Self::Heap => "class",
        }
    }
}

/// A type's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypeInfo {
    /// Which type it is.
    pub kind: TypeKind,
    /// `tp_version_tag`, `None` while none is assigned.
    pub version: Option<u32>,
    /// The other things that families ask about.
    pub flags: TypeFlags,
}

/// Yes-or-no facts about a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypeFlags(u16);

impl TypeFlags {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// `Py_TPFLAGS_HEAPTYPE`
    pub const HEAP: Self = Self(1);
    /// `Py_TPFLAGS_IMMUTABLETYPE`
    pub const IMMUTABLE: Self = Self(1 << 1);
    /// `Py_TPFLAGS_MANAGED_DICT`: instances have inline values or a dict before the object.
    pub const MANAGED_DICT: Self = Self(1 << 2);
    /// `tp_as_buffer` is not NULL. Every heap type has it (`PyHeapTypeObject.as_buffer`).
    pub const AS_BUFFER: Self = Self(1 << 3);
    /// `bf_getbuffer` is filled in: instances really are buffers (`PyObject_CheckBuffer`).
    pub const BUFFER: Self = Self(1 << 4);
    /// `tp_as_sequence->sq_item` is filled in.
    pub const SEQUENCE_ITEM: Self = Self(1 << 5);
    /// `mp_ass_subscript` is dict's own: a subclass of dict that does not override `__setitem__`.
    pub const DICT_ASS_SUBSCRIPT: Self = Self(1 << 6);
    /// `tp_richcompare` is `object`'s.
    pub const OBJECT_RICHCOMPARE: Self = Self(1 << 7);

    /// Whether all of `flags` hold.
    #[must_use]
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Both.
    #[must_use]
    pub const fn union(self, flags: Self) -> Self {
        Self(self.0 | flags.0)
    }

    /// These, and `flags` if `condition` holds.
    #[must_use]
    pub const fn with(self, flags: Self, condition: bool) -> Self {
        if condition { self.union(flags) } else { self }
    }
}

impl std::ops::BitOr for TypeFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

/// A value that a family looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ValueInfo {
    /// Its type.
    pub ty: TypeInfo,
    /// For an exact `int` that fits, its value. CPython looks at the number of its 30-bit digits only.
    pub int: Option<i64>,
}

impl ValueInfo {
    /// The type's kind.
    #[must_use]
    pub const fn kind(&self) -> TypeKind {
        self.ty.kind
    }

    /// Whether it is an exact `int` of at most one 30-bit digit (`Py_ABS(Py_SIZE(v)) <= 1`).
    #[must_use]
    pub const fn is_single_digit_int(&self) -> bool {
        matches!((self.ty.kind, self.int), (TypeKind::Int, Some(value)) if value.unsigned_abs() < 1 << 30)
    }
}

/// The callable state of a Python function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FunctionInfo {
    /// `func_version`, `None` while none is assigned to this function object. Assigning can fail for good: the VM finds
    /// that out when it applies the decision.
    pub version: Option<u32>,
    /// `co_argcount`: positional parameters.
    pub argcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// How many values `func_defaults` holds.
    pub defaults: u32,
    /// `CO_VARARGS`
    pub varargs: bool,
    /// `CO_VARKEYWORDS`
    pub varkeywords: bool,
    /// `CO_OPTIMIZED`
    pub optimized: bool,
}

// ---------------------------------------------------------------------------------------------------------------------
// Dicts

/// How the keys of a dict are stored (`dk_kind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeysKind {
    /// Any keys.
    General,
    /// Exact strings only, combined with their values.
    Unicode,
    /// Exact strings only, shared by the instances of a class.
    Split,
}

/// A name looked up in a table of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeysLookup {
    /// How the keys are stored.
    pub kind: KeysKind,
    /// The index of the name's entry, `None` if there is none. Entries keep holes: the index counts deleted ones.
    pub index: Option<u32>,
    /// `dk_version`, `None` while none is assigned.
    pub version: Option<u32>,
}

// ---------------------------------------------------------------------------------------------------------------------
// Attributes

/// `LOAD_ATTR` and `STORE_ATTR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttributeAccess {
    /// The owner is exactly a module.
    Module(ModuleAttribute),
    /// Anything else, classes among it.
    Object(ObjectAttribute),
}

/// A name looked up in a module (`specialize_module_load_attr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ModuleAttribute {
    /// The module's dict, `None` if it has none.
    pub dict: Option<KeysLookup>,
    /// Whether that dict has a key `__getattr__`.
    pub has_getattr: bool,
}

/// A name looked up on an object by way of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectAttribute {
    /// The owner's type.
    pub owner: TypeInfo,
    /// What the type has under the name.
    pub descriptor: Descriptor,
    /// Where the owner keeps its own attributes.
    pub dict: InstanceDict,
}

/// What a type has under a name: the result of CPython's `analyze_descriptor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Descriptor {
    /// Sets and gets, and is of none of the other kinds.
    Overriding,
    /// `Py_TPFLAGS_METHOD_DESCRIPTOR`: functions and method descriptors.
    Method,
    /// A `property`.
    Property,
    /// A member descriptor of type `T_OBJECT_EX`, from `__slots__`.
    ObjectSlot(Slot),
    /// A member descriptor of another type.
    OtherSlot,
    /// Gets, does not set, and is of no other kind.
    NonOverriding,
    /// A classmethod of a C type (`classmethod_descriptor`).
    BuiltinClassmethod,
    /// A `classmethod` object.
    PythonClassmethod,
    /// Neither gets nor sets.
    NonDescriptor,
    /// An instance of a class that can change, so that nothing is known for good.
    Mutable,
    /// The type has no such attribute.
    Absent,
    /// `object`'s own `__class__`.
    DunderClass,
    /// The type does not use the generic `tp_getattro` (or, storing, `tp_setattro`).
    GetSetOverridden,
}

/// A slot's place in the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Offset (or slot number, as the VM lays objects out) that goes into the cache.
    pub offset: u32,
    /// Whether the owner is an instance of the type that declared the slot; if not, the access raises.
    pub belongs_to_owner: bool,
    /// `READONLY`
    pub read_only: bool,
    /// `PY_AUDIT_READ`
    pub audited: bool,
}

/// An attribute found on a type, for [`Descriptor::analyze`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FoundAttribute {
    /// What sort of object it is.
    pub sort: AttributeSort,
    /// Whether its type is immutable (`Py_TPFLAGS_IMMUTABLETYPE`).
    pub type_is_immutable: bool,
    /// Whether its type has `tp_descr_get`.
    pub gets: bool,
    /// Whether its type has `tp_descr_set`.
    pub sets: bool,
}

/// The sorts of attributes that `analyze_descriptor` knows by their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AttributeSort {
    /// A member descriptor of type `T_OBJECT_EX`.
    ObjectMember(Slot),
    /// A member descriptor of another type.
    OtherMember,
    /// A `property`, exactly.
    Property,
    /// The attribute `__class__` that `object` has.
    DunderClass,
    /// `Py_TPFLAGS_METHOD_DESCRIPTOR` is set on its type.
    Method,
    /// A `classmethod_descriptor`, exactly.
    BuiltinClassmethod,
    /// A `classmethod`, exactly.
    PythonClassmethod,
    /// Anything else.
    Other,
}

impl Descriptor {
    /// What the type has, in words.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Overriding => "overriding descriptor",
            Self::Method => "method",
            Self::Property => "property",
            Self::ObjectSlot(_) => "slot",
            Self::OtherSlot => "slot of another type",
            Self::NonOverriding => "non-overriding descriptor",
            Self::BuiltinClassmethod => "classmethod of a built-in type",
            Self::PythonClassmethod => "classmethod",
            Self::NonDescriptor => "class attribute",
            Self::Mutable => "class attribute of a mutable type",
            Self::Absent => "not on the class",
            Self::DunderClass => "__class__",
            Self::GetSetOverridden => "attribute access overridden",
        }
    }

    /// Classifies as CPython's `analyze_descriptor`: `generic_accessor` tells whether the type uses
    /// `PyObject_GenericGetAttr` (for a store, `PyObject_GenericSetAttr`).
    #[must_use]
    pub fn analyze(generic_accessor: bool, found: Option<&FoundAttribute>) -> Self {
        if !generic_accessor {
            return Self::GetSetOverridden;
        }
        let Some(found) = found else { return Self::Absent };
        if !found.type_is_immutable {
            return Self::Mutable;
        }
        if found.sets {
            return match found.sort {
                AttributeSort::ObjectMember(slot) => Self::ObjectSlot(slot),
                AttributeSort::OtherMember => Self::OtherSlot,
                AttributeSort::Property => Self::Property,
                AttributeSort::DunderClass => Self::DunderClass,
                _ => Self::Overriding,
            };
        }
        if found.gets {
            return match found.sort {
                AttributeSort::Method => Self::Method,
                AttributeSort::BuiltinClassmethod => Self::BuiltinClassmethod,
                AttributeSort::PythonClassmethod => Self::PythonClassmethod,
                _ => Self::NonOverriding,
            };
        }
        Self::NonDescriptor
    }
}

/// Where an object keeps its own attributes, as `specialize_dict_access` sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InstanceDict {
    /// The type has no managed dict.
    NotManaged,
    /// Inline values under the class's shared keys (`ht_cached_keys`).
    Values {
        /// Index of the name in the shared keys, whether or not this instance has a value there.
        index: Option<u32>,
    },
    /// A materialized `__dict__` that is exactly a dict.
    Dict {
        /// How its keys are stored. A split dict makes the form with a hint miss every time.
        kind: KeysKind,
        /// Index of the name's entry (`_PyDict_GetItemHint`).
        index: Option<u32>,
    },
    /// A `__dict__` that is an instance of a subclass of dict.
    NotExactDict,
}

/// `LOAD_METHOD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MethodAccess {
    /// The owner is exactly a module.
    Module(ModuleAttribute),
    /// The owner is a class.
    Class(ClassAttribute),
    /// Anything else.
    Object(ObjectMethod),
}

/// A name looked up on a class (`specialize_class_load_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassAttribute {
    /// Whether the class is exactly a `type`: its metaclass is `type` itself (`PyType_CheckExact`).
    pub metaclass_is_type: bool,
    /// Whether the metaclass has the attribute too.
    pub on_metaclass: bool,
    /// The class's `tp_version_tag`.
    pub version: Option<u32>,
    /// What the class has under the name.
    pub descriptor: Descriptor,
}

/// A method looked up on an object by way of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectMethod {
    /// The owner's type.
    pub owner: TypeInfo,
    /// What the type has under the name.
    pub descriptor: Descriptor,
    /// Where the owner could have an attribute of that name itself.
    pub dict: MethodDict,
}

/// Where an object could shadow a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MethodDict {
    /// Instances have no dict (`tp_dictoffset` is 0).
    None,
    /// Inline values; the name looked up in the class's shared keys.
    Values(KeysLookup),
    /// A managed dict that is materialized; the name looked up in the class's *shared* keys all the same.
    Managed(KeysLookup),
    /// A dict at a fixed offset; the name looked up in that dict's keys.
    Offset {
        /// `tp_dictoffset` as it goes into the cache.
        offset: u16,
        /// The lookup.
        keys: KeysLookup,
    },
    /// A dict at a fixed offset that is not there yet (exceptions, functions).
    OffsetUnset,
    /// `tp_dictoffset` is negative (subclasses of `int`, `tuple`, `bytes`) or beyond 16 bits.
    OffsetOutOfRange,
}

/// `LOAD_GLOBAL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LoadGlobal {
    /// The name looked up in the globals; `None` if they are not exactly a dict.
    pub globals: Option<KeysLookup>,
    /// The name looked up in the builtins; `None` if they are not exactly a dict.
    pub builtins: Option<KeysLookup>,
}

// ---------------------------------------------------------------------------------------------------------------------
// Operators and subscripts

/// `BINARY_OP`; the operator is the observation's `oparg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BinaryOp {
    /// The left operand.
    pub left: ValueInfo,
    /// The right operand.
    pub right: ValueInfo,
    /// Whether the types are the same object. Two classes of the program have the same kind and may differ.
    pub same_type: bool,
    /// The live opcode after the instruction, `None` at the end of the code.
    pub next: Option<Opcode>,
    /// Whether the local that the next unit names *is* the left operand; only read where `next` stores a local.
    pub left_is_next_local: bool,
}

/// `COMPARE_OP`; the comparison is the observation's `oparg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CompareOp {
    /// The left operand.
    pub left: ValueInfo,
    /// The right operand.
    pub right: ValueInfo,
    /// Whether the types are the same object.
    pub same_type: bool,
    /// The live opcode after the instruction. A quickened `EXTENDED_ARG` is `EXTENDED_ARG_QUICK` here.
    pub next: Option<Opcode>,
}

/// `BINARY_SUBSCR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BinarySubscr {
    /// The container's type.
    pub container: TypeInfo,
    /// The subscript.
    pub subscript: ValueInfo,
    /// The type's `__getitem__`, if it is exactly a Python function.
    pub getitem: Option<FunctionInfo>,
}

/// `STORE_SUBSCR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoreSubscr {
    /// The container's type.
    pub container: TypeInfo,
    /// The subscript.
    pub subscript: ValueInfo,
    /// The length of the container if it is exactly a list.
    pub list_len: Option<u64>,
    /// The type's `__setitem__`, if it is exactly a Python function.
    pub setitem: Option<FunctionInfo>,
}

/// `UNPACK_SEQUENCE`; the number of targets is the observation's `oparg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnpackSequence {
    /// The type of what is unpacked.
    pub sequence: TypeInfo,
    /// Its length, if it is exactly a tuple or list.
    pub len: Option<u64>,
    /// `PySequence_Check`: it has `sq_item` and is no dict.
    pub is_sequence: bool,
    /// `PyIter_Check`: it is an iterator.
    pub is_iterator: bool,
}

// ---------------------------------------------------------------------------------------------------------------------
// Calls

/// `PRECALL`; the number of arguments without a `self` is the observation's `oparg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Precall {
    /// What is called: below a NULL the callable, else the method that `LOAD_METHOD` pushed.
    pub callable: Callable,
    /// The arguments on the stack, `self` included.
    pub total_args: u32,
    /// Whether `KW_NAMES` came before.
    pub has_kwnames: bool,
    /// The live opcode after the `CALL` that follows.
    pub after_call: Option<Opcode>,
}

/// `CALL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// What is called.
    pub callable: Callable,
    /// The arguments on the stack, `self` included.
    pub total_args: u32,
    /// Whether `KW_NAMES` came before.
    pub has_kwnames: bool,
    /// Whether a debugger has replaced frame evaluation (PEP 523).
    pub custom_eval: bool,
}

/// What is called, in the order in which CPython tells callables apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Callable {
    /// Exactly a `builtin_function_or_method`.
    BuiltinFunction(BuiltinFunction),
    /// A Python function.
    PyFunction(FunctionInfo),
    /// A class.
    Class(ClassInfo),
    /// Exactly a `method_descriptor`.
    MethodDescriptor(MethodDescriptor),
    /// A bound method (`types.MethodType`).
    BoundMethod,
    /// An `instancemethod` (C API only).
    InstanceMethod,
    /// A `builtin_method` (`PyCMethod_Type`).
    CMethod,
    /// A `wrapper_descriptor`: `int.__add__`.
    WrapperDescriptor,
    /// A `method-wrapper`: `(1).__add__`.
    MethodWrapper,
    /// Any other object.
    Other,
}

/// How a native function takes its arguments: `ml_flags` under the mask that `specialize.c` uses, which leaves out
/// `METH_CLASS`, `METH_STATIC` and `METH_COEXIST`. (The guards do not mask: functions with those flags specialize and
/// always miss.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Convention {
    /// `METH_NOARGS`
    NoArgs,
    /// `METH_O`
    O,
    /// `METH_FASTCALL`
    Fast,
    /// `METH_FASTCALL | METH_KEYWORDS`
    FastKeywords,
    /// `METH_VARARGS`
    Varargs,
    /// `METH_VARARGS | METH_KEYWORDS`
    VarargsKeywords,
    /// `METH_METHOD | METH_FASTCALL | METH_KEYWORDS`
    MethodFastKeywords,
}

/// A native function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BuiltinFunction {
    /// How it takes its arguments.
    pub convention: Convention,
    /// Whether it is one of the two that have forms of their own.
    pub identity: BuiltinIdentity,
}

/// The builtins that CPython's `callable_cache` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BuiltinIdentity {
    /// The builtin `len`.
    Len,
    /// The builtin `isinstance`.
    IsInstance,
    /// Any other.
    Other,
}

/// A method of a built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MethodDescriptor {
    /// How it takes its arguments.
    pub convention: Convention,
    /// Whether it is `list.append`.
    pub is_list_append: bool,
}

/// A class that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassInfo {
    /// Which class it is (`Str`, `Tuple`, `Type` have forms of their own).
    pub kind: TypeKind,
    /// `Py_TPFLAGS_IMMUTABLETYPE`
    pub immutable: bool,
    /// Whether `tp_new` is `object.__new__`.
    pub new_is_object_new: bool,
    /// Whether it has `tp_vectorcall`.
    pub vectorcall: bool,
}
