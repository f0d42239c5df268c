//! The module `_abc`: abstract base classes (`Modules/_abc.c`). Classes remember their virtual subclasses by weak references.

use std::any::Any;
use std::cell::Cell;

use hashbrown::HashMap;

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::heap::{Marker, TempVec};
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::opaque::{Opaque, OpaqueData};
use crate::objects::set::set_from;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, for_each_subclass};
use crate::objects::weakref::WeakRef;
use crate::spec::Convention::{Fast, NoArgs, O};
use crate::spec::{MethodSpec, ModuleSpec, PatternKind, TypeSpec, method};
use crate::value::Value;

/// `_abc`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "_abc",
    doc: Some("Module contains faster C implementation of abc.ABCMeta"),
    functions: FUNCTIONS,
    init: None,
};

const FUNCTIONS: &[MethodSpec] = &[
    method("_abc_init", init, O),
    method("_abc_register", register, Fast),
    method("_abc_instancecheck", instancecheck, Fast),
    method("_abc_subclasscheck", subclasscheck, Fast),
    method("get_cache_token", |vm, _, _| Ok(vm.int(vm.abc_token.get())), NoArgs),
    method("_get_dump", dump, O),
    method("_reset_registry", |vm, _, args| reset(vm, args, true), O),
    method("_reset_caches", |vm, _, args| reset(vm, args, false), O),
];

/// How often a class was registered anywhere: what makes negative answers old.
pub(crate) type Token = Cell<i64>;

/// The flags in `__abc_tpflags__` (`Py_TPFLAGS_SEQUENCE`, `Py_TPFLAGS_MAPPING`).
const SEQUENCE: i64 = 1 << 5;
const MAPPING: i64 = 1 << 6;

/// Classes by their addresses. An entry whose reference is dead stands for nothing.
#[derive(Default)]
struct WeakClasses {
    places: HashMap<usize, usize>,
    references: Vec<Value>,
}

impl WeakClasses {
    fn contains(&self, class: Value) -> bool {
        let place = class.heap_address().and_then(|address| self.places.get(&address));
        place.is_some_and(|place| referent(self.references[*place]).is(class))
    }

    fn add(&mut self, class: Value, reference: Value) {
        let Some(address) = class.heap_address() else { return };
        match self.places.get(&address) {
            Some(place) => self.references[*place] = reference,
            None => {
                self.places.insert(address, self.references.len());
                self.references.push(reference);
            }
        }
    }

    fn clear(&mut self) {
        *self = WeakClasses::default();
    }
}

fn referent(reference: Value) -> Value {
    reference.cast::<WeakRef>().map_or(Value::NULL, |reference| reference.referent())
}

/// `_abc._abc_data`
#[derive(Default)]
struct Data {
    registry: WeakClasses,
    cache: WeakClasses,
    negative: WeakClasses,
    /// The token at which the negative answers were right.
    token: i64,
}

impl OpaqueData for Data {
    fn trace(&self, marker: &mut Marker) {
        for classes in [&self.registry, &self.cache, &self.negative] {
            marker.values(&classes.references);
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static DATA: TypeSpec = TypeSpec { module: "_abc", ..TypeSpec::new("_abc_data", LayoutKind::Opaque) };

/// The attribute of a class that holds its data.
const ATTRIBUTE: &str = "_abc_impl";

fn data_of(vm: &mut Vm, class: Value) -> PyResult<Gc<Opaque>> {
    let name = vm.intern(ATTRIBUTE);
    let data = vm.get_attr(class, name)?;
    match data.cast::<Opaque>() {
        Some(data) => Ok(data),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn with<R>(vm: &mut Vm, class: Value, f: impl FnOnce(&mut Data) -> R) -> PyResult<R> {
    match data_of(vm, class)?.with(f) {
        Some(result) => Ok(result),
        None => Err(vm.type_error("_abc_impl is set to a wrong type")),
    }
}

fn init(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class] = args.exactly(vm, "_abc_init")?;
    let Some(ty) = class.cast::<Type>() else { return Err(vm.type_error("_abc_init() argument must be a class")) };
    find_abstract_methods(vm, ty)?;
    let object = vm.types.object;
    let data_type = vm.native_type(&DATA, object);
    let token = vm.abc_token.get();
    let data = Box::new(Data { token, ..Data::default() });
    let data: Value = vm.heap.allocate(Opaque::new(Header::new(data_type), data)).into();
    let name = vm.intern(ATTRIBUTE);
    vm.set_attr(class, name, data)?;
    let name = vm.intern("__abc_tpflags__");
    if let Some(flags) = ty.dict.get().get_str(name).and_then(Value::as_small_int) {
        match flags & (SEQUENCE | MAPPING) {
            0 => {}
            SEQUENCE => ty.pattern.set(PatternKind::Sequence),
            MAPPING => ty.pattern.set(PatternKind::Mapping),
            _ => return Err(vm.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING")),
        }
        vm.del_attr(class, name)?;
    }
    Ok(Value::NONE)
}

/// Sets `__abstractmethods__`: what the class or a base declares abstract and the class does not define.
fn find_abstract_methods(vm: &mut Vm, ty: Gc<Type>) -> PyResult<()> {
    let mut found = vm.heap.temp_vec();
    let mut position = 0;
    while let Some((name, value)) = ty.dict.get().next_item(&mut position) {
        if crate::objects::descriptors::is_abstract(vm, value)? {
            found.push(name);
        }
    }
    let (abstract_methods, bases) = (vm.names.__abstractmethods__, ty.bases.get());
    for base in bases.items() {
        let Some(names) = vm.lookup_attr(*base, abstract_methods)? else { continue };
        let mut names_of_base = vm.heap.temp_vec();
        vm.collect(names, &mut names_of_base)?;
        for name in names_of_base.iter() {
            let Some(text) = name.cast::<Str>() else { continue };
            let text = vm.intern_str(text);
            if let Some(value) = vm.lookup_attr(ty.into(), text)?
                && crate::objects::descriptors::is_abstract(vm, value)?
            {
                found.push(*name);
            }
        }
    }
    let list = vm.new_list(&found);
    let frozenset = vm.types.frozenset;
    let names = set_from(vm, frozenset, list.into())?;
    vm.set_attr(ty.into(), abstract_methods, names.into())
}

fn register(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class, subclass] = args.exactly(vm, "_abc_register")?;
    let Some(subtype) = subclass.cast::<Type>() else { return Err(vm.type_error("Can only register classes")) };
    if vm.is_subclass(subclass, class)? {
        return Ok(subclass);
    }
    // A cycle would make the subclass check endless.
    if vm.is_subclass(class, subclass)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    let reference: Value = vm.new_weakref(subclass, None)?.into();
    with(vm, class, |data| data.registry.add(subclass, reference))?;
    vm.abc_token.set(vm.abc_token.get() + 1);
    if let Some(class) = class.cast::<Type>() {
        let kind = match class.pattern.get() {
            PatternKind::Sequence | PatternKind::SequenceMatchSelf => PatternKind::Sequence,
            PatternKind::Mapping | PatternKind::MappingMatchSelf => PatternKind::Mapping,
            _ => return Ok(subclass),
        };
        set_pattern(subtype, kind);
    }
    Ok(subclass)
}

/// `match` takes instances of a registered class, and of those derived from it, as the base class's.
fn set_pattern(class: Gc<Type>, kind: PatternKind) {
    if class.is(crate::objects::typeobj::TypeFlags::IMMUTABLE) || class.pattern.get() == kind {
        return;
    }
    class.pattern.set(kind);
    for_each_subclass(class, |subclass| set_pattern(subclass, kind));
}

fn instancecheck(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class, instance] = args.exactly(vm, "_abc_instancecheck")?;
    let name = vm.names.__class__;
    let subclass = vm.get_attr(instance, name)?;
    if with(vm, class, |data| data.cache.contains(subclass))? {
        return Ok(Value::TRUE);
    }
    let real: Value = vm.type_of(instance).into();
    let check = vm.names.__subclasscheck__;
    if real.is(subclass) {
        let token = vm.abc_token.get();
        if with(vm, class, |data| data.token == token && data.negative.contains(subclass))? {
            return Ok(Value::FALSE);
        }
        return vm.call_method_named(class, check, &[subclass]);
    }
    let answer = vm.call_method_named(class, check, &[subclass])?;
    if vm.is_true(answer)? {
        return Ok(answer);
    }
    vm.call_method_named(class, check, &[real])
}

fn subclasscheck(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class, subclass] = args.exactly(vm, "_abc_subclasscheck")?;
    let Some(subtype) = subclass.cast::<Type>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let token = vm.abc_token.get();
    let known = with(vm, class, |data| {
        if data.cache.contains(subclass) {
            return Some(true);
        }
        if data.token < token {
            data.negative.clear();
            data.token = token;
        } else if data.negative.contains(subclass) {
            return Some(false);
        }
        None
    })?;
    if let Some(known) = known {
        return Ok(Value::bool(known));
    }
    let answer = decide(vm, class, subtype)?;
    let reference: Value = vm.new_weakref(subclass, None)?.into();
    with(vm, class, |data| {
        let cache = if answer { &mut data.cache } else { &mut data.negative };
        cache.add(subclass, reference);
    })?;
    Ok(Value::bool(answer))
}

fn decide(vm: &mut Vm, class: Value, subtype: Gc<Type>) -> PyResult<bool> {
    let hook = vm.names.__subclasshook__;
    let answer = vm.call_method_named(class, hook, &[subtype.into()])?;
    if let Some(answer) = answer.as_bool() {
        return Ok(answer);
    }
    if !answer.is(Value::NOT_IMPLEMENTED) {
        return Err(vm.assertion_error("__subclasshook__ must return either False, True, or NotImplemented"));
    }
    if class.cast::<Type>().is_some_and(|class| subtype.is_subtype(class)) {
        return Ok(true);
    }
    let mut others = vm.heap.temp_vec();
    with_references(vm, class, &mut others)?;
    for reference in others.iter() {
        let registered = referent(*reference);
        if !registered.is_null() && vm.is_subclass(subtype.into(), registered)? {
            return Ok(true);
        }
    }
    let subclasses = vm.call_method(class, "__subclasses__", &[])?;
    let mut subclasses_of = vm.heap.temp_vec();
    vm.collect(subclasses, &mut subclasses_of)?;
    for subclass in subclasses_of.iter() {
        if vm.is_subclass(subtype.into(), *subclass)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The references to the registered classes.
fn with_references(vm: &mut Vm, class: Value, into: &mut TempVec) -> PyResult<()> {
    let references = with(vm, class, |data| data.registry.references.clone())?;
    into.extend(references);
    Ok(())
}

fn dump(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [class] = args.exactly(vm, "_get_dump")?;
    let mut items = vm.heap.temp_vec();
    for part in 0..3 {
        let references = with(vm, class, |data| {
            let classes = [&data.registry, &data.cache, &data.negative];
            classes[part].references.clone()
        })?;
        let mut live = vm.heap.temp_vec();
        live.extend(references.into_iter().filter(|reference| !referent(*reference).is_null()));
        let list = vm.new_list(&live);
        let set = vm.types.set;
        let set = set_from(vm, set, list.into())?;
        items.push(set.into());
    }
    let token = with(vm, class, |data| data.token)?;
    items.push(Value::small_int(token));
    Ok(vm.new_tuple(&items).into())
}

fn reset(vm: &mut Vm, args: Args<'_>, registry: bool) -> PyResult {
    let [class] = args.exactly(vm, "_reset")?;
    with(vm, class, |data| {
        if registry {
            data.registry.clear();
        } else {
            data.cache.clear();
            data.negative.clear();
        }
    })?;
    Ok(Value::NONE)
}
