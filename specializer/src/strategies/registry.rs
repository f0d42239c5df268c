//! Strategies by name. A command built on this crate adds its own to [`Registry::builtin`].

use std::path::{Path, PathBuf};
use std::{fmt, io};

use super::{Adversarial, Configured, Cpython311, DEFAULT_SEED, Eager, Never};
use crate::check::{Misfit, check_tuning};
use crate::configuration::{Configuration, FileProblems};
use crate::families::Build;
use crate::strategy::Strategy;

/// The strategies that can be asked for by name, in the order in which they were added.
pub struct Registry {
    entries: Vec<Entry>,
}

/// A strategy that can be made.
pub struct Entry {
    name: String,
    argument: Option<&'static str>,
    description: String,
    create: Create,
}

/// Makes a strategy; of the argument that the name was given with, or says what is wrong with it.
type Create = Box<dyn Fn(Option<&str>) -> Result<Box<dyn Strategy>, String> + Send + Sync>;

/// What stands between a strategy's name and its argument.
const ARGUMENT: char = ':';

/// What a strategy's name ends in that is the path of a file.
const FILE_EXTENSION: &str = ".toml";

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

    /// What may follow the name behind a colon, `SEED` say.
    #[must_use]
    pub fn argument(&self) -> Option<&'static str> {
        self.argument
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
        registry.add_with_argument("adversarial", "SEED", "Random answers, which no program may notice", |seed| {
            let seed = match seed {
                None => DEFAULT_SEED,
                Some(text) => text
                    .parse()
                    .map_err(|_| format!("'{text}' is no seed: it must be a number from 0 to {}", u64::MAX))?,
            };
            Ok(Box::new(Adversarial::new(seed)))
        });
        registry
    }

    /// Adds a strategy; one of the same name is replaced.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        description: impl Into<String>,
        create: impl Fn() -> Box<dyn Strategy> + Send + Sync + 'static,
    ) {
        let create: Create = Box::new(move |_| Ok(create()));
        self.insert(Entry { name: name.into(), argument: None, description: description.into(), create });
    }

    /// Adds a strategy that may be asked for as `name:argument`; `argument` is what lists call it. `create` gets it, and says
    /// what is wrong with it.
    pub fn add_with_argument(
        &mut self,
        name: impl Into<String>,
        argument: &'static str,
        description: impl Into<String>,
        create: impl Fn(Option<&str>) -> Result<Box<dyn Strategy>, String> + Send + Sync + 'static,
    ) {
        let (name, description) = (name.into(), description.into());
        self.insert(Entry { name, argument: Some(argument), description, create: Box::new(create) });
    }

    fn insert(&mut self, entry: Entry) {
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

    /// Whether a name is the path of a strategy file.
    #[must_use]
    pub fn is_file(name: &str) -> bool {
        name.ends_with(FILE_EXTENSION)
    }

    /// A new strategy of that name, with no history. `name:argument` is for those that take one, and a name that ends in
    /// `.toml` is the path of a [`Configuration`].
    ///
    /// # Errors
    ///
    /// The name is not known (the error has the nearest one that is), its argument is wrong, the file cannot be read or is wrong,
    /// or the strategy asks for thresholds that the VM cannot count with.
    pub fn create(&self, name: &str) -> Result<Box<dyn Strategy>, StrategyError> {
        let strategy = if Self::is_file(name) {
            Configured::from_file(read(Path::new(name))?, Path::new(name))
        } else {
            let (bare, argument) = match name.split_once(ARGUMENT) {
                Some((bare, argument)) => (bare, Some(argument)),
                None => (name, None),
            };
            let entry = self.entries.iter().find(|entry| entry.name == name || entry.name == bare);
            let entry = entry.ok_or_else(|| StrategyError::Unknown(self.unknown(bare)))?;
            let argument = argument.filter(|_| entry.name != name);
            let wrong = |why: String| StrategyError::Argument { name: name.to_owned(), why };
            if argument.is_some() && entry.argument.is_none() {
                return Err(wrong(format!("'{bare}' takes no argument")));
            }
            (entry.create)(argument).map_err(wrong)?
        };
        match check_tuning(&strategy.tuning()) {
            Ok(()) => Ok(strategy),
            Err(misfit) => Err(StrategyError::Tuning { name: name.to_owned(), misfit }),
        }
    }

    fn unknown(&self, name: &str) -> UnknownStrategy {
        let nearest = nearest(name, self.names()).map(str::to_owned);
        UnknownStrategy { name: name.to_owned(), nearest, known: self.names().map(str::to_owned).collect() }
    }
}

/// The known name that is most like another, if any is.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Names of strategies and forms share long prefixes, which the Jaro-Winkler measure was made to favour; below about
    // 0.7 what it finds is no longer what somebody meant.
    const LEAST_SIMILARITY: f64 = 0.7;
    let wanted = name.to_lowercase();
    known
        .map(|known| (strsim::jaro_winkler(&wanted, &known.to_lowercase()), known))
        .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, known)| known)
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn read(path: &Path) -> Result<Configuration, StrategyError> {
    let text = std::fs::read_to_string(path).map_err(|source| StrategyError::Read { path: path.to_owned(), source })?;
    Configuration::parse(&text, &path.display().to_string()).map_err(StrategyError::File)
}

/// Why there is no such strategy.
#[derive(Debug)]
pub enum StrategyError {
    /// No strategy has this name.
    Unknown(UnknownStrategy),
    /// The argument behind the name is wrong.
    Argument {
        /// The name with its argument.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is wrong.
    File(FileProblems),
    /// The VM cannot count with the strategy's thresholds.
    Tuning {
        /// The strategy.
        name: String,
        /// Why.
        misfit: Misfit,
    },
}

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Argument { name, why } => write!(f, "strategy '{name}': {why}"),
            Self::Read { path, source } => write!(f, "can't read strategy '{}': {source}", path.display()),
            Self::File(problems) => problems.fmt(f),
            Self::Tuning { name, misfit } => write!(f, "the thresholds of strategy '{name}': {misfit}"),
        }
    }
}

impl std::error::Error for StrategyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unknown(unknown) => Some(unknown),
            Self::Read { source, .. } => Some(source),
            Self::File(problems) => Some(problems),
            Self::Tuning { misfit, .. } => Some(misfit),
            Self::Argument { .. } => None,
        }
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
    use crate::strategy::Tuning;

    #[test]
    fn every_strategy_carries_its_name() {
        let registry = Registry::builtin();
        let names: Vec<&str> = registry.names().collect();
        assert_eq!(names, ["cpython311", "cpython311-pystats", "eager", "never", "adversarial"]);
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
        assert_eq!(
            message("zzz"),
            "unknown strategy 'zzz'; known are cpython311, cpython311-pystats, eager, never, adversarial"
        );
    }

    #[test]
    fn an_outside_strategy_can_be_added_and_replaced() {
        let mut registry = Registry::builtin();
        registry.add("mine", "first", || Box::new(Never));
        registry.add("mine", "second", || Box::new(Eager));
        assert_eq!(registry.entries().len(), 6);
        assert_eq!(registry.create("mine").unwrap().name(), "eager");
    }

    #[test]
    fn arguments_go_to_those_that_take_them() {
        let registry = Registry::builtin();
        assert_eq!(registry.create("adversarial:7").unwrap().name(), "adversarial:7");
        let message = |name: &str| registry.create(name).unwrap_err().to_string();
        assert_eq!(message("never:7"), "strategy 'never:7': 'never' takes no argument");
        assert_eq!(
            message("adversarial:x"),
            "strategy 'adversarial:x': 'x' is no seed: it must be a number from 0 to 18446744073709551615"
        );
        assert!(message("no/such/file.toml").starts_with("can't read strategy 'no/such/file.toml': "));
    }

    #[test]
    fn thresholds_that_cannot_be_counted_with_are_refused() {
        let mut registry = Registry::builtin();
        registry.add("hasty", "", || Box::new(Never.with_tuning(Tuning { warmup: Some(0), ..Tuning::CPYTHON311 })));
        let message = registry.create("hasty").unwrap_err().to_string();
        assert_eq!(message, "the thresholds of strategy 'hasty': a counter that does not wait asks again without end");
    }
}
