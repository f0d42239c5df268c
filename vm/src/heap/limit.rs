//! How much memory there is: the program's limit, and the machine's.

use super::Heap;

/// Thrown together when asked for more memory than a machine has.
const ABSURD: usize = 1 << 46;

/// From this size on the system is asked whether it has that much: without an answer the process would end.
const PROBED: usize = 128 << 20;

fn can_be_had(bytes: usize) -> bool {
    // The compiler may leave out an allocation that nobody looks at.
    std::hint::black_box(&mut Vec::<u8>::new()).try_reserve_exact(bytes).is_ok()
}

impl Heap {
    /// Whether an object of so many bytes can be had. Ask before making one whose size the program chose, and before
    /// making a growing one larger; raise `MemoryError` when it cannot.
    pub fn fits(&mut self, bytes: usize) -> bool {
        if bytes > ABSURD {
            return false;
        }
        self.check_limit(bytes);
        !self.over_limit.get()
            && self.config.limit.is_none_or(|limit| self.used().saturating_add(bytes) <= limit)
            && (bytes < PROBED || can_be_had(bytes))
    }

    /// Whether the heap has grown beyond its limit and the last collection did not help.
    #[inline]
    pub fn over_limit(&self) -> bool {
        self.over_limit.get()
    }

    pub(super) fn check_limit(&mut self, bytes: usize) {
        let Some(limit) = self.config.limit else { return };
        if self.used().saturating_add(bytes) > limit && !self.over_limit.get() {
            self.collect_conservative();
            if self.used().saturating_add(bytes) > limit {
                self.over_limit.set(true);
                self.eval_breaker.set(true);
            }
        }
    }
}
