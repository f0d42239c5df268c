//! The 16-bit counters in the first cache unit of every specializable instruction.
//!
//! The unit has two readings. Under an adaptive form it is an [`AdaptiveCounter`]: how many executions until the next
//! attempt, and how much longer the wait after that gets. Under a specialized form it is a [`MissCounter`]: a plain
//! number of misses that are left before the adaptive form returns. CPython 3.11: `Include/internal/pycore_code.h`,
//! `adaptive_counter_*`, and `Python/specialize.c`, `miss_counter_start`.

/// Bits of the backoff exponent; the value has the other twelve.
pub const BACKOFF_BITS: u32 = 4;

/// The largest backoff exponent (`MAX_BACKOFF_VALUE`).
pub const MAX_BACKOFF: u8 = 12;

/// The exponent after a deoptimization (`ADAPTIVE_BACKOFF_START`).
pub const START_BACKOFF: u8 = 5;

/// The misses a specialized form is allowed (`miss_counter_start`), a prime so that it does not resonate with loops.
pub const MISS_COUNTER_START: u16 = 53;

/// The counter of an adaptive form: 12 bits of value above 4 bits of backoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AdaptiveCounter(u16);

impl AdaptiveCounter {
    /// What quickening leaves: the first execution attempts to specialize.
    pub const ZERO: Self = Self(0);

    /// What a deoptimized site starts again with: 31 executions, backoff 5.
    pub const START: Self = Self::new((1 << START_BACKOFF) - 1, START_BACKOFF);

    /// The longest wait that a counter can express.
    pub const LONGEST: Self = Self::new(0xfff, MAX_BACKOFF);

    /// A counter of the two parts; only the low 12 bits of `value` and the low 4 of `backoff` count.
    #[must_use]
    pub const fn new(value: u16, backoff: u8) -> Self {
        Self(value << BACKOFF_BITS | (backoff as u16 & 0xf))
    }

    /// The counter that a cache unit holds.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// What the cache unit holds.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Executions still to wait.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0 >> BACKOFF_BITS
    }

    /// The exponent of the last wait.
    #[must_use]
    pub const fn backoff(self) -> u8 {
        (self.0 & 0xf) as u8
    }

    /// Whether this execution attempts to specialize (`ADAPTIVE_COUNTER_IS_ZERO`).
    #[must_use]
    #[inline(always)]
    pub const fn is_due(self) -> bool {
        self.0 < 1 << BACKOFF_BITS
    }

    /// The counter after an execution that waited (`DECREMENT_ADAPTIVE_COUNTER`); call it only when not due.
    #[must_use]
    #[inline(always)]
    pub const fn deferred(self) -> Self {
        Self(self.0.wrapping_sub(1 << BACKOFF_BITS))
    }

    /// The counter after a failed attempt (`adaptive_counter_backoff`): the exponent grows to at most
    /// [`MAX_BACKOFF`], and the wait is 2^exponent − 1.
    #[must_use]
    pub const fn failed(self) -> Self {
        self.failed_up_to(MAX_BACKOFF)
    }

    /// The same with another largest exponent.
    #[must_use]
    pub const fn failed_up_to(self, max_backoff: u8) -> Self {
        let cap = if max_backoff < MAX_BACKOFF { max_backoff } else { MAX_BACKOFF };
        let grown = self.backoff() + 1;
        let backoff = if grown > cap { cap } else { grown };
        Self::new((1 << backoff) - 1, backoff)
    }
}

/// How the wait of a site grows with the attempts that failed in a row, of which the counter's exponent is the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backoff {
    /// CPython's law: the exponent grows by one up to `max`, the wait is 2^exponent − 1 executions.
    Doubling {
        /// The largest exponent, at most [`MAX_BACKOFF`].
        max: u8,
    },
    /// The exponent counts the failures up to [`MAX_BACKOFF`], the wait is `step` executions for each.
    Linear {
        /// Executions that each failure adds.
        step: u16,
    },
    /// Always the same wait.
    Constant {
        /// Executions.
        wait: u16,
    },
}

/// The longest wait that a counter has room for.
pub const MAX_WAIT: u16 = 0xfff;

impl Backoff {
    /// CPython 3.11's.
    pub const CPYTHON311: Self = Self::Doubling { max: MAX_BACKOFF };

    /// The counter of a site whose counter was `due` when the attempt failed. It waits for at least one execution.
    #[must_use]
    pub const fn after(self, due: AdaptiveCounter) -> AdaptiveCounter {
        match self {
            Self::Doubling { max } => due.failed_up_to(if max == 0 { 1 } else { max }),
            Self::Linear { step } => {
                let failures = due.failed().backoff();
                AdaptiveCounter::new(in_range(step.saturating_mul(failures as u16)), failures)
            }
            Self::Constant { wait } => AdaptiveCounter::new(in_range(wait), due.failed().backoff()),
        }
    }
}

const fn in_range(wait: u16) -> u16 {
    match wait {
        0 => 1,
        wait if wait > MAX_WAIT => MAX_WAIT,
        wait => wait,
    }
}

impl std::fmt::Display for Backoff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Doubling { max } => write!(f, "doubling, exponent at most {max}"),
            Self::Linear { step } => write!(f, "linear, {step} more each time"),
            Self::Constant { wait } => write!(f, "constant, {wait}"),
        }
    }
}

/// The counter of a specialized form: misses that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissCounter(pub u16);

impl MissCounter {
    /// What a successful attempt leaves.
    pub const START: Self = Self(MISS_COUNTER_START);

    /// The counter after a miss. At zero ([`MissCounter::is_used_up`]) the site is due for a decision.
    #[must_use]
    #[inline(always)]
    pub const fn missed(self) -> Self {
        Self(self.0.wrapping_sub(1))
    }

    /// Whether no miss is left.
    #[must_use]
    #[inline(always)]
    pub const fn is_used_up(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cpythons_numbers() {
        assert_eq!(AdaptiveCounter::START.bits(), 31 << 4 | 5);
        assert_eq!(AdaptiveCounter::ZERO.failed(), AdaptiveCounter::new(1, 1));
        assert_eq!(AdaptiveCounter::START.failed(), AdaptiveCounter::new(63, 6));
        assert_eq!(AdaptiveCounter::new(0, 12).failed(), AdaptiveCounter::new(4095, 12));
        assert_eq!(AdaptiveCounter::new(0, 15).failed(), AdaptiveCounter::new(4095, 12));
        assert_eq!(AdaptiveCounter::LONGEST.value(), 4095);
        assert!(AdaptiveCounter::new(0, 7).is_due());
        assert!(!AdaptiveCounter::new(1, 0).is_due());
    }

    #[test]
    fn every_law_waits() {
        let waits = |law: Backoff| {
            let mut counter = AdaptiveCounter::ZERO;
            (0..14)
                .map(|_| {
                    counter = law.after(counter);
                    assert!(!counter.is_due() && counter.backoff() <= MAX_BACKOFF, "{law}");
                    counter.value()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(waits(Backoff::Doubling { max: 3 })[..5], [1, 3, 7, 7, 7]);
        assert_eq!(waits(Backoff::Doubling { max: 0 })[..3], [1, 1, 1]);
        assert_eq!(waits(Backoff::Linear { step: 10 })[..3], [10, 20, 30]);
        assert_eq!(waits(Backoff::Linear { step: 10 })[11..], [120, 120, 120]);
        assert_eq!(waits(Backoff::Linear { step: u16::MAX })[3], MAX_WAIT);
        assert_eq!(waits(Backoff::Constant { wait: 100 })[..3], [100, 100, 100]);
        assert_eq!(waits(Backoff::Constant { wait: 0 })[0], 1);
    }

    #[test]
    fn the_waits_of_a_site_that_always_fails() {
        let mut counter = AdaptiveCounter::ZERO;
        let mut waits = Vec::new();
        for _ in 0..14 {
            counter = counter.failed();
            let mut wait = 0;
            while !counter.is_due() {
                counter = counter.deferred();
                wait += 1;
            }
            waits.push(wait);
        }
        assert_eq!(waits, [1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 4095, 4095]);
    }

    #[test]
    fn the_fifty_third_miss_uses_the_counter_up() {
        let mut counter = MissCounter::START;
        let mut misses = 0;
        while !counter.is_used_up() {
            counter = counter.missed();
            misses += 1;
        }
        assert_eq!(misses, 53);
    }

    proptest! {
        #[test]
        fn parts_survive(value in 0u16..4096, backoff in 0u8..16) {
            let counter = AdaptiveCounter::new(value, backoff);
            prop_assert_eq!((counter.value(), counter.backoff()), (value, backoff));
            prop_assert_eq!(AdaptiveCounter::from_bits(counter.bits()), counter);
            prop_assert_eq!(counter.is_due(), value == 0);
        }

        #[test]
        fn waiting_keeps_the_backoff(value in 1u16..4096, backoff in 0u8..16) {
            let next = AdaptiveCounter::new(value, backoff).deferred();
            prop_assert_eq!((next.value(), next.backoff()), (value - 1, backoff));
        }

        #[test]
        fn failing_waits_a_power_of_two_less_one(bits: u16, cap in 0u8..=12) {
            let counter = AdaptiveCounter::from_bits(bits);
            let next = counter.failed_up_to(cap);
            prop_assert!(next.backoff() <= cap);
            prop_assert_eq!(next.value(), (1u16 << next.backoff()) - 1);
            prop_assert!(next.backoff() == cap || next.backoff() == counter.backoff() + 1);
        }
    }
}
