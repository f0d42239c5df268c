# exec and eval with namespaces, locals(), frames, compile modes, code objects run again.
import sys
def f(a):
    b = a + 1
    exec("b = 100; c = 200")
    return b, sorted(locals()), eval("a + b"), "c" in locals()
print(f(1))
def g():
    x = 1
    l = locals()
    x = 2
    return l["x"], locals()["x"], l is locals()
print(g())
ns = {"x": 1}
exec("y = x + 1\ndef h(): return x + y\nclass C: z = x\n[w for w in range(x)]", ns)
print(ns["h"](), ns["C"].z, "w" in ns, "__builtins__" in ns)
ns["x"] = 50
print(ns["h"](), eval("h() + x", ns), eval("q", {}, {"q": 3}), eval("q + r", {"q": 1}, {"r": 2}))
gl, lo = {}, {}
exec("a = 1\ndef f(): return a\ntry:\n    f()\nexcept NameError as e: msg = str(e)", gl, lo)
print(lo["msg"], sorted(lo), [k for k in gl if k != "__builtins__"])
c = compile("x * 2", "<e>", "eval")
print([eval(c, {"x": v}) for v in (1, "a", 2.5, [0])], eval(c, {"x": 10 ** 20}))
c = compile("t = 0\nfor i in range(n): t += i", "<x>", "exec")
for n in (10, 100):
    d = {"n": n}
    exec(c, d)
    print(d["t"], end=" ")
print(eval("[i * k for i in range(3)]", {"k": 2}), eval("(lambda z: z + k)(1)", {"k": 2}))
compile("1 + 1\nx = 5", "<s>", "exec")
exec(compile("z1 = 1; print(z1)", "<s>", "single"))
exec(compile("1 + 1", "<s>", "single"))
try: eval("x = 1")
except SyntaxError as e: print("SyntaxError", e.lineno)
try: exec("def f(:", {})
except SyntaxError as e: print("SyntaxError", e.msg, e.lineno)
def depth():
    fr, n = sys._getframe(), 0
    while fr: fr, n = fr.f_back, n + 1
    return n
base = depth()
def d2(): return depth() - base
print(d2(), (lambda: d2())(), [d2() for _ in range(1)], max([1], key=lambda x: 0 * x + d2()) and "ok")
def who(): return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno - sys._getframe(1).f_code.co_firstlineno
def caller():
    x = 1
    return who()
print(caller(), who()[0], [who()[0] for _ in "a"], (lambda: who()[0])())
def frame_locals():
    v, w = 1, [2]
    fr = sys._getframe()
    return fr.f_locals["v"], fr.f_globals is globals(), fr.f_builtins["len"] is len, sorted(fr.f_locals)
print(frame_locals())
def gen():
    fr = sys._getframe()
    yield fr.f_back.f_code.co_name
    yield fr.f_lineno - fr.f_code.co_firstlineno
def use():
    g = gen()
    return next(g), next(g), g.gi_frame is not None
print(use())
class K:
    ns = sorted(n for n in locals() if n[0] != "_")
    a = 1
    b = sorted(n for n in locals() if n[0] != "_")
    exec("injected = a + 1")
print(K.ns, K.b, K.injected)
code = (lambda a, b=2: a + b).__code__
print(code.co_name, code.co_argcount, eval(compile("1", "", "eval")), type(code).__name__)
exec("globals()['made'] = 7")
print(made)
def nested():
    y = 5
    def inner(): return [eval("y2", {"y2": y}), y]
    return inner()
print(nested())
print(eval("__name__"), eval("__import__('math').floor(2.5)"), eval("print('printed')"))
exec("raise_later = lambda: 1 / 0")
try: raise_later()
except ZeroDivisionError as e: print(e.__traceback__.tb_next.tb_frame.f_code.co_filename, e.__traceback__.tb_next.tb_lineno)
try: exec("x = 1\n\n1 / 0")
except ZeroDivisionError as e: print(e.__traceback__.tb_next.tb_lineno)
