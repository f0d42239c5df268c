//! `_posixsubprocess`: starting programs for `subprocess`.

#![expect(unsafe_code, reason = "what runs between fork and exec is unsafe to say")]

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use quicken_vm::spec::Convention::Fast;
use quicken_vm::spec::{ModuleSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::descriptor as fd;
use crate::paths::path;

/// `_posixsubprocess`.
pub static POSIX_SUBPROCESS: ModuleSpec = ModuleSpec {
    name: "_posixsubprocess",
    doc: Some("A POSIX helper for the subprocess module."),
    functions: &[method("fork_exec", fork_exec, Fast)],
    init: None,
};

/// The bytes of each item of a sequence of paths.
fn strings(vm: &mut Vm, values: Value) -> PyResult<Vec<OsString>> {
    let mut found = Vec::new();
    vm.for_each(values, |vm, value| {
        found.push(OsString::from_vec(path(vm, value, "fork_exec", "argument")?.bytes().to_vec()));
        Ok(())
    })?;
    Ok(found)
}

/// A descriptor for the child's standard stream; −1 leaves the one of this process.
fn stream(vm: &mut Vm, value: Value) -> PyResult<Option<OwnedFd>> {
    let number = vm.index_c(value, "int")?;
    if number < 0 {
        return Ok(None);
    }
    let copy = fd::borrow(number as i32).and_then(|file| rustix::io::fcntl_dupfd_cloexec(file, 3));
    copy.map(Some).map_err(|error| vm.io_error(&error.into(), None))
}

/// `fork_exec`: the process's number. What goes wrong is written to the descriptor `errpipe_write`, as `subprocess` expects it.
fn fork_exec(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.exactly::<23>(vm, "fork_exec")?;
    let [
        arguments,
        executables,
        _close,
        pass,
        directory,
        environment,
        _p2c_read,
        _p2c_write,
        _c2p_read,
        _c2p_write,
        _err_read,
        _err_write,
        _error_read,
        error_write,
        _restore_signals,
        new_session,
        group,
        _gid,
        _groups,
        _uid,
        mask,
        prepare,
        _vfork,
    ] = values;
    if !prepare.is_none() {
        return Err(vm.not_implemented_error("preexec_fn is not supported: nothing can run between fork and exec"));
    }
    let argv = strings(vm, arguments)?;
    let candidates = strings(vm, executables)?;
    // What inherits from this process: the ends for reading of its input, for writing of its output and errors.
    let streams = [stream(vm, values[6])?, stream(vm, values[9])?, stream(vm, values[11])?];
    let mut kept = Vec::new();
    vm.for_each(pass, |vm, value| {
        kept.push(vm.index_c(value, "int")? as i32);
        Ok(())
    })?;
    let directory =
        if directory.is_none() { None } else { Some(path(vm, directory, "fork_exec", "cwd")?.path().to_owned()) };
    let environment = if environment.is_none() { None } else { Some(strings(vm, environment)?) };
    let (new_session, group, mask) = (vm.is_true(new_session)?, vm.index_c(group, "int")?, vm.index_c(mask, "int")?);
    let error_write = vm.index_c(error_write, "int")? as i32;
    // What the program printed comes before what the other prints.
    vm.flush()?;
    kept.retain(|number| *number != error_write);
    let mut last = std::io::Error::from_raw_os_error(libc::ENOENT);
    for executable in candidates {
        let mut command = Command::new(&executable);
        if let Some((first, rest)) = argv.split_first() {
            command.arg0(first).args(rest);
        }
        let standard = |stream: &Option<OwnedFd>| -> std::io::Result<Stdio> {
            Ok(match stream {
                Some(file) => Stdio::from(file.try_clone()?),
                None => Stdio::inherit(),
            })
        };
        let prepared = [&streams[0], &streams[1], &streams[2]].map(standard);
        let [Ok(input), Ok(output), Ok(errors)] = prepared else { continue };
        command.stdin(input).stdout(output).stderr(errors);
        if let Some(directory) = &directory {
            command.current_dir(directory);
        }
        if let Some(environment) = &environment {
            command.env_clear();
            for entry in environment {
                let bytes = entry.clone().into_vec();
                if let Some(at) = bytes.iter().skip(1).position(|byte| *byte == b'=') {
                    let (name, value) = (bytes[..=at].to_vec(), bytes[at + 2..].to_vec());
                    command.env(OsString::from_vec(name), OsString::from_vec(value));
                }
            }
        }
        if group >= 0 {
            command.process_group(group as i32);
        }
        let inherited = kept.clone();
        // SAFETY: the closure makes system calls alone; it allocates nothing and takes no lock.
        unsafe {
            command.pre_exec(move || {
                if new_session {
                    libc::setsid();
                }
                if mask >= 0 {
                    libc::umask(mask as libc::mode_t);
                }
                for number in &inherited {
                    let flags = libc::fcntl(*number, libc::F_GETFD);
                    libc::fcntl(*number, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
                }
                Ok(())
            });
        }
        match command.spawn() {
            Ok(child) => return Ok(Value::small_int(i64::from(child.id()))),
            Err(error) => {
                let gone = matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR));
                last = error;
                if !gone {
                    break;
                }
            }
        }
    }
    // A child that could not start: `subprocess` reads why from the pipe and waits for a process that ended with 255.
    let missing = directory.as_ref().is_some_and(|directory| !directory.is_dir());
    let note = if missing { "noexec:" } else { "" };
    let report = format!("OSError:{:X}:{note}", last.raw_os_error().unwrap_or(libc::EINVAL));
    if let Ok(file) = fd::borrow(error_write) {
        let _ = rustix::io::write(file, report.as_bytes());
    }
    let ended = Command::new("/bin/sh").args(["-c", "exit 255"]).stdin(Stdio::null()).spawn();
    match ended {
        Ok(child) => Ok(Value::small_int(i64::from(child.id()))),
        Err(error) => Err(vm.io_error(&error, None)),
    }
}
