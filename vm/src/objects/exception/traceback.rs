//! The type `traceback`.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::LayoutKind;
use crate::objects::exception::Traceback;
use crate::objects::frame_object::FrameView;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, getset, getter, member, method};
use crate::value::Value;

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
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |t| vm.int(i64::from(t.line()))))
}

fn get_last_instruction(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Traceback>().map_or(Value::NONE, |t| Value::small_int(2 * i64::from(t.unit))))
}

fn get_frame(vm: &mut Vm, value: Value) -> PyResult {
    let Some(entry) = value.cast::<Traceback>() else { return Ok(Value::NONE) };
    Ok(vm.new_frame_object(FrameView {
        code: entry.code,
        globals: entry.globals,
        unit: entry.unit as usize,
        locals: Value::NULL,
        level: 0,
        back: Value::NONE,
    }))
}

fn dir(vm: &mut Vm, _value: Value, _args: Args<'_>) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|name| Value::from_gc(vm.intern(name)));
    Ok(vm.new_list(&names).into())
}

/// `traceback`.
pub static TRACEBACK_TYPE: TypeSpec = TypeSpec {
    slots: Slots::NONE,
    methods: &[method("__dir__", dir, Convention::NoArgs)],
    getset: &[
        getset("tb_next", get_next, set_next),
        getter("tb_lineno", get_line),
        member("tb_frame", get_frame),
        member("tb_lasti", get_last_instruction),
    ],
    ..TypeSpec::new("traceback", LayoutKind::Traceback)
};
