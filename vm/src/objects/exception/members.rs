//! What single exception types add: members, arguments by keyword, texts of their own.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::bytes::Bytes;
use crate::objects::exception::{Exception, NAME, OBJECT, PATH, base};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::Slots;
use crate::spec::{Convention, GetSetSpec, MethodSpec, getset, method};
use crate::value::Value;

// Members by number. Types that have nothing to do with each other share numbers.
const MSG: usize = 2;

pub(super) const FILENAME: usize = 0;
pub(super) const LINENO: usize = 1;
pub(super) const OFFSET: usize = 3;
pub(super) const TEXT: usize = 4;
pub(super) const END_LINENO: usize = 5;
pub(super) const END_OFFSET: usize = 6;
const PRINT_FILE_AND_LINE: usize = 7;

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const OS_FILENAME: usize = 2;
const OS_FILENAME2: usize = 3;
const WRITTEN: usize = 4;

const ENCODING: usize = 0;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

fn get<const N: usize>(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.member(N).or_none()))
}

fn set<const N: usize>(vm: &mut Vm, value: Value, member: Value) -> PyResult<()> {
    if let Some(exception) = value.cast::<Exception>() {
        exception.set_member(vm, N, member);
    }
    Ok(())
}

const fn member<const N: usize>(name: &'static str) -> GetSetSpec {
    GetSetSpec { member: true, ..getset(name, get::<N>, set::<N>) }
}

fn get_value(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Exception>().map_or(Value::NONE, |e| e.value.get().or_none()))
}

fn set_value(_vm: &mut Vm, value: Value, member: Value) -> PyResult<()> {
    if let Some(exception) = value.cast::<Exception>() {
        exception.value.set(member);
    }
    Ok(())
}

impl Vm {
    /// The value that a raised `StopIteration` carries (`_PyGen_FetchStopIterationValue`).
    pub fn stop_iteration_value(&self, raise: Raise) -> Value {
        raise.0.cast::<Exception>().map_or(Value::NONE, |e| e.value.get().or_none())
    }
}

/// Takes the keyword arguments that an exception knows into members.
fn keywords(vm: &mut Vm, value: Value, args: Args<'_>, function: &str, known: &[(&str, usize)]) -> PyResult<()> {
    let Some(exception) = value.cast::<Exception>() else { return Ok(()) };
    for &(_, index) in known {
        if !exception.member(index).is_null() {
            exception.set_member(vm, index, Value::NULL);
        }
    }
    let (most, given) = (known.len(), args.keyword_count());
    if given > most {
        let plural = if most == 1 { "" } else { "s" };
        return Err(
            vm.type_error(format!("{function}() takes at most {most} keyword argument{plural} ({given} given)"))
        );
    }
    for (name, given) in args.keywords() {
        let name = name.to_string_lossy();
        match known.iter().find(|(known, _)| *known == name) {
            Some(&(_, index)) => exception.set_member(vm, index, given),
            None => {
                return Err(vm.type_error(format!("'{name}' is an invalid keyword argument for {function}()")));
            }
        }
    }
    Ok(())
}

// ---- StopIteration, SystemExit ----

fn stop_iteration_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, value, args)?;
    if let Some(exception) = value.cast::<Exception>() {
        exception.value.set(args.get(0).unwrap_or(Value::NONE));
    }
    Ok(())
}

fn system_exit_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, value, args)?;
    if let Some(exception) = value.cast::<Exception>() {
        match args.positionals() {
            [] => {}
            [code] => exception.value.set(*code),
            _ => exception.value.set(exception.args.get()),
        }
    }
    Ok(())
}

pub(super) const STOP_ITERATION_SLOTS: Slots = Slots { init: Some(stop_iteration_init), ..base::SLOTS };
pub(super) const STOP_ITERATION: &[GetSetSpec] =
    &[GetSetSpec { member: true, ..getset("value", get_value, set_value) }];
pub(super) const SYSTEM_EXIT_SLOTS: Slots = Slots { init: Some(system_exit_init), ..base::SLOTS };
pub(super) const SYSTEM_EXIT: &[GetSetSpec] = &[GetSetSpec { member: true, ..getset("code", get_value, set_value) }];

// ---- KeyError ----

fn key_error_str(vm: &mut Vm, value: Value) -> PyResult {
    // The plain text of a key would say too little about an empty string.
    match value.cast::<Exception>().and_then(|e| e.args.get().cast::<Tuple>()).map(|t| t.items()) {
        Some([key]) => Ok(vm.repr(*key)?.into()),
        _ => base::str(vm, value),
    }
}

pub(super) const KEY_ERROR_SLOTS: Slots = Slots { str: Some(key_error_str), ..base::SLOTS };

// ---- AttributeError, NameError ----

fn attribute_error_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::keep_args(vm, value, args);
    keywords(vm, value, args, "AttributeError", &[("name", NAME), ("obj", OBJECT)])
}

fn name_error_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::keep_args(vm, value, args);
    keywords(vm, value, args, "NameError", &[("name", NAME)])
}

pub(super) const ATTRIBUTE_ERROR_SLOTS: Slots = Slots { init: Some(attribute_error_init), ..base::SLOTS };
pub(super) const ATTRIBUTE_ERROR: &[GetSetSpec] = &[member::<NAME>("name"), member::<OBJECT>("obj")];
pub(super) const NAME_ERROR_SLOTS: Slots = Slots { init: Some(name_error_init), ..base::SLOTS };
pub(super) const NAME_ERROR: &[GetSetSpec] = &[member::<NAME>("name")];

// ---- ImportError ----

fn import_error_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::keep_args(vm, value, args);
    keywords(vm, value, args, "ImportError", &[("name", NAME), ("path", PATH)])?;
    if let Some(exception) = value.cast::<Exception>() {
        let message = if let [message] = args.positionals() { *message } else { Value::NULL };
        exception.set_member(vm, MSG, message);
    }
    Ok(())
}

fn import_error_str(vm: &mut Vm, value: Value) -> PyResult {
    let message = value.cast::<Exception>().map_or(Value::NULL, |e| e.member(MSG));
    if message.is_exact(vm.types.str) { Ok(message) } else { base::str(vm, value) }
}

pub(super) const IMPORT_ERROR_SLOTS: Slots =
    Slots { init: Some(import_error_init), str: Some(import_error_str), ..base::SLOTS };
pub(super) const IMPORT_ERROR: &[GetSetSpec] = &[member::<MSG>("msg"), member::<NAME>("name"), member::<PATH>("path")];

// ---- OSError ----

/// The class that `OSError(errno, …)` makes (PEP 3151), with Linux's numbers.
fn os_error_class(vm: &Vm, errno: i64) -> Option<Gc<Type>> {
    Some(match errno {
        11 | 114 | 115 => vm.exc.BlockingIOError,
        32 | 108 => vm.exc.BrokenPipeError,
        10 => vm.exc.ChildProcessError,
        103 => vm.exc.ConnectionAbortedError,
        111 => vm.exc.ConnectionRefusedError,
        104 => vm.exc.ConnectionResetError,
        17 => vm.exc.FileExistsError,
        2 => vm.exc.FileNotFoundError,
        21 => vm.exc.IsADirectoryError,
        20 => vm.exc.NotADirectoryError,
        4 => vm.exc.InterruptedError,
        1 | 13 => vm.exc.PermissionError,
        3 => vm.exc.ProcessLookupError,
        110 => vm.exc.TimeoutError,
        _ => return None,
    })
}

fn os_error_new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let mut class = ty;
    if ty == vm.exc.OSError
        && (2..=5).contains(&args.len())
        && let Some(errno) = args.get(0).and_then(|e| e.as_small_int())
        && let Some(special) = os_error_class(vm, errno)
    {
        class = special;
    }
    base::new(vm, class, args)
}

fn os_error_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, value, args)?;
    let Some(exception) = value.cast::<Exception>() else { return Ok(()) };
    let given = args.positionals();
    if !(2..=5).contains(&given.len()) {
        return Ok(());
    }
    exception.set_member(vm, ERRNO, given[0]);
    exception.set_member(vm, STRERROR, given[1]);
    let Some(filename) = given.get(2).copied().filter(|f| !f.is_none()) else { return Ok(()) };
    if vm.type_of(value) == vm.exc.BlockingIOError && filename.is_small_int() {
        exception.set_member(vm, WRITTEN, filename);
        return Ok(());
    }
    exception.set_member(vm, OS_FILENAME, filename);
    if let Some(second) = given.get(4).copied().filter(|f| !f.is_none()) {
        exception.set_member(vm, OS_FILENAME2, second);
    }
    let kept = vm.new_tuple(&given[..2]);
    exception.args.set(kept.into());
    Ok(())
}

fn os_error_str(vm: &mut Vm, value: Value) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let (errno, message) = (exception.member(ERRNO), exception.member(STRERROR));
    let (first, second) = (exception.member(OS_FILENAME), exception.member(OS_FILENAME2));
    if first.is_null() && (errno.is_null() || message.is_null()) {
        return base::str(vm, value);
    }
    let errno = vm.str_of(errno.or_none())?.to_string_lossy().into_owned();
    let message = vm.str_of(message.or_none())?.to_string_lossy().into_owned();
    let mut text = format!("[Errno {errno}] {message}");
    if !first.is_null() {
        text.push_str(": ");
        text.push_str(&vm.repr_text(first)?);
        if !second.is_null() {
            text.push_str(" -> ");
            text.push_str(&vm.repr_text(second)?);
        }
    }
    Ok(vm.new_str(&text).into())
}

impl Vm {
    /// An `OSError` (of the class for this number), as failed system calls raise it.
    pub fn os_error(&mut self, errno: i32, message: &str, filename: Option<Value>) -> Raise {
        let ty = os_error_class(self, i64::from(errno)).unwrap_or(self.exc.OSError);
        let message: Value = self.new_str(message).into();
        let errno = Value::small_int(i64::from(errno));
        match filename {
            Some(filename) => self.raise_with(ty, &[errno, message, filename]),
            None => self.raise_with(ty, &[errno, message]),
        }
    }

    /// An `OSError` for an error of the operating system.
    pub fn io_error(&mut self, error: &std::io::Error, filename: Option<Value>) -> Raise {
        match error.raw_os_error() {
            Some(errno) => {
                // Rust adds " (os error N)" to the system's words.
                let text = error.to_string();
                let text = text.split(" (os error").next().unwrap_or_default().to_owned();
                self.os_error(errno, &text, filename)
            }
            None => {
                let ty = self.exc.OSError;
                self.raise(ty, error.to_string())
            }
        }
    }
}

pub(super) const OS_ERROR_SLOTS: Slots =
    Slots { new: Some(os_error_new), init: Some(os_error_init), str: Some(os_error_str), ..base::SLOTS };
pub(super) const OS_ERROR: &[GetSetSpec] = &[
    member::<ERRNO>("errno"),
    member::<STRERROR>("strerror"),
    member::<OS_FILENAME>("filename"),
    member::<OS_FILENAME2>("filename2"),
    getset("characters_written", get::<WRITTEN>, set::<WRITTEN>),
];

// ---- SyntaxError ----

fn syntax_error_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    base::init(vm, value, args)?;
    let Some(exception) = value.cast::<Exception>() else { return Ok(()) };
    if let Some(message) = args.get(0) {
        exception.set_member(vm, MSG, message);
    }
    if args.len() != 2 {
        return Ok(());
    }
    let mut info = vm.heap.temp_vec();
    vm.collect(args.values()[1], &mut info)?;
    if !(4..=6).contains(&info.len()) {
        let (word, limit) = if info.len() < 4 { ("at least", 4) } else { ("at most", 6) };
        let given = info.len();
        return Err(vm.type_error(format!("function takes {word} {limit} arguments ({given} given)")));
    }
    for (index, item) in [FILENAME, LINENO, OFFSET, TEXT, END_LINENO, END_OFFSET].into_iter().zip(info.iter()) {
        exception.set_member(vm, index, *item);
    }
    if info.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn syntax_error_str(vm: &mut Vm, value: Value) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let message = vm.str_of(exception.member(MSG).or_none())?;
    let filename = exception.member(FILENAME).cast::<Str>().map(|f| {
        let path = f.to_string_lossy();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    });
    let line = exception.member(LINENO).as_small_int();
    let message = message.to_string_lossy().into_owned();
    let text = match (filename, line) {
        (None, None) => message,
        (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
        (Some(file), None) => format!("{message} ({file})"),
        (None, Some(line)) => format!("{message} (line {line})"),
    };
    Ok(vm.new_str(&text).into())
}

pub(super) const SYNTAX_ERROR_SLOTS: Slots =
    Slots { init: Some(syntax_error_init), str: Some(syntax_error_str), ..base::SLOTS };
pub(super) const SYNTAX_ERROR: &[GetSetSpec] = &[
    member::<MSG>("msg"),
    member::<FILENAME>("filename"),
    member::<LINENO>("lineno"),
    member::<OFFSET>("offset"),
    member::<TEXT>("text"),
    member::<END_LINENO>("end_lineno"),
    member::<END_OFFSET>("end_offset"),
    member::<PRINT_FILE_AND_LINE>("print_file_and_line"),
];

/// `msg` of a syntax error.
pub(super) fn syntax_message(exception: Gc<Exception>) -> Value {
    exception.member(MSG).or_none()
}

// ---- UnicodeError ----

/// Takes the arguments of a Unicode error: `encode` and `decode` errors begin with the encoding.
fn unicode_init(vm: &mut Vm, value: Value, args: Args<'_>, with_encoding: bool) -> PyResult<()> {
    base::init(vm, value, args)?;
    let Some(exception) = value.cast::<Exception>() else { return Ok(()) };
    let given = args.positionals();
    let wanted = if with_encoding { 5 } else { 4 };
    if given.len() != wanted {
        let count = given.len();
        return Err(vm.type_error(format!("function takes exactly {wanted} arguments ({count} given)")));
    }
    let places: &[usize] =
        if with_encoding { &[ENCODING, OBJECT, START, END, REASON] } else { &[OBJECT, START, END, REASON] };
    for (number, (&place, &item)) in places.iter().zip(given).enumerate() {
        let good = match place {
            START | END => item.is_small_int(),
            OBJECT => true,
            _ => item.cast::<Str>().is_some(),
        };
        if !good {
            let given = vm.type_name(item);
            return Err(match place {
                START | END => vm.type_error(format!("'{given}' object cannot be interpreted as an integer")),
                _ => vm.type_error(format!("argument {} must be str, not {given}", number + 1)),
            });
        }
        exception.set_member(vm, place, item);
    }
    // What was to be decoded is kept as bytes, whatever it was.
    if with_encoding && vm.type_of(value).is_subtype(vm.exc.UnicodeDecodeError) {
        let object = exception.member(OBJECT);
        if object.cast::<Bytes>().is_none() {
            let Some(bytes) = crate::objects::bytes::to_vec(object) else {
                let given = vm.type_name(object);
                return Err(vm.type_error(format!("a bytes-like object is required, not '{given}'")));
            };
            let bytes = vm.new_bytes(&bytes);
            exception.set_member(vm, OBJECT, bytes.into());
        }
    }
    Ok(())
}

fn unicode_coding_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    unicode_init(vm, value, args, true)
}

fn unicode_translate_init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    unicode_init(vm, value, args, false)
}

fn unicode_str(vm: &mut Vm, value: Value) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let object = exception.member(OBJECT);
    if object.is_null() {
        return Ok(vm.empty_str().into());
    }
    let reason = vm.str_of(exception.member(REASON).or_none())?.to_string_lossy().into_owned();
    let start = exception.member(START).as_small_int().unwrap_or(0);
    let end = exception.member(END).as_small_int().unwrap_or(0);
    let encoding = match exception.member(ENCODING).non_null() {
        Some(encoding) => format!("'{}' codec ", vm.str_of(encoding)?.to_string_lossy()),
        None => String::new(),
    };
    let single = usize::try_from(start).ok().filter(|_| end == start + 1);
    let (verb, one, many) = if object.cast::<Bytes>().is_some() {
        let byte = single.and_then(|at| object.cast::<Bytes>()?.as_slice().get(at).copied());
        ("decode", byte.map(|b| format!("byte 0x{b:02x}")), "bytes")
    } else {
        let verb = if encoding.is_empty() { "translate" } else { "encode" };
        let character = single.and_then(|at| {
            let text = object.cast::<Str>()?;
            if at < text.len() { Some(text.char_at(at)) } else { None }
        });
        let escaped = character.map(|c| match c {
            0..0x100 => format!("character '\\x{c:02x}'"),
            0x100..0x10000 => format!("character '\\u{c:04x}'"),
            _ => format!("character '\\U{c:08x}'"),
        });
        (verb, escaped, "characters")
    };
    let text = match one {
        Some(one) => format!("{encoding}can't {verb} {one} in position {start}: {reason}"),
        None => format!("{encoding}can't {verb} {many} in position {start}-{}: {reason}", end - 1),
    };
    Ok(vm.new_str(&text).into())
}

pub(super) const UNICODE_CODING_SLOTS: Slots =
    Slots { init: Some(unicode_coding_init), str: Some(unicode_str), ..base::SLOTS };
pub(super) const UNICODE_TRANSLATE_SLOTS: Slots =
    Slots { init: Some(unicode_translate_init), str: Some(unicode_str), ..base::SLOTS };
pub(super) const UNICODE_ERROR: &[GetSetSpec] = &[
    member::<ENCODING>("encoding"),
    member::<OBJECT>("object"),
    member::<START>("start"),
    member::<END>("end"),
    member::<REASON>("reason"),
];

/// Methods of `ImportError` and `OSError`: what `BaseException` does, in CPython with the members as well.
pub(super) const REDUCE: &[MethodSpec] = &[method("__reduce__", reduce_with_members, Convention::NoArgs)];

/// `name` and `path` travel as state, beside what the program added.
fn reduce_import_error(vm: &mut Vm, exception: Gc<Exception>) -> PyResult {
    let (ty, args) = (vm.type_of(exception.into()), exception.args.get());
    let (name, path) = (exception.member(NAME), exception.member(PATH));
    if name.is_null() && path.is_null() {
        return Ok(match exception.dict.get().non_null() {
            Some(dict) => vm.new_tuple(&[ty.into(), args, dict]).into(),
            None => vm.new_pair(ty.into(), args).into(),
        });
    }
    let state = vm.new_dict();
    if let Some(dict) = exception.dict.get().non_null() {
        state.merge(vm, dict, crate::objects::dict::Duplicates::Replace)?;
    }
    for (key, value) in [("name", name), ("path", path)] {
        if !value.is_null() {
            let key = vm.intern(key);
            state.set_str(vm, key, value);
        }
    }
    Ok(vm.new_tuple(&[ty.into(), args, state.into()]).into())
}

fn reduce_with_members(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let Some(exception) = value.cast::<Exception>() else { return Ok(Value::NONE) };
    let ty = vm.type_of(value);
    let mut args = exception.args.get();
    if ty.is_subtype(vm.exc.ImportError) {
        return reduce_import_error(vm, exception);
    }
    if ty.is_subtype(vm.exc.OSError)
        && let Some(kept) = args.cast::<Tuple>()
        && kept.len() == 2
        && let Some(filename) = exception.member(OS_FILENAME).non_null()
    {
        let mut whole = vec![kept.items()[0], kept.items()[1], filename];
        if let Some(second) = exception.member(OS_FILENAME2).non_null() {
            whole.extend([Value::NONE, second]);
        }
        args = vm.new_tuple(&whole).into();
    }
    Ok(match exception.dict.get().non_null() {
        Some(dict) => vm.new_tuple(&[ty.into(), args, dict]).into(),
        None => vm.new_pair(ty.into(), args).into(),
    })
}
