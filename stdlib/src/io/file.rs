//! `FileIO`: a file as the operating system has it, without buffers.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::slice::is_index;
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, TypeSpec, getset, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};
use rustix::fs::{Mode, OFlags, SeekFrom};
use rustix::io::Errno;

use super::base::{derived, fill, limit, unsupported, writable_len};
use crate::descriptor as fd;
use crate::paths::{fspath, path_or_descriptor};

/// An open file.
struct File {
    descriptor: i32,
    readable: bool,
    writable: bool,
    created: bool,
    appending: bool,
    close_descriptor: bool,
    seekable: Option<bool>,
}

impl File {
    const CLOSED: File = File {
        descriptor: -1,
        readable: false,
        writable: false,
        created: false,
        appending: false,
        close_descriptor: true,
        seekable: None,
    };

    fn mode(&self) -> &'static str {
        match (self.created, self.appending, self.readable, self.writable) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

impl OpaqueData for File {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.descriptor >= 0 && self.close_descriptor {
            let _ = fd::close(self.descriptor);
        }
    }
}

pub(super) static FILE_IO: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new), init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("Open a file."),
    ..TypeSpec::new("FileIO", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("read", read, Fast),
    method("readall", readall, NoArgs),
    method("readinto", readinto, O),
    method("write", write, O),
    method("seek", seek, Fast),
    method("tell", |vm, own, _| seek_to(vm, own, SeekFrom::Current(0)), NoArgs),
    method("truncate", truncate, Fast),
    method("close", close, NoArgs),
    method("seekable", seekable, NoArgs),
    method("readable", |vm, own, _| Ok(Value::bool(open(vm, own)?.readable)), NoArgs),
    method("writable", |vm, own, _| Ok(Value::bool(open(vm, own)?.writable)), NoArgs),
    method("fileno", |vm, own, _| Ok(Value::small_int(i64::from(open(vm, own)?.descriptor))), NoArgs),
    method("isatty", isatty, NoArgs),
    method("_isatty_open_only", isatty, NoArgs),
    method("__reduce__", no_pickle, NoArgs),
    method("__getstate__", no_pickle, NoArgs),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    getter("closed", |vm, own| Ok(Value::bool(with(vm, own, |file| file.descriptor < 0)?))),
    getter("closefd", |vm, own| Ok(Value::bool(with(vm, own, |file| file.close_descriptor)?))),
    getter("mode", |vm, own| {
        let mode = with(vm, own, |file| file.mode())?;
        Ok(vm.intern(mode).into())
    }),
    getset("_blksize", |_, _| Ok(Value::small_int(super::BUFFER_SIZE as i64)), |_, _, _| Ok(())),
    dict_getset(),
];

/// The type `FileIO`.
pub(super) fn file_type(vm: &mut Vm) -> Gc<Type> {
    let base = derived(vm, &super::base::RAW_IO_BASE);
    vm.native_type(&FILE_IO, base)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut File) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a FileIO was expected")),
    }
}

/// What an operation needs to know of an open file.
#[derive(Clone, Copy)]
struct Opened {
    descriptor: i32,
    readable: bool,
    writable: bool,
}

fn open(vm: &mut Vm, own: Value) -> PyResult<Opened> {
    let opened =
        with(vm, own, |file| Opened { descriptor: file.descriptor, readable: file.readable, writable: file.writable })?;
    if opened.descriptor < 0 {
        return Err(vm.value_error("I/O operation on closed file"));
    }
    Ok(opened)
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    Ok(vm.new_opaque(ty, File::CLOSED))
}

/// What a mode says, or what is wrong with it.
fn parse_mode(mode: &str) -> Result<(File, OFlags), String> {
    let mut file = File::CLOSED;
    let mut flags = OFlags::CLOEXEC;
    let (mut kinds, mut plus) = (0, false);
    for letter in mode.chars() {
        match letter {
            'r' => file.readable = true,
            'w' => {
                file.writable = true;
                flags |= OFlags::CREATE | OFlags::TRUNC;
            }
            'x' => {
                (file.writable, file.created) = (true, true);
                flags |= OFlags::CREATE | OFlags::EXCL;
            }
            'a' => {
                (file.writable, file.appending) = (true, true);
                flags |= OFlags::CREATE | OFlags::APPEND;
            }
            'b' => continue,
            '+' if !plus => {
                plus = true;
                continue;
            }
            '+' => kinds = 2,
            _ => return Err(format!("invalid mode: {mode}")),
        }
        kinds += 1;
    }
    if kinds != 1 {
        return Err("Must have exactly one of create/read/write/append mode and at most one plus".to_owned());
    }
    if plus {
        (file.readable, file.writable) = (true, true);
    }
    flags |= match (file.readable, file.writable) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    };
    Ok((file, flags))
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<4> =
        Parameters { names: ["file", "mode", "closefd", "opener"], positional_only: 0, max_positional: 4, required: 1 };
    let [name, mode, close_descriptor, opener] = args.bind(vm, "FileIO", &PARAMETERS)?;
    let mode = if mode.is_null() {
        "r".to_owned()
    } else {
        super::base::text_argument(vm, mode, "FileIO", "argument 'mode'")?.to_string_lossy().into_owned()
    };
    let close_descriptor = close_descriptor.is_null() || vm.is_true(close_descriptor)?;
    // What is no descriptor has to be a path: a number too large for one, too.
    let number = if is_index(vm, name) { vm.index_c(name, "int").map(drop) } else { fspath(vm, name).map(drop) };
    if vm.suppress(number, vm.exc.OverflowError)?.is_none() {
        fspath(vm, name)?;
    }
    let (mut file, flags) = parse_mode(&mode).map_err(|message| vm.value_error(message))?;
    let path = path_or_descriptor(vm, name, "open", "file")?;
    file.close_descriptor = close_descriptor;
    if let Some(number) = path.descriptor {
        if number < 0 {
            return Err(vm.value_error("negative file descriptor"));
        }
        file.descriptor = number;
        // A number that is no open file is refused at once; it stays the caller's.
        if let Err(error) = fd::borrow(number).and_then(rustix::fs::fstat) {
            file.close_descriptor = false;
            return Err(vm.io_error(&error.into(), Some(name)));
        }
    } else {
        if !close_descriptor {
            return Err(vm.value_error("Cannot use closefd=False with file name"));
        }
        file.descriptor = if opener.or_none().is_none() {
            let opened =
                rustix::io::retry_on_intr(|| rustix::fs::open(path.path(), flags, Mode::from_bits_retain(0o666)));
            fd::number(opened.map_err(|error| vm.io_error(&error.into(), Some(name)))?)
        } else {
            let flags = Value::small_int(i64::from(flags.bits()));
            let number = vm.call_values(opener, &[name, flags])?;
            if !is_index(vm, number) {
                return Err(vm.type_error("expected integer from opener"));
            }
            let number = vm.index_c(number, "int")? as i32;
            if number < 0 {
                return Err(vm.value_error(format!("opener returned {number}")));
            }
            number
        };
    }
    match fd::borrow(file.descriptor).and_then(rustix::fs::fstat) {
        Ok(stat) if rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Directory => {
            file.close_descriptor &= path.descriptor.is_none();
            return Err(vm.io_error(&Errno::ISDIR.into(), Some(name)));
        }
        _ => {}
    }
    if file.appending {
        let _ = fd::borrow(file.descriptor).and_then(|file| rustix::fs::seek(file, SeekFrom::End(0)));
    }
    with(vm, own, |own| *own = file)?;
    let attribute = vm.intern("name");
    vm.set_attr(own, attribute, name)
}

fn read_some(vm: &mut Vm, descriptor: i32, most: usize) -> PyResult<Option<Vec<u8>>> {
    vm.wait_for_file(descriptor, false)?;
    let mut buffer = vec![0; most];
    let count =
        fd::borrow(descriptor).and_then(|file| rustix::io::retry_on_intr(|| rustix::io::read(file, &mut buffer[..])));
    match count {
        Ok(count) => {
            buffer.truncate(count);
            Ok(Some(buffer))
        }
        Err(Errno::AGAIN) => Ok(None),
        Err(error) => Err(vm.io_error(&error.into(), None)),
    }
}

/// Reads at most so many bytes of a `FileIO`; `None` when it would block.
pub(super) fn read_at_most(vm: &mut Vm, own: Value, most: usize) -> PyResult<Option<Vec<u8>>> {
    let descriptor = check_readable(vm, own)?;
    read_some(vm, descriptor, most)
}

fn check_readable(vm: &mut Vm, own: Value) -> PyResult<i32> {
    let file = open(vm, own)?;
    if file.readable { Ok(file.descriptor) } else { Err(unsupported(vm, "File not open for reading")) }
}

fn check_writable(vm: &mut Vm, own: Value) -> PyResult<i32> {
    let file = open(vm, own)?;
    if file.writable { Ok(file.descriptor) } else { Err(unsupported(vm, "File not open for writing")) }
}

fn read(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "read", 0, 1)?;
    let descriptor = check_readable(vm, own)?;
    match limit(vm, values.first().copied())? {
        None => readall(vm, own, Args::EMPTY),
        Some(most) => match read_some(vm, descriptor, most)? {
            Some(data) => Ok(vm.new_bytes(&data).into()),
            None => Ok(Value::NONE),
        },
    }
}

fn readall(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let descriptor = check_readable(vm, own)?;
    let size = fd::borrow(descriptor).and_then(rustix::fs::fstat).map_or(0, |stat| stat.st_size.max(0) as usize);
    let mut all: Vec<u8> = Vec::new();
    // One more than the size: then the second read says that this is the end.
    let mut most = (size + 1).clamp(super::BUFFER_SIZE, 1 << 30);
    loop {
        match read_some(vm, descriptor, most)? {
            None if all.is_empty() => return Ok(Value::NONE),
            Some(part) if !part.is_empty() => {
                all.extend(part);
                most = most.max(all.len()).min(1 << 30);
                if size > 0 && all.len() >= size {
                    most = super::BUFFER_SIZE;
                }
            }
            _ => return Ok(vm.new_bytes(&all).into()),
        }
    }
}

fn readinto(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [target] = args.exactly(vm, "readinto")?;
    let descriptor = check_readable(vm, own)?;
    let room = writable_len(vm, target)?;
    match read_some(vm, descriptor, room)? {
        Some(data) => {
            fill(target, &data);
            Ok(Value::small_int(data.len() as i64))
        }
        None => Ok(Value::NONE),
    }
}

fn write(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [data] = args.exactly(vm, "write")?;
    let descriptor = check_writable(vm, own)?;
    let data = bytes::required(vm, data)?;
    if descriptor == 1 || descriptor == 2 {
        // The VM's own streams go to the same place, in the order of the program.
        vm.flush()?;
    }
    vm.wait_for_file(descriptor, true)?;
    let count = fd::borrow(descriptor).and_then(|file| rustix::io::retry_on_intr(|| rustix::io::write(file, &data)));
    match count {
        Ok(count) => Ok(Value::small_int(count as i64)),
        Err(Errno::AGAIN) => Ok(Value::NONE),
        Err(error) => Err(vm.io_error(&error.into(), None)),
    }
}

fn seek_to(vm: &mut Vm, own: Value, to: SeekFrom) -> PyResult {
    let descriptor = open(vm, own)?.descriptor;
    match fd::borrow(descriptor).and_then(|file| rustix::fs::seek(file, to)) {
        Ok(position) => Ok(vm.int(position as i64)),
        Err(error) => Err(vm.io_error(&error.into(), None)),
    }
}

fn seek(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "seek", 1, 2)?;
    if values[0].as_float().is_some() {
        return Err(vm.type_error("an integer is required"));
    }
    let position = vm.index_i64(values[0])?;
    let how = match values.get(1) {
        Some(how) => vm.index_c(*how, "int")?,
        None => 0,
    };
    open(vm, own)?;
    let to = match how {
        0 if position < 0 => return Err(vm.io_error(&Errno::INVAL.into(), None)),
        0 => SeekFrom::Start(position as u64),
        1 => SeekFrom::Current(position),
        2 => SeekFrom::End(position),
        _ => return Err(vm.io_error(&Errno::INVAL.into(), None)),
    };
    seek_to(vm, own, to)
}

fn truncate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "truncate", 0, 1)?;
    let descriptor = check_writable(vm, own)?;
    let size = match values.first() {
        Some(size) if !size.is_none() => *size,
        _ => seek_to(vm, own, SeekFrom::Current(0))?,
    };
    let length = vm.index_i64(size)?;
    let done = u64::try_from(length)
        .map_err(|_| Errno::INVAL)
        .and_then(|length| fd::borrow(descriptor).and_then(|file| rustix::fs::ftruncate(file, length)));
    done.map_err(|error| vm.io_error(&error.into(), None))?;
    Ok(size)
}

fn close(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (descriptor, close) =
        with(vm, own, |file| (std::mem::replace(&mut file.descriptor, -1), file.close_descriptor))?;
    if descriptor >= 0 && close {
        fd::close(descriptor).map_err(|error| vm.io_error(&error.into(), None))?;
    }
    Ok(Value::NONE)
}

fn seekable(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let descriptor = open(vm, own)?.descriptor;
    if let Some(known) = with(vm, own, |file| file.seekable)? {
        return Ok(Value::bool(known));
    }
    let seekable = fd::borrow(descriptor).and_then(|file| rustix::fs::seek(file, SeekFrom::Current(0))).is_ok();
    with(vm, own, |file| file.seekable = Some(seekable))?;
    Ok(Value::bool(seekable))
}

fn isatty(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let descriptor = open(vm, own)?.descriptor;
    Ok(Value::bool(fd::borrow(descriptor).is_ok_and(rustix::termios::isatty)))
}

fn no_pickle(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let name = vm.type_name(own);
    Err(vm.type_error(format!("cannot pickle '{name}' object")))
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (descriptor, mode, close) = with(vm, own, |file| (file.descriptor, file.mode(), file.close_descriptor))?;
    let class = vm.type_of(own).name.get().to_string_lossy().into_owned();
    let class = if class == "FileIO" {
        "_io.FileIO".to_owned()
    } else {
        quicken_vm::objects::typeobj::full_name(vm, vm.type_of(own))
    };
    if descriptor < 0 {
        return Ok(vm.new_str(&format!("<{class} [closed]>")).into());
    }
    let close = if close { "True" } else { "False" };
    let name = vm.intern("name");
    let text = match vm.lookup_attr(own, name)? {
        Some(name) => format!("<{class} name={} mode='{mode}' closefd={close}>", vm.repr_text(name)?),
        None => format!("<{class} fd={descriptor} mode='{mode}' closefd={close}>"),
    };
    Ok(vm.new_str(&text).into())
}
