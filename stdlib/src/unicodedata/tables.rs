//! The tables: what CPython 3.11 knows of each code point, as `tests/scripts/unicode_data.py` wrote it down.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What holds for a run of code points.
#[derive(Clone, Copy)]
pub(super) struct Properties {
    /// The general category, `Cn` for what is not assigned.
    pub(super) category: &'static str,
    /// The bidirectional class, empty for what has none.
    pub(super) direction: &'static str,
    /// The canonical combining class.
    pub(super) combining: u8,
    /// Whether it is mirrored in text that goes the other way.
    pub(super) mirrored: bool,
    /// The East Asian width.
    pub(super) width: &'static str,
}

/// The number that a character stands for.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) digit: Option<u8>,
    pub(super) decimal: Option<u8>,
}

/// A version of the database.
pub(super) struct Database {
    /// Where each run begins.
    runs: Vec<(u32, Properties)>,
    numbers: HashMap<u32, Number>,
}

static CURRENT: LazyLock<Database> =
    LazyLock::new(|| Database::read(include_str!("properties.txt"), include_str!("numbers.txt")));
static OLD: LazyLock<Database> =
    LazyLock::new(|| Database::read(include_str!("properties_3_2.txt"), include_str!("numbers_3_2.txt")));
static DECOMPOSITIONS: LazyLock<HashMap<u32, &str>> = LazyLock::new(|| {
    let lines = include_str!("decompositions.txt").lines();
    lines.filter_map(|line| line.split_once(' ')).map(|(point, rest)| (number(point), rest)).collect()
});
static NAMES: LazyLock<HashMap<&str, Vec<u32>>> = LazyLock::new(|| {
    let lines = include_str!("names.txt").lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(name, points)| (name, points.split(' ').map(number).collect())).collect()
});

/// The database of Unicode 14.0.0, or that of 3.2.0.
pub(super) fn database(old: bool) -> &'static Database {
    if old { &OLD } else { &CURRENT }
}

/// The decomposition of a character as the database writes it, empty for most.
pub(super) fn decomposition(code_point: u32) -> &'static str {
    DECOMPOSITIONS.get(&code_point).copied().unwrap_or("")
}

/// What an alias or the name of a sequence stands for.
pub(super) fn by_alias(name: &str) -> Option<&'static [u32]> {
    NAMES.get(name).map(Vec::as_slice)
}

fn number(digits: &str) -> u32 {
    u32::from_str_radix(digits, 16).unwrap_or(0)
}

impl Database {
    fn read(properties: &'static str, numbers: &'static str) -> Database {
        let runs = properties.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next();
            Some((
                number(word()?),
                Properties {
                    category: word()?,
                    direction: word()?.trim_start_matches('-'),
                    combining: word()?.parse().ok()?,
                    mirrored: word()? == "1",
                    width: word()?,
                },
            ))
        });
        let numbers = numbers.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next();
            let point = number(word()?);
            let value = word()?.parse().ok()?;
            Some((point, Number { value, digit: word()?.parse().ok(), decimal: word()?.parse().ok() }))
        });
        Database { runs: runs.collect(), numbers: numbers.collect() }
    }

    /// What holds for a code point.
    pub(super) fn properties(&self, code_point: u32) -> Properties {
        let next = self.runs.partition_point(|(start, _)| *start <= code_point);
        self.runs[next.saturating_sub(1)].1
    }

    /// Whether the code point is assigned in this version.
    pub(super) fn is_assigned(&self, code_point: u32) -> bool {
        self.properties(code_point).category != "Cn"
    }

    /// The number that a character stands for.
    pub(super) fn number(&self, code_point: u32) -> Option<Number> {
        self.numbers.get(&code_point).copied()
    }
}
