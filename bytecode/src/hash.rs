//! CPython's hashes of constants, with the seed fixed (`PYTHONHASHSEED=0`), and the order of sets that follows from them.
//!
//! A frozenset among the constants is shown (and iterated) in the order of its hash table, so a disassembly that is to equal `dis`'s has
//! to know it. The functions are those that a virtual machine needs for its own `hash`, too. (`Python/pyhash.c`, `Objects/*object.c`.)

use dashu_int::{IBig, UBig};

use crate::{Constant, PyString};

/// The prime modulus of numeric hashes, 2^61 − 1.
pub const MODULUS: u64 = (1 << BITS) - 1;
/// The hash of positive infinity.
pub const INFINITY: i64 = 314_159;
/// The factor of the imaginary part.
pub const IMAGINARY: u64 = 1_000_003;

const BITS: u32 = 61;

/// −1 means an error in CPython, so no hash is −1.
const fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash of an int that fits into 64 bits.
pub const fn hash_i64(value: i64) -> i64 {
    let magnitude = (value.unsigned_abs() % MODULUS) as i64;
    not_minus_one(if value < 0 { -magnitude } else { magnitude })
}

/// The hash of any int.
pub fn hash_big(value: &IBig) -> i64 {
    let (sign, magnitude) = value.clone().into_parts();
    let reduced = u64::try_from(magnitude % UBig::from(MODULUS)).unwrap_or(0) as i64;
    not_minus_one(if sign == dashu_int::Sign::Negative { -reduced } else { reduced })
}

/// The hash of a float; `nan` is what a NaN gets (CPython takes its address).
pub fn hash_float(value: f64, nan: i64) -> i64 {
    if value.is_nan() {
        return nan;
    }
    if value.is_infinite() {
        return if value > 0.0 { INFINITY } else { -INFINITY };
    }
    if value == 0.0 {
        return 0;
    }
    // value = mantissa · 2^exponent, and 2^61 is 1 modulo the modulus: the exponent is a rotation.
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7FF) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let rotation = exponent.rem_euclid(i64::from(BITS)) as u32;
    let rotated = (mantissa << rotation & MODULUS) | mantissa >> (BITS - rotation);
    let hash = (rotated % MODULUS) as i64;
    not_minus_one(if value < 0.0 { -hash } else { hash })
}

/// The hash of a complex number.
pub fn hash_complex(re: f64, im: f64, nan: i64) -> i64 {
    let imaginary = IMAGINARY.wrapping_mul(hash_float(im, nan) as u64);
    not_minus_one((hash_float(re, nan) as u64).wrapping_add(imaginary) as i64)
}

/// The hash of a string: of its code points in the narrowest of one, two or four bytes that holds all of them.
pub fn hash_str(text: &PyString) -> i64 {
    if text.is_ascii() {
        return hash_bytes(text.as_bytes());
    }
    let widest = text.code_points().max().unwrap_or(0);
    let mut units = Vec::with_capacity(text.as_bytes().len() * 2);
    for point in text.code_points() {
        match widest {
            0..=0xFF => units.push(point as u8),
            0x100..=0xFFFF => units.extend((point as u16).to_le_bytes()),
            _ => units.extend(point.to_le_bytes()),
        }
    }
    hash_bytes(&units)
}

/// The hash of bytes: SipHash-1-3 with a zero key, and 0 if there are none.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    hash_bytes_with([0, 0], bytes)
}

/// The same with another key ([`hash_key`]).
pub fn hash_bytes_with(key: [u64; 2], bytes: &[u8]) -> i64 {
    if bytes.is_empty() { 0 } else { not_minus_one(siphash13(key[0], key[1], bytes) as i64) }
}

/// The key that CPython makes of a seed (`PYTHONHASHSEED`); that of 0 is zero. (`Python/bootstrap_hash.c`, `lcg_urandom`.)
pub fn hash_key(seed: u32) -> [u64; 2] {
    if seed == 0 {
        return [0, 0];
    }
    let mut state = seed;
    let mut word = || {
        u64::from_le_bytes(std::array::from_fn(|_| {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            (state >> 16) as u8
        }))
    };
    [word(), word()]
}

/// The hash of a tuple, from its items' (xxHash).
pub fn hash_tuple(items: impl IntoIterator<Item = i64>) -> i64 {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let mut hash = PRIME_5;
    let mut length = 0u64;
    for item in items {
        hash = hash.wrapping_add((item as u64).wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
        length += 1;
    }
    hash = hash.wrapping_add(length ^ (PRIME_5 ^ 3_527_539));
    if hash == u64::MAX { 1_546_275_796 } else { hash as i64 }
}

/// The hash of a frozenset, from its items', in any order.
pub fn hash_frozenset(items: impl IntoIterator<Item = i64>) -> i64 {
    let mut hash = 0u64;
    let mut length = 0u64;
    for item in items {
        let item = item as u64;
        hash ^= ((item ^ 89_869_747) ^ (item << 16)).wrapping_mul(3_644_798_167);
        length += 1;
    }
    hash ^= (length + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash as i64 }
}

/// The hash of a constant. Where CPython hashes an address (`None`, `...`, NaN, code objects compare otherwise but are never in sets),
/// the hash is a fixed number.
pub fn hash_constant(constant: &Constant) -> i64 {
    /// Stands for an address.
    const ADDRESS: i64 = 0x5EED;
    match constant {
        Constant::None => ADDRESS,
        Constant::Ellipsis | Constant::Code(_) => ADDRESS + 1,
        Constant::True => 1,
        Constant::False => 0,
        Constant::Int(value) => hash_i64(*value),
        Constant::BigInt(value) => hash_big(value),
        Constant::Float(value) => hash_float(*value, ADDRESS),
        Constant::Complex { re, im } => hash_complex(*re, *im, ADDRESS),
        Constant::Str(text) => hash_str(text),
        Constant::Bytes(bytes) => hash_bytes(bytes),
        Constant::Tuple(items) => hash_tuple(items.iter().map(hash_constant)),
        Constant::FrozenSet(items) => hash_frozenset(items.iter().map(hash_constant)),
    }
}

/// SipHash with one round per word and three at the end.
pub fn siphash13(key0: u64, key1: u64, bytes: &[u8]) -> u64 {
    let mut state = [
        key0 ^ 0x736f_6d65_7073_6575,
        key1 ^ 0x646f_7261_6e64_6f6d,
        key0 ^ 0x6c79_6765_6e65_7261,
        key1 ^ 0x7465_6462_7974_6573,
    ];
    let round = |[mut a, mut b, mut c, mut d]: [u64; 4]| {
        a = a.wrapping_add(b);
        c = c.wrapping_add(d);
        b = b.rotate_left(13) ^ a;
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32);
        c = c.wrapping_add(b);
        a = a.wrapping_add(d);
        b = b.rotate_left(17) ^ c;
        d = d.rotate_left(21) ^ a;
        [a, b, c.rotate_left(32), d]
    };
    let mut absorb = |word: u64| {
        state[3] ^= word;
        state = round(state);
        state[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        absorb(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    absorb(u64::from_le_bytes(last) | (bytes.len() as u64) << 56);
    state[2] ^= 0xFF;
    for _ in 0..3 {
        state = round(state);
    }
    state[0] ^ state[1] ^ state[2] ^ state[3]
}

/// The order in which a new CPython set iterates over keys that were added in the given order, as indices into `hashes`. The keys have
/// to be distinct.
pub fn set_order(hashes: &[i64]) -> Vec<usize> {
    let mut table: Vec<Option<usize>> = vec![None; 8];
    for (index, &hash) in hashes.iter().enumerate() {
        let slot = free_slot(&table, hash);
        table[slot] = Some(index);
        let used = index + 1;
        if used * 5 >= (table.len() - 1) * 3 {
            let least = if used > 50_000 { used * 2 } else { used * 4 };
            let mut grown = vec![None; (least + 1).next_power_of_two().max(8)];
            for index in table.into_iter().flatten() {
                let slot = free_slot(&grown, hashes[index]);
                grown[slot] = Some(index);
            }
            table = grown;
        }
    }
    table.into_iter().flatten().collect()
}

/// The first free slot on the probe sequence of a hash: nine neighbours of each place, if they fit, then the next place.
fn free_slot(table: &[Option<usize>], hash: i64) -> usize {
    const LINEAR_PROBES: usize = 9;
    const PERTURB_SHIFT: u32 = 5;
    let mask = table.len() - 1;
    let mut perturb = hash as u64;
    let mut slot = hash as usize & mask;
    loop {
        let last = if slot + LINEAR_PROBES <= mask { slot + LINEAR_PROBES } else { slot };
        if let Some(free) = (slot..=last).find(|&slot| table[slot].is_none()) {
            return free;
        }
        perturb >>= PERTURB_SHIFT;
        slot = slot.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
    }
}
