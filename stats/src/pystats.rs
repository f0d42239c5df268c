//! CPython 3.11's own text of its statistics (`print_stats` in `Python/specialize.c`), so that its
//! `Tools/scripts/summarize_stats.py` and everything made for it read a run of ours unchanged.
//!
//! Lines that would make that script divide by zero are left out. CPython never writes such a text, because its start-up
//! alone has attempted every family and made instances; a small program's own counts need not have.

use std::fmt;

use quicken_bytecode::{Family, Opcode};

use crate::counters::{Calls, Counters, Objects};
use crate::schema::signed;

/// The text.
#[must_use]
pub fn to_text(counters: &Counters) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, counters);
    text
}

/// Writes the text.
///
/// # Errors
///
/// Those of `out`.
pub fn write(out: &mut impl fmt::Write, counters: &Counters) -> fmt::Result {
    let executions = counters.all_executions();
    if is_summarizable(counters, Opcode::FOR_ITER, &executions) {
        specializable(out, Opcode::FOR_ITER as u8)?;
    }
    for number in 0..=u8::MAX {
        let family = Opcode::from_u8(number).and_then(Family::of_generic);
        if family.is_some_and(|family| is_summarizable(counters, family.generic(), &executions)) {
            specializable(out, number)?;
        }
        let stats = counters.specialization_of(number);
        for (name, count) in stats.fields() {
            opcode_line(out, number, format_args!("specialization.{name}"), count)?;
        }
        opcode_line(out, number, format_args!("execution_count"), executions[usize::from(number)])?;
        for (kind, count) in stats.failure_kinds.into_iter().enumerate() {
            opcode_line(out, number, format_args!("specialization.failure_kinds[{kind}]"), count)?;
        }
        for (second, count) in counters.successors(number) {
            writeln!(out, "opcode[{number}].pair_count[{second}] : {}", signed(count))?;
        }
    }
    write_calls(out, &counters.calls)?;
    write_objects(out, &counters.objects)
}

/// Whether the script can take ratios of an instruction's attempts: it was attempted, or was not executed at all.
fn is_summarizable(counters: &Counters, head: Opcode, executions: &[u64; 256]) -> bool {
    let stats = counters.specialization(head);
    let attempts = stats.success.wrapping_add(stats.failure);
    let seen = [stats.deferred, stats.hit, stats.miss, executions[usize::from(head as u8)]];
    attempts != 0 || seen.iter().all(|count| *count == 0)
}

fn specializable(out: &mut impl fmt::Write, number: u8) -> fmt::Result {
    writeln!(out, "opcode[{number}].specializable : 1")
}

fn opcode_line(out: &mut impl fmt::Write, number: u8, field: fmt::Arguments<'_>, count: u64) -> fmt::Result {
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "    opcode[{number}].{field} : {}", signed(count))
}

fn write_calls(out: &mut impl fmt::Write, calls: &Calls) -> fmt::Result {
    if calls.pyeval_calls.wrapping_add(calls.inlined_py_calls) != 0 {
        writeln!(out, "Calls to PyEval_EvalDefault: {}", signed(calls.pyeval_calls))?;
        writeln!(out, "Calls to Python functions inlined: {}", signed(calls.inlined_py_calls))?;
    }
    writeln!(out, "Frames pushed: {}", signed(calls.frames_pushed))?;
    writeln!(out, "Frame objects created: {}", signed(calls.frame_objects_created))
}

fn write_objects(out: &mut impl fmt::Write, objects: &Objects) -> fmt::Result {
    // There are no free lists in a traced heap.
    let counts = [
        ("allocations from freelist", 0),
        ("frees to freelist", 0),
        ("allocations", objects.allocations),
        ("allocations to 512 bytes", objects.allocations512),
        ("allocations to 4 kbytes", objects.allocations4k),
        ("allocations over 4 kbytes", objects.allocations_big),
        ("frees", objects.frees),
        ("new values", objects.new_values),
    ];
    for (name, count) in counts {
        writeln!(out, "Object {name}: {}", signed(count))?;
    }
    if objects.new_values == 0 {
        return Ok(());
    }
    let materialized = [
        ("on request", objects.dict_materialized_on_request),
        ("new key", objects.dict_materialized_new_key),
        ("too big", objects.dict_materialized_too_big),
        ("str subclass", objects.dict_materialized_str_subclass),
    ];
    for (why, count) in materialized {
        writeln!(out, "Object materialize dict ({why}): {}", signed(count))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::sample;

    #[test]
    fn golden() {
        insta::assert_snapshot!(to_text(&sample()));
    }

    #[test]
    fn every_line_is_one_key_and_one_number() {
        for line in to_text(&sample()).lines() {
            let (key, value) = line.split_once(':').unwrap();
            assert!(!value.contains(':'));
            assert!(value.trim().parse::<i64>().is_ok(), "{line}");
            let key = key.trim();
            assert!(
                key.starts_with("opcode[") || ["Calls", "Frame", "Object"].iter().any(|word| key.starts_with(word)),
                "{line}"
            );
        }
    }

    #[test]
    fn what_was_never_attempted_is_not_offered_for_ratios() {
        let mut counters = Counters::new();
        <crate::Counts as crate::Recorder>::execution(&mut counters, Opcode::LOAD_ATTR);
        let text = to_text(&counters);
        assert!(!text.contains(&format!("opcode[{}].specializable", Opcode::LOAD_ATTR as u8)));
        assert!(text.contains(&format!("opcode[{}].specializable", Opcode::STORE_ATTR as u8)));
        assert!(!text.contains("materialize"));
        assert!(!text.contains("Calls to"));
    }
}
