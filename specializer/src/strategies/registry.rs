//! Strategies by name. A command built on this crate adds its own to [`Registry::builtin`].

use std::fmt;

use super::{Cpython311, Eager, Never};
use crate::families::Build;
use crate::strategy::Strategy;

/// The strategies that can be asked for by name, in the order in which they were added.
pub struct Registry {
    entries: Vec<Entry>,
}

/// A strategy that can be made.
pub struct Entry {
    name: String,
    description: String,
    create: Box<dyn Fn() -> Box<dyn Strategy> + Send + Sync>,
}

impl Entry {
    /// The name it is asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does, in one line.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// A new strategy, with no history.
    #[must_use]
    pub fn create(&self) -> Box<dyn Strategy> {
        (self.create)()
    }
}

impl Registry {
    /// No strategy at all.
    #[must_use]
    pub fn empty() -> Self {
        Self { entries: Vec::new() }
    }

    /// The strategies of this crate.
    #[must_use]
    pub fn builtin() -> Self {
        let mut registry = Self::empty();
        registry.add("cpython311", "CPython 3.11, release build: the default", || {
            Box::new(Cpython311 { build: Build::Release })
        });
        registry.add(
            "cpython311-pystats",
            "CPython 3.11 built with --enable-pystats: goes on attempting where a release build gives up",
            || Box::new(Cpython311 { build: Build::Stats }),
        );
        registry.add("eager", "CPython's forms at the first execution, without warming up", || Box::new(Eager));
        registry.add("never", "No specialization: generic instructions only", || Box::new(Never));
        registry
    }

    /// Adds a strategy; one of the same name is replaced.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        create: impl Fn() -> Box<dyn Strategy> + Send + Sync + 'static,
    ) {
        let entry = Entry { name: name.into(), description: description.into(), create: Box::new(create) };
        match self.entries.iter_mut().find(|known| known.name == entry.name) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
    }

    /// All strategies.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The names of all strategies.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(Entry::name)
    }

    /// A new strategy of that name.
    ///
    /// # Errors
    ///
    /// The name is not known; the error has the nearest one that is.
    pub fn create(&self, name: &str) -> Result<Box<dyn Strategy>, UnknownStrategy> {
        match self.entries.iter().find(|entry| entry.name == name) {
            Some(entry) => Ok(entry.create()),
            None => Err(self.unknown(name)),
        }
    }

    fn unknown(&self, name: &str) -> UnknownStrategy {
        // Names of strategies share long prefixes, which the Jaro-Winkler measure was made to favour; below about 0.7
        // what it finds is no longer what somebody meant.
        const LEAST_SIMILARITY: f64 = 0.7;
        let wanted = name.to_lowercase();
        let nearest = self
            .names()
            .map(|known| (strsim::jaro_winkler(&wanted, known), known))
            .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
            .max_by(|(left, _), (right, _)| left.total_cmp(right))
            .map(|(_, known)| known.to_owned());
        UnknownStrategy { name: name.to_owned(), nearest, known: self.names().map(str::to_owned).collect() }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// A name that no strategy has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStrategy {
    /// The name that was asked for.
    pub name: String,
    /// The known name that is most like it, if any is.
    pub nearest: Option<String>,
    /// All known names.
    pub known: Vec<String>,
}

impl fmt::Display for UnknownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown strategy '{}'", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean '{nearest}'?"),
            None => write!(f, "; known are {}", self.known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownStrategy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_strategy_carries_its_name() {
        let registry = Registry::builtin();
        let names: Vec<&str> = registry.names().collect();
        assert_eq!(names, ["cpython311", "cpython311-pystats", "eager", "never"]);
        for name in names {
            assert_eq!(registry.create(name).unwrap().name(), name);
        }
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let registry = Registry::builtin();
        let message = |name: &str| registry.create(name).unwrap_err().to_string();
        assert_eq!(message("cpython31"), "unknown strategy 'cpython31'; did you mean 'cpython311'?");
        assert_eq!(message("nevr"), "unknown strategy 'nevr'; did you mean 'never'?");
        assert_eq!(message("Eager"), "unknown strategy 'Eager'; did you mean 'eager'?");
        assert_eq!(
            message("cpython311-stats"),
            "unknown strategy 'cpython311-stats'; did you mean 'cpython311-pystats'?"
        );
        assert_eq!(message("zzz"), "unknown strategy 'zzz'; known are cpython311, cpython311-pystats, eager, never");
    }

    #[test]
    fn an_outside_strategy_can_be_added_and_replaced() {
        let mut registry = Registry::builtin();
        registry.add("mine", "first", || Box::new(Never));
        registry.add("mine", "second", || Box::new(Eager));
        assert_eq!(registry.entries().len(), 5);
        assert_eq!(registry.create("mine").unwrap().name(), "eager");
    }
}
