//! What text files make of the ends of lines, and `IncrementalNewlineDecoder`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{FastKeywords, NoArgs, O};
use quicken_vm::spec::{TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::base::text_argument;

/// The parameter `newline`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Newline {
    /// `None`: all ends are read as `\n`, which is written as the system's end.
    Translated,
    /// `''`: all ends are known and left as they are.
    Universal,
    /// Only this end is known, and written for `\n`.
    Only(&'static str),
}

impl Newline {
    pub(super) fn parse(vm: &mut Vm, value: Value, quoted: bool) -> PyResult<Newline> {
        if value.or_none().is_none() {
            return Ok(Newline::Translated);
        }
        let Some(text) = value.cast::<Str>() else {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("newline must be str or None, not {given}")));
        };
        match text.to_string_lossy().as_ref() {
            "" => Ok(Newline::Universal),
            "\n" => Ok(Newline::Only("\n")),
            "\r" => Ok(Newline::Only("\r")),
            "\r\n" => Ok(Newline::Only("\r\n")),
            _ => {
                let shown = if quoted { vm.repr_text(value)? } else { text.to_string_lossy().into_owned() };
                Err(vm.value_error(format!("illegal newline value: {shown}")))
            }
        }
    }

    /// Where the line that begins at `start` ends: behind its end. `None` when there is no end.
    pub(super) fn line_end(self, text: &Str, start: usize) -> Option<usize> {
        let find = |character: u8, from: usize| {
            let at = text.position_of(character, from);
            (at < text.len()).then_some(at)
        };
        match self {
            Newline::Translated | Newline::Only("\n") => find(b'\n', start).map(|at| at + 1),
            Newline::Only("\r") => find(b'\r', start).map(|at| at + 1),
            Newline::Only(_) => {
                let mut from = start;
                loop {
                    let at = find(b'\r', from)?;
                    if at + 1 < text.len() && text.char_at(at + 1) == u32::from(b'\n') {
                        return Some(at + 2);
                    }
                    from = at + 1;
                }
            }
            Newline::Universal => match (find(b'\n', start), find(b'\r', start)) {
                (Some(feed), Some(carriage)) if carriage < feed => {
                    Some(if carriage + 1 == feed { feed + 1 } else { carriage + 1 })
                }
                (None, Some(carriage)) => Some(carriage + 1),
                (feed, _) => feed.map(|feed| feed + 1),
            },
        }
    }

    /// What is written for a text.
    pub(super) fn outgoing(self, vm: &mut Vm, text: Gc<Str>) -> Gc<Str> {
        let Newline::Only(end @ ("\r" | "\r\n")) = self else { return text };
        let mut points = Vec::with_capacity(text.len());
        for point in text.code_points() {
            if point == u32::from(b'\n') {
                points.extend(end.bytes().map(u32::from));
            } else {
                points.push(point);
            }
        }
        vm.str_from_code_points(&points)
    }
}

/// The ends that were seen (`newlines`).
#[derive(Clone, Copy, Default)]
pub(super) struct Seen(u8);

impl Seen {
    const FEED: u8 = 1;
    const CARRIAGE: u8 = 2;
    const BOTH: u8 = 4;

    /// The attribute: `None`, a string or a tuple of several.
    pub(super) fn value(self, vm: &mut Vm) -> Value {
        let mut found = vm.heap.temp_vec();
        for (bit, text) in [(Seen::CARRIAGE, "\r"), (Seen::FEED, "\n"), (Seen::BOTH, "\r\n")] {
            if self.0 & bit != 0 {
                let text = vm.new_str(text);
                found.push(text.into());
            }
        }
        match found.as_slice() {
            [] => Value::NONE,
            [one] => *one,
            several => vm.new_tuple(several).into(),
        }
    }
}

/// Notes the ends in a text, and makes them `\n` if asked to.
pub(super) fn incoming(vm: &mut Vm, text: Gc<Str>, translate: bool, seen: &mut Seen) -> Gc<Str> {
    if text.position_of(b'\r', 0) >= text.len() {
        if text.position_of(b'\n', 0) < text.len() {
            seen.0 |= Seen::FEED;
        }
        return text;
    }
    let mut points = Vec::with_capacity(text.len());
    let mut after_carriage = false;
    for point in text.code_points() {
        let feed = point == u32::from(b'\n');
        if after_carriage {
            seen.0 |= if feed { Seen::BOTH } else { Seen::CARRIAGE };
        } else if feed {
            seen.0 |= Seen::FEED;
        }
        if !translate {
            points.push(point);
        } else if point == u32::from(b'\r') {
            points.push(u32::from(b'\n'));
        } else if !(feed && after_carriage) {
            points.push(point);
        }
        after_carriage = point == u32::from(b'\r');
    }
    if after_carriage {
        seen.0 |= Seen::CARRIAGE;
    }
    if translate { vm.str_from_code_points(&points) } else { text }
}

/// The state of an `IncrementalNewlineDecoder`.
struct Decoder {
    decoder: Value,
    translate: bool,
    carriage: bool,
    seen: Seen,
}

impl OpaqueData for Decoder {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.decoder);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

pub(super) static DECODER: TypeSpec = TypeSpec {
    module: "_io",
    subclassable: true,
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &[
        method("decode", decode, FastKeywords),
        method("getstate", getstate, NoArgs),
        method("setstate", setstate, O),
        method("reset", reset, NoArgs),
    ],
    getset: &[getter("newlines", |vm, own| {
        let seen = with(vm, own, |state| state.seen)?;
        Ok(seen.value(vm))
    })],
    ..TypeSpec::new("IncrementalNewlineDecoder", LayoutKind::Opaque)
};

/// The type `IncrementalNewlineDecoder`.
pub(super) fn decoder_type(vm: &mut Vm) -> Gc<Type> {
    let object = vm.types.object;
    vm.native_type(&DECODER, object)
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Decoder) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("an IncrementalNewlineDecoder was expected")),
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let state = Decoder { decoder: Value::NONE, translate: false, carriage: false, seen: Seen::default() };
    Ok(vm.new_opaque(ty, state))
}

fn init(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<3> =
        Parameters { names: ["decoder", "translate", "errors"], positional_only: 0, max_positional: 3, required: 2 };
    let [decoder, translate, _] = args.bind(vm, "IncrementalNewlineDecoder", &PARAMETERS)?;
    let translate = vm.is_true(translate)?;
    with(vm, own, |state| *state = Decoder { decoder, translate, carriage: false, seen: Seen::default() })
}

fn decode(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["input", "final"], positional_only: 0, max_positional: 2, required: 1 };
    let [input, last] = args.bind(vm, "decode", &PARAMETERS)?;
    let last = !last.is_null() && vm.is_true(last)?;
    let (decoder, translate, carriage, mut seen) =
        with(vm, own, |state| (state.decoder, state.translate, std::mem::take(&mut state.carriage), state.seen))?;
    let output =
        if decoder.is_none() { input } else { vm.call_method(decoder, "decode", &[input, Value::bool(last)])? };
    let mut text = text_argument(vm, output, "decoder", "result")?;
    if carriage && (!text.is_empty() || last) {
        let front = vm.latin1_str(b'\r');
        text = quicken_vm::objects::string::concat(vm, front, text)?;
    }
    let mut kept = carriage && text.is_empty();
    // An end may go on in the next part.
    if !last && !text.is_empty() && text.char_at(text.len() - 1) == u32::from(b'\r') {
        text = vm.substring(text, 0, text.len() - 1);
        kept = true;
    }
    let text = incoming(vm, text, translate, &mut seen);
    with(vm, own, |state| (state.carriage, state.seen) = (kept, seen))?;
    Ok(text.into())
}

fn getstate(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (decoder, carriage) = with(vm, own, |state| (state.decoder, state.carriage))?;
    let (buffer, flag) = if decoder.is_none() {
        (vm.new_bytes(&[]).into(), 0)
    } else {
        let state = vm.call_method(decoder, "getstate", &[])?;
        let state = vm.tuple_from(state)?;
        let flag = state.get(1).unwrap_or(Value::small_int(0));
        (state.get(0).unwrap_or(Value::NONE), vm.index_i64(flag)?)
    };
    Ok(vm.new_pair(buffer, Value::small_int(flag << 1 | i64::from(carriage))).into())
}

fn setstate(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "setstate")?;
    let state = vm.tuple_from(state)?;
    let [buffer, flag] = *state.items() else { return Err(vm.type_error("state argument must be a tuple")) };
    let flag = vm.index_i64(flag)?;
    let decoder = with(vm, own, |state| {
        state.carriage = flag & 1 == 1;
        state.decoder
    })?;
    if !decoder.is_none() {
        let state = vm.new_pair(buffer, Value::small_int(flag >> 1));
        vm.call_method(decoder, "setstate", &[state.into()])?;
    }
    Ok(Value::NONE)
}

fn reset(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let decoder = with(vm, own, |state| {
        (state.carriage, state.seen) = (false, Seen::default());
        state.decoder
    })?;
    if !decoder.is_none() {
        vm.call_method(decoder, "reset", &[])?;
    }
    Ok(Value::NONE)
}
