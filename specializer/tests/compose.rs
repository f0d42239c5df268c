//! What each combinator changes, and what it leaves.

use quicken_specializer::bytecode::{Family, Opcode};
use quicken_specializer::families::Build;
use quicken_specializer::observation::{CodeId, Operands, Site, TypeFlags, TypeInfo, TypeKind, UnpackSequence};
use quicken_specializer::strategies::{Cpython311, Eager, Never};
use quicken_specializer::{
    Action, AdaptiveCounter, Backoff, FamilySet, FormSet, Miss, MissAction, MissCounter, Observation, Strategy, Tuning,
    WarmAction, Warmup, check,
};

const CPYTHON: Cpython311 = Cpython311 { build: Build::Release };

/// A tuple of two, unpacked at some offset.
fn unpack(offset: u32) -> Observation {
    let sequence = TypeInfo { kind: TypeKind::Tuple, version: None, flags: TypeFlags::NONE };
    Observation {
        site: Site { code: CodeId(0), offset },
        head: Opcode::UNPACK_SEQUENCE,
        oparg: 2,
        counter: AdaptiveCounter::ZERO,
        operands: Operands::UnpackSequence(UnpackSequence {
            sequence,
            len: Some(2),
            is_sequence: true,
            is_iterator: false,
        }),
    }
}

/// The form that is chosen, if one is; whatever is decided can be applied.
fn form(strategy: &mut impl Strategy, observation: &Observation) -> Option<Opcode> {
    let decision = strategy.specialize(observation);
    assert_eq!(check(observation, &decision), Ok(()));
    match decision.action {
        Action::Specialize(specialize) => Some(specialize.form),
        Action::Fail { .. } | Action::Never => None,
    }
}

const PAIR: Option<Opcode> = Some(Opcode::UNPACK_SEQUENCE_TWO_TUPLE);

#[test]
fn only_families_are_quickened() {
    let mut strategy = CPYTHON.only_families(FamilySet::NONE.with(Family::Call));
    let warmup = Warmup { code: CodeId(0), asked: 0, units: 10, flags: 0 };
    let WarmAction::Quicken(quickening) = strategy.warm(&warmup).action else { panic!("CPython quickens") };
    assert_eq!(quickening.families.iter().collect::<Vec<_>>(), [Family::Call]);
    assert!(quickening.quick_forms);
    assert_eq!(Never.only_families(FamilySet::ALL).warm(&warmup).action, WarmAction::Never);
}

#[test]
fn without_a_form_the_attempt_fails() {
    let mut strategy = CPYTHON.without(FormSet::NONE.with(Opcode::UNPACK_SEQUENCE_TWO_TUPLE));
    let decision = strategy.specialize(&unpack(0));
    assert_eq!(decision.action, Action::Fail { kind: None, counter: AdaptiveCounter::new(1, 1) });
    assert_eq!(form(&mut CPYTHON.without(FormSet::NONE.with(Opcode::UNPACK_SEQUENCE_LIST)), &unpack(0)), PAIR);
}

#[test]
fn attempts_are_capped_site_by_site() {
    let mut strategy = CPYTHON.cap_attempts(2);
    assert_eq!([0, 0, 0, 2].map(|offset| form(&mut strategy, &unpack(offset))), [PAIR, PAIR, None, PAIR]);
    assert_eq!(strategy.specialize(&unpack(0)).action, Action::Never);
}

#[test]
fn the_second_is_asked_where_the_first_does_not_specialize() {
    let mut strategy = Never.or(Eager);
    assert_eq!(form(&mut strategy, &unpack(0)), PAIR);
    let miss = Miss { site: unpack(0).site, form: Opcode::UNPACK_SEQUENCE_TWO_TUPLE };
    // The form's own strategy decides what becomes of it: `eager` attempts again at once.
    assert_eq!(strategy.missing(&miss).action, MissAction::Deoptimize(AdaptiveCounter::ZERO));
    let elsewhere = Miss { site: unpack(8).site, ..miss };
    assert_eq!(strategy.missing(&elsewhere).action, MissAction::Deoptimize(AdaptiveCounter::START));
    assert_eq!(strategy.tuning(), Never.tuning());
    let mut neither = Never.or(CPYTHON.without(FormSet::ALL));
    assert_eq!(neither.specialize(&unpack(0)), Never.specialize(&unpack(0)));
}

#[test]
fn other_thresholds_reach_every_answer() {
    let tuning = Tuning {
        misses: MissCounter(7),
        deoptimized: AdaptiveCounter::new(9, 2),
        backoff: Backoff::Constant { wait: 11 },
        ..Tuning::CPYTHON311
    };
    let mut strategy = CPYTHON.with_tuning(tuning);
    assert_eq!(strategy.tuning(), tuning);
    let Action::Specialize(specialize) = strategy.specialize(&unpack(0)).action else { panic!("a pair has a form") };
    assert_eq!((specialize.counter, specialize.otherwise.value()), (MissCounter(7), 11));
    let miss = Miss { site: unpack(0).site, form: specialize.form };
    assert_eq!(strategy.missing(&miss).action, MissAction::Deoptimize(AdaptiveCounter::new(9, 2)));
}

#[test]
fn families_and_sites_have_their_own() {
    let unpacking = FamilySet::NONE.with(Family::UnpackSequence);
    let mut strategy = CPYTHON.per_family().with(unpacking, Never);
    assert_eq!(form(&mut strategy, &unpack(0)), None);
    let mut last_counts = CPYTHON.per_family().with(FamilySet::ALL, Never).with(unpacking, Eager);
    assert_eq!(form(&mut last_counts, &unpack(0)), PAIR);
    let mut elsewhere = CPYTHON.at_sites(|site| site.offset == 4, Never);
    assert_eq!([2, 4].map(|offset| form(&mut elsewhere, &unpack(offset))), [PAIR, None]);
}

#[test]
fn boxes_are_strategies_and_names_are_told() {
    let boxed: Box<dyn Strategy> = Box::new(CPYTHON);
    let mut strategy = boxed.cap_attempts(1).or(Eager);
    assert_eq!(strategy.name(), "cpython311, at most 1 attempts, or eager");
    assert_eq!(form(&mut strategy, &unpack(0)), PAIR);
    let named = strategy.named("mine");
    assert_eq!((named.name(), named.configuration()), ("mine", None));
}
