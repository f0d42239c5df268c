//! What `run_file.py` wrote, made into an outcome for every test of a file.

use std::collections::BTreeMap;

use serde_json::Value;

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It passed, or failed where the file itself says that it does.
    Passed,
    /// It said that it cannot run here.
    Skipped,
    /// It failed, or passed where the file says that it fails.
    Failed,
    /// It raised something else than a failure, or took the process with it.
    Error,
    /// The process ended before it.
    NotReached,
}

impl Outcome {
    fn from_name(name: &str) -> Outcome {
        match name {
            "passed" | "expected failure" => Outcome::Passed,
            "skipped" => Outcome::Skipped,
            "failed" | "unexpected success" => Outcome::Failed,
            _ => Outcome::Error,
        }
    }

    /// As it is printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Skipped => "skipped",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::NotReached => "not reached",
        }
    }
}

/// A test's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// What became of it.
    pub outcome: Outcome,
    /// The exception, or why it was skipped; empty where it passed.
    pub reason: String,
    /// The traceback, where there is one.
    pub traceback: String,
}

/// All tests of a file, by name.
#[derive(Clone, Debug, Default)]
pub struct FileResult {
    /// The file.
    pub name: String,
    /// The tests; one by the file's own name if it could not be loaded.
    pub tests: BTreeMap<String, TestResult>,
    /// How long it ran.
    pub seconds: f64,
}

impl FileResult {
    /// Reads the records; `end` is how the process ended, the reason where it ended too early.
    #[must_use]
    pub fn read(file: &str, records: &str, end: &str) -> FileResult {
        let mut result = FileResult { name: file.to_owned(), ..FileResult::default() };
        let (mut planned, mut fixtures) = (Vec::new(), Vec::new());
        let (mut running, mut ended) = (None, false);
        // The last line may be half a line.
        for record in records.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
            if let Some(ids) = record["planned"].as_array() {
                planned.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned));
            } else if let Some(id) = record["started"].as_str() {
                running = Some(id.to_owned());
            } else if record["end"] == true {
                ended = true;
            } else {
                let outcome = Outcome::from_name(&text("outcome"));
                let test = TestResult { outcome, reason: text("reason"), traceback: text("traceback") };
                if record["fixture"].is_string() {
                    fixtures.push((text("fixture"), test));
                } else {
                    running = None;
                    result.add(text("id"), test);
                }
            }
        }
        if !ended {
            let id = running.unwrap_or_else(|| format!("test.{file}"));
            let traceback = String::new();
            result.add(
                id,
                TestResult { outcome: Outcome::Error, reason: format!("the process ended: {end}"), traceback },
            );
        }
        for id in planned {
            if !result.tests.contains_key(&id) {
                let fixture = fixtures.iter().find(|(name, _)| id.starts_with(name.as_str()));
                let missed = fixture.map_or_else(
                    || TestResult {
                        outcome: Outcome::NotReached,
                        reason: "not reached".to_owned(),
                        traceback: String::new(),
                    },
                    |(_, test)| test.clone(),
                );
                result.add(id, missed);
            }
        }
        result
    }

    /// Several tests of one name count as one, the worst.
    fn add(&mut self, id: String, test: TestResult) {
        match self.tests.get_mut(&id) {
            Some(present) if present.outcome < test.outcome => *present = test,
            Some(_) => {}
            None => {
                self.tests.insert(id, test);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(result: &FileResult) -> Vec<(&str, Outcome, &str)> {
        result.tests.iter().map(|(id, test)| (&id[..], test.outcome, &test.reason[..])).collect()
    }

    #[test]
    fn every_planned_test_has_an_outcome() {
        let records = r#"{"planned": ["test.f.A.a", "test.f.A.b", "test.f.B.c", "test.f.C.d"]}
{"started": "test.f.A.a"}
{"id": "test.f.A.a", "outcome": "expected failure", "reason": "", "traceback": ""}
{"fixture": "test.f.B", "outcome": "skipped", "reason": "elsewhere", "traceback": ""}
{"started": "test.f.A.b"}
{"id": "test.f.A."#;
        let result = FileResult::read("f", records, "signal: 11");
        let expected = [
            ("test.f.A.a", Outcome::Passed, ""),
            ("test.f.A.b", Outcome::Error, "the process ended: signal: 11"),
            ("test.f.B.c", Outcome::Skipped, "elsewhere"),
            ("test.f.C.d", Outcome::NotReached, "not reached"),
        ];
        assert_eq!(outcomes(&result), expected);
    }

    #[test]
    fn a_file_that_is_not_loaded_fails_by_its_own_name() {
        let result = FileResult::read("f", "", "exit status: 1");
        assert_eq!(outcomes(&result), [("test.f", Outcome::Error, "the process ended: exit status: 1")]);
    }

    #[test]
    fn the_worst_of_one_name_counts() {
        let line =
            |outcome: &str| format!("{{\"id\": \"test.f.A.a\", \"outcome\": \"{outcome}\", \"reason\": \"\"}}\n");
        let records = line("failed") + &line("passed") + "{\"end\": true}\n";
        assert_eq!(outcomes(&FileResult::read("f", &records, "")), [("test.f.A.a", Outcome::Failed, "")]);
    }
}
