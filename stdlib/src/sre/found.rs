//! `re.Match`.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::LayoutKind;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{Fast, FastKeywords, NoArgs, O};
use quicken_vm::spec::{GetSetSpec, MethodSpec, TypeSpec, class_method, getter, member, method};
use quicken_vm::{Args, PyResult, Raise, Value, Vm};

use super::pattern::pattern_of;
use super::subject::{Found, Span, Subject};

struct Match {
    pattern: Value,
    string: Value,
    places: Places,
}

/// Where a match was looked for, where it was found, and where its groups were. There are matches in great numbers, so that those
/// with few groups are kept small.
enum Places {
    Few {
        place: (u32, u32),
        whole: (u32, u32),
        /// `NOWHERE` begins one that took no part.
        groups: [(u32, u32); FEW],
        count: u8,
        last: u8,
    },
    Many(Box<Many>),
}

struct Many {
    place: Span,
    whole: Span,
    groups: Vec<Option<Span>>,
    last: usize,
}

const FEW: usize = 8;
const NOWHERE: u32 = u32::MAX;

impl Places {
    fn new(place: Span, found: &Found) -> Places {
        Places::few(place, found).unwrap_or_else(|| {
            let groups = found.groups.clone();
            Places::Many(Box::new(Many { place, whole: found.whole, groups, last: found.last }))
        })
    }

    fn few(place: Span, found: &Found) -> Option<Places> {
        // What lies within the place is small if that is.
        let narrow = |(start, end): Span| Some((u32::try_from(start).ok()?, u32::try_from(end).ok()?));
        let (count, last) = (u8::try_from(found.groups.len()).ok()?, u8::try_from(found.last).ok()?);
        let mut groups = [(NOWHERE, NOWHERE); FEW];
        for (few, group) in groups.get_mut(..found.groups.len())?.iter_mut().zip(&found.groups) {
            if let Some(group) = group {
                *few = narrow(*group).filter(|(start, _)| *start != NOWHERE)?;
            }
        }
        Some(Places::Few { place: narrow(place)?, whole: narrow(found.whole)?, groups, count, last })
    }
}

fn wide((start, end): (u32, u32)) -> Span {
    (start as usize, end as usize)
}

impl Match {
    fn place(&self) -> Span {
        match &self.places {
            Places::Few { place, .. } => wide(*place),
            Places::Many(many) => many.place,
        }
    }

    /// The number of the group that ended last, 0 for none.
    fn last(&self) -> usize {
        match &self.places {
            Places::Few { last, .. } => usize::from(*last),
            Places::Many(many) => many.last,
        }
    }

    /// The number of groups, the whole match included.
    fn len(&self) -> usize {
        1 + match &self.places {
            Places::Few { count, .. } => usize::from(*count),
            Places::Many(many) => many.groups.len(),
        }
    }

    /// The place of a group, which may be the whole match.
    fn group(&self, number: usize) -> Option<Span> {
        match (&self.places, number.checked_sub(1)) {
            (Places::Few { whole, .. }, None) => Some(wide(*whole)),
            (Places::Few { groups, .. }, Some(group)) => {
                groups.get(group).copied().filter(|(start, _)| *start != NOWHERE).map(wide)
            }
            (Places::Many(many), None) => Some(many.whole),
            (Places::Many(many), Some(group)) => many.groups.get(group).copied().flatten(),
        }
    }
}

impl OpaqueData for Match {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.pattern);
        marker.value(self.string);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static MATCH: TypeSpec = TypeSpec {
    module: "re",
    slots: Slots { repr: Some(repr), getitem: Some(group_item), ..Slots::NONE },
    methods: METHODS,
    getset: ATTRIBUTES,
    doc: Some("The result of re.match() and re.search().\nMatch objects always have a boolean value of True."),
    ..TypeSpec::new("Match", LayoutKind::Opaque)
};

const METHODS: &[MethodSpec] = &[
    method("group", group, Fast),
    method("groups", groups, FastKeywords),
    method("groupdict", groupdict, FastKeywords),
    method("start", |vm, own, args| Ok(span_argument(vm, own, args, "start")?.0), Fast),
    method("end", |vm, own, args| Ok(span_argument(vm, own, args, "end")?.1), Fast),
    method(
        "span",
        |vm, own, args| {
            let (start, end) = span_argument(vm, own, args, "span")?;
            Ok(vm.new_pair(start, end).into())
        },
        Fast,
    ),
    method("expand", expand, FastKeywords),
    method("__copy__", |_, own, _| Ok(own), NoArgs),
    method("__deepcopy__", |_, own, _| Ok(own), O),
    class_method("__class_getitem__", quicken_vm::objects::genericalias::class_getitem, O),
];

const ATTRIBUTES: &[GetSetSpec] = &[
    member("string", |vm, own| with(vm, own, |found| found.string)),
    member("re", |vm, own| with(vm, own, |found| found.pattern)),
    member("pos", |vm, own| with(vm, own, |found| Value::small_int(found.place().0 as i64))),
    member("endpos", |vm, own| with(vm, own, |found| Value::small_int(found.place().1 as i64))),
    getter("lastindex", |vm, own| {
        with(vm, own, |found| if found.last() > 0 { Value::small_int(found.last() as i64) } else { Value::NONE })
    }),
    getter("lastgroup", lastgroup),
    getter("regs", regs),
];

/// The match of a pattern in a string.
pub(super) fn new_match(vm: &mut Vm, pattern: Value, string: Value, place: Span, found: &Found) -> Value {
    let object = vm.types.object;
    let ty = vm.native_type(&MATCH, object);
    vm.new_opaque(ty, Match { pattern, string, places: Places::new(place, found) })
}

fn with<R>(vm: &mut Vm, own: Value, f: impl FnOnce(&mut Match) -> R) -> PyResult<R> {
    match own.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("a re.Match was expected")),
    }
}

fn no_such_group(vm: &mut Vm) -> Raise {
    vm.index_error("no such group")
}

/// The number of a group that is given by number or name.
fn number(vm: &mut Vm, own: Value, group: Value) -> PyResult<usize> {
    let count = with(vm, own, |found| found.len())?;
    let number = if quicken_vm::objects::slice::is_index(vm, group) {
        vm.index_clamped(group)?
    } else {
        let pattern = with(vm, own, |found| found.pattern)?;
        let names = pattern_of(vm, pattern)?.group_index;
        match vm.get_item(names, group) {
            Ok(number) => vm.index_clamped(number)?,
            Err(raise) if vm.is_raised(raise, vm.exc.LookupError) || vm.is_raised(raise, vm.exc.TypeError) => -1,
            Err(raise) => return Err(raise),
        }
    };
    match usize::try_from(number).ok().filter(|number| *number < count) {
        Some(number) => Ok(number),
        None => Err(no_such_group(vm)),
    }
}

fn text_of(vm: &mut Vm, own: Value, number: usize, default: Value) -> PyResult {
    let (string, place) = with(vm, own, |found| (found.string, found.group(number)))?;
    Ok(match place {
        Some(place) => Subject::part_of(vm, string, place),
        None => default,
    })
}

fn group_item(vm: &mut Vm, own: Value, key: Value) -> PyResult {
    let number = number(vm, own, key)?;
    text_of(vm, own, number, Value::NONE)
}

fn group(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    args.no_keywords(vm, "group")?;
    match args.values() {
        [] => text_of(vm, own, 0, Value::NONE),
        [one] => group_item(vm, own, *one),
        several => {
            let mut items = vm.heap.temp_vec();
            for key in several {
                let item = group_item(vm, own, *key)?;
                items.push(item);
            }
            Ok(vm.new_tuple(&items).into())
        }
    }
}

fn default_argument(vm: &mut Vm, args: Args<'_>, function: &str) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["default"], positional_only: 0, max_positional: 1, required: 0 };
    let [default] = args.bind(vm, function, &PARAMETERS)?;
    Ok(default.or_none())
}

fn groups(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let default = default_argument(vm, args, "groups")?;
    let count = with(vm, own, |found| found.len())?;
    let mut items = vm.heap.temp_vec();
    for number in 1..count {
        let item = text_of(vm, own, number, default)?;
        items.push(item);
    }
    Ok(vm.new_tuple(&items).into())
}

fn groupdict(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let default = default_argument(vm, args, "groupdict")?;
    let pattern = with(vm, own, |found| found.pattern)?;
    let names = pattern_of(vm, pattern)?.group_index;
    let result = vm.new_dict();
    vm.for_each(names, |vm, name| {
        let number = number(vm, own, name)?;
        let text = text_of(vm, own, number, default)?;
        result.set_item(vm, name, text)
    })?;
    Ok(result.into())
}

/// Start and end of a group; −1 for one that took no part.
fn span_argument(vm: &mut Vm, own: Value, args: Args<'_>, function: &str) -> PyResult<(Value, Value)> {
    let values = args.between(vm, function, 0, 1)?;
    let number = match values.first() {
        Some(group) => number(vm, own, *group)?,
        None => 0,
    };
    let place = with(vm, own, |found| found.group(number))?;
    let (start, end) = place.map_or((-1, -1), |(start, end)| (start as i64, end as i64));
    Ok((Value::small_int(start), Value::small_int(end)))
}

fn expand(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["template"], positional_only: 0, max_positional: 1, required: 1 };
    let [template] = args.bind(vm, "expand", &PARAMETERS)?;
    let pattern = with(vm, own, |found| found.pattern)?;
    let re = vm.import_absolute("re")?;
    vm.call_method(re, "_expand", &[pattern, own, template])
}

fn lastgroup(vm: &mut Vm, own: Value) -> PyResult {
    let (pattern, last) = with(vm, own, |found| (found.pattern, found.last()))?;
    if last == 0 {
        return Ok(Value::NONE);
    }
    let names = pattern_of(vm, pattern)?.index_group;
    match vm.get_item(names, Value::small_int(last as i64)) {
        Ok(name) => Ok(name),
        Err(raise) if vm.is_raised(raise, vm.exc.LookupError) => Ok(Value::NONE),
        Err(raise) => Err(raise),
    }
}

fn regs(vm: &mut Vm, own: Value) -> PyResult {
    let places = with(vm, own, |found| (0..found.len()).map(|number| found.group(number)).collect::<Vec<_>>())?;
    let mut items = vm.heap.temp_vec();
    for place in places {
        let (start, end) = place.map_or((-1, -1), |(start, end)| (start as i64, end as i64));
        let pair = vm.new_pair(Value::small_int(start), Value::small_int(end));
        items.push(pair.into());
    }
    Ok(vm.new_tuple(&items).into())
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let (start, end) = with(vm, own, |found| found.group(0))?.unwrap_or((0, 0));
    let text = text_of(vm, own, 0, Value::NONE)?;
    let shown: String = vm.repr_text(text)?.chars().take(50).collect();
    Ok(vm.new_str(&format!("<re.Match object; span=({start}, {end}), match={shown}>")).into())
}
