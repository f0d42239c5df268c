//! The statistics of a run as tables for a person.

use std::fmt::Write as _;

use comfy_table::{Attribute, Cell, CellAlignment, Color, Table, TableComponent, presets};

use crate::schema::{FamilyStatistics, Pair, Statistics};

/// What the report shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether to write terminal colours.
    pub colours: bool,
    /// How many instructions and pairs at most; `None` for all.
    pub limit: Option<usize>,
}

/// The report.
#[must_use]
pub fn render(statistics: &Statistics, options: Options) -> String {
    let mut out = String::new();
    let overview = &statistics.overview;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{} under {}: {} instructions, {} of them specialized, {} not, {} basic",
        statistics.run.program,
        statistics.run.strategy,
        overview.executions,
        percent(overview.specialized, overview.executions),
        percent(overview.not_specialized, overview.executions),
        percent(overview.basic, overview.executions),
    );
    section(&mut out, "Instructions", Some(instructions(statistics, options)));
    section(&mut out, "Families", families(statistics, options));
    section(&mut out, "Failures", failures(statistics, options));
    section(&mut out, "Iterators of FOR_ITER", iterators(statistics, options));
    section(&mut out, "Pairs", Some(pairs(statistics, options)));
    section(&mut out, "Calls and objects", Some(calls(statistics, options)));
    out
}

fn instructions(statistics: &Statistics, options: Options) -> Table {
    let mut table = table(options, &["opcode", "count", "self", "cumulative", "miss ratio"]);
    let total = statistics.overview.executions;
    let mut rows: Vec<_> = statistics.opcodes.iter().filter(|row| row.executions != 0).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.executions));
    let shown = limited(&rows, options);
    let mut cumulative = 0;
    for row in shown {
        cumulative += row.executions;
        let name = match row.role.as_str() {
            "specialized" => Cell::new(&row.name).fg(Color::Green),
            "adaptive" => Cell::new(&row.name).fg(Color::Yellow),
            _ => Cell::new(&row.name),
        };
        let misses = if row.miss == 0 { String::new() } else { percent(row.miss, row.executions) };
        table.add_row(vec![
            name,
            Cell::new(row.executions),
            Cell::new(percent(row.executions, total)),
            Cell::new(percent(cumulative, total)),
            Cell::new(misses).fg(Color::Red),
        ]);
    }
    rest(&mut table, rows.len() - shown.len(), "instructions", total - cumulative, total);
    table
}

fn families(statistics: &Statistics, options: Options) -> Option<Table> {
    let mut table =
        table(options, &["family", "hit", "miss", "deferred", "generic", "hit rate", "success", "failure", "deopt"]);
    for family in &statistics.families {
        table.add_row(vec![
            Cell::new(&family.name),
            Cell::new(family.hit),
            Cell::new(family.miss),
            Cell::new(family.deferred),
            Cell::new(unquickened(family)),
            Cell::new(percent(passed(family), operations(family))),
            Cell::new(family.success),
            Cell::new(family.failure),
            Cell::new(family.deopt),
        ]);
    }
    (!statistics.families.is_empty()).then_some(table)
}

/// Executions whose guards passed. (`hit` has fewer: `BINARY_SUBSCR_GETITEM` counts none.)
fn passed(family: &FamilyStatistics) -> i64 {
    family.specialized - family.miss
}

/// Executions of the generic instruction that no miss led to.
fn unquickened(family: &FamilyStatistics) -> i64 {
    family.generic - family.miss
}

/// How often the family's work was done: in a specialized form, in the generic instruction (after a miss too), or in the
/// generic instruction as the continuation of an adaptive one that waited, which is not an execution of it.
fn operations(family: &FamilyStatistics) -> i64 {
    passed(family) + family.generic + family.deferred
}

fn failures(statistics: &Statistics, options: Options) -> Option<Table> {
    let mut table = table(options, &["family", "failure kind", "number", "count", "of failures"]);
    let mut any = false;
    for family in &statistics.families {
        let mut kinds: Vec<_> = family.failure_kinds.iter().collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
        for kind in kinds {
            any = true;
            table.add_row(vec![
                Cell::new(&family.name),
                Cell::new(&kind.name),
                Cell::new(kind.kind),
                Cell::new(kind.count),
                Cell::new(percent(kind.count, family.failure)),
            ]);
        }
    }
    table.column_mut(1)?.set_cell_alignment(CellAlignment::Left);
    any.then_some(table)
}

fn iterators(statistics: &Statistics, options: Options) -> Option<Table> {
    let mut table = table(options, &["iterator", "count", "ratio"]);
    let total = statistics.iterators.iter().map(|kind| kind.count).sum();
    let mut kinds: Vec<_> = statistics.iterators.iter().collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    for kind in &kinds {
        table.add_row(vec![Cell::new(&kind.name), Cell::new(kind.count), Cell::new(percent(kind.count, total))]);
    }
    (!kinds.is_empty()).then_some(table)
}

fn pairs(statistics: &Statistics, options: Options) -> Table {
    let mut table = table(options, &["pair", "count", "self", "cumulative"]);
    let total = statistics.overview.executions;
    let mut rows: Vec<&Pair> = statistics.pairs.iter().collect();
    rows.sort_by_key(|pair| std::cmp::Reverse(pair.count));
    let shown = limited(&rows, options);
    let mut cumulative = 0;
    for pair in shown {
        cumulative += pair.count;
        table.add_row(vec![
            Cell::new(format!("{} {}", pair.first, pair.second)),
            Cell::new(pair.count),
            Cell::new(percent(pair.count, total)),
            Cell::new(percent(cumulative, total)),
        ]);
    }
    rest(&mut table, rows.len() - shown.len(), "pairs", total - cumulative, total);
    table
}

fn calls(statistics: &Statistics, options: Options) -> Table {
    let mut table = table(options, &["event", "count"]);
    for (name, count) in statistics.calls.iter().chain(&statistics.objects).filter(|(_, count)| **count != 0) {
        table.add_row(vec![Cell::new(name.replace('_', " ")), Cell::new(count)]);
    }
    table
}

fn section(out: &mut String, title: &str, table: Option<Table>) {
    if let Some(table) = table {
        let _ = writeln!(out, "\n{title}\n{}", table.trim_fmt());
    }
}

/// A table whose first column is text and whose others are numbers.
fn table(options: Options, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    for line in [TableComponent::HeaderLines, TableComponent::MiddleHeaderIntersections] {
        table.set_style(line, '─');
    }
    // Never by what the output happens to be connected to: the same run prints the same text.
    if options.colours {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(header.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// A last row that stands for those not shown.
fn rest(table: &mut Table, left_out: usize, what: &str, count: i64, total: i64) {
    if left_out != 0 {
        table.add_row(vec![
            Cell::new(format!("({left_out} more {what})")),
            Cell::new(count),
            Cell::new(percent(count, total)),
            Cell::new(percent(total, total)),
        ]);
    }
}

fn limited<T>(rows: &[T], options: Options) -> &[T] {
    &rows[..options.limit.map_or(rows.len(), |limit| limit.min(rows.len()))]
}

#[expect(clippy::cast_precision_loss, reason = "one decimal of a percentage")]
fn percent(part: i64, whole: i64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1}%", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::statistics;

    #[test]
    fn golden() {
        let text = render(&statistics(), Options { colours: false, limit: Some(4) });
        insta::assert_snapshot!(text);
    }

    #[test]
    fn colours_only_if_asked_for() {
        assert!(!render(&statistics(), Options { colours: false, limit: None }).contains('\x1b'));
        assert!(render(&statistics(), Options { colours: true, limit: None }).contains('\x1b'));
    }
}
