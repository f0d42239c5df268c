//! `unicodedata`: what Unicode 14.0.0 says of characters, and Unicode 3.2.0 through `ucd_3_2_0`.

mod tables;

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::buffer;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::Str;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, O};
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};
use unicode_normalization::UnicodeNormalization;

use crate::data::{make, native_type};
use crate::set_attribute;
use tables::{Database, Number, Properties, database};

/// `unicodedata`.
pub static UNICODE_DATA: ModuleSpec = ModuleSpec {
    name: "unicodedata",
    doc: Some(
        "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode \
         characters. The data in\nthis database is based on the UnicodeData.txt file version\n14.0.0 which is publicly \
         available from the Unicode Consortium\nat https://unicode.org.",
    ),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        let version = vm.new_str("14.0.0");
        set_attribute(vm, module, "unidata_version", version.into());
        let ty = native_type(vm, &DATABASE);
        set_attribute(vm, module, "UCD", ty.into());
        let old = make(vm, ty, OldVersion)?;
        set_attribute(vm, module, "ucd_3_2_0", old);
        Ok(())
    }),
};

static DATABASE: TypeSpec = TypeSpec {
    module: "unicodedata",
    slots: Slots::NONE,
    methods: FUNCTIONS,
    getset: &[getter("unidata_version", |vm, _| Ok(vm.new_str("3.2.0").into()))],
    ..TypeSpec::new("UCD", LayoutKind::Opaque)
};

const FUNCTIONS: &[MethodSpec] = &[
    method("bidirectional", bidirectional, O),
    method("category", category, O),
    method("combining", combining, O),
    method("decimal", decimal, Fast),
    method("decomposition", decomposition, O),
    method("digit", digit, Fast),
    method("east_asian_width", east_asian_width, O),
    method("is_normalized", is_normalized, Fast),
    method("lookup", lookup, O),
    method("mirrored", mirrored, O),
    method("name", name, Fast),
    method("normalize", normalize, Fast),
    method("numeric", numeric, Fast),
];

/// The data of `ucd_3_2_0`, which needs none.
struct OldVersion;

impl OpaqueData for OldVersion {
    fn trace(&self, _marker: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// Whether a function was called as a method of `ucd_3_2_0`.
fn is_old(receiver: Value) -> bool {
    receiver.cast::<Opaque>().is_some_and(|object| object.with(|_: &mut OldVersion| ()).is_some())
}

fn database_of(receiver: Value) -> &'static Database {
    database(is_old(receiver))
}

/// A character argument.
fn character(vm: &mut Vm, value: Value, function: &str, argument: &str) -> PyResult<u32> {
    match value.cast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.char_at(0)),
        _ => {
            let given = if value.is_none() { "None".to_owned() } else { vm.type_name(value) };
            Err(vm.type_error(format!("{function}() {argument} must be a unicode character, not {given}")))
        }
    }
}

/// What holds for the only argument.
fn properties(vm: &mut Vm, own: Value, args: Args<'_>, function: &str) -> PyResult<Properties> {
    let [value] = args.exactly(vm, function)?;
    let point = character(vm, value, function, "argument")?;
    Ok(database_of(own).properties(point))
}

fn bidirectional(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let found = properties(vm, own, args, "bidirectional")?;
    Ok(vm.new_str(found.direction).into())
}

fn category(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let found = properties(vm, own, args, "category")?;
    Ok(vm.new_str(found.category).into())
}

fn combining(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let found = properties(vm, own, args, "combining")?;
    Ok(Value::small_int(found.combining.into()))
}

fn mirrored(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let found = properties(vm, own, args, "mirrored")?;
    Ok(Value::small_int(found.mirrored.into()))
}

fn east_asian_width(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let found = properties(vm, own, args, "east_asian_width")?;
    Ok(vm.new_str(found.width).into())
}

fn decomposition(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "decomposition")?;
    let point = character(vm, value, "decomposition", "argument")?;
    let there = !is_old(own) || database_of(own).is_assigned(point);
    Ok(vm.new_str(if there { tables::decomposition(point) } else { "" }).into())
}

/// Which number is asked for, of a character; the second argument is for those that stand for none.
fn number_of(
    vm: &mut Vm,
    own: Value,
    args: Args<'_>,
    function: &str,
    missing: &str,
    answer: impl Fn(&mut Vm, Number) -> Option<Value>,
) -> PyResult {
    let values = args.between(vm, function, 1, 2)?;
    let point = character(vm, values[0], function, "argument 1")?;
    let found = database_of(own).number(point).and_then(|number| answer(vm, number));
    match (found, values.get(1)) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(*default),
        (None, None) => Err(vm.value_error(missing)),
    }
}

fn decimal(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    number_of(vm, own, args, "decimal", "not a decimal", |_, number| {
        number.decimal.map(|digit| Value::small_int(digit.into()))
    })
}

fn digit(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    // CPython asks the current database here, whichever the method belongs to.
    let current = if is_old(own) { Value::NULL } else { own };
    number_of(vm, current, args, "digit", "not a digit", |_, number| {
        number.digit.map(|digit| Value::small_int(digit.into()))
    })
}

fn numeric(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    number_of(vm, own, args, "numeric", "not a numeric character", |vm, number| Some(vm.float(number.value)))
}

// ---- names ----

fn name(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "name", 1, 2)?;
    let point = character(vm, values[0], "name", "argument 1")?;
    match (name_of(point, database_of(own)), values.get(1)) {
        (Some(name), _) => Ok(vm.new_str(&name).into()),
        (None, Some(default)) => Ok(*default),
        (None, None) => Err(vm.value_error("no such name")),
    }
}

/// The name of a character. The library knows newer characters as well, which have none here.
fn name_of(point: u32, database: &Database) -> Option<String> {
    if !database.is_assigned(point) {
        return None;
    }
    unicode_names2::name(char::from_u32(point)?).map(|name| name.to_string())
}

fn lookup(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    /// The longest name that CPython looks for.
    const MOST: usize = 256;
    let [argument] = args.exactly(vm, "lookup")?;
    let name = match argument.cast::<Str>() {
        Some(text) => text.to_string_lossy().into_owned(),
        None => match buffer::to_vec(argument) {
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => {
                let given = vm.type_name(argument);
                return Err(vm.type_error(format!("a bytes-like object is required, not '{given}'")));
            }
        },
    };
    if name.len() > MOST {
        return Err(key_error(vm, "name too long"));
    }
    let upper = name.to_ascii_uppercase();
    if let Some(points) = tables::by_alias(&upper)
        && !is_old(own)
    {
        return Ok(vm.str_from_code_points(points).into());
    }
    let found = unicode_names2::character(&upper).map(u32::from);
    // The library answers to aliases too, to those of newer versions among them.
    match found.filter(|point| name_of(*point, database_of(own)).as_deref() == Some(upper.as_str())) {
        Some(point) => Ok(vm.char_str(point).into()),
        None => Err(key_error(vm, &format!("undefined character name '{name}'"))),
    }
}

fn key_error(vm: &mut Vm, message: &str) -> Raise {
    let message = vm.new_str(message);
    vm.key_error(message.into())
}

// ---- normal forms ----

/// A normal form.
#[derive(Clone, Copy)]
enum Form {
    Nfc,
    Nfkc,
    Nfd,
    Nfkd,
}

fn form_and_text(vm: &mut Vm, args: Args<'_>, function: &'static str) -> PyResult<(Form, Gc<Str>, Value)> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", ""], positional_only: 2, max_positional: 2, required: 2 };
    args.between(vm, function, 2, 2)?;
    let [form, value] = args.bind(vm, function, &PARAMETERS)?;
    let mut texts = [None; 2];
    for (index, argument) in [form, value].into_iter().enumerate() {
        texts[index] = argument.cast::<Str>();
        if texts[index].is_none() {
            let given = if argument.is_none() { "None".to_owned() } else { vm.type_name(argument) };
            return Err(vm.type_error(format!("{function}() argument {} must be str, not {given}", index + 1)));
        }
    }
    let [Some(form), Some(text)] = texts else { return Err(vm.type_error("a string is required")) };
    let form = match &*form.to_string_lossy() {
        "NFC" => Form::Nfc,
        "NFKC" => Form::Nfkc,
        "NFD" => Form::Nfd,
        "NFKD" => Form::Nfkd,
        // CPython looks at the text first: what is empty is normal in any form.
        _ if text.is_empty() => Form::Nfc,
        _ => return Err(vm.value_error("invalid normalization form")),
    };
    Ok((form, text, value))
}

fn normalize(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (form, text, value) = form_and_text(vm, args, "normalize")?;
    if text.is_ascii() {
        return Ok(value);
    }
    let points: Vec<u32> = text.code_points().collect();
    let normal = normalized(&points, form, database_of(own));
    if normal == points { Ok(value) } else { Ok(vm.str_from_code_points(&normal).into()) }
}

fn is_normalized(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (form, text, _) = form_and_text(vm, args, "is_normalized")?;
    let points: Vec<u32> = text.code_points().collect();
    Ok(Value::bool(text.is_ascii() || normalized(&points, form, database_of(own)) == points))
}

/// Text in a normal form. What this version has not assigned stays as it is and parts what stands around it, whatever the library (which
/// is newer) knows of it; so do surrogates.
fn normalized(points: &[u32], form: Form, database: &Database) -> Vec<u32> {
    let mut out = Vec::with_capacity(points.len());
    let mut run = String::new();
    for point in points {
        match char::from_u32(*point).filter(|_| database.is_assigned(*point)) {
            Some(character) => run.push(character),
            None => {
                finish(&mut run, form, &mut out);
                out.push(*point);
            }
        }
    }
    finish(&mut run, form, &mut out);
    out
}

fn finish(run: &mut String, form: Form, out: &mut Vec<u32>) {
    match form {
        Form::Nfc => out.extend(run.nfc().map(u32::from)),
        Form::Nfkc => out.extend(run.nfkc().map(u32::from)),
        Form::Nfd => out.extend(run.nfd().map(u32::from)),
        Form::Nfkd => out.extend(run.nfkd().map(u32::from)),
    }
    run.clear();
}
