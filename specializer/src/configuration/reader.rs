//! Reading TOML by hand, so that every problem is found at once and has its place.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Problem;

/// A value with its place.
pub(super) type Item<'t> = Spanned<DeValue<'t>>;

/// The problems so far, and where lines begin.
pub(super) struct Problems<'t> {
    text: &'t str,
    found: Vec<Problem>,
}

impl<'t> Problems<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Notes one, at the start of `span`.
    pub fn add(&mut self, span: Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = 1 + before.matches('\n').count();
        let column = 1 + before[line_start..].chars().count();
        self.found.push(Problem { line, column, message: message.into() });
    }

    /// All of them, in the order of the file.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort();
        self.found
    }
}

/// The table at the top, or one section.
pub(super) struct Section<'a, 't> {
    table: &'a DeTable<'t>,
}

impl<'a, 't> Section<'a, 't> {
    /// The section; keys other than `known` are problems.
    pub fn new(table: &'a DeTable<'t>, known: &[&str], problems: &mut Problems<'_>) -> Self {
        for (key, _) in table.iter() {
            if !known.contains(&name(key)) {
                let message = unknown("key", name(key), known.iter().copied());
                problems.add(key.span(), message);
            }
        }
        Self { table }
    }

    /// The value of a key, with the place of the key.
    pub fn get(&self, wanted: &str) -> Option<(Range<usize>, &'a Item<'t>)> {
        self.table.iter().find(|(key, _)| name(key) == wanted).map(|(key, value)| (key.span(), value))
    }

    /// A section in the section.
    pub fn section(&self, key: &str, known: &[&str], problems: &mut Problems<'_>) -> Option<Section<'a, 't>> {
        let (_, value) = self.get(key)?;
        table(value, key, known, problems)
    }

    /// A text.
    pub fn text(&self, key: &str, problems: &mut Problems<'_>) -> Option<&'a str> {
        let (_, value) = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            wrong(value, key, "a string", problems);
        }
        text
    }

    /// Yes or no.
    pub fn truth(&self, key: &str, problems: &mut Problems<'_>) -> Option<bool> {
        let (_, value) = self.get(key)?;
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            wrong(value, key, "true or false", problems);
        }
        truth
    }

    /// A number within bounds.
    pub fn number<N: TryFrom<i128> + Into<i128> + Copy + Display>(
        &self,
        key: &str,
        range: RangeInclusive<N>,
        problems: &mut Problems<'_>,
    ) -> Option<N> {
        let (_, value) = self.get(key)?;
        number(value, key, range, problems)
    }

    /// A list of names, each of which `find` knows.
    pub fn names<T>(
        &self,
        key: &str,
        what: &str,
        known: &[&str],
        find: impl Fn(&str) -> Option<T>,
        problems: &mut Problems<'_>,
    ) -> Option<Vec<T>> {
        let (_, value) = self.get(key)?;
        let Some(items) = value.get_ref().as_array() else {
            wrong(value, key, "a list of names", problems);
            return None;
        };
        let mut found = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                None => wrong(item, key, "a list of names", problems),
                Some(text) => match find(text) {
                    Some(one) => found.push(one),
                    None => problems.add(item.span(), unknown(what, text, known.iter().copied())),
                },
            }
        }
        Some(found)
    }
}

/// A table as a section.
pub(super) fn table<'a, 't>(
    value: &'a Item<'t>,
    key: &str,
    known: &[&str],
    problems: &mut Problems<'_>,
) -> Option<Section<'a, 't>> {
    match value.get_ref().as_table() {
        Some(table) => Some(Section::new(table, known, problems)),
        None => {
            wrong(value, key, "a table", problems);
            None
        }
    }
}

/// A number within bounds.
pub(super) fn number<N: TryFrom<i128> + Into<i128> + Copy + Display>(
    value: &Item<'_>,
    key: &str,
    range: RangeInclusive<N>,
    problems: &mut Problems<'_>,
) -> Option<N> {
    let (least, most) = (*range.start(), *range.end());
    let integer = value.get_ref().as_integer();
    let number = integer.and_then(|digits| i128::from_str_radix(digits.as_str(), digits.radix()).ok());
    match number
        .filter(|number| (least.into()..=most.into()).contains(number))
        .and_then(|number| N::try_from(number).ok())
    {
        Some(number) => Some(number),
        None => {
            wrong(value, key, &format!("a number from {least} to {most}"), problems);
            None
        }
    }
}

/// Notes a value of the wrong type or out of range.
pub(super) fn wrong(value: &Item<'_>, key: &str, wanted: &str, problems: &mut Problems<'_>) {
    problems.add(value.span(), format!("'{key}' must be {wanted}"));
}

/// What to say of a name that is not known.
pub(super) fn unknown<'k>(what: &str, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    match crate::strategies::nearest(name, known.clone()) {
        Some(nearest) => format!("unknown {what} '{name}'; did you mean '{nearest}'?"),
        None => format!("unknown {what} '{name}'; known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

fn name<'a>(key: &'a Spanned<DeString<'_>>) -> &'a str {
    key.get_ref()
}
