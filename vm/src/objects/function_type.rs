//! The types `function` and `cell`.

use crate::Vm;
use crate::args::{Args, Parameters};
use crate::error::PyResult;
use crate::object::{Gc, Header, LayoutKind};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::{CellObject, Function};
use crate::objects::string::Str;
use crate::objects::tuple::Tuple;
use crate::objects::typeobj::Type;
use crate::slots::{CompareOp, Slots};
use crate::spec::{TypeSpec, getset, member};
use crate::value::Value;

fn function_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    const PARAMETERS: Parameters<5> = Parameters {
        names: ["code", "globals", "name", "argdefs", "closure"],
        positional_only: 0,
        max_positional: 5,
        required: 2,
    };
    let [code, globals, name, defaults, closure] = args.bind(vm, "function", &PARAMETERS)?;
    let Some(code) = code.cast::<Code>() else {
        let given = vm.type_name(code);
        return Err(vm.type_error(format!("function() argument 'code' must be code, not {given}")));
    };
    let Some(globals) = globals.cast::<Dict>() else {
        let given = vm.type_name(globals);
        return Err(vm.type_error(format!("function() argument 'globals' must be dict, not {given}")));
    };
    let name = name.or_none();
    if !name.is_none() && name.cast::<Str>().is_none() {
        return Err(vm.type_error("arg 3 (name) must be None or string"));
    }
    let defaults = defaults.or_none();
    if !defaults.is_none() && defaults.cast::<Tuple>().is_none() {
        return Err(vm.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let closure = closure.or_none();
    let free = code.object.nfreevars();
    let given = match closure.cast::<Tuple>() {
        Some(cells) => {
            for index in 0..cells.len() {
                if let Some(item) = cells.get(index)
                    && item.cast::<CellObject>().is_none()
                {
                    let found = vm.type_name(item);
                    return Err(vm.type_error(format!("arg 5 (closure) expected cell, found {found}")));
                }
            }
            cells.len()
        }
        None if closure.is_none() && free == 0 => 0,
        None if closure.is_none() => return Err(vm.type_error("arg 5 (closure) must be tuple")),
        None => return Err(vm.type_error("arg 5 (closure) must be None or tuple")),
    };
    if given != free {
        let text = code.name.to_string_lossy().into_owned();
        return Err(vm.value_error(format!("{text} requires closure of length {free}, not {given}")));
    }
    let builtins = vm.builtins_of(globals);
    let function = Function::new(Header::new(vm.types.function), code, globals, builtins);
    if !name.is_none() {
        function.name.set(name);
    }
    let unless_none = |v: Value| if v.is_none() { Value::NULL } else { v };
    function.defaults.set(unless_none(defaults));
    function.closure.set(unless_none(closure));
    let module = vm.names.__name__;
    if let Some(module) = globals.get_str(module) {
        function.module.set(module);
    }
    Ok(vm.heap.allocate(function).into())
}

impl Vm {
    /// The builtins that code with these globals uses: the globals' `__builtins__`, a module or its dict.
    pub fn builtins_of(&mut self, globals: Gc<Dict>) -> Gc<Dict> {
        let name = self.names.__builtins__;
        let Some(found) = globals.get_str(name) else {
            return self.current_frame().map_or(self.builtins, |frame| frame.function.builtins.get());
        };
        if let Some(module) = found.cast::<crate::objects::module::Module>() {
            return module.dict();
        }
        match found.cast::<Dict>() {
            Some(dict) if found.is_exact(self.types.dict) => dict,
            // Nothing is found in this one, so that the object itself is asked ([`Vm::unusual_builtins`]).
            _ => self.new_dict(),
        }
    }

    /// `__builtins__` where that is neither a module nor a plain dict: then it is asked for every name.
    pub(crate) fn unusual_builtins(&self, globals: Gc<Dict>) -> Option<Value> {
        let found = globals.get_str(self.names.__builtins__)?;
        let is_usual = found.is_exact(self.types.dict) || found.cast::<crate::objects::module::Module>().is_some();
        (!is_usual).then_some(found)
    }
}

fn function_call(vm: &mut Vm, callable: Value, args: Args<'_>) -> PyResult {
    match callable.cast::<Function>() {
        Some(function) => vm.call_function(function, args),
        None => Ok(Value::NONE),
    }
}

fn function_get(vm: &mut Vm, descriptor: Value, instance: Value, _owner: Value) -> PyResult {
    if instance.or_none().is_none() {
        return Ok(descriptor);
    }
    Ok(vm.new_bound_method(descriptor, instance))
}

fn function_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<Function>() else { return Ok(Value::NONE) };
    let name = vm.str_of(function.qualname.get())?.to_string_lossy().into_owned();
    Ok(vm.new_str(&format!("<function {name} at {:#x}>", function.address())).into())
}

macro_rules! plain_getters {
    ($($name:ident => $field:ident;)*) => {
        $(fn $name(_vm: &mut Vm, value: Value) -> PyResult {
            Ok(value.cast::<Function>().map_or(Value::NONE, |f| f.$field.get().or_none()))
        })*
    };
}

plain_getters! {
    get_defaults => defaults;
    get_kwdefaults => kwdefaults;
    get_closure => closure;
    get_name => name;
    get_qualname => qualname;
    get_doc => doc;
    get_module => module;
}

fn get_code(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Function>().map_or(Value::NONE, |f| f.code.get().into()))
}

fn get_globals(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Function>().map_or(Value::NONE, |f| f.globals.get().into()))
}

fn get_builtins(_vm: &mut Vm, value: Value) -> PyResult {
    Ok(value.cast::<Function>().map_or(Value::NONE, |f| f.builtins.get().into()))
}

fn set_code(vm: &mut Vm, value: Value, code: Value) -> PyResult<()> {
    let Some(function) = value.cast::<Function>() else { return Ok(()) };
    let Some(code) = code.cast::<Code>() else {
        return Err(vm.type_error("__code__ must be set to a code object"));
    };
    let closure = function.closure.get().cast::<Tuple>().map_or(0, |c| c.len());
    let free = code.object.nfreevars();
    if closure != free {
        let name = vm.str_of(function.name.get())?.to_string_lossy().into_owned();
        let text = format!("{name}() requires a code object with {closure} free vars, not {free}");
        return Err(vm.value_error(text));
    }
    function.version.set(0);
    function.code.set(code);
    Ok(())
}

fn set_name(vm: &mut Vm, value: Value, name: Value) -> PyResult<()> {
    if name.is_null() || name.cast::<Str>().is_none() {
        return Err(vm.type_error("__name__ must be set to a string object"));
    }
    if let Some(function) = value.cast::<Function>() {
        function.name.set(name);
    }
    Ok(())
}

fn set_qualname(vm: &mut Vm, value: Value, name: Value) -> PyResult<()> {
    if name.is_null() || name.cast::<Str>().is_none() {
        return Err(vm.type_error("__qualname__ must be set to a string object"));
    }
    if let Some(function) = value.cast::<Function>() {
        function.qualname.set(name);
    }
    Ok(())
}

fn set_defaults(vm: &mut Vm, value: Value, defaults: Value) -> PyResult<()> {
    let defaults = if defaults.is_none() { Value::NULL } else { defaults };
    if !defaults.is_null() && defaults.cast::<Tuple>().is_none() {
        return Err(vm.type_error("__defaults__ must be set to a tuple object"));
    }
    if let Some(function) = value.cast::<Function>() {
        function.version.set(0);
        function.defaults.set(defaults);
    }
    Ok(())
}

fn set_kwdefaults(vm: &mut Vm, value: Value, defaults: Value) -> PyResult<()> {
    let defaults = if defaults.is_none() { Value::NULL } else { defaults };
    if !defaults.is_null() && defaults.cast::<Dict>().is_none() {
        return Err(vm.type_error("__kwdefaults__ must be set to a dict object"));
    }
    if let Some(function) = value.cast::<Function>() {
        function.version.set(0);
        function.kwdefaults.set(defaults);
    }
    Ok(())
}

/// The compiler leaves annotations as a tuple of names and values; the dict is made when somebody asks.
fn get_annotations(vm: &mut Vm, value: Value) -> PyResult {
    let Some(function) = value.cast::<Function>() else { return Ok(Value::NONE) };
    let stored = function.annotations.get();
    if stored.cast::<Dict>().is_some() {
        return Ok(stored);
    }
    let dict = vm.new_dict();
    if let Some(pairs) = stored.cast::<Tuple>() {
        let mut index = 0;
        while let (Some(name), Some(annotation)) = (pairs.get(index), pairs.get(index + 1)) {
            dict.set_item(vm, name, annotation)?;
            index += 2;
        }
    }
    function.annotations.set(dict.into());
    Ok(dict.into())
}

fn set_annotations(vm: &mut Vm, value: Value, annotations: Value) -> PyResult<()> {
    let annotations = if annotations.is_none() { Value::NULL } else { annotations };
    if !annotations.is_null() && annotations.cast::<Dict>().is_none() {
        return Err(vm.type_error("__annotations__ must be set to a dict object"));
    }
    if let Some(function) = value.cast::<Function>() {
        function.version.set(0);
        function.annotations.set(annotations);
    }
    Ok(())
}

fn set_doc(_vm: &mut Vm, value: Value, doc: Value) -> PyResult<()> {
    if let Some(function) = value.cast::<Function>() {
        function.doc.set(doc.or_none());
    }
    Ok(())
}

fn set_module(_vm: &mut Vm, value: Value, module: Value) -> PyResult<()> {
    if let Some(function) = value.cast::<Function>() {
        function.module.set(module.or_none());
    }
    Ok(())
}

/// `function`.
pub static FUNCTION_TYPE: TypeSpec = TypeSpec {
    has_dict: true,
    slots: Slots {
        new: Some(function_new),
        call: Some(function_call),
        descr_get: Some(function_get),
        repr: Some(function_repr),
        ..Slots::NONE
    },
    getset: &[
        member("__closure__", get_closure),
        crate::spec::GetSetSpec { member: true, ..getset("__doc__", get_doc, set_doc) },
        member("__globals__", get_globals),
        crate::spec::GetSetSpec { member: true, ..getset("__module__", get_module, set_module) },
        member("__builtins__", get_builtins),
        getset("__code__", get_code, set_code),
        getset("__defaults__", get_defaults, set_defaults),
        getset("__kwdefaults__", get_kwdefaults, set_kwdefaults),
        getset("__annotations__", get_annotations, set_annotations),
        crate::objects::typeobj::dict_getset(),
        getset("__name__", get_name, set_name),
        getset("__qualname__", get_qualname, set_qualname),
    ],
    ..TypeSpec::new("function", LayoutKind::Function)
};

// ---- cells ----

fn cell_new(vm: &mut Vm, _ty: Gc<Type>, args: Args<'_>) -> PyResult {
    let values = args.between(vm, "cell", 0, 1)?;
    let contents = values.first().copied().unwrap_or(Value::NULL);
    let header = Header::new(vm.types.cell);
    Ok(vm.heap.allocate(CellObject::new(header, contents)).into())
}

fn cell_repr(vm: &mut Vm, value: Value) -> PyResult {
    let Some(cell) = value.cast::<CellObject>() else { return Ok(Value::NONE) };
    let address = cell.address();
    let text = match cell.contents.get().non_null() {
        None => format!("<cell at {address:#x}: empty>"),
        Some(contents) => {
            let inner = contents.heap_address().unwrap_or(contents.bits() as usize);
            format!("<cell at {address:#x}: {} object at {inner:#x}>", vm.type_name(contents))
        }
    };
    Ok(vm.new_str(&text).into())
}

fn cell_compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (a.cast::<CellObject>(), b.cast::<CellObject>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (a.contents.get().non_null(), b.contents.get().non_null()) {
        (Some(x), Some(y)) => vm.compare(x, y, op),
        (x, y) => Ok(Value::bool(op.test(x.is_some().cmp(&y.is_some())))),
    }
}

fn cell_contents(vm: &mut Vm, value: Value) -> PyResult {
    match value.cast::<CellObject>().and_then(|c| c.contents.get().non_null()) {
        Some(contents) => Ok(contents),
        None => Err(vm.value_error("Cell is empty")),
    }
}

fn cell_set_contents(_vm: &mut Vm, value: Value, contents: Value) -> PyResult<()> {
    if let Some(cell) = value.cast::<CellObject>() {
        cell.contents.set(contents);
    }
    Ok(())
}

/// `cell`.
pub static CELL_TYPE: TypeSpec = TypeSpec {
    slots: Slots { new: Some(cell_new), repr: Some(cell_repr), compare: Some(cell_compare), ..Slots::NONE },
    getset: &[getset("cell_contents", cell_contents, cell_set_contents)],
    ..TypeSpec::new("cell", LayoutKind::Cell)
};
