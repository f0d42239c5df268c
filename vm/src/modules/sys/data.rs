//! What `sys` tells of the version, the platform and the numbers.

use crate::Vm;
use crate::objects::typeobj::new_native_type;
use crate::spec::TypeSpec;
use crate::struct_sequence;
use crate::value::Value;

/// `sys.hexversion`: 3.11.7, a final release.
pub(super) const HEXVERSION: i64 = 0x030b_07f0;

/// `sys.platform`.
pub(super) const PLATFORM: &str = if cfg!(target_os = "macos") {
    "darwin"
} else if cfg!(target_os = "windows") {
    "win32"
} else {
    "linux"
};

struct_sequence! {
    VERSION_INFO = "sys" "version_info" [0 major, 1 minor, 2 micro, 3 releaselevel, 4 serial]
}
struct_sequence! {
    FLAGS = "sys" "flags" [
        0 debug, 1 inspect, 2 interactive, 3 optimize, 4 dont_write_bytecode, 5 no_user_site, 6 no_site,
        7 ignore_environment, 8 verbose, 9 bytes_warning, 10 quiet, 11 hash_randomization, 12 isolated, 13 dev_mode,
        14 utf8_mode, 15 warn_default_encoding, 16 safe_path, 17 int_max_str_digits,
    ]
}
struct_sequence! {
    FLOAT_INFO = "sys" "float_info" [
        0 max, 1 max_exp, 2 max_10_exp, 3 min, 4 min_exp, 5 min_10_exp, 6 dig, 7 mant_dig, 8 epsilon, 9 radix, 10 rounds,
    ]
}
struct_sequence! {
    INT_INFO = "sys" "int_info" [
        0 bits_per_digit, 1 sizeof_digit, 2 default_max_str_digits, 3 str_digits_check_threshold,
    ]
}
struct_sequence! {
    HASH_INFO = "sys" "hash_info" [
        0 width, 1 modulus, 2 inf, 3 nan, 4 imag, 5 algorithm, 6 hash_bits, 7 seed_bits, 8 cutoff,
    ]
}
struct_sequence! {
    THREAD_INFO = "sys" "thread_info" [0 name, 1 lock, 2 version]
}

fn sequence(vm: &mut Vm, spec: &'static TypeSpec, items: &[Value]) -> Value {
    let base = vm.types.tuple;
    let ty = new_native_type(vm, spec, base);
    vm.new_tuple_of(ty, items).into()
}

fn small(number: i64) -> Value {
    Value::small_int(number)
}

pub(super) fn version_info(vm: &mut Vm) -> Value {
    let level = vm.intern("final");
    sequence(vm, &VERSION_INFO, &[small(3), small(11), small(7), level.into(), small(0)])
}

/// As CPython's with `-B` and `PYTHONHASHSEED=0`, and what the command line says: what the environment could change, it does not
/// change here.
pub(super) fn flags(vm: &mut Vm) -> Value {
    let options = &vm.python_options;
    let digits = options.implementation_option("int_max_str_digits").and_then(|digits| digits.parse().ok());
    let mut items = [0i64; 18].map(small);
    items[3] = small(i64::from(options.optimize));
    items[4] = small(1);
    items[5] = small(i64::from(options.no_user_site || options.isolated));
    items[6] = small(i64::from(options.no_site));
    items[7] = small(i64::from(options.ignore_environment || options.isolated));
    items[8] = small(i64::from(options.verbose));
    items[9] = small(i64::from(options.bytes_warning));
    items[10] = small(i64::from(options.quiet));
    items[12] = small(i64::from(options.isolated));
    items[13] = Value::bool(options.implementation_option("dev").is_some());
    items[14] = small(i64::from(options.implementation_option("utf8").is_some_and(|value| value != "0")));
    items[16] = Value::bool(options.safe_path || options.isolated);
    items[17] = small(digits.unwrap_or(-1));
    sequence(vm, &FLAGS, &items)
}

pub(super) fn float_info(vm: &mut Vm) -> Value {
    let items = [
        vm.float(f64::MAX),
        small(1024),
        small(308),
        vm.float(f64::MIN_POSITIVE),
        small(-1021),
        small(-307),
        small(15),
        small(53),
        vm.float(f64::EPSILON),
        small(2),
        small(1),
    ];
    sequence(vm, &FLOAT_INFO, &items)
}

pub(super) fn int_info(vm: &mut Vm) -> Value {
    sequence(vm, &INT_INFO, &[30, 4, 4300, 640].map(small))
}

pub(super) fn hash_info(vm: &mut Vm) -> Value {
    let algorithm = vm.intern("siphash13");
    let modulus = vm.int(quicken_bytecode::hash::MODULUS as i64);
    let items = [
        small(64),
        modulus,
        small(quicken_bytecode::hash::INFINITY),
        small(0),
        small(quicken_bytecode::hash::IMAGINARY as i64),
        algorithm.into(),
        small(64),
        small(128),
        small(0),
    ];
    sequence(vm, &HASH_INFO, &items)
}

pub(super) fn thread_info(vm: &mut Vm) -> Value {
    let (name, lock) = (vm.intern("pthread"), vm.intern("semaphore"));
    sequence(vm, &THREAD_INFO, &[name.into(), lock.into(), Value::NONE])
}
