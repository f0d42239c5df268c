//! `random`: the numbers that CPython's `random` gives for the same seeds.
//!
//! CPython's `Random` is a Python class over a generator in C; here both are one native type. Methods ask the generator
//! itself unless the instance is of a subclass, whose `random` and `getrandbits` may be its own.

mod distributions;
mod integers;
mod seed;
mod sequences;
mod system;
mod twister;

use std::any::Any;

use dashu_int::{IBig, UBig};
use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, Header, LayoutKind};
use quicken_vm::objects::int::View;
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::tuple::Tuple;
use quicken_vm::objects::typeobj::{Type, new_native_type};
use quicken_vm::slots::Slots;
use quicken_vm::spec::{Convention, MethodSpec, ModuleSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::set_attribute;
use twister::Twister;

/// `random`.
pub static RANDOM: ModuleSpec =
    ModuleSpec { name: "random", doc: Some("Random variable generators."), functions: &[], init: Some(init) };

/// The generator of an instance.
struct Generator {
    twister: Twister,
    /// Whether the numbers are the system's instead (`SystemRandom`).
    system: bool,
    /// The second of a pair of normally distributed numbers (`gauss_next`).
    gauss_next: Option<f64>,
}

impl Generator {
    fn next_f64(&mut self) -> f64 {
        if self.system { (system::word() >> 11) as f64 / (1u64 << 53) as f64 } else { self.twister.next_f64() }
    }

    /// Up to 63 bits.
    fn next_bits(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            _ if self.system => system::word() >> (64 - bits),
            _ => self.twister.next_bits(bits),
        }
    }

    fn next_words(&mut self, bits: usize) -> Vec<u32> {
        if self.system { system::words(bits) } else { self.twister.next_words(bits) }
    }
}

impl OpaqueData for Generator {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static RANDOM_TYPE: TypeSpec = TypeSpec {
    module: "random",
    subclassable: true,
    slots: Slots { new: Some(new), init: Some(initialize), ..Slots::NONE },
    methods: METHODS,
    doc: Some(
        "Random number generator base class used by bound module functions.\n\nUsed to instantiate instances of Random to \
         get generators that don't\nshare state.",
    ),
    ..TypeSpec::new("Random", LayoutKind::Opaque)
};

static METHODS: &[MethodSpec] = &[
    method("random", random, Convention::NoArgs),
    method("getrandbits", getrandbits, Convention::O),
    method("_randbelow", randbelow, Convention::O),
    method("seed", seed::seed, Convention::FastKeywords),
    method("getstate", getstate, Convention::NoArgs),
    method("setstate", setstate, Convention::O),
    method("randrange", integers::randrange, Convention::FastKeywords),
    method("randint", integers::randint, Convention::FastKeywords),
    method("randbytes", integers::randbytes, Convention::O),
    method("choice", sequences::choice, Convention::O),
    method("shuffle", sequences::shuffle, Convention::O),
    method("sample", sequences::sample, Convention::FastKeywords),
    method("choices", sequences::choices, Convention::FastKeywords),
    method("uniform", distributions::uniform, Convention::FastKeywords),
    method("triangular", distributions::triangular, Convention::FastKeywords),
    method("gauss", distributions::gauss, Convention::FastKeywords),
    method("normalvariate", distributions::normalvariate, Convention::FastKeywords),
    method("lognormvariate", distributions::lognormvariate, Convention::FastKeywords),
    method("expovariate", distributions::expovariate, Convention::FastKeywords),
    method("vonmisesvariate", distributions::vonmisesvariate, Convention::FastKeywords),
    method("gammavariate", distributions::gammavariate, Convention::FastKeywords),
    method("betavariate", distributions::betavariate, Convention::FastKeywords),
    method("paretovariate", distributions::paretovariate, Convention::FastKeywords),
    method("weibullvariate", distributions::weibullvariate, Convention::FastKeywords),
];

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let object = vm.types.object;
    let class = new_native_type(vm, &RANDOM_TYPE, object);
    set_attribute(vm, module, "Random", class.into());
    let system = new_native_type(vm, &system::SYSTEM_RANDOM_TYPE, class);
    set_attribute(vm, module, "SystemRandom", system.into());
    // The module's functions are methods of a hidden instance.
    let instance = allocate(vm, class, Twister::from_key(&seed::entropy()));
    let name = vm.intern("random");
    for spec in METHODS {
        let function = vm.new_native_function(spec, instance, name.into());
        set_attribute(vm, module, spec.name, function);
    }
    Ok(())
}

fn allocate(vm: &mut Vm, ty: Gc<Type>, twister: Twister) -> Value {
    let data = Box::new(Generator { twister, system: false, gauss_next: None });
    vm.allocate_object(ty, Opaque::new(Header::new(ty), data)).into()
}

fn new(vm: &mut Vm, ty: Gc<Type>, _: Args<'_>) -> PyResult {
    // `__init__` seeds it; a subclass that never calls it gets a generator that is seeded all the same.
    let key = if ty.is_heap_type() { seed::entropy() } else { vec![0] };
    Ok(allocate(vm, ty, Twister::from_key(&key)))
}

fn initialize(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: quicken_vm::args::Parameters<1> =
        quicken_vm::args::Parameters { names: ["x"], positional_only: 0, max_positional: 1, required: 0 };
    let [x] = args.bind(vm, "Random", &PARAMETERS)?;
    let x = if x.is_null() { Value::NONE } else { x };
    if is_subclass(vm, receiver) {
        vm.call_method(receiver, "seed", &[x])?;
        return Ok(());
    }
    seed::seed(vm, receiver, Args::positional(&[x])).map(|_| ())
}

/// Whether the instance's own `random` and `getrandbits` have to be asked.
fn is_subclass(vm: &Vm, receiver: Value) -> bool {
    vm.type_of(receiver).is_heap_type()
}

/// Works on the generator of an instance.
fn with<R>(vm: &mut Vm, receiver: Value, f: impl FnOnce(&mut Generator) -> R) -> PyResult<R> {
    match receiver.cast::<Opaque>().and_then(|object| object.with(f)) {
        Some(result) => Ok(result),
        None => {
            let name = vm.type_name(receiver);
            Err(vm.type_error(format!("descriptor requires a 'random.Random' object but received '{name}'")))
        }
    }
}

/// A float from zero up to one.
fn draw(vm: &mut Vm, receiver: Value) -> PyResult<f64> {
    if is_subclass(vm, receiver) {
        let float = vm.call_method(receiver, "random", &[])?;
        return vm.to_f64(float);
    }
    with(vm, receiver, |g| g.next_f64())
}

/// Up to 63 random bits.
fn draw_bits(vm: &mut Vm, receiver: Value, bits: u32) -> PyResult<i64> {
    if is_subclass(vm, receiver) {
        let value = vm.call_method(receiver, "getrandbits", &[Value::small_int(i64::from(bits))])?;
        return vm.index_i64(value);
    }
    with(vm, receiver, |g| g.next_bits(bits) as i64)
}

/// A random integer from zero up to `n` (which must be positive).
fn below(vm: &mut Vm, receiver: Value, n: i64) -> PyResult<i64> {
    let bits = 64 - n.leading_zeros();
    loop {
        let value = draw_bits(vm, receiver, bits)?;
        if value < n {
            return Ok(value);
        }
    }
}

/// The same for integers of any size.
fn below_big(vm: &mut Vm, receiver: Value, n: &IBig) -> PyResult<IBig> {
    if let Ok(n) = i64::try_from(n) {
        return Ok(IBig::from(below(vm, receiver, n)?));
    }
    let bits = big_bits(n);
    loop {
        let value = if is_subclass(vm, receiver) {
            let value = vm.call_method(receiver, "getrandbits", &[Value::small_int(bits as i64)])?;
            vm.index_view(value)?.to_big()
        } else {
            IBig::from(with(vm, receiver, |g| from_words(&g.next_words(bits)))?)
        };
        if value < *n {
            return Ok(value);
        }
    }
}

/// `_randbelow`, which `secrets` asks.
fn randbelow(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [n] = args.exactly(vm, "_randbelow")?;
    let n = vm.index_view(n)?.to_big();
    if n <= IBig::ZERO {
        return Ok(Value::small_int(0));
    }
    let below = below_big(vm, receiver, &n)?;
    Ok(vm.int_from_big(below))
}

fn big_bits(n: &IBig) -> usize {
    match n.as_sign_words().1 {
        [] => 0,
        words @ [.., top] => words.len() * 64 - top.leading_zeros() as usize,
    }
}

/// The number whose words, the lowest first, these are.
fn from_words(words: &[u32]) -> UBig {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    UBig::from_le_bytes(&bytes)
}

fn random(vm: &mut Vm, receiver: Value, _: Args<'_>) -> PyResult {
    let float = with(vm, receiver, |g| g.next_f64())?;
    Ok(vm.float(float))
}

fn getrandbits(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [bits] = args.exactly(vm, "getrandbits")?;
    let Ok(bits) = i32::try_from(vm.index_c(bits, "int")?) else {
        return Err(vm.overflow_error("Python int too large to convert to C int"));
    };
    let Ok(bits) = u32::try_from(bits) else {
        return Err(vm.value_error("number of bits must be non-negative"));
    };
    if bits <= 61 {
        let value = with(vm, receiver, |g| g.next_bits(bits))?;
        return Ok(Value::small_int(value as i64));
    }
    let words = with(vm, receiver, |g| g.next_words(bits as usize))?;
    Ok(vm.int_from_big(IBig::from(from_words(&words))))
}

/// `(3, (word, …, index), gauss_next)`.
fn getstate(vm: &mut Vm, receiver: Value, _: Args<'_>) -> PyResult {
    let (words, gauss_next) = with(vm, receiver, |g| {
        let (state, index) = g.twister.state();
        let mut words: Vec<Value> = state.iter().map(|word| Value::small_int(i64::from(*word))).collect();
        words.push(Value::small_int(index as i64));
        (words, g.gauss_next)
    })?;
    let words = vm.new_tuple(&words);
    let gauss_next = match gauss_next {
        Some(float) => vm.float(float),
        None => Value::NONE,
    };
    Ok(vm.new_tuple(&[Value::small_int(3), words.into(), gauss_next]).into())
}

fn setstate(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    let [state] = args.exactly(vm, "setstate")?;
    let version = vm.get_item(state, Value::small_int(0))?;
    if version.as_small_int() != Some(3) {
        let version = vm.str_of(version)?;
        let version = version.to_string_lossy();
        return Err(vm.value_error(format!("state with version {version} passed to Random.setstate() of version 3")));
    }
    let Some(words) = vm.get_item(state, Value::small_int(1))?.cast::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    let gauss_next = vm.get_item(state, Value::small_int(2))?;
    let gauss_next = if gauss_next.is_none() { None } else { Some(vm.to_f64(gauss_next)?) };
    if words.len() != 625 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut numbers = Vec::with_capacity(625);
    for index in 0..625 {
        let word = words.get(index).unwrap_or(Value::NULL);
        match vm.index_view(word)? {
            View::Small(word) if word >= 0 => numbers.push(word as u64 as u32),
            View::Small(_) => return Err(vm.overflow_error("can't convert negative value to unsigned int")),
            View::Big(_) => return Err(vm.overflow_error("Python int too large to convert to C unsigned long")),
        }
    }
    let index = numbers.pop().unwrap_or(0) as usize;
    let Some(twister) = Twister::from_state(&numbers, index) else {
        return Err(vm.value_error("invalid state"));
    };
    with(vm, receiver, |g| {
        g.twister = twister;
        g.gauss_next = gauss_next;
    })?;
    Ok(Value::NONE)
}
