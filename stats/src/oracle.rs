//! Records of what a program does, in the shape of those made from real CPython 3.11s, and their comparison.
//!
//! A record holds what a program prints; the specialization counters by family, the executions and the pairs of a stats
//! build, all net of what an empty program counts, zeros left out and numbers below zero kept; and for each code object
//! its live instructions after a run of a release build.

use std::collections::BTreeMap;
use std::fmt;

use quicken_bytecode::{Family, Opcode};
use serde::{Deserialize, Serialize};

use crate::counters::{Counters, Specialization};
use crate::schema::{opcode_name, signed};

/// What a program does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The program's name: its file's, without `.py`.
    pub program: String,
    /// What it prints.
    pub stdout: String,
    /// Specialization counters by family.
    pub families: Families,
    /// Executions by opcode.
    pub executions: BTreeMap<String, i64>,
    /// Pairs, as `FIRST SECOND`.
    pub pairs: BTreeMap<String, i64>,
    /// Code objects with their live instructions.
    pub adaptive: Vec<AdaptiveCode>,
}

/// The counters of a family; zeros are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FamilyRecord {
    #[serde(skip_serializing_if = "is_zero")]
    success: i64,
    #[serde(skip_serializing_if = "is_zero")]
    failure: i64,
    #[serde(skip_serializing_if = "is_zero")]
    hit: i64,
    #[serde(skip_serializing_if = "is_zero")]
    deferred: i64,
    #[serde(skip_serializing_if = "is_zero")]
    miss: i64,
    #[serde(skip_serializing_if = "is_zero")]
    deopt: i64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    failure_kinds: BTreeMap<u8, i64>,
}

/// A code object after a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdaptiveCode {
    /// `co_qualname`
    pub qualname: String,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// 1 if an instruction differs from its generic form, else 0.
    pub warm: u8,
    /// How many instructions it has.
    pub n: usize,
    /// The instructions, caches left out.
    pub instrs: Vec<LiveInstruction>,
}

/// Offset in bytes, generic opcode, live opcode, operand (`None` for instructions that have none).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveInstruction(pub u32, pub String, pub String, pub Option<u32>);

macro_rules! families {
    ($($name:ident)*) => {
        /// The families, in the order in which CPython lists them.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Families {
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                #[serde(skip_serializing_if = "FamilyRecord::is_empty")]
                pub $name: FamilyRecord,
            )*
        }

        impl Families {
            fn fields(&self) -> impl Iterator<Item = (&'static str, &FamilyRecord)> {
                [$((stringify!($name), &self.$name)),*].into_iter()
            }

            fn new(net: &Counters) -> Self {
                let of = |name: &str| match Family::from_name(name) {
                    Some(family) => FamilyRecord::new(&net.specialization(family.generic())),
                    None => FamilyRecord::default(),
                };
                Self { $($name: of(stringify!($name))),* }
            }
        }
    };
}

families! {
    load_attr load_global load_method binary_subscr store_subscr store_attr call binary_op compare_op unpack_sequence
    precall
}

impl FamilyRecord {
    fn new(stats: &Specialization) -> Self {
        Self {
            success: signed(stats.success),
            failure: signed(stats.failure),
            hit: signed(stats.hit),
            deferred: signed(stats.deferred),
            miss: signed(stats.miss),
            deopt: signed(stats.deopt),
            failure_kinds: (0u8..)
                .zip(stats.failure_kinds)
                .filter(|(_, count)| *count != 0)
                .map(|(kind, count)| (kind, signed(count)))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn named(&self) -> BTreeMap<String, i64> {
        let counters = [
            ("success", self.success),
            ("failure", self.failure),
            ("hit", self.hit),
            ("deferred", self.deferred),
            ("miss", self.miss),
            ("deopt", self.deopt),
        ];
        let kinds = self.failure_kinds.iter().map(|(kind, count)| (format!("failure_kinds.{kind}"), *count));
        counters.into_iter().map(|(name, count)| (name.to_owned(), count)).chain(kinds).collect()
    }
}

impl AdaptiveCode {
    /// A code object of its live instructions.
    #[must_use]
    pub fn new(qualname: String, firstlineno: i32, instrs: Vec<LiveInstruction>) -> Self {
        let warm = u8::from(instrs.iter().any(|row| row.1 != row.2));
        Self { qualname, firstlineno, warm, n: instrs.len(), instrs }
    }
}

impl Record {
    /// A record of net counts ([`Counters::minus`]).
    #[must_use]
    pub fn new(program: String, stdout: String, net: &Counters, adaptive: Vec<AdaptiveCode>) -> Self {
        let executions = net.all_executions();
        Self {
            program,
            stdout,
            families: Families::new(net),
            executions: (0..=u8::MAX)
                .zip(executions)
                .filter(|(_, count)| *count != 0)
                .map(|(number, count)| (opcode_name(number), signed(count)))
                .collect(),
            pairs: net
                .pairs()
                .map(|(first, second, count)| {
                    (format!("{} {}", opcode_name(first), opcode_name(second)), signed(count))
                })
                .collect(),
            adaptive,
        }
    }

    /// The record as compact JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and maps of them: nothing in these types can fail to serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// The text is not JSON or not of this shape; the error has line and column.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// One thing in which two records differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where: `families.load_attr.hit`, `executions.LOAD_FAST`, `adaptive.f:3.offset 24`.
    pub place: String,
    /// What the reference has.
    pub expected: String,
    /// What was found instead.
    pub actual: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.place, self.expected, self.actual)
    }
}

/// Everything in which `actual` differs from `expected`, in the order of the record's fields. The names of the programs
/// are not compared.
#[must_use]
pub fn differences(expected: &Record, actual: &Record) -> Vec<Difference> {
    let mut found = Differences(Vec::new());
    found.text("stdout", &expected.stdout, &actual.stdout);
    for ((name, left), (_, right)) in expected.families.fields().zip(actual.families.fields()) {
        found.counts(&format!("families.{name}"), &left.named(), &right.named());
    }
    found.counts("executions", &expected.executions, &actual.executions);
    found.counts("pairs", &expected.pairs, &actual.pairs);
    found.codes(&expected.adaptive, &actual.adaptive);
    found.0
}

struct Differences(Vec<Difference>);

impl Differences {
    fn add(&mut self, place: String, expected: impl fmt::Display, actual: impl fmt::Display) {
        self.0.push(Difference { place, expected: expected.to_string(), actual: actual.to_string() });
    }

    fn text(&mut self, place: &str, expected: &str, actual: &str) {
        if expected == actual {
            return;
        }
        let (mut left, mut right) = (expected.split_inclusive('\n'), actual.split_inclusive('\n'));
        let mut line = 1;
        loop {
            let (l, r) = (left.next(), right.next());
            if l != r {
                let show = |line: Option<&str>| line.map_or_else(|| "the end".to_owned(), |line| format!("{line:?}"));
                return self.add(format!("{place}, line {line}"), show(l), show(r));
            }
            line += 1;
        }
    }

    fn counts(&mut self, place: &str, expected: &BTreeMap<String, i64>, actual: &BTreeMap<String, i64>) {
        let mut names: Vec<&String> = expected.keys().chain(actual.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let (left, right) = (expected.get(name).unwrap_or(&0), actual.get(name).unwrap_or(&0));
            if left != right {
                self.add(format!("{place}.{name}"), left, right);
            }
        }
    }

    fn codes(&mut self, expected: &[AdaptiveCode], actual: &[AdaptiveCode]) {
        let mut rest: Vec<Option<&AdaptiveCode>> = actual.iter().map(Some).collect();
        for code in expected {
            let key = |other: &AdaptiveCode| (other.qualname == code.qualname) && other.firstlineno == code.firstlineno;
            let place = format!("adaptive.{}:{}", code.qualname, code.firstlineno);
            // Code objects of the same name on the same line (lambdas) are met in the same order.
            match rest.iter_mut().find(|other| other.is_some_and(key)).and_then(Option::take) {
                Some(other) => self.code(&place, code, other),
                None => self.add(place, "a code object", "none"),
            }
        }
        for code in rest.into_iter().flatten() {
            self.add(format!("adaptive.{}:{}", code.qualname, code.firstlineno), "none", "a code object");
        }
    }

    fn code(&mut self, place: &str, expected: &AdaptiveCode, actual: &AdaptiveCode) {
        let show = |row: &LiveInstruction| {
            let operand = row.3.map_or_else(String::new, |oparg| format!(" {oparg}"));
            if row.1 == row.2 { format!("{}{operand}", row.1) } else { format!("{} ({}){operand}", row.2, row.1) }
        };
        let rows = expected.instrs.len().max(actual.instrs.len());
        for index in 0..rows {
            match (expected.instrs.get(index), actual.instrs.get(index)) {
                (Some(left), Some(right)) if left == right => {}
                (Some(left), Some(right)) if left.0 != right.0 => {
                    // From here on the two are different code, and every row would differ.
                    return self.add(
                        format!("{place}.instruction {index}"),
                        format!("{} at {}", show(left), left.0),
                        format!("{} at {}", show(right), right.0),
                    );
                }
                (Some(left), Some(right)) => self.add(format!("{place}.offset {}", left.0), show(left), show(right)),
                (left, right) => {
                    let end = || "the end".to_owned();
                    return self.add(
                        format!("{place}.instruction {index}"),
                        left.map_or_else(end, show),
                        right.map_or_else(end, show),
                    );
                }
            }
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(count: &i64) -> bool {
    *count == 0
}

/// The live instruction of a code unit's two opcodes.
impl LiveInstruction {
    /// A row. `oparg` is kept for instructions that have an operand.
    #[must_use]
    pub fn new(offset: u32, generic: Opcode, live: Opcode, oparg: u32) -> Self {
        let operand = generic.has_operand().then_some(oparg);
        Self(offset, generic.name().to_owned(), live.name().to_owned(), operand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    const TEXT: &str = concat!(
        r#"{"program":"p","stdout":"1\n2\n","families":{"load_attr":{"success":1,"failure":1,"hit":8,"miss":1,"#,
        r#""failure_kinds":{"4":1}}},"executions":{"FOR_ITER":1,"LOAD_ATTR":1,"LOAD_ATTR_ADAPTIVE":1,"#,
        r#""LOAD_ATTR_SLOT":9,"LOAD_FAST__LOAD_FAST":1,"RESUME":1},"pairs":{"CACHE RESUME":1,"#,
        r#""LOAD_ATTR FOR_ITER":1,"LOAD_ATTR_ADAPTIVE LOAD_ATTR_SLOT":1,"LOAD_ATTR_SLOT LOAD_ATTR":1,"#,
        r#""LOAD_ATTR_SLOT LOAD_ATTR_SLOT":8,"LOAD_FAST__LOAD_FAST LOAD_ATTR_ADAPTIVE":1,"#,
        r#""RESUME LOAD_FAST__LOAD_FAST":1},"adaptive":[{"qualname":"f","firstlineno":3,"warm":1,"n":2,"#,
        r#""instrs":[[0,"RESUME","RESUME_QUICK",0],[2,"POP_TOP","POP_TOP",null]]}]}"#,
    );

    fn record() -> Record {
        let instrs = vec![
            LiveInstruction::new(0, Opcode::RESUME, Opcode::RESUME_QUICK, 0),
            LiveInstruction::new(2, Opcode::POP_TOP, Opcode::POP_TOP, 0),
        ];
        Record::new("p".into(), "1\n2\n".into(), &sample(), vec![AdaptiveCode::new("f".into(), 3, instrs)])
    }

    #[test]
    fn shape() {
        assert_eq!(record().to_json(), TEXT);
        assert_eq!(Record::from_json(TEXT).unwrap(), record());
        assert_eq!(differences(&record(), &record()), []);
    }

    #[test]
    fn only_what_differs_is_told() {
        let mut other = record();
        other.stdout = "1\n3\n".into();
        other.families.load_attr.hit = 7;
        other.families.load_attr.failure_kinds.clear();
        other.families.store_attr.deferred = -1;
        other.executions.insert("NOP".into(), -2);
        other.pairs.remove("CACHE RESUME");
        other.adaptive[0].instrs[0].2 = "RESUME".into();
        other.adaptive.push(AdaptiveCode::new("g".into(), 9, Vec::new()));
        let told: Vec<String> = differences(&record(), &other).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                r#"stdout, line 2: expected "2\n", got "3\n""#,
                "families.load_attr.failure_kinds.4: expected 1, got 0",
                "families.load_attr.hit: expected 8, got 7",
                "families.store_attr.deferred: expected 0, got -1",
                "executions.NOP: expected 0, got -2",
                "pairs.CACHE RESUME: expected 1, got 0",
                "adaptive.f:3.offset 0: expected RESUME_QUICK (RESUME) 0, got RESUME 0",
                "adaptive.g:9: expected none, got a code object",
            ]
        );
    }

    #[test]
    fn different_code_is_told_once() {
        let row = |offset| LiveInstruction::new(offset, Opcode::NOP, Opcode::NOP, 0);
        let code = |offsets: &[u32]| AdaptiveCode::new("f".into(), 1, offsets.iter().map(|o| row(*o)).collect());
        let with = |code| Record { adaptive: vec![code], ..Record::default() };
        assert_eq!(differences(&with(code(&[0, 2, 4])), &with(code(&[0, 4, 6]))).len(), 1);
        assert_eq!(differences(&with(code(&[0, 2, 4])), &with(code(&[0, 2]))).len(), 1);
    }
}
