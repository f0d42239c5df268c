//! What guards see of dicts and instances and programs do not: versions and kinds of keys, the room in shared keys.

use quicken_specializer::strategies::Never;

use crate::heap::HeapConfig;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::dictkeys::KeysKind;
use crate::objects::instance;
use crate::objects::typeobj::Type;
use crate::value::Value;
use crate::{Limits, Vm, VmConfig};

fn vm() -> Box<Vm> {
    Vm::new(VmConfig {
        strategy: Box::new(Never),
        watch: crate::Watch::Nothing,
        limits: Limits { stack_values: 1 << 12, frames: 100, ..Limits::STANDARD },
        heap: HeapConfig::STANDARD,
        stdout: Box::new(std::io::sink()),
        stderr: Box::new(std::io::sink()),
        compiler: None,
        python_options: crate::PythonOptions::default(),
        argv: Vec::new(),
        library: crate::LibrarySettings::default(),
    })
}

fn set(vm: &mut Vm, dict: Gc<Dict>, name: &str, value: i64) {
    let name = vm.intern(name);
    dict.set_str(vm, name, Value::small_int(value));
}

/// A class without attributes of its own.
fn class(vm: &mut Vm) -> Gc<Type> {
    let (name, bases, namespace) = (vm.intern("C"), vm.new_tuple(&[]), vm.new_dict());
    let metatype = vm.types.type_;
    let made = vm.call_values(metatype.into(), &[name.into(), bases.into(), namespace.into()]);
    made.ok().and_then(|class| class.cast::<Type>()).expect("type() makes a class")
}

fn set_attribute(vm: &mut Vm, object: Value, name: &str) {
    let name = vm.intern(name);
    instance::set_own(vm, object, name, Value::NONE).expect("instances have attributes");
}

/// Whether the action takes the version of the dict's keys away.
fn invalidates(vm: &mut Vm, dict: Gc<Dict>, action: impl FnOnce(&mut Vm)) -> bool {
    let version = vm.keys_version(dict.keys());
    assert_ne!(version, 0);
    action(vm);
    dict.keys().version.get() != version
}

#[test]
fn versions_go_with_keys_and_not_with_values() {
    let mut vm = vm();
    let vm = &mut *vm;
    let dict = vm.new_dict();
    assert_eq!(vm.keys_version(dict.keys()), 1);
    for name in ["a", "b", "c"] {
        set(vm, dict, name, 1);
    }
    let (a, b) = (vm.intern("a"), vm.intern("b"));
    assert!(!invalidates(vm, dict, |vm| set(vm, dict, "a", 2)));
    assert!(!invalidates(vm, dict, |vm| {
        let _ = dict.set_default(vm, a.into(), Value::NONE);
    }));
    assert!(invalidates(vm, dict, |vm| set(vm, dict, "d", 2)));
    assert!(invalidates(vm, dict, |_| assert!(dict.del_str(b))));
    assert!(invalidates(vm, dict, |vm| {
        let _ = dict.pop_last(vm);
    }));
    assert!(invalidates(vm, dict, |vm| {
        let _ = dict.set_default(vm, b.into(), Value::NONE);
    }));
    let copy = dict.copy(vm).expect("plain keys");
    assert_eq!(vm.keys_version(dict.keys()), {
        let copy = dict.copy(vm).expect("plain keys");
        copy.keys().version.get()
    });
    assert!(copy.keys() != dict.keys());
    dict.clear();
    assert_eq!(dict.keys().version.get(), 1);
}

#[test]
fn tables_grow_and_change_their_kind_as_in_cpython() {
    let mut vm = vm();
    let vm = &mut *vm;
    let dict = vm.new_dict();
    let mut sizes = Vec::new();
    for i in 0..100 {
        set(vm, dict, &format!("k{i}"), i);
        sizes.push(dict.keys().log2_size());
    }
    assert_eq!((sizes[0], sizes[4], sizes[5], sizes[9], sizes[10], sizes[20], sizes[21]), (3, 3, 4, 4, 5, 5, 6));
    assert_eq!(dict.keys().kind(), KeysKind::Unicode);
    dict.set_item(vm, Value::small_int(1), Value::NONE).expect("plain keys");
    assert_eq!((dict.keys().kind(), dict.len()), (KeysKind::General, 101));
    let name = vm.intern("k99");
    assert_eq!(dict.get_str(name), Some(Value::small_int(99)));
}

#[test]
fn room_in_shared_keys_shrinks_with_every_instance() {
    let mut vm = vm();
    let vm = &mut *vm;
    let class = class(vm);
    let keys = class.cached_keys.get().expect("instances have inline values");
    assert_eq!((keys.kind(), keys.shared_size()), (KeysKind::Split, 30));
    let first: Value = vm.new_instance(class).into();
    assert_eq!(keys.shared_size(), 29);
    for _ in 0..9 {
        vm.new_instance(class);
    }
    assert_eq!(keys.shared_size(), 20);
    let mut names: Vec<String> = (0..20).map(|i| format!("n{i}")).collect();
    for name in &names {
        set_attribute(vm, first, name);
    }
    assert!(instance::inline_values(first.header_unchecked()).is_some() && keys.usable() == 0);
    let version = vm.keys_version(keys);
    // Without room the instance gets a dict of its own, and the shared keys lose their version.
    names.push("more".to_owned());
    set_attribute(vm, first, "more");
    assert_ne!(keys.version.get(), version);
    let dict = instance::existing_dict(first.header_unchecked()).expect("a dict");
    assert_eq!((dict.len(), dict.is_split(), dict.keys().kind()), (21, false, KeysKind::Unicode));
    let found: Vec<String> = dict
        .iter()
        .filter_map(|(key, _)| Some(key.cast::<crate::objects::string::Str>()?.to_string_lossy().into_owned()))
        .collect();
    assert_eq!(found, names);
}

#[test]
fn dicts_of_instances_are_split_until_something_forces_them_apart() {
    let mut vm = vm();
    let vm = &mut *vm;
    let class = class(vm);
    let object: Value = vm.new_instance(class).into();
    let keys = class.cached_keys.get().expect("instances have inline values");
    for name in ["b", "a"] {
        set_attribute(vm, object, name);
    }
    let version = vm.keys_version(keys);
    let a = vm.intern("a");
    assert_eq!(instance::delete_own(vm, object, a), Ok(true));
    assert!(instance::inline_values(object.header_unchecked()).is_some());
    let dict = instance::materialize_dict(vm, object);
    assert!(dict.is_split() && dict.keys() == keys && instance::inline_values(object.header_unchecked()).is_none());
    assert_eq!((dict.len(), keys.version.get()), (1, version));
    set(vm, dict, "a", 1);
    assert!(!invalidates(vm, dict, |_| assert!(dict.del_str(a))));
    // A new key with room extends the shared keys.
    assert!(invalidates(vm, dict, |vm| set(vm, dict, "z", 1)));
    assert!(dict.is_split() && keys.len() == 3);
    let copy = dict.copy(vm).expect("plain keys");
    assert!(copy.is_split() && copy.keys() == keys);
    dict.pop_last(vm);
    assert!(!dict.is_split() && copy.is_split() && copy.len() == 2);
    copy.set_item(vm, Value::small_int(1), Value::NONE).expect("plain keys");
    assert!(!copy.is_split() && copy.keys().kind() == KeysKind::General);
}
