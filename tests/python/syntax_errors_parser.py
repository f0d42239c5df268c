# Errors of the parser: messages and lines, seen through compile().
sources = [
    'a, b += 1',
    '(a, b): int = 1',
    'f() = 1',
    '1 = x',
    'None = 1',
    'x + 1 = 2',
    'del f()',
    'del 1',
    '[x for x in y] = 1',
    'f() += 1',
    'def f(*): pass',
    'def f(a=1, b): pass',
    'f(a=1, 2)',
    'f(**k, *a)',
    'print 1',
    'x = = 1',
    'if x = 1: pass',
    'with x as 1: pass',
    'for 1 in x: pass',
]
for s in sources:
    try:
        compile(s, "<test>", "exec")
        print(repr(s), "compiles")
    except SyntaxError as e:
        print(repr(s), type(e).__name__, e.lineno, e.msg)
