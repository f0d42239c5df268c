//! What is said of answers that do not fit. That nothing else passes is in `invariants.rs`.

use quicken_specializer::bytecode::Opcode;
use quicken_specializer::observation::{
    AttributeAccess, Call, Callable, CodeId, CompareOp, Descriptor, FunctionInfo, InstanceDict, ObjectAttribute,
    Operands, Site, Slot, TypeFlags, TypeInfo, TypeKind, ValueInfo,
};
use quicken_specializer::{
    AdaptiveCounter, CacheContents, Decision, Demand, MissCounter, Observation, Specialize, Subject, cache_for, check,
};

const CLASS: TypeInfo = TypeInfo { kind: TypeKind::Heap, version: Some(7), flags: TypeFlags::HEAP };

fn observation(head: Opcode, operands: Operands) -> Observation {
    let site = Site { code: CodeId(0), offset: 0 };
    Observation { site, head, oparg: 0, counter: AdaptiveCounter::ZERO, operands }
}

fn attribute(descriptor: Descriptor, dict: InstanceDict) -> Observation {
    let attribute = ObjectAttribute { owner: CLASS, descriptor, dict };
    observation(Opcode::LOAD_ATTR, Operands::LoadAttr(AttributeAccess::Object(attribute)))
}

fn refusal(observation: &Observation, form: Opcode, cache: CacheContents) -> String {
    let specialize = Specialize { form, cache, counter: MissCounter::START, otherwise: AdaptiveCounter::START };
    check(observation, &Decision::specialize(specialize, "a test")).unwrap_err().to_string()
}

fn attr(of: Subject, index: u16) -> CacheContents {
    CacheContents::Attr { version: Demand::new(of, Some(7)), index }
}

#[test]
fn offsets_indices_and_hints_are_the_observed_ones() {
    let slot = Slot { offset: 24, belongs_to_owner: true, read_only: false, audited: false };
    let slotted = attribute(Descriptor::ObjectSlot(slot), InstanceDict::NotManaged);
    let form = Opcode::LOAD_ATTR_SLOT;
    assert_eq!(
        refusal(&slotted, form, attr(Subject::OwnerType, 4096)),
        "LOAD_ATTR_SLOT with index 4096 where 24 was observed"
    );
    let plain = attribute(Descriptor::Absent, InstanceDict::Values { index: Some(2) });
    assert_eq!(
        refusal(&plain, form, attr(Subject::OwnerType, 24)),
        "LOAD_ATTR_SLOT does not fit: the owner's type has no slot of that name"
    );
    assert_eq!(
        refusal(&plain, Opcode::LOAD_ATTR_INSTANCE_VALUE, attr(Subject::OwnerType, 3)),
        "LOAD_ATTR_INSTANCE_VALUE with index 3 where 2 was observed"
    );
    let property = attribute(Descriptor::Property, InstanceDict::Values { index: Some(2) });
    assert_eq!(
        refusal(&property, Opcode::LOAD_ATTR_INSTANCE_VALUE, attr(Subject::OwnerType, 2)),
        "LOAD_ATTR_INSTANCE_VALUE does not fit: what the owner's type has may come before the instance's own attribute"
    );
    // A hint is compared with what was seen; where nothing was seen, the guard's comparison of the key is enough.
    let hint = Opcode::LOAD_ATTR_WITH_HINT;
    let specialize = |index| {
        let cache = attr(Subject::OwnerType, index);
        let specialize =
            Specialize { form: hint, cache, counter: MissCounter::START, otherwise: AdaptiveCounter::START };
        check(&plain, &Decision::specialize(specialize, "a test"))
    };
    assert_eq!(specialize(40_000), Ok(()));
}

#[test]
fn versions_are_those_that_the_guard_compares() {
    let plain = attribute(Descriptor::Absent, InstanceDict::Values { index: Some(2) });
    let form = Opcode::LOAD_ATTR_INSTANCE_VALUE;
    assert_eq!(
        refusal(&plain, form, attr(Subject::OwnerClass, 2)),
        "LOAD_ATTR_INSTANCE_VALUE compares the version of OwnerType, not of OwnerClass"
    );
    let stale = CacheContents::Attr { version: Demand::new(Subject::OwnerType, None), index: 2 };
    assert_eq!(
        refusal(&plain, form, stale),
        "LOAD_ATTR_INSTANCE_VALUE with version None of OwnerType where Some(7) was observed"
    );
    assert_eq!(
        refusal(&plain, form, CacheContents::None),
        "the cache of LOAD_ATTR_INSTANCE_VALUE holds CacheContents::Attr, not CacheContents::None"
    );
    assert_eq!(
        refusal(&plain, Opcode::LOAD_ATTR_ADAPTIVE, CacheContents::None),
        "LOAD_ATTR_ADAPTIVE is no specialized form"
    );
    assert_eq!(
        refusal(&plain, Opcode::STORE_ATTR_SLOT, CacheContents::None),
        "STORE_ATTR_SLOT is no form of LOAD_ATTR"
    );
}

#[test]
fn masks_and_arguments_follow_from_the_site() {
    let value = ValueInfo { ty: CLASS, int: None };
    let next = Some(Opcode::POP_JUMP_FORWARD_IF_FALSE);
    let compare = CompareOp { left: value, right: value, same_type: true, next };
    let compared = observation(Opcode::COMPARE_OP, Operands::CompareOp(compare));
    // The form is for ints, and these are none: that is the guard's to find out.
    assert_eq!(cache_for(&compared, Opcode::COMPARE_OP_INT_JUMP), Ok(CacheContents::Compare { mask: 6 }));
    assert_eq!(
        refusal(&compared, Opcode::COMPARE_OP_INT_JUMP, CacheContents::Compare { mask: 63 }),
        "COMPARE_OP_INT_JUMP with mask 63 where 6 was observed"
    );
    assert_eq!(
        refusal(&compared, Opcode::COMPARE_OP_STR_JUMP, CacheContents::Compare { mask: 6 }),
        "COMPARE_OP_STR_JUMP does not fit: strings are compared for equality only"
    );

    let function = FunctionInfo {
        version: Some(3),
        argcount: 2,
        kwonlyargcount: 0,
        defaults: 1,
        varargs: false,
        varkeywords: false,
        optimized: true,
    };
    let call = |callable| Call { callable, total_args: 2, has_kwnames: false, custom_eval: false };
    let called = observation(Opcode::CALL, Operands::Call(call(Callable::PyFunction(function))));
    let version = Demand::new(Subject::Function, Some(3));
    assert_eq!(
        refusal(&called, Opcode::CALL_PY_WITH_DEFAULTS, CacheContents::Call { func_version: version, min_args: 0 }),
        "CALL_PY_WITH_DEFAULTS with min_args 0 where 1 was observed"
    );
    let other = observation(Opcode::CALL, Operands::Call(call(Callable::Other)));
    assert_eq!(
        refusal(&other, Opcode::CALL_PY_EXACT_ARGS, CacheContents::Call { func_version: version, min_args: 2 }),
        "CALL_PY_EXACT_ARGS does not fit: what is called is no Python function of plain parameters, or keywords are given"
    );
}
