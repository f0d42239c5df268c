//! Character maps: encodings of a byte per character, as tables of the library.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::bytes;
use crate::objects::string::Str;
use crate::objects::string_methods::builder::StrBuilder;
use crate::value::Value;

use super::{errors_argument, pair, text_argument};

/// A dict from code points to bytes, of the 256 characters of a decoding table.
pub(super) fn build(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [table] = args.exactly(vm, "charmap_build")?;
    let table = text_argument(vm, table, "charmap_build")?;
    let map = vm.new_dict();
    for (byte, point) in table.code_points().take(256).enumerate() {
        if point != 0xFFFE {
            map.set_item(vm, Value::small_int(i64::from(point)), Value::small_int(byte as i64))?;
        }
    }
    Ok(map.into())
}

/// What a mapping has for a number; `None` when nothing.
fn look_up(vm: &mut Vm, map: Value, number: u32) -> PyResult<Option<Value>> {
    match vm.get_item(map, Value::small_int(i64::from(number))) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_none())),
        Err(raise) if vm.is_raised(raise, vm.exc.LookupError) => Ok(None),
        Err(raise) => Err(raise),
    }
}

/// The bytes that a mapping has for a code point.
fn mapped(vm: &mut Vm, map: Value, point: u32) -> PyResult<Option<Vec<u8>>> {
    if map.or_none().is_none() {
        return Ok(u8::try_from(point).ok().map(|byte| vec![byte]));
    }
    let Some(value) = look_up(vm, map, point)? else { return Ok(None) };
    if let Some(bytes) = value.cast::<crate::objects::bytes::Bytes>() {
        return Ok(Some(bytes.as_slice().to_vec()));
    }
    if crate::objects::slice::is_index(vm, value) {
        let number = vm.index_i64(value)?;
        return match u8::try_from(number) {
            Ok(byte) => Ok(Some(vec![byte])),
            Err(_) => Err(vm.type_error("character mapping must be in range(256)")),
        };
    }
    let given = vm.type_name(value);
    Err(vm.type_error(format!("character mapping must return integer, bytes or None, not {given}")))
}

pub(super) fn encode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "charmap_encode", 1, 3)?;
    let text = text_argument(vm, values[0], "charmap_encode")?;
    let errors = errors_argument(vm, values.get(1), "charmap_encode")?;
    let map = values.get(2).copied().unwrap_or(Value::NONE);
    let mut out = Vec::new();
    let mut index = 0;
    while index < text.len() {
        if let Some(bytes) = mapped(vm, map, text.char_at(index))? {
            out.extend(bytes);
            index += 1;
            continue;
        }
        let start = index;
        while index < text.len() && mapped(vm, map, text.char_at(index))?.is_none() {
            index += 1;
        }
        let raised = encode_error(vm, text, start, index);
        let Some(handler) = vm.codec_error_handler(&errors) else {
            return Err(vm.lookup_error(format!("unknown error handler name '{errors}'")));
        };
        if errors == "strict" {
            return Err(raised);
        }
        let (replacement, position) = vm.call_error_handler(handler, raised, text.len(), false)?;
        match replacement.cast::<Str>() {
            Some(replacement) => {
                for point in replacement.code_points() {
                    match mapped(vm, map, point)? {
                        Some(bytes) => out.extend(bytes),
                        None => return Err(encode_error(vm, text, start, index)),
                    }
                }
            }
            None => out.extend(bytes::to_vec(replacement).unwrap_or_default()),
        }
        index = position;
    }
    let data = vm.new_bytes(&out).into();
    pair(vm, data, text.len())
}

fn encode_error(vm: &mut Vm, text: Gc<Str>, start: usize, end: usize) -> Raise {
    let (name, reason) = (vm.new_str("charmap"), vm.new_str("character maps to <undefined>"));
    let place = [start, end].map(|index| Value::small_int(index as i64));
    let ty = vm.exc.UnicodeEncodeError;
    vm.raise_with(ty, &[name.into(), text.into(), place[0], place[1], reason.into()])
}

pub(super) fn decode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "charmap_decode", 1, 3)?;
    let data = bytes::required(vm, values[0])?;
    let errors = errors_argument(vm, values.get(1), "charmap_decode")?;
    let map = values.get(2).copied().unwrap_or(Value::NONE);
    let table = map.cast::<Str>();
    let mut out = StrBuilder::with_capacity(data.len());
    let mut index = 0;
    while let Some(&byte) = data.get(index) {
        let mut known = true;
        if let Some(table) = table {
            match usize::from(byte) {
                at if at < table.len() && table.char_at(at) != 0xFFFE => out.push(table.char_at(at)),
                _ => known = false,
            }
        } else if map.is_none() {
            out.push(u32::from(byte));
        } else {
            match look_up(vm, map, u32::from(byte))? {
                None => known = false,
                Some(value) => match value.cast::<Str>() {
                    Some(text) if text.is_text("\u{FFFE}") => known = false,
                    Some(text) => out.push_string(text),
                    None if crate::objects::slice::is_index(vm, value) => {
                        let number = vm.index_i64(value)?;
                        match u32::try_from(number).ok().filter(|point| *point <= 0x10_FFFF) {
                            Some(0xFFFE) => known = false,
                            Some(point) => out.push(point),
                            None => {
                                return Err(vm.type_error("character mapping must be in range(0x110000)"));
                            }
                        }
                    }
                    None => return Err(vm.type_error("character mapping must return integer, None or str")),
                },
            }
        }
        if known {
            index += 1;
            continue;
        }
        let (name, object) = (vm.new_str("charmap"), vm.new_bytes(&data));
        let reason = vm.new_str("character maps to <undefined>");
        let place = [index, index + 1].map(|index| Value::small_int(index as i64));
        let ty = vm.exc.UnicodeDecodeError;
        let raised = vm.raise_with(ty, &[name.into(), object.into(), place[0], place[1], reason.into()]);
        let Some(handler) = vm.codec_error_handler(&errors) else {
            return Err(vm.lookup_error(format!("unknown error handler name '{errors}'")));
        };
        if errors == "strict" {
            return Err(raised);
        }
        let (replacement, position) = vm.call_error_handler(handler, raised, data.len(), true)?;
        if let Some(replacement) = replacement.cast::<Str>() {
            out.push_string(replacement);
        }
        index = position;
    }
    let text = out.finish(vm).into();
    pair(vm, text, data.len())
}
