//! The types `bytes` and `bytearray`: their slots and the lists of their methods.

use super::arguments::{content, has_index, like, this, unchanged};
use super::{bytearray, construct, decode, search, split, text};
use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::format::percent::percent_format_bytes;
use crate::object::LayoutKind;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::iter;
use crate::objects::slice::Slice;
use crate::objects::string::{Kind, memory_error};
use crate::protocol::hash_not_implemented;
use crate::slots::{BinaryOp, CompareOp, Slots};
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs};
use crate::spec::{MethodSpec, PatternKind, TypeSpec, class_method, method, static_method};
use crate::value::Value;

/// What both types have in common.
const COMMON: Slots = Slots {
    length: Some(|vm, own| Ok(this(vm, own)?.len())),
    concat: Some(concat),
    repeat: Some(search::repeat),
    getitem: Some(getitem),
    contains: Some(search::contains),
    compare: Some(compare),
    iter: Some(iter::iter_sequence),
    repr: Some(repr),
    ..Slots::NONE.with_binary(BinaryOp::Remainder, remainder)
};

/// `bytes`.
pub static BYTES_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        hash: Some(|_, own| Ok(own.cast::<Bytes>().map_or(0, |bytes| bytes.hash_value()))),
        new: Some(construct::new_bytes),
        ..COMMON
    },
    methods: BYTES_METHODS,
    doc: Some(
        "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of \
         bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty \
         bytes object",
    ),
    ..TypeSpec::new("bytes", LayoutKind::Bytes)
};

/// `bytearray`.
pub static BYTEARRAY_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        hash: Some(hash_not_implemented),
        new: Some(construct::new_bytearray),
        init: Some(construct::init_bytearray),
        setitem: Some(bytearray::setitem),
        inplace_concat: Some(bytearray::inplace_concat),
        inplace_repeat: Some(bytearray::inplace_repeat),
        ..COMMON
    },
    methods: BYTEARRAY_METHODS,
    doc: Some(
        "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> \
         mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null \
         bytes\nbytearray() -> empty bytes array",
    ),
    ..TypeSpec::new("bytearray", LayoutKind::ByteArray)
};

/// The methods that both types have, followed by those of one.
macro_rules! methods {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            method("capitalize", text::capitalize, NoArgs),
            method("center", text::center, Fast),
            method("count", search::count, Varargs),
            method("decode", decode::decode_method, FastKeywords),
            method("endswith", search::endswith, Varargs),
            method("expandtabs", text::expandtabs, FastKeywords),
            method("find", search::find, Varargs),
            class_method("fromhex", construct::fromhex, O),
            method("hex", construct::hex, FastKeywords),
            method("index", search::index, Varargs),
            method("isalnum", text::isalnum, NoArgs),
            method("isalpha", text::isalpha, NoArgs),
            method("isascii", text::isascii, NoArgs),
            method("isdigit", text::isdigit, NoArgs),
            method("islower", text::islower, NoArgs),
            method("isspace", text::isspace, NoArgs),
            method("istitle", text::istitle, NoArgs),
            method("isupper", text::isupper, NoArgs),
            method("join", search::join, O),
            method("ljust", text::ljust, Fast),
            method("lower", text::lower, NoArgs),
            method("lstrip", search::lstrip, Fast),
            static_method("maketrans", search::maketrans, Fast),
            method("partition", search::partition, O),
            method("removeprefix", search::removeprefix, O),
            method("removesuffix", search::removesuffix, O),
            method("replace", search::replace, Fast),
            method("rfind", search::rfind, Varargs),
            method("rindex", search::rindex, Varargs),
            method("rjust", text::rjust, Fast),
            method("rpartition", search::rpartition, O),
            method("rsplit", split::rsplit, FastKeywords),
            method("rstrip", search::rstrip, Fast),
            method("split", split::split, FastKeywords),
            method("splitlines", split::splitlines, FastKeywords),
            method("startswith", search::startswith, Varargs),
            method("strip", search::strip, Fast),
            method("swapcase", text::swapcase, NoArgs),
            method("title", text::title, NoArgs),
            method("translate", search::translate, FastKeywords),
            method("upper", text::upper, NoArgs),
            method("zfill", text::zfill, O),
        ]
    };
}

static BYTES_METHODS: &[MethodSpec] = methods![
    method(
        "__bytes__",
        |vm, own, _| {
            let content = this(vm, own)?;
            Ok(unchanged(vm, own, &content))
        },
        NoArgs
    ),
    method("__getnewargs__", getnewargs, NoArgs),
];

static BYTEARRAY_METHODS: &[MethodSpec] = methods![
    method("__alloc__", bytearray::alloc, NoArgs),
    method("__reduce__", bytearray::reduce, NoArgs),
    method("__reduce_ex__", bytearray::reduce_ex, Fast),
    method("append", bytearray::append, O),
    method("clear", bytearray::clear, NoArgs),
    method("copy", bytearray::copy, NoArgs),
    method("extend", bytearray::extend, O),
    method("insert", bytearray::insert, Fast),
    method("pop", bytearray::pop, Fast),
    method("remove", bytearray::remove, O),
    method("reverse", bytearray::reverse, NoArgs),
];

fn getnewargs(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let content = this(vm, own)?;
    let copy = vm.new_bytes(&content);
    Ok(vm.new_tuple(&[copy.into()]).into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let content = this(vm, own)?;
    let text = match own.cast::<Bytes>() {
        Some(_) => quicken_bytecode::repr::repr_bytes(&content),
        None => {
            // Unlike `bytes`, an array escapes single quotes within double ones too.
            let text = quicken_bytecode::repr::repr_bytes(&content);
            let quoted = &text[1..];
            let quoted = if quoted.starts_with('"') { quoted.replace('\'', "\\'") } else { quoted.to_string() };
            let ty = vm.type_name(own);
            format!("{ty}(b{quoted})")
        }
    };
    Ok(vm.str_from_canonical(text.as_bytes(), Kind::One, true).into())
}

fn concat(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let own = this(vm, left)?;
    let Some(other) = content(right) else {
        let (right, left) = (vm.type_name(right), vm.type_name(left));
        return Err(vm.type_error(format!("can't concat {right} to {left}")));
    };
    if other.is_empty() && left.is_exact(vm.types.bytes) {
        return Ok(left);
    }
    if own.is_empty() && left.is_exact(vm.types.bytes) && right.is_exact(vm.types.bytes) {
        return Ok(right);
    }
    if !vm.heap.fits(own.len() + other.len()) {
        return Err(memory_error(vm));
    }
    Ok(like(vm, left, &[&*own, &*other].concat()))
}

fn remainder(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    if left.cast::<Bytes>().is_none() && left.cast::<ByteArray>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let template = this(vm, left)?;
    let bytes = percent_format_bytes(vm, &template, right)?;
    Ok(like(vm, left, &bytes))
}

fn compare(_vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    // Comparing with arrays is the array's business.
    if left.cast::<Bytes>().is_some() && right.cast::<Bytes>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some(a), Some(b)) = (content(left), content(right)) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(op.test((*a).cmp(&*b))))
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let is_bytes = own.cast::<Bytes>().is_some();
    if let Some(slice) = key.cast::<Slice>() {
        let mut bounds = slice.bounds(vm)?;
        let content = this(vm, own)?;
        let count = bounds.adjust(content.len());
        if bounds.step == 1 {
            let start = bounds.start as usize;
            let part = &content[start..start + count];
            return Ok(if part.len() == content.len() { unchanged(vm, own, part) } else { like(vm, own, part) });
        }
        let picked: Vec<u8> = (0..count as i64).map(|i| content[(bounds.start + i * bounds.step) as usize]).collect();
        return Ok(like(vm, own, &picked));
    }
    if !has_index(vm, key) {
        let (name, ty) = (if is_bytes { "byte" } else { "bytearray" }, vm.type_name(key));
        return Err(vm.type_error(format!("{name} indices must be integers or slices, not {ty}")));
    }
    let index = vm.index_position(key)?;
    let byte = |bytes: &[u8]| {
        let place = if index < 0 { index + bytes.len() as i64 } else { index };
        usize::try_from(place).ok().and_then(|place| bytes.get(place).copied())
    };
    let found = match own.cast::<ByteArray>() {
        Some(array) => array.with(byte),
        None => byte(&this(vm, own)?),
    };
    match found {
        Some(byte) => Ok(Value::small_int(i64::from(byte))),
        None => Err(vm.index_error(if is_bytes { "index out of range" } else { "bytearray index out of range" })),
    }
}
