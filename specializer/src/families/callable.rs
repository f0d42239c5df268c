//! What `CALL`, `PRECALL` and the subscripts have in common.

use crate::failure::{self, FailureKind, call as kinds};
use crate::observation::{Callable, Convention, FunctionInfo};

/// `function_kind`: whether a frame of the function can be filled from the stack alone.
pub(super) fn simple_function(function: &FunctionInfo) -> Result<(), FailureKind> {
    if function.varargs || function.varkeywords || function.kwonlyargcount != 0 {
        return Err(kinds::COMPLEX_PARAMETERS);
    }
    if !function.optimized {
        return Err(kinds::CO_NOT_OPTIMIZED);
    }
    Ok(())
}

/// `call_fail_kind`: what a callable that has no form is.
pub(super) fn fail_kind(callable: &Callable) -> FailureKind {
    match callable {
        Callable::BuiltinFunction(_) => kinds::PYCFUNCTION,
        Callable::PyFunction(_) => kinds::PYFUNCTION,
        Callable::InstanceMethod => kinds::INSTANCE_METHOD,
        Callable::BoundMethod => kinds::BOUND_METHOD,
        Callable::CMethod => kinds::CMETHOD,
        Callable::Class(class) if class.new_is_object_new => kinds::PYTHON_CLASS,
        Callable::Class(_) => kinds::CLASS,
        Callable::MethodDescriptor(_) => kinds::METHOD_DESCRIPTOR,
        Callable::WrapperDescriptor => kinds::OPERATOR_WRAPPER,
        Callable::MethodWrapper => kinds::METHOD_WRAPPER,
        Callable::Other => failure::OTHER,
    }
}

/// `builtin_call_fail_kind`: the convention of a native function that has no form.
pub(super) fn convention_fail_kind(convention: Convention) -> FailureKind {
    match convention {
        Convention::Varargs => kinds::PYCFUNCTION,
        Convention::VarargsKeywords => kinds::PYCFUNCTION_WITH_KEYWORDS,
        Convention::FastKeywords => kinds::PYCFUNCTION_FAST_WITH_KEYWORDS,
        Convention::NoArgs => kinds::PYCFUNCTION_NOARGS,
        Convention::MethodFastKeywords | Convention::O | Convention::Fast => kinds::BAD_CALL_FLAGS,
    }
}
