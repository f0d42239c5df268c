//! The type `str`: its slots and the list of its methods.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::format;
use crate::object::{Gc, LayoutKind};
use crate::objects::bytes_methods::decode::decode;
use crate::objects::slice::Slice;
use crate::objects::string::{self, Kind, Str, StrBuilder, Units};
use crate::objects::string_methods::arguments::this;
use crate::objects::string_methods::{case, encode, join, pad, predicates, repr, search, split, strip, translate};
use crate::objects::typeobj::Type;
use crate::objects::{bytes, iter};
use crate::slots::{BinaryOp, CompareOp, Slots, UnaryOp};
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{MethodSpec, PatternKind, TypeSpec, method, static_method};
use crate::value::Value;

/// `str`.
pub static STR_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    pattern: PatternKind::MatchSelf,
    slots: Slots {
        length: Some(|vm, v| Ok(this(vm, v)?.len())),
        concat: Some(concat),
        repeat: Some(repeat),
        getitem: Some(getitem),
        contains: Some(search::contains_slot),
        repr: Some(|vm, v| {
            let own = this(vm, v)?;
            Ok(repr::repr(vm, own).into())
        }),
        str: Some(|vm, v| {
            let own = this(vm, v)?;
            Ok(vm.exact_str(own).into())
        }),
        hash: Some(|vm, v| Ok(this(vm, v)?.hash_value())),
        compare: Some(compare),
        iter: Some(iter::iter_sequence),
        new: Some(new),
        ..Slots::NONE.with_binary(BinaryOp::Remainder, remainder)
    },
    methods: METHODS,
    ..TypeSpec::new("str", LayoutKind::Str)
};

static METHODS: &[MethodSpec] = &[
    method("encode", encode::encode_method, FastKeywords),
    method("replace", search::replace, Fast),
    method("split", split::split, FastKeywords),
    method("rsplit", split::rsplit, FastKeywords),
    method("join", join::join, O),
    method("capitalize", case::capitalize, NoArgs),
    method("casefold", case::casefold, NoArgs),
    method("title", case::title, NoArgs),
    method("center", pad::center, Fast),
    method("count", search::count, Varargs),
    method("expandtabs", pad::expandtabs, FastKeywords),
    method("find", search::find, Varargs),
    method("partition", search::partition, O),
    method("index", search::index, Varargs),
    method("ljust", pad::ljust, Fast),
    method("lower", case::lower, NoArgs),
    method("lstrip", strip::lstrip, Fast),
    method("rfind", search::rfind, Varargs),
    method("rindex", search::rindex, Varargs),
    method("rjust", pad::rjust, Fast),
    method("rstrip", strip::rstrip, Fast),
    method("rpartition", search::rpartition, O),
    method("splitlines", split::splitlines, FastKeywords),
    method("strip", strip::strip, Fast),
    method("swapcase", case::swapcase, NoArgs),
    method("translate", translate::translate, O),
    method("upper", case::upper, NoArgs),
    method("startswith", search::startswith, Varargs),
    method("endswith", search::endswith, Varargs),
    method("removeprefix", search::removeprefix, O),
    method("removesuffix", search::removesuffix, O),
    method("isascii", predicates::isascii, NoArgs),
    method("islower", predicates::islower, NoArgs),
    method("isupper", predicates::isupper, NoArgs),
    method("istitle", predicates::istitle, NoArgs),
    method("isspace", predicates::isspace, NoArgs),
    method("isdecimal", predicates::isdecimal, NoArgs),
    method("isdigit", predicates::isdigit, NoArgs),
    method("isnumeric", predicates::isnumeric, NoArgs),
    method("isalpha", predicates::isalpha, NoArgs),
    method("isalnum", predicates::isalnum, NoArgs),
    method("isidentifier", predicates::isidentifier, NoArgs),
    method("isprintable", predicates::isprintable, NoArgs),
    method("zfill", pad::zfill, O),
    method("format", format::template::format_method, VarargsKeywords),
    method("format_map", format::template::format_map_method, O),
    method("__format__", format_dunder, O),
    static_method("maketrans", translate::maketrans, Fast),
    method("__sizeof__", sizeof, NoArgs),
    method("__getnewargs__", getnewargs, NoArgs),
];

/// `str(object='')`, `str(bytes, encoding, errors)`.
fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["object", "encoding", "errors"], positional_only: 0, max_positional: 3, required: 0 };
    let [object, encoding, errors] = args.bind(vm, "str", &PARAMETERS)?;
    let text = if object.is_null() {
        vm.empty_str()
    } else if encoding.is_null() && errors.is_null() {
        vm.str_of(object)?
    } else {
        let name_of = |vm: &mut Vm, value: Value, name: &str, default: &str| match value.cast::<Str>() {
            Some(text) => super::encode::c_string(vm, text),
            None if value.is_null() => Ok(default.to_string()),
            None => {
                let ty = super::arguments::type_or_none(vm, value);
                Err(vm.type_error(format!("str() argument '{name}' must be str, not {ty}")))
            }
        };
        let encoding = name_of(vm, encoding, "encoding", "utf-8")?;
        let errors = name_of(vm, errors, "errors", "strict")?;
        if object.cast::<Str>().is_some() {
            return Err(vm.type_error("decoding str is not supported"));
        }
        let Some(content) = bytes::to_vec(object) else {
            let ty = vm.type_name(object);
            return Err(vm.type_error(format!("decoding to str: need a bytes-like object, {ty} found")));
        };
        decode(vm, &content, &encoding, &errors)?
    };
    if ty == vm.types.str { Ok(text.into()) } else { Ok(vm.new_str_instance(ty, text).into()) }
}

fn concat(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    let left = this(vm, left)?;
    match right.cast::<Str>() {
        Some(right) => string::concat(vm, left, right).map(Value::from),
        None => {
            let ty = vm.type_name(right);
            Err(vm.type_error(format!("can only concatenate str (not \"{ty}\") to str")))
        }
    }
}

fn repeat(vm: &mut Vm, own: Value, count: Value) -> PyResult {
    let own = this(vm, own)?;
    let count = vm.index_i64(count)?;
    string::repeat(vm, own, count).map(Value::from)
}

fn remainder(vm: &mut Vm, left: Value, right: Value) -> PyResult {
    match left.cast::<Str>() {
        Some(template) => format::percent::percent_format(vm, template, right).map(Value::from),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn compare(_vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (left.cast::<Str>(), right.cast::<Str>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(match op {
        CompareOp::Eq => a.equals(b),
        CompareOp::Ne => !a.equals(b),
        _ => op.test(a.compare(&b)),
    }))
}

fn getitem(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let own = this(vm, own)?;
    if let Some(slice) = key.cast::<Slice>() {
        let (start, step, len) = slice.indices(vm, own.len())?;
        return Ok(sliced(vm, own, start, step, len).into());
    }
    let index = match key.as_small_int() {
        Some(index) => index,
        None if vm.type_of(key).slots().unary[UnaryOp::Index as usize].is_some() => vm.index_position(key)?,
        None => {
            let ty = vm.type_name(key);
            return Err(vm.type_error(format!("string indices must be integers, not '{ty}'")));
        }
    };
    let len = own.len() as i64;
    let index = if index < 0 { index + len } else { index };
    if index < 0 || index >= len {
        return Err(vm.index_error("string index out of range"));
    }
    Ok(vm.char_str(own.char_at(index as usize)).into())
}

/// The `len` code points from `start` in steps of `step`.
fn sliced(vm: &mut Vm, own: Gc<Str>, start: i64, step: i64, len: usize) -> Gc<Str> {
    if len == 0 {
        return vm.empty_str();
    }
    if step == 1 {
        return vm.substring(own, start as usize, start as usize + len);
    }
    let places = (0..len as i64).map(|i| (start + i * step) as usize);
    match own.units() {
        Units::One(units) => {
            let picked: Vec<u8> = places.map(|i| units[i]).collect();
            let ascii = own.is_ascii() || picked.is_ascii();
            vm.str_from_canonical(&picked, Kind::One, ascii)
        }
        _ => {
            let mut out = StrBuilder::with_capacity(len);
            places.for_each(|i| out.push(own.char_at(i)));
            out.finish(vm)
        }
    }
}

fn format_dunder(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let [spec] = args.exactly(vm, "__format__")?;
    let spec = super::arguments::string(vm, spec, "__format__() argument ")?;
    if spec.is_empty() {
        // A subclass may have a `__str__` of its own.
        return vm.str_of(receiver).map(Value::from);
    }
    format::format_str(vm, own, spec).map(Value::from)
}

/// What CPython's object of this content occupies.
fn sizeof(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let head = if own.is_ascii() { 48 } else { 72 };
    Ok(Value::small_int((head + (own.len() + 1) * own.kind().size()) as i64))
}

fn getnewargs(vm: &mut Vm, receiver: Value, _args: Args<'_>) -> PyResult {
    // A copy, as CPython's: whoever pickles must not take the argument for the object itself.
    let own = this(vm, receiver)?.to_py_string();
    let copy = vm.str_from_py_string(&own);
    Ok(vm.new_tuple(&[copy.into()]).into())
}
