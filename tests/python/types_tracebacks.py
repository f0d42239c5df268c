# Uncaught exceptions of thirty kinds, as the excepthook prints them.
import sys
def run(f):
    try: f()
    except BaseException as e: sys.excepthook(type(e), e, e.__traceback__)
def a1(): return undefinde_name
length = 5
def a2(): return lenght
def a3(): [].apend(1)
class Foo:
    def __init__(self): self.blech = 1
def a4(): Foo().bleh
def a5():
    x = {'a': {'b': None}}
    return x['a']['b']['c']
def a6():
    a, b, c = 1, 2, 0
    return a + b / c - 1
def a7():
    return (1 +
            2 / 0
            + 3)
def a8():
    try: 1/0
    except ZeroDivisionError as e: raise ValueError('chained') from e
def a9():
    try: {}['k']
    except KeyError: raise ValueError('context')
def rec(n): return rec(n + 1) if n < 20 else 1/0
def a10(): rec(0)
def a11(): raise ValueError
def a12():
    e = ValueError('multi\nline'); e.add_note('note 1'); e.add_note('note 2\nsecond'); raise e
def a13(): raise ExceptionGroup('group', [ValueError(1), ExceptionGroup('nested', [TypeError('t')])])
def a14(): raise KeyError('key')
class Custom(Exception):
    def __str__(self): raise RuntimeError('in str')
def a15(): raise Custom()
class Outer:
    class InnerError(Exception): pass
def a16(): raise Outer.InnerError('q')
def a17(): raise SyntaxError('bad syntax', ('file.py', 3, 5, '  some text here\n', 3, 9))
def a18(): return foo(1)(2)[3].bar(baz=1/0)
def foo(x): return lambda y: [0, 0, 0, Foo()]
def a19(): assert 1 == 2, 'assertion text'
def a20(): x = 5; x.foo.bar = 3
def a21(): "abc" + 5 * 2
def a22(): return [i / 0 for i in range(3)]
def a23():
    def g():
        yield 1
        raise ValueError('in gen')
    list(g())
def a24(): int('x', base=3)
def a25(): sorted([1, 'a'])
def a26(): print(f'{undefined_thing!r}')
def a27(): del length2
def a28(): import nonexistent_module_xyz
def a29(): ünï = 1; return ünï / 0
def a30(): return 1 if 1/0 else 2
for f in [a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,a13,a14,a15,a16,a17,a18,a19,a20,a21,a22,a23,a24,a25,a26,a27,a28,a29,a30]: run(f)
