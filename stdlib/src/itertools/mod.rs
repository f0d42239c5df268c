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
    match vm.next(source) {
        Ok(Some(item)) => Ok(Some(item)),
        result => {
            with(vm, own, |state: &mut State| state.source = Value::NULL)?;
            result
        }
    }
}

/// Refuses keywords, which classes derived from the type may take.
fn no_keywords(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, args: Args<'_>) -> PyResult<()> {
    if ty == native_type(vm, spec) { args.no_keywords(vm, spec.name) } else { Ok(()) }
}

/// Exactly so many positional arguments.
fn exactly<const N: usize>(vm: &mut Vm, ty: Gc<Type>, spec: &'static TypeSpec, args: Args<'_>) -> PyResult<[Value; N]> {
    no_keywords(vm, ty, spec, args)?;
    Args::positional(args.positionals()).exactly(vm, spec.name)
}
