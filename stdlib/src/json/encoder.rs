//! `_json.Encoder`: values to text. It is what `json` takes where nothing is indented.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::float;
use quicken_vm::objects::int::View;
use quicken_vm::objects::list::List;
use quicken_vm::objects::native::NativeFunction;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::TypeSpec;
use quicken_vm::{Args, PyResult, Value, Vm};

use super::text::Text;
use crate::data::{make, with};

pub(super) static ENCODER: TypeSpec = TypeSpec {
    module: "_json",
    slots: Slots { new: Some(new), call: Some(call), ..Slots::NONE },
    ..TypeSpec::new("Encoder", LayoutKind::Opaque)
};

/// How strings become quoted ones.
#[derive(Clone, Copy, PartialEq)]
enum Quoting {
    Ascii,
    Plain,
    /// By a function of the program.
    Own,
}

#[derive(Clone, Copy)]
struct Encoder {
    /// The containers that are being written, by their identity; or `None`.
    markers: Value,
    default: Value,
    encoder: Value,
    key_separator: Value,
    item_separator: Value,
    quoting: Quoting,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

impl OpaqueData for Encoder {
    fn trace(&self, marker: &mut Marker) {
        marker.values(&[self.markers, self.default, self.encoder, self.key_separator, self.item_separator]);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<9> = Parameters {
        names: [
            "markers",
            "default",
            "encoder",
            "indent",
            "key_separator",
            "item_separator",
            "sort_keys",
            "skipkeys",
            "allow_nan",
        ],
        positional_only: 0,
        max_positional: 9,
        required: 9,
    };
    let [markers, default, encoder, _, key_separator, item_separator, sort_keys, skip_keys, allow_nan] =
        args.bind(vm, "make_encoder", &PARAMETERS)?;
    if !markers.is_none() && markers.cast::<Dict>().is_none() {
        let given = vm.type_name(markers);
        return Err(vm.type_error(format!("make_encoder() argument 1 must be dict or None, not {given}")));
    }
    for separator in [key_separator, item_separator] {
        if separator.cast::<Str>().is_none() {
            let given = vm.type_name(separator);
            return Err(vm.type_error(format!("make_encoder() argument 5 must be str, not {given}")));
        }
    }
    // The module's own functions need not be called.
    let quoting = match encoder.cast::<NativeFunction>().map(|function| function.spec.name) {
        Some("encode_basestring_ascii") => Quoting::Ascii,
        Some("encode_basestring") => Quoting::Plain,
        _ => Quoting::Own,
    };
    let sort_keys = vm.is_true(sort_keys)?;
    let skip_keys = vm.is_true(skip_keys)?;
    let allow_nan = vm.is_true(allow_nan)?;
    let data =
        Encoder { markers, default, encoder, key_separator, item_separator, quoting, sort_keys, skip_keys, allow_nan };
    make(vm, ty, data)
}

/// `encoder(value, level)`: a tuple of texts.
fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["obj", "_current_indent_level"], positional_only: 0, max_positional: 2, required: 2 };
    let [value, _] = args.bind(vm, "_iterencode", &PARAMETERS)?;
    let encoder = with(vm, own, |encoder: &mut Encoder| *encoder)?;
    let mut text = Text::default();
    encoder.value(vm, &mut text, value)?;
    let text = text.finish(vm);
    Ok(vm.new_tuple(&[text.into()]).into())
}

impl Encoder {
    fn value(&self, vm: &mut Vm, text: &mut Text, value: Value) -> PyResult<()> {
        if let Some(constant) = constant(value) {
            text.push_ascii(constant);
        } else if let Some(string) = value.cast::<Str>() {
            self.string(vm, text, string)?;
        } else if View::of(value).is_some() {
            text.push_ascii(&integer(vm, value)?);
        } else if let Some(number) = value.as_float() {
            text.push_ascii(&self.float(vm, number)?);
        } else if value.cast::<List>().is_some() || value.cast::<Tuple>().is_some() {
            vm.recursive(" while encoding a JSON object", |vm| self.sequence(vm, text, value))?;
        } else if let Some(dict) = value.cast::<Dict>() {
            vm.recursive(" while encoding a JSON object", |vm| self.dict(vm, text, dict))?;
        } else {
            let mark = self.enter(vm, value)?;
            let replacement = vm.call_values(self.default, &[value])?;
            vm.recursive(" while encoding a JSON object", |vm| self.value(vm, text, replacement))?;
            self.leave(vm, mark)?;
        }
        Ok(())
    }

    /// Notes that a container is being written: it must not contain itself.
    fn enter(&self, vm: &mut Vm, value: Value) -> PyResult<Value> {
        let Some(markers) = self.markers.cast::<Dict>() else { return Ok(Value::NULL) };
        let mark = vm.int_from_u64(value.heap_address().map_or(0, |address| address as u64));
        if markers.contains(vm, mark)? {
            return Err(vm.value_error("Circular reference detected"));
        }
        markers.set_item(vm, mark, value)?;
        Ok(mark)
    }

    fn leave(&self, vm: &mut Vm, mark: Value) -> PyResult<()> {
        match self.markers.cast::<Dict>() {
            Some(markers) => markers.del_item(vm, mark).map(drop),
            None => Ok(()),
        }
    }

    fn string(&self, vm: &mut Vm, text: &mut Text, string: Gc<Str>) -> PyResult<()> {
        match self.quoting {
            Quoting::Ascii => text.push_quoted(&string, true),
            Quoting::Plain => text.push_quoted(&string, false),
            Quoting::Own => {
                let quoted = vm.call_values(self.encoder, &[string.into()])?;
                let Some(quoted) = quoted.cast::<Str>() else {
                    let given = vm.type_name(quoted);
                    return Err(vm.type_error(format!("encoder() must return a string, not {given}")));
                };
                text.push_part(&quoted, 0, quoted.len());
            }
        }
        Ok(())
    }

    fn float(&self, vm: &mut Vm, number: f64) -> PyResult<String> {
        if number.is_finite() {
            return Ok(float::repr(number));
        }
        if !self.allow_nan {
            return Err(vm.value_error("Out of range float values are not JSON compliant"));
        }
        let name = if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        Ok(name.to_owned())
    }

    fn separator(&self, text: &mut Text, separator: Value) {
        if let Some(separator) = separator.cast::<Str>() {
            text.push_part(&separator, 0, separator.len());
        }
    }

    fn sequence(&self, vm: &mut Vm, text: &mut Text, sequence: Value) -> PyResult<()> {
        let (list, tuple) = (sequence.cast::<List>(), sequence.cast::<Tuple>());
        let item = |index: usize| match (list, tuple) {
            (Some(list), _) => list.get(index),
            (None, Some(tuple)) => tuple.get(index),
            (None, None) => None,
        };
        let Some(mut next) = item(0) else {
            text.push_ascii("[]");
            return Ok(());
        };
        let mark = self.enter(vm, sequence)?;
        text.push_ascii("[");
        let mut index = 0;
        loop {
            self.value(vm, text, next)?;
            index += 1;
            match item(index) {
                Some(item) => next = item,
                None => break,
            }
            self.separator(text, self.item_separator);
        }
        self.leave(vm, mark)?;
        text.push_ascii("]");
        Ok(())
    }

    fn dict(&self, vm: &mut Vm, text: &mut Text, dict: Gc<Dict>) -> PyResult<()> {
        if dict.is_empty() {
            text.push_ascii("{}");
            return Ok(());
        }
        let mark = self.enter(vm, dict.into())?;
        text.push_ascii("{");
        let mut items = vm.heap.temp_vec();
        if self.sort_keys || !Value::from(dict).is_exact(vm.types.dict) {
            let pairs = vm.call_method(dict.into(), "items", &[])?;
            let mut all = vm.heap.temp_vec();
            vm.collect(pairs, &mut all)?;
            let list = vm.new_list(&all);
            if self.sort_keys {
                vm.call_method(list.into(), "sort", &[])?;
            }
            for index in 0..list.len() {
                let pair = list.get(index).and_then(|pair| pair.cast::<Tuple>());
                match pair.map(|pair| pair.items()) {
                    Some(&[key, value]) => items.extend([key, value]),
                    _ => return Err(vm.value_error("items must return 2-tuples")),
                }
            }
        } else {
            for (key, value) in dict.items(vm) {
                items.extend([key, value]);
            }
        }
        let mut is_first = true;
        for index in (0..items.len()).step_by(2) {
            let (key, value) = (items[index], items[index + 1]);
            let shown = if key.cast::<Str>().is_some() {
                None
            } else if let Some(number) = key.as_float() {
                Some(self.float(vm, number)?)
            } else if let Some(constant) = constant(key) {
                Some(constant.to_owned())
            } else if View::of(key).is_some() {
                Some(integer(vm, key)?)
            } else if self.skip_keys {
                continue;
            } else {
                let given = vm.type_name(key);
                return Err(vm.type_error(format!("keys must be str, int, float, bool or None, not {given}")));
            };
            if !is_first {
                self.separator(text, self.item_separator);
            }
            is_first = false;
            let key = match shown {
                Some(shown) => Some(vm.new_str(&shown)),
                None => key.cast::<Str>(),
            };
            if let Some(key) = key {
                self.string(vm, text, key)?;
            }
            self.separator(text, self.key_separator);
            self.value(vm, text, value)?;
        }
        self.leave(vm, mark)?;
        text.push_ascii("}");
        Ok(())
    }
}

fn constant(value: Value) -> Option<&'static str> {
    if value.is_none() {
        Some("null")
    } else if value.is(Value::TRUE) {
        Some("true")
    } else if value.is(Value::FALSE) {
        Some("false")
    } else {
        None
    }
}

/// As `int.__repr__` shows it, whatever its class shows.
fn integer(vm: &mut Vm, value: Value) -> PyResult<String> {
    match View::of(value) {
        Some(View::Small(number)) => Ok(number.to_string()),
        _ => {
            let (int, name) = (vm.types.int, vm.intern("__repr__"));
            let repr = vm.get_attr(int.into(), name)?;
            let text = vm.call_values(repr, &[value])?;
            Ok(vm.str_of(text)?.to_string_lossy().into_owned())
        }
    }
}
