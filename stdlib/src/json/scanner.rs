//! `_json.Scanner` and `scanstring`: text to values.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{TypeSpec, member};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use super::text::Text;
use crate::data::{make, with};

pub(super) static SCANNER: TypeSpec = TypeSpec {
    module: "_json",
    slots: Slots { new: Some(new), call: Some(call), ..Slots::NONE },
    getset: &[
        member("strict", |vm, own| with(vm, own, |scanner: &mut Scanner| Value::bool(scanner.strict))),
        member("object_hook", |vm, own| with(vm, own, |scanner: &mut Scanner| scanner.object_hook)),
        member("object_pairs_hook", |vm, own| with(vm, own, |scanner: &mut Scanner| scanner.object_pairs_hook)),
        member("parse_float", |vm, own| with(vm, own, |scanner: &mut Scanner| scanner.parse_float)),
        member("parse_int", |vm, own| with(vm, own, |scanner: &mut Scanner| scanner.parse_int)),
        member("parse_constant", |vm, own| with(vm, own, |scanner: &mut Scanner| scanner.parse_constant)),
    ],
    ..TypeSpec::new("Scanner", LayoutKind::Opaque)
};

/// What a decoder is set to.
#[derive(Clone, Copy)]
struct Scanner {
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

impl OpaqueData for Scanner {
    fn trace(&self, marker: &mut Marker) {
        let Scanner { object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, .. } = *self;
        marker.values(&[object_hook, object_pairs_hook, parse_float, parse_int, parse_constant]);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["context"], positional_only: 0, max_positional: 1, required: 1 };
    let [context] = args.bind(vm, "make_scanner", &PARAMETERS)?;
    let mut attribute = |name: &str| {
        let name = vm.intern(name);
        vm.get_attr(context, name)
    };
    let strict = attribute("strict")?;
    let object_hook = attribute("object_hook")?;
    let object_pairs_hook = attribute("object_pairs_hook")?;
    let parse_float = attribute("parse_float")?;
    let parse_int = attribute("parse_int")?;
    let parse_constant = attribute("parse_constant")?;
    let strict = vm.is_true(strict)?;
    make(vm, ty, Scanner { strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant })
}

/// `scanner(text, index)`: the value that begins there, and the index behind it.
fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["string", "idx"], positional_only: 0, max_positional: 2, required: 2 };
    let [string, index] = args.bind(vm, "scan_once", &PARAMETERS)?;
    let index = vm.index_i64(index)?;
    let Some(string) = string.cast::<Str>() else {
        let given = vm.type_name(string);
        return Err(vm.type_error(format!("first argument must be a string, not {given}")));
    };
    let Ok(index) = usize::try_from(index) else { return Err(vm.value_error("idx cannot be negative")) };
    let scanner = with(vm, own, |scanner: &mut Scanner| *scanner)?;
    let known = vm.new_dict();
    let mut reading = Reading { scanner, string, known };
    let (value, end) = reading.value(vm, index)?;
    let end = vm.int_from_u64(end as u64);
    Ok(vm.new_pair(value, end).into())
}

pub(super) fn scanstring(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["string", "end", "strict"], positional_only: 3, max_positional: 3, required: 2 };
    let [string, end, strict] = args.bind(vm, "scanstring", &PARAMETERS)?;
    let strict = strict.is_null() || vm.is_true(strict)?;
    let end = vm.index_i64(end)?;
    let Some(string) = string.cast::<Str>() else {
        let given = vm.type_name(string);
        return Err(vm.type_error(format!("first argument must be a string, not {given}")));
    };
    let Some(end) = usize::try_from(end).ok().filter(|end| *end <= string.len()) else {
        return Err(vm.value_error("end is out of bounds"));
    };
    let (value, end) = read_string(vm, string, end, strict)?;
    let end = vm.int_from_u64(end as u64);
    Ok(vm.new_pair(value.into(), end).into())
}

/// `json.decoder.JSONDecodeError`
fn decode_error(vm: &mut Vm, message: &str, string: Gc<Str>, index: usize) -> Raise {
    let class = vm.import_absolute("json.decoder").and_then(|_| {
        let (name, modules) = (vm.intern("json.decoder"), vm.modules);
        let module = modules.get_str(name).unwrap_or(Value::NONE);
        let name = vm.intern("JSONDecodeError");
        vm.get_attr(module, name)
    });
    let (message, index) = (vm.new_str(message), vm.int_from_u64(index as u64));
    match class.and_then(|class| vm.call_values(class, &[message.into(), string.into(), index])) {
        Ok(exception) => vm.raise_exception(exception),
        Err(raise) => raise,
    }
}

/// That there is no value at this place: the decoder makes its own error of it.
fn no_value(vm: &mut Vm, index: usize) -> Raise {
    let (class, index) = (vm.exc.StopIteration, vm.int_from_u64(index as u64));
    vm.raise_with(class, &[index])
}

/// The string whose opening quote stands before `begin`, and the index behind its closing quote.
fn read_string(vm: &mut Vm, string: Gc<Str>, begin: usize, strict: bool) -> PyResult<(Gc<Str>, usize)> {
    let len = string.len();
    let mut text = None;
    let mut start = begin;
    loop {
        let mut index = start;
        let stop = loop {
            if index >= len {
                return Err(decode_error(vm, "Unterminated string starting at", string, begin.wrapping_sub(1)));
            }
            match string.char_at(index) {
                stop @ (0x22 | 0x5c) => break stop,
                0..=0x1f if strict => {
                    return Err(decode_error(vm, "Invalid control character at", string, index));
                }
                _ => index += 1,
            }
        };
        if stop == 0x22 {
            return match text {
                None => Ok((vm.substring(string, start, index), index + 1)),
                Some(mut text) => {
                    Text::push_part(&mut text, &string, start, index);
                    Ok((text.finish(vm), index + 1))
                }
            };
        }
        let text = text.get_or_insert_with(Text::default);
        text.push_part(&string, start, index);
        index += 1;
        if index >= len {
            return Err(decode_error(vm, "Unterminated string starting at", string, begin.wrapping_sub(1)));
        }
        let escape = string.char_at(index);
        start = index + 1;
        let point = match char::from_u32(escape) {
            Some('"' | '\\' | '/') => escape,
            Some('b') => 0x08,
            Some('f') => 0x0c,
            Some('n') => 0x0a,
            Some('r') => 0x0d,
            Some('t') => 0x09,
            Some('u') => {
                let (point, end) = read_code(vm, string, index + 1)?;
                start = end;
                point
            }
            _ => return Err(decode_error(vm, "Invalid \\escape", string, index - 1)),
        };
        text.push(point);
    }
}

/// The four hexadecimal digits at `index`, or the two times four of a pair of surrogates.
fn read_code(vm: &mut Vm, string: Gc<Str>, index: usize) -> PyResult<(u32, usize)> {
    const WRONG: &str = "Invalid \\uXXXX escape";
    let len = string.len();
    let digits = |index: usize| {
        (index..index + 4).try_fold(0, |code, index| {
            let digit = char::from_u32(string.char_at(index))?.to_digit(16)?;
            Some(code << 4 | digit)
        })
    };
    let end = index + 4;
    if end >= len {
        return Err(decode_error(vm, WRONG, string, index - 1));
    }
    let Some(code) = digits(index) else { return Err(decode_error(vm, WRONG, string, end - 5)) };
    let is_pair = (0xd800..0xdc00).contains(&code)
        && end + 6 < len
        && string.char_at(end) == u32::from(b'\\')
        && string.char_at(end + 1) == u32::from(b'u');
    if !is_pair {
        return Ok((code, end));
    }
    match digits(end + 2) {
        None => Err(decode_error(vm, WRONG, string, end + 1)),
        Some(low) if (0xdc00..0xe000).contains(&low) => {
            Ok((0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00), end + 6))
        }
        Some(_) => Ok((code, end)),
    }
}

/// A text that is being read.
struct Reading {
    scanner: Scanner,
    string: Gc<Str>,
    /// The keys so far: those that are equal are one string.
    known: Gc<Dict>,
}

impl Reading {
    fn at(&self, index: usize) -> Option<u8> {
        let point = if index < self.string.len() { self.string.char_at(index) } else { return None };
        // What is not ASCII is nothing that the grammar knows.
        Some(u8::try_from(point).ok().filter(u8::is_ascii).unwrap_or(0xff))
    }

    fn skip_space(&self, mut index: usize) -> usize {
        while matches!(self.at(index), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            index += 1;
        }
        index
    }

    fn follows(&self, index: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(offset, byte)| self.at(index + offset) == Some(byte))
    }

    fn value(&mut self, vm: &mut Vm, index: usize) -> PyResult<(Value, usize)> {
        match self.at(index) {
            None => return Err(no_value(vm, index)),
            Some(b'"') => {
                let (value, end) = read_string(vm, self.string, index + 1, self.scanner.strict)?;
                return Ok((value.into(), end));
            }
            Some(b'{') => {
                let place = " while decoding a JSON object from a unicode string";
                return vm.recursive(place, |vm| self.object(vm, index + 1));
            }
            Some(b'[') => {
                let place = " while decoding a JSON array from a unicode string";
                return vm.recursive(place, |vm| self.array(vm, index + 1));
            }
            _ => {}
        }
        for (word, value) in [("null", Value::NONE), ("true", Value::TRUE), ("false", Value::FALSE)] {
            if self.follows(index, word) {
                return Ok((value, index + word.len()));
            }
        }
        for word in ["NaN", "Infinity", "-Infinity"] {
            if self.follows(index, word) {
                let name = vm.new_str(word);
                let value = vm.call_values(self.scanner.parse_constant, &[name.into()])?;
                return Ok((value, index + word.len()));
            }
        }
        self.number(vm, index)
    }

    fn number(&mut self, vm: &mut Vm, start: usize) -> PyResult<(Value, usize)> {
        let digits = |mut index: usize| {
            while matches!(self.at(index), Some(b'0'..=b'9')) {
                index += 1;
            }
            index
        };
        let mut index = start + usize::from(self.at(start) == Some(b'-'));
        index = match self.at(index) {
            Some(b'0') => index + 1,
            Some(b'1'..=b'9') => digits(index),
            _ => return Err(no_value(vm, start)),
        };
        let mut is_float = false;
        if self.at(index) == Some(b'.') && matches!(self.at(index + 1), Some(b'0'..=b'9')) {
            is_float = true;
            index = digits(index + 1);
        }
        if matches!(self.at(index), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.at(index + 1), Some(b'+' | b'-')));
            let end = digits(index + 1 + sign);
            if end > index + 1 + sign {
                is_float = true;
                index = end;
            }
        }
        let text: String = (start..index).filter_map(|index| self.at(index)).map(char::from).collect();
        let function = if is_float { self.scanner.parse_float } else { self.scanner.parse_int };
        if is_float
            && function.is(vm.types.float.into())
            && let Ok(number) = text.parse::<f64>()
        {
            return Ok((vm.float(number), index));
        }
        if !is_float
            && function.is(vm.types.int.into())
            && let Ok(number) = text.parse::<i64>()
        {
            return Ok((vm.int(number), index));
        }
        let text = vm.new_str(&text);
        Ok((vm.call_values(function, &[text.into()])?, index))
    }

    fn array(&mut self, vm: &mut Vm, index: usize) -> PyResult<(Value, usize)> {
        let list = vm.new_list(&[]);
        let mut index = self.skip_space(index);
        if self.at(index) == Some(b']') {
            return Ok((list.into(), index + 1));
        }
        loop {
            let (value, end) = self.value(vm, index)?;
            list.push(vm, value);
            index = self.skip_space(end);
            match self.at(index) {
                Some(b']') => return Ok((list.into(), index + 1)),
                Some(b',') => index = self.skip_space(index + 1),
                _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.string, index)),
            }
        }
    }

    fn object(&mut self, vm: &mut Vm, index: usize) -> PyResult<(Value, usize)> {
        let wants_pairs = !self.scanner.object_pairs_hook.is_none();
        let (dict, pairs) = (vm.new_dict(), vm.new_list(&[]));
        let mut index = self.skip_space(index);
        if self.at(index) == Some(b'}') {
            index += 1;
        } else {
            loop {
                if self.at(index) != Some(b'"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return Err(decode_error(vm, message, self.string, index));
                }
                let (key, end) = read_string(vm, self.string, index + 1, self.scanner.strict)?;
                let key = match self.known.get_str(key) {
                    Some(known) => known,
                    None => {
                        self.known.set_str(vm, key, key.into());
                        key.into()
                    }
                };
                index = self.skip_space(end);
                if self.at(index) != Some(b':') {
                    return Err(decode_error(vm, "Expecting ':' delimiter", self.string, index));
                }
                index = self.skip_space(index + 1);
                let (value, end) = self.value(vm, index)?;
                if wants_pairs {
                    let pair = vm.new_pair(key, value);
                    pairs.push(vm, pair.into());
                } else {
                    dict.set_item(vm, key, value)?;
                }
                index = self.skip_space(end);
                match self.at(index) {
                    Some(b'}') => {
                        index += 1;
                        break;
                    }
                    Some(b',') => index = self.skip_space(index + 1),
                    _ => return Err(decode_error(vm, "Expecting ',' delimiter", self.string, index)),
                }
            }
        }
        let value = if wants_pairs {
            vm.call_values(self.scanner.object_pairs_hook, &[pairs.into()])?
        } else if self.scanner.object_hook.is_none() {
            dict.into()
        } else {
            vm.call_values(self.scanner.object_hook, &[dict.into()])?
        };
        Ok((value, index))
    }
}
