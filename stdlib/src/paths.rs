//! Paths as arguments and results: strings, bytes and objects with `__fspath__` (`Modules/posixmodule.c`, `path_converter`).

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use quicken_vm::objects::bytes::Bytes;
use quicken_vm::objects::bytes_methods::decode::decode;
use quicken_vm::objects::string::Str;
use quicken_vm::objects::string_methods::encode::encode;
use quicken_vm::{PyResult, Raise, Value, Vm};

/// A path that a program gave.
pub struct PathArgument {
    /// As it was given, for error messages.
    pub value: Value,
    /// Its bytes; those of a descriptor are empty.
    bytes: Vec<u8>,
    /// The descriptor, if a number was given where one is allowed.
    pub descriptor: Option<i32>,
    /// Whether it was bytes: then so are results.
    pub is_bytes: bool,
}

impl PathArgument {
    /// The path.
    pub fn path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.bytes))
    }

    /// The path's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// An `OSError` that names the path.
    pub fn error(&self, vm: &mut Vm, error: impl Into<std::io::Error>) -> Raise {
        vm.io_error(&error.into(), Some(self.value))
    }

    /// The error that names this path and another one.
    pub fn error_with(&self, vm: &mut Vm, error: impl Into<std::io::Error>, other: &PathArgument) -> Raise {
        let raise = self.error(vm, error);
        if let Some(exception) = raise.0.cast::<quicken_vm::objects::exception::Exception>() {
            let name = vm.intern("filename2");
            let value: Value = exception.into();
            let _ = vm.set_attr(value, name, other.value);
        }
        raise
    }
}

/// The bytes of a path that is a string, bytes or has `__fspath__`.
pub fn path(vm: &mut Vm, value: Value, function: &str, argument: &str) -> PyResult<PathArgument> {
    convert(vm, value, function, argument, false)
}

/// The same where a descriptor may stand for the path.
pub fn path_or_descriptor(vm: &mut Vm, value: Value, function: &str, argument: &str) -> PyResult<PathArgument> {
    convert(vm, value, function, argument, true)
}

fn convert(vm: &mut Vm, value: Value, function: &str, argument: &str, allow: bool) -> PyResult<PathArgument> {
    let wrong = |vm: &mut Vm| {
        let given = vm.type_name(value);
        let integer = if allow { "string, bytes, os.PathLike or integer" } else { "string, bytes or os.PathLike" };
        vm.type_error(format!("{function}: {argument} should be {integer}, not {given}"))
    };
    if allow && value.cast::<Str>().is_none() && quicken_vm::objects::slice::is_index(vm, value) {
        let number = vm.index_c(value, "int")?;
        let descriptor = Some(i32::try_from(number).unwrap_or(-1));
        return Ok(PathArgument { value, bytes: Vec::new(), descriptor, is_bytes: false });
    }
    let path = match value {
        value if value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some() => value,
        value => {
            let name = vm.intern("__fspath__");
            match vm.call_special(value, name, &[])? {
                Some(path) => path,
                None => return Err(wrong(vm)),
            }
        }
    };
    let (bytes, is_bytes) = if let Some(text) = path.cast::<Str>() {
        (encode(vm, text, "utf-8", "surrogateescape")?, false)
    } else if let Some(bytes) = path.cast::<Bytes>() {
        (bytes.as_slice().to_vec(), true)
    } else {
        let (class, given) = (vm.type_name(value), vm.type_name(path));
        return Err(vm.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {given}")));
    };
    if bytes.contains(&0) {
        return Err(vm.value_error("embedded null byte"));
    }
    Ok(PathArgument { value: path, bytes, descriptor: None, is_bytes })
}

/// What `os.fspath` makes of a path: a string or bytes.
///
/// # Errors
/// `TypeError` for what is none, and what `__fspath__` raises.
pub fn fspath(vm: &mut Vm, value: Value) -> PyResult {
    let is_path = |value: Value| value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some();
    if is_path(value) {
        return Ok(value);
    }
    let name = vm.intern("__fspath__");
    match vm.call_special(value, name, &[])? {
        Some(path) if is_path(path) => Ok(path),
        Some(path) => {
            let (class, given) = (vm.type_name(value), vm.type_name(path));
            Err(vm.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {given}")))
        }
        None => {
            let given = vm.type_name(value);
            Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {given}")))
        }
    }
}

/// A path as a result: a string, or bytes where bytes were given.
pub fn result(vm: &mut Vm, bytes: &[u8], as_bytes: bool) -> PyResult {
    if as_bytes {
        return Ok(vm.new_bytes(bytes).into());
    }
    decode(vm, bytes, "utf-8", "surrogateescape").map(Value::from)
}
