# compile, exec, eval, __import__, locals, vars, dir, frames: arguments, namespaces of every kind, errors.
import sys
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e, getattr(e,'name',None))
t(lambda: exec(1))
t(lambda: eval(1))
t(lambda: exec("1", 1))
t(lambda: eval("1", 1))
t(lambda: exec("1", {}, 1))
t(lambda: eval("1", {}, 1))
t(lambda: eval("  1"))
t(lambda: eval("\t\n1"))
t(lambda: eval("a\0b"))
t(lambda: exec("a\0b"))
t(lambda: exec(b"print('bytes \xc3\xa9')"))
t(lambda: exec(bytearray(b"print('ba')")))
t(lambda: compile("1","f","foo"))
t(lambda: compile("1","f","exec",1))
t(lambda: compile("1","f"))
t(lambda: compile(1,"f","exec"))
t(lambda: compile("1",1,"exec"))
t(lambda: compile("1","f","exec",0,False,7))
t(lambda: compile("1","f","exec",foo=7))
t(lambda: compile("1","f",1))
t(lambda: exec("1", locals={}))
t(lambda: exec())
t(lambda: eval())
t(lambda: eval("1", {}, {}, {}))
t(lambda: eval("\udc80"))
def outer():
    x=1
    def inner(): return x
    return inner
c = outer()
t(lambda: exec(c.__code__))
t(lambda: eval(c.__code__))
t(lambda: exec(c.__code__, closure=()))
t(lambda: exec(c.__code__, closure=c.__closure__))
t(lambda: exec("1", closure=()))
t(lambda: exec(t.__code__, closure=()))
t(lambda: vars(1))
t(lambda: vars(1,2))
t(lambda: dir(1,2))
t(lambda: __import__(""))
t(lambda: __import__(1))
t(lambda: __import__())
t(lambda: __import__("a.b"))
t(lambda: __import__("a", level=-1))
t(lambda: __import__("a", {}, level=1))
t(lambda: __import__("a", {"__package__":""}, level=1))
t(lambda: __import__("a", {"__package__":"math"}, level=2))
t(lambda: __import__("a", {"__package__":1}, level=1))
t(lambda: __import__("a", 1, level=1))
sys.modules['xx']=None
t(lambda: __import__("xx"))
g={}
exec("x=1",g); print(type(g['__builtins__']), sorted(g))
class M(dict):
    def __missing__(self, k): return k.upper() if k != "print" else 1/0
class Map:
    def __init__(self): self.d = {}
    def __getitem__(self, k): print("get", k); return self.d[k]
    def __setitem__(self, k, v): print("set", k, v); self.d[k] = v
    def __delitem__(self, k): print("del", k); del self.d[k]
m = Map()
exec("a = 1\nb = a + 1\ndel a\nclass K: pass\nfor i in [1]: pass", {}, m)
t(lambda: exec("zzz", {}, m)); t(lambda: exec("del zzz", {}, m))
t(lambda: eval("abc + x", {"x": "y"}, M()))
t(lambda: eval("abc", M()))
t(lambda: exec("def f(): return abc\nprint(f())", {}, M(abc=1)))
class B(dict): pass
t(lambda: exec("print(len([1]))", {"__builtins__": {"print": print, "len": lambda x: "my"}}))
t(lambda: exec("open", {"__builtins__": {}}))
t(lambda: exec("class A: pass", {"__builtins__": {}}))
t(lambda: eval("[x for x in y]", {"y": [1, 2]}))
def f(a, *args, k=1, **kw):
    z = 5
    def inner(): return z, a
    print(sorted(locals().items(), key=lambda p: p[0]) if False else sorted(locals()))
    del k
    print(sorted(locals()), sorted(vars()), dir() == sorted(locals()))
    [print(sorted(locals())) for q in [1]]
    return eval("a + k") if False else eval("a")
print(f(1, 2, k=3, w=4))
class C:
    x = 1
    print(sorted(locals()), locals()["x"], vars() is locals())
    locals()["y"] = 2
    print(y)
def gen():
    a = 1
    yield locals()
    b = 2
    yield locals()
print(locals() is globals(), vars() is globals(), "f" in dir(), dir(C())[-2:], "append" in dir([]), dir(type)[:2])
def rec():
    exec("n = 1")
    try: return n
    except NameError as e: return str(e)
print(rec())
code = compile("print(__name__, a)\na += 1", "<c>", "exec")
d = {"a": 1}; exec(code, d); exec(code, d); print(d["a"])
s = compile("1+1; None; 'x'", "<s>", "single"); exec(s)
for src in ("x = = 1", "def f(:\n pass", "if 1:\nx", "print 'a'", "f(", "'abc", "return 1", "a b c"):
    try: compile(src, "<src>", "exec")
    except SyntaxError as e: print(type(e).__name__, e.msg, e.filename, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text), e.args == (e.msg, (e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset)))
def deco(n): 
    fr = sys._getframe(n); return fr.f_code.co_name, fr.f_lasti >= 0, fr.f_back is None
def mid(): return deco(0), deco(1), deco(2)
print(mid())
print(mid.__code__.co_firstlineno, mid.__globals__ is globals(), mid.__builtins__ is __builtins__.__dict__, mid.__closure__, c.__closure__[0].cell_contents)
