# compile(), exec() and eval(): features of the caller and of flags, optimization levels, warnings of the compiler.
import sys

annotated = "def f(x: undefined_name) -> 1 + 1: pass\nprint(f.__annotations__)"


def run(*args, **kwargs):
    try:
        exec(compile(annotated, "<annotated>", "exec", *args, **kwargs), {})
    except NameError as error:
        print("NameError", error)


ANNOTATIONS = 0x1000000
run()
run(ANNOTATIONS)
run(flags=ANNOTATIONS, dont_inherit=True)
run(0, True)

# The caller's features are inherited, unless that is refused.
with_future = """
from __future__ import annotations
exec(source)
exec(compile(source, "<inherits>", "exec"))
try:
    exec(compile(source, "<does not>", "exec", 0, True))
except NameError as error:
    print("NameError", error)
print(compile("1", "<flags>", "eval").co_flags & 0x1000000 != 0)
print(eval("(lambda x: 0).__code__.co_flags & 0x1000000 != 0"))
"""
exec(with_future, {"source": annotated})
print(compile("1", "<flags>", "eval").co_flags & 0x1000000 != 0)

# Optimization.
source = '''
"a docstring"
def f():
    "another"
    assert False, "never"
    return __debug__
try:
    print(f(), f.__doc__)
except AssertionError as error:
    print("AssertionError", error, f.__doc__)
print(__doc__)
'''
for level in (-1, 0, 1, 2):
    exec(compile(source, "<optimized>", "exec", optimize=level), {"__doc__": "outer"})

# await outside a function, where it is allowed.
TOP_LEVEL_AWAIT = 0x2000
try:
    compile("await x", "<await>", "exec")
except SyntaxError as error:
    print(error)
code = compile("y = await x", "<await>", "exec", TOP_LEVEL_AWAIT)
print(code.co_flags & 0x80 != 0)


class Ready:
    def __await__(self):
        return 42
        yield


namespace = {"x": Ready()}
coroutine = eval(code, namespace)
try:
    coroutine.send(None)
except StopIteration as stop:
    print("awaited", namespace["y"], stop.value)

# Wrong arguments.
for args in (("1", "f", "exec", 1 << 40), ("1", "f", "exec", 1), ("1", "f", "exec", 0, False, 3), ("1", "f", "neither")):
    try:
        compile(*args)
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)

# What the compiler warns of goes to standard error.
sys.stdout.flush()
exec(compile("x = 1\nif x is 1: print('same')", "<warns>", "exec"))
eval("(1, 2) [3, 4]" if False else "() is ()")
