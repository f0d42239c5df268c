//! Built-in functions that concern objects, numbers and iteration: `len`, `isinstance`, `getattr`, `sum`, `sorted`, ….

#![expect(unsafe_code, reason = "`locals` reads the running frame's part of the VM stack")]

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::frame::Frame;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::function::CellObject;
use crate::objects::list::list_from;
use crate::objects::string::Str;
use crate::objects::{iter as iterators, list_sort};
use crate::recursion::CALLING;
use crate::slots::{BinaryOp, CompareOp, UnaryOp};
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs, VarargsKeywords};
use crate::spec::{MethodSpec, method};
use crate::value::Value;
use quicken_bytecode::{CodeFlags, LocalKind};

/// The functions, for the module `builtins`.
pub const FUNCTIONS: &[MethodSpec] = &[
    method("abs", abs, O),
    method("aiter", aiter, O),
    method("all", all, O),
    method("any", any, O),
    method("anext", anext, Fast),
    method("breakpoint", breakpoint, FastKeywords),
    method("callable", callable, O),
    method("delattr", delattr, Fast),
    method("dir", dir, Varargs),
    method("divmod", divmod, Fast),
    method("getattr", getattr, Fast),
    method("globals", globals, NoArgs),
    method("hasattr", hasattr, Fast),
    method("isinstance", isinstance, Fast),
    method("issubclass", issubclass, Fast),
    method("iter", iter, Fast),
    method("len", len, O),
    method("locals", locals, NoArgs),
    method("max", |vm, _, args| extreme(vm, args, "max", CompareOp::Gt), VarargsKeywords),
    method("min", |vm, _, args| extreme(vm, args, "min", CompareOp::Lt), VarargsKeywords),
    method("next", next, Fast),
    method("pow", pow, FastKeywords),
    method("round", round, FastKeywords),
    method("setattr", setattr, Fast),
    method("sorted", sorted, FastKeywords),
    method("sum", sum, FastKeywords),
    method("vars", vars, Varargs),
];

// ---- objects ----

fn len(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object] = args.exactly::<1>(vm, "len")?;
    let length = vm.length(object)?;
    Ok(vm.int(length as i64))
}

fn breakpoint(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let sys = vm.import_absolute("sys")?;
    let name = vm.intern("breakpointhook");
    match vm.lookup_attr(sys, name)? {
        Some(hook) => vm.call(hook, args),
        None => Err(vm.runtime_error("lost sys.breakpointhook")),
    }
}

fn callable(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object] = args.exactly::<1>(vm, "callable")?;
    Ok(Value::bool(vm.is_callable(object)))
}

fn isinstance(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object, class] = args.exactly::<2>(vm, "isinstance")?;
    Ok(Value::bool(vm.is_instance(object, class)?))
}

fn issubclass(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [derived, class] = args.exactly::<2>(vm, "issubclass")?;
    Ok(Value::bool(vm.is_subclass(derived, class)?))
}

/// An attribute's name, interned as the attribute caches want it.
fn attribute_name(vm: &mut Vm, value: Value) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(name) if value.is_exact(vm.types.str) => Ok(vm.intern_str(name)),
        Some(name) => Ok(name),
        None => {
            let ty = vm.type_name(value);
            Err(vm.type_error(format!("attribute name must be string, not '{ty}'")))
        }
    }
}

fn getattr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "getattr", 2, 3)?;
    let name = attribute_name(vm, values[1])?;
    match values.get(2) {
        None => vm.get_attr(values[0], name),
        Some(&default) => Ok(vm.lookup_attr(values[0], name)?.unwrap_or(default)),
    }
}

fn hasattr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object, name] = args.exactly::<2>(vm, "hasattr")?;
    let name = attribute_name(vm, name)?;
    Ok(Value::bool(vm.lookup_attr(object, name)?.is_some()))
}

fn setattr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object, name, value] = args.exactly::<3>(vm, "setattr")?;
    let name = attribute_name(vm, name)?;
    vm.set_attr(object, name, value)?;
    Ok(Value::NONE)
}

fn delattr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [object, name] = args.exactly::<2>(vm, "delattr")?;
    let name = attribute_name(vm, name)?;
    vm.del_attr(object, name)?;
    Ok(Value::NONE)
}

// ---- namespaces ----

fn globals(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    match vm.current_frame() {
        Some(frame) => Ok(frame.globals.into()),
        None => Err(vm.system_error("globals() without a frame")),
    }
}

fn locals(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    current_locals(vm)
}

/// The local namespace of the running frame: that of a module or class body itself, a new dict for a function.
pub(crate) fn current_locals(vm: &mut Vm) -> PyResult {
    let Some(frame) = vm.current_frame() else { return Err(vm.system_error("locals() without a frame")) };
    let locals = frame.locals;
    let items = local_items(frame);
    if locals.is_null() {
        let dict = vm.new_dict();
        for (name, value) in items {
            dict.set_str(vm, name, value);
        }
        return Ok(dict.into());
    }
    // Class bodies have cells beside their namespace (`__class__`).
    if let Some(dict) = locals.cast::<Dict>() {
        for (name, value) in items {
            dict.set_str(vm, name, value);
        }
    }
    Ok(locals)
}

/// The bound variables in a frame's fast locals. The frame keeps them alive.
fn local_items(frame: &Frame) -> Vec<(Gc<Str>, Value)> {
    let code = frame.code;
    let mut items = Vec::new();
    for (index, kind) in code.object.localspluskinds.iter().enumerate() {
        if kind.contains(LocalKind::FREE) && !code.is(CodeFlags::OPTIMIZED) {
            continue;
        }
        // SAFETY: a frame has `nlocalsplus` locals from `fp` on.
        let value = unsafe { *frame.fp.add(index) };
        let value = match value.cast::<CellObject>() {
            Some(cell) if kind.intersects(LocalKind::CELL | LocalKind::FREE) => cell.contents.get(),
            _ => value,
        };
        if !value.is_null() {
            items.push((code.local_name(index), value));
        }
    }
    items
}

fn vars(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "vars", 0, 1)?;
    let Some(&object) = values.first() else { return current_locals(vm) };
    let name = vm.names.__dict__;
    match vm.lookup_attr(object, name)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}

fn dir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "dir", 0, 1)?;
    let names = match values.first() {
        None => {
            let locals = current_locals(vm)?;
            vm.call_method(locals, "keys", &[])?
        }
        Some(&object) => {
            let name = vm.names.__dir__;
            match vm.lookup_special(object, name)? {
                Some(method) => vm.call_values(method, &[])?,
                None => return Err(vm.type_error("object does not provide __dir__")),
            }
        }
    };
    // What `__dir__` answers is a sequence to be made a list of: this refuses what cannot be iterated over.
    let list = list_from(vm, names)?;
    list_sort::sort(vm, list, Value::NULL, false)?;
    Ok(list.into())
}

// ---- numbers ----

fn abs(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly::<1>(vm, "abs")?;
    vm.unary_op(UnaryOp::Absolute, number)
}

fn divmod(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [a, b] = args.exactly::<2>(vm, "divmod")?;
    vm.binary_op(BinaryOp::Divmod, a, b)
}

fn pow(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["base", "exp", "mod"], positional_only: 0, max_positional: 3, required: 2 };
    let [base, exponent, modulus] = args.bind(vm, "pow", &PARAMETERS)?;
    vm.power(base, exponent, modulus.or_none())
}

fn round(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["number", "ndigits"], positional_only: 0, max_positional: 2, required: 1 };
    let [number, digits] = args.bind(vm, "round", &PARAMETERS)?;
    let name = vm.names.__round__;
    let Some(method) = vm.lookup_special(number, name)? else {
        let ty = vm.type_name(number);
        return Err(vm.type_error(format!("type {ty} doesn't define __round__ method")));
    };
    if digits.or_none().is_none() { vm.call_values(method, &[]) } else { vm.call_values(method, &[digits]) }
}

fn sum(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["", "start"], positional_only: 1, max_positional: 2, required: 1 };
    let [iterable, start] = args.bind(vm, "sum", &PARAMETERS)?;
    let is_sequence = iterable.is_exact(vm.types.list) || iterable.is_exact(vm.types.tuple);
    let iterator = if is_sequence { None } else { Some(vm.iter(iterable)?) };
    let mut total = if start.is_null() { Value::small_int(0) } else { start };
    let ty = vm.type_of(total);
    let refused = if ty.is_subtype(vm.types.str) {
        Some("strings [use ''.join(seq) instead]")
    } else if ty.is_subtype(vm.types.bytes) {
        Some("bytes [use b''.join(seq) instead]")
    } else if ty.is_subtype(vm.types.bytearray) {
        Some("bytearray [use b''.join(seq) instead]")
    } else {
        None
    };
    if let Some(what) = refused {
        return Err(vm.type_error(format!("sum() can't sum {what}")));
    }
    let add = |vm: &mut Vm, item| {
        let quick = if Value::both_small_int(total, item) {
            Value::small_add(total, item)
        } else {
            // A float plus an integer that a float holds exactly is what `float.__add__` computes.
            match (total.as_inline_float(), item.as_inline_float()) {
                (Some(a), Some(b)) => Value::try_float(a + b),
                _ => None,
            }
        };
        total = match quick {
            Some(total) => total,
            None => vm.binary_op(BinaryOp::Add, total, item)?,
        };
        Ok(())
    };
    match iterator {
        Some(iterator) => vm.for_rest(iterator, add)?,
        None => vm.for_each(iterable, add)?,
    }
    Ok(total)
}

// ---- iteration ----

fn iter(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "iter", 1, 2)?;
    match *values {
        [iterable] => vm.iter(iterable),
        _ => {
            if !vm.is_callable(values[0]) {
                return Err(vm.type_error("iter(v, w): v must be callable"));
            }
            iterators::new_callable_iterator(vm, values[0], values[1])
        }
    }
}

fn next(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "next", 1, 2)?;
    let iterator = values[0];
    if !vm.is_iterator(iterator) {
        let ty = vm.type_name(iterator);
        return Err(vm.type_error(format!("'{ty}' object is not an iterator")));
    }
    let item = vm.next_or_stop(iterator);
    match (item, values.get(1)) {
        (Ok(item), _) if !item.is_null() => Ok(item),
        (Ok(_), Some(&default)) => Ok(default),
        (Ok(_), None) => {
            let ty = vm.exc.StopIteration;
            Err(vm.raise_with(ty, &[]))
        }
        (Err(raise), Some(&default)) if vm.is_raised(raise, vm.exc.StopIteration) => Ok(default),
        (Err(raise), _) => Err(raise),
    }
}

fn aiter(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly::<1>(vm, "aiter")?;
    let ty = vm.type_of(iterable);
    let Some(aiter) = ty.slots().aiter else {
        return Err(vm.type_error(format!("'{}' object is not an async iterable", ty.display_name())));
    };
    let iterator = aiter(vm, iterable)?;
    let ty = vm.type_of(iterator);
    if ty.slots().anext.is_none() {
        let name = ty.display_name();
        return Err(vm.type_error(format!("aiter() returned not an async iterator of type '{name}'")));
    }
    Ok(iterator)
}

fn anext(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "anext", 1, 2)?;
    let ty = vm.type_of(values[0]);
    let Some(anext) = ty.slots().anext else {
        return Err(vm.type_error(format!("'{}' object is not an async iterator", ty.display_name())));
    };
    let awaitable = anext(vm, values[0])?;
    Ok(match values.get(1) {
        Some(default) => crate::objects::async_generator::anext_with_default(vm, awaitable, *default),
        None => awaitable,
    })
}

fn all(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly::<1>(vm, "all")?;
    let iterator = vm.iter(iterable)?;
    while let Some(item) = vm.next(iterator)? {
        if !vm.is_true(item)? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn any(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [iterable] = args.exactly::<1>(vm, "any")?;
    let iterator = vm.iter(iterable)?;
    while let Some(item) = vm.next(iterator)? {
        if vm.is_true(item)? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn sorted(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let &[iterable] = args.positionals() else {
        let got = args.len();
        return Err(vm.type_error(format!("sorted expected 1 argument, got {got}")));
    };
    let list = list_from(vm, iterable)?;
    // The options are those of the method, which also complains about others.
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["key", "reverse"], positional_only: 0, max_positional: 0, required: 0 };
    let [key, reverse] = args.skip_first().bind(vm, "sort", &PARAMETERS)?;
    let reverse = if reverse.is_null() { false } else { vm.index_i64(reverse)? != 0 };
    // CPython calls the list's method.
    vm.recursive(CALLING, |vm| list_sort::sort(vm, list, key, reverse))?;
    Ok(list.into())
}

/// `min` and `max`.
fn extreme(vm: &mut Vm, args: Args<'_>, name: &'static str, op: CompareOp) -> PyResult {
    let given = args.positionals();
    if given.is_empty() {
        return Err(vm.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (Value::NULL, Value::NULL);
    if args.keyword_count() > 2 {
        let count = args.keyword_count();
        return Err(vm.type_error(format!("{name}() takes at most 2 keyword arguments ({count} given)")));
    }
    for (keyword, value) in args.keywords() {
        match keyword.as_ascii() {
            Some("key") => key = value,
            Some("default") => default = value,
            _ => {
                let keyword = keyword.to_string_lossy().into_owned();
                return Err(vm.type_error(format!("'{keyword}' is an invalid keyword argument for {name}()")));
            }
        }
    }
    let iterable = match *given {
        [iterable] => iterable,
        _ => {
            if !default.is_null() {
                return Err(
                    vm.type_error(format!("Cannot specify a default for {name}() with multiple positional arguments"))
                );
            }
            vm.new_tuple(given).into()
        }
    };
    let keyed = !key.is_null() && !key.is_none();
    let iterator = vm.iter(iterable)?;
    let (mut best, mut best_key) = (Value::NULL, Value::NULL);
    while let Some(item) = vm.next(iterator)? {
        let item_key = if keyed { vm.call_values(key, &[item])? } else { item };
        if best.is_null() || vm.compare_bool(item_key, best_key, op)? {
            (best, best_key) = (item, item_key);
        }
    }
    if !best.is_null() {
        Ok(best)
    } else if !default.is_null() {
        Ok(default)
    } else {
        Err(vm.value_error(format!("{name}() arg is an empty sequence")))
    }
}
