//! The import instructions; the machinery itself is in [`crate::import`].

use crate::Vm;
use crate::error::PyResult;
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::string::Str;
use crate::state::Flow;
use crate::value::Value;

slow_handlers! {
    IMPORT_NAME => import_name,
    IMPORT_FROM => import_from,
    IMPORT_STAR => import_star,
}

/// Stack: level, from-list.
fn import_name(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let (level, from_list) = (vm.state.peek(2), vm.state.peek(1));
    let level = level.as_small_int().unwrap_or(0);
    let globals = vm.running_globals();
    let module = vm.import_name(name, globals, from_list, level)?;
    vm.state.shrink(1);
    vm.state.poke(1, module);
    Ok(Flow::Continue)
}

fn import_from(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let name = vm.running_code().name_at(oparg);
    let module = vm.state.peek(1);
    let value = match vm.lookup_attr(module, name)? {
        Some(value) => value,
        None => vm.import_submodule_attribute(module, name)?,
    };
    vm.state.push(value);
    Ok(Flow::Continue)
}

fn import_star(vm: &mut Vm, _oparg: usize) -> PyResult<Flow> {
    let module = vm.state.peek(1);
    let locals = vm.frame_locals();
    if locals.is_null() {
        return Err(vm.system_error("no locals found during 'import *'"));
    }
    let all = vm.intern("__all__");
    let mut names = vm.heap.temp_vec();
    match vm.lookup_attr(module, all)? {
        Some(list) => vm.collect(list, &mut names)?,
        None => {
            let mut keys = vm.heap.temp_vec();
            match module.cast::<Module>().map(|m| m.dict()) {
                Some(dict) => keys.extend(dict.items(vm).iter().map(|(key, _)| *key)),
                // What stands in `sys.modules` may be any object.
                None => {
                    let name = vm.intern("__dict__");
                    let Some(dict) = vm.lookup_attr(module, name)? else {
                        return Err(vm.import_error("from-import-* object has no __dict__ and no __all__"));
                    };
                    let all = vm.call_method(dict, "keys", &[])?;
                    vm.collect(all, &mut keys)?;
                }
            }
            for &key in keys.iter() {
                if key.cast::<Str>().is_some_and(|k| k.is_empty() || k.char_at(0) != u32::from(b'_')) {
                    names.push(key);
                }
            }
        }
    }
    for &name in names.iter() {
        let Some(name) = name.cast::<Str>() else { continue };
        let value = vm.get_attr(module, name)?;
        match locals.cast::<Dict>().filter(|_| locals.is_exact(vm.types.dict)) {
            Some(dict) => dict.set_str(vm, name, value),
            None => vm.set_item(locals, Value::from(name), value)?,
        }
    }
    vm.state.shrink(1);
    Ok(Flow::Continue)
}
