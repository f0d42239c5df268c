//! Outcomes beside the lists: how many pass, and what changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Expected, FileResult, MISSING_REASON, Outcome, TestFile, TestResult};

/// What a test counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It passed.
    Passed,
    /// It failed, was not reached, or was skipped though CPython runs it.
    Failed,
    /// CPython skips it, too, for the platform or a resource.
    Skipped,
}

/// The results of a run beside what is expected of them.
#[derive(Debug)]
pub struct Report<'a> {
    /// The release whose files were run.
    pub version: &'a str,
    /// Whether that is the release that the lists are about.
    pub is_reference: bool,
    /// Whether there were collections all the time. What some listed tests wait for in vain then happens sooner, and they may pass.
    pub is_stressed: bool,
    /// The results, in the order of the files.
    pub files: &'a [FileResult],
    /// Tests that are known to fail.
    pub expected: &'a Expected,
    /// Tests that CPython skips on its own.
    pub skipped: &'a Expected,
}

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Of those that count, how many percent passed.
    #[expect(clippy::cast_precision_loss, reason = "numbers of tests are small")]
    fn share(self) -> f64 {
        let all = self.passed + self.failed;
        if all == 0 { 0.0 } else { 100.0 * self.passed as f64 / all as f64 }
    }
}

impl Report<'_> {
    /// What a test counts as.
    #[must_use]
    pub fn standing(&self, id: &str, test: &TestResult) -> Standing {
        match test.outcome {
            Outcome::Passed => Standing::Passed,
            // A fixture or a whole file may be what CPython skips.
            Outcome::Skipped if self.skipped.reasons.contains_key(id) => Standing::Skipped,
            _ => Standing::Failed,
        }
    }

    fn counts(&self, file: &FileResult) -> Counts {
        let mut counts = Counts::default();
        for (id, test) in &file.tests {
            match self.standing(id, test) {
                Standing::Passed => counts.passed += 1,
                Standing::Failed => counts.failed += 1,
                Standing::Skipped => counts.skipped += 1,
            }
        }
        counts
    }

    fn total(&self) -> Counts {
        let mut total = Counts::default();
        for file in self.files {
            total.add(self.counts(file));
        }
        total
    }

    /// Of all tests that count, how many percent passed.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.total().share()
    }

    /// Everything that is not as the list says, a line each.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for file in self.files {
            if self.counts(file).passed == 0 {
                lines.push(format!("no test passes      {}", file.name));
            }
            for (id, test) in &file.tests {
                let listed = self.expected.reasons.contains_key(id);
                match self.standing(id, test) {
                    Standing::Failed if !listed => {
                        lines.push(format!("fails, not listed   {id}: {}: {}", test.outcome.name(), test.reason));
                    }
                    Standing::Passed if listed && !self.is_stressed => lines.push(format!("listed, but passes  {id}")),
                    Standing::Skipped if listed => {
                        lines.push(format!("listed, but skipped {id}: {}", test.reason));
                    }
                    _ => {}
                }
            }
            if self.is_reference {
                let of_file = TestFile { name: file.name.clone(), parts: Vec::new() };
                let unknown =
                    self.expected.reasons.keys().filter(|id| of_file.has(id) && !file.tests.contains_key(*id));
                lines.extend(unknown.map(|id| format!("listed, not there   {id}")));
            }
        }
        lines
    }

    /// The list of failures as this run would have it: reasons kept, files that did not run left as they are.
    #[must_use]
    pub fn blessed(&self) -> Expected {
        let mut expected = self.expected.clone();
        for file in self.files {
            let of_file = TestFile { name: file.name.clone(), parts: Vec::new() };
            let mut before = BTreeMap::new();
            expected.reasons.retain(|id, reason| {
                let is_of_file = of_file.has(id);
                if is_of_file {
                    before.insert(id.clone(), reason.clone());
                }
                !is_of_file
            });
            for (id, test) in &file.tests {
                if self.standing(id, test) == Standing::Failed {
                    let reason = before.remove(id).unwrap_or_else(|| MISSING_REASON.to_owned());
                    expected.reasons.insert(id.clone(), reason);
                }
            }
        }
        expected
    }

    /// The table.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{:<28}{:>8}{:>8}{:>8}{:>9}\n", "", "passed", "failed", "skipped", "seconds");
        let mut row = |name: &str, counts: Counts, seconds: f64| {
            let Counts { passed, failed, skipped } = counts;
            let _ = writeln!(text, "{name:<28}{passed:>8}{failed:>8}{skipped:>8}{seconds:>9.1}");
        };
        for file in self.files {
            row(&file.name, self.counts(file), file.seconds);
        }
        row("all", self.total(), self.files.iter().map(|file| file.seconds).sum());
        let _ = write!(text, "{:.2} % of the tests of CPython {} that count pass", self.share(), self.version);
        text
    }

    /// The same as JSON, with every test that did not pass.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let counted =
            |counts: Counts| json!({"passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped});
        let files = self.files.iter().map(|file| {
            let tests = file.tests.iter().filter(|(_, test)| test.outcome != Outcome::Passed).map(|(id, test)| {
                json!({
                    "id": id,
                    "outcome": test.outcome.name(),
                    "reason": test.reason,
                    "traceback": test.traceback,
                    "expected": self.expected.reasons.get(id),
                })
            });
            let mut entry = json!({"file": file.name, "seconds": file.seconds, "counts": counted(self.counts(file))});
            entry["not_passed"] = tests.collect();
            entry
        });
        json!({
            "python": self.version,
            "files": files.collect::<Vec<_>>(),
            "counts": counted(self.total()),
            "share": self.share(),
            "differences": self.differences(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(outcomes: &[(&str, Outcome)]) -> FileResult {
        let test = |outcome| TestResult { outcome, reason: String::new(), traceback: String::new() };
        let tests = outcomes.iter().map(|(id, outcome)| ((*id).to_owned(), test(*outcome))).collect();
        FileResult { name: "f".to_owned(), tests, seconds: 1.0 }
    }

    #[test]
    fn a_change_either_way_is_told_and_blessed_away() {
        let files = [file(&[
            ("test.f.new", Outcome::Error),
            ("test.f.mended", Outcome::Passed),
            ("test.f.known", Outcome::Failed),
            ("test.f.windows", Outcome::Skipped),
            ("test.f.gone", Outcome::Skipped),
        ])];
        let expected =
            Expected::read("why\n    test.f.known\n    test.f.mended\n    test.f.removed\n    test.other\n").unwrap();
        let skipped = Expected::read("needs Windows\n    test.f.windows\n").unwrap();
        let mut report = Report {
            version: "3.11.7",
            is_reference: true,
            is_stressed: false,
            files: &files,
            expected: &expected,
            skipped: &skipped,
        };
        assert_eq!(report.total(), Counts { passed: 1, failed: 3, skipped: 1 });
        let differences = report.differences();
        assert_eq!(
            differences,
            [
                "fails, not listed   test.f.gone: skipped: ",
                "listed, but passes  test.f.mended",
                "fails, not listed   test.f.new: error: ",
                "listed, not there   test.f.removed"
            ]
        );
        report.is_reference = false;
        assert_eq!(report.differences().len(), 3);
        report.is_stressed = true;
        assert_eq!(report.differences().len(), 2);
        let blessed = report.blessed();
        let reasons: Vec<_> = blessed.reasons.iter().map(|(id, reason)| (&id[..], &reason[..])).collect();
        assert_eq!(
            reasons,
            [
                ("test.f.gone", MISSING_REASON),
                ("test.f.known", "why"),
                ("test.f.new", MISSING_REASON),
                ("test.other", "why")
            ]
        );
    }

    #[test]
    fn a_file_without_a_pass_is_told() {
        let files = [file(&[("test.f.a", Outcome::Failed)])];
        let expected = Expected::read("why\n    test.f.a\n").unwrap();
        let skipped = Expected::default();
        let report = Report {
            version: "3.11.7",
            is_reference: true,
            is_stressed: false,
            files: &files,
            expected: &expected,
            skipped: &skipped,
        };
        assert_eq!(report.differences(), ["no test passes      f"]);
    }
}
