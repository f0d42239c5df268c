# Generators, finally, with, return values and exceptions together.
log = []
class CM:
    def __init__(self, n): self.n = n
    def __enter__(self): log.append("+" + self.n); return self
    def __exit__(self, k, v, t): log.append("-" + self.n + (":" + k.__name__ if k else "")); return False
def flush():
    print(" ".join(log)); log.clear()
def g1():
    with CM("a"):
        try:
            yield 1
            with CM("b"):
                yield 2
        except ValueError:
            log.append("VE")
            yield 3
        finally:
            log.append("fin")
    return "ret"
def run(actions):
    g, out = g1(), []
    for a in actions:
        try: out.append(next(g) if a == "n" else g.close() if a == "c" else g.throw(a))
        except StopIteration as e: out.append(("stop", e.value))
        except Exception as e: out.append(repr(e))
    print(out, end=" ")
    flush()
run("nnn"); run(["n", "n", ValueError("x"), "n"]); run(["n", KeyError("y"), "n"]); run(["c", "n"]); run(["n", "n", "c", "n"]); run([ValueError("early"), "n"])
def ret_in_finally():
    try:
        yield 1
        raise KeyError
    finally: return "swallowed"
g = ret_in_finally(); next(g)
try: next(g)
except StopIteration as e: print(e.value)
def break_in_with():
    for i in range(3):
        with CM(str(i)):
            for j in range(3):
                with CM(f"{i}{j}"):
                    if j == 1: break
            if i == 1: return "returned"
print(break_in_with()); flush()
def yields_in_finally():
    try:
        raise ValueError("v")
    finally:
        got = yield "from finally"
        log.append(repr(got))
g = yields_in_finally(); print(next(g))
try: g.send("sent")
except ValueError as e: print(repr(e))
flush()
def outer():
    try: r = yield from inner()
    except KeyError as e: r = "outer caught " + repr(e)
    yield r
def inner():
    with CM("in"):
        try: yield "i"
        finally: log.append("inner finally")
g = outer(); next(g); print(g.throw(KeyError("k"))); flush()
def f():
    for x in (1, 2):
        try:
            try: 1 / (x - 1)
            except ZeroDivisionError: continue
            finally: log.append(f"f{x}")
            return x
        finally: log.append(f"F{x}")
print(f()); flush()
def exc_state():
    try: raise ValueError(1)
    except ValueError:
        yield 1
        try: raise
        except BaseException as e: yield repr(e)
g = exc_state(); next(g)
try: raise KeyError(2)
except KeyError:
    print(next(g))
    try: raise
    except KeyError as e: print(repr(e), repr(e.__context__))
def lst():
    try: yield from [1, 2, 3]
    finally: log.append("lst")
# Closed by hand: when an abandoned generator's `finally` runs is the collector's business.
g = lst()
for x in g:
    if x == 2: break
else: print("no")
g.close()
a, *b = lst(); print(a, b, max(lst()), 9 in lst(), dict.fromkeys(lst(), 0)); flush()
def replace():
    try:
        try: raise ValueError("a")
        finally: raise KeyError("b")
    except KeyError as e: return repr(e), repr(e.__context__)
print(replace())
def loop_else():
    out = []
    for i in range(4):
        try:
            for j in range(i):
                if j == 2: break
            else:
                out.append(("else", i)); continue
            out.append(("broke", i))
        finally: out.append(("fin", i))
    return out
print(loop_else())
def nested_return():
    def inner():
        try: return log.append("value") or "inner"
        finally: log.append("cleanup")
    try: return inner() + "+outer"
    finally: log.append("outer cleanup")
print(nested_return()); flush()
def while_true():
    n = 0
    while True:
        n += 1
        try:
            if n < 3: continue
            if n == 5: break
        finally: log.append(str(n))
    return n
print(while_true()); flush()
def star_gen(): yield from (yield [1, 2])
g = star_gen(); print(next(g), g.send("ab"), next(g))
def gen_default(x=(lambda: (yield))): return x
print(type(gen_default()()).__name__)
