//! The counters of a run, laid out as CPython 3.11's `PyStats` (`Include/internal/pycore_code.h`).

use std::fmt;

use quicken_bytecode::{Family, Opcode};

use crate::recorder::LastOpcode;

/// Room for failure kinds. CPython 3.11 numbers 30; extension forms number theirs from 30 up.
pub const FAILURE_KINDS: usize = 40;

const OPCODES: usize = 256;

/// Everything that a run counted.
///
/// Numbers are modulo 2⁶⁴, so that [`Counters::minus`] can give net counts that are below zero; readers of net counts
/// take them as `i64`.
#[derive(Clone)]
pub struct Counters {
    /// `pairs[this << 8 | last]`: a handler knows `this` when it is compiled, so that `last` alone is the index. There is no
    /// array of executions beside it: each dispatch counts exactly one pair, so an instruction's executions are the sum
    /// of its row, and the loop is spared one addition for each instruction.
    pairs: Box<[u64; OPCODES * OPCODES]>,
    /// The instruction dispatched last in the running evaluation, 0 (`CACHE`) at its start.
    last: LastOpcode,
    /// Without the hits, which follow from the rest: see [`Counters::specialization_of`].
    specializations: Box<[Specialization; OPCODES]>,
    /// Calls and frames.
    pub calls: Calls,
    /// Objects and collections.
    pub objects: Objects,
}

/// CPython's `SpecializationStats`: what happened at the sites of one instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Specialization {
    /// Attempts that ended in a specialized form.
    pub success: u64,
    /// Attempts that did not.
    pub failure: u64,
    /// Executions of specialized forms whose guards passed.
    pub hit: u64,
    /// Executions of the adaptive form that waited.
    pub deferred: u64,
    /// Executions of specialized forms whose guards failed.
    pub miss: u64,
    /// Sites that missed so often that the adaptive form came back.
    pub deopt: u64,
    /// The failures by kind; a failure without a kind is in none of them.
    pub failure_kinds: [u64; FAILURE_KINDS],
}

/// CPython's `CallStats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Python functions called without entering a new evaluation.
    pub inlined_py_calls: u64,
    /// Evaluations entered.
    pub pyeval_calls: u64,
    /// Frames pushed for calls.
    pub frames_pushed: u64,
    /// Frames that a program or a traceback asked to see as objects.
    pub frame_objects_created: u64,
}

/// CPython's `ObjectStats`, as far as a traced heap has the same events, and the heap's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Objects allocated.
    pub allocations: u64,
    /// … of these, below 512 bytes.
    pub allocations512: u64,
    /// … of 512 bytes to 4 KiB.
    pub allocations4k: u64,
    /// … larger.
    pub allocations_big: u64,
    /// Objects freed.
    pub frees: u64,
    /// Instances made with inline values.
    pub new_values: u64,
    /// Instance dicts materialized because a program asked for them.
    pub dict_materialized_on_request: u64,
    /// … because a key was new to the shared keys.
    pub dict_materialized_new_key: u64,
    /// … because the shared keys had no room.
    pub dict_materialized_too_big: u64,
    /// … because a key was an instance of a subclass of str.
    pub dict_materialized_str_subclass: u64,
    /// Collections run (not in CPython's).
    pub collections: u64,
    /// Bytes allocated (not in CPython's).
    pub bytes_allocated: u64,
}

impl Specialization {
    /// All zero.
    pub const ZERO: Self =
        Self { success: 0, failure: 0, hit: 0, deferred: 0, miss: 0, deopt: 0, failure_kinds: [0; FAILURE_KINDS] };

    /// The counters with CPython's names, in the order of its structure; failure kinds not among them.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, u64); 6] {
        [
            ("success", self.success),
            ("failure", self.failure),
            ("hit", self.hit),
            ("deferred", self.deferred),
            ("miss", self.miss),
            ("deopt", self.deopt),
        ]
    }

    fn minus(&self, baseline: &Self) -> Self {
        let mut failure_kinds = self.failure_kinds;
        for (kind, base) in failure_kinds.iter_mut().zip(baseline.failure_kinds) {
            *kind = kind.wrapping_sub(base);
        }
        Self {
            success: self.success.wrapping_sub(baseline.success),
            failure: self.failure.wrapping_sub(baseline.failure),
            hit: self.hit.wrapping_sub(baseline.hit),
            deferred: self.deferred.wrapping_sub(baseline.deferred),
            miss: self.miss.wrapping_sub(baseline.miss),
            deopt: self.deopt.wrapping_sub(baseline.deopt),
            failure_kinds,
        }
    }
}

macro_rules! named_fields {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl $type {
            /// The counters by name, in order.
            #[must_use]
            pub fn fields(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($field), self.$field)),*]
            }

            fn minus(&self, baseline: &Self) -> Self {
                Self { $($field: self.$field.wrapping_sub(baseline.$field)),* }
            }
        }
    };
}

named_fields!(Calls { inlined_py_calls, pyeval_calls, frames_pushed, frame_objects_created });
named_fields!(Objects {
    allocations,
    allocations512,
    allocations4k,
    allocations_big,
    frees,
    new_values,
    dict_materialized_on_request,
    dict_materialized_new_key,
    dict_materialized_too_big,
    dict_materialized_str_subclass,
    collections,
    bytes_allocated,
});

impl Counters {
    /// All zero, half a mebibyte on the heap.
    #[must_use]
    pub fn new() -> Self {
        Self {
            pairs: zeroed_pairs(),
            last: LastOpcode(0),
            specializations: boxed_array(vec![Specialization::ZERO; OPCODES]),
            calls: Calls::default(),
            objects: Objects::default(),
        }
    }

    /// How often an instruction was dispatched.
    #[must_use]
    pub fn executions(&self, opcode: Opcode) -> u64 {
        self.executions_of(opcode as u8)
    }

    /// How often each of the 256 numbers was dispatched.
    #[must_use]
    pub fn all_executions(&self) -> [u64; OPCODES] {
        let mut sums = [0u64; OPCODES];
        for (sum, row) in sums.iter_mut().zip(self.pairs.chunks_exact(OPCODES)) {
            *sum = sum_of(row);
        }
        sums
    }

    /// How often `second` was dispatched right after `first`.
    #[must_use]
    pub fn pair(&self, first: Opcode, second: Opcode) -> u64 {
        self.pairs[usize::from(second as u8) << 8 | usize::from(first as u8)]
    }

    /// The pairs that were counted, by number of the first and then of the second.
    pub fn pairs(&self) -> impl Iterator<Item = (u8, u8, u64)> + '_ {
        (0..=u8::MAX).flat_map(|first| self.successors(first).map(move |(second, count)| (first, second, count)))
    }

    /// What was dispatched right after an instruction, by number.
    pub fn successors(&self, first: u8) -> impl Iterator<Item = (u8, u64)> + '_ {
        let column = self.pairs.iter().skip(usize::from(first)).step_by(OPCODES);
        (0..=u8::MAX).zip(column).filter(|(_, count)| **count != 0).map(|(number, count)| (number, *count))
    }

    /// The specialization counters of an instruction.
    #[must_use]
    pub fn specialization(&self, opcode: Opcode) -> Specialization {
        self.specialization_of(opcode as u8)
    }

    /// The same by number.
    ///
    /// The hits of a family are counted nowhere while a program runs: a specialized form that was dispatched either
    /// passed its guards or missed, and both dispatches and misses are counted.
    #[must_use]
    pub fn specialization_of(&self, number: u8) -> Specialization {
        let mut stats = self.specializations[usize::from(number)];
        if let Some(family) = Opcode::from_u8(number).and_then(Family::of_generic) {
            for form in family.forms().iter().copied().filter(|form| reports_hits(*form)) {
                let passed = self.executions(form).wrapping_sub(self.specializations[usize::from(form as u8)].miss);
                stats.hit = stats.hit.wrapping_add(passed);
            }
        }
        stats
    }

    /// Instructions dispatched in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        sum_of(&*self.pairs)
    }

    /// Net counts: these less the baseline's, numbers below zero kept (modulo 2⁶⁴).
    #[must_use]
    pub fn minus(&self, baseline: &Self) -> Self {
        let mut net = self.clone();
        for (count, base) in net.pairs.iter_mut().zip(baseline.pairs.iter()) {
            *count = count.wrapping_sub(*base);
        }
        for (stats, base) in net.specializations.iter_mut().zip(baseline.specializations.iter()) {
            *stats = stats.minus(base);
        }
        net.calls = self.calls.minus(&baseline.calls);
        net.objects = self.objects.minus(&baseline.objects);
        net
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.pairs.iter().all(|count| *count == 0)
            && self.specializations.iter().all(|stats| *stats == Specialization::ZERO)
            && self.calls == Calls::default()
            && self.objects == Objects::default()
    }

    /// Forgets everything counted; the last instruction of the running evaluation stays.
    pub fn clear(&mut self) {
        self.pairs.fill(0);
        self.specializations.fill(Specialization::ZERO);
        self.calls = Calls::default();
        self.objects = Objects::default();
    }

    #[inline(always)]
    pub(crate) fn count_pair(&mut self, number: u8) {
        // The index is below the array's length whatever the two bytes are, so no bounds check remains.
        self.pairs[usize::from(number) << 8 | usize::from(self.last.0)] += 1;
        self.last = LastOpcode(number);
    }

    #[inline(always)]
    pub(crate) fn replace_last(&mut self, last: LastOpcode) -> LastOpcode {
        std::mem::replace(&mut self.last, last)
    }

    #[inline(always)]
    pub(crate) fn specialization_mut(&mut self, opcode: Opcode) -> &mut Specialization {
        &mut self.specializations[usize::from(opcode as u8)]
    }

    fn executions_of(&self, number: u8) -> u64 {
        let row = usize::from(number) << 8;
        sum_of(&self.pairs[row..row + OPCODES])
    }
}

/// Whether CPython counts a hit when the guards of a form pass: `BINARY_SUBSCR_GETITEM` is the one for which it does not
/// (`Python/ceval.c`).
pub fn reports_hits(form: Opcode) -> bool {
    form != Opcode::BINARY_SUBSCR_GETITEM
}

fn sum_of(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.wrapping_add(*count))
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters")
            .field("total", &self.total())
            .field("calls", &self.calls)
            .field("objects", &self.objects)
            .finish_non_exhaustive()
    }
}

fn zeroed_pairs() -> Box<[u64; OPCODES * OPCODES]> {
    // Through a vector, which comes zeroed from the allocator: untouched rows stay unmapped, and no half mebibyte
    // crosses the native stack.
    boxed_array(vec![0; OPCODES * OPCODES])
}

fn boxed_array<T, const N: usize>(items: Vec<T>) -> Box<[T; N]> {
    match items.into_boxed_slice().try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("the vector was made with {N} items"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::{Counts, Recorder};

    #[test]
    fn net_counts_keep_what_is_below_zero() {
        let (mut run, mut empty) = (Counters::new(), Counters::new());
        Counts::execution(&mut empty, Opcode::RETURN_VALUE);
        Counts::execution(&mut run, Opcode::RESUME);
        Counts::execution(&mut empty, Opcode::STORE_ATTR_SLOT);
        empty.calls.frames_pushed = 2;
        let net = run.minus(&empty);
        assert_eq!(net.executions(Opcode::RESUME), 1);
        assert_eq!(net.executions(Opcode::RETURN_VALUE) as i64, -1);
        assert_eq!(net.specialization(Opcode::STORE_ATTR).hit as i64, -1);
        assert_eq!(net.calls.frames_pushed as i64, -2);
        assert!(run.minus(&run).is_zero());
    }

    #[test]
    fn executions_are_row_sums() {
        let mut c = Counters::new();
        for opcode in [Opcode::RESUME, Opcode::LOAD_FAST, Opcode::POP_TOP, Opcode::LOAD_FAST] {
            Counts::execution(&mut c, opcode);
        }
        assert_eq!(c.all_executions()[usize::from(Opcode::LOAD_FAST as u8)], 2);
        assert_eq!(c.total(), 4);
        assert_eq!(c.pairs().count(), 4);
    }

    #[test]
    fn hits_are_what_did_not_miss() {
        let mut c = Counters::new();
        for form in [Opcode::BINARY_SUBSCR_LIST_INT, Opcode::BINARY_SUBSCR_GETITEM, Opcode::BINARY_SUBSCR_DICT] {
            Counts::execution(&mut c, form);
        }
        Counts::miss(&mut c, Opcode::BINARY_SUBSCR_DICT);
        assert_eq!(c.specialization(Opcode::BINARY_SUBSCR).hit, 1);
        assert_eq!(c.specialization(Opcode::BINARY_SUBSCR_LIST_INT).hit, 0);
    }
}
