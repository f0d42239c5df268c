//! The serialized form of a run's statistics, the only one: what `--json` writes and what every other reader takes.
//!
//! Fields are only ever added within a [`VERSION`]. Counts are signed, because net counts can be below zero. Nothing
//! here depends on the order of a hash table.

use std::collections::BTreeMap;
use std::fmt;

use quicken_bytecode::{Family, Opcode, Role};
use serde::{Deserialize, Serialize};

use crate::counters::{Counters, Specialization};

/// The value of [`Statistics::schema`].
pub const SCHEMA: &str = "quicken-statistics";

/// The version that this crate writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// Names a failure kind: the head of its family (or `FOR_ITER`) and CPython's number. The names belong to the
/// specializer, which this crate does not know.
pub type FailureNames = fn(Opcode, u8) -> Option<&'static str>;

/// The statistics of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// [`SCHEMA`]
    pub schema: String,
    /// [`VERSION`]
    pub version: u32,
    /// What ran, and how.
    pub run: Run,
    /// How many instructions were executed, and how many of them specialized.
    pub overview: Overview,
    /// Every instruction that was executed or has counters, by number.
    pub opcodes: Vec<OpcodeStatistics>,
    /// Every family of which an instruction was executed, by name.
    pub families: Vec<FamilyStatistics>,
    /// What `FOR_ITER` iterated over, by kind; it is no family in 3.11.
    pub iterators: Vec<FailureKind>,
    /// The pairs of instructions that were executed one after the other, by their numbers.
    pub pairs: Vec<Pair>,
    /// Calls and frames, with CPython's names.
    pub calls: BTreeMap<String, i64>,
    /// Objects and collections, with CPython's names where it has the same.
    pub objects: BTreeMap<String, i64>,
}

/// What ran.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The program as it was named.
    pub program: String,
    /// The strategy's name.
    pub strategy: String,
    /// Its tuning and whatever else determines the counts, by name.
    pub configuration: BTreeMap<String, String>,
    /// Whether a baseline was taken off.
    pub net: bool,
    /// The version of the engine.
    pub engine: String,
}

/// Instructions by how they were executed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// All.
    pub executions: i64,
    /// Instructions outside the families; superinstructions and quick forms are among them.
    pub basic: i64,
    /// Generic and adaptive instructions of the families, and specialized forms that missed.
    pub not_specialized: i64,
    /// Specialized forms whose guards passed.
    pub specialized: i64,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpcodeStatistics {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// `generic`, `adaptive`, `specialized`, `superinstruction`, or `quick`.
    pub role: String,
    /// The family, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// How often it was executed.
    pub executions: i64,
    /// How often its guards failed, for specialized forms.
    pub miss: i64,
}

/// One family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyStatistics {
    /// Its name as CPython's statistics spell it.
    pub name: String,
    /// The generic instruction.
    pub head: String,
    /// Executions of the generic instruction.
    pub generic: i64,
    /// Executions of the adaptive instruction.
    pub adaptive: i64,
    /// Executions of the specialized forms.
    pub specialized: i64,
    /// Attempts that succeeded.
    pub success: i64,
    /// Attempts that failed.
    pub failure: i64,
    /// Guards that passed.
    pub hit: i64,
    /// Executions of the adaptive instruction that waited.
    pub deferred: i64,
    /// Guards that failed.
    pub miss: i64,
    /// Sites whose adaptive instruction came back.
    pub deopt: i64,
    /// Failures by kind, by number.
    pub failure_kinds: Vec<FailureKind>,
}

/// Failures of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureKind {
    /// CPython's number.
    pub kind: u8,
    /// CPython's name.
    pub name: String,
    /// How often.
    pub count: i64,
}

/// Two instructions in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The first; `CACHE` stands for the start of an evaluation.
    pub first: String,
    /// The second.
    pub second: String,
    /// How often.
    pub count: i64,
}

impl Statistics {
    /// Puts the counts of a run into the serialized form.
    #[must_use]
    pub fn new(run: Run, counters: &Counters, names: FailureNames) -> Self {
        let executions = counters.all_executions().map(signed);
        let opcodes = opcodes(counters, &executions);
        Self {
            schema: SCHEMA.to_owned(),
            version: VERSION,
            run,
            overview: Overview::new(&opcodes),
            opcodes,
            families: families(counters, &executions, names),
            iterators: failure_kinds(&counters.specialization(Opcode::FOR_ITER), Opcode::FOR_ITER, names),
            pairs: counters
                .pairs()
                .map(|(first, second, count)| Pair {
                    first: opcode_name(first),
                    second: opcode_name(second),
                    count: signed(count),
                })
                .collect(),
            calls: by_name(counters.calls.fields()),
            objects: by_name(counters.objects.fields()),
        }
    }

    /// The form that `--json` writes, for people and programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and sequences of them: nothing in these types can fail to serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads what [`Statistics::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// The text is not JSON, is not of this schema, or is newer than this crate.
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| SchemaError(error.to_string()))?;
        let schema = value.get("schema").and_then(serde_json::Value::as_str);
        if schema != Some(SCHEMA) {
            return Err(SchemaError(format!("this is no {SCHEMA} record (its field 'schema' says otherwise)")));
        }
        let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if version == 0 || version > u64::from(VERSION) {
            return Err(SchemaError(format!(
                "version {version} of {SCHEMA} cannot be read: this program knows 1 to {VERSION}"
            )));
        }
        serde_json::from_value(value).map_err(|error| SchemaError(error.to_string()))
    }
}

impl Overview {
    fn new(opcodes: &[OpcodeStatistics]) -> Self {
        let mut overview = Self::default();
        for opcode in opcodes {
            overview.executions += opcode.executions;
            match (opcode.role.as_str(), &opcode.family) {
                (SPECIALIZED, _) => {
                    overview.specialized += opcode.executions - opcode.miss;
                    overview.not_specialized += opcode.miss;
                }
                (_, Some(_)) => overview.not_specialized += opcode.executions,
                (_, None) => overview.basic += opcode.executions,
            }
        }
        overview
    }
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError(String);

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemaError {}

const SPECIALIZED: &str = Role::Specialized.name();

/// The name of an instruction by number; a number without one is written as `dis` does.
pub(crate) fn opcode_name(number: u8) -> String {
    match Opcode::from_u8(number) {
        Some(opcode) => opcode.name().to_owned(),
        None => format!("<{number}>"),
    }
}

/// A count modulo 2⁶⁴ as the number that was meant.
pub(crate) fn signed(count: u64) -> i64 {
    count.cast_signed()
}

fn opcodes(counters: &Counters, executions: &[i64; 256]) -> Vec<OpcodeStatistics> {
    (0..=u8::MAX)
        .zip(executions)
        .filter(|(number, count)| **count != 0 || counters.specialization_of(*number) != Specialization::ZERO)
        .map(|(number, count)| {
            let opcode = Opcode::from_u8(number);
            let role = opcode.map_or(Role::Generic, Opcode::role);
            // The head's own misses repeat those of its forms.
            let miss = if role == Role::Specialized { counters.specialization_of(number).miss } else { 0 };
            OpcodeStatistics {
                number,
                name: opcode_name(number),
                role: role.name().to_owned(),
                family: opcode
                    .and_then(|opcode| Family::of_generic(opcode.base()))
                    .and_then(|family| (role != Role::Superinstruction).then(|| family.name().to_owned())),
                executions: *count,
                miss: signed(miss),
            }
        })
        .collect()
}

fn families(counters: &Counters, executions: &[i64; 256], names: FailureNames) -> Vec<FamilyStatistics> {
    let of = |opcode: Opcode| executions[usize::from(opcode as u8)];
    Family::ALL
        .into_iter()
        .map(|family| {
            let head = family.generic();
            let stats = counters.specialization(head);
            FamilyStatistics {
                name: family.name().to_owned(),
                head: head.name().to_owned(),
                generic: of(head),
                adaptive: of(family.adaptive()),
                specialized: family.forms().iter().map(|form| of(*form)).sum(),
                success: signed(stats.success),
                failure: signed(stats.failure),
                hit: signed(stats.hit),
                deferred: signed(stats.deferred),
                miss: signed(stats.miss),
                deopt: signed(stats.deopt),
                failure_kinds: failure_kinds(&stats, head, names),
            }
        })
        .filter(|family| {
            (family.generic, family.adaptive, family.specialized) != (0, 0, 0)
                || (family.success, family.failure, family.hit, family.miss) != (0, 0, 0, 0)
        })
        .collect()
}

fn failure_kinds(stats: &Specialization, head: Opcode, names: FailureNames) -> Vec<FailureKind> {
    (0u8..)
        .zip(stats.failure_kinds)
        .filter(|(_, count)| *count != 0)
        .map(|(kind, count)| FailureKind {
            kind,
            name: names(head, kind).map_or_else(|| format!("kind {kind}"), str::to_owned),
            count: signed(count),
        })
        .collect()
}

fn by_name(fields: Vec<(&'static str, u64)>) -> BTreeMap<String, i64> {
    fields.into_iter().map(|(name, count)| (name.to_owned(), signed(count))).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::recorder::{Counts, Recorder};

    /// A few counts of every sort.
    pub(crate) fn sample() -> Counters {
        let mut c = Counters::new();
        for opcode in [Opcode::RESUME, Opcode::LOAD_FAST__LOAD_FAST, Opcode::LOAD_ATTR_ADAPTIVE, Opcode::LOAD_ATTR_SLOT]
        {
            Counts::execution(&mut c, opcode);
        }
        for _ in 0..8 {
            Counts::execution(&mut c, Opcode::LOAD_ATTR_SLOT);
        }
        Counts::execution(&mut c, Opcode::LOAD_ATTR);
        Counts::execution(&mut c, Opcode::FOR_ITER);
        Counts::success(&mut c, Opcode::LOAD_ATTR_ADAPTIVE);
        for _ in 0..8 {
            Counts::hit(&mut c, Opcode::LOAD_ATTR_SLOT);
        }
        Counts::miss(&mut c, Opcode::LOAD_ATTR_SLOT);
        Counts::failure(&mut c, Opcode::LOAD_ATTR_ADAPTIVE, Some(4));
        Counts::failure(&mut c, Opcode::FOR_ITER, Some(13));
        Counts::evaluation(&mut c);
        Counts::frame_pushed(&mut c);
        c.objects.new_values = 2;
        c.objects.allocations = 7;
        c
    }

    pub(crate) fn names(head: Opcode, kind: u8) -> Option<&'static str> {
        match (head, kind) {
            (_, 4) => Some("out of range"),
            (Opcode::FOR_ITER, 13) => Some("list"),
            _ => None,
        }
    }

    pub(crate) fn statistics() -> Statistics {
        let run = Run { program: "p.py".into(), strategy: "cpython311".into(), ..Run::default() };
        Statistics::new(run, &sample(), names)
    }

    #[test]
    fn counts_are_sorted_into_their_places() {
        let statistics = statistics();
        assert_eq!(statistics.overview, Overview { executions: 14, basic: 3, not_specialized: 3, specialized: 8 });
        let family = &statistics.families[0];
        assert_eq!((family.name.as_str(), family.head.as_str()), ("load_attr", "LOAD_ATTR"));
        assert_eq!((family.generic, family.adaptive, family.specialized), (1, 1, 9));
        assert_eq!((family.hit, family.miss, family.success, family.failure), (8, 1, 1, 1));
        assert_eq!(family.failure_kinds, [FailureKind { kind: 4, name: "out of range".into(), count: 1 }]);
        assert_eq!(statistics.iterators[0].name, "list");
        let slot = statistics.opcodes.iter().find(|row| row.name == "LOAD_ATTR_SLOT").unwrap();
        assert_eq!((slot.executions, slot.miss, slot.role.as_str()), (9, 1, "specialized"));
    }

    #[test]
    fn json_round_trip() {
        let statistics = statistics();
        assert_eq!(Statistics::from_json(&statistics.to_json()).unwrap(), statistics);
    }

    #[test]
    fn other_records_are_refused_with_a_reason() {
        assert!(Statistics::from_json("{").is_err());
        let message = |text: &str| Statistics::from_json(text).unwrap_err().to_string();
        assert!(message("{}").contains("no quicken-statistics record"));
        assert!(message(r#"{"schema":"quicken-statistics","version":9}"#).contains("version 9"));
    }
}
