//! Compiled patterns, and scanners over a subject.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::bytes;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::string::Str;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::{CompareOp, Slots};
use quicken_vm::spec::Convention::{FastKeywords, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, TypeSpec, class_method, getter, member, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::found::new_match;
use super::place_arguments;
use super::program::Program;
use super::replace::{split, sub, subn};
use super::subject::{Found, Mode, Span, Subject};

/// `re.Pattern`. It is shared with its matches and scanners.
pub(super) struct Pattern {
    pub program: Rc<Program>,
    pub groups: usize,
    pub is_bytes: Option<bool>,
    flags: i64,
    pattern: Value,
    /// A dict: names to numbers.
    pub group_index: Value,
    /// A tuple: numbers to names.
    pub index_group: Value,
}

impl OpaqueData for Pattern {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.pattern);
        marker.value(self.group_index);
        marker.value(self.index_group);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Pattern {
    fn duplicate(&self) -> Pattern {
        Pattern { program: self.program.clone(), ..*self }
    }
}

static PATTERN: TypeSpec = TypeSpec {
    module: "re",
    weak: true,
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::NONE },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("Compiled regular expression object."),
    ..TypeSpec::new("Pattern", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("match", |vm, own, args| once(vm, own, args, "match", Mode::Match), FastKeywords),
    method("fullmatch", |vm, own, args| once(vm, own, args, "fullmatch", Mode::FullMatch), FastKeywords),
    method("search", |vm, own, args| once(vm, own, args, "search", Mode::Search), FastKeywords),
    method("findall", findall, FastKeywords),
    method("finditer", finditer, FastKeywords),
    method("scanner", scanner, FastKeywords),
    method("sub", sub, FastKeywords),
    method("subn", subn, FastKeywords),
    method("split", split, FastKeywords),
    method("__copy__", |_, own, _| Ok(own), NoArgs),
    method("__deepcopy__", |_, own, _| Ok(own), O),
    class_method("__class_getitem__", quicken_vm::objects::genericalias::class_getitem, O),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    member("pattern", |vm, own| Ok(pattern_of(vm, own)?.pattern)),
    member("flags", |vm, own| Ok(Value::small_int(pattern_of(vm, own)?.flags))),
    member("groups", |vm, own| Ok(Value::small_int(pattern_of(vm, own)?.groups as i64))),
    getter("groupindex", |vm, own| {
        let index = pattern_of(vm, own)?.group_index;
        let ty = vm.types.mappingproxy;
        vm.call_values(ty.into(), &[index])
    }),
];

/// The pattern behind an object.
pub(super) fn pattern_of(vm: &mut Vm, own: Value) -> PyResult<Pattern> {
    match own.cast::<Opaque>().and_then(|object| object.with(|pattern: &mut Pattern| pattern.duplicate())) {
        Some(pattern) => Ok(pattern),
        None => Err(vm.type_error("a re.Pattern was expected")),
    }
}

/// `_sre.compile(pattern, flags, code, groups, groupindex, indexgroup)`
pub(super) fn compile(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<6> = Parameters {
        names: ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"],
        positional_only: 0,
        max_positional: 6,
        required: 6,
    };
    let [pattern, flags, words, groups, group_index, index_group] = args.bind(vm, "compile", &PARAMETERS)?;
    let flags = vm.index_c(flags, "int")?;
    let groups = vm.index_position(groups)?;
    let mut code = Vec::new();
    vm.for_each(words, |vm, word| {
        let word = vm.index_i64(word)?;
        match u32::try_from(word) {
            Ok(word) => code.push(word),
            Err(_) => return Err(vm.overflow_error("regular expression code size limit exceeded")),
        }
        Ok(())
    })?;
    let is_bytes = if pattern.is_none() { None } else { Some(pattern.cast::<Str>().is_none()) };
    if is_bytes == Some(true) && bytes::to_vec(pattern).is_none() {
        let given = vm.type_name(pattern);
        return Err(vm.type_error(format!("first argument must be string or compiled pattern, not {given}")));
    }
    let program = usize::try_from(groups).ok().and_then(|groups| Program::new(code, groups));
    let Some(program) = program else {
        let class = vm.exc.RuntimeError;
        return Err(vm.raise(class, "invalid SRE code"));
    };
    let groups = program.groups;
    let data = Pattern { program: program.into(), groups, is_bytes, flags, pattern, group_index, index_group };
    let object = vm.types.object;
    let ty = vm.native_type(&PATTERN, object);
    Ok(vm.new_opaque(ty, data))
}

thread_local! {
    /// What single matches are noted in, kept for its memory.
    static FOUND: Cell<Found> = Cell::new(Found::default());
}

fn once(vm: &mut Vm, own: Value, args: Args<'_>, function: &str, mode: Mode) -> PyResult {
    let (string, start, end) = place_arguments(vm, args, function)?;
    let pattern = pattern_of(vm, own)?;
    let subject = Subject::new(vm, string, &pattern)?;
    let place = (start.min(subject.len), end.min(subject.len));
    let mut found = FOUND.take();
    let is_found = subject.run(&pattern.program, mode, place, false, &mut found);
    let result = if is_found { new_match(vm, own, string, place, &found) } else { Value::NONE };
    FOUND.set(found);
    Ok(result)
}

/// Finds the pattern again and again, as `findall`, `sub` and `split` do: each time behind the last, and not twice empty at the
/// same place.
pub(super) fn each(
    vm: &mut Vm,
    pattern: &Pattern,
    subject: &Subject,
    (mut start, end): Span,
    mut each: impl FnMut(&mut Vm, &mut Found) -> PyResult<bool>,
) -> PyResult<()> {
    let (mut found, mut advance) = (Found::default(), false);
    while subject.run(&pattern.program, Mode::Search, (start, end), advance, &mut found) {
        advance = found.whole.0 == found.whole.1;
        start = found.whole.1;
        if !each(vm, &mut found)? {
            break;
        }
    }
    Ok(())
}

fn findall(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (string, start, end) = place_arguments(vm, args, "findall")?;
    let pattern = pattern_of(vm, own)?;
    let subject = Subject::new(vm, string, &pattern)?;
    let list = vm.new_list(&[]);
    let place = (start.min(subject.len), end.min(subject.len));
    each(vm, &pattern, &subject, place, |vm, found| {
        let item = match found.groups.as_slice() {
            [] => subject.part(vm, found.whole),
            [only] => subject.part(vm, only.unwrap_or((0, 0))),
            several => {
                let mut items = vm.heap.temp_vec();
                for place in several {
                    let part = subject.part(vm, place.unwrap_or((0, 0)));
                    items.push(part);
                }
                vm.new_tuple(&items).into()
            }
        };
        list.push(vm, item);
        Ok(true)
    })?;
    Ok(list.into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    const NAMES: [(&str, i64); 8] = [
        ("re.IGNORECASE", 2),
        ("re.LOCALE", 4),
        ("re.MULTILINE", 8),
        ("re.DOTALL", 16),
        ("re.VERBOSE", 64),
        ("re.DEBUG", 128),
        ("re.ASCII", 256),
        ("re.TEMPLATE", 1),
    ];
    let pattern = pattern_of(vm, own)?;
    // `re.UNICODE` goes without saying for text.
    let mut flags = if pattern.is_bytes == Some(false) && pattern.flags & (4 | 256 | 32) == 32 {
        pattern.flags & !32
    } else {
        pattern.flags
    };
    let mut shown: Vec<String> = Vec::new();
    for (name, flag) in NAMES {
        if flags & flag != 0 {
            shown.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        shown.push(format!("{flags:#x}"));
    }
    let text: String = vm.repr_text(pattern.pattern)?.chars().take(200).collect();
    let text = match shown.join("|") {
        flags if flags.is_empty() => format!("re.compile({text})"),
        flags => format!("re.compile({text}, {flags})"),
    };
    Ok(vm.new_str(&text).into())
}

fn hash(vm: &mut Vm, own: Value) -> PyResult<i64> {
    let pattern = pattern_of(vm, own)?;
    let words = pattern.program.words.iter().fold(0i64, |hash, word| hash.wrapping_mul(1_000_003) ^ i64::from(*word));
    let hash = vm.hash(pattern.pattern)? ^ words ^ pattern.flags ^ pattern.groups as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(vm: &mut Vm, left: Value, right: Value, op: CompareOp) -> PyResult {
    let same_type = vm.type_of(left) == vm.type_of(right);
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !same_type {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (pattern_of(vm, left)?, pattern_of(vm, right)?);
    let equal = left.is(right)
        || a.flags == b.flags
            && a.is_bytes == b.is_bytes
            && a.groups == b.groups
            && a.program.words == b.program.words
            && vm.equals(a.pattern, b.pattern)?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

// ---- scanners ----

struct Scanner {
    pattern: Value,
    program: Rc<Program>,
    subject: Subject,
    /// Where the next search begins; `None` when nothing is left.
    next: Option<usize>,
    place: Span,
    advance: bool,
    found: Found,
}

impl OpaqueData for Scanner {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.pattern);
        marker.value(self.subject.value);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static SCANNER: TypeSpec = TypeSpec {
    module: "_sre",
    slots: Slots::NONE,
    methods: &[
        method("match", |vm, own, _| scan(vm, own, Mode::Match), NoArgs),
        method("search", |vm, own, _| scan(vm, own, Mode::Search), NoArgs),
    ],
    getset: &[member("pattern", |vm, own| {
        match own.cast::<Opaque>().and_then(|object| object.with(|scanner: &mut Scanner| scanner.pattern)) {
            Some(pattern) => Ok(pattern),
            None => Err(vm.type_error("a scanner was expected")),
        }
    })],
    ..TypeSpec::new("SRE_Scanner", LayoutKind::Opaque)
};

fn scanner(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (string, start, end) = place_arguments(vm, args, "scanner")?;
    let pattern = pattern_of(vm, own)?;
    let subject = Subject::new(vm, string, &pattern)?;
    let place = (start.min(subject.len), end.min(subject.len));
    let data = Scanner {
        pattern: own,
        program: pattern.program,
        subject,
        next: Some(place.0),
        place,
        advance: false,
        found: Found::default(),
    };
    let object = vm.types.object;
    let ty: Gc<Type> = vm.native_type(&SCANNER, object);
    Ok(vm.new_opaque(ty, data))
}

fn finditer(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let scanner = scanner(vm, own, args)?;
    let name = vm.intern("search");
    let search = vm.get_attr(scanner, name)?;
    quicken_vm::objects::iter::new_callable_iterator(vm, search, Value::NONE)
}

impl Scanner {
    /// Whether there is one more match.
    fn step(&mut self, mode: Mode) -> bool {
        let Some(start) = self.next else { return false };
        let is_found = self.subject.run(&self.program, mode, (start, self.place.1), self.advance, &mut self.found);
        self.next = is_found.then_some(self.found.whole.1);
        self.advance = self.found.whole.0 == self.found.whole.1;
        is_found
    }
}

fn scan(vm: &mut Vm, own: Value, mode: Mode) -> PyResult {
    let step = own.cast::<Opaque>().and_then(|object| {
        object.with(|scanner: &mut Scanner| {
            let is_found = scanner.step(mode);
            let found = is_found.then(|| std::mem::take(&mut scanner.found));
            (scanner.pattern, scanner.subject.value, scanner.place, found)
        })
    });
    let Some((pattern, string, place, found)) = step else { return Err(vm.type_error("a scanner was expected")) };
    let Some(found) = found else { return Ok(Value::NONE) };
    let result = new_match(vm, pattern, string, place, &found);
    if let Some(object) = own.cast::<Opaque>() {
        object.with(|scanner: &mut Scanner| scanner.found = found);
    }
    Ok(result)
}
