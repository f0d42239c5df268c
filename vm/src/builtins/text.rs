//! Built-in functions that concern text: `print`, `input`, `repr`, `ascii`, `chr`, `ord`, `format`, `bin`, `oct`, `hex`, `hash`, `id`.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::format::int_digits;
use crate::object::Gc;
use crate::objects::bytes::{ByteArray, Bytes};
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::objects::string_methods::arguments::{c_int, string};
use crate::objects::textio::{self, Stream};
use crate::spec::Convention::{Fast, FastKeywords, O};
use crate::spec::{MethodSpec, method};
use crate::value::Value;

/// The functions, for the module `builtins`.
pub const FUNCTIONS: &[MethodSpec] = &[
    method("ascii", ascii, O),
    method("bin", bin, O),
    method("chr", chr, O),
    method("format", format, Fast),
    method("hash", hash, O),
    method("hex", hex, O),
    method("id", id, O),
    method("input", input, Fast),
    method("oct", oct, O),
    method("ord", ord, O),
    method("print", print, FastKeywords),
    method("repr", repr, O),
];

/// What `sys.NAME` is at present: `None` when there is no module `sys` (yet) or it lacks the attribute.
pub(crate) fn sys_attribute(vm: &mut Vm, name: &str) -> Option<Value> {
    let sys = vm.intern("sys");
    let module = vm.modules.get_str(sys)?.cast::<Module>()?;
    let name = vm.intern(name);
    module.dict().get_str(name)
}

/// Where text goes: to one of the VM's own streams, or to a Python object's method `write`.
#[derive(Clone, Copy)]
enum Target {
    Stream(Stream),
    Object(Value),
}

impl Target {
    fn of(vm: &Vm, value: Value) -> Target {
        match textio::text_stream(vm, value) {
            Some(stream) => Target::Stream(stream),
            None => Target::Object(value),
        }
    }

    fn write(self, vm: &mut Vm, text: Gc<Str>) -> PyResult<()> {
        match self {
            Target::Stream(stream) => textio::write(vm, stream, text),
            Target::Object(file) => {
                let name = vm.names.write;
                let write = vm.get_attr(file, name)?;
                vm.call_values(write, &[text.into()]).map(drop)
            }
        }
    }

    fn flush(self, vm: &mut Vm) -> PyResult<()> {
        match self {
            Target::Stream(stream) => textio::flush(vm, stream),
            Target::Object(file) => vm.call_method(file, "flush", &[]).map(drop),
        }
    }
}

/// `print(*args, sep=' ', end='\n', file=None, flush=False)`.
fn print(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let (mut separator, mut end, mut file, mut flush) = (Value::NONE, Value::NONE, Value::NONE, Value::FALSE);
    for (name, value) in args.keywords() {
        let place = match name.to_string_lossy().as_ref() {
            "sep" => &mut separator,
            "end" => &mut end,
            "file" => &mut file,
            "flush" => &mut flush,
            other => return Err(vm.type_error(format!("'{other}' is an invalid keyword argument for print()"))),
        };
        *place = value;
    }
    let flush = vm.is_true(flush)?;
    let target = if file.is_none() {
        match sys_attribute(vm, "stdout") {
            None => Target::Stream(Stream::Output),
            Some(value) if value.is_none() => return Ok(Value::NONE),
            Some(value) => Target::of(vm, value),
        }
    } else {
        Target::of(vm, file)
    };
    let separator = text_or(vm, separator, "sep", " ")?;
    let end = text_or(vm, end, "end", "\n")?;
    for (i, value) in args.positionals().iter().enumerate() {
        if i > 0 {
            target.write(vm, separator)?;
        }
        let text = vm.str_of(*value)?;
        target.write(vm, text)?;
    }
    target.write(vm, end)?;
    if flush {
        target.flush(vm)?;
    }
    Ok(Value::NONE)
}

fn text_or(vm: &mut Vm, value: Value, name: &str, default: &str) -> PyResult<Gc<Str>> {
    if value.is_none() {
        return Ok(vm.intern(default));
    }
    value.cast::<Str>().ok_or_else(|| {
        let ty = vm.type_name(value);
        vm.type_error(format!("{name} must be None or a string, not {ty}"))
    })
}

/// `input(prompt='')`.
fn input(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "input", 0, 1)?;
    // A program that has not imported `sys` has it all the same.
    vm.import_absolute("sys")?;
    for name in ["stdin", "stdout", "stderr"] {
        if sys_attribute(vm, name).is_none_or(Value::is_none) {
            return Err(vm.runtime_error(format!("input(): lost sys.{name}")));
        }
    }
    let output = sys_attribute(vm, "stdout").map_or(Target::Stream(Stream::Output), |file| Target::of(vm, file));
    if let Some(prompt) = args.first() {
        let prompt = vm.str_of(*prompt)?;
        output.write(vm, prompt)?;
    }
    // As in CPython, what cannot be flushed is read from even so.
    if let Err(raise) = output.flush(vm)
        && !vm.is_raised(raise, vm.exc.Exception)
    {
        return Err(raise);
    }
    let source = sys_attribute(vm, "stdin").map_or(Target::Stream(Stream::Input), |file| Target::of(vm, file));
    let line = match source {
        Target::Stream(_) => textio::read_line(vm)?,
        Target::Object(file) => {
            let line = vm.call_method(file, "readline", &[])?;
            match line.cast::<Str>() {
                Some(line) => line,
                None => return Err(vm.type_error("object.readline() returned non-string")),
            }
        }
    };
    if line.is_empty() {
        return Err(vm.eof_error("EOF when reading a line"));
    }
    let ends_line = line.char_at(line.len() - 1) == 0x0A;
    let len = line.len() - usize::from(ends_line);
    Ok(vm.substring(line, 0, len).into())
}

fn repr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "repr")?;
    vm.repr(value).map(Value::from)
}

fn ascii(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "ascii")?;
    vm.ascii(value).map(Value::from)
}

fn chr(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "chr")?;
    match u32::try_from(c_int(vm, value)?) {
        Ok(code_point @ 0..=0x10_FFFF) => Ok(vm.char_str(code_point).into()),
        _ => Err(vm.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "ord")?;
    let (len, first) = if let Some(text) = value.cast::<Str>() {
        (text.len(), text.char_at(0))
    } else if let Some(bytes) = value.cast::<Bytes>() {
        (bytes.len(), bytes.as_slice().first().copied().map_or(0, u32::from))
    } else if let Some(array) = value.cast::<ByteArray>() {
        (array.len(), array.get(0).map_or(0, u32::from))
    } else {
        let ty = vm.type_name(value);
        return Err(vm.type_error(format!("ord() expected string of length 1, but {ty} found")));
    };
    if len != 1 {
        return Err(vm.type_error(format!("ord() expected a character, but string of length {len} found")));
    }
    Ok(Value::small_int(i64::from(first)))
}

fn format(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let args = args.between(vm, "format", 1, 2)?;
    let spec = match args.get(1) {
        Some(spec) => string(vm, *spec, "format() argument 2 ")?,
        None => vm.empty_str(),
    };
    vm.format(args[0], spec).map(Value::from)
}

fn to_base(vm: &mut Vm, args: Args<'_>, name: &str, base: u8, prefix: &str) -> PyResult {
    let [value] = args.exactly(vm, name)?;
    let value = vm.index(value)?;
    let (negative, digits) = int_digits(vm, value, base)?;
    let sign = if negative { "-" } else { "" };
    Ok(vm.new_str(&format!("{sign}{prefix}{digits}")).into())
}

fn bin(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    to_base(vm, args, "bin", 2, "0b")
}

fn oct(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    to_base(vm, args, "oct", 8, "0o")
}

fn hex(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    to_base(vm, args, "hex", 16, "0x")
}

fn hash(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "hash")?;
    let hash = vm.hash(value)?;
    Ok(vm.int(hash))
}

fn id(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [value] = args.exactly(vm, "id")?;
    // Values in the word have no address; their word is no address of an object and as unique as they are.
    let identity = value.heap_address().map_or(value.bits(), |address| address as u64);
    Ok(vm.int_from_u64(identity))
}

/// The error of an output operation, as Python sees it.
pub(crate) fn os_error(vm: &mut Vm, error: &std::io::Error) -> Raise {
    let ty = match error.kind() {
        std::io::ErrorKind::BrokenPipe => vm.exc.BrokenPipeError,
        _ => vm.exc.OSError,
    };
    match error.raw_os_error() {
        Some(number) => {
            // Rust appends the number to the system's words.
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or("").to_string();
            let text = vm.new_str(&text);
            vm.raise_with(ty, &[Value::small_int(i64::from(number)), text.into()])
        }
        None => vm.raise(ty, error.to_string()),
    }
}
