//! The verifier's rules: for each of them code that breaks it and is otherwise well-formed, refused with that rule at that place; and
//! what CPython made, accepted, and survived when it is damaged.

mod assemble;
mod corruption;
mod flow;
mod live;
mod mutate;
#[path = "../reference/mod.rs"]
mod reference;
mod structure;

use std::collections::BTreeSet;
use std::path::Path;

use quicken_bytecode::pyc::read_pyc;
use quicken_bytecode::verify::{MAX_NESTING, Refusal, Rule, verify, verify_execution};
use quicken_bytecode::{CodeFlags, Constant, Opcode, PyString};

use Opcode::*;

use assemble::*;

fn cases() -> Vec<Case> {
    [
        structure::cases_of_layout(),
        structure::cases_of_jumps(),
        structure::cases_of_operands(),
        structure::cases_of_variables(),
        structure::cases_of_prologues(),
        structure::cases_of_sequences(),
        flow::cases_of_heights(),
        flow::cases_of_kinds(),
        flow::cases_of_tables(),
        flow::cases_of_size(),
    ]
    .concat()
}

#[test]
fn each_rule_refuses_what_breaks_it() {
    let mut wrong = Vec::new();
    for (name, code, rule, unit) in cases() {
        match verify(&code) {
            Err(refusal)
                if refusal.rule == rule && (rule == Rule::Size || refusal.offset == unit.map(|unit| 2 * unit)) => {}
            other => wrong.push(format!("{name}: {rule} at {unit:?} expected, {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case() {
    let covered: BTreeSet<Rule> = cases().into_iter().map(|(_, _, rule, _)| rule).collect();
    let missing: Vec<_> = Rule::ALL.iter().filter(|rule| !covered.contains(rule)).collect();
    assert_eq!(missing, [] as [&Rule; 0]);
    assert!(Rule::ALL.iter().all(|rule| !rule.doc().is_empty() && rule.to_string() == rule.name()));
}

#[test]
fn refusals_say_where() {
    let inner = returning(&[(NOP, 0), (POP_TOP, 0)]).with(|code| code.name = PyString::from("inner"));
    let class =
        return_none().consts(&[Constant::None, code_constant(inner)]).with(|code| code.name = PyString::from("C"));
    let module = return_none()
        .consts(&[Constant::None, code_constant(class)])
        .with(|code| code.name = PyString::from("<module>"));
    let refusal = verify(&module).unwrap_err();
    let reason = "POP_TOP: 1 operands are needed, 0 are on the stack".to_string();
    let expected =
        Refusal { code: "<module>.C.inner".to_string(), offset: Some(2), rule: Rule::StackUnderflow, reason };
    assert_eq!(refusal, expected);
    assert_eq!(
        refusal.to_string(),
        "<module>.C.inner, offset 2: POP_TOP: 1 operands are needed, 0 are on the stack [stack-underflow]"
    );
}

#[test]
fn what_only_describes_may_be_missing() {
    let bare = return_none().with(|code| code.linetable = Box::default()).flags(CodeFlags::COROUTINE);
    assert_eq!(verify_execution(&bare), Ok(()));
    assert!(verify(&bare).is_err());
    assert_eq!(verify_execution(&returning(&[(POP_TOP, 0)])).unwrap_err().rule, Rule::StackUnderflow);
}

#[test]
fn the_limits_themselves_are_allowed() {
    assert_eq!(verify(&nested(MAX_NESTING)), Ok(()));
    let consts: Vec<Constant> = (0..0x1_0001).map(Constant::Int).collect();
    assert_eq!(verify(&assemble(&[(LOAD_CONST, 0x1_0000), (RETURN_VALUE, 0)]).consts(&consts).stack(1)), Ok(()));
    let targets = 100_000;
    let unpack: Vec<_> = [(LOAD_CONST, 0), (UNPACK_SEQUENCE, targets)]
        .into_iter()
        .chain(std::iter::repeat_n((STORE_NAME, 0), targets as usize))
        .chain([(LOAD_CONST, 0), (RETURN_VALUE, 0)])
        .collect();
    assert_eq!(verify(&assemble(&unpack).stack(targets)), Ok(()));
}

/// A node that is reached on many ways is visited once.
#[test]
fn shared_code_is_verified_once() {
    let shared = (0..60).fold(code_constant(return_none()), |code, _| {
        code_constant(return_none().consts(&[Constant::None, code.clone(), code]))
    });
    let Constant::Code(code) = shared else { panic!("a code object was made") };
    assert_eq!(verify(&code), Ok(()));
}

#[test]
fn what_cpython_compiled_is_accepted() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut accepted = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pyc") {
            let (_, code) = read_pyc(&std::fs::read(&path).unwrap()).unwrap();
            assert_eq!(verify(&code), Ok(()), "{}", path.display());
            accepted += 1;
        }
    }
    assert!(accepted >= 5);
}
