//! Seeds: integers, texts by their SHA-512, other things by their hash, and nothing at all.

use std::hash::{BuildHasher, Hasher, RandomState};

use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, UBig};
use quicken_vm::args::Parameters;
use quicken_vm::objects::bytes;
use quicken_vm::objects::int::View;
use quicken_vm::objects::string::Str;
use quicken_vm::{Args, PyResult, Value, Vm};
use sha2::{Digest, Sha512};

use super::twister::Twister;
use super::with;

/// A key that nobody can foresee: the standard library's hashers are seeded by the system.
pub(super) fn entropy() -> Vec<u32> {
    (0..312)
        .flat_map(|i| {
            let mut hasher = RandomState::new().build_hasher();
            hasher.write_u64(i);
            let word = hasher.finish();
            [word as u32, (word >> 32) as u32]
        })
        .collect()
}

/// `seed(a=None, version=2)`.
pub(super) fn seed(vm: &mut Vm, receiver: Value, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["a", "version"], positional_only: 0, max_positional: 2, required: 0 };
    let [a, version] = args.bind(vm, "seed", &PARAMETERS)?;
    let first = version.as_small_int() == Some(1);
    let key = if a.is_null() || a.is_none() {
        entropy()
    } else if let Some(text) = a.cast::<Str>() {
        if first {
            words(&IBig::from(old_hash(text.code_points())))
        } else {
            let Some(text) = text.to_utf8() else {
                // The codec's own error is the right one.
                vm.call_method(a, "encode", &[])?;
                return Ok(Value::NONE);
            };
            words(&text_number(text.as_bytes()))
        }
    } else if let Some(bytes) = bytes::to_vec(a) {
        words(&if first { IBig::from(old_hash(bytes.iter().map(|b| u32::from(*b)))) } else { text_number(&bytes) })
    } else if let Some(view) = View::of(a) {
        words(&view.to_big())
    } else if a.as_float().is_some() {
        let hash = vm.hash(a)?;
        words(&IBig::from(hash as u64))
    } else {
        return Err(vm.type_error("The only supported seed types are: None,\nint, float, str, bytes, and bytearray."));
    };
    with(vm, receiver, |g| {
        g.twister = Twister::from_key(&key);
        g.gauss_next = None;
    })?;
    Ok(Value::NONE)
}

/// The text and its digest as one number.
fn text_number(text: &[u8]) -> IBig {
    let mut all = text.to_vec();
    all.extend_from_slice(&Sha512::digest(text));
    IBig::from(UBig::from_be_bytes(&all))
}

/// How texts were hashed for version 1.
fn old_hash(code_points: impl Iterator<Item = u32>) -> u64 {
    let (mut hash, mut len) = (0u64, 0);
    for c in code_points {
        if len == 0 {
            hash = u64::from(c) << 7;
        }
        hash = 1_000_003u64.wrapping_mul(hash) ^ u64::from(c);
        len += 1;
    }
    hash ^ len
}

/// The magnitude's words of 32 bits, the lowest first; at least one.
fn words(number: &IBig) -> Vec<u32> {
    let bytes = number.unsigned_abs().to_le_bytes();
    let mut words: Vec<u32> = bytes
        .chunks(4)
        .map(|chunk| {
            let mut word = [0; 4];
            word[..chunk.len()].copy_from_slice(chunk);
            u32::from_le_bytes(word)
        })
        .collect();
    while words.len() > 1 && words.last() == Some(&0) {
        words.pop();
    }
    if words.is_empty() {
        words.push(0);
    }
    words
}
