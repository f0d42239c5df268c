//! What a guard can tell apart: the shape of an instruction's operands, and whether a specialized form's guards pass for it.
//!
//! An [`Observation`](crate::Observation) says what a decision may depend on; a [`Shape`] says what the decision *and* the guards
//! of all forms of the family may depend on, and nothing else. A recording is a sequence of shapes for each site. What a strategy's own
//! decisions cause is not in a shape: a version is there as a *token*, which two shapes share exactly if a guard that has
//! cached the one would accept the other.
//!
//! [`matches()`] is the guard of each form as a pure function. The VM's handlers, which are written for speed, are compared with it
//! in its assertion mode.

use std::fmt;

use quicken_bytecode::{Opcode, Role};
use serde::{Deserialize, Serialize};

use crate::decision::CacheContents;
use crate::families::guards;
use crate::observation::{
    AttributeAccess, Callable, ClassAttribute, Descriptor, FunctionInfo, InstanceDict, KeysKind, KeysLookup,
    MethodAccess, MethodDict, ObjectAttribute, ObjectMethod, Operands, TypeFlags, TypeInfo, TypeKind, ValueInfo,
};

/// The token of something that is seen for the first time, and that no guard can have cached: a function that was made a moment ago.
pub const FRESH: u32 = u32::MAX;

/// The operands of one execution, as far as decisions and guards can tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// What a decision sees. In a recording it is [canonical](Shape::canonical).
    pub operands: Operands,
    /// What guards look at besides.
    #[serde(default, skip_serializing_if = "Facts::is_default")]
    pub facts: Facts,
}

/// What guards compare and decisions do not see. Each family has its own; the others are `false`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// `LOAD_ATTR`, `STORE_ATTR`: there is a value at the place where the type's slot, the shared keys or the dict have the name.
    #[serde(skip_serializing_if = "is_false")]
    pub has_value: bool,
    /// `BINARY_SUBSCR`, `STORE_SUBSCR`: the subscript is an `int` of one digit, not negative, and below the length of the list or tuple.
    #[serde(skip_serializing_if = "is_false")]
    pub within: bool,
    /// `COMPARE_OP`: a float is NaN.
    #[serde(skip_serializing_if = "is_false")]
    pub nan: bool,
    /// `PRECALL`: the native function binds in the usual way (none of `METH_CLASS`, `METH_STATIC`, `METH_COEXIST`).
    #[serde(skip_serializing_if = "is_false")]
    pub plain: bool,
    /// `PRECALL`: the first argument is exactly of the type that the method descriptor belongs to.
    #[serde(skip_serializing_if = "is_false")]
    pub receiver_fits: bool,
    /// `PRECALL`: the first argument is a list.
    #[serde(skip_serializing_if = "is_false")]
    pub receiver_is_list: bool,
    /// `LOAD_METHOD`: the version of the keys of the dict that the owner has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dict_keys: Option<u32>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Facts {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A specialized instruction with what its cache holds: what [`matches()`] compares a shape with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The form.
    pub form: Opcode,
    /// The version of the owner's type, the module's keys, the globals' keys or the function; 0 if the form compares none.
    pub version: u32,
    /// The version of the keys (`LOAD_METHOD`), the builtins' keys, or of `__getitem__`; 0 if the form compares none.
    pub second_version: u32,
    /// The index, the offset, the hint, or the least number of arguments.
    pub number: u16,
}

impl Entry {
    /// The form with the contents of a decision, given the versions that its demands were met with, in their order.
    #[must_use]
    pub fn new(form: Opcode, contents: &CacheContents, versions: [u32; 2]) -> Self {
        let [first, second] = versions;
        let (version, second_version, number) = match *contents {
            CacheContents::None | CacheContents::Compare { .. } => (0, 0, 0),
            CacheContents::Attr { index, .. } => (first, 0, index),
            CacheContents::Method { keys_version: None, .. } => (first, 0, 0),
            CacheContents::Method { .. } => (second, first, 0),
            CacheContents::Global { index, .. } => (first, second, index),
            CacheContents::Getitem { .. } => (first, second, 0),
            CacheContents::Call { min_args, .. } => (first, 0, min_args),
        };
        Self { form, version, second_version, number }
    }
}

macro_rules! guard_of {
    ($( { $name:ident = $number:literal, $operand:ident, [$($effect:tt)*], $base:ident, $role:ident, $doc:literal, $alias:tt } )*) => {
        /// Whether the guards of a specialized form pass: the pure statement of what its handler checks.
        #[must_use]
        pub fn matches(entry: &Entry, oparg: u32, shape: &Shape) -> bool {
            match entry.form {
                $( Opcode::$name => guard_of!(@ $role $name entry oparg shape), )*
            }
        }
    };
    (@ Specialized $name:ident $entry:ident $oparg:ident $shape:ident) => { guards::$name($entry, $oparg, $shape) };
    (@ $role:ident $name:ident $entry:ident $oparg:ident $shape:ident) => {{
        debug_assert!($entry.form.role() != Role::Specialized);
        false
    }};
}
quicken_bytecode::for_each_instruction! { guard_of }

// ---------------------------------------------------------------------------------------------------------------------
// Canonical descriptions

/// The length from which on sequences that are unpacked count as equally long.
const LONG: u64 = 256;

impl Shape {
    /// The same without what no decision of CPython's and no guard looks at: the versions of types that are told apart by their
    /// kind, the exact value of integers (one of `-1`, `0` and none stands for all that are treated alike), the instruction that
    /// follows (which depends on the strategy), what an earlier rule has settled. Executions that nothing can tell apart have equal
    /// shapes then.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        let facts = &mut self.facts;
        match &mut self.operands {
            Operands::BinaryOp(o) => {
                (o.left, o.right) = (anonymous(o.left), anonymous(o.right));
                (o.left.int, o.right.int) = (None, None);
                o.left_is_next_local &= o.left.kind() == TypeKind::Str && o.right.kind() == TypeKind::Str;
                o.next = None;
            }
            Operands::CompareOp(o) => {
                (o.left, o.right) = (unsigned(anonymous(o.left)), unsigned(anonymous(o.right)));
                o.next = None;
            }
            Operands::BinarySubscr(o) => {
                if o.getitem.is_none() {
                    o.container.version = None;
                }
                o.subscript = anonymous(o.subscript);
                o.subscript.int = None;
                if o.container.kind == TypeKind::Dict || o.getitem.is_some() {
                    o.subscript = ANY_VALUE;
                }
            }
            Operands::StoreSubscr(o) => {
                let index = o.subscript.int.and_then(|index| u64::try_from(index).ok());
                o.container.version = None;
                o.list_len = o.list_len.map(|len| u64::from(index.is_some_and(|index| index < len)));
                o.subscript = if o.container.kind == TypeKind::Dict { ANY_VALUE } else { anonymous(o.subscript) };
                o.setitem = o.setitem.map(|function| FunctionInfo { version: None, ..function });
            }
            Operands::UnpackSequence(o) => {
                o.sequence.version = None;
                o.len = o.len.map(|len| len.min(LONG));
            }
            Operands::Precall(o) => match &mut o.callable {
                Callable::PyFunction(function) => {
                    *function = ANY_FUNCTION;
                    (o.total_args, o.after_call) = (0, None);
                }
                callable => {
                    anonymous_class(callable);
                    facts.receiver_is_list &=
                        matches!(callable, Callable::MethodDescriptor(method) if method.is_list_append);
                    o.after_call = None;
                }
            },
            Operands::Call(o) => {
                anonymous_class(&mut o.callable);
                // The forms are for functions, and look at nothing else.
                *facts = Facts::default();
            }
            Operands::LoadAttr(access) => own_attribute(access),
            Operands::StoreAttr(access) => {
                own_attribute(access);
                // Storing, only a form with a hint wants a value to be there.
                facts.has_value |=
                    !matches!(access, AttributeAccess::Object(ObjectAttribute { dict: InstanceDict::Dict { .. }, .. }));
            }
            Operands::LoadGlobal(o) => {
                let found = |keys: KeysLookup| keys.index.is_some() && keys.kind != KeysKind::General;
                if o.globals.is_some_and(found) {
                    o.builtins = None;
                }
            }
            Operands::LoadMethod(_) => {}
        }
        self
    }
}

/// Where an attribute is found on the type first, nothing looks at the instance's own; and a dict with a name in it is as good as any
/// other, unless it is split.
fn own_attribute(access: &mut AttributeAccess) {
    let AttributeAccess::Object(attribute) = access else { return };
    match attribute.descriptor {
        Descriptor::Overriding
        | Descriptor::Property
        | Descriptor::ObjectSlot(_)
        | Descriptor::OtherSlot
        | Descriptor::Mutable
        | Descriptor::DunderClass
        | Descriptor::GetSetOverridden => attribute.dict = InstanceDict::NotManaged,
        Descriptor::Method
        | Descriptor::NonOverriding
        | Descriptor::BuiltinClassmethod
        | Descriptor::PythonClassmethod
        | Descriptor::NonDescriptor
        | Descriptor::Absent => {
            if let InstanceDict::Dict { kind: kind @ KeysKind::General, .. } = &mut attribute.dict {
                *kind = KeysKind::Unicode;
            }
        }
    }
}

/// Classes that have no form of their own are told apart by what they can do.
fn anonymous_class(callable: &mut Callable) {
    if let Callable::Class(class) = callable
        && !matches!(class.kind, TypeKind::Str | TypeKind::Tuple | TypeKind::Type)
    {
        class.kind = TypeKind::Builtin;
    }
}

/// What stands for a value that nothing looks at.
const ANY_VALUE: ValueInfo =
    ValueInfo { ty: TypeInfo { kind: TypeKind::Builtin, version: None, flags: TypeFlags::NONE }, int: None };

/// What stands for all functions where the family looks at none of their properties.
const ANY_FUNCTION: FunctionInfo = FunctionInfo {
    version: None,
    argcount: 0,
    kwonlyargcount: 0,
    defaults: 0,
    varargs: false,
    varkeywords: false,
    optimized: true,
};

/// Without the type's version, and with one integer for all of its range.
fn anonymous(value: ValueInfo) -> ValueInfo {
    let int = match value.int {
        Some(int) if int < 0 && value.is_single_digit_int() => Some(-1),
        Some(_) if value.is_single_digit_int() => Some(0),
        _ => None,
    };
    ValueInfo { ty: TypeInfo { version: None, ..value.ty }, int }
}

/// With the sign of an integer gone too.
fn unsigned(value: ValueInfo) -> ValueInfo {
    ValueInfo { int: value.int.map(|_| 0), ..value }
}

impl Shape {
    /// Where the token stands that may be [`FRESH`].
    fn changing_token(&mut self) -> Option<&mut Option<u32>> {
        match &mut self.operands {
            Operands::Call(call) => match &mut call.callable {
                Callable::PyFunction(function) => Some(&mut function.version),
                _ => None,
            },
            Operands::LoadMethod(MethodAccess::Object(ObjectMethod {
                dict: MethodDict::Offset { keys, .. }, ..
            })) => Some(&mut keys.version),
            _ => None,
        }
    }

    /// Whether this is of something seen for the first time.
    #[must_use]
    pub fn is_fresh(mut self) -> bool {
        self.changing_token().is_some_and(|token| *token == Some(FRESH))
    }

    /// The same with a token in place of the one that can be fresh.
    #[must_use]
    pub fn with_token(mut self, token: u32) -> Self {
        if let Some(place) = self.changing_token() {
            *place = Some(token);
        }
        if self.facts.dict_keys.is_some() {
            self.facts.dict_keys = Some(token);
        }
        self
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// For people

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.operands {
            Operands::BinaryOp(o) => write!(f, "{}, {}", o.left.kind().name(), o.right.kind().name()),
            Operands::CompareOp(o) => {
                let nan = if self.facts.nan { " (NaN)" } else { "" };
                write!(f, "{}, {}{nan}", Value(&o.left), Value(&o.right))
            }
            Operands::BinarySubscr(o) => {
                write!(f, "{}[{}]", Type(&o.container), o.subscript.kind().name())?;
                self.write_within(f, o.container.kind, &o.subscript)
            }
            Operands::StoreSubscr(o) => {
                write!(f, "{}[{}]", Type(&o.container), o.subscript.kind().name())?;
                self.write_within(f, o.container.kind, &o.subscript)
            }
            Operands::UnpackSequence(o) => match o.len {
                Some(len) => write!(f, "{} of {len}", o.sequence.kind.name()),
                None => write!(f, "{}", o.sequence.kind.name()),
            },
            Operands::LoadAttr(access) | Operands::StoreAttr(access) => match access {
                AttributeAccess::Module(module) => write!(f, "module, keys {}", Keys(module.dict)),
                AttributeAccess::Object(object) => {
                    write!(f, "{}", Type(&object.owner))?;
                    match object.dict {
                        InstanceDict::NotManaged => {}
                        InstanceDict::Values { index: Some(index) } => write!(f, ", inline value {index}")?,
                        InstanceDict::Values { index: None } => f.write_str(", no such inline value")?,
                        InstanceDict::Dict { index: Some(index), .. } => write!(f, ", dict entry {index}")?,
                        InstanceDict::Dict { index: None, .. } => f.write_str(", not in its dict")?,
                        InstanceDict::NotExactDict => f.write_str(", a dict of its own kind")?,
                    }
                    write!(f, ", {}", object.descriptor.name())
                }
            },
            Operands::LoadMethod(access) => match access {
                MethodAccess::Module(module) => write!(f, "module, keys {}", Keys(module.dict)),
                MethodAccess::Class(ClassAttribute { version, .. }) => write!(f, "class {}", Token(*version)),
                MethodAccess::Object(method) => write!(f, "{}, {}", Type(&method.owner), method.descriptor.name()),
            },
            Operands::LoadGlobal(o) => {
                write!(f, "globals' keys {}, builtins' keys {}", Keys(o.globals), Keys(o.builtins))
            }
            Operands::Precall(o) => write!(f, "{} of {}", o.callable.describe(), o.total_args),
            Operands::Call(o) => write!(f, "{} of {}", o.callable.describe(), o.total_args),
        }
    }
}

impl Shape {
    fn write_within(&self, f: &mut fmt::Formatter<'_>, container: TypeKind, subscript: &ValueInfo) -> fmt::Result {
        let indexed = matches!(container, TypeKind::List | TypeKind::Tuple) && subscript.kind() == TypeKind::Int;
        if indexed && !self.facts.within { f.write_str(" beyond the ends") } else { Ok(()) }
    }
}

/// A version, for people.
struct Token(Option<u32>);

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(FRESH) => f.write_str("never seen before"),
            Some(token) => write!(f, "#{token}"),
            None => f.write_str("without version"),
        }
    }
}

struct Type<'a>(&'a TypeInfo);

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.kind, self.0.version) {
            (TypeKind::Heap | TypeKind::Builtin, Some(version)) => write!(f, "{} #{version}", self.0.kind.name()),
            (kind, _) => f.write_str(kind.name()),
        }
    }
}

struct Value<'a>(&'a ValueInfo);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let large = self.0.kind() == TypeKind::Int && !self.0.is_single_digit_int();
        write!(f, "{}{}", if large { "large " } else { "" }, self.0.kind().name())
    }
}

struct Keys(Option<KeysLookup>);

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(keys) => {
                write!(f, "{}{}", Token(keys.version), if keys.index.is_none() { " without the name" } else { "" })
            }
            None => f.write_str("unknown"),
        }
    }
}

impl Callable {
    /// In words.
    fn describe(&self) -> String {
        match self {
            Self::BuiltinFunction(function) => format!("native function ({:?})", function.convention),
            Self::PyFunction(function) => match function.version {
                None => "Python function".to_owned(),
                version => format!("Python function {}", Token(version)),
            },
            Self::Class(class) => match class.kind {
                TypeKind::Str | TypeKind::Tuple | TypeKind::Type => format!("class {}", class.kind.name()),
                _ => "class".to_owned(),
            },
            Self::MethodDescriptor(method) => format!("native method ({:?})", method.convention),
            Self::BoundMethod => "bound method".to_owned(),
            Self::InstanceMethod => "instancemethod".to_owned(),
            Self::CMethod => "builtin_method".to_owned(),
            Self::WrapperDescriptor => "wrapper_descriptor".to_owned(),
            Self::MethodWrapper => "method-wrapper".to_owned(),
            Self::Other => "another callable".to_owned(),
        }
    }
}
