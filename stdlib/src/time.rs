//! `time`: clocks and sleeping.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use quicken_vm::object::Gc;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::string::Str;
use quicken_vm::spec::{Convention, MethodSpec, ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::clock;

/// `time`.
pub static TIME: ModuleSpec = ModuleSpec {
    name: "time",
    doc: Some("This module provides various functions to manipulate time values."),
    functions: FUNCTIONS,
    init: Some(init),
};

#[cfg(unix)]
fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let name = vm.intern("time");
    vm.add_functions(module.dict(), name, crate::civil::FUNCTIONS);
    let tuple = vm.types.tuple;
    let ty = vm.native_type(&crate::civil::STRUCT_TIME, tuple);
    crate::set_attribute(vm, module, "struct_time", ty.into());
    let (names, offsets, saving) = crate::civil::zone_data();
    let names = names.map(|name| Value::from(vm.new_str(&name)));
    let names = vm.new_tuple(&names);
    crate::set_attribute(vm, module, "tzname", names.into());
    let numbers = [
        ("timezone", offsets[0]),
        ("altzone", offsets[1]),
        ("daylight", i64::from(saving)),
        ("CLOCK_REALTIME", 0),
        ("CLOCK_MONOTONIC", 1),
        // For `_strptime`.
        ("_STRUCT_TM_ITEMS", 11),
    ];
    for (name, number) in numbers {
        crate::set_attribute(vm, module, name, Value::small_int(number));
    }
    Ok(())
}

/// Elsewhere there are only the clocks.
#[cfg(not(unix))]
fn init(_vm: &mut Vm, _module: Gc<Module>) -> PyResult<()> {
    Ok(())
}

/// What is known of a clock (`time.get_clock_info`).
fn get_clock_info(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [name] = args.exactly(vm, "get_clock_info")?;
    let name = name.cast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (implementation, monotonic) = match name.as_str() {
        "time" => ("clock_gettime(CLOCK_REALTIME)", false),
        "monotonic" | "perf_counter" => ("clock_gettime(CLOCK_MONOTONIC)", true),
        "process_time" => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true),
        "thread_time" => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let (implementation, resolution) = (vm.new_str(implementation), vm.float(1e-9));
    let attributes = [
        ("implementation", implementation.into()),
        ("monotonic", Value::bool(monotonic)),
        ("adjustable", Value::bool(!monotonic)),
        ("resolution", resolution),
    ];
    quicken_vm::objects::namespace::new_namespace(vm, &attributes)
}

/// Nanoseconds of a clock that never goes back; its origin is the first time it was asked.
fn monotonic_nanoseconds() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    // Not zero at the start: programs divide by differences from a zero of their own.
    let start = START.get_or_init(Instant::now);
    start.elapsed().as_nanos() as u64 + 1_000_000_000
}

fn system_nanoseconds() -> i128 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

macro_rules! clocks {
    ($($seconds:ident, $nanoseconds:ident, $name:literal => $read:expr;)*) => {
        $(
            fn $seconds(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
                args.exactly::<0>(vm, $name)?;
                let nanoseconds = i128::from($read);
                // Whole seconds first: they are exact.
                let seconds = nanoseconds.div_euclid(1_000_000_000) as f64;
                let rest = nanoseconds.rem_euclid(1_000_000_000) as f64;
                Ok(vm.float(seconds + rest * 1e-9))
            }

            fn $nanoseconds(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
                args.exactly::<0>(vm, concat!($name, "_ns"))?;
                Ok(vm.int_from_i128(i128::from($read)))
            }
        )*
    };
}

clocks! {
    time, time_ns, "time" => system_nanoseconds();
    monotonic, monotonic_ns, "monotonic" => monotonic_nanoseconds();
    perf_counter, perf_counter_ns, "perf_counter" => monotonic_nanoseconds();
    process_time, process_time_ns, "process_time" => clock::process_nanoseconds();
    thread_time, thread_time_ns, "thread_time" => clock::thread_nanoseconds();
}

fn sleep(vm: &mut Vm, _: Value, args: Args<'_>) -> PyResult {
    let [length] = args.exactly(vm, "sleep")?;
    let seconds = match length.as_float() {
        Some(seconds) => seconds,
        None => {
            let view = vm.index_view(length)?;
            vm.view_to_f64(view)?
        }
    };
    if seconds.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    match Duration::try_from_secs_f64(seconds) {
        // The limit of CPython's 64 bits of nanoseconds.
        Ok(length) if length.as_secs() < i64::MAX as u64 / 1_000_000_000 => vm.sleep(length)?,
        _ => return Err(vm.overflow_error("timestamp too large to convert to C _PyTime_t")),
    }
    Ok(Value::NONE)
}

const FUNCTIONS: &[MethodSpec] = &[
    method("time", time, Convention::NoArgs),
    method("time_ns", time_ns, Convention::NoArgs),
    method("monotonic", monotonic, Convention::NoArgs),
    method("monotonic_ns", monotonic_ns, Convention::NoArgs),
    method("perf_counter", perf_counter, Convention::NoArgs),
    method("perf_counter_ns", perf_counter_ns, Convention::NoArgs),
    method("process_time", process_time, Convention::NoArgs),
    method("process_time_ns", process_time_ns, Convention::NoArgs),
    method("thread_time", thread_time, Convention::NoArgs),
    method("thread_time_ns", thread_time_ns, Convention::NoArgs),
    method("sleep", sleep, Convention::O),
    method("get_clock_info", get_clock_info, Convention::O),
];
