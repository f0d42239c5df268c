//! The tuples with names that `posix` answers: `stat_result` and its like.

use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::instance;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::structseq::{field, repr};
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{TypeSpec, member};
use quicken_vm::{Args, PyResult, Value, Vm, struct_sequence};

use crate::set_attribute;

/// The items of `stat_result`; `repr` shows the times as well.
const STAT_FIELDS: [&str; 10] =
    ["st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "st_atime", "st_mtime", "st_ctime"];

/// `os.stat_result`: the attributes that are not items lie in the dict behind the tuple.
static STAT_RESULT: TypeSpec = TypeSpec {
    module: "os",
    has_dict: true,
    slots: Slots { new: Some(stat_result_new), repr: Some(|vm, own| repr(vm, own, &STAT_FIELDS)), ..Slots::NONE },
    getset: &[
        member("st_mode", field::<0>),
        member("st_ino", field::<1>),
        member("st_dev", field::<2>),
        member("st_nlink", field::<3>),
        member("st_uid", field::<4>),
        member("st_gid", field::<5>),
        member("st_size", field::<6>),
        member("n_fields", |_, _| Ok(Value::small_int(19))),
        member("n_sequence_fields", |_, _| Ok(Value::small_int(10))),
        member("n_unnamed_fields", |_, _| Ok(Value::small_int(3))),
    ],
    ..TypeSpec::new("stat_result", LayoutKind::Tuple)
};

struct_sequence! {
    UNAME_RESULT = "posix" "uname_result" [0 sysname, 1 nodename, 2 release, 3 version, 4 machine]
}
struct_sequence! {
    TIMES_RESULT = "posix" "times_result" [0 user, 1 system, 2 children_user, 3 children_system, 4 elapsed]
}
struct_sequence! {
    TERMINAL_SIZE = "os" "terminal_size" [0 columns, 1 lines]
}
struct_sequence! {
    STATVFS_RESULT = "os" "statvfs_result" [
        0 f_bsize, 1 f_frsize, 2 f_blocks, 3 f_bfree, 4 f_bavail, 5 f_files, 6 f_ffree, 7 f_favail, 8 f_flag, 9 f_namemax,
    ]
}

fn type_of(vm: &mut Vm, spec: &'static TypeSpec) -> Gc<Type> {
    let tuple = vm.types.tuple;
    vm.native_type(spec, tuple)
}

/// Puts the types into the module.
pub(super) fn add_types(vm: &mut Vm, module: Gc<Module>) {
    for spec in [&STAT_RESULT, &UNAME_RESULT, &TIMES_RESULT, &TERMINAL_SIZE, &STATVFS_RESULT] {
        let ty = type_of(vm, spec);
        set_attribute(vm, module, spec.name, ty.into());
    }
}

fn sequence(vm: &mut Vm, spec: &'static TypeSpec, items: &[Value]) -> Value {
    let ty = type_of(vm, spec);
    vm.new_tuple_of(ty, items).into()
}

/// `os.uname_result`
pub(super) fn uname_result(vm: &mut Vm, items: &[Value]) -> Value {
    sequence(vm, &UNAME_RESULT, items)
}

/// `os.times_result`
pub(super) fn times_result(vm: &mut Vm, items: &[Value]) -> Value {
    sequence(vm, &TIMES_RESULT, items)
}

/// `os.terminal_size`
pub(super) fn terminal_size(vm: &mut Vm, items: &[Value]) -> Value {
    sequence(vm, &TERMINAL_SIZE, items)
}

/// `os.statvfs_result`
pub(super) fn statvfs_result(vm: &mut Vm, items: &[Value]) -> Value {
    sequence(vm, &STATVFS_RESULT, items)
}

/// `os.stat_result` of what the system says of a file.
pub(super) fn stat_result(vm: &mut Vm, stat: &rustix::fs::Stat) -> PyResult {
    let whole = [
        i128::from(stat.st_mode),
        i128::from(stat.st_ino),
        i128::from(stat.st_dev),
        i128::from(stat.st_nlink),
        i128::from(stat.st_uid),
        i128::from(stat.st_gid),
        i128::from(stat.st_size),
        i128::from(stat.st_atime),
        i128::from(stat.st_mtime),
        i128::from(stat.st_ctime),
    ]
    .map(|number| vm.int_from_i128(number));
    let result = sequence(vm, &STAT_RESULT, &whole);
    let times = [
        ("st_atime", "st_atime_ns", stat.st_atime as i128, stat.st_atime_nsec as i128),
        ("st_mtime", "st_mtime_ns", stat.st_mtime as i128, stat.st_mtime_nsec as i128),
        ("st_ctime", "st_ctime_ns", stat.st_ctime as i128, stat.st_ctime_nsec as i128),
    ];
    for (name, name_ns, seconds, nanoseconds) in times {
        let float = vm.float(seconds as f64 + 1e-9 * nanoseconds as f64);
        let exact = vm.int_from_i128(seconds * 1_000_000_000 + nanoseconds);
        set(vm, result, name, float)?;
        set(vm, result, name_ns, exact)?;
    }
    let sizes = [
        ("st_blksize", i128::from(stat.st_blksize)),
        ("st_blocks", i128::from(stat.st_blocks)),
        ("st_rdev", i128::from(stat.st_rdev)),
    ];
    for (name, number) in sizes {
        let number = vm.int_from_i128(number);
        set(vm, result, name, number)?;
    }
    Ok(result)
}

fn set(vm: &mut Vm, object: Value, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern(name);
    instance::set_own(vm, object, name, value)
}

fn stat_result_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let [items] = args.exactly(vm, "stat_result")?;
    let tuple: Gc<Tuple> = vm.tuple_from(items)?;
    let count = tuple.len();
    if !(10..=19).contains(&count) {
        let (word, limit) = if count < 10 { ("at least", 10) } else { ("at most", 19) };
        return Err(
            vm.type_error(format!("os.stat_result() takes an {word} {limit}-sequence ({count}-sequence given)"))
        );
    }
    let result = sequence(vm, &STAT_RESULT, &tuple.items()[..10]);
    const EXTRA: [&str; 9] = [
        "st_atime",
        "st_mtime",
        "st_ctime",
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ];
    for (index, name) in EXTRA.into_iter().enumerate() {
        // Without floats the times are the whole seconds.
        let fallback = if index < 3 { tuple.get(7 + index).unwrap_or(Value::NONE) } else { Value::NONE };
        set(vm, result, name, tuple.get(10 + index).unwrap_or(fallback))?;
    }
    Ok(result)
}
