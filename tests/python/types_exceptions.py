# Exceptions: arguments, texts, chains, groups, notes, errors in raising.
def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, '|', e, '|', e.args, '|', repr(e))
def show(e): print(repr(e), str(e), e.args)
show(KeyError('a')); show(KeyError()); show(KeyError(1, 2)); show(ValueError()); show(OSError(2, 'no', 'f')); show(OSError(2, 'no')); show(OSError('x')); show(FileNotFoundError(2, 'a')); print(type(OSError(2, 'x')), type(OSError(13, 'x')), type(OSError(999, 'x')), OSError(2, 'no', 'f').filename, OSError(2, 'no', 'f').errno)
show(OSError(2, 'no', 'a', None, 'b')); show(StopIteration(5)); print(StopIteration(5).value, StopIteration().value, SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code)
show(ImportError('m', name='n', path='p')); print(ImportError('m', name='n', path='p').name, ImportError('m').msg, ModuleNotFoundError('x', name='y').name); t(lambda: ImportError(x=1)); t(lambda: ValueError(x=1))
show(SyntaxError('msg', ('file.py', 3, 5, 'text'))); e = SyntaxError('msg', ('file.py', 3, 5, 'text', 4, 6)); print(e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.msg); t(lambda: SyntaxError('a', (1,))); show(SyntaxError('m')); show(IndentationError('m', ('a/b.py', 1, 2, 't')))
show(UnicodeDecodeError('utf-8', b'ab\xff', 2, 3, 'bad')); show(UnicodeDecodeError('utf-8', b'ab\xff', 1, 3, 'bad')); show(UnicodeEncodeError('ascii', 'a\xe9', 1, 2, 'r')); show(UnicodeEncodeError('ascii', 'a\u1234', 1, 2, 'r')); show(UnicodeTranslateError('a\xe9', 1, 2, 'r')); t(lambda: UnicodeDecodeError(1))
show(AttributeError('x', name='n', obj=3)); print(AttributeError('x', name='n', obj=3).name, AttributeError('x', name='n', obj=3).obj, NameError('a', name='b').name)
try: undefined_name
except NameError as e: print(e.name, e)
try: (5).foo
except AttributeError as e: print(e.name, e.obj, e)
try: int.foo
except AttributeError as e: print(e.name, e.obj, e)
e = ValueError(1); e.add_note('n1'); e.add_note('n2'); print(e.__notes__); t(lambda: e.add_note(1)); e.args = [1, 2]; print(e.args); t(lambda: setattr(e, 'args', 3)); t(lambda: delattr(e, 'args')); t(lambda: setattr(e, '__cause__', 3)); t(lambda: setattr(e, '__context__', 3)); t(lambda: setattr(e, '__traceback__', 3)); e.foo = 1; print(e.__dict__, e.foo)
try:
    try: 1/0
    except ZeroDivisionError as z: raise KeyError('k') from z
except KeyError as k: print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__)
try:
    try: 1/0
    except ZeroDivisionError: raise KeyError('k')
except KeyError as k: print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__)
try:
    try: 1/0
    except ZeroDivisionError: raise KeyError('k') from None
except KeyError as k: print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__)
try:
    try: 1/0
    finally: undefined
except NameError as n: print(repr(n.__context__))
class MyE(Exception):
    def __init__(self, a, b): self.a = a; super().__init__(a)
m = MyE(1, 2); print(m.args, m.a, m)
class MyE2(Exception):
    def __str__(self): return 'custom'
print(MyE2(1), repr(MyE2(1)))
class Multi(KeyError, AttributeError): pass
print(Multi('a').args, Multi.__mro__)
t(lambda: type('X', (OSError, KeyError), {}))
def r(x): raise x
t(r, 3); t(r, int); t(r, ValueError); t(r, ValueError('a')); t(r, None)
try: raise ValueError from 3
except TypeError as e: print(e)
try:
    raise
except RuntimeError as e: print(e)
try:
    try: raise ValueError
    except 3: pass
except TypeError as e: print(e)
g = ExceptionGroup('eg', [ValueError(1), TypeError(2), ExceptionGroup('in', [ValueError(3), KeyError(4)])])
print(g, repr(g), g.message, g.exceptions, g.split(ValueError), g.subgroup(KeyError), g.subgroup(lambda e: isinstance(e, TypeError)))
t(lambda: ExceptionGroup('a', [])); t(lambda: ExceptionGroup('a', [1])); t(lambda: ExceptionGroup('a', [KeyboardInterrupt()])); t(lambda: ExceptionGroup(1, [ValueError()])); t(lambda: ExceptionGroup('a')); print(type(BaseExceptionGroup('a', [ValueError()])), type(BaseExceptionGroup('a', [KeyboardInterrupt()]))); print(ExceptionGroup.__mro__)
def star():
    try: raise ExceptionGroup('eg', [ValueError(1), TypeError(2), KeyError(3)])
    except* ValueError as v: print('V', v.exceptions)
    except* TypeError as v: print('T', v.exceptions)
try: star()
except BaseException as e: print(repr(e))
def star2():
    try: raise ValueError(5)
    except* ValueError as v: print('V', repr(v))
star2()
def star3():
    try: raise ExceptionGroup('eg', [ValueError(1), TypeError(2)])
    except* ValueError as v: raise KeyError('new')
try: star3()
except BaseException as e: print(repr(e), repr(e.__context__))
import sys
def tb():
    def inner(): 1/0
    inner()
try: tb()
except ZeroDivisionError as e:
    tb_ = e.__traceback__
    while tb_: print(tb_.tb_lineno, tb_.tb_frame.f_code.co_name); tb_ = tb_.tb_next
    print(e.with_traceback(None) is e, e.__traceback__)
print(BaseException.__subclasses__()); print(OSError is IOError is EnvironmentError)
def gen():
    try: yield 1
    except ValueError as e: print('in gen', e); yield 2
gg = gen(); next(gg); print(gg.throw(ValueError('thrown')))
def f2():
    try: return 1
    finally: print('fin')
print(f2())
class Ctx:
    def __enter__(self): return 1
    def __exit__(self, t, v, tb): print(t, v, tb is not None); return True
with Ctx(): raise ValueError('in with')
t(lambda: [].pop()); t(lambda: {}[1]); t(lambda: {}.pop(1)); t(lambda: int('a')); t(lambda: [1].index(2)); t(lambda: 'a'.index('b')); t(lambda: chr(-1)); t(lambda: ord('ab')); t(lambda: (1, 2)[5]); t(lambda: [1].remove(3)); t(lambda: next(iter(()))); t(lambda: 1 % 0); t(lambda: 1.0 / 0); t(lambda: float('x')); t(lambda: b'a'.decode('nope')); t(lambda: '\xff'.encode('ascii')); t(lambda: b'\xff'.decode())
