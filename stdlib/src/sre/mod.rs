//! `_sre`: running what the library's `re` compiles. Why there is an engine of our own: `docs/decisions/0010-regular-expressions.md`.

mod characters;
mod first;
mod found;
mod matcher;
mod pattern;
mod program;
mod replace;
mod search;
mod set;
mod subject;
mod translate;

use quicken_vm::args::Parameters;
use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::spec::Convention::{FastKeywords, NoArgs, O};
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use self::characters::{ascii_lower, is_ascii_letter, is_cased, simple_lower};
use crate::set_attribute;

/// The version of the code words (`re._constants.MAGIC`).
const MAGIC: i64 = 20_220_615;

/// `_sre`.
pub static SRE: ModuleSpec = ModuleSpec {
    name: "_sre",
    doc: None,
    functions: &[
        method("compile", pattern::compile, FastKeywords),
        method("getcodesize", |_, _, _| Ok(Value::small_int(4)), NoArgs),
        method("ascii_iscased", |vm, _, args| character(vm, args, |point| Value::bool(is_ascii_letter(point))), O),
        method("ascii_tolower", |vm, _, args| character(vm, args, |point| number(ascii_lower(point))), O),
        method("unicode_iscased", |vm, _, args| character(vm, args, |point| Value::bool(is_cased(point))), O),
        method("unicode_tolower", |vm, _, args| character(vm, args, |point| number(simple_lower(point))), O),
    ],
    init: Some(init),
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let numbers =
        [("MAGIC", MAGIC), ("CODESIZE", 4), ("MAXREPEAT", i64::from(u32::MAX)), ("MAXGROUPS", i64::from(u32::MAX) / 2)];
    for (name, value) in numbers {
        set_attribute(vm, module, name, Value::small_int(value));
    }
    let copyright = vm.new_str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ");
    set_attribute(vm, module, "copyright", copyright.into());
    Ok(())
}

fn number(point: u32) -> Value {
    Value::small_int(i64::from(point))
}

fn character(vm: &mut Vm, args: Args<'_>, f: fn(u32) -> Value) -> PyResult {
    let [point] = args.exactly(vm, "character")?;
    let point = vm.index_c(point, "int")?;
    Ok(f(u32::try_from(point).unwrap_or(0)))
}

/// Binds the parameters `string`, `pos` and `endpos`.
fn place_arguments(vm: &mut Vm, args: Args<'_>, function: &str) -> PyResult<(Value, usize, usize)> {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["string", "pos", "endpos"], positional_only: 0, max_positional: 3, required: 1 };
    if let (&[string], None) = (args.values(), args.names()) {
        return Ok((string, 0, usize::MAX));
    }
    let [string, start, end] = args.bind(vm, function, &PARAMETERS)?;
    let mut places = [0, usize::MAX];
    for (place, value) in places.iter_mut().zip([start, end]) {
        if !value.is_null() {
            *place = usize::try_from(vm.index_clamped(value)?.max(0)).unwrap_or(0);
        }
    }
    Ok((string, places[0], places[1]))
}
