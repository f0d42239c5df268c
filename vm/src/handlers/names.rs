//! Names that are looked up in namespaces: module and class bodies, globals.

#![expect(unsafe_code, reason = "the running frame is reached through the interpreter's registers")]

use quicken_bytecode::CodeFlags;

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::string::Str;
use crate::state::Flow;
use crate::value::Value;

slow_handlers! {
    LOAD_NAME => load_name,
    STORE_NAME => store_name,
    DELETE_NAME => delete_name,
    STORE_GLOBAL => store_global,
    DELETE_GLOBAL => delete_global,
    SETUP_ANNOTATIONS => setup_annotations,
}

impl Vm {
    /// The running code.
    #[inline(always)]
    pub(crate) fn running_code(&self) -> Gc<Code> {
        // SAFETY: handlers and slow functions run on top of a frame.
        unsafe { (*self.frame).code }
    }

    /// The running function.
    #[inline(always)]
    pub(crate) fn running_function(&self) -> Gc<Function> {
        // SAFETY: as for `running_code`.
        unsafe { (*self.frame).function }
    }

    /// The running code's globals.
    #[inline(always)]
    pub(crate) fn running_globals(&self) -> Gc<Dict> {
        // SAFETY: as for `running_code`.
        unsafe { (*self.frame).globals }
    }

    /// The local namespace of a module or class body; `NULL` in a function. A function made of such a body's code has its
    /// globals for locals (`_PyFunction_Vectorcall`).
    pub(crate) fn frame_locals(&self) -> Value {
        // SAFETY: as for `running_code`.
        let locals = unsafe { (*self.frame).locals };
        if locals.is_null() && !self.running_code().is(CodeFlags::OPTIMIZED) {
            return self.running_globals().into();
        }
        locals
    }

    /// A name in the globals, then in the builtins.
    pub(crate) fn global(&mut self, name: Gc<Str>) -> PyResult {
        let (globals, builtins) = (self.running_globals(), self.running_function().builtins.get());
        for dict in [globals, builtins] {
            if let Some(value) = dict.get_str(name) {
                return Ok(value);
            }
        }
        self.unusual_global(name, [globals, builtins])
    }

    /// Where a namespace has keys that are no strings, those may be equal to the name.
    #[cold]
    fn unusual_global(&mut self, name: Gc<Str>, namespaces: [Gc<Dict>; 2]) -> PyResult {
        for dict in namespaces {
            if !dict.keys().is_unicode()
                && let Some(value) = dict.get_item(self, name.into())?
            {
                return Ok(value);
            }
        }
        match self.unusual_builtins(namespaces[0]) {
            Some(builtins) => match self.mapping_get(builtins, name)? {
                Some(value) => Ok(value),
                None => Err(self.undefined_name(name)),
            },
            None => Err(self.undefined_name(name)),
        }
    }

    /// A name for `LOAD_GLOBAL` where the globals are of a class derived from `dict`, which may have its own ideas.
    #[cold]
    pub(crate) fn global_of_derived(&mut self, name: Gc<Str>) -> PyResult {
        let globals = self.running_globals();
        match self.mapping_get(globals.into(), name)? {
            Some(value) => Ok(value),
            None => {
                let builtins = self.running_function().builtins.get();
                match builtins.get_str(name) {
                    Some(value) => Ok(value),
                    None => self.unusual_global(name, [globals, builtins]),
                }
            }
        }
    }

    fn undefined_name(&mut self, name: Gc<Str>) -> Raise {
        self.name_error(name)
    }

    /// `mapping[name]`, or `None` when it raises `KeyError`; exact dicts without a call.
    pub(crate) fn mapping_get(&mut self, mapping: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        if mapping.is_exact(self.types.dict) {
            return Ok(mapping.cast::<Dict>().and_then(|dict| dict.get_str(name)));
        }
        match self.get_item(mapping, name.into()) {
            Ok(value) => Ok(Some(value)),
            Err(raise) if self.is_raised(raise, self.exc.KeyError) => Ok(None),
            Err(raise) => Err(raise),
        }
    }

    pub(crate) fn no_locals(&mut self, doing: &str, name: Gc<Str>) -> Raise {
        let text = name.to_string_lossy().into_owned();
        self.system_error(format!("no locals when {doing} '{text}'"))
    }
}

fn load_name(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let locals = vm.frame_locals();
    if locals.is_null() {
        return Err(vm.no_locals("loading", name));
    }
    let value = match vm.mapping_get(locals, name)? {
        Some(value) => value,
        None => vm.global(name)?,
    };
    vm.state.push(value);
    Ok(Flow::Continue)
}

fn store_name(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let locals = vm.frame_locals();
    let value = vm.state.peek(1);
    if locals.is_null() {
        return Err(vm.no_locals("storing", name));
    }
    match locals.cast::<Dict>().filter(|_| locals.is_exact(vm.types.dict)) {
        Some(dict) => dict.set_str(vm, name, value),
        None => vm.set_item(locals, name.into(), value)?,
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn delete_name(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let locals = vm.frame_locals();
    if locals.is_null() {
        return Err(vm.no_locals("deleting", name));
    }
    match vm.del_item(locals, name.into()) {
        Err(raise) if vm.is_raised(raise, vm.exc.KeyError) => Err(vm.undefined_name(name)),
        other => other.map(|()| Flow::Continue),
    }
}

fn store_global(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let value = vm.state.peek(1);
    vm.running_globals().set_str(vm, name, value);
    vm.state.shrink(1);
    Ok(Flow::Continue)
}

fn delete_global(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    if vm.running_globals().del_item(vm, name.into())? { Ok(Flow::Continue) } else { Err(vm.undefined_name(name)) }
}

fn setup_annotations(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let locals = vm.frame_locals();
    let name = vm.intern("__annotations__");
    if locals.is_null() {
        return Err(vm.no_locals("setting up", name));
    }
    if vm.mapping_get(locals, name)?.is_none() {
        let dict = vm.new_dict();
        vm.set_item(locals, name.into(), dict.into())?;
    }
    Ok(Flow::Continue)
}
