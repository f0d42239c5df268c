//! Guessing what comes next, so that only wrong guesses are written.

use crate::bytes::{put, take};

/// Guesses the next number: the one that came when the last dozen were seen together before, or else the last three.
#[derive(Clone)]
struct Guess {
    /// By the last dozen: what they were (a hash), and the number.
    long: Box<[(u32, u32)]>,
    /// By the last three.
    short: Box<[u32]>,
    /// Hashes of the last dozen and of the last three: what is older has been shifted out.
    last_dozen: u64,
    last_three: u64,
}

/// Entries of each table, a power of two.
const GUESSES: usize = 1 << 14;

/// How far a hash is shifted for each number, so that a dozen, or three, remain.
const DOZEN_SHIFT: u32 = 5;
const THREE_SHIFT: u32 = 21;

/// Odd, with its ones spread: the golden ratio's fraction (Knuth's multiplicative hashing).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// No number was ever seen here.
const NONE: u32 = u32::MAX;

impl Guess {
    fn new() -> Self {
        Self { long: vec![(0, NONE); GUESSES].into(), short: vec![NONE; GUESSES].into(), last_dozen: 0, last_three: 0 }
    }

    fn forget(&mut self) {
        self.long.fill((0, NONE));
        self.short.fill(NONE);
        (self.last_dozen, self.last_three) = (0, 0);
    }

    /// The place of a hash in a table, from the best mixed bits.
    #[inline]
    fn place(mixed: u64) -> usize {
        (mixed >> (u64::BITS - GUESSES.trailing_zeros())) as usize
    }

    /// The guess, with the places that it was found at.
    #[inline]
    fn guess(&self) -> (u32, usize, u32, usize) {
        let long = self.last_dozen.wrapping_mul(SPREAD);
        let (place, tag) = (Self::place(long), (long >> 16) as u32);
        let short = Self::place(self.last_three.wrapping_mul(SPREAD));
        let (known, number) = self.long[place];
        let guess = if known == tag && number != NONE { number } else { self.short[short] };
        (guess, place, tag, short)
    }

    /// Learns which number came, given where it was guessed.
    #[inline]
    fn learn(&mut self, number: u32, (_, long, tag, short): (u32, usize, u32, usize)) {
        self.long[long] = (tag, number);
        self.short[short] = number;
        let spread = u64::from(number).wrapping_add(1).wrapping_mul(SPREAD) >> 40;
        self.last_dozen = self.last_dozen << DOZEN_SHIFT ^ spread;
        self.last_three = self.last_three << THREE_SHIFT ^ spread;
    }
}

/// Writes a sequence of numbers: how many guesses were right at first, and each number that was guessed wrong, doubled, and one more where right
/// guesses follow it, and then how many.
pub(super) struct GuessWriter {
    guess: Guess,
    /// The last number that was guessed wrong, which is not written yet, or [`NONE`].
    wrong: u32,
    /// How many were guessed right since.
    right: u64,
    bytes: Vec<u8>,
}

impl GuessWriter {
    pub(super) fn new() -> Self {
        Self { guess: Guess::new(), wrong: NONE, right: 0, bytes: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        let guessed = self.guess.guess();
        self.guess.learn(number, guessed);
        if guessed.0 == number {
            self.right += 1;
        } else {
            self.put();
            self.wrong = number;
        }
    }

    /// Writes what came last. Where most guesses are wrong, that takes two bytes nearly always, and these are written at once.
    #[inline]
    fn put(&mut self) {
        let doubled = u64::from(self.wrong) << 1;
        if self.right == 0 && (1 << 7..1 << 14).contains(&doubled) {
            let [low, high, ..] = doubled.to_le_bytes();
            self.bytes.extend_from_slice(&[low | 0x80, high << 1 | low >> 7]);
            return;
        }
        let first = self.wrong == NONE;
        if !first {
            put(&mut self.bytes, doubled | u64::from(self.right > 0));
        }
        if first || self.right > 0 {
            put(&mut self.bytes, self.right);
        }
        self.right = 0;
    }

    /// The bytes so far; what follows may be guessed without knowing them.
    pub(super) fn take(&mut self, forget: bool) -> Vec<u8> {
        self.put();
        self.wrong = NONE;
        if forget {
            self.guess.forget();
        }
        std::mem::take(&mut self.bytes)
    }
}

/// Reads what a [`GuessWriter`] wrote, one sequence after the other.
pub(super) struct GuessReader {
    guess: Guess,
}

impl GuessReader {
    pub(super) fn new() -> Self {
        Self { guess: Guess::new() }
    }

    /// What follows was guessed without knowing what came before.
    pub(super) fn forget(&mut self) {
        self.guess.forget();
    }

    /// Tells the numbers of a sequence of this length. It ends early where the bytes are damaged.
    pub(super) fn read(&mut self, mut bytes: &[u8], length: u64, mut tell: impl FnMut(u32)) -> Option<()> {
        let guess = &mut self.guess;
        let mut left = length;
        let mut right = take(&mut bytes)?;
        loop {
            right = right.min(left);
            for _ in 0..right {
                let guessed = guess.guess();
                let number = guessed.0;
                // Where nothing was ever seen, a guess is never right.
                if number == NONE {
                    return None;
                }
                guess.learn(number, guessed);
                tell(number);
            }
            left -= right;
            if left == 0 {
                return Some(());
            }
            let doubled = take(&mut bytes)?;
            let number = u32::try_from(doubled >> 1).ok().filter(|&number| number != NONE)?;
            let guessed = guess.guess();
            guess.learn(number, guessed);
            tell(number);
            left -= 1;
            right = if doubled & 1 == 0 { 0 } else { take(&mut bytes)? };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(reader: &mut GuessReader, bytes: &[u8], length: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        reader.read(bytes, length as u64, |number| numbers.push(number));
        numbers
    }

    proptest! {
        #[test]
        fn sequences_survive(sequences in proptest::collection::vec((proptest::collection::vec(0u32..9, 0..300), any::<bool>()), 1..4)) {
            let mut writer = GuessWriter::new();
            let mut reader = GuessReader::new();
            for (sequence, forget) in sequences {
                for &number in &sequence {
                    writer.push(number);
                }
                let bytes = writer.take(forget);
                prop_assert_eq!(numbers(&mut reader, &bytes, sequence.len()), sequence);
                if forget {
                    reader.forget();
                }
            }
        }

        #[test]
        fn numbers_of_any_length_survive(sequence in proptest::collection::vec((0u32..32, any::<u32>()), 0..300)) {
            // All but the one that says that there is none.
            let sequence: Vec<u32> = sequence.into_iter().map(|(shift, number)| (number >> shift).min(NONE - 1)).collect();
            let mut writer = GuessWriter::new();
            for &number in &sequence {
                writer.push(number);
            }
            let bytes = writer.take(true);
            prop_assert_eq!(numbers(&mut GuessReader::new(), &bytes, sequence.len()), sequence);
        }

        #[test]
        fn garbage_ends(bytes: Vec<u8>, length: u16) {
            prop_assert!(numbers(&mut GuessReader::new(), &bytes, usize::from(length)).len() <= usize::from(length));
        }
    }

    #[test]
    fn a_loop_takes_few_bytes() {
        let mut writer = GuessWriter::new();
        for round in 0..100_000 {
            writer.push(round % 7);
        }
        let bytes = writer.take(true);
        assert!(bytes.len() < 40, "{}", bytes.len());
        assert_eq!(numbers(&mut GuessReader::new(), &bytes, 100_000).len(), 100_000);
    }
}
