//! `itertools`: iterators over what other iterators give.

mod arrange;
mod choose;
mod endless;
mod group;
mod several;

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::{IterNextFn, NewFn, Slots};
use quicken_vm::spec::Convention::Fast;
use quicken_vm::spec::{MethodSpec, ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{native_type, with};

/// `itertools`.
pub static ITERTOOLS: ModuleSpec = ModuleSpec {
    name: "itertools",
    doc: Some("Functional tools for creating and using iterators."),
    functions: &[method("tee", group::tee, Fast)],
    init: Some(init),
};

static TYPES: [&TypeSpec; 21] = [
    &endless::COUNT,
    &endless::CYCLE,
    &endless::REPEAT,
    &choose::ACCUMULATE,
    &choose::COMPRESS,
    &choose::DROPWHILE,
    &choose::FILTERFALSE,
    &choose::ISLICE,
    &choose::PAIRWISE,
    &choose::STARMAP,
    &choose::TAKEWHILE,
    &several::CHAIN,
    &several::ZIP_LONGEST,
    &several::PRODUCT,
    &arrange::COMBINATIONS,
    &arrange::COMBINATIONS_WITH_REPLACEMENT,
    &arrange::PERMUTATIONS,
    &group::GROUPBY,
    &group::GROUPER,
    &group::TEE,
    &group::TEE_DATA,
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    for spec in TYPES {
        let ty = native_type(vm, spec);
        let name = ty.name.get();
        module.dict().set_str(vm, name, ty.into());
    }
    Ok(())
}

/// An iterator's type.
const fn iterator(
    name: &'static str,
    new: NewFn,
    next: IterNextFn,
    methods: &'static [MethodSpec],
    doc: &'static str,
) -> TypeSpec {
    TypeSpec {
        module: "itertools",
        subclassable: true,
        slots: Slots { new: Some(new), iter: Some(|_, own| Ok(own)), iternext: Some(next), ..Slots::NONE },
        methods,
        doc: Some(doc),
        ..TypeSpec::new(name, LayoutKind::Opaque)
    }
}

/// What most of the iterators are made of; what the fields mean depends on the type.
#[derive(Clone, Copy)]
struct State {
    /// Mostly the iterator that items come from; `NULL` at the end.
    source: Value,
    /// Mostly a function.
    function: Value,
    value: Value,
    number: i64,
    flag: bool,
}

impl State {
    const fn new(source: Value, function: Value) -> State {
        State { source, function, value: Value::NULL, number: 0, flag: false }
    }
}

impl OpaqueData for State {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
        marker.value(self.function);
        marker.value(self.value);
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn state(vm: &mut Vm, own: Value) -> PyResult<State> {
    with(vm, own, |state: &mut State| *state)
}

/// The next item of the source. What ends it, or fails, ends the iterator, too.
fn next_or_end(vm: &mut Vm, own: Value, source: Value) -> PyResult<Option<Value>> {
    match vm.next_or_stop(source).map(Value::non_null) {
        Ok(Some(item)) => Ok(Some(item)),
        result => {
            with(vm, own, |state: &mut State| state.source = Value::NULL)?;
            result
        }
    }
}

/// Refuses keywords, which derived classes with an `__init__` of their own may take.
fn no_keywords(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, args: Args<'_>) -> PyResult<()> {
    let base = native_type(vm, spec);
    let is_initialized_alike = match (ty.slots().init, base.slots().init) {
        (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
        (own, plain) => own.is_none() && plain.is_none(),
    };
    if is_initialized_alike { args.no_keywords(vm, spec.name) } else { Ok(()) }
}

/// What `__reduce__` answers: the class, its arguments, and the state if there is one.
fn reduced(vm: &mut Vm, own: Value, arguments: &[Value], state: Option<Value>) -> PyResult {
    let class = vm.type_of(own);
    let arguments = vm.new_tuple(arguments).into();
    Ok(match state {
        Some(state) => vm.new_tuple(&[class.into(), arguments, state]).into(),
        None => vm.new_pair(class.into(), arguments).into(),
    })
}

/// The parts of a state, of which there are between so many and so many.
fn parts_of(vm: &mut Vm, args: Args<'_>, least: usize, most: usize) -> PyResult<Gc<Tuple>> {
    let [state] = args.exactly(vm, "__setstate__")?;
    let Some(state) = state.cast::<Tuple>() else { return Err(vm.type_error("state is not a tuple")) };
    if state.len() < least || state.len() > most {
        let given = state.len();
        let (word, limit) = match (least == most, given < least) {
            (true, _) => ("exactly", least),
            (false, true) => ("at least", least),
            (false, false) => ("at most", most),
        };
        let plural = if limit == 1 { "" } else { "s" };
        return Err(vm.type_error(format!("function takes {word} {limit} argument{plural} ({given} given)")));
    }
    Ok(state)
}

/// Numbers of a state, each within its bounds.
fn indices_of(vm: &mut Vm, state: Value, count: usize, bounds: impl Fn(usize) -> (i64, i64)) -> PyResult<Vec<usize>> {
    let Some(state) = state.cast::<Tuple>().filter(|state| state.len() == count) else {
        return Err(vm.value_error("invalid arguments"));
    };
    let mut indices = Vec::with_capacity(count);
    for (place, index) in state.items().iter().enumerate() {
        let (least, most) = bounds(place);
        indices.push(vm.index_i64(*index)?.clamp(least, most.max(least)) as usize);
    }
    Ok(indices)
}

/// A tuple of numbers.
fn numbers(vm: &mut Vm, numbers: &[usize]) -> Value {
    let numbers: Vec<Value> = numbers.iter().map(|number| Value::small_int(*number as i64)).collect();
    vm.new_tuple(&numbers).into()
}

/// Exactly so many positional arguments.
fn exactly<const N: usize>(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, args: Args<'_>) -> PyResult<[Value; N]> {
    no_keywords(vm, ty, spec, args)?;
    Args::positional(args.positionals()).exactly(vm, spec.name)
}
