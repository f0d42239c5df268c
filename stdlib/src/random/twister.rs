//! The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded as CPython seeds it.

const N: usize = 624;
const M: usize = 397;

/// The generator.
#[derive(Clone)]
pub(super) struct Twister {
    state: [u32; N],
    index: usize,
}

impl Twister {
    /// A generator seeded by one word.
    fn from_word(seed: u32) -> Twister {
        let mut state = [0u32; N];
        state[0] = seed;
        for i in 1..N {
            let previous = state[i - 1];
            state[i] = 1_812_433_253u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(i as u32);
        }
        Twister { state, index: N }
    }

    /// A generator seeded by any number of words, the lowest first.
    pub(super) fn from_key(key: &[u32]) -> Twister {
        let mut twister = Twister::from_word(19_650_218);
        let state = &mut twister.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = state[i - 1];
            state[i] = (state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
            if j == key.len() {
                j = 0;
            }
        }
        for _ in 1..N {
            let previous = state[i - 1];
            state[i] = (state[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
        twister
    }

    /// The generator with this state and index, as `getstate` gave them.
    pub(super) fn from_state(words: &[u32], index: usize) -> Option<Twister> {
        let state = words.try_into().ok()?;
        (index <= N).then_some(Twister { state, index })
    }

    /// State and index.
    pub(super) fn state(&self) -> (&[u32], usize) {
        (&self.state, self.index)
    }

    /// The next 32 bits.
    pub(super) fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }

    /// A float from zero up to one, with 53 random bits.
    pub(super) fn next_f64(&mut self) -> f64 {
        let (high, low) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `bits` random bits, from 0 to 64.
    pub(super) fn next_bits(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - bits)),
            _ => {
                let low = u64::from(self.next_u32());
                u64::from(self.next_u32() >> (64 - bits.min(64))) << 32 | low
            }
        }
    }

    /// Words of random bits, the lowest first; the last is cut to what `bits` needs.
    pub(super) fn next_words(&mut self, bits: usize) -> Vec<u32> {
        let mut words: Vec<u32> = (0..bits.div_ceil(32)).map(|_| self.next_u32()).collect();
        if let Some(last) = words.last_mut()
            && !bits.is_multiple_of(32)
        {
            *last >>= 32 - bits % 32;
        }
        words
    }

    fn refill(&mut self) {
        let state = &mut self.state;
        for i in 0..N {
            let y = state[i] & 0x8000_0000 | state[(i + 1) % N] & 0x7fff_ffff;
            let odd = if y & 1 == 0 { 0 } else { 0x9908_b0df };
            state[i] = state[(i + M) % N] ^ y >> 1 ^ odd;
        }
        self.index = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cpythons() {
        // random.seed(42); random.random(), random.getrandbits(32), random.getrandbits(40)
        let mut twister = Twister::from_key(&[42]);
        assert_eq!(twister.next_f64(), 0.639_426_798_457_883_7);
        assert_eq!(twister.next_u32(), 107_420_369);
        let mut again = Twister::from_key(&[42]);
        assert_eq!(again.next_bits(40), 123_005_401_501);
    }
}
