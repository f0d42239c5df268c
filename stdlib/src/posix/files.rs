//! Descriptors: opening, reading, writing.

use quicken_vm::objects::bytes;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{MethodSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use rustix::fs::{Mode, OFlags, SeekFrom};

use super::{bind, descriptor, failed, no_directory, unless_false};
use crate::descriptor as fd;
use crate::paths::path;

pub(super) const FUNCTIONS: &[MethodSpec] = &[
    method("open", open, FastKeywords),
    method("close", close, FastKeywords),
    method("closerange", closerange, Fast),
    method("read", read, Fast),
    method("write", write, Fast),
    method("lseek", lseek, Fast),
    method("isatty", isatty, O),
    method("fsync", fsync, FastKeywords),
    method("fdatasync", fsync, FastKeywords),
    method("ftruncate", ftruncate, Fast),
    method("pipe", pipe, NoArgs),
    method("dup", dup, O),
    method("dup2", dup2, FastKeywords),
    method("get_inheritable", get_inheritable, O),
    method("set_inheritable", set_inheritable, Fast),
    method("get_blocking", get_blocking, O),
    method("set_blocking", set_blocking, Fast),
    method("get_terminal_size", get_terminal_size, Fast),
];

/// The size of the largest `read`.
const MOST: i64 = 1 << 30;

fn open(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name, flags, mode, directory] = bind(vm, args, "open", ["path", "flags", "mode", "dir_fd"], 3, 2)?;
    no_directory(vm, directory)?;
    let path = path(vm, name, "open", "path")?;
    let flags = vm.index_c(flags, "int")?;
    let mode = if mode.is_null() { 0o777 } else { vm.index_c(mode, "int")? };
    let flags = OFlags::from_bits_retain(flags as _) | OFlags::CLOEXEC;
    match rustix::fs::open(path.path(), flags, Mode::from_bits_retain(mode as _)) {
        Ok(opened) => Ok(Value::small_int(i64::from(fd::number(opened)))),
        Err(error) => Err(path.error(vm, error)),
    }
}

fn close(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = bind(vm, args, "close", ["fd"], 1, 1)?;
    let number = descriptor(vm, number)?;
    fd::close(number).map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn closerange(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [low, high] = args.exactly(vm, "closerange")?;
    let (low, high) = (vm.index_c(low, "int")?, vm.index_c(high, "int")?);
    for number in low..high {
        // Those that are not open are passed over.
        let _ = fd::close(number as i32);
    }
    Ok(Value::NONE)
}

fn read(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, length] = args.exactly(vm, "read")?;
    let (number, length) = (descriptor(vm, number)?, vm.index_position(length)?);
    if length < 0 {
        return Err(failed(vm, rustix::io::Errno::INVAL));
    }
    vm.wait_for_file(number, false)?;
    let mut buffer = vec![0; length.min(MOST) as usize];
    let count = fd::borrow(number)
        .and_then(|from| rustix::io::retry_on_intr(|| rustix::io::read(from, &mut buffer[..])))
        .map_err(|error| failed(vm, error))?;
    Ok(vm.new_bytes(&buffer[..count]).into())
}

fn write(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, data] = args.exactly(vm, "write")?;
    let (number, data) = (descriptor(vm, number)?, bytes::required(vm, data)?);
    // What the program printed before comes first where both go to the same place.
    if number == 1 || number == 2 {
        vm.flush()?;
    }
    vm.wait_for_file(number, true)?;
    let count = fd::borrow(number)
        .and_then(|to| rustix::io::retry_on_intr(|| rustix::io::write(to, &data)))
        .map_err(|error| failed(vm, error))?;
    Ok(Value::small_int(count as i64))
}

fn lseek(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, position, how] = args.exactly(vm, "lseek")?;
    let (number, position, how) = (descriptor(vm, number)?, vm.index_i64(position)?, vm.index_c(how, "int")?);
    let to = match how {
        0 => SeekFrom::Start(position as u64),
        1 => SeekFrom::Current(position),
        _ => SeekFrom::End(position),
    };
    let position = fd::borrow(number).and_then(|file| rustix::fs::seek(file, to)).map_err(|error| failed(vm, error))?;
    Ok(vm.int(position as i64))
}

fn isatty(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly(vm, "isatty")?;
    let number = descriptor(vm, number)?;
    Ok(Value::bool(fd::borrow(number).is_ok_and(rustix::termios::isatty)))
}

fn fsync(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = bind(vm, args, "fsync", ["fd"], 1, 1)?;
    let number = descriptor(vm, number)?;
    fd::borrow(number).and_then(rustix::fs::fsync).map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn ftruncate(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, length] = args.exactly(vm, "ftruncate")?;
    let (number, length) = (descriptor(vm, number)?, vm.index_i64(length)?);
    fd::borrow(number)
        .and_then(|file| rustix::fs::ftruncate(file, length as u64))
        .map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn pipe(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let ends = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).map_err(|error| failed(vm, error))?;
    let [read, write] = [ends.0, ends.1].map(|end| Value::small_int(i64::from(fd::number(end))));
    Ok(vm.new_pair(read, write).into())
}

fn dup(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly(vm, "dup")?;
    let number = descriptor(vm, number)?;
    let copy = fd::borrow(number)
        .and_then(|from| rustix::io::fcntl_dupfd_cloexec(from, 0))
        .map_err(|error| failed(vm, error))?;
    Ok(Value::small_int(i64::from(fd::number(copy))))
}

fn dup2(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [from, to, inheritable] = bind(vm, args, "dup2", ["fd", "fd2", "inheritable"], 3, 2)?;
    let (from, to) = (descriptor(vm, from)?, descriptor(vm, to)?);
    if to == 1 || to == 2 {
        vm.flush()?;
    }
    fd::duplicate_to(from, to).map_err(|error| failed(vm, error))?;
    if !unless_false(vm, inheritable)? {
        inherit(vm, to, false)?;
    }
    Ok(Value::small_int(i64::from(to)))
}

fn get_inheritable(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly(vm, "get_inheritable")?;
    let number = descriptor(vm, number)?;
    let flags = fd::borrow(number).and_then(rustix::io::fcntl_getfd).map_err(|error| failed(vm, error))?;
    Ok(Value::bool(!flags.contains(rustix::io::FdFlags::CLOEXEC)))
}

fn set_inheritable(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, inheritable] = args.exactly(vm, "set_inheritable")?;
    let (number, inheritable) = (descriptor(vm, number)?, vm.is_true(inheritable)?);
    inherit(vm, number, inheritable)?;
    Ok(Value::NONE)
}

fn inherit(vm: &mut Vm, number: i32, inheritable: bool) -> PyResult<()> {
    let flags = if inheritable { rustix::io::FdFlags::empty() } else { rustix::io::FdFlags::CLOEXEC };
    fd::borrow(number).and_then(|file| rustix::io::fcntl_setfd(file, flags)).map_err(|error| failed(vm, error))
}

fn get_blocking(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number] = args.exactly(vm, "get_blocking")?;
    let number = descriptor(vm, number)?;
    let flags = fd::borrow(number).and_then(rustix::fs::fcntl_getfl).map_err(|error| failed(vm, error))?;
    Ok(Value::bool(!flags.contains(OFlags::NONBLOCK)))
}

fn set_blocking(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [number, blocking] = args.exactly(vm, "set_blocking")?;
    let (number, blocking) = (descriptor(vm, number)?, vm.is_true(blocking)?);
    fd::borrow(number)
        .and_then(|file| {
            let mut flags = rustix::fs::fcntl_getfl(file)?;
            flags.set(OFlags::NONBLOCK, !blocking);
            rustix::fs::fcntl_setfl(file, flags)
        })
        .map_err(|error| failed(vm, error))?;
    Ok(Value::NONE)
}

fn get_terminal_size(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "get_terminal_size", 0, 1)?;
    let number = match values.first() {
        Some(number) => descriptor(vm, *number)?,
        None => 1,
    };
    let size = fd::borrow(number).and_then(rustix::termios::tcgetwinsize).map_err(|error| failed(vm, error))?;
    let sizes = [size.ws_col, size.ws_row].map(|size| Value::small_int(i64::from(size)));
    Ok(super::status::terminal_size(vm, &sizes))
}
