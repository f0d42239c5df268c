//! `scandir` and the entries that it gives.

use std::any::Any;
use std::fs::{DirEntry, ReadDir};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirEntryExt;
use std::path::PathBuf;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{Convention, MethodSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::tree::{directory_argument, stat_of};
use super::{bind, status, unless_false};
use crate::paths::{path, result};

struct Scan {
    entries: Option<ReadDir>,
    is_bytes: bool,
    /// Whether no path was given: then those of the entries do not begin with one.
    bare: bool,
}

struct Entry {
    entry: DirEntry,
    path: PathBuf,
    is_bytes: bool,
}

macro_rules! opaque {
    ($($ty:ty),*) => { $(impl OpaqueData for $ty {
        fn trace(&self, _: &mut Marker) {}

        fn as_any_mut(&mut self) -> &mut dyn Any {
            self
        }
    })* };
}

opaque!(Scan, Entry);

static SCAN_TYPE: TypeSpec = TypeSpec {
    module: "posix",
    slots: Slots { iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
    methods: &[
        method("close", close, Convention::NoArgs),
        method("__enter__", |_, own, _| Ok(own), Convention::NoArgs),
        method("__exit__", close, Convention::Varargs),
    ],
    ..TypeSpec::new("ScandirIterator", LayoutKind::Opaque)
};

static ENTRY_TYPE: TypeSpec = TypeSpec {
    module: "posix",
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: ENTRY_METHODS,
    getset: &[
        getter("name", |vm, own| {
            let (name, is_bytes) = with(vm, own, |entry| (entry.entry.file_name(), entry.is_bytes))?;
            result(vm, name.as_bytes(), is_bytes)
        }),
        getter("path", full_path),
    ],
    ..TypeSpec::new("DirEntry", LayoutKind::Opaque)
};

const ENTRY_METHODS: &[MethodSpec] = &[
    method("is_dir", |vm, own, args| is_kind(vm, own, args, Kind::Directory), Convention::FastKeywords),
    method("is_file", |vm, own, args| is_kind(vm, own, args, Kind::File), Convention::FastKeywords),
    method("is_symlink", |vm, own, _| is_kind(vm, own, Args::EMPTY, Kind::Link), Convention::NoArgs),
    method("stat", stat, Convention::FastKeywords),
    method("inode", inode, Convention::NoArgs),
    method("__fspath__", |vm, own, _| full_path(vm, own), Convention::NoArgs),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Directory,
    File,
    Link,
}

/// The type of entries.
pub(super) fn entry_type(vm: &mut Vm) -> Gc<Type> {
    let object = vm.types.object;
    vm.native_type(&ENTRY_TYPE, object)
}

pub(super) fn scandir(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [name] = bind(vm, args, "scandir", ["path"], 1, 0)?;
    let bare = name.or_none().is_none();
    let path = directory_argument(vm, name, "scandir")?;
    let entries = std::fs::read_dir(path.path()).map_err(|error| path.error(vm, error))?;
    let object = vm.types.object;
    let ty = vm.native_type(&SCAN_TYPE, object);
    let scan = Scan { entries: Some(entries), is_bytes: path.is_bytes, bare };
    Ok(vm.new_opaque(ty, scan))
}

fn next(vm: &mut Vm, own: Value) -> PyResult {
    let found = own.cast::<Opaque>().and_then(|object| {
        object.with(|scan: &mut Scan| {
            let next = scan.entries.as_mut().and_then(Iterator::next);
            if next.is_none() {
                scan.entries = None;
            }
            next.map(|entry| entry.map(|entry| (entry, scan.is_bytes, scan.bare)))
        })
    });
    match found.flatten() {
        None => Ok(Value::NULL),
        Some(Err(error)) => Err(vm.io_error(&error, None)),
        Some(Ok((entry, is_bytes, bare))) => {
            let path = if bare { PathBuf::from("./").join(entry.file_name()) } else { entry.path() };
            let ty = entry_type(vm);
            let entry = Entry { entry, path, is_bytes };
            Ok(vm.new_opaque(ty, entry))
        }
    }
}

fn close(_vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    if let Some(object) = own.cast::<Opaque>() {
        object.with(|scan: &mut Scan| scan.entries = None);
    }
    Ok(Value::NONE)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Entry) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a posix.DirEntry was expected")),
    }
}

fn full_path(vm: &mut Vm, own: Value) -> PyResult {
    let (path, is_bytes) = with(vm, own, |entry| (entry.path.clone(), entry.is_bytes))?;
    result(vm, path.as_os_str().as_bytes(), is_bytes)
}

fn is_kind(vm: &mut Vm, own: Value, args: Args<'_>, kind: Kind) -> PyResult {
    let [follow] = bind(vm, args, "is_dir", ["follow_symlinks"], 0, 0)?;
    let follow = unless_false(vm, follow)?;
    let (found, path) = with(vm, own, |entry| (entry.entry.file_type(), entry.path.clone()))?;
    let mut found = match found {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Value::FALSE),
        Err(error) => return Err(vm.io_error(&error, None)),
    };
    if found.is_symlink() && follow && kind != Kind::Link {
        found = match std::fs::metadata(&path) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Value::FALSE),
            Err(error) => return Err(vm.io_error(&error, None)),
        };
    }
    Ok(Value::bool(match kind {
        Kind::Directory => found.is_dir(),
        Kind::File => found.is_file(),
        Kind::Link => found.is_symlink(),
    }))
}

fn stat(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [follow] = bind(vm, args, "stat", ["follow_symlinks"], 0, 0)?;
    let follow = unless_false(vm, follow)?;
    let name = full_path(vm, own)?;
    let path = path(vm, name, "stat", "path")?;
    let stat = stat_of(vm, &path, follow)?;
    status::stat_result(vm, &stat)
}

fn inode(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let number = with(vm, own, |entry| entry.entry.ino())?;
    Ok(vm.int_from_u64(number))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (name, is_bytes) = with(vm, own, |entry| (entry.entry.file_name(), entry.is_bytes))?;
    let name = result(vm, name.as_bytes(), is_bytes)?;
    let text = format!("<DirEntry {}>", vm.repr_text(name)?);
    Ok(vm.new_str(&text).into())
}
