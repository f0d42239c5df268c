//! What holds of every strategy's answer, whatever it is asked.

use proptest::prelude::*;
use proptest::sample::select;
use quicken_bytecode::{Family, Opcode};
use quicken_specializer::observation::*;
use quicken_specializer::{
    Action, AdaptiveCounter, CacheContents, Decision, Demand, DictOffset, FailureKind, MissCounter, Registry,
    Specialize, Subject, cache_for, check,
};

const KINDS: [TypeKind; 12] = [
    TypeKind::Int,
    TypeKind::Bool,
    TypeKind::Float,
    TypeKind::Str,
    TypeKind::Bytes,
    TypeKind::List,
    TypeKind::Tuple,
    TypeKind::Dict,
    TypeKind::Slice,
    TypeKind::Array,
    TypeKind::Builtin,
    TypeKind::Heap,
];

const FLAGS: [TypeFlags; 8] = [
    TypeFlags::HEAP,
    TypeFlags::IMMUTABLE,
    TypeFlags::MANAGED_DICT,
    TypeFlags::AS_BUFFER,
    TypeFlags::BUFFER,
    TypeFlags::SEQUENCE_ITEM,
    TypeFlags::DICT_ASS_SUBSCRIPT,
    TypeFlags::OBJECT_RICHCOMPARE,
];

fn opcode() -> impl Strategy<Value = Option<Opcode>> {
    proptest::option::of(select(Opcode::all().collect::<Vec<_>>()))
}

fn type_info() -> impl Strategy<Value = TypeInfo> {
    (select(&KINDS[..]), any::<Option<u32>>(), any::<u8>()).prop_map(|(kind, version, bits)| {
        let chosen = FLAGS.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0);
        TypeInfo { kind, version, flags: chosen.fold(TypeFlags::NONE, |flags, (_, flag)| flags | *flag) }
    })
}

fn value() -> impl Strategy<Value = ValueInfo> {
    (type_info(), any::<Option<i64>>()).prop_map(|(ty, int)| ValueInfo { ty, int })
}

fn function() -> impl Strategy<Value = FunctionInfo> {
    (any::<Option<u32>>(), 0..5u32, 0..2u32, 0..7u32, any::<[bool; 3]>()).prop_map(
        |(version, argcount, kwonlyargcount, defaults, [varargs, varkeywords, optimized])| FunctionInfo {
            version,
            argcount,
            kwonlyargcount,
            defaults,
            varargs,
            varkeywords,
            optimized,
        },
    )
}

fn keys() -> impl Strategy<Value = KeysLookup> {
    let kinds = select(&[KeysKind::General, KeysKind::Unicode, KeysKind::Split][..]);
    (kinds, proptest::option::of(0..80_000u32), any::<Option<u32>>()).prop_map(|(kind, index, version)| KeysLookup {
        kind,
        index,
        version,
    })
}

fn slot() -> impl Strategy<Value = Slot> {
    (0..80_000u32, any::<[bool; 3]>()).prop_map(|(offset, [belongs_to_owner, read_only, audited])| Slot {
        offset,
        belongs_to_owner,
        read_only,
        audited,
    })
}

fn descriptor() -> impl Strategy<Value = Descriptor> {
    let plain = select(
        &[
            Descriptor::Overriding,
            Descriptor::Method,
            Descriptor::Property,
            Descriptor::OtherSlot,
            Descriptor::NonOverriding,
            Descriptor::BuiltinClassmethod,
            Descriptor::PythonClassmethod,
            Descriptor::NonDescriptor,
            Descriptor::Mutable,
            Descriptor::Absent,
            Descriptor::DunderClass,
            Descriptor::GetSetOverridden,
        ][..],
    );
    prop_oneof![4 => plain, 1 => slot().prop_map(Descriptor::ObjectSlot)]
}

fn module() -> impl Strategy<Value = ModuleAttribute> {
    (proptest::option::of(keys()), any::<bool>()).prop_map(|(dict, has_getattr)| ModuleAttribute { dict, has_getattr })
}

fn attribute() -> impl Strategy<Value = AttributeAccess> {
    let dict = prop_oneof![
        Just(InstanceDict::NotManaged),
        Just(InstanceDict::NotExactDict),
        proptest::option::of(0..80_000u32).prop_map(|index| InstanceDict::Values { index }),
        keys().prop_map(|keys| InstanceDict::Dict { kind: keys.kind, index: keys.index }),
    ];
    prop_oneof![
        module().prop_map(AttributeAccess::Module),
        (type_info(), descriptor(), dict)
            .prop_map(|(owner, descriptor, dict)| AttributeAccess::Object(ObjectAttribute { owner, descriptor, dict })),
    ]
}

fn method() -> impl Strategy<Value = MethodAccess> {
    let dict = prop_oneof![
        Just(MethodDict::None),
        Just(MethodDict::OffsetUnset),
        Just(MethodDict::OffsetOutOfRange),
        keys().prop_map(MethodDict::Values),
        keys().prop_map(MethodDict::Managed),
        (any::<u16>(), keys()).prop_map(|(offset, keys)| MethodDict::Offset { offset, keys }),
    ];
    let class = (any::<[bool; 2]>(), any::<Option<u32>>(), descriptor());
    prop_oneof![
        module().prop_map(MethodAccess::Module),
        class.prop_map(|([metaclass_is_type, on_metaclass], version, descriptor)| {
            MethodAccess::Class(ClassAttribute { metaclass_is_type, on_metaclass, version, descriptor })
        }),
        (type_info(), descriptor(), dict).prop_map(|(owner, descriptor, dict)| MethodAccess::Object(ObjectMethod {
            owner,
            descriptor,
            dict
        })),
    ]
}

fn callable() -> impl Strategy<Value = Callable> {
    let conventions = [
        Convention::NoArgs,
        Convention::O,
        Convention::Fast,
        Convention::FastKeywords,
        Convention::Varargs,
        Convention::VarargsKeywords,
        Convention::MethodFastKeywords,
    ];
    let convention = move || select(conventions.to_vec());
    let identity = select(&[BuiltinIdentity::Len, BuiltinIdentity::IsInstance, BuiltinIdentity::Other][..]);
    let other = [
        Callable::BoundMethod,
        Callable::InstanceMethod,
        Callable::CMethod,
        Callable::WrapperDescriptor,
        Callable::MethodWrapper,
        Callable::Other,
    ];
    prop_oneof![
        function().prop_map(Callable::PyFunction),
        (convention(), identity)
            .prop_map(|(convention, identity)| { Callable::BuiltinFunction(BuiltinFunction { convention, identity }) }),
        (convention(), any::<bool>()).prop_map(|(convention, is_list_append)| {
            Callable::MethodDescriptor(MethodDescriptor { convention, is_list_append })
        }),
        (select(&KINDS[..]), any::<[bool; 3]>()).prop_map(|(kind, [immutable, new_is_object_new, vectorcall])| {
            Callable::Class(ClassInfo { kind, immutable, new_is_object_new, vectorcall })
        }),
        select(other.to_vec()),
    ]
}

/// The head and operands of any family.
fn operands() -> impl Strategy<Value = (Family, Operands)> {
    let family = |generic: Opcode| Family::of_generic(generic).expect("a head");
    let load_attr = attribute().prop_map(Operands::LoadAttr);
    let store_attr = attribute().prop_map(Operands::StoreAttr);
    let load_method = method().prop_map(Operands::LoadMethod);
    let load_global = (proptest::option::of(keys()), proptest::option::of(keys()))
        .prop_map(|(globals, builtins)| Operands::LoadGlobal(LoadGlobal { globals, builtins }));
    let binary_op = (value(), value(), any::<[bool; 2]>(), opcode()).prop_map(
        |(left, right, [same_type, left_is_next_local], next)| {
            Operands::BinaryOp(BinaryOp { left, right, same_type, next, left_is_next_local })
        },
    );
    let compare_op = (value(), value(), any::<bool>(), opcode())
        .prop_map(|(left, right, same_type, next)| Operands::CompareOp(CompareOp { left, right, same_type, next }));
    let binary_subscr =
        (type_info(), value(), proptest::option::of(function())).prop_map(|(container, subscript, getitem)| {
            Operands::BinarySubscr(BinarySubscr { container, subscript, getitem })
        });
    let store_subscr = (type_info(), value(), any::<Option<u64>>(), proptest::option::of(function())).prop_map(
        |(container, subscript, list_len, setitem)| {
            Operands::StoreSubscr(StoreSubscr { container, subscript, list_len, setitem })
        },
    );
    let unpack = (type_info(), proptest::option::of(0..4u64), any::<[bool; 2]>()).prop_map(
        |(sequence, len, [is_sequence, is_iterator])| {
            Operands::UnpackSequence(UnpackSequence { sequence, len, is_sequence, is_iterator })
        },
    );
    let call =
        (callable(), 0..5u32, any::<[bool; 2]>()).prop_map(|(callable, total_args, [has_kwnames, custom_eval])| {
            Operands::Call(Call { callable, total_args, has_kwnames, custom_eval })
        });
    let precall =
        (callable(), 0..5u32, any::<bool>(), opcode()).prop_map(|(callable, total_args, has_kwnames, after_call)| {
            Operands::Precall(Precall { callable, total_args, has_kwnames, after_call })
        });
    prop_oneof![
        load_attr.prop_map(move |o| (family(Opcode::LOAD_ATTR), o)),
        store_attr.prop_map(move |o| (family(Opcode::STORE_ATTR), o)),
        load_method.prop_map(move |o| (family(Opcode::LOAD_METHOD), o)),
        load_global.prop_map(move |o| (family(Opcode::LOAD_GLOBAL), o)),
        binary_op.prop_map(move |o| (family(Opcode::BINARY_OP), o)),
        compare_op.prop_map(move |o| (family(Opcode::COMPARE_OP), o)),
        binary_subscr.prop_map(move |o| (family(Opcode::BINARY_SUBSCR), o)),
        store_subscr.prop_map(move |o| (family(Opcode::STORE_SUBSCR), o)),
        unpack.prop_map(move |o| (family(Opcode::UNPACK_SEQUENCE), o)),
        call.prop_map(move |o| (family(Opcode::CALL), o)),
        precall.prop_map(move |o| (family(Opcode::PRECALL), o)),
    ]
}

fn demand() -> impl Strategy<Value = Demand> {
    let subjects = [
        Subject::OwnerType,
        Subject::OwnerClass,
        Subject::OwnerKeys,
        Subject::GlobalsKeys,
        Subject::BuiltinsKeys,
        Subject::Function,
    ];
    let kind = || proptest::option::of(any::<u8>().prop_map(FailureKind));
    (select(subjects.to_vec()), any::<Option<u32>>(), any::<u32>(), kind(), kind()).prop_map(
        |(of, observed, at_most, exhausted, too_large)| Demand { of, observed, at_most, exhausted, too_large },
    )
}

/// The contents of any cache, however foolish.
fn cache() -> impl Strategy<Value = CacheContents> {
    let offset =
        prop_oneof![Just(DictOffset::Unused), Just(DictOffset::Managed), any::<u16>().prop_map(DictOffset::At)];
    let maybe = || proptest::option::of(demand());
    prop_oneof![
        Just(CacheContents::None),
        (demand(), any::<u16>()).prop_map(|(version, index)| CacheContents::Attr { version, index }),
        (maybe(), demand(), offset).prop_map(|(keys_version, type_version, dict_offset)| CacheContents::Method {
            keys_version,
            type_version,
            dict_offset
        }),
        (demand(), maybe(), any::<u16>()).prop_map(|(module_keys_version, builtin_keys_version, index)| {
            CacheContents::Global { module_keys_version, builtin_keys_version, index }
        }),
        (demand(), demand())
            .prop_map(|(type_version, func_version)| CacheContents::Getitem { type_version, func_version }),
        (0..64u16).prop_map(|mask| CacheContents::Compare { mask }),
        (demand(), 0..6u16).prop_map(|(func_version, min_args)| CacheContents::Call { func_version, min_args }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_can_be_applied((family, operands) in operands(), oparg in 0..30u32, backoff in 0..13u8) {
        let observation = Observation {
            site: Site { code: CodeId(1), offset: 2 },
            head: family.generic(),
            oparg,
            counter: AdaptiveCounter::new(0, backoff),
            operands,
        };
        let registry = Registry::builtin();
        for name in registry.names() {
            let decision = registry.create(name).unwrap().specialize(&observation);
            prop_assert!(!decision.reason.is_empty());
            prop_assert_eq!(check(&observation, &decision), Ok(()), "{}: {:?}", name, decision);
            match decision.action {
                Action::Specialize(specialize) => {
                    prop_assert!(name == "adversarial" || specialize.counter == MissCounter::START);
                }
                Action::Fail { .. } => {}
                Action::Never => prop_assert_ne!(name, "cpython311-pystats", "a stats build never gives up"),
            }
            // The answer depends on the observation alone.
            prop_assert_eq!(registry.create(name).unwrap().specialize(&observation), decision);
        }
    }

    #[test]
    fn of_all_caches_only_the_one_that_fits_is_admitted(
        (family, operands) in operands(), oparg in 0..30u32, form in select(Opcode::all().collect::<Vec<_>>()),
        cache in cache(),
    ) {
        let observation = Observation {
            site: Site { code: CodeId(1), offset: 2 },
            head: family.generic(),
            oparg,
            counter: AdaptiveCounter::ZERO,
            operands,
        };
        let decision = |form, cache| {
            let otherwise = AdaptiveCounter::START;
            Decision::specialize(Specialize { form, cache, counter: MissCounter::START, otherwise }, "")
        };
        if check(&observation, &decision(form, cache)).is_ok() {
            prop_assert!(family.forms().contains(&form));
            let fitting = cache_for(&observation, form).unwrap();
            let subjects = |cache: CacheContents| cache.demands().map(|demand| demand.of).collect::<Vec<_>>();
            prop_assert_eq!(subjects(cache), subjects(fitting));
        }
        for &form in family.forms() {
            match cache_for(&observation, form) {
                Ok(cache) => prop_assert_eq!(check(&observation, &decision(form, cache)), Ok(())),
                Err(misfit) => {
                    prop_assert_eq!(check(&observation, &decision(form, cache)), Err(misfit));
                    prop_assert!(misfit.to_string().starts_with(form.name()));
                }
            }
        }
    }
}
