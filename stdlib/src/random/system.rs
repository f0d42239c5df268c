//! `random.SystemRandom`: the same methods over the system's own randomness, which nobody can seed.

use quicken_vm::object::{Gc, LayoutKind};
use quicken_vm::objects::typeobj::Type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::Convention::{NoArgs, VarargsKeywords};
use quicken_vm::spec::{MethodSpec, TypeSpec, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use super::twister::Twister;
use super::{allocate, seed, with};

pub(super) static SYSTEM_RANDOM_TYPE: TypeSpec = TypeSpec {
    module: "random",
    subclassable: true,
    slots: Slots { new: Some(new), init: Some(|_, _, _| Ok(())), ..Slots::NONE },
    methods: METHODS,
    doc: Some("Random numbers of the operating system, which cannot be repeated."),
    ..TypeSpec::new("SystemRandom", LayoutKind::Opaque)
};

static METHODS: &[MethodSpec] = &[
    method("seed", |_, _, _| Ok(Value::NONE), VarargsKeywords),
    method("getstate", no_state, VarargsKeywords),
    method("setstate", no_state, VarargsKeywords),
    method("random", super::random, NoArgs),
    method("getrandbits", super::getrandbits, quicken_vm::spec::Convention::O),
];

fn new(vm: &mut Vm, ty: Gc<Type>, _: Args<'_>) -> PyResult {
    let own = allocate(vm, ty, Twister::from_key(&[0]));
    with(vm, own, |generator| generator.system = true)?;
    Ok(own)
}

fn no_state(vm: &mut Vm, _: Value, _: Args<'_>) -> PyResult {
    Err(vm.not_implemented_error("System entropy source does not have state."))
}

/// 64 random bits.
#[cfg(target_os = "linux")]
pub(super) fn word() -> u64 {
    let mut bytes = [0; 8];
    match rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty()) {
        Ok(count) if count == bytes.len() => u64::from_le_bytes(bytes),
        _ => seeded_by_the_system(),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn word() -> u64 {
    seeded_by_the_system()
}

/// Where the system gives no numbers, the standard library's hashers have some of it.
fn seeded_by_the_system() -> u64 {
    let key = seed::entropy();
    u64::from(key[0]) << 32 | u64::from(key[1])
}

/// Words of random bits, the lowest first; the last is cut to what `bits` needs.
pub(super) fn words(bits: usize) -> Vec<u32> {
    let mut words: Vec<u32> = (0..bits.div_ceil(32)).map(|_| word() as u32).collect();
    if let Some(last) = words.last_mut()
        && !bits.is_multiple_of(32)
    {
        *last >>= 32 - bits % 32;
    }
    words
}
