//! Strategies over one recording, side by side, with the bound that none of them can pass.

use std::collections::BTreeMap;

use comfy_table::{Cell, CellAlignment, Table, presets};
use quicken::bytecode::{Family, Opcode};
use quicken::replay::{Best, Costs, Recording, Replayed, Runs, SiteOutcome};
use quicken::specializer::failure::failure_name;
use serde::{Deserialize, Serialize};

/// The value of [`ReplayReport::schema`].
pub const SCHEMA: &str = "quicken-replay";

/// The version of the shape below.
pub const VERSION: u32 = 1;

/// How many shapes of a site are shown.
const SHAPES_SHOWN: usize = 4;

/// What several strategies make of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplayReport {
    /// [`SCHEMA`]
    pub schema: String,
    /// [`VERSION`]
    pub version: u32,
    /// The recorded program.
    pub program: String,
    /// What recorded it.
    pub engine: String,
    /// Instructions executed without any specialization.
    pub instructions: u64,
    /// Of these, the ones that could be specialized.
    pub events: u64,
    /// The strategies, in the order in which they were asked for.
    pub strategies: Vec<StrategyResult>,
    /// The bound, if it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<BestResult>,
    /// The sites where the first strategy misses or waits most.
    pub sites: Vec<SiteReport>,
}

/// What a strategy makes of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyResult {
    /// The strategy.
    pub name: String,
    /// Instructions dispatched.
    pub dispatches: u64,
    /// Executions by instruction, in the order of their numbers, those that were not executed left out.
    pub executions: Vec<(String, u64)>,
    /// Pairs of instructions, the first, the second, and how often, if the recording has the way of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Vec<(String, String, u64)>>,
    /// The families' counters, as a live run counts them.
    pub families: BTreeMap<String, FamilyResult>,
    /// The cost of all sites by the table of costs.
    pub cost: f64,
}

/// The counters of a family.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FamilyResult {
    /// Executions of specialized forms whose guards passed (forms for which CPython counts no hit included).
    pub hit: u64,
    /// … and failed.
    pub miss: u64,
    /// Executions of adaptive forms that waited.
    pub deferred: u64,
    /// Executions in the generic form.
    pub generic: u64,
    /// Executions that a form before did on the way.
    pub swallowed: u64,
    /// Attempts that succeeded.
    pub success: u64,
    /// Attempts that failed.
    pub failure: u64,
    /// Forms given up.
    pub deopt: u64,
    /// Failures by kind.
    pub failure_kinds: BTreeMap<String, u64>,
}

/// The bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BestResult {
    /// The table of costs.
    pub costs: Costs,
    /// The least cost of all sites.
    pub cost: f64,
    /// The cost without any specialization.
    pub generic_cost: f64,
    /// By family: executions, hits on the cheapest way, its cost, and the cost without specialization.
    pub families: BTreeMap<String, BestFamily>,
}

/// The bound of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BestFamily {
    /// Executions.
    pub events: u64,
    /// Hits on the cheapest way.
    pub hits: u64,
    /// Its cost.
    pub cost: f64,
    /// The cost without specialization.
    pub generic_cost: f64,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteReport {
    /// The code object.
    pub code: String,
    /// Its file.
    pub file: String,
    /// The line, 0 if there is none.
    pub line: u32,
    /// The offset in bytes, as `dis` shows it.
    pub offset: u32,
    /// The generic instruction.
    pub instruction: String,
    /// The name that is looked up, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Executions.
    pub events: u64,
    /// By strategy: hits and misses.
    pub strategies: Vec<(u64, u64)>,
    /// Hits on the cheapest way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<u64>,
    /// How many shapes it saw.
    pub shapes_seen: usize,
    /// The most frequent ones, with their executions.
    pub shapes: Vec<(String, u64)>,
}

/// Puts the results together. `sites` is how many sites are shown.
#[must_use]
pub fn report(
    recording: &Recording,
    replayed: &[Replayed],
    best: Option<(&[Best], &Costs)>,
    costs: &Costs,
    sites: usize,
) -> ReplayReport {
    let places: Vec<Place> = places(recording);
    ReplayReport {
        schema: SCHEMA.to_owned(),
        version: VERSION,
        program: recording.program.clone(),
        engine: recording.engine.clone(),
        instructions: recording.instructions(),
        events: recording.events(),
        strategies: replayed.iter().map(|result| strategy_result(&places, result, costs)).collect(),
        best: best.map(|(best, costs)| best_result(&places, best, costs)),
        sites: site_reports(recording, &places, replayed, best.map(|(best, _)| best), sites),
    }
}

/// Where a site is: indices into the recording.
struct Place {
    code: usize,
    site: usize,
    family: Family,
}

fn places(recording: &Recording) -> Vec<Place> {
    let of_code = |(code, record): (usize, &quicken::replay::CodeRecord)| {
        let sites = record.sites.iter().enumerate();
        let families = sites.map(|(site, place)| (site, record.opcode(place.offset as usize).and_then(Opcode::family)));
        families.filter_map(|(site, family)| Some(Place { code, site, family: family? })).collect::<Vec<_>>()
    };
    recording.codes.iter().enumerate().flat_map(of_code).collect()
}

fn strategy_result(places: &[Place], result: &Replayed, costs: &Costs) -> StrategyResult {
    let mut families: BTreeMap<String, FamilyResult> = BTreeMap::new();
    let mut cost = 0.0;
    for (place, outcome) in places.iter().zip(&result.sites) {
        let family = families.entry(place.family.generic().name().to_owned()).or_default();
        add(family, outcome);
        cost += costs.of_outcome(place.family, outcome);
    }
    for (opcode, counts) in result.specializations() {
        let kinds = counts.failure_kinds.iter().enumerate().filter(|(_, count)| **count != 0);
        let Some(family) = families.get_mut(opcode.name()) else { continue };
        family.failure_kinds = kinds
            .map(|(kind, &count)| {
                let name = u8::try_from(kind).ok().and_then(|kind| failure_name(opcode, kind));
                (name.map_or_else(|| format!("kind {kind}"), str::to_owned), count)
            })
            .collect();
    }
    let executed = Opcode::all().map(|opcode| (opcode.name().to_owned(), result.executions_of(opcode)));
    StrategyResult {
        name: result.strategy.clone(),
        dispatches: result.total(),
        pairs: result.pairs.as_deref().map(named_pairs),
        executions: executed.filter(|(_, count)| *count != 0).collect(),
        families,
        cost,
    }
}

fn named_pairs(pairs: &[u64]) -> Vec<(String, String, u64)> {
    let name = |number: usize| u8::try_from(number).ok().and_then(Opcode::from_u8).map_or("", Opcode::name).to_owned();
    let counted = pairs.iter().enumerate().filter(|(_, count)| **count != 0);
    counted.map(|(index, &count)| (name(index & 255), name(index >> 8), count)).collect()
}

fn add(family: &mut FamilyResult, outcome: &SiteOutcome) {
    family.hit += outcome.hits;
    family.miss += outcome.misses;
    family.deferred += outcome.deferred;
    family.generic += outcome.generic;
    family.swallowed += outcome.swallowed;
    family.success += outcome.successes;
    family.failure += outcome.failures;
    family.deopt += outcome.deopts;
}

fn best_result(places: &[Place], best: &[Best], costs: &Costs) -> BestResult {
    let mut families: BTreeMap<String, BestFamily> = BTreeMap::new();
    for (place, best) in places.iter().zip(best) {
        let family = families.entry(place.family.generic().name().to_owned()).or_default();
        family.events += best.events;
        family.hits += best.hits;
        family.cost += best.cost;
        family.generic_cost += best.generic_cost;
    }
    BestResult {
        costs: costs.clone(),
        cost: families.values().map(|family| family.cost).sum(),
        generic_cost: families.values().map(|family| family.generic_cost).sum(),
        families,
    }
}

fn site_reports(
    recording: &Recording,
    places: &[Place],
    replayed: &[Replayed],
    best: Option<&[Best]>,
    limit: usize,
) -> Vec<SiteReport> {
    let Some(first) = replayed.first() else { return Vec::new() };
    let lost = |outcome: &SiteOutcome| outcome.misses + outcome.deferred;
    let mut order: Vec<usize> = (0..places.len()).filter(|&index| lost(&first.sites[index]) != 0).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(lost(&first.sites[index])), index));
    order.truncate(limit);
    let report = |index: usize| {
        let place = &places[index];
        let code = &recording.codes[place.code];
        let site = &code.sites[place.site];
        let mut counts = vec![0u64; site.shapes.len()];
        for run in Runs::new(&site.runs) {
            counts[run.shape as usize] += run.count;
        }
        let mut shapes: Vec<(String, u64)> = site
            .shapes
            .iter()
            .zip(counts)
            .map(|(&shape, count)| (recording.shapes[shape as usize].to_string(), count))
            .collect();
        shapes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        shapes.truncate(SHAPES_SHOWN);
        SiteReport {
            code: code.qualname.clone(),
            file: code.filename.clone(),
            line: site.line,
            offset: site.offset * 2,
            instruction: place.family.generic().name().to_owned(),
            name: site.name.clone(),
            events: code.counts[site.offset as usize],
            strategies: replayed.iter().map(|result| (result.sites[index].hits, result.sites[index].misses)).collect(),
            best: best.map(|best| best[index].hits),
            shapes_seen: site.shapes.len(),
            shapes,
        }
    };
    order.into_iter().map(report).collect()
}

impl ReplayReport {
    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        match serde_json::to_string_pretty(self) {
            Ok(text) => text,
            Err(error) => unreachable!("plain data can be written as JSON: {error}"),
        }
    }

    /// As tables.
    #[must_use]
    pub fn to_tables(&self) -> String {
        let mut text = format!(
            "{}: {} instructions without specialization, of which {} could be specialized\n\n",
            self.program, self.instructions, self.events
        );
        text += &self.strategies_table();
        text += "\n";
        text += &self.families_table();
        if let Some(best) = &self.best {
            text += "\n";
            text += &best.to_table();
        }
        if !self.sites.is_empty() {
            text += &format!("\nWhere {} misses and waits most\n", self.strategies[0].name);
            text += &self.sites_table();
        }
        text
    }

    fn strategies_table(&self) -> String {
        let mut table = new_table(&[
            "strategy",
            "dispatches",
            "hit",
            "miss",
            "deferred",
            "generic",
            "hit rate",
            "success",
            "failure",
            "deopt",
            "cost",
        ]);
        for strategy in &self.strategies {
            let mut all = FamilyResult::default();
            for family in strategy.families.values() {
                all.hit += family.hit;
                all.miss += family.miss;
                all.deferred += family.deferred;
                all.generic += family.generic;
                all.success += family.success;
                all.failure += family.failure;
                all.deopt += family.deopt;
            }
            let mut row = vec![strategy.name.clone(), strategy.dispatches.to_string()];
            row.extend(all.cells());
            row.push(format!("{:.0}", strategy.cost));
            table.add_row(row);
        }
        if let Some(best) = &self.best {
            let mut row = vec!["(the bound)".to_owned(), String::new()];
            let hits: u64 = best.families.values().map(|family| family.hits).sum();
            row.extend([hits.to_string(), String::new(), String::new(), String::new()]);
            row.push(percent(hits, best.families.values().map(|family| family.events).sum()));
            row.extend([String::new(), String::new(), String::new(), format!("{:.0}", best.cost)]);
            table.add_row(row);
        }
        finish(table)
    }

    fn families_table(&self) -> String {
        let mut table = new_table(&[
            "family", "strategy", "hit", "miss", "deferred", "generic", "hit rate", "success", "failure", "deopt",
        ]);
        let names: Vec<&String> = self.strategies.iter().flat_map(|strategy| strategy.families.keys()).collect();
        let mut names = names;
        names.sort();
        names.dedup();
        for name in names {
            for strategy in &self.strategies {
                if let Some(family) = strategy.families.get(name) {
                    let mut row = vec![name.clone(), strategy.name.clone()];
                    row.extend(family.cells());
                    table.add_row(row);
                }
            }
        }
        finish(table)
    }

    fn sites_table(&self) -> String {
        let mut header = vec!["place".to_owned(), "instruction".to_owned(), "executions".to_owned()];
        header.extend(self.strategies.iter().map(|strategy| format!("{} hit/miss", strategy.name)));
        if self.best.is_some() {
            header.push("bound hit".to_owned());
        }
        header.push("shapes".to_owned());
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_header(header);
        for site in &self.sites {
            let name = site.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let mut row = vec![
                format!("{}:{} {}+{}", file_name(&site.file), site.line, site.code, site.offset),
                format!("{}{name}", site.instruction),
                site.events.to_string(),
            ];
            row.extend(site.strategies.iter().map(|(hits, misses)| format!("{hits}/{misses}")));
            row.extend(site.best.map(|hits| hits.to_string()));
            let shapes: Vec<String> = site.shapes.iter().map(|(shape, count)| format!("{shape}: {count}")).collect();
            let more = site.shapes_seen - site.shapes.len();
            let more = if more == 0 { String::new() } else { format!("; {more} more") };
            row.push(format!("{}{more}", shapes.join("; ")));
            table.add_row(row);
        }
        let lines = table.lines();
        lines.map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl FamilyResult {
    fn cells(&self) -> Vec<String> {
        let all = self.hit + self.miss + self.deferred + self.generic;
        let number = |number: u64| number.to_string();
        vec![
            number(self.hit),
            number(self.miss),
            number(self.deferred),
            number(self.generic),
            percent(self.hit, all),
            number(self.success),
            number(self.failure),
            number(self.deopt),
        ]
    }
}

impl BestResult {
    fn to_table(&self) -> String {
        let mut table = new_table(&["family, at best", "executions", "hit", "hit rate", "cost", "of generic"]);
        for (name, family) in &self.families {
            table.add_row(vec![
                name.clone(),
                family.events.to_string(),
                family.hits.to_string(),
                percent(family.hits, family.events),
                format!("{:.0}", family.cost),
                ratio(family.cost, family.generic_cost),
            ]);
        }
        table.add_row(vec![
            "all".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            format!("{:.0}", self.cost),
            ratio(self.cost, self.generic_cost),
        ]);
        finish(table)
    }
}

fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(header.iter().map(Cell::new));
    table
}

fn finish(mut table: Table) -> String {
    for (index, column) in table.column_iter_mut().enumerate() {
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

fn ratio(part: f64, whole: f64) -> String {
    if whole == 0.0 { String::new() } else { format!("{:.3}", part / whole) }
}
