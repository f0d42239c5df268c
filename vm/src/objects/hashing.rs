//! The key that text and bytes are hashed with: one for the whole process, as CPython's `_Py_HashSecret`.

use std::sync::atomic::{AtomicU64, Ordering};

use quicken_bytecode::hash;

/// Zero, as with `PYTHONHASHSEED=0`, so that the order of sets is the same at every run, unless a seed is asked for.
static KEY: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

/// Takes the key of another seed, which gives the hashes that CPython gives under `PYTHONHASHSEED`. To be called before anything is hashed:
/// dicts and sets that exist would not find again what they hold.
pub fn set_hash_seed(seed: u32) {
    for (word, value) in KEY.iter().zip(hash::hash_key(seed)) {
        word.store(value, Ordering::Relaxed);
    }
}

/// The hash of bytes, or of text as its units.
pub(crate) fn hash_bytes(bytes: &[u8]) -> i64 {
    hash::hash_bytes_with([KEY[0].load(Ordering::Relaxed), KEY[1].load(Ordering::Relaxed)], bytes)
}
