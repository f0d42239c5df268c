//! The keys of a strategy file.

use quicken_bytecode::{Family, Opcode, Role, SUPERINSTRUCTIONS};
use toml::de::DeTable;

use super::reader::{Problems, Section, number, table, unknown, wrong};
use super::{Configuration, FileProblems, Rules};
use crate::counter::{AdaptiveCounter, Backoff, MAX_BACKOFF, MAX_WAIT, MissCounter};
use crate::families::Build;
use crate::sets::{FamilySet, FormSet, SuperinstructionSet};
use crate::strategy::{Quickening, Tuning};

const RULES: [&str; 3] = ["cpython311", "cpython311-pystats", "random"];

const LAWS: [&str; 3] = ["doubling", "linear", "constant"];

/// What decides, where decisions are not random.
const SECTIONS: [&str; 7] = ["warmup", "counters", "backoff", "families", "forms", "superinstructions", "quick-forms"];

const ON_OFF: [&str; 2] = ["on", "off"];

pub(super) fn parse(text: &str, place: &str) -> Result<Configuration, FileProblems> {
    let mut problems = Problems::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        problems.add(error.span().unwrap_or(text.len()..text.len()), error.message());
    }
    let configuration = read(document.get_ref(), &mut problems);
    let problems = problems.into_sorted();
    if problems.is_empty() { Ok(configuration) } else { Err(FileProblems { place: place.to_owned(), problems }) }
}

fn read(document: &DeTable<'_>, problems: &mut Problems<'_>) -> Configuration {
    let known: Vec<&str> = ["name", "description", "rules", "seed"].into_iter().chain(SECTIONS).collect();
    let top = Section::new(document, &known, problems);
    if top.get("name").is_none() {
        problems.add(0..0, "there is no 'name'");
    }
    let rules = rules(&top, problems);
    if let Rules::Random { .. } = rules {
        for section in SECTIONS {
            if let Some((key, _)) = top.get(section) {
                problems.add(key, format!("'{section}' has no meaning with random rules"));
            }
        }
    }
    Configuration {
        name: top.text("name", problems).unwrap_or_default().to_owned(),
        description: top.text("description", problems).unwrap_or_default().to_owned(),
        rules,
        tuning: tuning(&top, problems),
        quickening: Quickening {
            families: families(&top, problems),
            superinstructions: superinstructions(&top, problems),
            quick_forms: top
                .section("quick-forms", &["on"], problems)
                .and_then(|section| section.truth("on", problems))
                .unwrap_or(true),
        },
        forms: forms(&top, problems),
    }
}

fn rules(top: &Section<'_, '_>, problems: &mut Problems<'_>) -> Rules {
    let seed = top.number("seed", 0..=u64::MAX, problems);
    let text = top.text("rules", problems).unwrap_or(RULES[0]);
    let rules = match text {
        "cpython311" => Rules::Cpython311(Build::Release),
        "cpython311-pystats" => Rules::Cpython311(Build::Stats),
        "random" => Rules::Random { seed: seed.unwrap_or_default() },
        other => {
            if let Some((_, value)) = top.get("rules") {
                problems.add(value.span(), unknown("rules", other, RULES.into_iter()));
            }
            Rules::Cpython311(Build::Release)
        }
    };
    if let (Rules::Cpython311(_), Some((key, _))) = (rules, top.get("seed")) {
        problems.add(key, "'seed' has a meaning with rules = \"random\" only");
    }
    rules
}

fn tuning(top: &Section<'_, '_>, problems: &mut Problems<'_>) -> Tuning {
    let mut tuning = Tuning::CPYTHON311;
    if let Some(warmup) = top.section("warmup", &["executions"], problems)
        && let Some((_, value)) = warmup.get("executions")
    {
        match value.get_ref().as_str() {
            Some("never") => tuning.warmup = None,
            Some(_) => wrong(value, "executions", "a number from 1 to 255, or \"never\"", problems),
            None => tuning.warmup = number(value, "executions", 1..=u8::MAX, problems).or(tuning.warmup),
        }
    }
    if let Some(counters) = top.section("counters", &["initial", "deoptimized", "misses"], problems) {
        tuning.initial = counter(&counters, "initial", tuning.initial, problems);
        tuning.deoptimized = counter(&counters, "deoptimized", tuning.deoptimized, problems);
        tuning.misses = counters.number("misses", 1..=u16::MAX, problems).map_or(tuning.misses, MissCounter);
    }
    if let Some(section) = top.section("backoff", &["law", "max", "step", "wait"], problems) {
        tuning.backoff = backoff(&section, problems);
    }
    tuning
}

fn counter(
    section: &Section<'_, '_>,
    key: &str,
    unsaid: AdaptiveCounter,
    problems: &mut Problems<'_>,
) -> AdaptiveCounter {
    let Some((_, value)) = section.get(key) else { return unsaid };
    let Some(parts) = table(value, key, &["wait", "exponent"], problems) else { return unsaid };
    let wait = parts.number("wait", 0..=MAX_WAIT, problems).unwrap_or(unsaid.value());
    let exponent = parts.number("exponent", 0..=MAX_BACKOFF, problems).unwrap_or(unsaid.backoff());
    AdaptiveCounter::new(wait, exponent)
}

fn backoff(section: &Section<'_, '_>, problems: &mut Problems<'_>) -> Backoff {
    let max = section.number("max", 1..=MAX_BACKOFF, problems);
    let step = section.number("step", 1..=MAX_WAIT, problems);
    let wait = section.number("wait", 1..=MAX_WAIT, problems);
    let law = section.text("law", problems).unwrap_or(LAWS[0]);
    let (number, backoff) = match law {
        "doubling" => ("max", Backoff::Doubling { max: max.unwrap_or(MAX_BACKOFF) }),
        "linear" => ("step", Backoff::Linear { step: step.unwrap_or(1) }),
        "constant" => ("wait", Backoff::Constant { wait: wait.unwrap_or(1) }),
        other => {
            if let Some((_, value)) = section.get("law") {
                problems.add(value.span(), unknown("law", other, LAWS.into_iter()));
            }
            return Backoff::CPYTHON311;
        }
    };
    for other in ["max", "step", "wait"].into_iter().filter(|other| *other != number) {
        if let Some((key, _)) = section.get(other) {
            problems.add(key, format!("'{other}' has no meaning with law = \"{law}\", which has '{number}'"));
        }
    }
    if law != LAWS[0]
        && section.get(number).is_none()
        && let Some((key, _)) = section.get("law")
    {
        problems.add(key, format!("law = \"{law}\" needs '{number}'"));
    }
    backoff
}

/// The names that a section switches on or off; `None` if it says neither.
enum Switched<T> {
    On(Vec<T>),
    Off(Vec<T>),
}

fn switched<T>(
    top: &Section<'_, '_>,
    section: &str,
    what: &str,
    known: &[&str],
    find: impl Fn(&str) -> Option<T>,
    problems: &mut Problems<'_>,
) -> Option<Switched<T>> {
    let section = top.section(section, &ON_OFF, problems)?;
    let on = section.names("on", what, known, &find, problems);
    let off = section.names("off", what, known, &find, problems);
    if let (Some(_), Some((key, _))) = (section.get("on"), section.get("off")) {
        problems.add(key, "either 'on' names all that are on, or 'off' all that are off");
    }
    on.map(Switched::On).or(off.map(Switched::Off))
}

fn families(top: &Section<'_, '_>, problems: &mut Problems<'_>) -> FamilySet {
    let known = Family::ALL.map(|family| family.generic().name());
    match switched(top, "families", "family", &known, Family::from_name, problems) {
        None => FamilySet::ALL,
        Some(Switched::On(on)) => on.into_iter().collect(),
        Some(Switched::Off(off)) => off.into_iter().fold(FamilySet::ALL, FamilySet::without),
    }
}

fn forms(top: &Section<'_, '_>, problems: &mut Problems<'_>) -> FormSet {
    let find = |name: &str| Opcode::from_name(name).filter(|opcode| opcode.role() == Role::Specialized);
    let known: Vec<&str> =
        Opcode::all().filter(|opcode| opcode.role() == Role::Specialized).map(Opcode::name).collect();
    match switched(top, "forms", "form", &known, find, problems) {
        None => FormSet::ALL,
        Some(Switched::On(on)) => on.into_iter().collect(),
        Some(Switched::Off(off)) => off.into_iter().fold(FormSet::ALL, FormSet::without),
    }
}

fn superinstructions(top: &Section<'_, '_>, problems: &mut Problems<'_>) -> SuperinstructionSet {
    let find = |name: &str| Opcode::from_name(name).filter(|opcode| opcode.role() == Role::Superinstruction);
    let known = SUPERINSTRUCTIONS.each_ref().map(|row| row.fused.name());
    match switched(top, "superinstructions", "superinstruction", &known, find, problems) {
        None => SuperinstructionSet::ALL,
        Some(Switched::On(on)) => on.into_iter().fold(SuperinstructionSet::NONE, SuperinstructionSet::with),
        Some(Switched::Off(off)) => off.into_iter().fold(SuperinstructionSet::ALL, SuperinstructionSet::without),
    }
}
