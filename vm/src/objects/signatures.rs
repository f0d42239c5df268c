//! `__text_signature__`: the parameters of what is native, as CPython's documentation strings tell them. The table is what CPython 3.11.7 says
//! (`vm/scripts/signatures.py`).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::Vm;
use crate::object::Gc;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::value::Value;

/// Who has it, what it is called, and its parameters.
static TABLE: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    let lines = include_str!("signatures.txt").lines();
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(owner, rest)| {
            let (name, signature) = rest.split_once(' ')?;
            Some(((owner, name), signature))
        })
        .collect()
});

/// The owner of methods that stand for slots.
const ANY_TYPE: &str = "*";
/// The name of a type's own parameters.
const ITSELF: &str = "-";

impl Vm {
    fn signature(&mut self, owner: &str, name: &str) -> Option<Value> {
        let signature = TABLE.get(&(owner, name))?;
        if signature.is_empty() {
            return Some(Value::NONE);
        }
        let signature: Vec<String> = signature.split(r"\\").map(|part| part.replace(r"\n", "\n")).collect();
        Some(self.new_str(&signature.join("\\")).into())
    }

    /// The parameters of a module's function.
    pub(crate) fn signature_of_function(&mut self, module: Value, name: &str) -> Option<Value> {
        let module = module.cast::<Str>()?.to_string_lossy().into_owned();
        self.signature(&module, name)
    }

    /// The parameters of a method that stands for a slot.
    pub(crate) fn signature_of_slot(&mut self, name: &str) -> Option<Value> {
        self.signature(ANY_TYPE, name)
    }

    /// The parameters of a method, which the type may have from one of its bases.
    pub(crate) fn signature_of_method(&mut self, class: Gc<Type>, name: &str) -> Option<Value> {
        let mut found = None;
        for class in class.mro_types().filter(|class| !class.is_heap_type()) {
            found = found.or_else(|| self.signature_in(class, name));
        }
        found
    }

    /// The parameters with which a native type is called.
    pub(crate) fn signature_of_type(&mut self, class: Gc<Type>) -> Option<Value> {
        if class.is_heap_type() { None } else { self.signature_in(class, ITSELF) }
    }

    fn signature_in(&mut self, class: Gc<Type>, name: &str) -> Option<Value> {
        let module = crate::objects::typeobj::module_of(self, class)?.cast::<Str>()?.to_string_lossy().into_owned();
        let owner = format!("{module}.{}", class.qualname.get().to_string_lossy());
        self.signature(&owner, name)
    }
}
