//! `CALL`, and the description of callables that `PRECALL` shares.

use quicken_bytecode::Opcode;
use quicken_specializer::Operands;
use quicken_specializer::observation::{
    BuiltinFunction, BuiltinIdentity, Call, Callable, ClassInfo, Convention, MethodDescriptor as MethodInfo,
};

use super::Subjects;
use crate::Vm;
use crate::error::PyResult;
use crate::handlers::call_shape;
use crate::objects::function::Function;
use crate::objects::native::{MethodDescriptor, MethodKind, NativeFunction};
use crate::objects::typeobj::{Type, TypeFlags};
use crate::spec::Convention as OurConvention;
use crate::state::Flow;
use crate::value::Value;

/// Asks the strategy about the running `CALL`.
pub(crate) fn attempt(vm: &mut Vm, oparg: usize) -> PyResult<Flow> {
    let (operands, subjects) = describe(vm, oparg);
    vm.specialize(Opcode::CALL, oparg, operands, subjects)
}

/// What the running `CALL` finds.
pub(crate) fn describe(vm: &mut Vm, oparg: usize) -> (Operands, Subjects) {
    let shape = call_shape(&vm.state, oparg);
    let (callable, subjects) = describe_callable(vm, shape.callable);
    let operands =
        Call { callable, total_args: shape.total as u32, has_kwnames: !vm.keyword_names.is_null(), custom_eval: false };
    (Operands::Call(operands), subjects)
}

fn convention(ours: OurConvention) -> Convention {
    match ours {
        OurConvention::NoArgs => Convention::NoArgs,
        OurConvention::O => Convention::O,
        OurConvention::Fast => Convention::Fast,
        OurConvention::FastKeywords => Convention::FastKeywords,
        OurConvention::Varargs => Convention::Varargs,
        OurConvention::VarargsKeywords => Convention::VarargsKeywords,
        OurConvention::MethodFastKeywords => Convention::MethodFastKeywords,
    }
}

/// What is called.
pub(crate) fn describe_callable(vm: &mut Vm, callable: Value) -> (Callable, Subjects) {
    let mut subjects = Subjects::default();
    let ty = vm.type_of(callable);
    let description = if ty == vm.types.builtin_function {
        match callable.cast::<NativeFunction>() {
            Some(f) => {
                let identity = if callable.is(vm.len_function) {
                    BuiltinIdentity::Len
                } else if callable.is(vm.isinstance_function) {
                    BuiltinIdentity::IsInstance
                } else {
                    BuiltinIdentity::Other
                };
                Callable::BuiltinFunction(BuiltinFunction { convention: convention(f.spec.convention), identity })
            }
            None => Callable::Other,
        }
    } else if ty == vm.types.function {
        match callable.cast::<Function>() {
            Some(f) => {
                subjects.function = Some(f);
                Callable::PyFunction(vm.function_info(f))
            }
            None => Callable::Other,
        }
    } else if let Some(class) = callable.cast::<Type>() {
        let object_new = vm.types.object.slots().new.map(|f| f as usize);
        Callable::Class(ClassInfo {
            kind: vm.type_kind(class),
            immutable: class.is(TypeFlags::IMMUTABLE),
            new_is_object_new: class.slots().new.map(|f| f as usize) == object_new,
            vectorcall: class.is(TypeFlags::VECTORCALL),
        })
    } else if let Some(descriptor) = callable.cast::<MethodDescriptor>() {
        match descriptor.kind {
            MethodKind::Method(spec) => Callable::MethodDescriptor(MethodInfo {
                convention: convention(spec.convention),
                is_list_append: callable.is(vm.list_append_descriptor),
            }),
            MethodKind::Slot(..) => Callable::WrapperDescriptor,
            MethodKind::ClassMethod(_) => Callable::Other,
        }
    } else if ty == vm.types.method {
        Callable::BoundMethod
    } else if ty == vm.types.method_wrapper {
        Callable::MethodWrapper
    } else {
        Callable::Other
    };
    (description, subjects)
}
