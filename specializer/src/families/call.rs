//! `CALL` (`_Py_Specialize_Call`): only calls of Python functions have forms here. Calls of anything native are
//! specialized in `PRECALL`, whose forms skip the `CALL`.

use quicken_bytecode::Opcode;

use super::{Form, callable};
use crate::check::Fit;
use crate::decision::{CacheContents, Demand, Subject};
use crate::failure::{self, FailureKind, call as kinds};
use crate::observation::{Call, Callable, FunctionInfo};
use crate::shape::Entry;

/// The form, or CPython's reason.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(call: &Call) -> Result<Form, FailureKind> {
    let (function, min_args) = plain_call(call)?;
    if call.total_args > function.argcount || call.total_args < min_args {
        return Err(failure::WRONG_NUMBER_ARGUMENTS);
    }
    let (opcode, reason) = if call.total_args == function.argcount {
        (Opcode::CALL_PY_EXACT_ARGS, "a Python function gets as many arguments as it has parameters")
    } else {
        (Opcode::CALL_PY_WITH_DEFAULTS, "a Python function's defaults fill in for the missing arguments")
    };
    Ok(Form { opcode, cache: cache(function, min_args)?, reason })
}

/// The function and how many arguments it needs, where a frame of it can be filled from the stack.
fn plain_call(call: &Call) -> Result<(&FunctionInfo, u32), FailureKind> {
    let Callable::PyFunction(function) = &call.callable else {
        return Err(callable::fail_kind(&call.callable));
    };
    if call.custom_eval {
        return Err(kinds::PEP_523);
    }
    if call.has_kwnames {
        return Err(kinds::KWNAMES);
    }
    callable::simple_function(function)?;
    Ok((function, function.argcount.saturating_sub(function.defaults)))
}

fn cache(function: &FunctionInfo, min_args: u32) -> Result<CacheContents, FailureKind> {
    let min_args = u16::try_from(min_args).map_err(|_| failure::OUT_OF_RANGE)?;
    Ok(CacheContents::Call { func_version: Demand::new(Subject::Function, function.version), min_args })
}

fits! { Call(call, oparg):
    CALL_PY_EXACT_ARGS, CALL_PY_WITH_DEFAULTS => fit(call);
}

/// The guards compare the function and the number of arguments; that its parameters are plain is taken for granted.
fn fit(call: &Call) -> Fit {
    match plain_call(call).and_then(|(function, min_args)| cache(function, min_args)) {
        Ok(cache) => Ok(cache.into()),
        Err(_) => Err("what is called is no Python function of plain parameters, or keywords are given"),
    }
}

guards! { Call(call, facts, oparg, entry):
    CALL_PY_EXACT_ARGS => guarded(call, entry).is_some_and(|function| call.total_args == function.argcount);
    CALL_PY_WITH_DEFAULTS => guarded(call, entry).is_some_and(|function| {
        call.total_args <= function.argcount && call.total_args >= u32::from(entry.number)
    });
}

/// The function, if it has the version that the cache holds.
fn guarded<'a>(call: &'a Call, entry: &Entry) -> Option<&'a FunctionInfo> {
    match &call.callable {
        Callable::PyFunction(function) if function.version == Some(entry.version) => Some(function),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::function;
    use crate::observation::{
        BuiltinFunction, BuiltinIdentity, ClassInfo, Convention, FunctionInfo, MethodDescriptor, TypeKind,
    };

    fn call(callable: Callable, total_args: u32) -> Call {
        Call { callable, total_args, has_kwnames: false, custom_eval: false }
    }

    fn python(function: FunctionInfo, total_args: u32) -> Call {
        call(Callable::PyFunction(function), total_args)
    }

    #[test]
    fn forms() {
        let form = decide(&python(function(2), 2)).unwrap();
        assert_eq!(form.opcode, Opcode::CALL_PY_EXACT_ARGS);
        let func_version = Demand::new(Subject::Function, Some(5));
        assert_eq!(form.cache, CacheContents::Call { func_version, min_args: 2 });
        let form = decide(&python(FunctionInfo { defaults: 2, ..function(3) }, 1)).unwrap();
        assert_eq!(form.opcode, Opcode::CALL_PY_WITH_DEFAULTS);
        assert_eq!(form.cache, CacheContents::Call { func_version, min_args: 1 });
        let form = decide(&python(FunctionInfo { defaults: 2, ..function(3) }, 3)).unwrap();
        assert_eq!(form.opcode, Opcode::CALL_PY_EXACT_ARGS);
    }

    #[test]
    fn failures_of_functions() {
        let kind = |call: &Call| decide(call).unwrap_err().number();
        assert_eq!(kind(&python(function(2), 1)), 6);
        assert_eq!(kind(&python(function(2), 3)), 6);
        assert_eq!(kind(&python(FunctionInfo { varargs: true, ..function(1) }, 1)), 9);
        assert_eq!(kind(&python(FunctionInfo { varkeywords: true, ..function(1) }, 1)), 9);
        assert_eq!(kind(&python(FunctionInfo { kwonlyargcount: 1, ..function(1) }, 1)), 9);
        assert_eq!(kind(&python(FunctionInfo { optimized: false, ..function(1) }, 1)), 10);
        assert_eq!(kind(&python(function(70_000), 70_000)), 4);
        assert_eq!(kind(&Call { has_kwnames: true, ..python(function(1), 1) }), 25);
        assert_eq!(kind(&Call { custom_eval: true, has_kwnames: true, ..python(function(1), 1) }), 29);
    }

    #[test]
    fn failures_of_other_callables() {
        let kind = |callable: Callable| decide(&call(callable, 1)).unwrap_err().number();
        let class = ClassInfo { kind: TypeKind::Heap, immutable: false, new_is_object_new: true, vectorcall: false };
        let native = BuiltinFunction { convention: Convention::O, identity: BuiltinIdentity::Len };
        let method = MethodDescriptor { convention: Convention::O, is_list_append: true };
        assert_eq!(kind(Callable::BuiltinFunction(native)), 13);
        assert_eq!(kind(Callable::InstanceMethod), 11);
        assert_eq!(kind(Callable::BoundMethod), 21);
        assert_eq!(kind(Callable::CMethod), 12);
        assert_eq!(kind(Callable::Class(class)), 19);
        assert_eq!(kind(Callable::Class(ClassInfo { new_is_object_new: false, ..class })), 18);
        assert_eq!(kind(Callable::MethodDescriptor(method)), 20);
        assert_eq!(kind(Callable::WrapperDescriptor), 27);
        assert_eq!(kind(Callable::MethodWrapper), 26);
        assert_eq!(kind(Callable::Other), 0);
        assert_eq!(callable::fail_kind(&Callable::PyFunction(function(0))).number(), 28);
    }
}
