//! The file system's tree: what there is, making and removing it.

use std::os::unix::ffi::OsStrExt;

use quicken_vm::objects::string::Str;
use quicken_vm::objects::string_methods::encode::encode;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{MethodSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use rustix::fs::{Access, AtFlags, CWD, Mode, Stat, Timespec, Timestamps};

use super::{bind, failed, no_directory, status, unless_false};
use crate::descriptor as fd;
use crate::paths::{PathArgument, path, path_or_descriptor, result};

pub(super) const FUNCTIONS: &[MethodSpec] = &[
    method("stat", stat, FastKeywords),
    method("lstat", lstat, FastKeywords),
    method("fstat", fstat, FastKeywords),
    method("statvfs", statvfs, FastKeywords),
    method("access", access, FastKeywords),
    method("listdir", listdir, FastKeywords),
    method("scandir", super::entries::scandir, FastKeywords),
    method("mkdir", mkdir, FastKeywords),
    method("rmdir", rmdir, FastKeywords),
    method("unlink", unlink, FastKeywords),
    method("remove", unlink, FastKeywords),
    method("rename", rename, FastKeywords),
    method("replace", rename, FastKeywords),
    method("symlink", symlink, FastKeywords),
    method("link", link, FastKeywords),
    method("readlink", readlink, FastKeywords),
    method("chmod", chmod, FastKeywords),
    method("fchmod", fchmod, FastKeywords),
    method("chown", chown, FastKeywords),
    method("utime", utime, FastKeywords),
    method("truncate", truncate, FastKeywords),
    method("chdir", chdir, FastKeywords),
    method("fchdir", chdir, FastKeywords),
    method("getcwd", |vm, _, _| working_directory(vm, false), NoArgs),
    method("getcwdb", |vm, _, _| working_directory(vm, true), NoArgs),
    method("umask", umask, O),
    method("fspath", fspath, FastKeywords),
    method("_path_normpath", normpath, O),
    method("mkfifo", mkfifo, Fast),
];

pub(super) fn stat_of(vm: &mut Vm, path: &PathArgument, follow: bool) -> PyResult<Stat> {
    let found = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(rustix::fs::fstat),
        None if follow => rustix::fs::stat(path.path()),
        None => rustix::fs::lstat(path.path()),
    };
    found.map_err(|error| if path.descriptor.is_some() { failed(vm, error) } else { path.error(vm, error) })
}

fn stat(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, directory, follow] = bind(vm, args, "stat", ["path", "dir_fd", "follow_symlinks"], 1, 1)?;
    no_directory(vm, directory)?;
    let path = path_or_descriptor(vm, name, "stat", "path")?;
    let follow = unless_false(vm, follow)?;
    let stat = stat_of(vm, &path, follow)?;
    status::stat_result(vm, &stat)
}

fn lstat(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, directory] = bind(vm, args, "lstat", ["path", "dir_fd"], 1, 1)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "lstat", "path")?;
    let stat = stat_of(vm, &path, false)?;
    status::stat_result(vm, &stat)
}

fn fstat(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = bind(vm, args, "fstat", ["fd"], 1, 1)?;
    let number = super::descriptor(vm, number)?;
    let stat = fd::borrow(number).and_then(rustix::fs::fstat).map_err(|error| failed(vm, error))?;
    status::stat_result(vm, &stat)
}

fn statvfs(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = bind(vm, args, "statvfs", ["path"], 1, 1)?;
    let path = path_or_descriptor(vm, name, "statvfs", "path")?;
    let found = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(rustix::fs::fstatvfs),
        None => rustix::fs::statvfs(path.path()),
    };
    let found = found.map_err(|error| path.error(vm, error))?;
    let items = [
        found.f_bsize,
        found.f_frsize,
        found.f_blocks,
        found.f_bfree,
        found.f_bavail,
        found.f_files,
        found.f_ffree,
        found.f_favail,
        found.f_flag.bits() as u64,
        found.f_namemax,
    ]
    .map(|number| vm.int_from_u64(number));
    Ok(status::statvfs_result(vm, &items))
}

fn access(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let names = ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"];
    let [name, mode, directory, _, _] = bind(vm, args, "access", names, 2, 2)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "access", "path")?;
    let mode = vm.index_c(mode, "int")?;
    let allowed = rustix::fs::access(path.path(), Access::from_bits_retain(mode as _)).is_ok();
    Ok(Value::bool(allowed))
}

fn listdir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = bind(vm, args, "listdir", ["path"], 1, 0)?;
    let path = directory_argument(vm, name, "listdir")?;
    let entries = std::fs::read_dir(path.path()).map_err(|error| path.error(vm, error))?;
    let list = vm.new_list(&[]);
    for entry in entries {
        let entry = entry.map_err(|error| path.error(vm, error))?;
        let name = result(vm, entry.file_name().as_bytes(), path.is_bytes)?;
        list.push(vm, name);
    }
    Ok(list.into())
}

/// The directory that is listed: the working directory, unless one is given.
pub(super) fn directory_argument(vm: &mut Vm, name: Value, function: &str) -> PyResult<PathArgument> {
    let name = if name.or_none().is_none() { vm.new_str(".").into() } else { name };
    path(vm, name, function, "path")
}

fn mkdir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, mode, directory] = bind(vm, args, "mkdir", ["path", "mode", "dir_fd"], 2, 1)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "mkdir", "path")?;
    let mode = if mode.is_null() { 0o777 } else { vm.index_c(mode, "int")? };
    rustix::fs::mkdir(path.path(), Mode::from_bits_retain(mode as _)).map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn rmdir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, directory] = bind(vm, args, "rmdir", ["path", "dir_fd"], 1, 1)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "rmdir", "path")?;
    rustix::fs::rmdir(path.path()).map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn unlink(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, directory] = bind(vm, args, "unlink", ["path", "dir_fd"], 1, 1)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "unlink", "path")?;
    rustix::fs::unlink(path.path()).map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn rename(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [from, to, one, two] = bind(vm, args, "rename", ["src", "dst", "src_dir_fd", "dst_dir_fd"], 2, 2)?;
    no_directory(vm, one)?;
    no_directory(vm, two)?;
    let (from, to) = (path(vm, from, "rename", "src")?, path(vm, to, "rename", "dst")?);
    rustix::fs::rename(from.path(), to.path()).map_err(|error| from.error_with(vm, error, &to))?;
    Ok(Value::NONE)
}

fn symlink(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [from, to, _, directory] = bind(vm, args, "symlink", ["src", "dst", "target_is_directory", "dir_fd"], 3, 2)?;
    no_directory(vm, directory)?;
    let (from, to) = (path(vm, from, "symlink", "src")?, path(vm, to, "symlink", "dst")?);
    rustix::fs::symlink(from.path(), to.path()).map_err(|error| from.error_with(vm, error, &to))?;
    Ok(Value::NONE)
}

fn link(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let names = ["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"];
    let [from, to, one, two, _] = bind(vm, args, "link", names, 2, 2)?;
    no_directory(vm, one)?;
    no_directory(vm, two)?;
    let (from, to) = (path(vm, from, "link", "src")?, path(vm, to, "link", "dst")?);
    rustix::fs::link(from.path(), to.path()).map_err(|error| from.error_with(vm, error, &to))?;
    Ok(Value::NONE)
}

fn readlink(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, directory] = bind(vm, args, "readlink", ["path", "dir_fd"], 1, 1)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "readlink", "path")?;
    let target = rustix::fs::readlink(path.path(), Vec::new()).map_err(|error| path.error(vm, error))?;
    result(vm, target.as_bytes(), path.is_bytes)
}

fn chmod(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, mode, directory, _] = bind(vm, args, "chmod", ["path", "mode", "dir_fd", "follow_symlinks"], 2, 2)?;
    no_directory(vm, directory)?;
    let path = path_or_descriptor(vm, name, "chmod", "path")?;
    let mode = Mode::from_bits_retain(vm.index_c(mode, "int")? as _);
    let done = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(|file| rustix::fs::fchmod(file, mode)),
        None => rustix::fs::chmod(path.path(), mode),
    };
    done.map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn fchmod(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, mode] = bind(vm, args, "fchmod", ["fd", "mode"], 2, 2)?;
    let number = super::descriptor(vm, number)?;
    let mode = Mode::from_bits_retain(vm.index_c(mode, "int")? as _);
    fd::borrow(number).and_then(|file| rustix::fs::fchmod(file, mode)).map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn chown(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let names = ["path", "uid", "gid", "dir_fd", "follow_symlinks"];
    let [name, user, group, directory, _] = bind(vm, args, "chown", names, 3, 3)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "chown", "path")?;
    let (user, group) = (vm.index_c(user, "int")?, vm.index_c(group, "int")?);
    // −1 leaves it as it is.
    let id = |number: i64| u32::try_from(number).ok();
    std::os::unix::fs::chown(path.path(), id(user), id(group)).map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

/// The seconds and nanoseconds of a time that is given in seconds.
fn timespec(vm: &mut Vm, time: Value) -> PyResult<Timespec> {
    if let Some(seconds) = time.as_float() {
        let whole = seconds.floor();
        return Ok(Timespec { tv_sec: whole as i64, tv_nsec: ((seconds - whole) * 1e9).floor() as _ });
    }
    Ok(Timespec { tv_sec: vm.index_i64(time)?, tv_nsec: 0 })
}

fn nanoseconds(vm: &mut Vm, time: Value) -> PyResult<Timespec> {
    let time = vm.index_i64(time)?;
    Ok(Timespec { tv_sec: time.div_euclid(1_000_000_000), tv_nsec: time.rem_euclid(1_000_000_000) as _ })
}

fn utime(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let names = ["path", "times", "ns", "dir_fd", "follow_symlinks"];
    let [name, times, ns, directory, follow] = bind(vm, args, "utime", names, 2, 1)?;
    no_directory(vm, directory)?;
    let path = path_or_descriptor(vm, name, "utime", "path")?;
    let follow = unless_false(vm, follow)?;
    if !times.or_none().is_none() && !ns.is_null() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let (pair, exact) = if ns.is_null() { (times.or_none(), false) } else { (ns, true) };
    let times = if pair.is_none() {
        let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW as _ };
        Timestamps { last_access: now, last_modification: now }
    } else {
        let pair = vm.tuple_from(pair)?;
        let [access, modification] = *pair.items() else {
            return Err(vm.type_error("utime: 'times' must be either a tuple of two ints or None"));
        };
        let read = if exact { nanoseconds } else { timespec };
        Timestamps { last_access: read(vm, access)?, last_modification: read(vm, modification)? }
    };
    let done = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(|file| rustix::fs::futimens(file, &times)),
        None => {
            let flags = if follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
            rustix::fs::utimensat(CWD, path.path(), &times, flags)
        }
    };
    done.map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn truncate(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, length] = bind(vm, args, "truncate", ["path", "length"], 2, 2)?;
    let path = path_or_descriptor(vm, name, "truncate", "path")?;
    let length = vm.index_i64(length)? as u64;
    let done = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(|file| rustix::fs::ftruncate(file, length)).map_err(Into::into),
        None => std::fs::OpenOptions::new().write(true).open(path.path()).and_then(|file| file.set_len(length)),
    };
    done.map_err(|error: std::io::Error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn chdir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = bind(vm, args, "chdir", ["path"], 1, 1)?;
    let path = path_or_descriptor(vm, name, "chdir", "path")?;
    let done = match path.descriptor {
        Some(number) => fd::borrow(number).and_then(rustix::process::fchdir),
        None => rustix::process::chdir(path.path()),
    };
    done.map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}

fn working_directory(vm: &mut Vm, as_bytes: bool) -> PyResult {
    let directory = std::env::current_dir().map_err(|error| failed(vm, error))?;
    result(vm, directory.as_os_str().as_bytes(), as_bytes)
}

fn umask(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [mask] = args.exactly(vm, "umask")?;
    let mask = vm.index_c(mask, "int")?;
    let old = rustix::process::umask(Mode::from_bits_retain(mask as _));
    Ok(Value::small_int(i64::from(old.bits())))
}

fn fspath(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = bind(vm, args, "fspath", ["path"], 1, 1)?;
    crate::paths::fspath(vm, value)
}

/// `os.path.normpath` of a string, without `.`, doubled slashes and the `..` that can be resolved.
fn normpath(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [path] = args.exactly(vm, "_path_normpath")?;
    let Some(text) = path.cast::<Str>() else {
        let given = vm.type_name(path);
        return Err(vm.type_error(format!("_path_normpath() argument 'path' must be str, not {given}")));
    };
    let bytes = encode(vm, text, "utf-8", "surrogatepass")?;
    // Two slashes at the start mean something else than one or three.
    let slashes = bytes.iter().take_while(|byte| **byte == b'/').count();
    let root: &[u8] = match slashes {
        0 => b"",
        2 => b"//",
        _ => b"/",
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in bytes.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if !root.is_empty() => {}
            part => parts.push(part),
        }
    }
    let mut out = root.to_vec();
    out.extend(parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    quicken_vm::objects::bytes_methods::decode::decode(vm, &out, "utf-8", "surrogatepass").map(Value::from)
}

fn mkfifo(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "mkfifo", 1, 2)?;
    let path = path(vm, values[0], "mkfifo", "path")?;
    let mode = match values.get(1) {
        Some(mode) => vm.index_c(*mode, "int")?,
        None => 0o666,
    };
    rustix::fs::mknodat(CWD, path.path(), rustix::fs::FileType::Fifo, Mode::from_bits_retain(mode as _), 0)
        .map_err(|error| path.error(vm, error))?;
    Ok(Value::NONE)
}
