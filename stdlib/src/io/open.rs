//! `open`.

use quicken_vm::args::Parameters;
use quicken_vm::objects::string::Str;
use quicken_vm::slots::UnaryOp;
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::paths::fspath;

use super::{BUFFER_SIZE, buffered, file, text};

/// `open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)`
pub(super) fn open(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<8> = Parameters {
        names: ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"],
        positional_only: 0,
        max_positional: 8,
        required: 1,
    };
    let [file, mode, buffering, encoding, errors, newline, closefd, opener] = args.bind(vm, "open", &PARAMETERS)?;
    let mode = match mode {
        mode if mode.is_null() => "r".to_owned(),
        mode => match mode.cast::<Str>() {
            Some(mode) => mode.to_string_lossy().into_owned(),
            None => {
                let given = vm.type_name(mode);
                return Err(vm.type_error(format!("open() argument 'mode' must be str, not {given}")));
            }
        },
    };
    let file = if is_number(vm, file) { file } else { fspath(vm, file)? };
    let buffering = if buffering.is_null() { -1 } else { vm.index_c(buffering, "int")? };
    let kinds = parse(&mode).map_err(|message| vm.value_error(message))?;
    if kinds.binary {
        for (name, value) in [("an encoding", encoding), ("an errors", errors), ("a newline", newline)] {
            if !value.or_none().is_none() {
                return Err(vm.value_error(format!("binary mode doesn't take {name} argument")));
            }
        }
    }
    let raw_mode = vm.new_str(&kinds.raw);
    let closefd = if closefd.is_null() { Value::TRUE } else { closefd };
    let ty = file::file_type(vm);
    let raw = vm.call_values(ty.into(), &[file, raw_mode.into(), closefd, opener.or_none()])?;
    let opened = layers(vm, raw, &kinds, buffering, [encoding, errors, newline], &mode);
    if opened.is_err() {
        // What went wrong first is what is said.
        let _ = vm.call_method(raw, "close", &[]);
    }
    opened
}

/// Whether an argument is taken for a descriptor, if perhaps a wrong one: what has a way to become a number is no path.
fn is_number(vm: &Vm, value: Value) -> bool {
    let unary = vm.type_of(value).slots().unary;
    [UnaryOp::Index, UnaryOp::Int, UnaryOp::Float].iter().any(|op| unary[*op as usize].is_some())
}

/// What a mode asks for.
struct Kinds {
    raw: String,
    binary: bool,
    reading: bool,
    updating: bool,
}

fn parse(mode: &str) -> Result<Kinds, String> {
    let count = |letter: char| mode.chars().filter(|found| *found == letter).count();
    if mode.chars().any(|letter| !"axrwb+tU".contains(letter)) || "axrwb+t".chars().any(|letter| count(letter) > 1) {
        return Err(format!("invalid mode: '{mode}'"));
    }
    if mode.contains('U') {
        return Err(format!("invalid mode: '{mode}'"));
    }
    let (binary, textual) = (mode.contains('b'), mode.contains('t'));
    if binary && textual {
        return Err("can't have text and binary mode at once".to_owned());
    }
    let kinds = "xrwa".chars().filter(|letter| mode.contains(*letter)).count();
    // None at all is for `FileIO` to complain about.
    if kinds > 1 {
        return Err("must have exactly one of create/read/write/append mode".to_owned());
    }
    let raw: String = mode.chars().filter(|letter| "xrwa+".contains(*letter)).collect();
    Ok(Kinds { raw, binary, reading: mode.contains('r'), updating: mode.contains('+') })
}

fn layers(vm: &mut Vm, raw: Value, kinds: &Kinds, buffering: i64, text: [Value; 3], mode: &str) -> PyResult {
    let terminal = vm.call_method(raw, "isatty", &[])?;
    let terminal = vm.is_true(terminal)?;
    let line_buffering = buffering == 1 && !kinds.binary || buffering < 0 && terminal;
    let size = if buffering < 0 || buffering == 1 { BUFFER_SIZE as i64 } else { buffering };
    if size == 0 {
        if kinds.binary {
            return Ok(raw);
        }
        return Err(vm.value_error("can't have unbuffered text I/O"));
    }
    let spec = match (kinds.updating, kinds.reading) {
        (true, _) => &buffered::RANDOM,
        (false, true) => &buffered::READER,
        (false, false) => &buffered::WRITER,
    };
    let ty = buffered::buffered_type(vm, spec);
    let buffer = vm.call_values(ty.into(), &[raw, Value::small_int(size)])?;
    if kinds.binary {
        return Ok(buffer);
    }
    let [encoding, errors, newline] = text.map(Value::or_none);
    let ty = text::text_type(vm);
    let wrapper = vm.call_values(ty.into(), &[buffer, encoding, errors, newline, Value::bool(line_buffering)])?;
    let (name, mode) = (vm.intern("mode"), vm.new_str(mode));
    vm.set_attr(wrapper, name, mode.into())?;
    Ok(wrapper)
}
