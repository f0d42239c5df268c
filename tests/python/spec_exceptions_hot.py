# Exceptions raised and caught in hot loops, through frames, with cleanup; the state of sys.exc_info afterwards.
import sys
def thrower(i):
    if i % 5 == 0: raise ValueError(i)
    if i % 7 == 0: raise KeyError(i)
    if i % 11 == 0: return [][i]
    return i
def loop(n):
    c = {"ok": 0, "value": 0, "key": 0, "index": 0, "finally": 0, "else": 0}
    for i in range(n):
        try:
            thrower(i)
        except ValueError as e:
            c["value"] += e.args[0]
        except KeyError:
            c["key"] += 1
        except LookupError as e:
            c["index"] += 1
        else:
            c["else"] += 1
        finally:
            c["finally"] += 1
    return c
print(loop(400), sys.exc_info())
def attr_or(o, n):
    try: return getattr(o, n)
    except AttributeError: return None
class A: x = 1
t = 0
for i in range(200): t += attr_or(A, "x" if i % 2 else "y") or 0
print(t)
def parse(s):
    try: return int(s)
    except ValueError:
        try: return float(s)
        except ValueError: return s
print([parse(x) for x in ["1", "2.5", "x", "", "1e3"] * 20][-5:])
def nested(n):
    out = 0
    for i in range(n):
        try:
            try:
                if i % 3 == 0: raise TypeError
                if i % 3 == 1: raise OSError
            except TypeError:
                out += 1
                raise ValueError
            finally:
                out += 10
        except ValueError: out += 100
        except OSError: out += 1000
    return out
print(nested(90))
def early(n):
    for i in range(n):
        try:
            if i == 50: return i
            continue
        finally:
            if i == 60: return "no"
print(early(100))
def stop_iter(n):
    it, t = iter(range(n)), 0
    while True:
        try: t += next(it)
        except StopIteration: break
    return t
print(stop_iter(100))
def key_default(n):
    d, c = {}, 0
    for i in range(n):
        try: d[i % 10] += 1
        except KeyError: d[i % 10] = 1; c += 1
    return c, d
print(key_default(100))
def deep(n, f):
    if n == 0: return f()
    try: return deep(n - 1, f)
    except ZeroDivisionError as e:
        if n == 5: return "caught at 5"
        raise
print([deep(10, lambda: 1 / 0) for _ in range(30)][-1])
class Retry(Exception):
    def __init__(self, n): super().__init__(n); self.n = n
def retry(k):
    n = 0
    while True:
        try:
            if n < k: raise Retry(n)
            return n
        except Retry as e:
            n = e.n + 1
print(retry(100))
def swallow(n):
    t = 0
    for i in range(n):
        try: 1 / (i % 2)
        except ZeroDivisionError: pass
        else: t += 1
    return t
print(swallow(100))
errs = []
for i in range(3):
    try: raise ValueError(i)
    except ValueError as e: errs.append(e)
print([e.args for e in errs], "e" in globals())
class Bad:
    def __eq__(self, o): raise RuntimeError("eq")
    def __bool__(self): raise RuntimeError("bool")
    def __len__(self): raise RuntimeError("len")
    def __getattr__(self, n): raise RuntimeError("attr")
    def __add__(self, o): raise RuntimeError("add")
    def __getitem__(self, i): raise RuntimeError("item")
    def __iter__(self): raise RuntimeError("iter")
    def __call__(self): raise RuntimeError("call")
    def __hash__(self): raise RuntimeError("hash")
    def __contains__(self, x): raise RuntimeError("contains")
b, seen = Bad(), {}
for i in range(60):
    for f in (lambda: b == 1, lambda: not b, lambda: len(b), lambda: b.x, lambda: b + 1, lambda: b[0], lambda: [*b], lambda: b(), lambda: {b}, lambda: 1 in b, lambda: {}[b]):
        try: f()
        except RuntimeError as e: seen[str(e)] = seen.get(str(e), 0) + 1
print(seen)
