//! Calendar time for `time`: the C library's conversions, which know the zone.

#![expect(unsafe_code, reason = "asks the C library")]

use quicken_vm::objects::instance::set_own;
use quicken_vm::objects::string::Str;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{MethodSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm, struct_sequence};

struct_sequence! {
    /// `time.struct_time`
    pub STRUCT_TIME = "time" "struct_time" [
        0 tm_year, 1 tm_mon, 2 tm_mday, 3 tm_hour, 4 tm_min, 5 tm_sec, 6 tm_wday, 7 tm_yday, 8 tm_isdst,
    ] + [tm_zone, tm_gmtoff]
}

/// The functions, for the module `time`.
pub const FUNCTIONS: &[MethodSpec] = &[
    method("localtime", localtime, Fast),
    method("gmtime", gmtime, Fast),
    method("mktime", mktime, O),
    method("strftime", strftime, Fast),
    method("strptime", strptime, Fast),
    method("asctime", asctime, Fast),
    method("ctime", ctime, Fast),
    method(
        "tzset",
        |_, _, _| {
            zone();
            Ok(Value::NONE)
        },
        NoArgs,
    ),
];

/// A point of time without anything.
fn blank() -> libc::tm {
    // SAFETY: a structure of numbers and a pointer that may be null.
    unsafe { std::mem::zeroed() }
}

fn zone() {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: reads the environment, which this process does not change.
    unsafe { tzset() };
}

fn convert(seconds: i64, local: bool) -> Option<libc::tm> {
    let (time, mut tm) = (seconds as libc::time_t, blank());
    // SAFETY: both point to structures of this function.
    let done = unsafe { if local { libc::localtime_r(&time, &mut tm) } else { libc::gmtime_r(&time, &mut tm) } };
    (!done.is_null()).then_some(tm)
}

fn zone_name(tm: &libc::tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library's own string, which it keeps.
    unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }.to_string_lossy().into_owned()
}

/// The zone of the machine: its names, seconds west of Greenwich without and with daylight saving time, and whether there is one.
pub fn zone_data() -> ([String; 2], [i64; 2], bool) {
    zone();
    let year = 365 * 86_400;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64);
    let start = now / year * year;
    let (Some(winter), Some(summer)) = (convert(start, true), convert(start + year / 2, true)) else {
        return ([String::from("UTC"), String::from("UTC")], [0, 0], false);
    };
    // South of the equator it is the other way round.
    let (standard, saving) = if winter.tm_gmtoff <= summer.tm_gmtoff { (winter, summer) } else { (summer, winter) };
    let names = [zone_name(&standard), zone_name(&saving)];
    let offsets = [-standard.tm_gmtoff, -saving.tm_gmtoff];
    (names, offsets, standard.tm_gmtoff != saving.tm_gmtoff)
}

fn structure(vm: &mut Vm, tm: &libc::tm) -> PyResult {
    let numbers = [
        tm.tm_mon + 1,
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        // Python's week begins on Monday.
        (tm.tm_wday + 6) % 7,
        tm.tm_yday + 1,
        tm.tm_isdst,
    ];
    let year = i64::from(tm.tm_year) + 1900;
    let rest = numbers.into_iter().map(i64::from);
    let items: Vec<Value> = std::iter::once(year).chain(rest).map(Value::small_int).collect();
    let tuple = vm.types.tuple;
    let ty = vm.native_type(&STRUCT_TIME, tuple);
    let result = Value::from(vm.new_tuple_of(ty, &items));
    let (name, zone, offset) = (vm.intern("tm_zone"), vm.new_str(&zone_name(tm)), vm.intern("tm_gmtoff"));
    set_own(vm, result, name, zone.into())?;
    set_own(vm, result, offset, Value::small_int(tm.tm_gmtoff))?;
    Ok(result)
}

fn seconds(vm: &mut Vm, args: Args<'_>, function: &str) -> PyResult<i64> {
    let values = args.between(vm, function, 0, 1)?;
    match values.first() {
        Some(value) if !value.is_none() => match value.as_float() {
            Some(seconds) if seconds.is_nan() => Err(vm.value_error("Invalid value NaN (not a number)")),
            Some(seconds) if seconds.abs() < 9e18 => Ok(seconds.floor() as i64),
            Some(_) => Err(vm.overflow_error("timestamp out of range for platform time_t")),
            None => vm.index_i64(*value),
        },
        _ => {
            Ok(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_secs() as i64))
        }
    }
}

fn broken_down(vm: &mut Vm, args: Args<'_>, function: &str, local: bool) -> PyResult<libc::tm> {
    let seconds = seconds(vm, args, function)?;
    match convert(seconds, local) {
        Some(tm) => Ok(tm),
        None => Err(vm.os_error(libc::EOVERFLOW, "Value too large for defined data type", None)),
    }
}

fn localtime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let tm = broken_down(vm, args, "localtime", true)?;
    structure(vm, &tm)
}

fn gmtime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let tm = broken_down(vm, args, "gmtime", false)?;
    structure(vm, &tm)
}

/// The structure that a tuple of nine numbers stands for.
fn parse(vm: &mut Vm, value: Value) -> PyResult<libc::tm> {
    let Some(tuple) = value.cast::<quicken_vm::objects::tuple::Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    if tuple.len() < 9 {
        return Err(vm.type_error("function takes exactly 9 arguments"));
    }
    let mut numbers = [0i32; 9];
    for (number, item) in numbers.iter_mut().zip(tuple.items()) {
        *number = vm.index_c(*item, "int")? as i32;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, daylight] = numbers;
    let mut tm = blank();
    let Some(year) = year.checked_sub(1900) else { return Err(vm.overflow_error("year out of range")) };
    (tm.tm_year, tm.tm_mon, tm.tm_mday) = (year, month.wrapping_sub(1), day);
    (tm.tm_hour, tm.tm_min, tm.tm_sec) = (hour, minute, second);
    (tm.tm_wday, tm.tm_yday, tm.tm_isdst) = (weekday.wrapping_add(1).rem_euclid(7), yearday.wrapping_sub(1), daylight);
    Ok(tm)
}

/// The same, with what cannot be shown refused; zeros are taken for the first month and day.
fn checked(vm: &mut Vm, value: Value) -> PyResult<libc::tm> {
    let mut tm = parse(vm, value)?;
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let problem = [
        (!(0..=11).contains(&tm.tm_mon), "month out of range"),
        (!(0..=31).contains(&tm.tm_mday), "day of month out of range"),
        (!(0..=23).contains(&tm.tm_hour), "hour out of range"),
        (!(0..=59).contains(&tm.tm_min), "minute out of range"),
        (!(0..=61).contains(&tm.tm_sec), "seconds out of range"),
        (!(0..=365).contains(&tm.tm_yday), "day of year out of range"),
    ];
    match problem.iter().find(|(wrong, _)| *wrong) {
        Some((_, message)) => Err(vm.value_error(*message)),
        None => Ok(tm),
    }
}

fn mktime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "mktime")?;
    let mut tm = parse(vm, value)?;
    tm.tm_wday = -1;
    // SAFETY: a structure of this function.
    let time = unsafe { libc::mktime(&mut tm) };
    if time == -1 && tm.tm_wday == -1 {
        return Err(vm.overflow_error("mktime argument out of range"));
    }
    Ok(vm.float(time as f64))
}

fn now_or(vm: &mut Vm, value: Option<&Value>) -> PyResult<libc::tm> {
    match value {
        Some(value) => checked(vm, *value),
        None => broken_down(vm, Args::EMPTY, "localtime", true),
    }
}

fn strftime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "strftime", 1, 2)?;
    let Some(format) = values[0].cast::<Str>() else {
        let given = vm.type_name(values[0]);
        return Err(vm.type_error(format!("strftime() argument 1 must be str, not {given}")));
    };
    let tm = now_or(vm, values.get(1))?;
    let Ok(format) = std::ffi::CString::new(format.to_string_lossy().as_bytes()) else {
        return Err(vm.value_error("embedded null character"));
    };
    if format.is_empty() {
        return Ok(vm.empty_str().into());
    }
    let mut size = 256;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer has `size` bytes, and the format ends with a zero.
        let count = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), &tm) };
        // Zero stands for a buffer that is too small, and for an empty result.
        if count > 0 || size >= 256 * (format.as_bytes().len() + 1) {
            buffer.truncate(count);
            return Ok(vm.new_str(&String::from_utf8_lossy(&buffer)).into());
        }
        size *= 4;
    }
}

/// The library's own `_strptime` reads times.
fn strptime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let module = vm.import_absolute("_strptime")?;
    vm.call_method(module, "_strptime_time", args.positionals())
}

fn ascii(vm: &mut Vm, tm: &libc::tm) -> Value {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, month) = (DAYS[tm.tm_wday.rem_euclid(7) as usize], MONTHS[tm.tm_mon.rem_euclid(12) as usize]);
    let text = format!(
        "{day} {month} {:>2} {:02}:{:02}:{:02} {}",
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    );
    vm.new_str(&text).into()
}

fn asctime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "asctime", 0, 1)?;
    let tm = now_or(vm, values.first())?;
    Ok(ascii(vm, &tm))
}

fn ctime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let tm = broken_down(vm, args, "ctime", true)?;
    Ok(ascii(vm, &tm))
}
