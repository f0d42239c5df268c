//! The live instructions of a program's code objects after it ran.

use std::collections::HashSet;
use std::sync::Arc;

use quicken_bytecode::{CodeObject, CodeUnit};
use quicken_vm::objects::code::Code;
use quicken_vm::objects::dict::Dict;
use quicken_vm::objects::function::Function;
use quicken_vm::objects::typeobj::Type;
use quicken_vm::{Gc, Value, Vm};

/// A code object with its instructions as they stood when the program had ended.
#[derive(Clone, Debug)]
pub struct LiveCode {
    /// The code object as it was compiled.
    pub object: Arc<CodeObject>,
    /// The live code units: specialized instructions and their caches.
    pub units: Box<[CodeUnit]>,
}

/// The code objects of a program: the module's, with all that are nested in it, each before those nested in it; then those
/// that functions of the module's namespace have from elsewhere in the same file.
#[derive(Clone, Debug, Default)]
pub struct LiveCodes(Vec<LiveCode>);

impl LiveCodes {
    /// The code objects in order.
    pub fn iter(&self) -> impl Iterator<Item = &LiveCode> {
        self.0.iter()
    }

    /// The live code units of a code object: what `quicken_bytecode::dis` asks for.
    #[must_use]
    pub fn units(&self, object: &CodeObject) -> Option<Box<[CodeUnit]>> {
        self.0.iter().find(|live| std::ptr::eq(&raw const *live.object, object)).map(|live| live.units.clone())
    }

    pub(crate) fn collect(vm: &mut Vm, root: &Arc<CodeObject>) -> LiveCodes {
        let mut walk = Walk { vm, filename: root.filename.to_string(), found: Vec::new(), seen: HashSet::new() };
        let root = walk.vm.live_codes().into_iter().find(|code| Arc::ptr_eq(&code.object, root));
        if let Some(root) = root {
            walk.add(root);
        }
        walk.namespace();
        LiveCodes(walk.found)
    }
}

/// How deep classes within classes are looked through.
const MAX_DEPTH: usize = 6;

struct Walk<'a> {
    vm: &'a mut Vm,
    filename: String,
    found: Vec<LiveCode>,
    /// Addresses of what was visited. Objects do not move, and everything visited is reachable from the namespace.
    seen: HashSet<usize>,
}

impl Walk<'_> {
    fn add(&mut self, code: Gc<Code>) {
        if !self.seen.insert(code.address()) {
            return;
        }
        let units = code.live_units().into_iter().map(CodeUnit).collect();
        self.found.push(LiveCode { object: code.object.clone(), units });
        for index in 0..code.consts.len() {
            if let Some(nested) = code.consts.get(index).cast::<Code>() {
                self.add(nested);
            }
        }
    }

    fn namespace(&mut self) {
        let name = self.vm.intern("__main__");
        let Some(module) = self.vm.modules.get_str(name) else { return };
        if let Some(namespace) = self.attribute(module, "__dict__").and_then(Value::cast::<Dict>) {
            for value in values(namespace) {
                self.visit(value, 0);
            }
        }
    }

    fn visit(&mut self, value: Value, depth: usize) {
        let Some(address) = value.heap_address() else { return };
        if depth > MAX_DEPTH || !self.seen.insert(address) {
            return;
        }
        if let Some(function) = value.cast::<Function>() {
            let code = function.code.get();
            if code.object.filename.to_string() == self.filename {
                self.add(code);
            }
        } else if let Some(ty) = value.cast::<Type>() {
            let module = self.attribute(value, "__module__").and_then(Value::cast::<quicken_vm::objects::string::Str>);
            if ty.is_heap_type() && module.is_some_and(|module| module.to_string_lossy() == "__main__") {
                for value in values(ty.dict.get()) {
                    self.visit(value, depth + 1);
                }
            }
        } else {
            let class = self.vm.type_of(value).display_name();
            let parts: &[&str] = match class.as_str() {
                "staticmethod" | "classmethod" => &["__func__"],
                "property" => &["fget", "fset", "fdel"],
                _ => &[],
            };
            for part in parts {
                if let Some(part) = self.attribute(value, part) {
                    self.visit(part, depth + 1);
                }
            }
        }
    }

    fn attribute(&mut self, value: Value, name: &str) -> Option<Value> {
        let name = self.vm.intern(name);
        self.vm.get_attr(value, name).ok()
    }
}

/// The values of a dict that is not changed while they are looked at.
fn values(dict: Gc<Dict>) -> Vec<Value> {
    dict.iter().map(|(_, value)| value).collect()
}
