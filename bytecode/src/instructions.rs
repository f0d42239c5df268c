//! The instruction table: everything that is a fact about one instruction, said once.
//!
//! [`for_each_instruction!`](crate::for_each_instruction) hands all rows to a macro of the caller, so that an enum, a dispatch table, a
//! reference page or a set of handler functions can be made from them, and a missing handler is a compile error.
//! [`crate::Opcode`] and its tables are made from it in `opcode.rs`. Numbers, operands and cache layouts are those of CPython 3.11
//! (`Lib/opcode.py`), stack effects those of its `Python/compile.c`.
//!
//! A row is
//!
//! ```text
//! { NAME = number, Operand, [StackEffect], BASE, Role, "documentation", "ALIAS" | none }
//! ```
//!
//! - `Operand` is a variant of [`crate::Operand`], `[StackEffect]` one of [`crate::StackEffect`]; both are `Inherited` for a form
//!   that is not generic: it has its base's.
//! - `BASE` is the instruction that de-optimization brings back; a generic instruction is its own base.
//! - `Role` is a variant of [`crate::Role`].
//! - The alias is the shorter name that the literature (or a later CPython) uses for the same form.

/// Calls the given macro with the rows of all instructions: `callback! { { NAME = number, … } … }`. The row's columns are described in
/// the documentation of the `instructions` module.
///
/// Anything in brackets after the callback's name is passed on before the rows: `for_each_instruction! { callback [extra tokens] }`
/// expands to `callback! { [extra tokens] { NAME = number, … } … }`.
#[macro_export]
macro_rules! for_each_instruction {
    ( $callback:ident $( [ $($extra:tt)* ] )? ) => {
        $callback! {
            $( [ $($extra)* ] )?
            { CACHE = 0, None, [Fixed(0)], CACHE, Generic, "Space for the inline cache of the instruction before it; executed only as the virtual predecessor of an entry.", none }
            { POP_TOP = 1, None, [Fixed(-1)], POP_TOP, Generic, "Discards the top of the stack.", none }
            { PUSH_NULL = 2, None, [Fixed(1)], PUSH_NULL, Generic, "Pushes a NULL, which marks a call that has no bound `self`.", none }
            { BINARY_OP_ADAPTIVE = 3, Inherited, [Inherited], BINARY_OP, Adaptive, "BINARY_OP with a counter: asks the strategy when it runs out.", none }
            { BINARY_OP_ADD_FLOAT = 4, Inherited, [Inherited], BINARY_OP, Specialized, "`+` of two exact floats.", "BINARY_ADD_FLOAT" }
            { BINARY_OP_ADD_INT = 5, Inherited, [Inherited], BINARY_OP, Specialized, "`+` of two exact ints of any size.", "BINARY_ADD_INT" }
            { BINARY_OP_ADD_UNICODE = 6, Inherited, [Inherited], BINARY_OP, Specialized, "`+` of two exact strings.", "BINARY_ADD_UNICODE" }
            { BINARY_OP_INPLACE_ADD_UNICODE = 7, Inherited, [Inherited], BINARY_OP, Specialized, "`s = s + t` on a local: appends in place and swallows the STORE_FAST that follows.", "BINARY_INPLACE_ADD_UNICODE" }
            { BINARY_OP_MULTIPLY_FLOAT = 8, Inherited, [Inherited], BINARY_OP, Specialized, "`*` of two exact floats.", "BINARY_MULTIPLY_FLOAT" }
            { NOP = 9, None, [Fixed(0)], NOP, Generic, "Does nothing; kept where a line of source must be seen by tracing.", none }
            { UNARY_POSITIVE = 10, None, [Fixed(0)], UNARY_POSITIVE, Generic, "Replaces the top by `+top`.", none }
            { UNARY_NEGATIVE = 11, None, [Fixed(0)], UNARY_NEGATIVE, Generic, "Replaces the top by `-top`.", none }
            { UNARY_NOT = 12, None, [Fixed(0)], UNARY_NOT, Generic, "Replaces the top by `not top`.", none }
            { BINARY_OP_MULTIPLY_INT = 13, Inherited, [Inherited], BINARY_OP, Specialized, "`*` of two exact ints of any size.", "BINARY_MULTIPLY_INT" }
            { BINARY_OP_SUBTRACT_FLOAT = 14, Inherited, [Inherited], BINARY_OP, Specialized, "`-` of two exact floats.", "BINARY_SUBTRACT_FLOAT" }
            { UNARY_INVERT = 15, None, [Fixed(0)], UNARY_INVERT, Generic, "Replaces the top by `~top`.", none }
            { BINARY_OP_SUBTRACT_INT = 16, Inherited, [Inherited], BINARY_OP, Specialized, "`-` of two exact ints of any size.", "BINARY_SUBTRACT_INT" }
            { BINARY_SUBSCR_ADAPTIVE = 17, Inherited, [Inherited], BINARY_SUBSCR, Adaptive, "BINARY_SUBSCR with a counter: asks the strategy when it runs out.", none }
            { BINARY_SUBSCR_DICT = 18, Inherited, [Inherited], BINARY_SUBSCR, Specialized, "Subscript of an exact dict.", none }
            { BINARY_SUBSCR_GETITEM = 19, Inherited, [Inherited], BINARY_SUBSCR, Specialized, "Subscript through a Python `__getitem__`, whose frame is entered directly.", none }
            { BINARY_SUBSCR_LIST_INT = 20, Inherited, [Inherited], BINARY_SUBSCR, Specialized, "Subscript of an exact list by a small non-negative int.", none }
            { BINARY_SUBSCR_TUPLE_INT = 21, Inherited, [Inherited], BINARY_SUBSCR, Specialized, "Subscript of an exact tuple by a small non-negative int.", none }
            { CALL_ADAPTIVE = 22, Inherited, [Inherited], CALL, Adaptive, "CALL with a counter: asks the strategy when it runs out.", none }
            { CALL_PY_EXACT_ARGS = 23, Inherited, [Inherited], CALL, Specialized, "Call of a Python function with exactly its positional parameters.", none }
            { CALL_PY_WITH_DEFAULTS = 24, Inherited, [Inherited], CALL, Specialized, "Call of a Python function where defaults fill the missing positional parameters.", none }
            { BINARY_SUBSCR = 25, None, [Fixed(-1)], BINARY_SUBSCR, Generic, "Pops key and container, pushes `container[key]`.", none }
            { COMPARE_OP_ADAPTIVE = 26, Inherited, [Inherited], COMPARE_OP, Adaptive, "COMPARE_OP with a counter: asks the strategy when it runs out.", none }
            { COMPARE_OP_FLOAT_JUMP = 27, Inherited, [Inherited], COMPARE_OP, Specialized, "Comparison of two exact floats together with the conditional jump that follows.", none }
            { COMPARE_OP_INT_JUMP = 28, Inherited, [Inherited], COMPARE_OP, Specialized, "Comparison of two exact ints of one digit together with the conditional jump that follows.", none }
            { COMPARE_OP_STR_JUMP = 29, Inherited, [Inherited], COMPARE_OP, Specialized, "`==` or `!=` of two exact strings together with the conditional jump that follows.", none }
            { GET_LEN = 30, None, [Fixed(1)], GET_LEN, Generic, "Pushes `len(top)` and leaves the top where it is.", none }
            { MATCH_MAPPING = 31, None, [Fixed(1)], MATCH_MAPPING, Generic, "Pushes whether the top is a mapping as pattern matching sees it.", none }
            { MATCH_SEQUENCE = 32, None, [Fixed(1)], MATCH_SEQUENCE, Generic, "Pushes whether the top is a sequence as pattern matching sees it.", none }
            { MATCH_KEYS = 33, None, [Fixed(1)], MATCH_KEYS, Generic, "Top: a tuple of keys, below it a mapping; pushes the tuple of their values, or `None` if one is absent.", none }
            { EXTENDED_ARG_QUICK = 34, Inherited, [Inherited], EXTENDED_ARG, Quick, "EXTENDED_ARG in quickened code: dispatches the next instruction in its live form.", none }
            { PUSH_EXC_INFO = 35, None, [Fixed(1)], PUSH_EXC_INFO, Generic, "Puts the exception being handled so far below the new one on the top, which becomes the handled one.", none }
            { CHECK_EXC_MATCH = 36, None, [Fixed(0)], CHECK_EXC_MATCH, Generic, "Replaces the exception type on the top by whether the exception below it matches.", none }
            { CHECK_EG_MATCH = 37, None, [Fixed(0)], CHECK_EG_MATCH, Generic, "Splits the exception group below the top by the type on the top: pushes the rest and the match.", none }
            { JUMP_BACKWARD_QUICK = 38, Inherited, [Inherited], JUMP_BACKWARD, Quick, "JUMP_BACKWARD in quickened code: no longer counts towards quickening.", none }
            { LOAD_ATTR_ADAPTIVE = 39, Inherited, [Inherited], LOAD_ATTR, Adaptive, "LOAD_ATTR with a counter: asks the strategy when it runs out.", none }
            { LOAD_ATTR_INSTANCE_VALUE = 40, Inherited, [Inherited], LOAD_ATTR, Specialized, "Attribute in the inline values of an instance with the cached type version.", none }
            { LOAD_ATTR_MODULE = 41, Inherited, [Inherited], LOAD_ATTR, Specialized, "Attribute of a module whose dict has the cached keys version.", none }
            { LOAD_ATTR_SLOT = 42, Inherited, [Inherited], LOAD_ATTR, Specialized, "Attribute in a slot (`__slots__`) of an instance with the cached type version.", none }
            { LOAD_ATTR_WITH_HINT = 43, Inherited, [Inherited], LOAD_ATTR, Specialized, "Attribute in an instance's dict, found at the cached entry.", none }
            { LOAD_CONST__LOAD_FAST = 44, Inherited, [Inherited], LOAD_CONST, Superinstruction, "LOAD_CONST and the LOAD_FAST after it in one dispatch.", none }
            { LOAD_FAST__LOAD_CONST = 45, Inherited, [Inherited], LOAD_FAST, Superinstruction, "LOAD_FAST and the LOAD_CONST after it in one dispatch.", none }
            { LOAD_FAST__LOAD_FAST = 46, Inherited, [Inherited], LOAD_FAST, Superinstruction, "LOAD_FAST and the LOAD_FAST after it in one dispatch.", none }
            { LOAD_GLOBAL_ADAPTIVE = 47, Inherited, [Inherited], LOAD_GLOBAL, Adaptive, "LOAD_GLOBAL with a counter: asks the strategy when it runs out.", none }
            { LOAD_GLOBAL_BUILTIN = 48, Inherited, [Inherited], LOAD_GLOBAL, Specialized, "A builtin: globals and builtins have the cached keys versions.", none }
            { WITH_EXCEPT_START = 49, None, [Fixed(1)], WITH_EXCEPT_START, Generic, "Calls the `__exit__` four below with the exception on the top and pushes its answer.", none }
            { GET_AITER = 50, None, [Fixed(0)], GET_AITER, Generic, "Replaces the top by its `__aiter__()`.", none }
            { GET_ANEXT = 51, None, [Fixed(1)], GET_ANEXT, Generic, "Pushes the awaitable of the top's `__anext__()`.", none }
            { BEFORE_ASYNC_WITH = 52, None, [Fixed(1)], BEFORE_ASYNC_WITH, Generic, "Replaces the context manager by its `__aexit__` and pushes the result of `__aenter__()`.", none }
            { BEFORE_WITH = 53, None, [Fixed(1)], BEFORE_WITH, Generic, "Replaces the context manager by its `__exit__` and pushes the result of `__enter__()`.", none }
            { END_ASYNC_FOR = 54, None, [Fixed(-2)], END_ASYNC_FOR, Generic, "Ends an `async for` at `StopAsyncIteration`, raises anything else again.", none }
            { LOAD_GLOBAL_MODULE = 55, Inherited, [Inherited], LOAD_GLOBAL, Specialized, "A global: the globals have the cached keys version.", none }
            { LOAD_METHOD_ADAPTIVE = 56, Inherited, [Inherited], LOAD_METHOD, Adaptive, "LOAD_METHOD with a counter: asks the strategy when it runs out.", none }
            { LOAD_METHOD_CLASS = 57, Inherited, [Inherited], LOAD_METHOD, Specialized, "Method loaded from a class object with the cached type version.", none }
            { LOAD_METHOD_MODULE = 58, Inherited, [Inherited], LOAD_METHOD, Specialized, "Function of a module whose dict has the cached keys version.", none }
            { LOAD_METHOD_NO_DICT = 59, Inherited, [Inherited], LOAD_METHOD, Specialized, "Method of an instance that has no dict.", none }
            { STORE_SUBSCR = 60, None, [Fixed(-3)], STORE_SUBSCR, Generic, "Pops key, container and value and does `container[key] = value`.", none }
            { DELETE_SUBSCR = 61, None, [Fixed(-2)], DELETE_SUBSCR, Generic, "Pops key and container and does `del container[key]`.", none }
            { LOAD_METHOD_WITH_DICT = 62, Inherited, [Inherited], LOAD_METHOD, Specialized, "Method of an instance whose dict has the cached keys version and so does not shadow it.", none }
            { LOAD_METHOD_WITH_VALUES = 63, Inherited, [Inherited], LOAD_METHOD, Specialized, "Method of an instance with inline values whose shared keys have the cached version.", none }
            { PRECALL_ADAPTIVE = 64, Inherited, [Inherited], PRECALL, Adaptive, "PRECALL with a counter: asks the strategy when it runs out.", none }
            { PRECALL_BOUND_METHOD = 65, Inherited, [Inherited], PRECALL, Specialized, "Call of a bound method: unpacks function and `self`.", none }
            { PRECALL_BUILTIN_CLASS = 66, Inherited, [Inherited], PRECALL, Specialized, "Call of an immutable built-in class that has a vectorcall.", "CALL_BUILTIN_CLASS" }
            { PRECALL_BUILTIN_FAST_WITH_KEYWORDS = 67, Inherited, [Inherited], PRECALL, Specialized, "Call of a built-in function of convention METH_FASTCALL|METH_KEYWORDS.", "CALL_BUILTIN_FAST_WITH_KEYWORDS" }
            { GET_ITER = 68, None, [Fixed(0)], GET_ITER, Generic, "Replaces the top by `iter(top)`.", none }
            { GET_YIELD_FROM_ITER = 69, None, [Fixed(0)], GET_YIELD_FROM_ITER, Generic, "As GET_ITER, but leaves generators (and coroutines, in a coroutine) as they are.", none }
            { PRINT_EXPR = 70, None, [Fixed(-1)], PRINT_EXPR, Generic, "Pops a value and hands it to `sys.displayhook`: expression statements of interactive mode.", none }
            { LOAD_BUILD_CLASS = 71, None, [Fixed(1)], LOAD_BUILD_CLASS, Generic, "Pushes `builtins.__build_class__`.", none }
            { PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 72, Inherited, [Inherited], PRECALL, Specialized, "Call of a method descriptor of convention METH_FASTCALL|METH_KEYWORDS.", "CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS" }
            { PRECALL_NO_KW_BUILTIN_FAST = 73, Inherited, [Inherited], PRECALL, Specialized, "Call of a built-in function of convention METH_FASTCALL without keywords.", "CALL_NO_KW_BUILTIN_FAST" }
            { LOAD_ASSERTION_ERROR = 74, None, [Fixed(1)], LOAD_ASSERTION_ERROR, Generic, "Pushes `AssertionError`, whatever the name means in the program.", none }
            { RETURN_GENERATOR = 75, None, [Fixed(0)], RETURN_GENERATOR, Generic, "Makes a generator, coroutine or asynchronous generator of the running frame and returns it.", none }
            { PRECALL_NO_KW_BUILTIN_O = 76, Inherited, [Inherited], PRECALL, Specialized, "Call of a built-in function of convention METH_O.", "CALL_NO_KW_BUILTIN_O" }
            { PRECALL_NO_KW_ISINSTANCE = 77, Inherited, [Inherited], PRECALL, Specialized, "Call of the builtin `isinstance` with two arguments.", "CALL_NO_KW_ISINSTANCE" }
            { PRECALL_NO_KW_LEN = 78, Inherited, [Inherited], PRECALL, Specialized, "Call of the builtin `len`.", "CALL_NO_KW_LEN" }
            { PRECALL_NO_KW_LIST_APPEND = 79, Inherited, [Inherited], PRECALL, Specialized, "Call of `list.append` whose result is discarded: swallows CALL and POP_TOP.", "CALL_NO_KW_LIST_APPEND" }
            { PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST = 80, Inherited, [Inherited], PRECALL, Specialized, "Call of a method descriptor of convention METH_FASTCALL without keywords.", "CALL_NO_KW_METHOD_DESCRIPTOR_FAST" }
            { PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS = 81, Inherited, [Inherited], PRECALL, Specialized, "Call of a method descriptor of convention METH_NOARGS.", "CALL_NO_KW_METHOD_DESCRIPTOR_NOARGS" }
            { LIST_TO_TUPLE = 82, None, [Fixed(0)], LIST_TO_TUPLE, Generic, "Replaces the list on the top by a tuple of its items.", none }
            { RETURN_VALUE = 83, None, [Fixed(-1)], RETURN_VALUE, Generic, "Returns the top to the caller.", none }
            { IMPORT_STAR = 84, None, [Fixed(-1)], IMPORT_STAR, Generic, "Pops a module and binds all of its public names in the local namespace.", none }
            { SETUP_ANNOTATIONS = 85, None, [Fixed(0)], SETUP_ANNOTATIONS, Generic, "Makes sure that the local namespace has an `__annotations__` dict.", none }
            { YIELD_VALUE = 86, None, [Fixed(0)], YIELD_VALUE, Generic, "Yields the top; what is sent in takes its place.", none }
            { ASYNC_GEN_WRAP = 87, None, [Fixed(0)], ASYNC_GEN_WRAP, Generic, "Marks the top as a value that an asynchronous generator yields.", none }
            { PREP_RERAISE_STAR = 88, None, [Fixed(-1)], PREP_RERAISE_STAR, Generic, "Joins what the handlers of an `except*` raised and left unhandled into the exception to raise, or `None`.", none }
            { POP_EXCEPT = 89, None, [Fixed(-1)], POP_EXCEPT, Generic, "Pops the exception state that PUSH_EXC_INFO saved and makes it current again.", none }
            { STORE_NAME = 90, Name, [Fixed(-1)], STORE_NAME, Generic, "Pops a value and binds the name in the local namespace.", none }
            { DELETE_NAME = 91, Name, [Fixed(0)], DELETE_NAME, Generic, "Unbinds the name in the local namespace.", none }
            { UNPACK_SEQUENCE = 92, Count, [Linear(-1, 1)], UNPACK_SEQUENCE, Generic, "Pops an iterable of exactly so many items and pushes them, the first on the top.", none }
            { FOR_ITER = 93, JumpForward, [Branch(1, -1)], FOR_ITER, Generic, "Pushes the next item of the iterator on the top; at its end pops the iterator and jumps.", none }
            { UNPACK_EX = 94, UnpackCounts, [UnpackEx], UNPACK_EX, Generic, "Unpacks with a starred target: items before it in the low byte, after it in the bytes above.", none }
            { STORE_ATTR = 95, Name, [Fixed(-2)], STORE_ATTR, Generic, "Pops object and value and does `object.name = value`.", none }
            { DELETE_ATTR = 96, Name, [Fixed(-1)], DELETE_ATTR, Generic, "Pops an object and does `del object.name`.", none }
            { STORE_GLOBAL = 97, Name, [Fixed(-1)], STORE_GLOBAL, Generic, "Pops a value and binds the name in the globals.", none }
            { DELETE_GLOBAL = 98, Name, [Fixed(0)], DELETE_GLOBAL, Generic, "Unbinds the name in the globals.", none }
            { SWAP = 99, Depth, [Fixed(0)], SWAP, Generic, "Exchanges the top with the item that many deep (the top itself is 1).", none }
            { LOAD_CONST = 100, Const, [Fixed(1)], LOAD_CONST, Generic, "Pushes a constant.", none }
            { LOAD_NAME = 101, Name, [Fixed(1)], LOAD_NAME, Generic, "Pushes what the name means in locals, globals or builtins.", none }
            { BUILD_TUPLE = 102, Count, [Linear(1, -1)], BUILD_TUPLE, Generic, "Pops so many items and pushes a tuple of them.", none }
            { BUILD_LIST = 103, Count, [Linear(1, -1)], BUILD_LIST, Generic, "Pops so many items and pushes a list of them.", none }
            { BUILD_SET = 104, Count, [Linear(1, -1)], BUILD_SET, Generic, "Pops so many items and pushes a set of them.", none }
            { BUILD_MAP = 105, Count, [Linear(1, -2)], BUILD_MAP, Generic, "Pops so many pairs of key and value and pushes a dict of them.", none }
            { LOAD_ATTR = 106, Name, [Fixed(0)], LOAD_ATTR, Generic, "Replaces the top by `top.name`.", none }
            { COMPARE_OP = 107, Compare, [Fixed(-1)], COMPARE_OP, Generic, "Pops two operands and pushes the result of the comparison.", none }
            { IMPORT_NAME = 108, Name, [Fixed(-1)], IMPORT_NAME, Generic, "Pops the from-list and the level and pushes the imported module.", none }
            { IMPORT_FROM = 109, Name, [Fixed(1)], IMPORT_FROM, Generic, "Pushes an attribute (or submodule) of the module on the top, which stays.", none }
            { JUMP_FORWARD = 110, JumpForward, [Fixed(0)], JUMP_FORWARD, Generic, "Jumps forward.", none }
            { JUMP_IF_FALSE_OR_POP = 111, JumpForward, [Branch(-1, 0)], JUMP_IF_FALSE_OR_POP, Generic, "Jumps and keeps the top if it is false, otherwise pops it.", none }
            { JUMP_IF_TRUE_OR_POP = 112, JumpForward, [Branch(-1, 0)], JUMP_IF_TRUE_OR_POP, Generic, "Jumps and keeps the top if it is true, otherwise pops it.", none }
            { PRECALL_NO_KW_METHOD_DESCRIPTOR_O = 113, Inherited, [Inherited], PRECALL, Specialized, "Call of a method descriptor of convention METH_O.", "CALL_NO_KW_METHOD_DESCRIPTOR_O" }
            { POP_JUMP_FORWARD_IF_FALSE = 114, JumpForward, [Fixed(-1)], POP_JUMP_FORWARD_IF_FALSE, Generic, "Pops a value and jumps forward if it is false.", none }
            { POP_JUMP_FORWARD_IF_TRUE = 115, JumpForward, [Fixed(-1)], POP_JUMP_FORWARD_IF_TRUE, Generic, "Pops a value and jumps forward if it is true.", none }
            { LOAD_GLOBAL = 116, GlobalName, [LowBit(1, 1)], LOAD_GLOBAL, Generic, "Pushes what the name means in globals or builtins; with the lowest bit set, a NULL below it.", none }
            { IS_OP = 117, Invert, [Fixed(-1)], IS_OP, Generic, "Pops two operands and pushes `a is b`, or `a is not b` if the operand is 1.", none }
            { CONTAINS_OP = 118, Invert, [Fixed(-1)], CONTAINS_OP, Generic, "Pops two operands and pushes `a in b`, or `a not in b` if the operand is 1.", none }
            { RERAISE = 119, Raw, [Fixed(-1)], RERAISE, Generic, "Raises the exception on the top again; a non-zero operand restores the instruction offset saved below it.", none }
            { COPY = 120, Depth, [Fixed(1)], COPY, Generic, "Pushes the item that many deep (the top is 1).", none }
            { PRECALL_NO_KW_STR_1 = 121, Inherited, [Inherited], PRECALL, Specialized, "Call of `str` with one argument.", "CALL_NO_KW_STR_1" }
            { BINARY_OP = 122, BinaryOp, [Fixed(-1)], BINARY_OP, Generic, "Pops two operands and pushes the result of the arithmetic or in-place operator.", none }
            { SEND = 123, JumpForward, [Branch(0, -1)], SEND, Generic, "Sends the top to the generator or iterator below it; when that returns, jumps with the result.", none }
            { LOAD_FAST = 124, Local, [Fixed(1)], LOAD_FAST, Generic, "Pushes a local variable.", none }
            { STORE_FAST = 125, Local, [Fixed(-1)], STORE_FAST, Generic, "Pops a value into a local variable.", none }
            { DELETE_FAST = 126, Local, [Fixed(0)], DELETE_FAST, Generic, "Unbinds a local variable.", none }
            { PRECALL_NO_KW_TUPLE_1 = 127, Inherited, [Inherited], PRECALL, Specialized, "Call of `tuple` with one argument.", "CALL_NO_KW_TUPLE_1" }
            { POP_JUMP_FORWARD_IF_NOT_NONE = 128, JumpForward, [Fixed(-1)], POP_JUMP_FORWARD_IF_NOT_NONE, Generic, "Pops a value and jumps forward unless it is `None`.", none }
            { POP_JUMP_FORWARD_IF_NONE = 129, JumpForward, [Fixed(-1)], POP_JUMP_FORWARD_IF_NONE, Generic, "Pops a value and jumps forward if it is `None`.", none }
            { RAISE_VARARGS = 130, Count, [Linear(0, -1)], RAISE_VARARGS, Generic, "Raises: again (0), an exception (1), an exception with a cause (2).", none }
            { GET_AWAITABLE = 131, Raw, [Fixed(0)], GET_AWAITABLE, Generic, "Replaces the top by its awaitable; the operand says which construct awaits, for the error message.", none }
            { MAKE_FUNCTION = 132, MakeFunction, [FlagCount(0x0F)], MAKE_FUNCTION, Generic, "Makes a function of the code object on the top and the defaults, annotations and cells that the flags announce.", none }
            { BUILD_SLICE = 133, Count, [Slice], BUILD_SLICE, Generic, "Pops two or three items and pushes a slice.", none }
            { JUMP_BACKWARD_NO_INTERRUPT = 134, JumpBackward, [Fixed(0)], JUMP_BACKWARD_NO_INTERRUPT, Generic, "Jumps backward without looking at the eval breaker: inside `yield from` and `await`.", none }
            { MAKE_CELL = 135, Free, [Fixed(0)], MAKE_CELL, Generic, "Replaces a local by a new cell that holds it.", none }
            { LOAD_CLOSURE = 136, Free, [Fixed(1)], LOAD_CLOSURE, Generic, "Pushes a cell itself, for MAKE_FUNCTION.", none }
            { LOAD_DEREF = 137, Free, [Fixed(1)], LOAD_DEREF, Generic, "Pushes the contents of a cell.", none }
            { STORE_DEREF = 138, Free, [Fixed(-1)], STORE_DEREF, Generic, "Pops a value into a cell.", none }
            { DELETE_DEREF = 139, Free, [Fixed(0)], DELETE_DEREF, Generic, "Empties a cell.", none }
            { JUMP_BACKWARD = 140, JumpBackward, [Fixed(0)], JUMP_BACKWARD, Generic, "Jumps backward, looks at the eval breaker and counts towards quickening.", none }
            { PRECALL_NO_KW_TYPE_1 = 141, Inherited, [Inherited], PRECALL, Specialized, "Call of `type` with one argument.", "CALL_NO_KW_TYPE_1" }
            { CALL_FUNCTION_EX = 142, CallEx, [LowBit(-2, -1)], CALL_FUNCTION_EX, Generic, "Calls with a tuple of positional arguments and, if the lowest bit is set, a dict of keyword arguments.", none }
            { PRECALL_PYFUNC = 143, Inherited, [Inherited], PRECALL, Specialized, "Call of a Python function: nothing to prepare.", none }
            { EXTENDED_ARG = 144, Extended, [Fixed(0)], EXTENDED_ARG, Generic, "Supplies the higher byte of the next instruction's operand.", none }
            { LIST_APPEND = 145, Depth, [Fixed(-1)], LIST_APPEND, Generic, "Pops an item and appends it to the list that many deep: list comprehensions.", none }
            { SET_ADD = 146, Depth, [Fixed(-1)], SET_ADD, Generic, "Pops an item and adds it to the set that many deep: set comprehensions.", none }
            { MAP_ADD = 147, Depth, [Fixed(-2)], MAP_ADD, Generic, "Pops value and key and stores them in the dict that many deep: dict comprehensions.", none }
            { LOAD_CLASSDEREF = 148, Free, [Fixed(1)], LOAD_CLASSDEREF, Generic, "As LOAD_DEREF, but the class namespace is asked first.", none }
            { COPY_FREE_VARS = 149, Count, [Fixed(0)], COPY_FREE_VARS, Generic, "Copies the function's closure cells into the frame.", none }
            { RESUME_QUICK = 150, Inherited, [Inherited], RESUME, Quick, "RESUME in quickened code: no longer counts towards quickening.", none }
            { RESUME = 151, Resume, [Fixed(0)], RESUME, Generic, "Marks where execution starts or resumes: 0 function start, 1 after yield, 2 after yield from, 3 after await.", none }
            { MATCH_CLASS = 152, Count, [Fixed(-2)], MATCH_CLASS, Generic, "Pops attribute names, class and subject of a class pattern; pushes the attributes' tuple or `None`.", none }
            { STORE_ATTR_ADAPTIVE = 153, Inherited, [Inherited], STORE_ATTR, Adaptive, "STORE_ATTR with a counter: asks the strategy when it runs out.", none }
            { STORE_ATTR_INSTANCE_VALUE = 154, Inherited, [Inherited], STORE_ATTR, Specialized, "Store into the inline values of an instance with the cached type version.", none }
            { FORMAT_VALUE = 155, FormatValue, [FormatSpec], FORMAT_VALUE, Generic, "Formats a value for an f-string, with conversion and format specification as the flags say.", none }
            { BUILD_CONST_KEY_MAP = 156, Count, [Linear(0, -1)], BUILD_CONST_KEY_MAP, Generic, "Pops a tuple of keys and so many values and pushes a dict.", none }
            { BUILD_STRING = 157, Count, [Linear(1, -1)], BUILD_STRING, Generic, "Pops so many strings and pushes them joined.", none }
            { STORE_ATTR_SLOT = 158, Inherited, [Inherited], STORE_ATTR, Specialized, "Store into a slot (`__slots__`) of an instance with the cached type version.", none }
            { STORE_ATTR_WITH_HINT = 159, Inherited, [Inherited], STORE_ATTR, Specialized, "Store into an instance's dict at the cached entry.", none }
            { LOAD_METHOD = 160, Name, [Fixed(1)], LOAD_METHOD, Generic, "Replaces the top by method and `self`, or by NULL and the attribute if it is no plain method.", none }
            { STORE_FAST__LOAD_FAST = 161, Inherited, [Inherited], STORE_FAST, Superinstruction, "STORE_FAST and the LOAD_FAST after it in one dispatch.", none }
            { LIST_EXTEND = 162, Depth, [Fixed(-1)], LIST_EXTEND, Generic, "Pops an iterable and extends the list that many deep.", none }
            { SET_UPDATE = 163, Depth, [Fixed(-1)], SET_UPDATE, Generic, "Pops an iterable and updates the set that many deep.", none }
            { DICT_MERGE = 164, Depth, [Fixed(-1)], DICT_MERGE, Generic, "Pops a mapping and updates the dict that many deep; a key that is there already is an error.", none }
            { DICT_UPDATE = 165, Depth, [Fixed(-1)], DICT_UPDATE, Generic, "Pops a mapping and updates the dict that many deep.", none }
            { PRECALL = 166, Count, [Linear(0, -1)], PRECALL, Generic, "Prepares a call: brings bound methods into the shape that CALL expects.", none }
            { STORE_FAST__STORE_FAST = 167, Inherited, [Inherited], STORE_FAST, Superinstruction, "STORE_FAST and the STORE_FAST after it in one dispatch.", none }
            { STORE_SUBSCR_ADAPTIVE = 168, Inherited, [Inherited], STORE_SUBSCR, Adaptive, "STORE_SUBSCR with a counter: asks the strategy when it runs out.", none }
            { STORE_SUBSCR_DICT = 169, Inherited, [Inherited], STORE_SUBSCR, Specialized, "Store into an exact dict.", none }
            { STORE_SUBSCR_LIST_INT = 170, Inherited, [Inherited], STORE_SUBSCR, Specialized, "Store into an exact list at a small non-negative int.", none }
            { CALL = 171, Count, [Fixed(-1)], CALL, Generic, "Calls with so many arguments, the names of the last ones given by KW_NAMES.", none }
            { KW_NAMES = 172, Const, [Fixed(0)], KW_NAMES, Generic, "Names the keyword arguments of the next call: a constant tuple.", none }
            { POP_JUMP_BACKWARD_IF_NOT_NONE = 173, JumpBackward, [Fixed(-1)], POP_JUMP_BACKWARD_IF_NOT_NONE, Generic, "Pops a value and jumps backward unless it is `None`.", none }
            { POP_JUMP_BACKWARD_IF_NONE = 174, JumpBackward, [Fixed(-1)], POP_JUMP_BACKWARD_IF_NONE, Generic, "Pops a value and jumps backward if it is `None`.", none }
            { POP_JUMP_BACKWARD_IF_FALSE = 175, JumpBackward, [Fixed(-1)], POP_JUMP_BACKWARD_IF_FALSE, Generic, "Pops a value and jumps backward if it is false.", none }
            { POP_JUMP_BACKWARD_IF_TRUE = 176, JumpBackward, [Fixed(-1)], POP_JUMP_BACKWARD_IF_TRUE, Generic, "Pops a value and jumps backward if it is true.", none }
            { UNPACK_SEQUENCE_ADAPTIVE = 177, Inherited, [Inherited], UNPACK_SEQUENCE, Adaptive, "UNPACK_SEQUENCE with a counter: asks the strategy when it runs out.", none }
            { UNPACK_SEQUENCE_LIST = 178, Inherited, [Inherited], UNPACK_SEQUENCE, Specialized, "Unpacking of an exact list of the right length.", none }
            { UNPACK_SEQUENCE_TUPLE = 179, Inherited, [Inherited], UNPACK_SEQUENCE, Specialized, "Unpacking of an exact tuple of the right length.", none }
            { UNPACK_SEQUENCE_TWO_TUPLE = 180, Inherited, [Inherited], UNPACK_SEQUENCE, Specialized, "Unpacking of an exact tuple of two.", none }
        }
    };
}

/// Calls the given macro with one row for each family of specializable instructions:
/// `{ Variant, module_name, GENERIC, [FIELD "field" units, …] }`. The fields are those of the inline cache, in order, sizes in code
/// units of 16 bits.
#[macro_export]
macro_rules! for_each_family {
    ( $callback:ident $( [ $($extra:tt)* ] )? ) => {
        $callback! {
            $( [ $($extra)* ] )?
            { BinaryOp, binary_op, BINARY_OP, [COUNTER "counter" 1] }
            { BinarySubscr, binary_subscr, BINARY_SUBSCR, [COUNTER "counter" 1, TYPE_VERSION "type_version" 2, FUNC_VERSION "func_version" 1] }
            { Call, call, CALL, [COUNTER "counter" 1, FUNC_VERSION "func_version" 2, MIN_ARGS "min_args" 1] }
            { CompareOp, compare_op, COMPARE_OP, [COUNTER "counter" 1, MASK "mask" 1] }
            { LoadAttr, load_attr, LOAD_ATTR, [COUNTER "counter" 1, VERSION "version" 2, INDEX "index" 1] }
            { LoadGlobal, load_global, LOAD_GLOBAL, [COUNTER "counter" 1, INDEX "index" 1, MODULE_KEYS_VERSION "module_keys_version" 2, BUILTIN_KEYS_VERSION "builtin_keys_version" 1] }
            { LoadMethod, load_method, LOAD_METHOD, [COUNTER "counter" 1, TYPE_VERSION "type_version" 2, DICT_OFFSET "dict_offset" 1, KEYS_VERSION "keys_version" 2, DESCR "descr" 4] }
            { Precall, precall, PRECALL, [COUNTER "counter" 1] }
            { StoreAttr, store_attr, STORE_ATTR, [COUNTER "counter" 1, VERSION "version" 2, INDEX "index" 1] }
            { StoreSubscr, store_subscr, STORE_SUBSCR, [COUNTER "counter" 1] }
            { UnpackSequence, unpack_sequence, UNPACK_SEQUENCE, [COUNTER "counter" 1] }
        }
    };
}

/// Calls the given macro with one row for each superinstruction: `{ FIRST, SECOND, FUSED }`. Quickening replaces FIRST by FUSED where
/// SECOND follows it.
#[macro_export]
macro_rules! for_each_superinstruction {
    ( $callback:ident $( [ $($extra:tt)* ] )? ) => {
        $callback! {
            $( [ $($extra)* ] )?
            { LOAD_FAST, LOAD_FAST, LOAD_FAST__LOAD_FAST }
            { LOAD_FAST, LOAD_CONST, LOAD_FAST__LOAD_CONST }
            { LOAD_CONST, LOAD_FAST, LOAD_CONST__LOAD_FAST }
            { STORE_FAST, LOAD_FAST, STORE_FAST__LOAD_FAST }
            { STORE_FAST, STORE_FAST, STORE_FAST__STORE_FAST }
        }
    };
}
