//! The type `traceback`.

use std::cell::Cell;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::{Field, Gc, Header, LayoutKind};
use crate::objects::exception::Traceback;
use crate::objects::frame_object::FrameObject;
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, getset, getter, member, method};
use crate::value::Value;

fn new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
        positional_only: 0,
        max_positional: 4,
        required: 4,
    };
    let [next, frame, last, line] = args.bind(vm, "TracebackType", &PARAMETERS)?;
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let given = vm.type_name(next);
        return Err(vm.type_error(format!("expected traceback object or None, got '{given}'")));
    }
    let Some(frame) = frame.cast::<FrameObject>() else {
        let given = vm.type_name(frame);
        return Err(vm.type_error(format!("TracebackType() argument 'tb_frame' must be frame, not {given}")));
    };
    let (last, line) = (vm.index_i64(last)?, vm.index_i64(line)?);
    let entry = Traceback {
        header: Header::new(vm.types.traceback),
        next: Field::new(if next.is_none() { Value::NULL } else { next }),
        frame,
        lasti: last as i32,
        line: Cell::new(Some(line as i32)),
    };
    Ok(vm.heap.allocate(entry).into())
}

fn get_next(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |t| t.next.get().or_none()))
}

fn set_next(vm: &mut Vm, value: Value, next: Value) -> PyResult<()> {
    let Some(entry) = value.cast::<Traceback>() else { return Ok(()) };
    if next.is_null() {
        return Err(vm.type_error("can't delete tb_next attribute"));
    }
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let given = vm.type_name(next);
        return Err(vm.type_error(format!("expected traceback object, got '{given}'")));
    }
    let mut link = next.cast::<Traceback>();
    while let Some(later) = link {
        if later == entry {
            return Err(vm.value_error("traceback loop detected"));
        }
        link = later.next.get().cast::<Traceback>();
    }
    entry.next.set(if next.is_none() { Value::NULL } else { next });
    Ok(())
}

fn get_line(vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |t| t.line().map_or(Value::NONE, |line| vm.int(i64::from(line)))))
}

fn get_last_instruction(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |t| Value::small_int(i64::from(t.lasti))))
}

fn get_frame(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |entry| entry.frame.into()))
}

fn dir(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|name| Value::from_gc(vm.intern(name)));
    Ok(vm.new_list(&names).into())
}

/// `traceback`.
pub static TRACEBACK_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[method("__dir__", dir, Convention::NoArgs)],
    getset: &[
        getset("tb_next", get_next, set_next),
        getter("tb_lineno", get_line),
        member("tb_frame", get_frame),
        member("tb_lasti", get_last_instruction),
    ],
    ..TypeSpec::new("traceback", LayoutKind::Traceback)
};
