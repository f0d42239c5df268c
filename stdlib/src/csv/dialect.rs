//! `_csv.Dialect`: how fields are told apart.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::Varargs;
use quicken_vm::spec::{TypeSpec, getter, member, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use crate::data::{make, native_type, with};

use super::registered;

/// When fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
}

/// What a dialect says. A character that is not set is equal to none.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    pub delimiter: u32,
    pub escape: Option<u32>,
    pub quote: Option<u32>,
    /// A string.
    pub terminator: Value,
    pub quoting: Quoting,
    pub double_quote: bool,
    pub skip_space: bool,
    pub strict: bool,
}

impl OpaqueData for Dialect {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.terminator);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static DIALECT: TypeSpec = TypeSpec {
    module: "_csv",
    subclassable: true,
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[method("__reduce__", no_pickle, Varargs), method("__reduce_ex__", no_pickle, Varargs)],
    getset: &[
        getter("delimiter", |vm, own| with(vm, own, |own: &mut Dialect| own.delimiter).map(|c| vm.char_str(c).into())),
        getter("escapechar", |vm, own| with(vm, own, |own: &mut Dialect| own.escape).map(|c| character(vm, c))),
        getter("lineterminator", |vm, own| with(vm, own, |own: &mut Dialect| own.terminator)),
        getter("quotechar", |vm, own| with(vm, own, |own: &mut Dialect| own.quote).map(|c| character(vm, c))),
        getter("quoting", |vm, own| {
            with(vm, own, |own: &mut Dialect| own.quoting).map(|own| Value::small_int(own as i64))
        }),
        member("skipinitialspace", |vm, own| with(vm, own, |own: &mut Dialect| Value::bool(own.skip_space))),
        member("doublequote", |vm, own| with(vm, own, |own: &mut Dialect| Value::bool(own.double_quote))),
        member("strict", |vm, own| with(vm, own, |own: &mut Dialect| Value::bool(own.strict))),
    ],
    doc: Some("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n"),
    ..TypeSpec::new("Dialect", LayoutKind::Opaque)
};

fn no_pickle(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let name = vm.type_name(own);
    Err(vm.type_error(format!("cannot pickle '{name}' instances")))
}

fn character(vm: &mut Vm, character: Option<u32>) -> Value {
    character.map_or(Value::NONE, |character| vm.char_str(character).into())
}

const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<9> = Parameters { names: NAMES, positional_only: 0, max_positional: 9, required: 0 };
    let [mut given, mut options @ ..] = args.bind(vm, "Dialect", &PARAMETERS)?;
    // What is read from the dialect is in no variable that the collector sees.
    let mut kept = vm.heap.temp_vec();
    if !given.is_null() {
        if given.cast::<Str>().is_some() {
            given = registered(vm, given)?;
        }
        let own = native_type(vm, &DIALECT);
        if vm.type_of(given).is_subtype(own) && options.iter().all(|value| value.is_null()) {
            return Ok(given);
        }
        for (name, value) in NAMES[1..].iter().zip(&mut options) {
            if value.is_null() {
                let name = vm.intern(name);
                // What cannot be had is as if it were not there.
                *value = vm.get_attr(given, name).unwrap_or(Value::NULL);
                kept.push(*value);
            }
        }
    }
    let dialect = read(vm, options)?;
    make(vm, ty, dialect)
}

fn read(vm: &mut Vm, options: [Value; 8]) -> PyResult<Dialect> {
    let [delimiter, double_quote, escape, terminator, quote, quoting, skip_space, strict] = options;
    let delimiter = match delimiter.non_null() {
        Some(value) => match value.cast::<Str>() {
            Some(text) => one_character(vm, "delimiter", text)?,
            None => return Err(wrong_type(vm, "delimiter", "string", value)),
        },
        None => u32::from(b','),
    };
    let double_quote = flag(vm, double_quote, true)?;
    let escape = optional_character(vm, "escapechar", escape, None)?;
    let terminator = match terminator.non_null() {
        None => Some(vm.new_str("\r\n").into()),
        Some(value) if value.is_none() => None,
        Some(value) if value.cast::<Str>().is_some() => Some(value),
        Some(_) => return Err(vm.type_error("\"lineterminator\" must be a string")),
    };
    let has_no_quote = quote.is_none();
    let quote = optional_character(vm, "quotechar", quote, Some(u32::from(b'"')))?;
    let number = match quoting.non_null() {
        None => 0,
        Some(value) if value.is_small_int() || value.is_exact(vm.types.int) => vm.index_c(value, "int")?,
        Some(_) => return Err(vm.type_error("\"quoting\" must be an integer")),
    };
    let skip_space = flag(vm, skip_space, false)?;
    let strict = flag(vm, strict, false)?;
    let style = match number {
        0 if has_no_quote && quoting.is_null() => Quoting::None,
        0 => Quoting::Minimal,
        1 => Quoting::All,
        2 => Quoting::NonNumeric,
        3 => Quoting::None,
        _ => return Err(vm.type_error("bad \"quoting\" value")),
    };
    if style != Quoting::None && quote.is_none() {
        return Err(vm.type_error("quotechar must be set if quoting enabled"));
    }
    let Some(terminator) = terminator else { return Err(vm.type_error("lineterminator must be set")) };
    Ok(Dialect { delimiter, escape, quote, terminator, quoting: style, double_quote, skip_space, strict })
}

fn flag(vm: &mut Vm, value: Value, default: bool) -> PyResult<bool> {
    if value.is_null() { Ok(default) } else { vm.is_true(value) }
}

fn wrong_type(vm: &mut Vm, name: &str, wanted: &str, value: Value) -> Raise {
    let given = vm.type_name(value);
    vm.type_error(format!("\"{name}\" must be {wanted}, not {given}"))
}

fn one_character(vm: &mut Vm, name: &str, text: Gc<Str>) -> PyResult<u32> {
    if text.len() == 1 {
        return Ok(text.char_at(0));
    }
    Err(vm.type_error(format!("\"{name}\" must be a 1-character string")))
}

fn optional_character(vm: &mut Vm, name: &str, value: Value, default: Option<u32>) -> PyResult<Option<u32>> {
    match value.non_null() {
        None => Ok(default),
        Some(value) if value.is_none() => Ok(None),
        Some(value) => match value.cast::<Str>() {
            Some(text) => one_character(vm, name, text).map(Some),
            None => Err(wrong_type(vm, name, "string or None", value)),
        },
    }
}

/// The dialect that the second argument of a function and its keyword arguments describe.
pub(super) fn described(vm: &mut Vm, given: Option<Value>, args: Args<'_>) -> PyResult {
    let mut values = vm.heap.temp_vec();
    if let Some(given) = given {
        values.push(given);
    }
    values.extend_from_slice(&args.values()[args.len()..]);
    let ty = native_type(vm, &DIALECT);
    new(vm, ty, Args::new(&values, args.names()))
}

/// What a dialect says.
pub(super) fn settings(vm: &mut Vm, dialect: Value) -> PyResult<Dialect> {
    with(vm, dialect, |dialect: &mut Dialect| *dialect)
}
