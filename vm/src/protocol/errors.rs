//! Making exceptions.

use crate::Vm;
use crate::error::{PyResult, Raise};
use crate::object::Gc;
use crate::objects::exception::Exception;
use crate::objects::string::Str;
use crate::objects::typeobj::Type;
use crate::value::Value;

macro_rules! constructors {
    ($($(#[$meta:meta])* $function:ident => $class:ident;)*) => {
        impl Vm {
            $($(#[$meta])*
            #[cold]
            pub fn $function(&mut self, message: impl Into<String>) -> Raise {
                let ty = self.exc.$class;
                self.raise(ty, message)
            })*
        }
    };
}

constructors! {
    /// A `TypeError`.
    type_error => TypeError;
    /// A `ValueError`.
    value_error => ValueError;
    /// An `IndexError`.
    index_error => IndexError;
    /// A `LookupError`.
    lookup_error => LookupError;
    /// A `ZeroDivisionError`.
    zero_division => ZeroDivisionError;
    /// An `OverflowError`.
    overflow_error => OverflowError;
    /// A `RuntimeError`.
    runtime_error => RuntimeError;
    /// A `SystemError`.
    system_error => SystemError;
    /// An `AttributeError` that knows neither object nor name.
    attribute_error => AttributeError;
    /// A `NotImplementedError`.
    not_implemented_error => NotImplementedError;
    /// An `AssertionError`.
    assertion_error => AssertionError;
    /// A `UnicodeError` without details.
    unicode_error => UnicodeError;
    /// A `BufferError`.
    buffer_error => BufferError;
    /// An `EOFError`.
    eof_error => EOFError;
}

impl Vm {
    /// An exception of a built-in type with this message as its only argument.
    #[cold]
    pub fn raise(&mut self, ty: Gc<Type>, message: impl Into<String>) -> Raise {
        let message: String = message.into();
        let text = self.new_str(&message);
        self.raise_with(ty, &[text.into()])
    }

    /// An exception of a built-in type with these arguments.
    #[cold]
    pub fn raise_with(&mut self, ty: Gc<Type>, args: &[Value]) -> Raise {
        let exception = self.new_exception(ty, args);
        self.raise_exception(exception.into())
    }

    /// An exception that is being raised: the one that is being handled becomes its context.
    pub fn raise_exception(&mut self, exception: Value) -> Raise {
        if let Some(raised) = exception.cast::<Exception>() {
            self.set_context(raised);
        }
        Raise(exception)
    }

    /// Makes the exception that is being handled the context of one that is being raised, as `_PyErr_SetObject` does: never
    /// of itself, and cutting a cycle that would arise.
    pub fn set_context(&mut self, raised: Gc<Exception>) {
        let handled = self.topmost_handled();
        let Some(mut link) = handled.cast::<Exception>() else { return };
        if link == raised {
            return;
        }
        // Walk the chain with a second, slower walker, so that a cycle made by hand does not hold us up.
        let mut slow = link;
        let mut advance = false;
        while let Some(context) = link.context.get().cast::<Exception>() {
            if context == raised {
                link.context.set(Value::NULL);
                break;
            }
            link = context;
            if link == slow {
                break;
            }
            if advance && let Some(next) = slow.context.get().cast::<Exception>() {
                slow = next;
            }
            advance = !advance;
        }
        raised.context.set(handled);
    }

    /// A `KeyError` with the key itself as its argument.
    #[cold]
    pub fn key_error(&mut self, key: Value) -> Raise {
        let ty = self.exc.KeyError;
        self.raise_with(ty, &[key])
    }

    /// A `StopIteration` with this value (`None` gives one without arguments).
    #[cold]
    pub fn stop_iteration(&mut self, value: Value) -> Raise {
        let ty = self.exc.StopIteration;
        if value.or_none().is_none() { self.raise_with(ty, &[]) } else { self.raise_with(ty, &[value]) }
    }

    /// "name 'NAME' is not defined".
    #[cold]
    pub fn name_error(&mut self, name: Gc<Str>) -> Raise {
        let ty = self.exc.NameError;
        let raise = self.raise(ty, format!("name '{}' is not defined", name.to_string_lossy()));
        if let Some(exception) = raise.0.cast::<Exception>() {
            exception.set_member(self, crate::objects::exception::NAME, name.into());
        }
        raise
    }

    /// "'TYPE' object has no attribute 'NAME'", with object and name for suggestions.
    #[cold]
    pub fn no_attribute(&mut self, object: Value, name: Gc<Str>) -> Raise {
        let message = match object.cast::<Type>() {
            Some(class) => {
                format!("type object '{}' has no attribute '{}'", class.display_name(), name.to_string_lossy())
            }
            None => format!("'{}' object has no attribute '{}'", self.type_name(object), name.to_string_lossy()),
        };
        self.attribute_error_on(object, name, message)
    }

    /// An `AttributeError` that knows object and name.
    #[cold]
    pub fn attribute_error_on(&mut self, object: Value, name: Gc<Str>, message: impl Into<String>) -> Raise {
        let raise = self.attribute_error(message);
        if let Some(exception) = raise.0.cast::<Exception>() {
            exception.set_member(self, crate::objects::exception::NAME, name.into());
            exception.set_member(self, crate::objects::exception::OBJECT, object);
        }
        raise
    }

    /// Tells an `AttributeError` that a program raised without saying so what attribute of which object was missing
    /// (`set_attribute_error_context`).
    #[cold]
    pub fn tell_attribute(&mut self, raise: Raise, object: Value, name: Gc<Str>) -> Raise {
        use crate::objects::exception::{NAME, OBJECT};
        if self.is_raised(raise, self.exc.AttributeError)
            && let Some(exception) = raise.0.cast::<Exception>()
            && exception.member(NAME).or_none().is_none()
            && exception.member(OBJECT).or_none().is_none()
        {
            exception.set_member(self, NAME, name.into());
            exception.set_member(self, OBJECT, object);
        }
        raise
    }

    /// Whether a raised exception is of this type.
    #[inline]
    pub fn is_raised(&self, raise: Raise, ty: Gc<Type>) -> bool {
        self.type_of(raise.0).is_subtype(ty)
    }

    /// `Ok(None)` in place of an exception of this type.
    pub fn suppress<T>(&mut self, result: PyResult<T>, ty: Gc<Type>) -> PyResult<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(raise) if self.is_raised(raise, ty) => Ok(None),
            Err(raise) => Err(raise),
        }
    }
}
