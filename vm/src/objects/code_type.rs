//! The type `code`.

use std::sync::Arc;

use quicken_bytecode::location::Position;
use quicken_bytecode::verify::verify_execution;
use quicken_bytecode::{CodeFlags, CodeObject, CodeUnit, Constant, LocalKind, PyString};

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::{Gc, LayoutKind};
use crate::objects::array::Array;
use crate::objects::bytes::Bytes;
use crate::objects::code::Code;
use crate::objects::complex::Complex;
use crate::objects::int;
use crate::objects::receiver;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::{CompareOp, Slots};
use crate::spec::Convention::{NoArgs, VarargsKeywords};
use crate::spec::{TypeSpec, getter, member, method};
use crate::value::Value;

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let text = format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        code.name.to_string_lossy(),
        code.address(),
        code.filename.to_string_lossy(),
        code.object.firstlineno
    );
    Ok(vm.new_str(&text).into())
}

/// What makes two code objects equal: everything but the file, the qualified name and what was specialized.
fn equal(a: &CodeObject, b: &CodeObject) -> bool {
    a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(|(a, b)| match (a, b) {
            (Constant::Code(a), Constant::Code(b)) => equal(a, b),
            _ => a == b,
        })
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
}

fn compare(_vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.cast::<Code>(), b.cast::<Code>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let equal = || Arc::ptr_eq(&x.object, &y.object) || equal(&x.object, &y.object);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal()),
        CompareOp::Ne => Value::bool(!equal()),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let code = receiver::<Code>(vm, own)?;
    let object = &code.object;
    let parts =
        [object.argcount, object.posonlyargcount, object.kwonlyargcount, object.flags.bits(), code.len() as u32];
    let hash = parts
        .iter()
        .fold(code.name.hash_value(), |hash, part| hash.wrapping_mul(1_000_003).wrapping_add(i64::from(*part)));
    Ok(if hash == -1 { -2 } else { hash })
}

// ---- attributes ----

fn with_object(vm: &mut Vm, own: Value, number: impl FnOnce(&CodeObject) -> i64) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    Ok(vm.int(number(&code.object)))
}

fn tuple_of(vm: &mut Vm, array: Gc<Array>) -> PyResult {
    let mut values = vm.heap.temp_vec();
    values.extend(array.as_cells().iter().map(std::cell::Cell::get));
    Ok(vm.new_tuple(&values).into())
}

/// The names of the slots of a kind.
fn names_of_kind(vm: &mut Vm, own: Value, kind: LocalKind) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let mut names = vm.heap.temp_vec();
    for (index, found) in code.object.localspluskinds.iter().enumerate() {
        if found.intersects(kind) {
            names.push(code.local_name(index).into());
        }
    }
    Ok(vm.new_tuple(&names).into())
}

fn bytes_of_units(vm: &mut Vm, units: impl Iterator<Item = CodeUnit>) -> PyResult {
    let bytes: Vec<u8> = units.flat_map(CodeUnit::to_bytes).collect();
    Ok(vm.new_bytes(&bytes).into())
}

fn get_lnotab(vm: &mut Vm, own: Value) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let mut table = Vec::new();
    let (mut line, mut at) = (code.object.firstlineno, 0);
    for range in code.object.lines() {
        let Some(next) = range.line.filter(|next| *next != line) else { continue };
        let (mut offset, mut lines) = (range.start - at, next.wrapping_sub(line));
        while offset > 255 {
            table.extend([255, 0]);
            offset -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = lines.clamp(-128, 127);
            table.extend([offset as u8, step as i8 as u8]);
            lines -= step;
            offset = 0;
        }
        table.extend([offset as u8, lines as i8 as u8]);
        (line, at) = (next, range.start);
    }
    Ok(vm.new_bytes(&table).into())
}

// ---- methods ----

fn or_none(value: Option<i32>) -> Value {
    value.map_or(Value::NONE, |value| Value::small_int(i64::from(value)))
}

/// An iterator over a list of tuples.
fn iterator_over(vm: &mut Vm, rows: &[Value]) -> PyResult {
    let list = vm.new_list(rows);
    vm.iter(list.into())
}

fn co_positions(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let mut rows = vm.heap.temp_vec();
    for Position { line, end_line, column, end_column } in code.object.positions() {
        let row = vm.new_tuple(&[line, end_line, column, end_column].map(or_none));
        rows.push(row.into());
    }
    iterator_over(vm, &rows)
}

fn co_lines(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let mut rows = vm.heap.temp_vec();
    for range in code.object.lines() {
        let offset = |offset: u32| Value::small_int(i64::from(offset));
        let row = vm.new_tuple(&[offset(range.start), offset(range.end), or_none(range.line)]);
        rows.push(row.into());
    }
    iterator_over(vm, &rows)
}

/// What a program makes a code object of: the parts that the object itself has in another form stand beside it.
struct Parts {
    object: CodeObject,
    code: Box<[u8]>,
    nlocals: u32,
    varnames: Box<[PyString]>,
    cellvars: Box<[PyString]>,
    freevars: Box<[PyString]>,
}

impl Parts {
    /// The code object, if it can run: a program may put together what no compiler would, and is told.
    fn finish(self, vm: &mut Vm) -> PyResult {
        let Parts { mut object, code, nlocals, varnames, cellvars, freevars } = self;
        if object.argcount < object.posonlyargcount {
            return Err(vm.system_error("bad argument to internal function"));
        }
        if !code.len().is_multiple_of(2) {
            return Err(vm.value_error("code: co_code is malformed"));
        }
        let flags = [CodeFlags::VARARGS, CodeFlags::VARKEYWORDS];
        let extra = flags.iter().filter(|flag| object.flags.contains(**flag)).count() as u64;
        if u64::from(object.argcount) + u64::from(object.kwonlyargcount) + extra > varnames.len() as u64 {
            return Err(vm.value_error("code: co_varnames is too small"));
        }
        if nlocals as usize != varnames.len() {
            return Err(vm.value_error("code: co_nlocals != len(co_varnames)"));
        }
        object.code = code.chunks_exact(2).map(|pair| CodeUnit::from_bytes([pair[0], pair[1]])).collect();
        // A cell that is a local variable as well has one slot, the local's.
        let mut kinds = vec![LocalKind::LOCAL; varnames.len()];
        let mut names = varnames.into_vec();
        let locals = names.len();
        for name in cellvars {
            match names[..locals].iter().position(|local| *local == name) {
                Some(local) => kinds[local] |= LocalKind::CELL,
                None => {
                    names.push(name);
                    kinds.push(LocalKind::CELL);
                }
            }
        }
        kinds.resize(names.len() + freevars.len(), LocalKind::FREE);
        names.extend(freevars);
        object.localsplusnames = names.into();
        object.localspluskinds = kinds.into();
        if let Err(refusal) = verify_execution(&object) {
            return Err(vm.value_error(format!("code: {refusal}")));
        }
        vm.new_code(&Arc::new(object)).map(Value::from)
    }
}

/// A code object like this one, except for what is named.
fn replace(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    if !args.is_empty() {
        return Err(vm.type_error("replace() takes no positional arguments"));
    }
    let old = &code.object;
    let mut parts = Parts {
        object: (**old).clone(),
        code: old.co_code().into(),
        nlocals: old.nlocals() as u32,
        varnames: old.varnames().cloned().collect(),
        cellvars: old.cellvars().cloned().collect(),
        freevars: old.freevars().cloned().collect(),
    };
    for (name, value) in args.keywords() {
        let name = name.to_string_lossy().into_owned();
        let argument = &Argument::Replaced(&name);
        let object = &mut parts.object;
        match name.as_str() {
            "co_argcount" => object.argcount = count(vm, value, argument)?,
            "co_posonlyargcount" => object.posonlyargcount = count(vm, value, argument)?,
            "co_kwonlyargcount" => object.kwonlyargcount = count(vm, value, argument)?,
            "co_nlocals" => parts.nlocals = count(vm, value, argument)?,
            "co_stacksize" => object.stacksize = count(vm, value, argument)?,
            "co_flags" => object.flags = CodeFlags::from_bits_retain(count(vm, value, argument)?),
            "co_firstlineno" => object.firstlineno = count(vm, value, argument)? as i32,
            "co_name" => object.name = text(vm, value, argument)?,
            "co_qualname" => object.qualname = text(vm, value, argument)?,
            "co_filename" => object.filename = text(vm, value, argument)?,
            "co_code" => parts.code = bytes(vm, value, argument)?,
            "co_names" => object.names = names(vm, value, argument)?,
            "co_varnames" => parts.varnames = names(vm, value, argument)?,
            "co_cellvars" => parts.cellvars = names(vm, value, argument)?,
            "co_freevars" => parts.freevars = names(vm, value, argument)?,
            "co_consts" => object.consts = constants(vm, value, argument)?,
            "co_linetable" => object.linetable = bytes(vm, value, argument)?,
            "co_exceptiontable" => object.exceptiontable = bytes(vm, value, argument)?,
            _ => return Err(vm.type_error(format!("'{name}' is an invalid keyword argument for replace()"))),
        }
    }
    parts.finish(vm)
}

/// `types.CodeType(…)`
fn new(vm: &mut Vm, _class: Gc<Type>, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "code")?;
    let given = args.positionals();
    let of = |index: usize| (given[index], Argument::Numbered(index + 1));
    if given.len() < 16 {
        return Err(vm.type_error(format!("code expected at least 16 arguments, got {}", given.len())));
    }
    if given.len() > 18 {
        return Err(vm.type_error(format!("code expected at most 18 arguments, got {}", given.len())));
    }
    let mut numbers = [0; 7];
    for (index, place) in [0, 1, 2, 3, 4, 5, 13].into_iter().enumerate() {
        numbers[index] = vm.index_c(given[place], "int")?;
    }
    let [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno] = numbers;
    let texts = |vm: &mut Vm, index: usize| {
        let (value, argument) = of(index);
        text(vm, value, &argument)
    };
    let slices = |vm: &mut Vm, index: usize| {
        let (value, argument) = of(index);
        bytes(vm, value, &argument)
    };
    let tuples = |vm: &mut Vm, index: usize| {
        if index >= given.len() {
            return Ok(Box::default());
        }
        let (value, argument) = of(index);
        names(vm, value, &argument)
    };
    let code = slices(vm, 6)?;
    let (consts, consts_argument) = of(7);
    let consts = constants(vm, consts, &consts_argument)?;
    let (names, varnames) = (tuples(vm, 8)?, tuples(vm, 9)?);
    let (filename, name, qualname) = (texts(vm, 10)?, texts(vm, 11)?, texts(vm, 12)?);
    let (linetable, exceptiontable) = (slices(vm, 14)?, slices(vm, 15)?);
    let (freevars, cellvars) = (tuples(vm, 16)?, tuples(vm, 17)?);
    for (name, number) in [
        ("argcount", argcount),
        ("posonlyargcount", posonlyargcount),
        ("kwonlyargcount", kwonlyargcount),
        ("nlocals", nlocals),
    ] {
        if number < 0 {
            return Err(vm.value_error(format!("code: {name} must not be negative")));
        }
    }
    if stacksize < 0 || flags < 0 {
        return Err(vm.system_error("bad argument to internal function"));
    }
    let object = CodeObject {
        argcount: argcount as u32,
        posonlyargcount: posonlyargcount as u32,
        kwonlyargcount: kwonlyargcount as u32,
        stacksize: stacksize as u32,
        flags: CodeFlags::from_bits_retain(flags as u32),
        code: Box::default(),
        consts,
        names,
        localsplusnames: Box::default(),
        localspluskinds: Box::default(),
        filename,
        name,
        qualname,
        firstlineno: firstlineno as i32,
        linetable,
        exceptiontable,
    };
    Parts { object, code, nlocals: nlocals as u32, varnames, cellvars, freevars }.finish(vm)
}

/// How an error names an argument.
enum Argument<'a> {
    /// Of `replace()`.
    Replaced(&'a str),
    /// Of `code()`.
    Numbered(usize),
}

fn wrong(vm: &mut Vm, argument: &Argument<'_>, wanted: &str, value: Value) -> crate::Raise {
    let given = vm.type_name(value);
    vm.type_error(match argument {
        Argument::Replaced(name) => format!("replace() argument '{name}' must be {wanted}, not {given}"),
        Argument::Numbered(number) => format!("code() argument {number} must be {wanted}, not {given}"),
    })
}

fn count(vm: &mut Vm, value: Value, argument: &Argument<'_>) -> PyResult<u32> {
    let number = vm.index_c(value, "int")?;
    u32::try_from(number).map_err(|_| match argument {
        Argument::Replaced(name) => vm.value_error(format!("{name} must be a positive integer")),
        Argument::Numbered(number) => vm.value_error(format!("code() argument {number} must not be negative")),
    })
}

fn text(vm: &mut Vm, value: Value, argument: &Argument<'_>) -> PyResult<PyString> {
    value.cast::<Str>().map(|text| text.to_py_string()).ok_or_else(|| wrong(vm, argument, "str", value))
}

fn names(vm: &mut Vm, value: Value, argument: &Argument<'_>) -> PyResult<Box<[PyString]>> {
    let Some(tuple) = value.cast::<Tuple>() else { return Err(wrong(vm, argument, "tuple", value)) };
    let name = |item: &Value| match item.cast::<Str>() {
        Some(text) => Ok(text.to_py_string()),
        None => Err(match argument {
            Argument::Replaced(_) => vm.system_error("non-string found in code slot"),
            Argument::Numbered(_) => {
                let given = vm.type_name(*item);
                vm.type_error(format!("name tuples must contain only strings, not '{given}'"))
            }
        }),
    };
    tuple.items().iter().map(name).collect()
}

fn bytes(vm: &mut Vm, value: Value, argument: &Argument<'_>) -> PyResult<Box<[u8]>> {
    value.cast::<Bytes>().map(|bytes| bytes.as_slice().into()).ok_or_else(|| wrong(vm, argument, "bytes", value))
}

fn constants(vm: &mut Vm, value: Value, argument: &Argument<'_>) -> PyResult<Box<[Constant]>> {
    let Some(tuple) = value.cast::<Tuple>() else { return Err(wrong(vm, argument, "tuple", value)) };
    tuple.items().iter().map(|item| constant(vm, *item)).collect()
}

/// The constant with this value.
fn constant(vm: &mut Vm, value: Value) -> PyResult<Constant> {
    vm.check_native_stack(" while copying constants")?;
    Ok(if value.is_none() {
        Constant::None
    } else if let Some(value) = value.as_bool() {
        Constant::bool(value)
    } else if value.is(Value::ELLIPSIS) {
        Constant::Ellipsis
    } else if let Some(number) = int::to_big(value) {
        Constant::int(number)
    } else if let Some(number) = value.as_float() {
        Constant::Float(number)
    } else if let Some(number) = value.cast::<Complex>() {
        Constant::Complex { re: number.value.re, im: number.value.im }
    } else if let Some(text) = value.cast::<Str>() {
        Constant::Str(text.to_py_string())
    } else if let Some(bytes) = value.cast::<Bytes>() {
        Constant::Bytes(bytes.as_slice().into())
    } else if let Some(code) = value.cast::<Code>() {
        Constant::Code(code.object.clone())
    } else if let Some(tuple) = value.cast::<Tuple>() {
        Constant::Tuple(tuple.items().iter().map(|item| constant(vm, *item)).collect::<PyResult<_>>()?)
    } else if value.is_exact(vm.types.frozenset) {
        let mut items = vm.heap.temp_vec();
        vm.collect(value, &mut items)?;
        Constant::FrozenSet(items.iter().map(|item| constant(vm, *item)).collect::<PyResult<_>>()?)
    } else {
        let name = vm.type_name(value);
        return Err(vm.not_implemented_error(format!("a constant of type '{name}' in this version")));
    })
}

fn varname_from_oparg(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let code = receiver::<Code>(vm, own)?;
    let [index] = args.exactly(vm, "_varname_from_oparg")?;
    let index = vm.index_c(index, "int")?;
    match usize::try_from(index).ok().filter(|index| *index < code.local_names.len()) {
        Some(index) => Ok(code.local_name(index).into()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// `code`.
pub static CODE_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(new), repr: Some(repr), compare: Some(compare), hash: Some(hash), ..Slots::NONE },
    methods: &[
        method("co_lines", co_lines, NoArgs),
        method("co_positions", co_positions, NoArgs),
        method("replace", replace, VarargsKeywords),
        method("_varname_from_oparg", varname_from_oparg, crate::spec::Convention::FastKeywords),
    ],
    getset: &[
        member("co_argcount", |vm, own| with_object(vm, own, |code| i64::from(code.argcount))),
        member("co_posonlyargcount", |vm, own| with_object(vm, own, |code| i64::from(code.posonlyargcount))),
        member("co_kwonlyargcount", |vm, own| with_object(vm, own, |code| i64::from(code.kwonlyargcount))),
        member("co_stacksize", |vm, own| with_object(vm, own, |code| i64::from(code.stacksize))),
        member("co_flags", |vm, own| with_object(vm, own, |code| i64::from(code.flags.bits()))),
        member("co_firstlineno", |vm, own| with_object(vm, own, |code| i64::from(code.firstlineno))),
        member("co_nlocals", |vm, own| with_object(vm, own, |code| code.nlocals() as i64)),
        member("co_names", |vm, own| {
            let names = receiver::<Code>(vm, own)?.names;
            tuple_of(vm, names)
        }),
        member("co_consts", |vm, own| {
            let consts = receiver::<Code>(vm, own)?.consts;
            tuple_of(vm, consts)
        }),
        member("co_name", |vm, own| Ok(receiver::<Code>(vm, own)?.name.into())),
        member("co_qualname", |vm, own| Ok(receiver::<Code>(vm, own)?.qualname.into())),
        member("co_filename", |vm, own| Ok(receiver::<Code>(vm, own)?.filename.into())),
        member("co_linetable", |vm, own| {
            let code = receiver::<Code>(vm, own)?;
            Ok(vm.new_bytes(&code.object.linetable).into())
        }),
        member("co_exceptiontable", |vm, own| {
            let code = receiver::<Code>(vm, own)?;
            Ok(vm.new_bytes(&code.object.exceptiontable).into())
        }),
        getter("co_lnotab", get_lnotab),
        getter("_co_code_adaptive", |vm, own| {
            let code = receiver::<Code>(vm, own)?;
            bytes_of_units(vm, code.live_units().into_iter().map(CodeUnit))
        }),
        getter("co_varnames", |vm, own| names_of_kind(vm, own, LocalKind::LOCAL)),
        getter("co_cellvars", |vm, own| names_of_kind(vm, own, LocalKind::CELL)),
        getter("co_freevars", |vm, own| names_of_kind(vm, own, LocalKind::FREE)),
        getter("co_code", |vm, own| {
            let code = receiver::<Code>(vm, own)?;
            bytes_of_units(vm, code.object.code.iter().copied())
        }),
    ],
    ..TypeSpec::new("code", LayoutKind::Code)
};
