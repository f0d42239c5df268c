//! What is searched: text or bytes, where they are, and one match in them.

use std::cell::RefCell;
use std::rc::Rc;

use quicken_vm::objects::bytes::{self, Bytes};
use quicken_vm::objects::string::{Str, Units};
use quicken_vm::{PyResult, Value, Vm};

use super::matcher::{Matcher, Scratch, Unit};
use super::pattern::Pattern;
use super::program::Program;

/// The characters of a text or the bytes of bytes.
#[derive(Clone)]
pub(super) struct Subject {
    /// The object itself: parts of it are results.
    pub value: Value,
    /// The number of characters.
    pub len: usize,
    /// The bytes of an object that is neither a string nor `bytes`.
    copy: Option<Rc<[u8]>>,
}

/// How a pattern is to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Match,
    FullMatch,
    Search,
}

/// A part of a subject.
pub(super) type Span = (usize, usize);

/// Where a pattern was found: its own place and that of its groups, with the number of the group that ended last.
#[derive(Default)]
pub(super) struct Found {
    pub whole: Span,
    pub groups: Vec<Option<Span>>,
    pub last: usize,
}

thread_local! {
    /// Matches do not overlap: what a match calls is called behind it.
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch::new()) };
}

impl Subject {
    /// The subject for a pattern, which must be of the same kind.
    pub(super) fn new(vm: &mut Vm, value: Value, pattern: &Pattern) -> PyResult<Subject> {
        let (subject, is_bytes) = if let Some(text) = value.cast::<Str>() {
            (Subject { value, len: text.len(), copy: None }, false)
        } else if let Some(bytes) = value.cast::<Bytes>() {
            (Subject { value, len: bytes.len(), copy: None }, true)
        } else if let Some(copy) = bytes::to_vec(value) {
            (Subject { value, len: copy.len(), copy: Some(copy.into()) }, true)
        } else {
            let given = vm.type_name(value);
            return Err(vm.type_error(format!("expected string or bytes-like object, got '{given}'")));
        };
        match pattern.is_bytes {
            Some(true) if !is_bytes => Err(vm.type_error("cannot use a bytes pattern on a string-like object")),
            Some(false) if is_bytes => Err(vm.type_error("cannot use a string pattern on a bytes-like object")),
            _ => Ok(subject),
        }
    }

    /// Looks for the pattern in the part from `start` to `end`, and notes where it was found. With `advance` an empty match at
    /// `start` does not count.
    pub(super) fn run(
        &self,
        program: &Program,
        mode: Mode,
        (start, end): Span,
        advance: bool,
        found: &mut Found,
    ) -> bool {
        if start > end {
            return false;
        }
        SCRATCH.with_borrow_mut(|scratch| {
            if let Some(text) = self.value.cast::<Str>() {
                match text.units() {
                    Units::One(units) => run(&units[..end], program, mode, start, advance, scratch, found),
                    Units::Two(units) => run(&units[..end], program, mode, start, advance, scratch, found),
                    Units::Four(units) => run(&units[..end], program, mode, start, advance, scratch, found),
                }
            } else if let Some(bytes) = self.value.cast::<Bytes>() {
                run(&bytes.as_slice()[..end], program, mode, start, advance, scratch, found)
            } else {
                let copy = self.copy.as_deref().unwrap_or(&[]);
                run(&copy[..end], program, mode, start, advance, scratch, found)
            }
        })
    }

    /// A part, as an object of the subject's kind.
    pub(super) fn part(&self, vm: &mut Vm, (start, end): Span) -> Value {
        match &self.copy {
            Some(copy) => vm.new_bytes(&copy[start..end]).into(),
            None => Subject::part_of(vm, self.value, (start, end)),
        }
    }

    /// A part of an object that was a subject and may have become shorter.
    pub(super) fn part_of(vm: &mut Vm, value: Value, (start, end): Span) -> Value {
        if let Some(text) = value.cast::<Str>() {
            return vm.substring(text, start, end).into();
        }
        if let Some(bytes) = value.cast::<Bytes>() {
            if start == 0 && end == bytes.len() && value.is_exact(vm.types.bytes) {
                return value;
            }
            return vm.new_bytes(&bytes.as_slice()[start..end]).into();
        }
        let copy = bytes::to_vec(value).unwrap_or_default();
        let end = end.min(copy.len());
        vm.new_bytes(&copy[start.min(end)..end]).into()
    }
}

fn run<U: Unit>(
    text: &[U],
    program: &Program,
    mode: Mode,
    start: usize,
    advance: bool,
    scratch: &mut Scratch,
    found: &mut Found,
) -> bool {
    let mut matcher = Matcher::new(program, text, scratch);
    matcher.whole = mode == Mode::FullMatch;
    matcher.advance = advance;
    let whole = match mode {
        Mode::Search => matcher.search(start),
        _ => matcher.run(start).map(|end| (start, end)),
    };
    let Some(whole) = whole else { return false };
    found.whole = whole;
    found.groups.clear();
    found.groups.extend((0..program.groups as u32).map(|group| matcher.group(group)));
    found.last = scratch.last_group;
    true
}
