//! `analyze_descriptor`: what a type has under a name.

use quicken_specializer::observation::{AttributeSort, Descriptor, FoundAttribute, Slot};

#[test]
fn descriptors_are_classified_in_cpythons_order() {
    let found = |sort, sets, gets| FoundAttribute { sort, type_is_immutable: true, gets, sets };
    let slot = Slot { offset: 16, belongs_to_owner: true, read_only: false, audited: false };
    let analyze = |found: FoundAttribute| Descriptor::analyze(true, Some(&found));
    assert_eq!(Descriptor::analyze(false, None), Descriptor::GetSetOverridden);
    assert_eq!(Descriptor::analyze(true, None), Descriptor::Absent);
    assert_eq!(
        analyze(FoundAttribute { type_is_immutable: false, ..found(AttributeSort::Property, true, true) }),
        Descriptor::Mutable
    );
    assert_eq!(analyze(found(AttributeSort::ObjectMember(slot), true, true)), Descriptor::ObjectSlot(slot));
    assert_eq!(analyze(found(AttributeSort::OtherMember, true, true)), Descriptor::OtherSlot);
    assert_eq!(analyze(found(AttributeSort::Property, true, true)), Descriptor::Property);
    assert_eq!(analyze(found(AttributeSort::DunderClass, true, true)), Descriptor::DunderClass);
    assert_eq!(analyze(found(AttributeSort::Other, true, true)), Descriptor::Overriding);
    assert_eq!(analyze(found(AttributeSort::Method, false, true)), Descriptor::Method);
    assert_eq!(analyze(found(AttributeSort::BuiltinClassmethod, false, true)), Descriptor::BuiltinClassmethod);
    assert_eq!(analyze(found(AttributeSort::PythonClassmethod, false, true)), Descriptor::PythonClassmethod);
    assert_eq!(analyze(found(AttributeSort::Other, false, true)), Descriptor::NonOverriding);
    assert_eq!(analyze(found(AttributeSort::Other, false, false)), Descriptor::NonDescriptor);
}
