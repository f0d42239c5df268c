//! `_stat`: what the mode of a file says.

use quicken_vm::objects::int::View;
use quicken_vm::spec::Convention::O;
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::set_attribute;

/// `_stat`.
pub static STAT: ModuleSpec = ModuleSpec {
    name: "_stat",
    doc: Some("The bits of a file's mode by their names, tests of them, and the places of a stat result."),
    functions: &[
        method("S_ISDIR", |vm, _, args| is_type(vm, args, "S_ISDIR", 0o04_0000), O),
        method("S_ISCHR", |vm, _, args| is_type(vm, args, "S_ISCHR", 0o02_0000), O),
        method("S_ISBLK", |vm, _, args| is_type(vm, args, "S_ISBLK", 0o06_0000), O),
        method("S_ISREG", |vm, _, args| is_type(vm, args, "S_ISREG", 0o10_0000), O),
        method("S_ISFIFO", |vm, _, args| is_type(vm, args, "S_ISFIFO", 0o01_0000), O),
        method("S_ISLNK", |vm, _, args| is_type(vm, args, "S_ISLNK", 0o12_0000), O),
        method("S_ISSOCK", |vm, _, args| is_type(vm, args, "S_ISSOCK", 0o14_0000), O),
        // Linux has no doors, ports and whiteouts.
        method("S_ISDOOR", |vm, _, args| mode(vm, args, "S_ISDOOR").map(|_| Value::FALSE), O),
        method("S_ISPORT", |vm, _, args| mode(vm, args, "S_ISPORT").map(|_| Value::FALSE), O),
        method("S_ISWHT", |vm, _, args| mode(vm, args, "S_ISWHT").map(|_| Value::FALSE), O),
        method("S_IMODE", |vm, _, args| mode(vm, args, "S_IMODE").map(|mode| Value::small_int(mode & 0o7777)), O),
        method("S_IFMT", |vm, _, args| mode(vm, args, "S_IFMT").map(|mode| Value::small_int(mode & TYPE)), O),
        method("filemode", filemode, O),
    ],
    init: Some(|vm, module| {
        for (name, number) in NUMBERS {
            set_attribute(vm, module, name, Value::small_int(*number));
        }
        Ok(())
    }),
};

/// The bits that say what kind of file it is.
const TYPE: i64 = 0o17_0000;

fn mode(vm: &mut Vm, args: Args<'_>, name: &str) -> PyResult<i64> {
    let [mode] = args.exactly(vm, name)?;
    if vm.type_of(mode).slots().unary[quicken_vm::slots::UnaryOp::Index as usize].is_none() {
        return Err(vm.type_error("an integer is required"));
    }
    match vm.index_view(mode)? {
        View::Small(mode @ 0..=0xFFFF_FFFF) => Ok(mode),
        View::Small(0..) => Err(vm.overflow_error("mode out of range")),
        View::Small(_) => Err(vm.overflow_error("can't convert negative value to unsigned int")),
        View::Big(_) => Err(vm.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

fn is_type(vm: &mut Vm, args: Args<'_>, name: &str, kind: i64) -> PyResult {
    mode(vm, args, name).map(|mode| Value::bool(mode & TYPE == kind))
}

/// As `ls -l` shows it.
fn filemode(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let mode = mode(vm, args, "filemode")?;
    let kind = match mode & TYPE {
        0o10_0000 => '-',
        0o04_0000 => 'd',
        0o12_0000 => 'l',
        0o06_0000 => 'b',
        0o02_0000 => 'c',
        0o01_0000 => 'p',
        0o14_0000 => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    // Reading, writing, running; and what a special bit shows with and without leave to run.
    for (shift, special, with, without) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => with,
            (true, false) => without,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(vm.new_str(&text).into())
}

const NUMBERS: &[(&str, i64)] = &[
    ("SF_APPEND", 0x00040000),
    ("SF_ARCHIVED", 0x00010000),
    ("SF_IMMUTABLE", 0x00020000),
    ("SF_NOUNLINK", 0x00100000),
    ("SF_SNAPSHOT", 0x00200000),
    ("ST_ATIME", 7),
    ("ST_CTIME", 9),
    ("ST_DEV", 2),
    ("ST_GID", 5),
    ("ST_INO", 1),
    ("ST_MODE", 0),
    ("ST_MTIME", 8),
    ("ST_NLINK", 3),
    ("ST_SIZE", 6),
    ("ST_UID", 4),
    ("S_ENFMT", 0o2000),
    ("S_IEXEC", 0o100),
    ("S_IFBLK", 0o60000),
    ("S_IFCHR", 0o20000),
    ("S_IFDIR", 0o40000),
    ("S_IFDOOR", 0o0),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFPORT", 0o0),
    ("S_IFREG", 0o100000),
    ("S_IFSOCK", 0o140000),
    ("S_IFWHT", 0o0),
    ("S_IREAD", 0o400),
    ("S_IRGRP", 0o40),
    ("S_IROTH", 0o4),
    ("S_IRUSR", 0o400),
    ("S_IRWXG", 0o70),
    ("S_IRWXO", 0o7),
    ("S_IRWXU", 0o700),
    ("S_ISGID", 0o2000),
    ("S_ISUID", 0o4000),
    ("S_ISVTX", 0o1000),
    ("S_IWGRP", 0o20),
    ("S_IWOTH", 0o2),
    ("S_IWRITE", 0o200),
    ("S_IWUSR", 0o200),
    ("S_IXGRP", 0o10),
    ("S_IXOTH", 0o1),
    ("S_IXUSR", 0o100),
    ("UF_APPEND", 0x00000004),
    ("UF_COMPRESSED", 0x00000020),
    ("UF_HIDDEN", 0x00008000),
    ("UF_IMMUTABLE", 0x00000002),
    ("UF_NODUMP", 0x00000001),
    ("UF_NOUNLINK", 0x00000010),
    ("UF_OPAQUE", 0x00000008),
];
