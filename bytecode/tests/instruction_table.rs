//! The instruction table against CPython 3.11's own data (`data/opcodes311.json`: `opcode.py`'s names, numbers, families and caches).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use quicken_bytecode::{Family, Opcode, Operand, Role, SUPERINSTRUCTIONS, cache};
use serde_json::Value;

fn data() -> Value {
    serde_json::from_str(include_str!("data/opcodes311.json")).unwrap()
}

fn opcode(name: &str) -> Opcode {
    Opcode::from_name(name).unwrap_or_else(|| panic!("no opcode {name}"))
}

#[test]
fn all_names_and_numbers_are_cpythons() {
    let expected: BTreeMap<String, u8> = serde_json::from_value(data()["opcodes"].clone()).unwrap();
    let ours: BTreeMap<String, u8> = Opcode::all().map(|opcode| (opcode.name().to_string(), opcode as u8)).collect();
    assert_eq!(ours, expected);
    assert_eq!(Opcode::COUNT, 181);
    for number in 0..=255 {
        assert_eq!(
            Opcode::from_u8(number).map(|opcode| opcode as u8),
            expected.values().find(|n| **n == number).copied()
        );
    }
}

#[test]
fn bases_and_roles_follow_the_specializations() {
    let expected: BTreeMap<String, Vec<String>> = serde_json::from_value(data()["specializations"].clone()).unwrap();
    let mut specialized = BTreeSet::new();
    for (base, forms) in &expected {
        for form in forms {
            assert_eq!(opcode(form).base(), opcode(base), "{form}");
            assert_eq!(opcode(form).operand(), opcode(base).operand(), "{form}");
            assert_eq!(opcode(form).effect(), opcode(base).effect(), "{form}");
            specialized.insert(opcode(form));
        }
        match opcode(base).family() {
            Some(family) => {
                assert_eq!(family.adaptive().name(), forms[0]);
                let ours: Vec<&str> = family.forms().iter().map(|form| form.name()).collect();
                assert_eq!(ours, forms[1..]);
            }
            None => {
                assert!(!forms.iter().any(|form| matches!(opcode(form).role(), Role::Adaptive | Role::Specialized)))
            }
        }
    }
    for opcode in Opcode::all() {
        assert_eq!(opcode.role() != Role::Generic, specialized.contains(&opcode), "{opcode}");
        if opcode.role() == Role::Generic {
            assert_eq!(opcode.base(), opcode);
        }
    }
    assert_eq!(specialized.len(), 71);
}

#[test]
fn caches_have_cpythons_fields() {
    let entries: BTreeMap<String, usize> = serde_json::from_value(data()["inline_cache_entries"].clone()).unwrap();
    for opcode in Opcode::all() {
        assert_eq!(opcode.cache_units(), entries.get(opcode.base().name()).copied().unwrap_or(0), "{opcode}");
    }
    let format = data();
    let format = format["cache_format"].as_object().unwrap();
    assert_eq!(format.len(), Family::ALL.len());
    for family in Family::ALL {
        let expected = format[family.generic().name()].as_object().unwrap();
        let ours: Vec<(&str, u64)> =
            family.cache_fields().iter().map(|field| (field.name, field.units as u64)).collect();
        let expected: Vec<(&str, u64)> =
            expected.iter().map(|(name, units)| (name.as_str(), units.as_u64().unwrap())).collect();
        assert_eq!(ours, expected, "{family}");
        let mut offset = 0;
        for field in family.cache_fields() {
            assert_eq!(field.offset, offset);
            offset += field.units;
        }
        assert_eq!(offset, family.cache_units());
    }
    assert_eq!((cache::load_attr::COUNTER, cache::load_attr::VERSION, cache::load_attr::INDEX), (0, 1, 3));
    assert_eq!(cache::load_method::DESCR, 6);
    assert_eq!(cache::load_global::BUILTIN_KEYS_VERSION, 4);
}

#[test]
fn generic_operands_start_at_have_argument() {
    for opcode in Opcode::all().filter(|opcode| opcode.role() == Role::Generic) {
        assert_eq!(opcode.has_operand(), opcode as u8 >= Opcode::HAVE_ARGUMENT, "{opcode}");
        assert_eq!(opcode.name().contains("JUMP_BACKWARD"), opcode.operand() == Operand::JumpBackward, "{opcode}");
    }
}

#[test]
fn superinstructions_are_named_after_their_pair() {
    assert_eq!(SUPERINSTRUCTIONS.len(), 5);
    for pair in &SUPERINSTRUCTIONS {
        assert_eq!(pair.fused.name(), format!("{}__{}", pair.first, pair.second));
        assert_eq!(pair.fused.base(), pair.first);
        assert_eq!(pair.fused.role(), Role::Superinstruction);
        assert_eq!(Opcode::fuse(pair.first, pair.second), Some(pair.fused));
        assert_eq!(pair.fused.superinstruction(), Some(pair));
    }
    assert_eq!(Opcode::fuse(Opcode::STORE_FAST, Opcode::LOAD_CONST), None);
    assert_eq!(Opcode::all().filter(|opcode| opcode.superinstruction().is_some()).count(), 5);
}

#[test]
fn every_name_finds_one_instruction() {
    let mut names = HashSet::new();
    for opcode in Opcode::all() {
        assert!(names.insert(opcode.name()));
        assert_eq!(Opcode::from_name(opcode.name()), Some(opcode));
        if let Some(alias) = opcode.alias() {
            assert!(names.insert(alias), "{alias} is taken");
            assert!(alias.len() < opcode.name().len());
            assert_eq!(Opcode::from_name(alias), Some(opcode));
        }
        assert!(opcode.doc().ends_with('.'), "{opcode}: {}", opcode.doc());
    }
    assert_eq!(Opcode::from_name("BINARY_ADD_INT"), Some(Opcode::BINARY_OP_ADD_INT));
    assert_eq!(Opcode::from_name("BINARY_ADD"), None);
    for family in Family::ALL {
        assert_eq!(Family::from_name(family.name()), Some(family));
        assert_eq!(Family::from_name(family.generic().name()), Some(family));
        assert_eq!(family.name(), family.generic().name().to_lowercase());
    }
}

#[test]
fn the_reference_lists_everything() {
    let reference = quicken_bytecode::reference::reference();
    assert_eq!(reference.len(), 181);
    let find = |name: &str| reference.iter().find(|info| info.name == name).unwrap();
    assert_eq!(find("BINARY_OP_ADD_INT").family, Some("binary_op"));
    assert_eq!(find("BUILD_MAP").stack_effect, "1 - 2·oparg");
    assert_eq!(find("UNPACK_SEQUENCE").stack_effect, "oparg - 1");
    assert_eq!(find("FOR_ITER").stack_effect, "+1, or -1 if it jumps");
    assert_eq!(find("PRECALL").stack_effect, "-oparg");
    assert_eq!(find("NOP").stack_effect, "0");
}
