//! `_lru_cache_wrapper`: a function that remembers its results, the last ones or all.

use std::any::Any;

use quicken_vm::args::Parameters;
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::opaque::OpaqueData;
use quicken_vm::objects::typeobj::{Type, dict_getset};
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{NoArgs, O};
use quicken_vm::spec::{TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::data::{make, with};

pub(super) static CACHE: TypeSpec = TypeSpec {
    module: "functools",
    subclassable: true,
    has_dict: true,
    weak: true,
    slots: Slots { new: Some(new), call: Some(call), descr_get: Some(get), ..Slots::NONE },
    methods: &[
        method("cache_info", cache_info, NoArgs),
        method("cache_clear", cache_clear, NoArgs),
        method("__reduce__", reduce, NoArgs),
        method("__copy__", |_, own, _| Ok(own), NoArgs),
        method("__deepcopy__", |_, own, _| Ok(own), O),
    ],
    getset: &[dict_getset()],
    doc: Some("A function that remembers what it gave for its last arguments: what functools.lru_cache makes.\n"),
    ..TypeSpec::new("_lru_cache_wrapper", LayoutKind::Opaque)
};

struct Cache {
    function: Value,
    /// How many results are remembered; none: all.
    limit: Option<usize>,
    typed: bool,
    info_type: Value,
    /// Stands before the keyword arguments in a key: nobody else has it.
    mark: Value,
    /// A dict of keys: with results, or, if there is a limit, with places in `links`.
    known: Value,
    /// The results in a ring, by when they were last asked for; the first stands for none, before the oldest and behind the newest.
    links: Vec<Link>,
    /// Places in `links` that are free.
    free: Vec<usize>,
    hits: i64,
    misses: i64,
}

#[derive(Clone, Copy)]
struct Link {
    before: usize,
    behind: usize,
    key: Value,
    hash: i64,
    result: Value,
}

/// The place of the first link.
const ROOT: usize = 0;
const EMPTY: Link = Link { before: ROOT, behind: ROOT, key: Value::NULL, hash: 0, result: Value::NULL };

impl OpaqueData for Cache {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.function, self.info_type, self.mark, self.known] {
            marker.value(value);
        }
        for link in &self.links {
            marker.value(link.key);
            marker.value(link.result);
        }
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Cache {
    fn unlink(&mut self, place: usize) {
        let Link { before, behind, .. } = self.links[place];
        self.links[before].behind = behind;
        self.links[behind].before = before;
    }

    /// Makes a link the newest.
    fn append(&mut self, place: usize) {
        let newest = self.links[ROOT].before;
        self.links[newest].behind = place;
        self.links[place].before = newest;
        self.links[place].behind = ROOT;
        self.links[ROOT].before = place;
    }

    /// Takes a link out of the ring for good.
    fn release(&mut self, place: usize) {
        self.unlink(place);
        self.links[place] = EMPTY;
        self.free.push(place);
    }

    fn add(&mut self, key: Value, hash: i64, result: Value) -> usize {
        let link = Link { key, hash, result, ..EMPTY };
        let place = match self.free.pop() {
            Some(place) => {
                self.links[place] = link;
                place
            }
            None => {
                self.links.push(link);
                self.links.len() - 1
            }
        };
        self.append(place);
        place
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<4> = Parameters {
        names: ["user_function", "maxsize", "typed", "cache_info_type"],
        positional_only: 0,
        max_positional: 4,
        required: 4,
    };
    let [function, limit, typed, info_type] = args.bind(vm, "lru_cache", &PARAMETERS)?;
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let limit = if limit.is_none() {
        None
    } else if vm.type_of(limit).slots().unary[quicken_vm::slots::UnaryOp::Index as usize].is_some() {
        Some(usize::try_from(vm.index_i64(limit)?).unwrap_or(0))
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let typed = vm.is_true(typed)?;
    let mark = vm.new_instance(vm.types.object).into();
    let known = vm.new_dict().into();
    let (links, free) = (vec![EMPTY], Vec::new());
    make(vm, ty, Cache { function, limit, typed, info_type, mark, known, links, free, hits: 0, misses: 0 })
}

fn get(vm: &mut Vm, own: Value, object: Value, _owner: Value) -> PyResult {
    if object.is_null() || object.is_none() { Ok(own) } else { Ok(vm.new_bound_method(own, object)) }
}

/// What stands for the arguments: a single string or integer for itself, else a tuple.
fn key_of(vm: &mut Vm, mark: Value, typed: bool, args: Args<'_>) -> Value {
    if !typed
        && args.names().is_none()
        && let [only] = *args.values()
        && (only.is_exact(vm.types.int) || only.is_exact(vm.types.str) || only.is_small_int())
    {
        return only;
    }
    let mut parts = vm.heap.temp_vec();
    parts.extend_from_slice(args.positionals());
    if args.keyword_count() > 0 {
        parts.push(mark);
        for (name, value) in args.keywords() {
            parts.push(name.into());
            parts.push(value);
        }
    }
    if typed {
        for value in args.values() {
            let ty = vm.type_of(*value);
            parts.push(ty.into());
        }
    }
    vm.new_tuple(&parts).into()
}

fn call(vm: &mut Vm, own: Value, args: Args<'_>) -> PyResult {
    let (function, limit, typed, mark, known) =
        with(vm, own, |cache: &mut Cache| (cache.function, cache.limit, cache.typed, cache.mark, cache.known))?;
    if limit == Some(0) {
        with(vm, own, |cache: &mut Cache| cache.misses += 1)?;
        return vm.call(function, args);
    }
    let Some(known) = known.cast::<Dict>() else { return vm.call(function, args) };
    let key = key_of(vm, mark, typed, args);
    let hash = vm.hash_key(key)?;
    let found = known.get_item_hashed(vm, key, hash)?;
    let Some(limit) = limit else {
        if let Some(result) = found {
            with(vm, own, |cache: &mut Cache| cache.hits += 1)?;
            return Ok(result);
        }
        with(vm, own, |cache: &mut Cache| cache.misses += 1)?;
        let result = vm.call(function, args)?;
        known.set_item_hashed(vm, key, hash, result)?;
        return Ok(result);
    };
    if let Some(place) = found.and_then(Value::as_small_int) {
        return with(vm, own, |cache: &mut Cache| {
            let place = place as usize;
            cache.unlink(place);
            cache.append(place);
            cache.hits += 1;
            cache.links[place].result
        });
    }
    with(vm, own, |cache: &mut Cache| cache.misses += 1)?;
    let result = vm.call(function, args)?;
    // The call may have found it out already, and filled or cleared the cache.
    if known.get_item_hashed(vm, key, hash)?.is_some() {
        return Ok(result);
    }
    if known.len() >= limit {
        let (oldest, link) = with(vm, own, |cache: &mut Cache| {
            let oldest = cache.links[ROOT].behind;
            (oldest, cache.links[oldest])
        })?;
        if oldest == ROOT {
            return Ok(result);
        }
        // It is out of the ring before code of the program runs, and back if that fails.
        with(vm, own, |cache: &mut Cache| cache.unlink(oldest))?;
        match known.pop_hashed(vm, link.key, link.hash) {
            Ok(Some(_)) => with(vm, own, |cache: &mut Cache| {
                cache.links[oldest] = EMPTY;
                cache.free.push(oldest);
            })?,
            Ok(None) => return Ok(result),
            Err(raise) => {
                with(vm, own, |cache: &mut Cache| cache.append(oldest))?;
                return Err(raise);
            }
        }
    }
    let place = with(vm, own, |cache: &mut Cache| cache.add(key, hash, result))?;
    if let Err(raise) = known.set_item_hashed(vm, key, hash, Value::small_int(place as i64)) {
        with(vm, own, |cache: &mut Cache| cache.release(place))?;
        return Err(raise);
    }
    Ok(result)
}

fn cache_info(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let (info_type, hits, misses, limit, known) =
        with(vm, own, |cache: &mut Cache| (cache.info_type, cache.hits, cache.misses, cache.limit, cache.known))?;
    let count = known.cast::<Dict>().map_or(0, |known| known.len());
    let limit = limit.map_or(Value::NONE, |limit| vm.int(limit as i64));
    let (hits, misses) = (vm.int(hits), vm.int(misses));
    vm.call_values(info_type, &[hits, misses, limit, Value::small_int(count as i64)])
}

fn cache_clear(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let known = with(vm, own, |cache: &mut Cache| {
        (cache.hits, cache.misses) = (0, 0);
        cache.links = vec![EMPTY];
        cache.free.clear();
        cache.known
    })?;
    if let Some(known) = known.cast::<Dict>() {
        known.clear();
    }
    Ok(Value::NONE)
}

fn reduce(vm: &mut Vm, own: Value, _args: Args<'_>) -> PyResult {
    let name = vm.intern("__qualname__");
    vm.get_attr(own, name)
}
