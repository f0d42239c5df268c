//! Calling things.

use crate::Vm;
use crate::args::Args;
use crate::error::PyResult;
use crate::object::Gc;
use crate::objects::function::Function;
use crate::objects::native::{MethodDescriptor, MethodKind, NativeFunction};
use crate::objects::string::Str;
use crate::objects::typeobj::instances::makes_plain_instances;
use crate::objects::typeobj::{Type, TypeFlags};
use crate::recursion::CALLING;
use crate::value::Value;

/// Up to this many arguments are moved in an array on the native stack.
const FEW: usize = 8;

impl Vm {
    /// Calls `callable`.
    #[inline]
    pub fn call(&mut self, callable: Value, args: Args<'_>) -> PyResult {
        if callable.is_exact(self.types.function)
            && let Some(function) = callable.cast::<Function>()
        {
            return self.call_function(function, args);
        }
        self.call_object(callable, args)
    }

    fn call_object(&mut self, callable: Value, args: Args<'_>) -> PyResult {
        match self.type_of(callable).slots().call {
            Some(call) => {
                if !self.counts_as_recursion(callable, args) {
                    self.check_native_stack(CALLING)?;
                    return call(self, callable, args);
                }
                self.recursive(CALLING, |vm| call(vm, callable, args))
            }
            None => Err(self.type_error(format!("'{}' object is not callable", self.type_name(callable)))),
        }
    }

    /// Whether a call of something that is no Python function is a level of recursion.
    ///
    /// In CPython that depends on how the site is specialized: a generic call of a native function counts, most specialized
    /// ones do not. What a program prints must not depend on that here, so what the specialized forms do holds for all.
    fn counts_as_recursion(&self, callable: Value, args: Args<'_>) -> bool {
        if let Some(function) = callable.cast::<NativeFunction>() {
            return function.spec.convention.counts_as_recursion() && !callable.is(self.len_function);
        }
        if let Some(descriptor) = callable.cast::<MethodDescriptor>()
            && let MethodKind::Method(spec) = descriptor.kind
        {
            return spec.convention.counts_as_recursion();
        }
        if let Some(class) = callable.cast::<Type>() {
            let one = args.len() == 1 && args.names().is_none();
            return if class == self.types.type_ || class == self.types.str {
                !one
            } else {
                !class.is(TypeFlags::VECTORCALL)
            };
        }
        // Bound methods hand on what they get.
        !callable.is_exact(self.types.method)
    }

    /// Calls `callable` with positional arguments.
    #[inline]
    pub fn call_values(&mut self, callable: Value, args: &[Value]) -> PyResult {
        self.call(callable, Args::positional(args))
    }

    /// Calls `callable` with one more argument in front.
    pub fn call_with_first(&mut self, callable: Value, first: Value, args: &[Value]) -> PyResult {
        self.call_prepended(callable, first, Args::positional(args))
    }

    /// Calls `callable` with one more positional argument in front of all others.
    pub fn call_prepended(&mut self, callable: Value, first: Value, args: Args<'_>) -> PyResult {
        let values = args.values();
        if values.len() < FEW {
            let mut few = [Value::NULL; FEW];
            few[0] = first;
            few[1..=values.len()].copy_from_slice(values);
            self.call(callable, Args::new(&few[..=values.len()], args.names()))
        } else {
            let mut many = self.heap.temp_vec();
            many.push(first);
            many.extend_from_slice(values);
            self.call(callable, Args::new(&many, args.names()))
        }
    }

    /// `object.name(args…)`.
    pub fn call_method(&mut self, object: Value, name: &'static str, args: &[Value]) -> PyResult {
        let name = self.intern(name);
        self.call_method_named(object, name, args)
    }

    /// `object.name(args…)`, with an interned name.
    pub fn call_method_named(&mut self, object: Value, name: Gc<Str>, args: &[Value]) -> PyResult {
        match self.get_method(object, name)? {
            super::Method::Unbound(function) => self.call_with_first(function, object, args),
            super::Method::Bound(callable) => self.call_values(callable, args),
        }
    }

    /// Calls `callable` with the items of a tuple and of a dict of keyword arguments (`f(*args, **kwargs)`).
    pub fn call_with_dict(
        &mut self,
        callable: Value,
        args: &[Value],
        keywords: Option<Gc<crate::objects::dict::Dict>>,
    ) -> PyResult {
        let Some(keywords) = keywords.filter(|k| !k.is_empty()) else { return self.call_values(callable, args) };
        let mut values = self.heap.temp_vec();
        values.extend_from_slice(args);
        let mut names = self.heap.temp_vec();
        let mut position = 0;
        while let Some(entry) = keywords.entry(position) {
            position += 1;
            let Some((key, value)) = entry else { continue };
            if key.cast::<Str>().is_none() {
                return Err(self.type_error("keywords must be strings"));
            }
            names.push(key);
            values.push(value);
        }
        let names = self.new_tuple(&names);
        self.call(callable, Args::new(&values, Some(names)))
    }

    /// The plain function that is the `__init__` of a class, if calling the class does nothing but make an instance and run
    /// that: then the interpreter pushes its frame itself. Looks the name up, as CPython does, and so may give the type a
    /// version tag.
    pub(crate) fn python_init(&mut self, class: Gc<Type>) -> Option<Gc<Function>> {
        if Value::from_gc(class).heap_type() != Some(self.types.type_)
            || class.is(TypeFlags::FINALIZER)
            || !makes_plain_instances(class)
        {
            return None;
        }
        let name = self.names.__init__;
        let init = self.lookup(class, name)?;
        if init.is_exact(self.types.function) { init.cast::<Function>() } else { None }
    }

    /// Whether a value can be called.
    pub fn is_callable(&self, value: Value) -> bool {
        self.type_of(value).slots().call.is_some()
    }

    /// The name of a callable in messages about its arguments, with parentheses (`_PyObject_FunctionStr`).
    pub fn function_text(&mut self, callable: Value) -> PyResult<String> {
        let qualname = self.names.__qualname__;
        let Some(qualname) = self.lookup_attr(callable, qualname)? else {
            return Ok(self.str_of(callable)?.to_string_lossy().into_owned());
        };
        let module = self.names.__module__;
        let module = self.lookup_attr(callable, module)?.unwrap_or(Value::NONE);
        let text = self.str_of(qualname)?.to_string_lossy().into_owned();
        match module.cast::<Str>() {
            Some(module) if module.to_string_lossy() != "builtins" => {
                Ok(format!("{}.{text}()", module.to_string_lossy()))
            }
            Some(_) => Ok(format!("{text}()")),
            None if module.is_none() => Ok(format!("{text}()")),
            None => {
                let module = self.str_of(module)?;
                Ok(format!("{}.{text}()", module.to_string_lossy()))
            }
        }
    }
}
