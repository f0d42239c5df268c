//! What a type can do, as function pointers: CPython's `tp_*`, `nb_*`, `sq_*` and `mp_*` slots.
//!
//! A native type states its slots; the Python-visible methods (`int.__add__`) are made from them. A class written in
//! Python gets, for each special method that it or a base defines, a function that looks the method up and calls it
//! (`objects/slotdefs.rs`).

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// A function of the object alone.
pub type UnaryFn = fn(&mut Vm, Value) -> PyResult;
/// A binary operation; answers `NotImplemented` when it does not know the operands.
pub type BinaryFn = fn(&mut Vm, Value, Value) -> PyResult;
/// A ternary operation (`pow`).
pub type TernaryFn = fn(&mut Vm, Value, Value, Value) -> PyResult;
/// A truth test.
pub type BoolFn = fn(&mut Vm, Value) -> PyResult<bool>;
/// A length.
pub type LenFn = fn(&mut Vm, Value) -> PyResult<usize>;
/// A hash.
pub type HashFn = fn(&mut Vm, Value) -> PyResult<i64>;
/// Next item of an iterator: `Ok(NULL)` when it is exhausted (no `StopIteration` is made).
pub type IterNextFn = fn(&mut Vm, Value) -> PyResult;
/// `container[key] = value`, or `del container[key]` when the value is `NULL`.
pub type SetItemFn = fn(&mut Vm, Value, Value, Value) -> PyResult<()>;
/// `item in container`.
pub type ContainsFn = fn(&mut Vm, Value, Value) -> PyResult<bool>;
/// `object.name`.
pub type GetAttrFn = fn(&mut Vm, Value, Gc<Str>) -> PyResult;
/// `object.name = value`, or `del object.name` when the value is `NULL`.
pub type SetAttrFn = fn(&mut Vm, Value, Gc<Str>, Value) -> PyResult<()>;
/// A comparison; answers `NotImplemented` when it does not know the operands.
pub type CompareFn = fn(&mut Vm, Value, Value, CompareOp) -> PyResult;
/// A call of the object.
pub type CallFn = fn(&mut Vm, Value, Args<'_>) -> PyResult;
/// `descriptor.__get__(instance or NULL, owner or NULL)`.
pub type DescrGetFn = fn(&mut Vm, Value, Value, Value) -> PyResult;
/// `descriptor.__set__(instance, value)`, or `__delete__` when the value is `NULL`.
pub type DescrSetFn = fn(&mut Vm, Value, Value, Value) -> PyResult<()>;
/// Makes an instance of a type (`tp_new`).
pub type NewFn = fn(&mut Vm, Gc<Type>, Args<'_>) -> PyResult;
/// Initializes an instance (`tp_init`).
pub type InitFn = fn(&mut Vm, Value, Args<'_>) -> PyResult<()>;

/// The comparison operators, numbered as CPython's `Py_LT` … `Py_GE` (and `COMPARE_OP`'s operand).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// The operator numbered `index`, if there is one.
    #[inline]
    pub const fn from_index(index: usize) -> Option<CompareOp> {
        const ALL: [CompareOp; 6] =
            [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge];
        if index < 6 { Some(ALL[index]) } else { None }
    }

    /// The operator with its operands exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    /// How it is written.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The method's name (`__lt__` …).
    pub const fn method_name(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }

    /// The answer for an ordering of the operands.
    #[inline(always)]
    pub fn test(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }
}

/// The binary operators with slots, in the order of `BINARY_OP`'s operand (`NB_ADD` = 0 …; in-place ones are 13 more).
/// `divmod` has no instruction and stands last; `**` (index 8) has [`Slots::power`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Add = 0,
    And = 1,
    FloorDivide = 2,
    Lshift = 3,
    MatrixMultiply = 4,
    Multiply = 5,
    Remainder = 6,
    Or = 7,
    Power = 8,
    Rshift = 9,
    Subtract = 10,
    TrueDivide = 11,
    Xor = 12,
    Divmod = 13,
}

impl BinaryOp {
    /// All operators, by number.
    pub const ALL: [BinaryOp; 14] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDivide,
        BinaryOp::Lshift,
        BinaryOp::MatrixMultiply,
        BinaryOp::Multiply,
        BinaryOp::Remainder,
        BinaryOp::Or,
        BinaryOp::Power,
        BinaryOp::Rshift,
        BinaryOp::Subtract,
        BinaryOp::TrueDivide,
        BinaryOp::Xor,
        BinaryOp::Divmod,
    ];

    /// How the operator is written in error messages.
    pub const fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^", "divmod()"][self as usize]
    }

    /// How the in-place operator is written.
    pub const fn inplace_symbol(self) -> &'static str {
        ["+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=", "divmod()"][self as usize]
    }

    /// The method's name.
    pub const fn method_name(self) -> &'static str {
        [
            "__add__",
            "__and__",
            "__floordiv__",
            "__lshift__",
            "__matmul__",
            "__mul__",
            "__mod__",
            "__or__",
            "__pow__",
            "__rshift__",
            "__sub__",
            "__truediv__",
            "__xor__",
            "__divmod__",
        ][self as usize]
    }

    /// The reflected method's name.
    pub const fn reflected_name(self) -> &'static str {
        [
            "__radd__",
            "__rand__",
            "__rfloordiv__",
            "__rlshift__",
            "__rmatmul__",
            "__rmul__",
            "__rmod__",
            "__ror__",
            "__rpow__",
            "__rrshift__",
            "__rsub__",
            "__rtruediv__",
            "__rxor__",
            "__rdivmod__",
        ][self as usize]
    }

    /// The in-place method's name.
    pub const fn inplace_name(self) -> &'static str {
        [
            "__iadd__",
            "__iand__",
            "__ifloordiv__",
            "__ilshift__",
            "__imatmul__",
            "__imul__",
            "__imod__",
            "__ior__",
            "__ipow__",
            "__irshift__",
            "__isub__",
            "__itruediv__",
            "__ixor__",
            "",
        ][self as usize]
    }
}

/// The unary number operations with slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum UnaryOp {
    Negative = 0,
    Positive = 1,
    Absolute = 2,
    Invert = 3,
    Int = 4,
    Float = 5,
    Index = 6,
}

/// What a type can do. A slot that is `None` is inherited when the type is made.
#[derive(Clone, Copy)]
#[allow(missing_docs, reason = "the names are CPython's without the prefix")]
pub struct Slots {
    /// `binary[op](left, right)`; either operand may be the one of this type, as in CPython's `nb_*`.
    pub binary: [Option<BinaryFn>; 14],
    /// `inplace[op](left, right)`.
    pub inplace: [Option<BinaryFn>; 13],
    /// `pow(base, exponent, modulus or None)`.
    pub power: Option<TernaryFn>,
    pub unary: [Option<UnaryFn>; 7],
    pub bool: Option<BoolFn>,
    pub length: Option<LenFn>,
    /// Concatenation and repetition of sequences, tried after the number slots, as CPython's `sq_concat`, `sq_repeat`.
    pub concat: Option<BinaryFn>,
    pub repeat: Option<BinaryFn>,
    pub inplace_concat: Option<BinaryFn>,
    pub inplace_repeat: Option<BinaryFn>,
    pub getitem: Option<BinaryFn>,
    pub setitem: Option<SetItemFn>,
    pub contains: Option<ContainsFn>,
    pub repr: Option<UnaryFn>,
    pub str: Option<UnaryFn>,
    pub hash: Option<HashFn>,
    pub compare: Option<CompareFn>,
    pub call: Option<CallFn>,
    pub getattro: Option<GetAttrFn>,
    pub setattro: Option<SetAttrFn>,
    pub iter: Option<UnaryFn>,
    pub iternext: Option<IterNextFn>,
    pub descr_get: Option<DescrGetFn>,
    pub descr_set: Option<DescrSetFn>,
    pub init: Option<InitFn>,
    pub new: Option<NewFn>,
    pub await_: Option<UnaryFn>,
    pub aiter: Option<UnaryFn>,
    pub anext: Option<UnaryFn>,
}

impl Slots {
    /// No slot at all.
    pub const NONE: Slots = Slots {
        binary: [None; 14],
        inplace: [None; 13],
        power: None,
        unary: [None; 7],
        bool: None,
        length: None,
        concat: None,
        repeat: None,
        inplace_concat: None,
        inplace_repeat: None,
        getitem: None,
        setitem: None,
        contains: None,
        repr: None,
        str: None,
        hash: None,
        compare: None,
        call: None,
        getattro: None,
        setattro: None,
        iter: None,
        iternext: None,
        descr_get: None,
        descr_set: None,
        init: None,
        new: None,
        await_: None,
        aiter: None,
        anext: None,
    };

    /// The same slots with this binary operation.
    pub const fn with_binary(mut self, op: BinaryOp, f: BinaryFn) -> Slots {
        self.binary[op as usize] = Some(f);
        self
    }

    /// The same slots with this in-place operation.
    pub const fn with_inplace(mut self, op: BinaryOp, f: BinaryFn) -> Slots {
        self.inplace[op as usize] = Some(f);
        self
    }

    /// The same slots with this unary operation.
    pub const fn with_unary(mut self, op: UnaryOp, f: UnaryFn) -> Slots {
        self.unary[op as usize] = Some(f);
        self
    }
}
