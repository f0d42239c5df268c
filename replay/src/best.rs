//! The bound: what a strategy that knew the future could do at best with the forms there are.
//!
//! Each execution of a site has a cost by what stands there: the generic instruction, a form whose guards pass, a form whose guards
//! fail. Turning the site into another form has a cost too. The cheapest way through all executions is found by dynamic programming
//! over the runs of shapes: for each form (with its cache) that some shape of the site would get, the cheapest way to have it
//! standing there now. No strategy that chooses among these forms can be cheaper.

use std::collections::HashMap;

use quicken_bytecode::{Family, Opcode};
use quicken_specializer::check::cache_for;
use quicken_specializer::observation::{Callable, Convention, TypeKind};
use quicken_specializer::{AdaptiveCounter, Entry, Observation, Operands, Shape, Site, matches};
use serde::{Deserialize, Serialize};

use crate::passages::Runs;
use crate::recording::{CodeRecord, Recording, SiteRecord};
use crate::result::SiteOutcome;

/// What executions cost, in any unit; only ratios matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// An execution of a specialized form whose guards pass, where the family says nothing else.
    pub hit: f64,
    /// … whose guards fail, the generic instruction's work included.
    pub miss: f64,
    /// An execution of the generic instruction, or of an adaptive one that waits.
    pub generic: f64,
    /// An attempt, whatever it ends in.
    pub attempt: f64,
    /// Families that have costs of their own, by their generic instructions.
    #[serde(default)]
    pub families: HashMap<String, FamilyCosts>,
}

/// The costs of a family where they are not the general ones.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyCosts {
    /// As [`Costs::hit`].
    pub hit: f64,
    /// As [`Costs::miss`].
    pub miss: f64,
    /// As [`Costs::generic`].
    pub generic: f64,
}

impl Default for Costs {
    /// Round numbers: a form is the unit, the generic instruction costs four, a miss that and half as much, an attempt as
    /// much as ten generic instructions.
    fn default() -> Self {
        Self { hit: 1.0, miss: 6.0, generic: 4.0, attempt: 40.0, families: HashMap::new() }
    }
}

impl Costs {
    /// A table of costs in JSON.
    ///
    /// # Errors
    /// It is none, or names a family that does not exist.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let costs: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut names: Vec<&String> = costs.families.keys().collect();
        names.sort();
        match names.into_iter().find(|name| !Family::ALL.iter().any(|family| family.generic().name() == **name)) {
            Some(unknown) => Err(format!("there is no family '{unknown}'")),
            None => Ok(costs),
        }
    }

    fn of(&self, family: Family) -> FamilyCosts {
        let general = FamilyCosts { hit: self.hit, miss: self.miss, generic: self.generic };
        self.families.get(family.generic().name()).copied().unwrap_or(general)
    }

    /// What a strategy's way through a site costs.
    #[must_use]
    pub fn of_outcome(&self, family: Family, outcome: &SiteOutcome) -> f64 {
        let costs = self.of(family);
        outcome.hits as f64 * costs.hit
            + outcome.misses as f64 * costs.miss
            + (outcome.generic + outcome.deferred) as f64 * costs.generic
            + (outcome.successes + outcome.failures) as f64 * self.attempt
    }
}

/// The bound for one site.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Best {
    /// Executions, less those that a form of the instruction before could have done on the way.
    pub events: u64,
    /// Of these, the ones that the cheapest way has specialized.
    pub hits: u64,
    /// The cost of the cheapest way.
    pub cost: f64,
    /// The cost of leaving the site generic.
    pub generic_cost: f64,
    /// How many forms with their caches there are to choose from.
    pub forms: usize,
}

/// Forms with caches of their own beyond this are left out: a site with more is hopeless for forms that remember one shape, and what the
/// bound loses by it is what the rarest of them would have gained.
const MOST_FORMS: usize = 64;

/// The bounds, code object by code object and site by site, in the order of the recording.
#[must_use]
pub fn best(recording: &Recording, costs: &Costs) -> Vec<Best> {
    let sites = recording.codes.iter().flat_map(|code| code.sites.iter().map(move |site| (code, site)));
    sites.map(|(code, site)| best_of(recording, code, site, costs)).collect()
}

/// The cheapest way that ends with something standing at the site, and how many of the executions hit on it.
#[derive(Clone, Copy)]
struct Way {
    cost: f64,
    hits: u64,
}

fn best_of(recording: &Recording, code: &CodeRecord, site: &SiteRecord, costs: &Costs) -> Best {
    let Some((head, family)) = code.opcode(site.offset as usize).and_then(|head| Some((head, head.family()?))) else {
        return Best::default();
    };
    let here = costs.of(family);
    let shapes: Vec<Shape> = site.shapes.iter().map(|&shape| recording.shapes[shape as usize]).collect();
    let entries = entries(code, site, head, family, &shapes);
    let passes: Vec<Vec<bool>> =
        entries.iter().map(|entry| shapes.iter().map(|shape| matches(entry, site.oparg, shape)).collect()).collect();
    // The generic instruction first, then the forms.
    let mut ways = vec![Way { cost: 0.0, hits: 0 }];
    ways.resize(entries.len() + 1, Way { cost: costs.attempt, hits: 0 });
    let mut best = Best { forms: entries.len(), ..Best::default() };
    let swallowed: Vec<bool> = shapes.iter().map(can_be_swallowed).collect();
    for run in Runs::new(&site.runs) {
        let count = run.count as f64;
        best.generic_cost += count * here.generic;
        if swallowed[run.shape as usize] {
            continue;
        }
        best.events += run.count;
        let cheapest = cheapest(&ways);
        let turn = Way { cost: cheapest.cost + costs.attempt, hits: cheapest.hits };
        ways[0].cost += count * here.generic;
        let generic = Way { cost: cheapest.cost + count * here.generic, hits: cheapest.hits };
        if generic.cost < ways[0].cost {
            ways[0] = generic;
        }
        for (way, passes) in ways[1..].iter_mut().zip(&passes) {
            if turn.cost < way.cost {
                *way = turn;
            }
            let hit = passes[run.shape as usize];
            way.cost += count * if hit { here.hit } else { here.miss };
            way.hits += if hit { run.count } else { 0 };
        }
    }
    let cheapest = cheapest(&ways);
    Best { cost: cheapest.cost, hits: cheapest.hits, ..best }
}

/// Whether a form of `PRECALL` could have done this `CALL` already, for nothing.
fn can_be_swallowed(shape: &Shape) -> bool {
    let Operands::Call(call) = &shape.operands else { return false };
    match call.callable {
        Callable::BuiltinFunction(function) => {
            matches!(function.convention, Convention::O | Convention::Fast | Convention::FastKeywords)
        }
        Callable::MethodDescriptor(method) => !matches!(
            method.convention,
            Convention::Varargs | Convention::VarargsKeywords | Convention::MethodFastKeywords
        ),
        Callable::Class(class) => {
            class.vectorcall || matches!(class.kind, TypeKind::Str | TypeKind::Tuple | TypeKind::Type)
        }
        _ => false,
    }
}

fn cheapest(ways: &[Way]) -> Way {
    let first = ways[0];
    ways[1..].iter().fold(first, |best, way| if way.cost < best.cost { *way } else { best })
}

/// Every form that some shape admits and passes, with its cache; those of what is never seen twice are left out.
fn entries(code: &CodeRecord, site: &SiteRecord, head: Opcode, family: Family, shapes: &[Shape]) -> Vec<Entry> {
    let mut weights: Vec<(Entry, u64)> = Vec::new();
    let mut events = vec![0u64; shapes.len()];
    for run in Runs::new(&site.runs) {
        events[run.shape as usize] += run.count;
    }
    for (shape, events) in shapes.iter().zip(events).filter(|(shape, _)| !shape.is_fresh()) {
        let mut operands = shape.operands;
        crate::site::add_what_follows(&code.units, site.offset, &mut operands);
        let observation = Observation {
            site: Site { code: code.id, offset: site.offset },
            head,
            oparg: site.oparg,
            counter: AdaptiveCounter::ZERO,
            operands,
        };
        for &form in family.forms() {
            let Ok(contents) = cache_for(&observation, form) else { continue };
            let mut versions = [0; 2];
            for (place, demand) in versions.iter_mut().zip(contents.demands()) {
                *place = demand.observed.unwrap_or(0);
            }
            let entry = Entry::new(form, &contents, versions);
            if !matches(&entry, site.oparg, shape) {
                continue;
            }
            match weights.iter_mut().find(|(known, _)| *known == entry) {
                Some((_, weight)) => *weight += events,
                None => weights.push((entry, events)),
            }
        }
    }
    weights.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    weights.truncate(MOST_FORMS);
    weights.into_iter().map(|(entry, _)| entry).collect()
}
