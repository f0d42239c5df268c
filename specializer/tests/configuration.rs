//! Strategies in files: what is printed is read back, and everything that is wrong is told at once.

use proptest::prelude::*;
use quicken_specializer::bytecode::{Family, Opcode, Role, SUPERINSTRUCTIONS};
use quicken_specializer::configuration::Rules;
use quicken_specializer::families::Build;
use quicken_specializer::{
    AdaptiveCounter, Backoff, Configuration, FamilySet, FormSet, MissCounter, Quickening, Registry,
    SuperinstructionSet, Tuning,
};

fn problems(text: &str) -> String {
    Configuration::parse(text, "f.toml").unwrap_err().to_string()
}

#[test]
fn every_problem_is_told_with_its_place() {
    let text = "\
nam = 'x'
rules = 'cpython'
seed = -1

[warmup]
executions = 0
[counters]
initial = { wait = 5000, exponent = '1' }
misses = 1.5
[backoff]
law = 'doubling'
step = 3
[families]
on = ['LOAD_ATT', 3]
off = []
[forms]
off = ['BINARY_ADD_INT', 'LOAD_ATTR_SLOTS', 'LOAD_ATTR']
[superinstructions]
on = 'all'
[quick-forms]
on = 1
";
    let expected = "\
f.toml:1:1: there is no 'name'
f.toml:1:1: unknown key 'nam'; did you mean 'name'?
f.toml:2:9: unknown rules 'cpython'; did you mean 'cpython311'?
f.toml:3:8: 'seed' must be a number from 0 to 18446744073709551615
f.toml:3:1: 'seed' has a meaning with rules = \"random\" only
f.toml:6:14: 'executions' must be a number from 1 to 255
f.toml:8:20: 'wait' must be a number from 0 to 4095
f.toml:8:37: 'exponent' must be a number from 0 to 12
f.toml:9:10: 'misses' must be a number from 1 to 65535
f.toml:12:1: 'step' has no meaning with law = \"doubling\", which has 'max'
f.toml:14:7: unknown family 'LOAD_ATT'; did you mean 'LOAD_ATTR'?
f.toml:14:19: 'on' must be a list of names
f.toml:15:1: either 'on' names all that are on, or 'off' all that are off
f.toml:17:26: unknown form 'LOAD_ATTR_SLOTS'; did you mean 'LOAD_ATTR_SLOT'?
f.toml:17:45: unknown form 'LOAD_ATTR'; did you mean 'LOAD_ATTR_SLOT'?
f.toml:19:6: 'on' must be a list of names
f.toml:21:6: 'on' must be true or false";
    let mut expected: Vec<&str> = expected.lines().collect();
    // By line and column, as an editor wants them.
    expected.swap(3, 4);
    assert_eq!(problems(text).lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    assert!(problems("name = 'x'\n[warmup\nexecutions = 1").starts_with("f.toml:2:"));
    assert!(problems("name = 'x'\nname = 'y'").starts_with("f.toml:2:1: "));
    assert_eq!(problems("name = 'ä' x = 1").lines().next().map(|line| line.starts_with("f.toml:1:1")), Some(true));
}

#[test]
fn sections_that_random_rules_do_not_heed_are_problems() {
    let text = "name = 'x'\nrules = 'random'\nseed = 7\n[warmup]\nexecutions = 1";
    assert_eq!(problems(text), "f.toml:4:2: 'warmup' has no meaning with random rules");
    let random = Configuration::parse("name = 'x'\nrules = 'random'\nseed = 7", "f.toml").unwrap();
    assert_eq!(random.rules, Rules::Random { seed: 7 });
}

#[test]
fn what_is_not_said_is_cpythons() {
    let silent = Configuration::parse("name = 'cpython311'", "f.toml").unwrap();
    assert_eq!(silent, Configuration::cpython311("cpython311", "", Build::Release));
}

#[test]
fn every_built_in_strategy_is_read_back() {
    for name in Registry::builtin().names() {
        let configuration = Registry::builtin().create(name).unwrap().configuration().unwrap();
        assert_eq!(configuration.name, name);
        assert_eq!(Configuration::parse(&configuration.to_toml(), "f.toml"), Ok(configuration));
    }
}

fn configuration() -> impl Strategy<Value = Configuration> {
    let counter = || (0..4096u16, 0..13u8).prop_map(|(wait, exponent)| AdaptiveCounter::new(wait, exponent));
    let backoff = prop_oneof![
        (1..13u8).prop_map(|max| Backoff::Doubling { max }),
        (1..4096u16).prop_map(|step| Backoff::Linear { step }),
        (1..4096u16).prop_map(|wait| Backoff::Constant { wait }),
    ];
    let tuning = (proptest::option::of(1..=u8::MAX), counter(), 1..=u16::MAX, counter(), backoff).prop_map(
        |(warmup, initial, misses, deoptimized, backoff)| Tuning {
            warmup,
            initial,
            misses: MissCounter(misses),
            deoptimized,
            backoff,
        },
    );
    let sets = (any::<u16>(), any::<u64>(), any::<u8>(), any::<bool>());
    (".*", ".*", any::<bool>(), tuning, sets).prop_map(
        |(name, description, stats, tuning, (families, forms, superinstructions, quick_forms))| {
            let off = Family::ALL.into_iter().zip(0..).filter(|(_, bit)| families >> bit & 1 != 0);
            let families = off.fold(FamilySet::ALL, |set, (family, _)| set.without(family));
            let specialized = Opcode::all().filter(|opcode| opcode.role() == Role::Specialized).zip(0..64);
            let off = specialized.filter(|(_, bit)| forms >> bit & 1 != 0);
            let forms = off.fold(FormSet::ALL, |set, (form, _)| set.without(form));
            let rows = SUPERINSTRUCTIONS.iter().zip(0..);
            let off = rows.filter(|(_, bit)| superinstructions >> bit & 1 != 0);
            let superinstructions = off.fold(SuperinstructionSet::ALL, |set, (row, _)| set.without(row.fused));
            let build = if stats { Build::Stats } else { Build::Release };
            Configuration {
                tuning,
                quickening: Quickening { families, superinstructions, quick_forms },
                forms,
                ..Configuration::cpython311(&name, &description, build)
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(configuration in configuration()) {
        prop_assert_eq!(Configuration::parse(&configuration.to_toml(), "f.toml"), Ok(configuration));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z\\[\\]{}'\" =\\n,.0-9#-]{0,80}") {
        let _ = Configuration::parse(&text, "f.toml");
    }
}
