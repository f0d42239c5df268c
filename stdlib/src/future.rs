//! `__future__`: which features there were to ask for, since when, and until when that made a difference. (The features themselves are
//! the compiler's affair.)

use std::any::Any;

use quicken_vm::heap::Marker;
use quicken_vm::object::{Gc, Header, LayoutKind};
use quicken_vm::objects::module::Module;
use quicken_vm::objects::opaque::{Opaque, OpaqueData};
use quicken_vm::objects::typeobj::new_native_type;
use quicken_vm::slots::Slots;
use quicken_vm::spec::{Convention, ModuleSpec, TypeSpec, getter, method};
use quicken_vm::{Args, PyResult, Value, Vm};

use crate::set_attribute;

/// `__future__`.
pub static FUTURE: ModuleSpec = ModuleSpec {
    name: "__future__",
    doc: Some("Record of phased-in incompatible language changes."),
    functions: &[],
    init: Some(init),
};

/// Major, minor, micro, level, serial, as in `sys.version_info`.
type Release = (i64, i64, i64, &'static str, i64);

/// A feature.
#[derive(Clone, Copy)]
struct Feature {
    name: &'static str,
    /// Since when it can be asked for.
    optional: Release,
    /// Since when it is there without being asked for.
    mandatory: Option<Release>,
    /// The name and value of the flag that code objects of such modules carry.
    flag: (&'static str, i64),
}

const fn feature(
    name: &'static str,
    optional: Release,
    mandatory: Option<Release>,
    flag: (&'static str, i64),
) -> Feature {
    Feature { name, optional, mandatory, flag }
}

/// All features, as Python 3.11 lists them.
static FEATURES: [Feature; 10] = [
    feature("nested_scopes", (2, 1, 0, "beta", 1), Some((2, 2, 0, "alpha", 0)), ("CO_NESTED", 0x10)),
    feature("generators", (2, 2, 0, "alpha", 1), Some((2, 3, 0, "final", 0)), ("CO_GENERATOR_ALLOWED", 0)),
    feature("division", (2, 2, 0, "alpha", 2), Some((3, 0, 0, "alpha", 0)), ("CO_FUTURE_DIVISION", 0x2_0000)),
    feature(
        "absolute_import",
        (2, 5, 0, "alpha", 1),
        Some((3, 0, 0, "alpha", 0)),
        ("CO_FUTURE_ABSOLUTE_IMPORT", 0x4_0000),
    ),
    feature(
        "with_statement",
        (2, 5, 0, "alpha", 1),
        Some((2, 6, 0, "alpha", 0)),
        ("CO_FUTURE_WITH_STATEMENT", 0x8_0000),
    ),
    feature(
        "print_function",
        (2, 6, 0, "alpha", 2),
        Some((3, 0, 0, "alpha", 0)),
        ("CO_FUTURE_PRINT_FUNCTION", 0x10_0000),
    ),
    feature(
        "unicode_literals",
        (2, 6, 0, "alpha", 2),
        Some((3, 0, 0, "alpha", 0)),
        ("CO_FUTURE_UNICODE_LITERALS", 0x20_0000),
    ),
    feature(
        "barry_as_FLUFL",
        (3, 1, 0, "alpha", 2),
        Some((4, 0, 0, "alpha", 0)),
        ("CO_FUTURE_BARRY_AS_BDFL", 0x40_0000),
    ),
    feature(
        "generator_stop",
        (3, 5, 0, "beta", 1),
        Some((3, 7, 0, "alpha", 0)),
        ("CO_FUTURE_GENERATOR_STOP", 0x80_0000),
    ),
    feature("annotations", (3, 7, 0, "beta", 1), None, ("CO_FUTURE_ANNOTATIONS", 0x100_0000)),
];

impl OpaqueData for Feature {
    fn trace(&self, _: &mut Marker) {}

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

static FEATURE_TYPE: TypeSpec = TypeSpec {
    module: "__future__",
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    getset: &[
        getter("optional", optional),
        getter("mandatory", mandatory),
        getter("compiler_flag", |vm, own| Ok(Value::small_int(of(vm, own)?.flag.1))),
    ],
    methods: &[
        method("getOptionalRelease", |vm, own, _: Args<'_>| optional(vm, own), Convention::NoArgs),
        method("getMandatoryRelease", |vm, own, _: Args<'_>| mandatory(vm, own), Convention::NoArgs),
    ],
    ..TypeSpec::new("_Feature", LayoutKind::Opaque)
};

fn init(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    let object = vm.types.object;
    let class = new_native_type(vm, &FEATURE_TYPE, object);
    set_attribute(vm, module, "_Feature", class.into());
    let names: Vec<Value> = FEATURES.iter().map(|feature| vm.intern(feature.name).into()).collect();
    let all_names = vm.new_list(&names);
    set_attribute(vm, module, "all_feature_names", all_names.into());
    let own_name = vm.intern("all_feature_names");
    let exported: Vec<Value> = std::iter::once(own_name.into()).chain(names).collect();
    let exported = vm.new_list(&exported);
    set_attribute(vm, module, "__all__", exported.into());
    for feature in &FEATURES {
        let object: Value = vm.allocate_object(class, Opaque::new(Header::new(class), Box::new(*feature))).into();
        set_attribute(vm, module, feature.name, object);
        set_attribute(vm, module, feature.flag.0, Value::small_int(feature.flag.1));
    }
    Ok(())
}

fn of(vm: &mut Vm, own: Value) -> PyResult<Feature> {
    match own.cast::<Opaque>().and_then(|object| object.with(|feature: &mut Feature| *feature)) {
        Some(feature) => Ok(feature),
        None => Err(vm.type_error("a feature of __future__ was expected")),
    }
}

fn optional(vm: &mut Vm, own: Value) -> PyResult {
    let release = of(vm, own)?.optional;
    Ok(tuple_of(vm, release))
}

fn mandatory(vm: &mut Vm, own: Value) -> PyResult {
    Ok(match of(vm, own)?.mandatory {
        Some(release) => tuple_of(vm, release),
        None => Value::NONE,
    })
}

fn tuple_of(vm: &mut Vm, (major, minor, micro, level, serial): Release) -> Value {
    let level = vm.intern(level);
    let [major, minor, micro, serial] = [major, minor, micro, serial].map(Value::small_int);
    vm.new_tuple(&[major, minor, micro, level.into(), serial]).into()
}

fn repr(vm: &mut Vm, own: Value) -> PyResult {
    let parts = [optional(vm, own)?, mandatory(vm, own)?, Value::small_int(of(vm, own)?.flag.1)];
    let tuple = vm.new_tuple(&parts);
    let text = format!("_Feature{}", vm.repr_text(tuple.into())?);
    Ok(vm.new_str(&text).into())
}
