//! Lists of tests by reason: `tests/cpython/expected-failures.txt` and `tests/cpython/skipped-by-cpython.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What stands for a reason until somebody writes one.
pub const MISSING_REASON: &str = "reason missing";

/// Tests and why they are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The comment at the file's head.
    head: String,
    /// The reason for each test.
    pub reasons: BTreeMap<String, String>,
}

impl Expected {
    /// Reads a list: reasons at the start of a line, tests indented below.
    ///
    /// # Errors
    /// A test stands before any reason, or is listed twice.
    pub fn read(text: &str) -> Result<Expected, String> {
        let mut expected = Expected::default();
        let mut reason = None;
        for line in text.lines() {
            if line.starts_with('#') {
                expected.head.push_str(line);
                expected.head.push('\n');
            } else if !line.starts_with(' ') {
                reason = Some(line.trim()).filter(|reason| !reason.is_empty()).or(reason);
            } else {
                let id = line.trim();
                let reason = reason.ok_or_else(|| format!("{id} is listed without a reason"))?;
                if expected.reasons.insert(id.to_owned(), reason.to_owned()).is_some() {
                    return Err(format!("{id} is listed twice"));
                }
            }
        }
        Ok(expected)
    }

    /// The same as text: reasons in order, those that nobody wrote yet first.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut groups: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
        for (id, reason) in &self.reasons {
            groups.entry((reason != MISSING_REASON, reason)).or_default().push(id);
        }
        let mut text = self.head.clone();
        for ((_, reason), ids) in groups {
            let _ = writeln!(text, "\n{reason}");
            for id in ids {
                let _ = writeln!(text, "    {id}");
            }
        }
        text
    }

    /// How many stand without a reason.
    #[must_use]
    pub fn without_reason(&self) -> usize {
        self.reasons.values().filter(|reason| *reason == MISSING_REASON).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let text = "# head\n\nreason missing\n    test.b\n\nnobody can\n    test.a\n    test.c\n";
        let expected = Expected::read(text).unwrap();
        assert_eq!(expected.reasons["test.c"], "nobody can");
        assert_eq!((expected.to_text(), expected.without_reason()), (text.to_owned(), 1));
    }

    #[test]
    fn each_test_once_and_with_a_reason() {
        assert_eq!(Expected::read("    test.a\n").unwrap_err(), "test.a is listed without a reason");
        assert_eq!(Expected::read("x\n    test.a\n    test.a\n").unwrap_err(), "test.a is listed twice");
    }
}
