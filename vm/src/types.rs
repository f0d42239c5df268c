//! The native types, exception types and names that the VM itself uses, all made when it starts.
//!
//! One list names every native type with its spec; making them takes two rounds, because a type needs a string for its
//! name, a tuple for its bases and a dict for its attributes, which need their types. The first round allocates all types,
//! the second fills them.

#![expect(unsafe_code, reason = "the tables dangle until the VM has filled them")]

use crate::Vm;
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::exception;
use crate::objects::slotdefs::{SLOT_DEFS, UNARY_METHODS};
use crate::objects::string::Str;
use crate::objects::typeobj::{self, Type};
use crate::slots::BinaryOp;
use crate::value::Value;

fn dangling<T>() -> Gc<T> {
    // SAFETY: nothing follows these pointers before `bootstrap` has replaced them.
    unsafe { Gc::from_raw(std::ptr::dangling_mut()) }
}

macro_rules! native_types {
    ($($field:ident: $base:ident => $($spec:ident)::+;)*) => {
        /// The native types.
        #[allow(missing_docs, reason = "each is the type of that name")]
        pub struct Types {
            $(pub $field: Gc<Type>,)*
            /// The types of the immediates, by number.
            pub(crate) immediates: [Gc<Type>; Value::IMMEDIATES],
        }

        impl Types {
            /// A table without types, for a VM that is being made.
            pub(crate) fn unset() -> Types {
                Types { $($field: dangling(),)* immediates: [dangling(); Value::IMMEDIATES] }
            }

            /// Reports the types.
            pub(crate) fn trace(&self, marker: &mut Marker) {
                $(marker.mark(self.$field);)*
            }
        }

        fn allocate_types(vm: &mut Vm) {
            // `type` comes first: its address is in the header of every type.
            $(vm.types.$field = typeobj::allocate_type(vm, &crate::objects::$($spec)::+);)*
            let metatype = vm.types.type_;
            $(Value::from_gc(vm.types.$field).header_unchecked().set_type(metatype);)*
        }

        fn fill_types(vm: &mut Vm) {
            $({
                let (ty, base) = (vm.types.$field, vm.types.$base);
                typeobj::fill_type(vm, ty, &crate::objects::$($spec)::+, if ty == base { None } else { Some(base) });
            })*
        }
    };
}

native_types! {
    object: object => typeobj::OBJECT_TYPE;
    type_: object => typeobj::TYPE_TYPE;
    str: object => string::STR_TYPE;
    tuple: object => tuple::TUPLE_TYPE;
    dict: object => dict::DICT_TYPE;
    list: object => list::LIST_TYPE;
    wrapper_descriptor: object => native::WRAPPER_DESCRIPTOR_TYPE;
    method_descriptor: object => native::METHOD_DESCRIPTOR_TYPE;
    classmethod_descriptor: object => native::CLASSMETHOD_DESCRIPTOR_TYPE;
    getset_descriptor: object => native::GETSET_DESCRIPTOR_TYPE;
    member_descriptor: object => native::MEMBER_DESCRIPTOR_TYPE;
    builtin_function: object => native::BUILTIN_FUNCTION_TYPE;
    method_wrapper: object => native::METHOD_WRAPPER_TYPE;
    mappingproxy: object => typeobj::MAPPING_PROXY_TYPE;
    none: object => singletons::NONE_TYPE;
    ellipsis: object => singletons::ELLIPSIS_TYPE;
    not_implemented: object => singletons::NOT_IMPLEMENTED_TYPE;
    int: object => int::INT_TYPE;
    bool: int => int::BOOL_TYPE;
    float: object => float::FLOAT_TYPE;
    complex: object => complex::COMPLEX_TYPE;
    bytes: object => bytes::BYTES_TYPE;
    bytearray: object => bytes::BYTEARRAY_TYPE;
    dict_keys: object => dict::DICT_KEYS_TYPE;
    dict_values: object => dict::DICT_VALUES_TYPE;
    dict_items: object => dict::DICT_ITEMS_TYPE;
    dict_keyiterator: object => dict::DICT_KEYITERATOR_TYPE;
    dict_valueiterator: object => dict::DICT_VALUEITERATOR_TYPE;
    dict_itemiterator: object => dict::DICT_ITEMITERATOR_TYPE;
    dict_reversekeyiterator: object => dict::DICT_REVERSEKEYITERATOR_TYPE;
    dict_reversevalueiterator: object => dict::DICT_REVERSEVALUEITERATOR_TYPE;
    dict_reverseitemiterator: object => dict::DICT_REVERSEITEMITERATOR_TYPE;
    set: object => set::SET_TYPE;
    frozenset: object => set::FROZENSET_TYPE;
    set_iterator: object => set::SET_ITERATOR_TYPE;
    range: object => range::RANGE_TYPE;
    range_iterator: object => range::RANGE_ITERATOR_TYPE;
    longrange_iterator: object => range::LONGRANGE_ITERATOR_TYPE;
    slice: object => slice::SLICE_TYPE;
    list_iterator: object => iter::LIST_ITERATOR_TYPE;
    list_reverseiterator: object => iter::LIST_REVERSEITERATOR_TYPE;
    tuple_iterator: object => iter::TUPLE_ITERATOR_TYPE;
    str_iterator: object => iter::STR_ITERATOR_TYPE;
    str_ascii_iterator: object => iter::STR_ASCII_ITERATOR_TYPE;
    bytes_iterator: object => iter::BYTES_ITERATOR_TYPE;
    bytearray_iterator: object => iter::BYTEARRAY_ITERATOR_TYPE;
    memory_iterator: object => iter::MEMORY_ITERATOR_TYPE;
    sequence_iterator: object => iter::SEQUENCE_ITERATOR_TYPE;
    callable_iterator: object => iter::CALLABLE_ITERATOR_TYPE;
    enumerate: object => iter::ENUMERATE_TYPE;
    zip: object => iter::ZIP_TYPE;
    map: object => iter::MAP_TYPE;
    filter: object => iter::FILTER_TYPE;
    reversed: object => iter::REVERSED_TYPE;
    function: object => descriptors::FUNCTION_TYPE;
    method: object => descriptors::METHOD_TYPE;
    cell: object => descriptors::CELL_TYPE;
    staticmethod: object => descriptors::STATICMETHOD_TYPE;
    classmethod: object => descriptors::CLASSMETHOD_TYPE;
    property: object => descriptors::PROPERTY_TYPE;
    super_: object => superobj::SUPER_TYPE;
    module: object => module::MODULE_TYPE;
    code: object => code_type::CODE_TYPE;
    generator: object => generator_methods::GENERATOR_TYPE;
    coroutine: object => generator_methods::COROUTINE_TYPE;
    async_generator: object => async_generator::ASYNC_GENERATOR_TYPE;
    async_generator_asend: object => async_generator::ASEND_TYPE;
    async_generator_athrow: object => async_generator::ATHROW_TYPE;
    async_generator_wrapped_value: object => async_generator::WRAPPED_VALUE_TYPE;
    anext_awaitable: object => async_generator::ANEXT_AWAITABLE_TYPE;
    coroutine_wrapper: object => generator_methods::COROUTINE_WRAPPER_TYPE;
    frame: object => frame_object::FRAME_TYPE;
    traceback: object => exception::TRACEBACK_TYPE;
    text_io: object => textio::TEXT_IO_TYPE;
    binary_io: object => textio::BINARY_IO_TYPE;
    simple_namespace: object => namespace::SIMPLE_NAMESPACE_TYPE;
    generic_alias: object => genericalias::GENERIC_ALIAS_TYPE;
    union: object => genericalias::UNION_TYPE;
    memoryview: object => memoryview::MEMORY_VIEW_TYPE;
    weakref: object => weakref::REFERENCE_TYPE;
    weakproxy: object => weakref::PROXY_TYPE;
    weakcallableproxy: object => weakref::CALLABLE_PROXY_TYPE;
}

macro_rules! exceptions {
    ($($name:ident: $base:ident;)*) => {
        /// The built-in exception types.
        #[allow(missing_docs, non_snake_case, reason = "each is the exception of that name")]
        pub struct Exceptions {
            $(pub $name: Gc<Type>,)*
        }

        impl Exceptions {
            /// A table without types, for a VM that is being made.
            pub(crate) fn unset() -> Exceptions {
                Exceptions { $($name: dangling(),)* }
            }

            /// Reports the types.
            pub(crate) fn trace(&self, marker: &mut Marker) {
                $(marker.mark(self.$name);)*
            }

            /// All of them with their names, in the order in which CPython registers them.
            pub fn all(&self) -> Vec<(&'static str, Gc<Type>)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }

        fn allocate_exceptions(vm: &mut Vm) {
            let metatype = vm.types.type_;
            $(
                vm.exc.$name = typeobj::allocate_type(vm, &exception::specs::$name);
                Value::from_gc(vm.exc.$name).header_unchecked().set_type(metatype);
            )*
        }

        fn fill_exceptions(vm: &mut Vm) {
            $({
                let base = exceptions!(@base vm $base);
                let ty = vm.exc.$name;
                typeobj::fill_type(vm, ty, &exception::specs::$name, Some(base));
            })*
        }
    };
    // `BaseException` is its own base in the list; its real base is `object`.
    (@base $vm:ident object) => { $vm.types.object };
    (@base $vm:ident $base:ident) => { $vm.exc.$base };
}

/// Calls a macro with the hierarchy of built-in exceptions: `Name: Base;`, bases first.
macro_rules! for_each_exception {
    ($callback:ident) => {
        $callback! {
            BaseException: object;
            BaseExceptionGroup: BaseException;
            Exception: BaseException;
            ExceptionGroup: BaseExceptionGroup;
            GeneratorExit: BaseException;
            KeyboardInterrupt: BaseException;
            SystemExit: BaseException;
            ArithmeticError: Exception;
            AssertionError: Exception;
            AttributeError: Exception;
            BufferError: Exception;
            EOFError: Exception;
            ImportError: Exception;
            LookupError: Exception;
            MemoryError: Exception;
            NameError: Exception;
            OSError: Exception;
            ReferenceError: Exception;
            RuntimeError: Exception;
            StopAsyncIteration: Exception;
            StopIteration: Exception;
            SyntaxError: Exception;
            SystemError: Exception;
            TypeError: Exception;
            ValueError: Exception;
            Warning: Exception;
            FloatingPointError: ArithmeticError;
            OverflowError: ArithmeticError;
            ZeroDivisionError: ArithmeticError;
            BytesWarning: Warning;
            DeprecationWarning: Warning;
            EncodingWarning: Warning;
            FutureWarning: Warning;
            ImportWarning: Warning;
            PendingDeprecationWarning: Warning;
            ResourceWarning: Warning;
            RuntimeWarning: Warning;
            SyntaxWarning: Warning;
            UnicodeWarning: Warning;
            UserWarning: Warning;
            BlockingIOError: OSError;
            ChildProcessError: OSError;
            ConnectionError: OSError;
            FileExistsError: OSError;
            FileNotFoundError: OSError;
            InterruptedError: OSError;
            IsADirectoryError: OSError;
            NotADirectoryError: OSError;
            PermissionError: OSError;
            ProcessLookupError: OSError;
            TimeoutError: OSError;
            IndentationError: SyntaxError;
            IndexError: LookupError;
            KeyError: LookupError;
            ModuleNotFoundError: ImportError;
            NotImplementedError: RuntimeError;
            RecursionError: RuntimeError;
            UnboundLocalError: NameError;
            UnicodeError: ValueError;
            BrokenPipeError: ConnectionError;
            ConnectionAbortedError: ConnectionError;
            ConnectionRefusedError: ConnectionError;
            ConnectionResetError: ConnectionError;
            TabError: IndentationError;
            UnicodeDecodeError: UnicodeError;
            UnicodeEncodeError: UnicodeError;
            UnicodeTranslateError: UnicodeError;
        }
    };
}
pub(crate) use for_each_exception;

for_each_exception! { exceptions }

macro_rules! names {
    ($($name:ident)*) => {
        /// Names that the VM itself looks up, interned.
        #[allow(missing_docs, reason = "each is the name it spells")]
        pub struct Names {
            $(pub $name: Gc<Str>,)*
            /// The special methods with slots, in the order of [`SLOT_DEFS`].
            pub(crate) slot_methods: Box<[Gc<Str>]>,
            /// The methods of binary operators, by number.
            pub(crate) binary: [Gc<Str>; 14],
            /// Their reflected methods.
            pub(crate) reflected: [Gc<Str>; 14],
            /// Their in-place methods.
            pub(crate) inplace: [Gc<Str>; 13],
            /// The methods of unary operators, by number.
            pub(crate) unary: [Gc<Str>; 7],
        }

        impl Names {
            /// A table without names, for a VM that is being made.
            pub(crate) fn unset() -> Names {
                Names {
                    $($name: dangling(),)*
                    slot_methods: Box::default(),
                    binary: [dangling(); 14],
                    reflected: [dangling(); 14],
                    inplace: [dangling(); 13],
                    unary: [dangling(); 7],
                }
            }

            /// Reports the names.
            pub(crate) fn trace(&self, marker: &mut Marker) {
                $(marker.mark(self.$name);)*
                // The tables hold interned strings, which live as long as the VM.
            }
        }

        fn intern_names(vm: &mut Vm) {
            $(vm.names.$name = vm.intern(stringify!($name));)*
            vm.names.slot_methods = SLOT_DEFS.iter().map(|definition| vm.intern(definition.name)).collect();
            vm.names.binary = BinaryOp::ALL.map(|op| vm.intern(op.method_name()));
            vm.names.reflected = BinaryOp::ALL.map(|op| vm.intern(op.reflected_name()));
            vm.names.inplace = std::array::from_fn(|op| vm.intern(BinaryOp::ALL[op].inplace_name()));
            vm.names.unary = UNARY_METHODS.map(|name| vm.intern(name));
        }
    };
}

names! {
    __abs__ __abstractmethods__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotations__ __args__ __await__
    __bases__ __bool__ __build_class__ __builtins__ __bytes__ __call__ __cause__ __ceil__ __class__ __class_getitem__ __classcell__
    __complex__ __contains__ __context__ __defaults__ __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__
    __doc__ __enter__ __eq__ __exit__ __file__ __float__ __floor__ __floordiv__ __format__ __func__ __ge__ __get__ __getattr__
    __getattribute__ __getitem__ __getstate__ __gt__ __hash__ __iadd__ __iand__ __import__ __index__ __init__ __init_subclass__
    __instancecheck__ __int__ __invert__ __isabstractmethod__ __iter__ __le__ __len__ __length_hint__ __loader__ __lshift__
    __lt__ __main__ __match_args__ __matmul__ __missing__ __mod__ __module__ __mro__ __mro_entries__ __mul__ __name__ __ne__ __neg__ __new__
    __next__ __notes__ __or__ __origin__ __package__ __parameters__ __path__ __pos__ __pow__ __prepare__ __qualname__ __radd__ __reduce__ __reduce_ex__ __repr__
    __reversed__ __round__ __self__ __set__ __set_name__ __setattr__ __setitem__ __slots__ __spec__ __str__ __sub__ __subclasscheck__
    __subclasshook__ __suppress_context__ __traceback__ __truediv__ __trunc__ __weakref__ __wrapped__ __xor__
    args builtins close code end errno file filename flush format get items join keys metaclass mro name obj path print
    print_file_and_line read readline sep send sort stderr stdout strerror throw value values write
}

/// Makes the types, exception types and names of a VM.
pub(crate) fn bootstrap(vm: &mut Vm) {
    allocate_types(vm);
    let types = &vm.types;
    let (none, boolean, object) = (types.none, types.bool, types.object);
    vm.types.immediates = [object, none, boolean, boolean, vm.types.ellipsis, vm.types.not_implemented];
    allocate_exceptions(vm);
    intern_names(vm);
    fill_types(vm);
    fill_exceptions(vm);
    exception::install_exception_group(vm);
}
