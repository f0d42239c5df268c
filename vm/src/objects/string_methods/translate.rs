//! `translate` and `maketrans`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::objects::dict::Dict;
use crate::objects::int::View;
use crate::objects::string::{Str, StrBuilder};
use crate::objects::string_methods::arguments::{string, this};
use crate::value::Value;

pub(super) fn translate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let own = this(vm, receiver)?;
    let [table] = args.exactly(vm, "translate")?;
    let mut out = StrBuilder::with_capacity(own.len());
    for c in own.code_points() {
        let key = Value::small_int(i64::from(c));
        let found = vm.get_item(table, key);
        let lookup_error = vm.exc.LookupError;
        match vm.suppress(found, lookup_error)? {
            None => out.push(c),
            Some(value) if value.is_none() => {}
            Some(value) => match value.cast::<Str>() {
                Some(string) => out.push_string(string),
                None => match View::of(value) {
                    Some(View::Small(c @ 0..=0x10FFFF)) => out.push(c as u32),
                    Some(_) => return Err(vm.value_error("character mapping must be in range(0x110000)")),
                    None => return Err(vm.type_error("character mapping must return integer, None or str")),
                },
            },
        }
    }
    Ok(out.finish(vm).into())
}

pub(super) fn maketrans(vm: &mut Vm, _receiver: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "maketrans", 1, 3)?;
    let argument = |vm: &mut Vm, index: usize| match args.get(index) {
        Some(value) => string(vm, *value, &format!("maketrans() argument {} ", index + 1)).map(Some),
        None => Ok(None),
    };
    let (to, deleted) = (argument(vm, 1)?, argument(vm, 2)?);
    let table = vm.new_dict();
    let key_of = |c: u32| Value::small_int(i64::from(c));
    if let Some(to) = to {
        let Some(from) = args[0].cast::<Str>() else {
            return Err(vm.type_error("first maketrans argument must be a string if there is a second argument"));
        };
        if from.len() != to.len() {
            return Err(vm.value_error("the first two maketrans arguments must have equal length"));
        }
        for (a, b) in from.code_points().zip(to.code_points()) {
            table.set_item(vm, key_of(a), key_of(b))?;
        }
        for c in deleted.iter().flat_map(|deleted| deleted.code_points()) {
            table.set_item(vm, key_of(c), Value::NONE)?;
        }
        return Ok(table.into());
    }
    let source = args[0].cast::<Dict>().filter(|_| args[0].is_exact(vm.types.dict));
    let Some(source) = source else {
        return Err(vm.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let mut position = 0;
    while let Some(entry) = source.entry(position) {
        position += 1;
        let Some((key, value)) = entry else { continue };
        if let Some(text) = key.cast::<Str>() {
            if text.len() != 1 {
                return Err(vm.value_error("string keys in translate table must be of length 1"));
            }
            table.set_item(vm, key_of(text.char_at(0)), value)?;
        } else if View::of(key).is_some() {
            table.set_item(vm, key, value)?;
        } else {
            return Err(vm.type_error("keys in translate table must be strings or integers"));
        }
    }
    Ok(table.into())
}
