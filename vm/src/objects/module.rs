//! Modules.

#![expect(unsafe_code, reason = "implementing the heap's contract")]

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::heap::Marker;
use crate::object::{Field, Gc, Header, HeapObject, LayoutKind};
use crate::objects::dict::Dict;
use crate::objects::string::Str;
use crate::objects::typeobj::{Type, dict_getset};
use crate::protocol::generic_lookup;
use crate::slots::Slots;
use crate::spec::{Convention, TypeSpec, getset, method};
use crate::value::Value;

/// A module: a namespace.
#[repr(C)]
pub struct Module {
    header: Header,
    /// `__dict__`.
    pub dict: Field,
}

// SAFETY: `repr(C)` with the header first; every reference is reported.
unsafe impl HeapObject for Module {
    const LAYOUT: LayoutKind = LayoutKind::Module;

    fn trace(&self, marker: &mut Marker) {
        marker.value(self.dict.get());
    }
}

impl Module {
    /// The namespace.
    #[inline]
    pub fn dict(&self) -> Gc<Dict> {
        match self.dict.get().cast::<Dict>() {
            Some(dict) => dict,
            // `new` makes the dict with the module, and nothing but another dict can take its place.
            None => unreachable!("a module without a dict"),
        }
    }
}

impl Vm {
    /// An empty module with the attributes that every module has.
    pub fn new_module(&mut self, name: &str) -> Gc<Module> {
        let name = self.intern(name);
        let dict = self.new_dict();
        let header = Header::new(self.types.module);
        let module = self.heap.allocate(Module { header, dict: Field::new(dict.into()) });
        self.set_module_names(dict, name.into(), Value::NONE);
        module
    }

    fn set_module_names(&mut self, dict: Gc<Dict>, name: Value, doc: Value) {
        let names = &self.names;
        let entries = [
            (names.__name__, name),
            (names.__doc__, doc),
            (names.__package__, Value::NONE),
            (names.__loader__, Value::NONE),
            (names.__spec__, Value::NONE),
        ];
        for (key, value) in entries {
            dict.set_str(self, key, value);
        }
    }
}

fn new(vm: &mut Vm, ty: Gc<Type>, _args: Args<'_>) -> PyResult {
    let dict = vm.new_dict();
    let module = Module { header: Header::new(ty), dict: Field::new(dict.into()) };
    Ok(vm.allocate_object(ty, module).into())
}

fn init(vm: &mut Vm, value: Value, args: Args<'_>) -> PyResult<()> {
    const PARAMETERS: Parameters<2> =
        Parameters { names: ["name", "doc"], positional_only: 0, max_positional: 2, required: 1 };
    let [name, doc] = args.bind(vm, "module", &PARAMETERS)?;
    if name.cast::<Str>().is_none() {
        let given = vm.type_name(name);
        return Err(vm.type_error(format!("module() argument 'name' must be str, not {given}")));
    }
    if let Some(module) = value.cast::<Module>() {
        vm.set_module_names(module.dict(), name, doc.or_none());
    }
    Ok(())
}

fn getattro(vm: &mut Vm, value: Value, name: Gc<Str>) -> PyResult {
    if let Some(found) = generic_lookup(vm, value, name)? {
        return Ok(found);
    }
    let Some(module) = value.cast::<Module>() else { return Ok(Value::NONE) };
    let dict = module.dict();
    if let Some(hook) = dict.get_str(vm.names.__getattr__) {
        return vm.call_values(hook, &[name.into()]);
    }
    let text = name.to_string_lossy().into_owned();
    let message = match dict.get_str(vm.names.__name__).and_then(|n| n.cast::<Str>()) {
        Some(module) => format!("module '{}' has no attribute '{text}'", module.to_string_lossy()),
        None => format!("module has no attribute '{text}'"),
    };
    Err(vm.attribute_error_on(value, name, message))
}

fn repr(vm: &mut Vm, value: Value) -> PyResult {
    if let Some(text) = vm.library_module_repr(value) {
        return text;
    }
    let Some(module) = value.cast::<Module>() else { return Ok(Value::NONE) };
    let dict = module.dict();
    let name = match dict.get_str(vm.names.__name__) {
        Some(name) => vm.repr_text(name)?,
        None => "'?'".to_owned(),
    };
    let text = match dict.get_str(vm.names.__file__) {
        Some(file) => format!("<module {name} from {}>", vm.repr_text(file)?),
        None => match dict.get_str(vm.names.__loader__).filter(|loader| !loader.is_none()) {
            Some(loader) => format!("<module {name} ({})>", vm.repr_text(loader)?),
            None => {
                let plain = name.trim_matches('\'');
                let native = plain == "builtins" || vm.native_module(plain).is_some();
                format!("<module {name}{}>", if native { " (built-in)" } else { "" })
            }
        },
    };
    Ok(vm.new_str(&text).into())
}

fn dir(vm: &mut Vm, value: Value, _args: Args<'_>) -> PyResult {
    let name = vm.names.__dict__;
    let dict = vm.get_attr(value, name)?;
    let Some(dict) = dict.cast::<Dict>() else {
        return Err(vm.type_error("<module>.__dict__ is not a dictionary"));
    };
    if let Some(hook) = dict.get_str(vm.names.__dir__) {
        return vm.call_values(hook, &[]);
    }
    let mut keys = vm.heap.temp_vec();
    let mut position = 0;
    while let Some(entry) = dict.entry(position) {
        position += 1;
        keys.extend(entry.map(|(key, _)| key));
    }
    Ok(vm.new_list(&keys).into())
}

fn get_annotations(vm: &mut Vm, value: Value) -> PyResult {
    let Some(module) = value.cast::<Module>() else { return Ok(Value::NONE) };
    let name = vm.names.__annotations__;
    if let Some(found) = module.dict().get_str(name) {
        return Ok(found);
    }
    let fresh: Value = vm.new_dict().into();
    module.dict().set_str(vm, name, fresh);
    Ok(fresh)
}

fn set_annotations(vm: &mut Vm, value: Value, annotations: Value) -> PyResult<()> {
    let Some(module) = value.cast::<Module>() else { return Ok(()) };
    let name = vm.names.__annotations__;
    if !annotations.is_null() {
        module.dict().set_str(vm, name, annotations);
    } else if !module.dict().del_str(name) {
        return Err(vm.attribute_error("__annotations__"));
    }
    Ok(())
}

/// `module`.
pub static MODULE_TYPE: TypeSpec = TypeSpec {
    subclassable: true,
    has_dict: true,
    slots: Slots { new: Some(new), init: Some(init), getattro: Some(getattro), repr: Some(repr), ..Slots::NONE },
    methods: &[method("__dir__", dir, Convention::NoArgs)],
    getset: &[
        crate::spec::GetSetSpec { set: None, member: true, ..dict_getset() },
        getset("__annotations__", get_annotations, set_annotations),
    ],
    ..TypeSpec::new("module", LayoutKind::Module)
};
