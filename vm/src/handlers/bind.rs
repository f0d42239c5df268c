//! Binding arguments to parameters when they are not simply positional, with CPython's messages
//! (`initialize_locals`, `too_many_positional`, `missing_arguments` in `Python/ceval.c`).

#![expect(unsafe_code, reason = "locals are written where they will be used, on the VM stack")]

use quicken_bytecode::CodeFlags;

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::value::Value;

/// Binds `given` values at `fp` to the parameters of `function` in place; answers how many locals are bound.
pub(crate) fn bind_slow(
    vm: &mut Vm,
    function: Gc<Function>,
    fp: *mut Value,
    given: usize,
    names: Option<Gc<Tuple>>,
) -> PyResult<usize> {
    let code = function.code.get();
    let object = code.object.clone();
    let argcount = object.argcount as usize;
    let kwonly = object.kwonlyargcount as usize;
    let parameters = argcount + kwonly;
    let varargs = code.is(CodeFlags::VARARGS);
    let varkeywords = code.is(CodeFlags::VARKEYWORDS);
    let total = parameters + usize::from(varargs) + usize::from(varkeywords);

    // The locals are put together apart: they may overlap the arguments that are still needed.
    let mut values = vm.heap.temp_vec();
    // SAFETY: the caller put `given` values there.
    values.extend_from_slice(unsafe { std::slice::from_raw_parts(fp, given) });
    let positional = given - names.map_or(0, |n| n.len());
    let mut locals = vm.heap.temp_vec();
    locals.resize(total, Value::NULL);

    let direct = positional.min(argcount);
    locals[..direct].copy_from_slice(&values[..direct]);
    if varargs {
        locals[parameters] = vm.new_tuple(&values[direct..positional]).into();
    }
    let keywords = if varkeywords { Some(vm.new_dict()) } else { None };
    if let Some(dict) = keywords {
        locals[parameters + usize::from(varargs)] = dict.into();
    }
    if let Some(names) = names {
        for (offset, &name) in names.items().iter().enumerate() {
            let value = values[positional + offset];
            bind_keyword(vm, function, &mut locals, keywords, (names, name, value))?;
        }
    }
    if positional > argcount && !varargs {
        return Err(too_many_positional(vm, function, positional, &locals));
    }
    fill_defaults(vm, function, &mut locals, positional)?;
    // SAFETY: the caller reserved the frame and `given` values.
    unsafe { std::ptr::copy_nonoverlapping(locals.as_ptr(), fp, total) };
    Ok(total)
}

fn bind_keyword(
    vm: &mut Vm,
    function: Gc<Function>,
    locals: &mut [Value],
    keywords: Option<Gc<Dict>>,
    (names, name, value): (Gc<Tuple>, Value, Value),
) -> PyResult<()> {
    let code = function.code.get();
    let posonly = code.object.posonlyargcount as usize;
    let parameters = (code.object.argcount + code.object.kwonlyargcount) as usize;
    let Some(key) = name.cast::<Str>() else {
        let function = qualified_name(function);
        return Err(vm.type_error(format!("{function}() keywords must be strings")));
    };
    let found = (posonly..parameters)
        .find(|&i| code.local_name(i) == key)
        .or_else(|| (posonly..parameters).find(|&i| code.local_name(i).equals(key)));
    if let Some(index) = found {
        if !locals[index].is_null() {
            let (function, key) = (qualified_name(function), key.to_string_lossy());
            return Err(vm.type_error(format!("{function}() got multiple values for argument '{key}'")));
        }
        locals[index] = value;
        return Ok(());
    }
    if let Some(dict) = keywords {
        return dict.set_item(vm, name, value);
    }
    if (0..posonly).any(|i| code.local_name(i).equals(key)) {
        return Err(positional_only_by_name(vm, function, names));
    }
    let (function, key) = (qualified_name(function), key.to_string_lossy());
    Err(vm.type_error(format!("{function}() got an unexpected keyword argument '{key}'")))
}

/// Names all of them, in the parameters' order.
fn positional_only_by_name(vm: &mut Vm, function: Gc<Function>, names: Gc<Tuple>) -> Raise {
    let code = function.code.get();
    let given = |parameter: &Gc<Str>| {
        names.items().iter().any(|name| name.cast::<Str>().is_some_and(|name| parameter.equals(name)))
    };
    let parameters = (0..code.object.posonlyargcount as usize).map(|index| code.local_name(index)).filter(given);
    let parameters: Vec<String> = parameters.map(|name| name.to_string_lossy().into_owned()).collect();
    let (name, parameters) = (qualified_name(function), parameters.join(", "));
    vm.type_error(format!("{name}() got some positional-only arguments passed as keyword arguments: '{parameters}'"))
}

fn fill_defaults(vm: &mut Vm, function: Gc<Function>, locals: &mut [Value], positional: usize) -> PyResult<()> {
    let code = function.code.get();
    let argcount = code.object.argcount as usize;
    let parameters = argcount + code.object.kwonlyargcount as usize;
    let defaults = function.defaults.get().cast::<Tuple>();
    let required = argcount - defaults.map_or(0, |d| d.len().min(argcount));
    let missing: Vec<usize> = (positional.min(required)..required).filter(|&i| locals[i].is_null()).collect();
    if !missing.is_empty() {
        return Err(missing_arguments(vm, function, &missing, "positional"));
    }
    if let Some(defaults) = defaults {
        for (local, default) in locals[required..argcount].iter_mut().zip(defaults.items()) {
            if local.is_null() {
                *local = *default;
            }
        }
    }
    let kwdefaults = function.kwdefaults.get().cast::<Dict>();
    let mut missing = Vec::new();
    for (index, local) in locals.iter_mut().enumerate().take(parameters).skip(argcount) {
        if !local.is_null() {
            continue;
        }
        match kwdefaults.and_then(|d| d.get_str(code.local_name(index))) {
            Some(value) => *local = value,
            None => missing.push(index),
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(missing_arguments(vm, function, &missing, "keyword-only")) }
}

fn qualified_name(function: Gc<Function>) -> String {
    function.qualname.get().cast::<Str>().map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}

/// "f() missing 2 required positional arguments: 'a' and 'b'".
fn missing_arguments(vm: &mut Vm, function: Gc<Function>, missing: &[usize], kind: &str) -> Raise {
    let code = function.code.get();
    let names: Vec<String> = missing.iter().map(|&i| format!("'{}'", code.local_name(i).to_string_lossy())).collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    let (name, count) = (qualified_name(function), names.len());
    vm.type_error(format!("{name}() missing {count} required {kind} argument{plural}: {list}"))
}

/// "f() takes from 1 to 2 positional arguments but 3 were given".
fn too_many_positional(vm: &mut Vm, function: Gc<Function>, given: usize, locals: &[Value]) -> Raise {
    let object = function.code.get().object.clone();
    let argcount = object.argcount as usize;
    let defaults = function.default_count();
    let kwonly = (argcount..argcount + object.kwonlyargcount as usize).filter(|&i| !locals[i].is_null()).count();
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {argcount}", argcount - defaults), "s")
    } else {
        (argcount.to_string(), if argcount == 1 { "" } else { "s" })
    };
    let extra = if kwonly > 0 {
        format!(
            " positional argument{} (and {kwonly} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if kwonly == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    let verb = if given == 1 && kwonly == 0 { "was" } else { "were" };
    let name = qualified_name(function);
    vm.type_error(format!("{name}() takes {takes} positional argument{plural} but {given}{extra} {verb} given"))
}
