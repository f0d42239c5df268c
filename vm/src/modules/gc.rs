//! The module `gc`. Collections happen at safe points of the interpreter, so `collect` only asks for one.

use std::collections::HashSet;

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::{Ask, TempVec};
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::function::{CellObject, Function};
use crate::objects::instance::make_dict;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::set::Set;
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::spec::Convention::{Fast, FastKeywords, NoArgs, O, Varargs};
use crate::spec::{MethodSpec, ModuleSpec, method};
use crate::value::Value;

/// What a program said of the collector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    thresholds: [i64; 3],
    debug: i64,
    /// The collection that it asked for and that has not been made.
    pub(crate) requested: Option<Request>,
    /// How many collections of each of CPython's generations it asked for.
    asked: [i64; 3],
    /// How many objects those have freed that reference counting would not have.
    collected: [i64; 3],
    /// Those of the two younger generations since the next older one was asked for.
    younger: [i64; 2],
    /// The objects that had been made when it last asked.
    made: u64,
    /// The objects that were there when it froze them.
    frozen: i64,
}

/// A collection that a program asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    generation: usize,
    /// Where on the stack the call's result will stand, if it is a call from the loop.
    result: usize,
}

/// `gc.DEBUG_SAVEALL`
const SAVE_ALL: i64 = 32;

impl Settings {
    /// CPython's.
    pub(crate) const STANDARD: Settings = Settings {
        thresholds: [700, 10, 10],
        debug: 0,
        requested: None,
        collected: [0; 3],
        asked: [0; 3],
        younger: [0; 2],
        made: 0,
        frozen: 0,
    };
}

const FUNCTIONS: &[MethodSpec] = &[
    method("enable", |vm, _, _| enable(vm, true), NoArgs),
    method("disable", |vm, _, _| enable(vm, false), NoArgs),
    method("isenabled", |vm, _, _| Ok(Value::bool(vm.gc_enabled)), NoArgs),
    method("collect", collect, FastKeywords),
    method("get_count", get_count, NoArgs),
    method("get_threshold", get_threshold, NoArgs),
    method("set_threshold", set_threshold, Fast),
    method("get_debug", |vm, _, _| Ok(Value::small_int(vm.gc.debug)), NoArgs),
    method("set_debug", set_debug, O),
    method("get_stats", get_stats, NoArgs),
    method("get_referents", get_referents, Varargs),
    method("get_referrers", get_referrers, Varargs),
    method("get_objects", get_objects, FastKeywords),
    method("freeze", freeze, NoArgs),
    method("unfreeze", unfreeze, NoArgs),
    method("get_freeze_count", |vm, _, _| Ok(Value::small_int(vm.gc.frozen)), NoArgs),
    method("is_tracked", |vm, _, args| Ok(Value::bool(args.get(0).is_some_and(|value| is_tracked(vm, value)))), O),
    method("is_finalized", |vm, _, args| Ok(Value::bool(args.get(0).is_some_and(|value| is_finalized(vm, value)))), O),
];

impl Vm {
    /// A collection that the program asked for cannot be made yet: when it is, the call has long been answered.
    #[cold]
    pub(crate) fn put_off_requested_collection(&mut self) {
        if let Some(request) = &mut self.gc.requested {
            request.result = 0;
        }
    }

    /// Begins a collection that the program asked for.
    #[cold]
    pub(crate) fn begin_requested_collection(&mut self, request: Request) {
        self.call_gc_callbacks("start", request, 0);
        let saves = self.gc.debug & SAVE_ALL != 0;
        self.heap.ask_for_cyclic(if saves { Ask::Keep } else { Ask::Count });
    }

    /// Ends it: tells how many objects it freed that reference counting would not have. What has been finalized is freed as well.
    #[cold]
    pub(crate) fn end_requested_collection(&mut self, request: Request, finalized: bool) {
        if finalized {
            self.heap.collect_precise();
            if self.heap.has_finalizable() {
                self.run_finalizers();
            }
        }
        let found = self.heap.take_cyclic();
        if let (Some(kept), Some(garbage)) = (found.kept, self.gc_list("garbage")) {
            for object in kept.iter() {
                garbage.push(self, *object);
            }
        }
        let count = found.count as i64;
        self.gc.collected[request.generation] += count;
        self.call_gc_callbacks("stop", request, count);
        self.gc.made = self.heap.stats().cells_allocated;
        // The call has answered that it does not know.
        let place = self.state.sp.wrapping_sub(1);
        if place.addr() == request.result && self.state.peek(1).as_small_int() == Some(0) {
            self.state.poke(1, Value::small_int(count));
        }
        self.end_turn();
    }

    /// A list of the module, unless the program has put something else there.
    fn gc_list(&mut self, name: &str) -> Option<Gc<List>> {
        let (module, name) = (self.intern("gc"), self.intern(name));
        self.modules.get_str(module)?.cast::<Module>()?.dict().get_str(name)?.cast::<List>()
    }

    /// Calls what is in `gc.callbacks`, before (`start`) or after (`stop`) a collection that the program asked for.
    fn call_gc_callbacks(&mut self, phase: &str, request: Request, collected: i64) {
        let Some(callbacks) = self.gc_list("callbacks").filter(|callbacks| !callbacks.is_empty()) else { return };
        let mut index = 0;
        while let Some(callback) = callbacks.get(index) {
            index += 1;
            let (phase, info) = (self.new_str(phase), self.new_dict());
            let generation = request.generation as i64;
            for (name, number) in [("generation", generation), ("collected", collected), ("uncollectable", 0)] {
                let name = self.intern(name);
                info.set_str(self, name, Value::small_int(number));
            }
            if let Err(raised) = self.call_values(callback, &[phase.into(), info.into()]) {
                self.write_unraisable(raised, callback);
            }
        }
    }
}

/// `gc`.
pub(super) static MODULE: ModuleSpec = ModuleSpec {
    name: "gc",
    doc: Some("Access to the garbage collector."),
    functions: FUNCTIONS,
    init: Some(|vm, module| {
        let dict = module.dict();
        for name in ["garbage", "callbacks"] {
            let (name, list) = (vm.intern(name), vm.new_list(&[]));
            dict.set_str(vm, name, list.into());
        }
        let flags = [
            ("DEBUG_STATS", 1),
            ("DEBUG_COLLECTABLE", 2),
            ("DEBUG_UNCOLLECTABLE", 4),
            ("DEBUG_SAVEALL", SAVE_ALL),
            ("DEBUG_LEAK", 38),
        ];
        for (name, flag) in flags {
            let name = vm.intern(name);
            dict.set_str(vm, name, Value::small_int(flag));
        }
        Ok(())
    }),
};

/// What is said here is remembered and told; memory is reclaimed all the same, as no program can tell.
fn enable(vm: &mut Vm, on: bool) -> PyResult {
    vm.gc_enabled = on;
    vm.heap.add_up_cyclic(!on);
    Ok(Value::NONE)
}

/// Collects before the next instruction. How many objects that frees is written over the answer then, where that stands on the stack.
fn collect(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["generation"], positional_only: 0, max_positional: 1, required: 0 };
    let [generation] = args.bind(vm, "collect", &PARAMETERS)?;
    let generation = if generation.is_null() { 2 } else { vm.index_c(generation, "int")? };
    if !(0..=2).contains(&generation) {
        return Err(vm.value_error("invalid generation"));
    }
    vm.heap.want_collection();
    let made = vm.heap.stats().cells_allocated;
    let gc = &mut vm.gc;
    gc.requested = Some(Request {
        generation: generation as usize,
        // Below the arguments stand the function and a place for a receiver, which the result takes.
        result: args.values().as_ptr().wrapping_sub(2).addr(),
    });
    gc.made = made;
    gc.asked[generation as usize] += 1;
    gc.younger = match generation {
        0 => [gc.younger[0] + 1, gc.younger[1]],
        1 => [0, gc.younger[1] + 1],
        _ => [0, 0],
    };
    Ok(Value::small_int(0))
}

/// Objects made, and collections of the two younger generations, since the program last asked for one.
fn get_count(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let made = vm.heap.stats().cells_allocated.saturating_sub(vm.gc.made) as i64;
    let [first, second] = vm.gc.younger;
    Ok(vm.new_tuple(&[made, first, second].map(Value::small_int)).into())
}

/// No collection leaves anything out: objects are counted, that is all that a program can see.
fn freeze(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let mut objects = vm.heap.temp_vec();
    vm.heap.live_objects(&mut objects);
    vm.gc.frozen = objects.len() as i64;
    Ok(Value::NONE)
}

fn unfreeze(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    vm.gc.frozen = 0;
    Ok(Value::NONE)
}

/// Whether an object that is there was finalized already.
fn is_finalized(vm: &Vm, value: Value) -> bool {
    vm.type_of(value).is(TypeFlags::FINALIZER) && !vm.heap.awaits_finalizer(value)
}

fn get_threshold(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let thresholds = vm.gc.thresholds.map(Value::small_int);
    Ok(vm.new_tuple(&thresholds).into())
}

/// The thresholds are remembered: when there is a collection, the size of the heap decides.
fn set_threshold(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "set_threshold", 1, 3)?;
    let mut thresholds = vm.gc.thresholds;
    for (place, value) in thresholds.iter_mut().zip(values) {
        *place = vm.index_c(*value, "int")?;
    }
    vm.gc.thresholds = thresholds;
    Ok(Value::NONE)
}

fn set_debug(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let [flags] = args.exactly(vm, "set_debug")?;
    vm.gc.debug = vm.index_c(flags, "int")?;
    Ok(Value::NONE)
}

/// A dict for each of CPython's generations: there is one, the oldest, but it is told for which the program asked.
fn get_stats(vm: &mut Vm, _module: Value, _args: Args<'_>) -> PyResult {
    let [first, second, _] = vm.gc.asked;
    let oldest = vm.heap.stats().collections as i64 - first - second;
    let list = vm.new_list(&[]);
    for (count, collected) in [first, second, oldest.max(0)].into_iter().zip(vm.gc.collected) {
        let dict = vm.new_dict();
        for (name, number) in [("collections", count), ("collected", collected), ("uncollectable", 0)] {
            let name = vm.intern(name);
            dict.set_str(vm, name, Value::small_int(number));
        }
        list.push(vm, dict.into());
    }
    Ok(list.into())
}

/// Whether CPython's collector would look at an object: those that hold no others it does not know, nor do tuples and dicts that hold
/// none of the others.
fn is_tracked(vm: &Vm, value: Value) -> bool {
    if let Some(dict) = value.cast::<Dict>().filter(|_| value.is_exact(vm.types.dict)) {
        let mut position = 0;
        while let Some(entry) = dict.entry(position) {
            position += 1;
            if entry.is_some_and(|(key, value)| may_be_tracked(vm, key) || may_be_tracked(vm, value)) {
                return true;
            }
        }
        return false;
    }
    may_be_tracked(vm, value)
}

/// Whether an object may be part of a cycle: every dict may, and a tuple may that holds such an object.
fn may_be_tracked(vm: &Vm, value: Value) -> bool {
    let as_tuple = |value: Value| value.cast::<Tuple>().filter(|_| value.is_exact(vm.types.tuple));
    let Some(tuple) = as_tuple(value) else { return has_parts(vm, value) };
    // The same tuple may be in many others. Nests of very many are not gone through: their owners are asked one by one.
    const MANY: usize = 1000;
    let (mut waiting, mut seen) = (vec![tuple], HashSet::new());
    while let Some(tuple) = waiting.pop() {
        if seen.len() > MANY {
            return true;
        }
        for item in tuple.items() {
            match as_tuple(*item) {
                Some(inner) if seen.insert(inner.address()) => waiting.push(inner),
                Some(_) => {}
                None if has_parts(vm, *item) => return true,
                None => {}
            }
        }
    }
    false
}

/// Whether objects of the type of this one refer to others.
fn has_parts(vm: &Vm, value: Value) -> bool {
    if !value.is_heap() {
        return false;
    }
    if let Some(class) = value.cast::<Type>() {
        return class.is_heap_type();
    }
    let class = vm.type_of(value);
    let types = &vm.types;
    let atoms = [
        types.object,
        types.int,
        types.float,
        types.complex,
        types.str,
        types.bytes,
        types.bytearray,
        types.code,
        types.range,
        types.none,
        types.ellipsis,
        types.not_implemented,
    ];
    class.is_heap_type() || !atoms.iter().any(|atom| Value::from(*atom).is(class.into()))
}

/// What a program can see and CPython's collector would look at: all of it in the oldest generation.
fn get_objects(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<1> =
        Parameters { names: ["generation"], positional_only: 0, max_positional: 1, required: 0 };
    let [generation] = args.bind(vm, "get_objects", &PARAMETERS)?;
    let generation = if generation.is_null() || generation.is_none() { -1 } else { vm.index_c(generation, "ssize_t")? };
    if generation >= 3 {
        return Err(vm.value_error("generation parameter must be less than the number of available generations (3)"));
    }
    if generation < -1 {
        return Err(vm.value_error("generation parameter cannot be negative"));
    }
    let list = vm.new_list(&[]);
    if matches!(generation, -1 | 2) {
        let mut objects = vm.heap.temp_vec();
        vm.heap.live_objects(&mut objects);
        for object in objects.iter() {
            if is_tracked(vm, *object) {
                list.push(vm, *object);
            }
        }
    }
    Ok(list.into())
}

/// The objects that refer to one of some others.
fn get_referrers(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let list = vm.new_list(&[]);
    let (mut objects, mut parts) = (vm.heap.temp_vec(), vm.heap.temp_vec());
    vm.heap.live_objects(&mut objects);
    for &object in objects.iter() {
        parts.clear();
        add_referents(vm, object, &mut parts)?;
        if parts.iter().any(|part| args.values().iter().any(|wanted| wanted.is(*part))) {
            list.push(vm, object);
        }
    }
    Ok(list.into())
}

/// What objects refer to.
fn get_referents(vm: &mut Vm, _module: Value, args: Args<'_>) -> PyResult {
    let mut parts = vm.heap.temp_vec();
    for &value in args.values() {
        add_referents(vm, value, &mut parts)?;
    }
    Ok(vm.new_list(&parts).into())
}

/// What an object refers to, as far as a program can reach it.
fn add_referents(vm: &mut Vm, value: Value, parts: &mut TempVec) -> PyResult<()> {
    if let Some(tuple) = value.cast::<Tuple>() {
        parts.extend_from_slice(tuple.items());
    } else if let Some(dict) = value.cast::<Dict>() {
        add_entries(dict, parts);
    } else if let Some(list) = value.cast::<List>() {
        parts.extend((0..list.len()).filter_map(|index| list.get(index)));
    } else if value.cast::<Set>().is_some() {
        vm.collect(value, parts)?;
    } else if let Some(cell) = value.cast::<CellObject>() {
        parts.push(cell.contents.get());
    } else if let Some(function) = value.cast::<Function>() {
        parts.push(function.code.get().into());
        parts.push(function.globals.get().into());
        parts.push(function.closure.get());
        parts.push(function.defaults.get());
    } else if let Some(module) = value.cast::<Module>() {
        parts.push(module.dict().into());
    } else if let Some(class) = value.cast::<Type>() {
        parts.push(class.dict.get().into());
        parts.extend(class.mro_types().map(Value::from));
    }
    if let Some(header) = value.header().filter(|_| value.cast::<Type>().is_none())
        && let Some(dict) = make_dict(vm, header)
    {
        // The values of an instance that has no dict of its own yet are the instance's.
        parts.push(dict.into());
        add_entries(dict, parts);
    }
    let class = vm.type_of(value);
    if class.is_heap_type() {
        parts.push(class.into());
    }
    parts.retain(|part| !part.is_null());
    Ok(())
}

/// What a dict refers to. CPython passes over keys where all of them are strings.
fn add_entries(dict: Gc<Dict>, parts: &mut TempVec) {
    let mut entries = Vec::new();
    let mut position = 0;
    while let Some(entry) = dict.entry(position) {
        position += 1;
        entries.extend(entry);
    }
    let shows_keys = entries.iter().any(|(key, _)| key.cast::<Str>().is_none());
    for (key, value) in entries {
        if shows_keys {
            parts.push(key);
        }
        parts.push(value);
    }
}
