//! The module `_codecs`: the registry of codecs and error handlers, and the codecs that the VM knows itself.

mod escapes;
mod handlers;
mod maps;
mod registry;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::bytes;
use crate::objects::bytes_methods::decode::{decode, decode_part};
use crate::objects::string::Str;
use crate::objects::string_methods::encode::encode;
use crate::spec::Convention::{Fast, FastKeywords, O};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

pub(crate) use registry::Registry;

/// `_codecs`.
pub(super) static MODULE: ModuleSpec =
    ModuleSpec { name: "_codecs", doc: None, functions: FUNCTIONS, init: Some(registry::init) };

macro_rules! codecs {
    ($($encode:literal $decode:literal $encoding:literal;)*) => {
        const FUNCTIONS: &[MethodSpec] = &[
            $(
                method($encode, |vm, _, args| encode_with(vm, args, $encoding), Fast),
                method($decode, |vm, _, args| decode_with(vm, args, $encoding), Fast),
            )*
            method("register", registry::register, O),
            method("unregister", registry::unregister, O),
            method("lookup", registry::lookup_method, O),
            method("_forget_codec", registry::forget, O),
            method("encode", registry::encode_method, FastKeywords),
            method("decode", registry::decode_method, FastKeywords),
            method("register_error", registry::register_error, Fast),
            method("lookup_error", registry::lookup_error, O),
            method("utf_16_ex_decode", |vm, _, args| decode_marked(vm, args, "utf-16"), Fast),
            method("utf_32_ex_decode", |vm, _, args| decode_marked(vm, args, "utf-32"), Fast),
            method("readbuffer_encode", readbuffer_encode, Fast),
            method("charmap_build", maps::build, O),
            method("charmap_encode", maps::encode, Fast),
            method("charmap_decode", maps::decode, Fast),
            method("escape_encode", escapes::escape_encode, Fast),
            method("escape_decode", escapes::escape_decode, Fast),
            method("unicode_escape_encode", escapes::unicode_escape_encode, Fast),
            method("unicode_escape_decode", escapes::unicode_escape_decode, Fast),
            method("raw_unicode_escape_encode", escapes::raw_unicode_escape_encode, Fast),
            method("raw_unicode_escape_decode", escapes::raw_unicode_escape_decode, Fast),
        ];
    };
}

codecs! {
    "utf_8_encode" "utf_8_decode" "utf-8";
    "ascii_encode" "ascii_decode" "ascii";
    "latin_1_encode" "latin_1_decode" "latin-1";
    "utf_16_encode" "utf_16_decode" "utf-16";
    "utf_16_le_encode" "utf_16_le_decode" "utf-16-le";
    "utf_16_be_encode" "utf_16_be_decode" "utf-16-be";
    "utf_32_encode" "utf_32_decode" "utf-32";
    "utf_32_le_encode" "utf_32_le_decode" "utf-32-le";
    "utf_32_be_encode" "utf_32_be_decode" "utf-32-be";
}

/// The parameter `errors`; `None` is `strict`.
fn errors_argument(vm: &mut Vm, value: Option<&Value>, function: &str) -> PyResult<String> {
    match value {
        None => Ok("strict".to_owned()),
        Some(value) if value.is_none() => Ok("strict".to_owned()),
        Some(value) => match value.cast::<Str>() {
            Some(name) => Ok(name.to_string_lossy().into_owned()),
            None => {
                let given = vm.type_name(*value);
                Err(vm.type_error(format!("{function}() argument 2 must be str or None, not {given}")))
            }
        },
    }
}

/// A result and how much of the input it took.
fn pair(vm: &mut Vm, result: Value, length: usize) -> PyResult {
    Ok(vm.new_pair(result, Value::small_int(length as i64)).into())
}

fn text_argument(vm: &mut Vm, value: Value, function: &str) -> PyResult<crate::Gc<Str>> {
    match value.cast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let given = vm.type_name(value);
            Err(vm.type_error(format!("{function}() argument 1 must be str, not {given}")))
        }
    }
}

fn encode_with(vm: &mut Vm, args: Args<'_>, encoding: &str) -> PyResult {
    let name = format!("{}_encode", encoding.replace('-', "_"));
    let values = args.between(vm, &name, 1, 3)?;
    let text = text_argument(vm, values[0], &name)?;
    let errors = errors_argument(vm, values.get(1), &name)?;
    let data = encode(vm, text, encoding, &errors)?;
    let data = vm.new_bytes(&data).into();
    pair(vm, data, text.len())
}

fn decode_with(vm: &mut Vm, args: Args<'_>, encoding: &str) -> PyResult {
    let name = format!("{}_decode", encoding.replace('-', "_"));
    let values = args.between(vm, &name, 1, 3)?;
    let data = bytes::required(vm, values[0])?;
    let errors = errors_argument(vm, values.get(1), &name)?;
    let last = match values.get(2) {
        Some(last) => vm.is_true(*last)?,
        None => matches!(encoding, "ascii" | "latin-1"),
    };
    if last {
        let text = decode(vm, &data, encoding, &errors)?;
        return pair(vm, text.into(), data.len());
    }
    let (text, used) = decode_part(vm, &data, encoding, &errors)?;
    pair(vm, text.into(), used)
}

/// The decoders that say which byte order they found: −1 little, 1 big, 0 neither.
fn decode_marked(vm: &mut Vm, args: Args<'_>, encoding: &str) -> PyResult {
    let values = args.between(vm, "utf_16_ex_decode", 1, 4)?;
    let data = bytes::required(vm, values[0])?;
    let errors = errors_argument(vm, values.get(1), "utf_16_ex_decode")?;
    let order = match values.get(2) {
        Some(order) => vm.index_c(*order, "int")?,
        None => 0,
    };
    let last = match values.get(3) {
        Some(last) => vm.is_true(*last)?,
        None => false,
    };
    let wide = encoding == "utf-32";
    let width = if wide { 4 } else { 2 };
    let mark = |little: bool| -> &[u8] {
        match (wide, little) {
            (false, true) => b"\xff\xfe",
            (false, false) => b"\xfe\xff",
            (true, true) => b"\xff\xfe\0\0",
            (true, false) => b"\0\0\xfe\xff",
        }
    };
    let (order, skipped) = match order {
        0 if data.starts_with(mark(true)) => (-1, width),
        0 if data.starts_with(mark(false)) => (1, width),
        0 if data.len() < width && !last => (0, 0),
        0 => (0, 0),
        given => (given, 0),
    };
    let name = format!("{encoding}-{}", if order == 1 { "be" } else { "le" });
    let (text, used) = if last {
        let text = decode(vm, &data[skipped..], &name, &errors)?;
        (text, data.len() - skipped)
    } else {
        decode_part(vm, &data[skipped..], &name, &errors)?
    };
    // Without a mark the order is known once something was decoded.
    let order = if order == 0 && used > 0 { -1 } else { order };
    let items = [text.into(), Value::small_int((used + skipped) as i64), Value::small_int(order)];
    Ok(vm.new_tuple(&items).into())
}

fn readbuffer_encode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readbuffer_encode", 1, 2)?;
    let data = match values[0].cast::<Str>() {
        Some(text) => encode(vm, text, "utf-8", "strict")?,
        None => bytes::required(vm, values[0])?,
    };
    let length = data.len();
    let data = vm.new_bytes(&data).into();
    pair(vm, data, length)
}
