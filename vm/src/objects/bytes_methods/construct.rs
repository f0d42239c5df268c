//! Making bytes: `bytes(…)`, `bytearray(…)`, `fromhex`, and `hex` for the way back.

use super::arguments::{byte, content, has_index, is_iterable, this};
use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::bytes::Bytes;
use crate::objects::list::List;
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::{c_int, string, type_or_none};
use crate::objects::string_methods::encode::{c_string, encode};
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// `bytes(source, encoding, errors)`.
pub(super) fn new_bytes(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [source, encoding, errors] = arguments(vm, args, "bytes")?;
    let bytes = match special_bytes(vm, source, encoding, errors)? {
        Some(bytes) if ty == vm.types.bytes => return Ok(bytes.into()),
        Some(bytes) => bytes,
        None => {
            if let (Some(bytes), true) = (source.cast::<Bytes>(), ty == vm.types.bytes)
                && source.is_exact(ty)
                && encoding.is_null()
                && errors.is_null()
            {
                return Ok(bytes.into());
            }
            let bytes = source_bytes(vm, source, encoding, errors, "bytes")?;
            vm.new_bytes(&bytes)
        }
    };
    if ty == vm.types.bytes { Ok(bytes.into()) } else { Ok(vm.new_bytes_instance(ty, bytes).into()) }
}

/// What `__bytes__` gives, where the source has it and nothing else is asked for.
fn special_bytes(vm: &mut Vm, source: Value, encoding: Value, errors: Value) -> PyResult<Option<Gc<Bytes>>> {
    if source.is_null() || !encoding.is_null() || !errors.is_null() || source.is_exact(vm.types.bytes) {
        return Ok(None);
    }
    let name = vm.names.__bytes__;
    let Some(result) = vm.call_special(source, name, &[])? else { return Ok(None) };
    result.cast::<Bytes>().map(Some).ok_or_else(|| {
        let ty = vm.type_name(result);
        vm.type_error(format!("__bytes__ returned non-bytes (type {ty})"))
    })
}

/// `bytearray.__new__`: an empty array, filled by `__init__`.
pub(super) fn new_bytearray(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    Ok(vm.new_bytearray_of(ty, &[]).into())
}

/// `bytearray.__init__(source, encoding, errors)`.
pub(super) fn init_bytearray(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    let array = super::arguments::this_array(vm, own)?;
    let [source, encoding, errors] = arguments(vm, args, "bytearray")?;
    if encoding.is_null() && errors.is_null() && !source.is_null() && gives_integers(vm, source) {
        // One by one: the program that gives them may look at the array.
        array.resize(vm, 0)?;
        return vm.for_each(source, |vm, item| {
            let item = byte(vm, item, "byte must be in range(0, 256)")?;
            let len = array.len();
            array.splice(vm, len, len, &[item])
        });
    }
    let bytes = source_bytes(vm, source, encoding, errors, "bytearray")?;
    let len = array.len();
    array.splice(vm, 0, len, &bytes)?;
    Ok(())
}

/// Whether something is neither text, bytes nor a size, and can be iterated over by a program's own methods.
fn gives_integers(vm: &mut Vm, source: Value) -> bool {
    let plain = source.cast::<Str>().is_some() || source.cast::<List>().is_some() || source.cast::<Tuple>().is_some();
    !plain && content(source).is_none() && !has_index(vm, source) && is_iterable(vm, source)
}

fn arguments(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<[Value; 3]> {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["source", "encoding", "errors"], positional_only: 0, max_positional: 3, required: 0 };
    args.bind(vm, name, &PARAMETERS)
}

fn source_bytes(vm: &mut Vm, source: Value, encoding: Value, errors: Value, name: &str) -> PyResult<Vec<u8>> {
    let mut names = ["utf-8".to_string(), "strict".to_string()];
    for (i, value) in [encoding, errors].into_iter().enumerate() {
        if value.is_null() {
            continue;
        }
        let Some(text) = value.cast::<Str>() else {
            let (parameter, ty) = (["encoding", "errors"][i], type_or_none(vm, value));
            return Err(vm.type_error(format!("{name}() argument '{parameter}' must be str, not {ty}")));
        };
        names[i] = c_string(vm, text)?;
    }
    if let Some(text) = source.cast::<Str>() {
        if encoding.is_null() {
            return Err(vm.type_error("string argument without an encoding"));
        }
        return encode(vm, text, &names[0], &names[1]);
    }
    if !encoding.is_null() {
        return Err(vm.type_error("encoding without a string argument"));
    }
    if !errors.is_null() {
        return Err(vm.type_error("errors without a string argument"));
    }
    if source.is_null() {
        return Ok(Vec::new());
    }
    if let Some(content) = content(source) {
        return Ok(content.to_vec());
    }
    if has_index(vm, source) {
        let count = vm.index_i64(source)?;
        let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
        if !vm.heap.fits(count) {
            return Err(crate::objects::string::memory_error(vm));
        }
        return Ok(vec![0; count]);
    }
    if !is_iterable(vm, source) {
        let ty = vm.type_name(source);
        return Err(vm.type_error(if name == "bytes" {
            format!("cannot convert '{ty}' object to bytes")
        } else {
            format!("cannot convert '{ty}' object to bytearray")
        }));
    }
    let message = if name == "bytes" { "bytes must be in range(0, 256)" } else { "byte must be in range(0, 256)" };
    collect(vm, source, message)
}

/// The bytes that an iterable of integers gives.
pub(super) fn collect(vm: &mut Vm, source: Value, message: &str) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    vm.for_each(source, |vm, item| {
        bytes.push(byte(vm, item, message)?);
        Ok(())
    })?;
    Ok(bytes)
}

/// `bytes.fromhex(string)`.
pub(super) fn fromhex(vm: &mut Vm, class: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "fromhex")?;
    let text = string(vm, text, "fromhex() argument ")?;
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let digit = |i: usize| (i < text.len()).then(|| char::from_u32(text.char_at(i))?.to_digit(16)).flatten();
    let mut i = 0;
    loop {
        while i < text.len() && matches!(text.char_at(i), 0x09..=0x0D | 0x20) {
            i += 1;
        }
        if i >= text.len() {
            break;
        }
        let wrong = match (digit(i), digit(i + 1)) {
            (Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                i += 2;
                continue;
            }
            (None, _) => i,
            (Some(_), None) => i + 1,
        };
        return Err(vm.value_error(format!("non-hexadecimal number found in fromhex() arg at position {wrong}")));
    }
    let (exact_bytes, exact_array) = (Value::from(vm.types.bytes), Value::from(vm.types.bytearray));
    if class.is(exact_bytes) {
        return Ok(vm.new_bytes(&bytes).into());
    }
    if class.is(exact_array) {
        return Ok(vm.new_bytearray(&bytes).into());
    }
    let bytes = vm.new_bytes(&bytes);
    vm.call_values(class, &[bytes.into()])
}

/// `hex(sep, bytes_per_sep=1)`.
pub(super) fn hex(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["sep", "bytes_per_sep"], positional_only: 0, max_positional: 2, required: 0 };
    let own = this(vm, receiver)?;
    let [separator, group] = args.bind(vm, "hex", &PARAMETERS)?;
    let group = if group.is_null() { 1 } else { c_int(vm, group)? };
    let separator = if separator.is_null() {
        None
    } else {
        if vm.length(separator)? != 1 {
            return Err(vm.value_error("sep must be length 1."));
        }
        let bytes = match (separator.cast::<Str>(), content(separator)) {
            (Some(text), _) if !text.is_ascii() => return Err(vm.value_error("sep must be ASCII.")),
            (Some(text), _) => text.bytes().to_vec(),
            (None, Some(content)) => content.to_vec(),
            (None, None) => return Err(vm.type_error("sep must be str or bytes.")),
        };
        match bytes.as_slice() {
            [byte, ..] if byte.is_ascii() => Some(*byte),
            _ => return Err(vm.value_error("sep must be ASCII.")),
        }
    };
    let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble & 15)];
    let mut text = Vec::with_capacity(own.len() * 2);
    let size = group.unsigned_abs() as usize;
    for (i, byte) in own.iter().enumerate() {
        // Positive groups count from the right, negative ones from the left.
        let place = if group > 0 { own.len() - i } else { i };
        if let Some(separator) = separator
            && i > 0
            && size > 0
            && place % size == 0
        {
            text.push(separator);
        }
        text.extend([digit(byte >> 4), digit(*byte)]);
    }
    Ok(vm.str_from_latin1(&text).into())
}
