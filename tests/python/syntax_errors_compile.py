# Errors that the symbol table and the code generator find after parsing: messages and lines, seen through compile().
sources = [
    'return 1',
    'yield 1',
    'x = 1\nbreak',
    'continue',
    'def f():\n    nonlocal x',
    'nonlocal x',
    'def f(a, a): pass',
    'def f(x):\n    global x',
    'def f():\n    x = 1\n    global x',
    'def f():\n    print(x)\n    nonlocal x',
    'def f():\n    global x\n    nonlocal x',
    'class C:\n    return 1',
    'for i in range(3):\n    def f():\n        break',
    'lambda x, x: 1',
    'def f():\n    x = 1\n    def g():\n        x = 2\n        nonlocal x',
    'await x',
    'def f():\n    await x',
    'def f():\n    async with x: pass',
    'async def f():\n    yield from x',
    '[(yield 1) for x in y]',
    'f(a=1, a=2)',
    'from __future__ import nothing',
    'x = 1\nfrom __future__ import annotations',
    'def f():\n    from math import *',
    '*a, *b = c',
    '*a = 1',
    'try: pass\nexcept: pass\nexcept ValueError: pass',
    'match x:\n    case y: pass\n    case z: pass',
    'match x:\n    case [a, a]: pass',
    'match x:\n    case a | b: pass',
    '[i := 0 for i in range(3)]',
    'class C:\n    [x := 1 for y in z]',
    '__debug__ = 1',
    'def f(__debug__): pass',
    'x: int = yield',
    'async def f():\n    return 1\n    yield',
]
for s in sources:
    try:
        compile(s, "<test>", "exec")
        print(repr(s), "compiles")
    except SyntaxError as e:
        print(repr(s), type(e).__name__, e.lineno, e.msg)
