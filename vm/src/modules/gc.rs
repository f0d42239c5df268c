//! The module `gc`. Collections happen at safe points of the interpreter, so `collect` only asks for one.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

const FUNCTIONS: &[MethodSpec] = &[
    method("enable", |vm, _, _| enable(vm, true), NoArgs),
    method("disable", |vm, _, _| enable(vm, false), NoArgs),
    method("isenabled", |vm, _, _| Ok(Value::bool(vm.gc_enabled)), NoArgs),
    method("collect", collect, FastKeywords),
    method("get_count", get_count, NoArgs),
    method("get_threshold", get_threshold, NoArgs),
    method("set_threshold", |_, _, _| Ok(Value::NONE), Varargs),
    method("get_debug", |_, _, _| Ok(Value::small_int(0)), NoArgs),
    method("set_debug", |_, _, _| Ok(Value::NONE), O),
    method("freeze", |_, _, _| Ok(Value::NONE), NoArgs),
    method("unfreeze", |_, _, _| Ok(Value::NONE), NoArgs),
    method("get_freeze_count", |_, _, _| Ok(Value::small_int(0)), NoArgs),
    method("is_tracked", |_, _, args| Ok(Value::bool(args.get(0).is_some_and(Value::is_heap))), O),
    method("is_finalized", |_, _, _| Ok(Value::FALSE), O),
    method("get_objects", |vm, _, _| Ok(vm.new_list(&[]).into()), Fast),
];

/// `gc`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "gc",
    doc: Some("Access to the garbage collector."),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        let dict = module.dict();
        for name in ["garbage", "callbacks"] {
            let (name, list) = (vm.intern(name), vm.new_list(&[]));
            dict.set_str(vm, name, list.into());
        }
        let flags = [
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", 32),
            ("DEBUG_LEAK", 38),
        ];
        for (name, flag) in flags {
            let name = vm.intern(name);
            dict.set_str(vm, name, Value::small_int(flag));
        }
        Ok(())
    }),
};

/// What is said here is remembered and told; memory is reclaimed all the same, as no program can tell.
fn enable(vm: &mut Vm, on: bool) -> PyResult {
    vm.gc_enabled = on;
    Ok(Value::NONE)
}

/// Collects before the next instruction that may; how many objects that frees is not known yet.
fn collect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["generation"], positional_only: 0, max_positional: 1, required: 0 };
    let [generation] = args.bind(vm, "collect", &PARAMETERS)?;
    let generation = if generation.is_null() { 2 } else { vm.index_c(generation, "int")? };
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    vm.heap.want_collection();
    Ok(Value::small_int(0))
}

fn get_count(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.new_tuple(&[Value::small_int(0); 3]).into())
}

fn get_threshold(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    Ok(vm.new_tuple(&[700, 10, 10].map(Value::small_int)).into())
}
