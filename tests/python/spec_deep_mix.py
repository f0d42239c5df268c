# A small interpreter of expressions, run hot, whose node classes and environment change while it runs.
class Node:
    def eval(self, env): raise NotImplementedError
class Num(Node):
    def __init__(self, v): self.v = v
    def eval(self, env): return self.v
class Var(Node):
    def __init__(self, n): self.n = n
    def eval(self, env): return env[self.n]
class Bin(Node):
    ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b if b else 0}
    def __init__(self, op, l, r): self.op, self.l, self.r = op, l, r
    def eval(self, env): return self.ops[self.op](self.l.eval(env), self.r.eval(env))
class Cond(Node):
    __slots__ = ("c", "t", "e")
    def __init__(self, c, t, e): self.c, self.t, self.e = c, t, e
    def eval(self, env): return (self.t if self.c.eval(env) > 0 else self.e).eval(env)
def tokens(s):
    i = 0
    while i < len(s):
        c = s[i]
        if c.isspace(): i += 1
        elif c.isdigit():
            j = i
            while j < len(s) and (s[j].isdigit() or s[j] == "."): j += 1
            yield ("num", float(s[i:j]) if "." in s[i:j] else int(s[i:j]))
            i = j
        elif c.isalpha():
            j = i
            while j < len(s) and s[j].isalnum(): j += 1
            yield ("name", s[i:j])
            i = j
        else:
            yield ("op", c)
            i += 1
    yield ("end", None)
class Parser:
    def __init__(self, s):
        self.ts = tokens(s)
        self.advance()
    def advance(self): self.kind, self.value = next(self.ts)
    def expect(self, v):
        if self.value != v: raise SyntaxError(f"expected {v!r}, found {self.value!r}")
        self.advance()
    def expr(self):
        e = self.sum()
        if self.value == "?" and self.kind == "op":
            self.advance()
            t = self.expr()
            self.expect(":")
            return Cond(e, t, self.expr())
        return e
    def sum(self):
        e = self.product()
        while self.kind == "op" and self.value in "+-":
            op = self.value
            self.advance()
            e = Bin(op, e, self.product())
        return e
    def product(self):
        e = self.atom()
        while self.kind == "op" and self.value in "*/":
            op = self.value
            self.advance()
            e = Bin(op, e, self.atom())
        return e
    def atom(self):
        kind, value = self.kind, self.value
        if kind == "num":
            self.advance()
            return Num(value)
        if kind == "name":
            self.advance()
            return Var(value)
        self.expect("(")
        e = self.expr()
        self.expect(")")
        return e
def parse(s):
    p = Parser(s)
    e = p.expr()
    if p.kind != "end": raise SyntaxError(f"trailing {p.value!r}")
    return e
progs = ["1 + 2 * 3", "(x + 1) * (y - 2) / 4", "x - 10 ? x * x : y / 3", "2.5 * x + y * (3 - x) - (x - y ? 1 : 2)"]
trees = [parse(p) for p in progs]
def run(n, env):
    t = 0
    for i in range(n):
        env["x"] = i % 20
        for tree in trees: t += tree.eval(env)
    return t
print(run(60, {"x": 0, "y": 7}))
print(run(60, {"x": 0, "y": 7.5}))
print(run(60, {"y": 10 ** 20, "x": 0}))
Num.eval = lambda self, env: self.v * 2
print(run(60, {"x": 0, "y": 7}))
del Num.eval
try:
    run(1, {"x": 1, "y": 1})
except NotImplementedError as e:
    print(repr(e))
Num.eval = lambda self, env: self.v
Bin.ops = {**Bin.ops, "+": max}
print(run(60, {"x": 0, "y": 7}))
class Env(dict):
    reads = 0
    def __getitem__(self, k):
        Env.reads += 1
        return dict.__getitem__(self, k)
print(run(60, Env(x=0, y=7)), Env.reads)
Node.depth = lambda self: 1
Bin.depth = lambda self: 1 + max(self.l.depth(), self.r.depth())
Cond.depth = lambda self: 1 + max(self.c.depth(), self.t.depth(), self.e.depth())
print([t.depth() for t in trees])
for bad in ("1 +", "(1", "1 2", "* 3", "x ? 1"):
    try:
        parse(bad)
    except SyntaxError as e:
        print(e)
try:
    trees[1].eval({"x": 1})
except KeyError as e:
    print("KeyError", e)
