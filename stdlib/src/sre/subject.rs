//! What is searched: text or bytes, as the engine reads them, and one run of the engine.

use quicken_vm::objects::bytes::{self, Bytes};
use quicken_vm::objects::string::{Kind, Str};
use quicken_vm::{PyResult, Value, Vm};
use rustpython_sre_engine::{Request, State, StrDrive};

use super::pattern::Pattern;

/// The characters of a text or the bytes of bytes.
pub(super) struct Subject {
    /// The object itself: parts of it are results.
    pub value: Value,
    /// The number of characters.
    pub len: usize,
    characters: Characters,
}

enum Characters {
    /// One byte each: the object's own, which keeps them where they are.
    Text,
    Bytes,
    Copied(Vec<u8>),
    /// Characters that need more.
    Wide(String),
}

/// How a pattern is to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Match,
    FullMatch,
    Search,
}

/// Where a pattern was found: its own place and that of its groups, with the last group that was closed.
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub groups: Vec<Option<(usize, usize)>>,
    pub last: isize,
}

impl Subject {
    /// The subject for a pattern, which must be of the same kind.
    pub(super) fn new(vm: &mut Vm, value: Value, pattern: &Pattern) -> PyResult<Subject> {
        let (characters, len, is_bytes) = if let Some(text) = value.cast::<Str>() {
            let characters = match text.kind() {
                Kind::One => Characters::Text,
                // The engine has no other form for these; lone surrogates are all the same to it.
                _ => Characters::Wide(text.to_string_lossy().into_owned()),
            };
            (characters, text.len(), false)
        } else if let Some(bytes) = value.cast::<Bytes>() {
            (Characters::Bytes, bytes.len(), true)
        } else if let Some(copy) = bytes::to_vec(value) {
            let len = copy.len();
            (Characters::Copied(copy), len, true)
        } else {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("expected string or bytes-like object, got '{given}'")));
        };
        match pattern.is_bytes {
            Some(true) if !is_bytes => Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
            Some(false) if is_bytes => Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
            _ => Ok(Subject { value, len, characters }),
        }
    }

    /// Runs the pattern on the part from `start` to `end`. With `advance` an empty match at `start` does not count.
    pub(super) fn run(&self, pattern: &Pattern, mode: Mode, start: usize, end: usize, advance: bool) -> Option<Found> {
        match &self.characters {
            Characters::Text => {
                let text = self.value.cast::<Str>()?;
                run(text.bytes(), pattern, mode, start, end, advance)
            }
            Characters::Bytes => {
                let bytes = self.value.cast::<Bytes>()?;
                run(bytes.as_slice(), pattern, mode, start, end, advance)
            }
            Characters::Copied(bytes) => run(bytes.as_slice(), pattern, mode, start, end, advance),
            Characters::Wide(text) => run(text.as_str(), pattern, mode, start, end, advance),
        }
    }

    /// A part of the subject, as an object of its kind.
    pub(super) fn part(vm: &mut Vm, value: Value, start: usize, end: usize) -> Value {
        if let Some(text) = value.cast::<Str>() {
            return vm.substring(text, start, end).into();
        }
        let part = match value.cast::<Bytes>() {
            Some(bytes) => bytes.as_slice()[start..end].to_vec(),
            None => bytes::to_vec(value).unwrap_or_default().get(start..end).unwrap_or(&[]).to_vec(),
        };
        vm.new_bytes(&part).into()
    }
}

fn run<S: StrDrive>(
    subject: S,
    pattern: &Pattern,
    mode: Mode,
    start: usize,
    end: usize,
    advance: bool,
) -> Option<Found> {
    if start > end {
        return None;
    }
    let mut request = Request::new(subject, start, end, &pattern.code, mode == Mode::FullMatch);
    request.must_advance = advance;
    let mut state = State::default();
    state.reset(&request, request.start);
    let found = match mode {
        Mode::Search => state.search(request),
        _ => state.py_match(&request),
    };
    if !found {
        return None;
    }
    let groups = (0..pattern.groups)
        .map(|group| {
            let (start, end) = state.marks.get(group);
            Some((start.into_option()?, end.into_option()?)).filter(|(start, end)| start <= end)
        })
        .collect();
    Some(Found { start: state.start, end: state.cursor.position, groups, last: state.marks.last_index() })
}
