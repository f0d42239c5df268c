//! What a replay computes.

use quicken_bytecode::Opcode;
use quicken_stats::{Counters, Specialization};

/// The counters that a live run would have given, and what became of each site.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The strategy.
    pub strategy: String,
    /// How often each of the 256 numbers was dispatched.
    pub executions: Box<[u64]>,
    specializations: Box<[Specialization]>,
    /// How often each number was dispatched after each other, `pairs[this << 8 | last]`, if the recording has the way of the run.
    pub pairs: Option<Box<[u64]>>,
    /// The sites, code object by code object, in the order of the recording.
    pub sites: Vec<SiteOutcome>,
}

/// What a strategy made of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteOutcome {
    /// Executions in the generic form: before quickening, or for good.
    pub generic: u64,
    /// Executions of the adaptive form that waited.
    pub deferred: u64,
    /// Executions of specialized forms whose guards passed.
    pub hits: u64,
    /// … and failed.
    pub misses: u64,
    /// Attempts that ended in a form.
    pub successes: u64,
    /// Attempts that did not.
    pub failures: u64,
    /// How often the adaptive form came back.
    pub deopts: u64,
    /// Executions that another instruction's form did on the way: a `CALL` behind a `PRECALL` that was the whole call.
    pub swallowed: u64,
    /// The form at the end.
    pub form: Option<Opcode>,
}

impl Replayed {
    pub(crate) fn new(strategy: &str) -> Self {
        Self {
            strategy: strategy.to_owned(),
            executions: vec![0; 256].into(),
            specializations: vec![Specialization::ZERO; 256].into(),
            pairs: None,
            sites: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn execute(&mut self, opcode: Opcode, count: u64) {
        self.executions[usize::from(opcode as u8)] += count;
    }

    #[inline]
    pub(crate) fn of_mut(&mut self, opcode: Opcode) -> &mut Specialization {
        &mut self.specializations[usize::from(opcode as u8)]
    }

    /// The counters of an instruction: hits, failures and so on of a family's head, misses of a form too.
    #[must_use]
    pub fn specialization(&self, opcode: Opcode) -> &Specialization {
        &self.specializations[usize::from(opcode as u8)]
    }

    /// The counters of all instructions that counted something.
    pub fn specializations(&self) -> impl Iterator<Item = (Opcode, &Specialization)> {
        let something = |(_, s): &(Opcode, &Specialization)| **s != Specialization::ZERO;
        Opcode::all().map(|opcode| (opcode, self.specialization(opcode))).filter(something)
    }

    /// Executions of one instruction.
    #[must_use]
    pub fn executions_of(&self, opcode: Opcode) -> u64 {
        self.executions[usize::from(opcode as u8)]
    }

    /// All dispatches.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.executions.iter().sum()
    }

    /// Where the counters of a live run differ, a line for each number: nothing if the replay is right.
    #[must_use]
    pub fn differences(&self, live: &Counters) -> Vec<String> {
        let mut differences = Vec::new();
        let executed = live.all_executions();
        for opcode in Opcode::all() {
            let mut compare = |what: &str, live: u64, replayed: u64| {
                if live != replayed {
                    differences.push(format!("{opcode} {what}: {live} live, {replayed} replayed"));
                }
            };
            compare("executions", executed[usize::from(opcode as u8)], self.executions_of(opcode));
            let (counted, here) = (live.specialization(opcode), self.specialization(opcode));
            for ((name, live), (_, replayed)) in counted.fields().into_iter().zip(here.fields()) {
                compare(name, live, replayed);
            }
            for (kind, (&live, &replayed)) in counted.failure_kinds.iter().zip(&here.failure_kinds).enumerate() {
                compare(&format!("failure kind {kind}"), live, replayed);
            }
        }
        if let Some(pairs) = &self.pairs {
            for (this, last) in Opcode::all().flat_map(|this| Opcode::all().map(move |last| (this, last))) {
                let (live, replayed) =
                    (live.pair(last, this), pairs[usize::from(this as u8) << 8 | usize::from(last as u8)]);
                if live != replayed {
                    differences.push(format!("{last} {this} pairs: {live} live, {replayed} replayed"));
                }
            }
        }
        differences
    }
}
