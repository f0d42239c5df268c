//! The error handlers as functions: what `codecs.lookup_error` answers for the names that are always there.

use crate::Vm;
use crate::args::Args;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::bytes;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::spec::Convention::O;
use crate::spec::{MethodSpec, method};
use crate::value::Value;

/// A handler and the name under which it is registered.
pub(super) struct Handler {
    pub name: &'static str,
    pub function: MethodSpec,
}

pub(super) static HANDLERS: &[Handler] = &[
    Handler { name: "strict", function: method("strict_errors", strict, O) },
    Handler { name: "ignore", function: method("ignore_errors", ignore, O) },
    Handler { name: "replace", function: method("replace_errors", replace, O) },
    Handler { name: "xmlcharrefreplace", function: method("xmlcharrefreplace_errors", xmlcharrefreplace, O) },
    Handler { name: "backslashreplace", function: method("backslashreplace_errors", backslashreplace, O) },
    Handler { name: "namereplace", function: method("namereplace_errors", namereplace, O) },
    Handler { name: "surrogateescape", function: method("surrogateescape", surrogateescape, O) },
    Handler { name: "surrogatepass", function: method("surrogatepass", strict, O) },
];

/// What an exception of a codec says: its object and the part of it that is wrong.
struct Problem {
    object: Value,
    start: usize,
    end: usize,
}

fn problem(vm: &mut Vm, exception: Value) -> PyResult<Problem> {
    let mut parts = [Value::NULL; 3];
    for (part, name) in parts.iter_mut().zip(["object", "start", "end"]) {
        let name = vm.intern(name);
        *part = vm.get_attr(exception, name)?;
    }
    let [object, start, end] = parts;
    let (start, end) = (vm.index_i64(start)?.max(0) as usize, vm.index_i64(end)?.max(0) as usize);
    let length = vm.length(object)?;
    Ok(Problem { object, start: start.min(length.saturating_sub(1)), end: end.clamp(length.min(1), length) })
}

fn is(vm: &Vm, exception: Value, class: Gc<Type>) -> bool {
    vm.type_of(exception).is_subtype(class)
}

fn wrong_type(vm: &mut Vm, exception: Value) -> Raise {
    let given = vm.type_name(exception);
    vm.type_error(format!("don't know how to handle {given} in error callback"))
}

fn answer(vm: &mut Vm, points: &[u32], end: usize) -> PyResult {
    let text = vm.str_from_code_points(points);
    Ok(vm.new_pair(text.into(), Value::small_int(end as i64)).into())
}

fn strict(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "strict_errors")?;
    if is(vm, exception, vm.exc.BaseException) {
        return Err(Raise(exception));
    }
    Err(vm.type_error("codec must pass exception instance"))
}

fn ignore(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "ignore_errors")?;
    if !is(vm, exception, vm.exc.UnicodeError) {
        return Err(wrong_type(vm, exception));
    }
    let problem = problem(vm, exception)?;
    answer(vm, &[], problem.end)
}

fn replace(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "replace_errors")?;
    let problem = if is(vm, exception, vm.exc.UnicodeError) {
        problem(vm, exception)?
    } else {
        return Err(wrong_type(vm, exception));
    };
    let count = problem.end.saturating_sub(problem.start);
    let points = if is(vm, exception, vm.exc.UnicodeEncodeError) {
        vec![u32::from(b'?'); count]
    } else if is(vm, exception, vm.exc.UnicodeDecodeError) {
        vec![0xFFFD]
    } else {
        vec![0xFFFD; count]
    };
    answer(vm, &points, problem.end)
}

/// The code points that could not be encoded.
fn points(vm: &mut Vm, exception: Value) -> PyResult<(Vec<u32>, Problem)> {
    let encoding = is(vm, exception, vm.exc.UnicodeEncodeError) || is(vm, exception, vm.exc.UnicodeTranslateError);
    if !encoding {
        return Err(wrong_type(vm, exception));
    }
    let problem = problem(vm, exception)?;
    let Some(text) = problem.object.cast::<Str>() else { return Err(vm.type_error("object attribute must be str")) };
    let points = (problem.start..problem.end).map(|index| text.char_at(index)).collect();
    Ok((points, problem))
}

fn xmlcharrefreplace(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "xmlcharrefreplace_errors")?;
    let (points, problem) = points(vm, exception)?;
    let text: String = points.iter().map(|point| format!("&#{point};")).collect();
    answer(vm, &text.chars().map(u32::from).collect::<Vec<_>>(), problem.end)
}

/// The names of the characters as `\N{…}`; what has none is written as `backslashreplace` does.
fn namereplace(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "namereplace_errors")?;
    if !is(vm, exception, vm.exc.UnicodeEncodeError) {
        return Err(wrong_type(vm, exception));
    }
    let (points, problem) = points(vm, exception)?;
    let module = vm.import_absolute("unicodedata")?;
    let mut text = String::new();
    for point in points {
        let character = vm.char_str(point);
        let name = vm.call_method(module, "name", &[character.into(), Value::NONE])?;
        match name.cast::<Str>() {
            Some(name) => text.push_str(&format!("\\N{{{}}}", name.to_string_lossy())),
            None if point < 0x100 => text.push_str(&format!("\\x{point:02x}")),
            None if point < 0x1_0000 => text.push_str(&format!("\\u{point:04x}")),
            None => text.push_str(&format!("\\U{point:08x}")),
        }
    }
    answer(vm, &text.chars().map(u32::from).collect::<Vec<_>>(), problem.end)
}

fn backslashreplace(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "backslashreplace_errors")?;
    let (text, end) = if is(vm, exception, vm.exc.UnicodeDecodeError) {
        let problem = problem(vm, exception)?;
        let data = bytes::required(vm, problem.object)?;
        let text: String = data[problem.start..problem.end].iter().map(|byte| format!("\\x{byte:02x}")).collect();
        (text, problem.end)
    } else {
        let (points, problem) = points(vm, exception)?;
        (points.iter().map(|point| escaped(*point)).collect(), problem.end)
    };
    answer(vm, &text.chars().map(u32::from).collect::<Vec<_>>(), end)
}

/// A code point as Python source writes it.
pub(super) fn escaped(point: u32) -> String {
    match point {
        0..=0xFF => format!("\\x{point:02x}"),
        0x100..=0xFFFF => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

fn surrogateescape(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [exception] = args.exactly(vm, "surrogateescape")?;
    if is(vm, exception, vm.exc.UnicodeDecodeError) {
        let problem = problem(vm, exception)?;
        let data = bytes::required(vm, problem.object)?;
        let escaped: Vec<u32> = data[problem.start..problem.end]
            .iter()
            .take(4)
            .take_while(|byte| **byte >= 0x80)
            .map(|byte| 0xDC00 + u32::from(*byte))
            .collect();
        return if escaped.is_empty() {
            Err(Raise(exception))
        } else {
            answer(vm, &escaped, problem.start + escaped.len())
        };
    }
    let (points, problem) = points(vm, exception)?;
    let bytes: Option<Vec<u8>> =
        points.iter().map(|point| (0xDC80..=0xDCFF).contains(point).then(|| (point - 0xDC00) as u8)).collect();
    match bytes {
        Some(bytes) => {
            let bytes = vm.new_bytes(&bytes);
            Ok(vm.new_pair(bytes.into(), Value::small_int(problem.end as i64)).into())
        }
        None => Err(Raise(exception)),
    }
}
