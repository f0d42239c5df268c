# Code objects that a program makes: code.replace() and the constructor, with any part, and what both refuse.
def f(a, b=2, *c, d=4, **e):
    x = 1
    def g():
        return x + a
    return g() + b + d

code = f.__code__
CodeType = type(code)
parts = (
    code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize, code.co_flags,
    code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_filename, code.co_name, code.co_qualname,
    code.co_firstlineno, code.co_linetable, code.co_exceptiontable, code.co_freevars, code.co_cellvars,
)
made = CodeType(*parts)
print(made == code, made.co_varnames, made.co_cellvars, made.co_freevars, made.co_code == code.co_code)
f.__code__ = made
print(f(1), f(1, 2, 3, d=5))
print(CodeType(*parts[:16]) == code if not code.co_cellvars else "cells are needed")

changes = [
    dict(co_code=b"x"), dict(co_code="s"), dict(co_nlocals=5), dict(co_varnames=("a", "b")), dict(co_argcount=9),
    dict(co_argcount=-1), dict(co_stacksize=-1), dict(co_names=(1,)), dict(co_name=3), dict(co_linetable=b""),
    dict(co_exceptiontable=b""), dict(co_consts=code.co_consts), dict(co_nothing=1),
]
for change in changes:
    try:
        print(sorted(change), code.replace(**change) == code)
    except Exception as error:
        print(sorted(change), type(error).__name__, error)

def fails(*args, **kwargs):
    try:
        CodeType(*args, **kwargs)
    except Exception as error:
        print(type(error).__name__, error)

fails(1)
fails(*parts, 19)
fails(*parts, x=1)
fails("a", *parts[1:])
for index in (6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17):
    fails(*parts[:index], 3, *parts[index + 1:])
fails(*parts[:8], (1,), *parts[9:])
fails(-1, *parts[1:])
fails(*parts[:3], -1, *parts[4:])
fails(*parts[:3], 99, *parts[4:])

# The instructions of one function in another.
def one():
    return 1

def two(a=0):
    try:
        return 10 // a
    except ZeroDivisionError:
        return a + 2

other = two.__code__
one.__code__ = one.__code__.replace(
    co_code=other.co_code, co_consts=other.co_consts, co_names=other.co_names, co_varnames=("q",), co_nlocals=1,
    co_argcount=1, co_stacksize=other.co_stacksize, co_exceptiontable=other.co_exceptiontable,
)
print(one(5), one(0), one(q=2))

# One operator for another: BINARY_OP is 122, its operand 0 adds and 5 multiplies.
def add(a, b):
    return a + b

text = bytearray(add.__code__.co_code)
place = [at for at in range(0, len(text), 2) if text[at] == 122][0]
text[place + 1] = 5
product = add.__code__.replace(co_code=bytes(text))
print(add(6, 7))
add.__code__ = product
print(add(6, 7), [add(i, i) for i in range(20)][-1])

# A module's code in a function has the globals for its locals.
body = compile("x = 1\nprint(sorted(name for name in locals() if name[0] != '_'))\n", "m", "exec")
namespace = {"__builtins__": __builtins__}
type(f)(body, namespace)()
print(namespace["x"])
