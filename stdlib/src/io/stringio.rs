//! `StringIO`: a text file in memory.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::base::{derived, limit};
use super::newlines::{Newline, Seen, incoming};

/// The code points, the position among them and what ends of lines mean.
struct Memory {
    text: Vec<u32>,
    position: usize,
    newline: Newline,
    seen: Seen,
    closed: bool,
}

impl OpaqueData for Memory {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static STRING_IO: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        iternext: Some(|vm, own| {
            let line = vm.call_method(own, "readline", &[])?;
            Ok(if vm.is_true(line)? { line } else { Value::NULL })
        }),
        ..Slots::NONE
    },
    methods: METHODS,
    getset: &[
        getter("closed", |vm, own| Ok(Value::bool(with(vm, own, |memory| memory.closed)?))),
        getter("newlines", |vm, own| {
            open(vm, own)?;
            let seen = with(vm, own, |memory| memory.seen)?;
            Ok(seen.value(vm))
        }),
        getter("line_buffering", |vm, own| open(vm, own).map(|()| Value::FALSE)),
        dict_getset(),
    ],
    doc: Some("Text I/O implementation using an in-memory buffer."),
    ..TypeSpec::new("StringIO", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("read", read, Fast),
    method("readline", readline, Fast),
    method("write", write, O),
    method("seek", seek, Fast),
    method(
        "tell",
        |vm, own, _| {
            open(vm, own)?;
            Ok(Value::small_int(with(vm, own, |memory| memory.position)? as i64))
        },
        NoArgs,
    ),
    method("truncate", truncate, Fast),
    method("getvalue", getvalue, NoArgs),
    method("close", close, NoArgs),
    method("seekable", |vm, own, _| open(vm, own).map(|()| Value::TRUE), NoArgs),
    method("readable", |vm, own, _| open(vm, own).map(|()| Value::TRUE), NoArgs),
    method("writable", |vm, own, _| open(vm, own).map(|()| Value::TRUE), NoArgs),
];

/// The type `StringIO`.
pub(super) fn string_type(vm: &mut Vm) -> Gc<Type> {
    let base = derived(vm, &super::base::TEXT_IO_BASE);
    vm.native_type(&STRING_IO, base)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Memory) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a StringIO was expected")),
    }
}

fn open(vm: &mut Vm, own: Value) -> PyResult<()> {
    if with(vm, own, |memory| memory.closed)? {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(())
}

fn empty(newline: Newline) -> Memory {
    Memory { text: Vec::new(), position: 0, newline, seen: Seen::default(), closed: false }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let memory = empty(Newline::Only("\n"));
    Ok(vm.new_opaque(ty, memory))
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["initial_value", "newline"], positional_only: 0, max_positional: 2, required: 0 };
    let [initial, newline] = args.bind(vm, "StringIO", &PARAMETERS)?;
    let newline = if newline.is_null() { Newline::Only("\n") } else { Newline::parse(vm, newline, true)? };
    with(vm, own, |memory| *memory = empty(newline))?;
    if !initial.or_none().is_none() {
        let Some(text) = initial.cast::<Str>() else {
            let given = vm.type_name(initial);
            return Err(vm.type_error(format!("initial_value must be str or None, not {given}")));
        };
        store(vm, own, text)?;
        with(vm, own, |memory| memory.position = 0)?;
    }
    Ok(())
}

/// Writes a text at the position.
fn store(vm: &mut Vm, own: Value, text: Gc<Str>) -> PyResult<()> {
    let (newline, mut seen) = with(vm, own, |memory| (memory.newline, memory.seen))?;
    let text = match newline {
        Newline::Translated => incoming(vm, text, true, &mut seen),
        Newline::Universal => incoming(vm, text, false, &mut seen),
        Newline::Only(_) => newline.outgoing(vm, text),
    };
    let points: Vec<u32> = text.code_points().collect();
    with(vm, own, |memory| {
        memory.seen = seen;
        if memory.position > memory.text.len() {
            memory.text.resize(memory.position, 0);
        }
        let end = (memory.position + points.len()).min(memory.text.len());
        memory.position += points.len();
        let start = memory.position - points.len();
        memory.text.splice(start..end, points);
    })
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    open(vm, own)?;
    let most = limit(vm, values.first().copied())?.unwrap_or(usize::MAX);
    let part = with(vm, own, |memory| {
        let rest = memory.text.get(memory.position..).unwrap_or(&[]);
        let part = rest[..most.min(rest.len())].to_vec();
        memory.position += part.len();
        part
    })?;
    Ok(vm.str_from_code_points(&part).into())
}

fn readline(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "readline", 0, 1)?;
    open(vm, own)?;
    let most = limit(vm, values.first().copied())?.unwrap_or(usize::MAX);
    let line = with(vm, own, |memory| {
        let rest = memory.text.get(memory.position..).unwrap_or(&[]);
        let rest = &rest[..most.min(rest.len())];
        let at = |point: u8| rest.iter().position(|found| *found == u32::from(point));
        let end = match memory.newline {
            Newline::Translated | Newline::Only("\n") => at(b'\n').map(|at| at + 1),
            Newline::Only("\r") => at(b'\r').map(|at| at + 1),
            Newline::Only(_) => rest.windows(2).position(|pair| pair == [13, 10]).map(|at| at + 2),
            Newline::Universal => match (at(b'\n'), at(b'\r')) {
                (Some(feed), Some(carriage)) if carriage < feed => {
                    Some(if carriage + 1 == feed { feed + 1 } else { carriage + 1 })
                }
                (None, Some(carriage)) => Some(carriage + 1),
                (feed, _) => feed.map(|feed| feed + 1),
            },
        };
        let line = rest[..end.unwrap_or(rest.len())].to_vec();
        memory.position += line.len();
        line
    })?;
    Ok(vm.str_from_code_points(&line).into())
}

fn write(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [text] = args.exactly(vm, "write")?;
    let Some(text) = text.cast::<Str>() else {
        let given = vm.type_name(text);
        return Err(vm.type_error(format!("string argument expected, got '{given}'")));
    };
    open(vm, own)?;
    if !text.is_empty() {
        store(vm, own, text)?;
    }
    Ok(Value::small_int(text.len() as i64))
}

fn seek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "seek", 1, 2)?;
    open(vm, own)?;
    let offset = vm.index_position(values[0])?;
    let how = match values.get(1) {
        Some(how) => vm.index_c(*how, "int")?,
        None => 0,
    };
    if !(0..=2).contains(&how) {
        return Err(vm.value_error(format!("Invalid whence ({how}, should be 0, 1 or 2)")));
    }
    if how == 0 && offset < 0 {
        return Err(vm.value_error(format!("Negative seek position {offset}")));
    }
    if how != 0 && offset != 0 {
        let ty = vm.exc.OSError;
        return Err(vm.raise(ty, "Can't do nonzero cur-relative seeks"));
    }
    let position = with(vm, own, |memory| {
        memory.position = match how {
            0 => offset as usize,
            1 => memory.position,
            _ => memory.text.len(),
        };
        memory.position
    })?;
    Ok(Value::small_int(position as i64))
}

fn truncate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "truncate", 0, 1)?;
    open(vm, own)?;
    let size = match values.first() {
        Some(size) if !size.is_none() => vm.index_position(*size)?,
        _ => with(vm, own, |memory| memory.position)? as i64,
    };
    let Ok(length) = usize::try_from(size) else { return Err(vm.value_error(format!("Negative size value {size}"))) };
    with(vm, own, |memory| memory.text.truncate(length))?;
    Ok(Value::small_int(size))
}

fn getvalue(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    open(vm, own)?;
    let text = with(vm, own, |memory| memory.text.clone())?;
    Ok(vm.str_from_code_points(&text).into())
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    with(vm, own, |memory| {
        memory.closed = true;
        memory.text = Vec::new();
    })?;
    Ok(Value::NONE)
}
