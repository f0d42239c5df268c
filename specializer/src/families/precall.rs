//! `PRECALL` (`_Py_Specialize_Precall`).

use quicken_bytecode::Opcode;

use super::{Form, callable};
use crate::check::Fit;
use crate::decision::CacheContents;
use crate::failure::{self, FailureKind, call as kinds};
use crate::observation::{
    BuiltinFunction, BuiltinIdentity, Callable, ClassInfo, Convention, MethodDescriptor, Precall, TypeKind,
};
use crate::shape::Facts;

/// The form, or CPython's reason. `oparg` counts the arguments without a `self`.
///
/// # Errors
///
/// The kind of failure that CPython counts.
pub fn decide(oparg: u32, call: &Precall) -> Result<Form, FailureKind> {
    match &call.callable {
        Callable::BuiltinFunction(function) => builtin_function(function, call),
        Callable::PyFunction(_) => Ok(Form::plain(Opcode::PRECALL_PYFUNC, "a Python function: CALL does the work")),
        Callable::Class(class) => of_class(class, oparg, call),
        Callable::MethodDescriptor(method) => method_descriptor(method, oparg, call),
        Callable::BoundMethod => {
            Ok(Form::plain(Opcode::PRECALL_BOUND_METHOD, "a bound method is taken apart before CALL"))
        }
        other => Err(callable::fail_kind(other)),
    }
}

/// `specialize_c_call`
fn builtin_function(function: &BuiltinFunction, call: &Precall) -> Result<Form, FailureKind> {
    match function.convention {
        Convention::O => {
            if call.has_kwnames {
                return Err(kinds::KWNAMES);
            }
            if call.total_args != 1 {
                return Err(failure::WRONG_NUMBER_ARGUMENTS);
            }
            Ok(match function.identity {
                BuiltinIdentity::Len => Form::plain(Opcode::PRECALL_NO_KW_LEN, "the builtin len"),
                _ => Form::plain(Opcode::PRECALL_NO_KW_BUILTIN_O, "a native function of one argument"),
            })
        }
        Convention::Fast => {
            if call.has_kwnames {
                return Err(kinds::KWNAMES);
            }
            Ok(match function.identity {
                BuiltinIdentity::IsInstance if call.total_args == 2 => {
                    Form::plain(Opcode::PRECALL_NO_KW_ISINSTANCE, "the builtin isinstance")
                }
                _ => Form::plain(Opcode::PRECALL_NO_KW_BUILTIN_FAST, "a native function of positional arguments"),
            })
        }
        Convention::FastKeywords => {
            Ok(Form::plain(Opcode::PRECALL_BUILTIN_FAST_WITH_KEYWORDS, "a native function that takes keywords"))
        }
        other => Err(callable::convention_fail_kind(other)),
    }
}

/// `specialize_class_call`
fn of_class(class: &ClassInfo, oparg: u32, call: &Precall) -> Result<Form, FailureKind> {
    if class.new_is_object_new {
        return Err(kinds::PYTHON_CLASS);
    }
    if !class.immutable {
        return Err(kinds::CLASS_MUTABLE);
    }
    if call.total_args == 1 && oparg == 1 && !call.has_kwnames {
        match class.kind {
            TypeKind::Str => return Ok(Form::plain(Opcode::PRECALL_NO_KW_STR_1, "str of one argument")),
            TypeKind::Type => return Ok(Form::plain(Opcode::PRECALL_NO_KW_TYPE_1, "type of one argument")),
            TypeKind::Tuple => return Ok(Form::plain(Opcode::PRECALL_NO_KW_TUPLE_1, "tuple of one argument")),
            _ => {}
        }
    }
    if class.vectorcall {
        return Ok(Form::plain(Opcode::PRECALL_BUILTIN_CLASS, "a built-in class that is called by vectorcall"));
    }
    Err(if class.kind == TypeKind::Str { kinds::STR } else { kinds::CLASS_NO_VECTORCALL })
}

/// `specialize_method_descriptor`
fn method_descriptor(method: &MethodDescriptor, oparg: u32, call: &Precall) -> Result<Form, FailureKind> {
    if call.has_kwnames {
        return Err(kinds::KWNAMES);
    }
    match method.convention {
        Convention::NoArgs => {
            if call.total_args != 1 {
                return Err(failure::WRONG_NUMBER_ARGUMENTS);
            }
            Ok(Form::plain(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS, "a native method without arguments"))
        }
        Convention::O => {
            if call.total_args != 2 {
                return Err(failure::WRONG_NUMBER_ARGUMENTS);
            }
            if method.is_list_append && oparg == 1 && call.after_call == Some(Opcode::POP_TOP) {
                return Ok(Form::plain(Opcode::PRECALL_NO_KW_LIST_APPEND, "list.append whose result is dropped"));
            }
            Ok(Form::plain(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O, "a native method of one argument"))
        }
        Convention::Fast => {
            Ok(Form::plain(Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST, "a native method of positional arguments"))
        }
        Convention::FastKeywords => {
            Ok(Form::plain(Opcode::PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS, "a native method that takes keywords"))
        }
        other => Err(callable::convention_fail_kind(other)),
    }
}

fits! { Precall(call, oparg):
    PRECALL_PYFUNC, PRECALL_BOUND_METHOD, PRECALL_BUILTIN_CLASS, PRECALL_BUILTIN_FAST_WITH_KEYWORDS
        => Ok(CacheContents::None.into());
    PRECALL_NO_KW_BUILTIN_O, PRECALL_NO_KW_BUILTIN_FAST, PRECALL_NO_KW_LEN, PRECALL_NO_KW_ISINSTANCE,
    PRECALL_NO_KW_METHOD_DESCRIPTOR_O, PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS, PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST
        => without_keywords(call);
    PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => Ok(CacheContents::None.into());
    PRECALL_NO_KW_STR_1, PRECALL_NO_KW_TUPLE_1, PRECALL_NO_KW_TYPE_1 => one_argument(oparg, call);
    PRECALL_NO_KW_LIST_APPEND => if call.after_call == Some(Opcode::POP_TOP) {
        one_argument(oparg, call)
    } else {
        Err("no POP_TOP follows that it could swallow")
    };
}

/// That there are no keywords, and how many arguments there are, belongs to the place of the call and is not compared.
fn without_keywords(call: &Precall) -> Fit {
    if call.has_kwnames { Err("keywords are given") } else { Ok(CacheContents::None.into()) }
}

fn one_argument(oparg: u32, call: &Precall) -> Fit {
    if oparg == 1 { without_keywords(call) } else { Err("the call has not one argument") }
}

guards! { Precall(call, facts, oparg, entry):
    PRECALL_PYFUNC => matches!(call.callable, Callable::PyFunction(_));
    PRECALL_BOUND_METHOD => matches!(call.callable, Callable::BoundMethod) && call.total_args == oparg;
    PRECALL_NO_KW_BUILTIN_O => native(call, facts, Convention::O) && call.total_args == 1;
    PRECALL_NO_KW_BUILTIN_FAST => native(call, facts, Convention::Fast);
    PRECALL_BUILTIN_FAST_WITH_KEYWORDS => native(call, facts, Convention::FastKeywords);
    PRECALL_NO_KW_LEN => is_builtin(call, BuiltinIdentity::Len) && call.total_args == 1;
    PRECALL_NO_KW_ISINSTANCE => is_builtin(call, BuiltinIdentity::IsInstance) && call.total_args == 2;
    PRECALL_NO_KW_TYPE_1 => is_class(call, oparg, TypeKind::Type);
    PRECALL_NO_KW_STR_1 => is_class(call, oparg, TypeKind::Str);
    PRECALL_NO_KW_TUPLE_1 => is_class(call, oparg, TypeKind::Tuple);
    PRECALL_BUILTIN_CLASS => matches!(call.callable, Callable::Class(class) if class.vectorcall);
    PRECALL_NO_KW_METHOD_DESCRIPTOR_O => native_method(call, facts, Convention::O) && call.total_args == 2;
    PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS => native_method(call, facts, Convention::NoArgs) && call.total_args == 1;
    PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST => native_method(call, facts, Convention::Fast);
    PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS => native_method(call, facts, Convention::FastKeywords);
    PRECALL_NO_KW_LIST_APPEND => matches!(call.callable, Callable::MethodDescriptor(method) if method.is_list_append)
        && call.total_args == oparg + 1
        && facts.receiver_is_list;
}

fn native(call: &Precall, facts: &Facts, convention: Convention) -> bool {
    facts.plain && matches!(call.callable, Callable::BuiltinFunction(function) if function.convention == convention)
}

fn is_builtin(call: &Precall, identity: BuiltinIdentity) -> bool {
    matches!(call.callable, Callable::BuiltinFunction(function) if function.identity == identity)
}

fn is_class(call: &Precall, oparg: u32, kind: TypeKind) -> bool {
    call.total_args == oparg && matches!(call.callable, Callable::Class(class) if class.kind == kind)
}

fn native_method(call: &Precall, facts: &Facts, convention: Convention) -> bool {
    facts.plain
        && facts.receiver_fits
        && matches!(call.callable, Callable::MethodDescriptor(method) if method.convention == convention)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::testing::function;

    fn call(callable: Callable, total_args: u32) -> Precall {
        Precall { callable, total_args, has_kwnames: false, after_call: Some(Opcode::STORE_FAST) }
    }

    fn native(convention: Convention, identity: BuiltinIdentity) -> Callable {
        Callable::BuiltinFunction(BuiltinFunction { convention, identity })
    }

    fn method(convention: Convention) -> Callable {
        Callable::MethodDescriptor(MethodDescriptor { convention, is_list_append: false })
    }

    fn class(kind: TypeKind, vectorcall: bool) -> ClassInfo {
        ClassInfo { kind, immutable: true, new_is_object_new: false, vectorcall }
    }

    fn opcode(oparg: u32, call: Precall) -> Opcode {
        decide(oparg, &call).unwrap().opcode
    }

    fn kind(oparg: u32, call: Precall) -> u8 {
        decide(oparg, &call).unwrap_err().number()
    }

    const OTHER: BuiltinIdentity = BuiltinIdentity::Other;

    #[test]
    fn native_functions() {
        let (len, isinstance) = (BuiltinIdentity::Len, BuiltinIdentity::IsInstance);
        assert_eq!(opcode(1, call(native(Convention::O, len), 1)), Opcode::PRECALL_NO_KW_LEN);
        assert_eq!(opcode(1, call(native(Convention::O, OTHER), 1)), Opcode::PRECALL_NO_KW_BUILTIN_O);
        assert_eq!(opcode(2, call(native(Convention::Fast, isinstance), 2)), Opcode::PRECALL_NO_KW_ISINSTANCE);
        assert_eq!(opcode(3, call(native(Convention::Fast, isinstance), 3)), Opcode::PRECALL_NO_KW_BUILTIN_FAST);
        assert_eq!(opcode(2, call(native(Convention::Fast, OTHER), 2)), Opcode::PRECALL_NO_KW_BUILTIN_FAST);
        let print = Precall { has_kwnames: true, ..call(native(Convention::FastKeywords, OTHER), 2) };
        assert_eq!(opcode(2, print), Opcode::PRECALL_BUILTIN_FAST_WITH_KEYWORDS);

        assert_eq!(kind(2, call(native(Convention::O, len), 2)), 6);
        assert_eq!(kind(1, Precall { has_kwnames: true, ..call(native(Convention::O, len), 1) }), 25);
        assert_eq!(kind(1, Precall { has_kwnames: true, ..call(native(Convention::Fast, OTHER), 1) }), 25);
        assert_eq!(kind(0, call(native(Convention::NoArgs, OTHER), 0)), 16);
        assert_eq!(kind(0, call(native(Convention::Varargs, OTHER), 0)), 13);
        assert_eq!(kind(0, call(native(Convention::VarargsKeywords, OTHER), 0)), 14);
        assert_eq!(kind(0, call(native(Convention::MethodFastKeywords, OTHER), 0)), 17);
    }

    #[test]
    fn python_functions_and_bound_methods() {
        assert_eq!(opcode(0, call(Callable::PyFunction(function(3)), 0)), Opcode::PRECALL_PYFUNC);
        assert_eq!(opcode(0, call(Callable::BoundMethod, 0)), Opcode::PRECALL_BOUND_METHOD);
    }

    #[test]
    fn classes() {
        let of = |kind, vectorcall, args| call(Callable::Class(class(kind, vectorcall)), args);
        assert_eq!(opcode(1, of(TypeKind::Str, false, 1)), Opcode::PRECALL_NO_KW_STR_1);
        assert_eq!(opcode(1, of(TypeKind::Type, true, 1)), Opcode::PRECALL_NO_KW_TYPE_1);
        assert_eq!(opcode(1, of(TypeKind::Tuple, true, 1)), Opcode::PRECALL_NO_KW_TUPLE_1);
        assert_eq!(opcode(0, of(TypeKind::Tuple, true, 0)), Opcode::PRECALL_BUILTIN_CLASS);
        assert_eq!(opcode(1, of(TypeKind::Range, true, 1)), Opcode::PRECALL_BUILTIN_CLASS);
        assert_eq!(kind(2, of(TypeKind::Str, false, 2)), 22);
        assert_eq!(kind(1, Precall { has_kwnames: true, ..of(TypeKind::Str, false, 1) }), 22);
        // A class pushed as a method, with its argument as `self`.
        assert_eq!(kind(0, of(TypeKind::Str, false, 1)), 22);
        assert_eq!(kind(1, of(TypeKind::Int, false, 1)), 23);
        let heap = ClassInfo { immutable: false, ..class(TypeKind::Heap, false) };
        assert_eq!(kind(1, call(Callable::Class(heap), 1)), 24);
        let plain = ClassInfo { new_is_object_new: true, ..heap };
        assert_eq!(kind(1, call(Callable::Class(plain), 1)), 19);
    }

    #[test]
    fn native_methods() {
        let expect = [
            (Convention::NoArgs, 1, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS),
            (Convention::O, 2, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O),
            (Convention::Fast, 3, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST),
            (Convention::FastKeywords, 3, Opcode::PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS),
        ];
        for (convention, args, form) in expect {
            assert_eq!(opcode(args - 1, call(method(convention), args)), form);
            let with_kwnames = Precall { has_kwnames: true, ..call(method(convention), args) };
            assert_eq!(kind(args - 1, with_kwnames), 25);
        }
        assert_eq!(kind(1, call(method(Convention::NoArgs), 2)), 6);
        assert_eq!(kind(0, call(method(Convention::O), 1)), 6);
        assert_eq!(kind(0, call(method(Convention::Varargs), 1)), 13);
        assert_eq!(kind(0, call(method(Convention::VarargsKeywords), 1)), 14);
        assert_eq!(kind(0, call(method(Convention::MethodFastKeywords), 1)), 17);
    }

    #[test]
    fn list_append_needs_its_result_dropped() {
        let append = Callable::MethodDescriptor(MethodDescriptor { convention: Convention::O, is_list_append: true });
        let dropped = Precall { after_call: Some(Opcode::POP_TOP), ..call(append, 2) };
        assert_eq!(opcode(1, dropped), Opcode::PRECALL_NO_KW_LIST_APPEND);
        assert_eq!(opcode(2, dropped), Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O);
        assert_eq!(opcode(1, call(append, 2)), Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O);
    }

    #[test]
    fn other_callables() {
        assert_eq!(kind(0, call(Callable::InstanceMethod, 0)), 11);
        assert_eq!(kind(0, call(Callable::CMethod, 0)), 12);
        assert_eq!(kind(0, call(Callable::WrapperDescriptor, 0)), 27);
        assert_eq!(kind(0, call(Callable::MethodWrapper, 0)), 26);
        assert_eq!(kind(0, call(Callable::Other, 0)), 0);
        assert_eq!(callable::convention_fail_kind(Convention::FastKeywords).number(), 15);
    }
}
