"""Syntax trees: made from source, shown, changed, compiled, refused."""
import ast
import copy
import random

SOURCE = '''
"""Docstring."""
from __future__ import annotations
import a.b as c, d
from ..e import (f as g, h)

@decorator(1, *args, key=2, **more)
class C(Base, metaclass=Meta):
    x: int = 3
    y.z: "text"

    async def m(self, a, /, b: int = 1, *c, d, e=2, **f) -> None:
        nonlocal q
        async with x as y, z:
            await (yield)
        async for i in n:
            return [j async for j in k if j if not i]
        else:
            pass

def f(*, a): global b; del a, b[0], c.d
lambda x, *y: (yield from x)
try:
    raise A from B
except (C, D) as e:
    assert e, f"{e!r:>{width}} {{}} {1 + 1=}"
except:
    raise
else:
    ...
finally:
    while True:
        if x < y <= z is not None not in q: continue
        elif (n := 10): break
try:
    x += 1; x @= y; x //= z
except* E: pass
match p:
    case 1 | -2.5 | 3 + 4j | "s" | None | a.b: pass
    case [1, *rest] | {"k": v, **kw}: pass
    case C(1, x=_) as whole if whole: pass
    case _: pass
u"old", b"bytes", 1_000, 1e400, 0xff, {1: 2, **d}, {1, 2}, {k: v for k, v in d}, (x for x in y), a[1:2, ::3], *s
print(not a or b and ~c ** -d, a if b else c, "é\\ud800" "joined")
'''

tree = ast.parse(SOURCE)
print(ast.dump(tree, indent=1, include_attributes=True))
print(ast.unparse(tree))
print(ast.dump(ast.parse("1 + 2", mode="eval")), ast.dump(ast.parse("x = 1\n", mode="single")))
print(ast.get_docstring(tree), tree.body[-1].value.args[0].lineno, ast.Add() is ast.Add(), type(ast.parse("a+b").body[0].value.op))
print(ast.literal_eval("{'a': [1, 2.5, (3 + 4j), -1], 'b': {1}, 'c': b'x'}"))
again = compile(ast.parse("def f(a, b=2):\n    'doc'\n    return [a * i for i in range(b)]\nprint(f(3), f.__doc__)\n"), "again", "exec")
exec(again)
print(eval(compile(ast.Expression(ast.BinOp(ast.Constant(1, lineno=1, col_offset=0), ast.Add(), ast.Constant(2, lineno=1, col_offset=0), lineno=1, col_offset=0)), "", "eval")))
print(ast.parse("x").body[0].__dict__.keys(), ast.Name("x").__dict__, ast.Constant(1).kind)


class Doubled(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


print(eval(compile(Doubled().visit(ast.parse("(1, 'a', 2.5, (1, 2))", mode="eval")), "", "eval")))


def refused(node, mode="exec", fix=True):
    try:
        compile(ast.fix_missing_locations(node) if fix else node, "refused", mode)
    except Exception as error:
        print(type(error).__name__, str(error).split(" object at ")[0])
    else:
        print("taken")


name = lambda ctx=ast.Load(): ast.Name("x", ctx)
for statement in [
    ast.Expr(name(ast.Store())), ast.Expr(), ast.Expr(None), ast.FunctionDef("f"), ast.Assign([], name()),
    ast.Delete([name()]), ast.Raise(None, name()), ast.Try([ast.Pass()], [], [], []), ast.Global([]), ast.Import([]),
    ast.ImportFrom("m", [ast.alias("a")], -1), ast.If(name(), [], []), ast.With([], [ast.Pass()]), ast.Expr(ast.Compare(name(), [], [])),
    ast.Expr(ast.BoolOp(ast.And(), [name()])), ast.Expr(ast.Dict([None], [])), ast.Expr(ast.Constant([])), ast.Expr(ast.Constant((1, [2]))),
    ast.Expr(ast.ListComp(name(), [])), ast.Expr(ast.Name("None", ast.Load())), ast.Expr(ast.Set([None])), ast.Expr(ast.Call(name(), [3], [])),
    ast.Expr(ast.Name(3, ast.Load())), ast.Expr(ast.Name("x", None)), ast.Expr(ast.BinOp(name(), name(), name())),
    ast.AnnAssign(ast.Attribute(name(), "a", ast.Store()), name(), None, 1), ast.AnnAssign(name(ast.Store()), name(), None, "1"),
    ast.Match(name(), [ast.match_case(ast.MatchStar("x"), None, [ast.Pass()])]), ast.Match(name(), [ast.match_case(ast.MatchAs(None, "_"), None, [ast.Pass()])]),
    ast.Match(name(), [ast.match_case(ast.MatchValue(name()), None, [ast.Pass()])]), ast.Expr(ast.Starred(name(), ast.Load())),
    ast.Expr(ast.Yield(None)), ast.Return(name()), ast.Expr(ast.Slice(None, None, None)), ast.Expr(ast.Lambda(ast.arguments([], [], None, [], [], None, [name()]), name())),
]:
    refused(ast.Module([statement], []))
refused(ast.Module(3, []), fix=False)
refused(ast.Module([3], []), fix=False)
refused(ast.Module([ast.Pass()], []), fix=False)
refused(ast.Module([ast.Pass(lineno=3, col_offset=1, end_lineno=2, end_col_offset=0)], []), fix=False)
refused(ast.Expression(name()))
refused(ast.Expression(name()), "single")
for mode, flags in [("exec", 1 << 20), ("other", ast.PyCF_ONLY_AST), ("func_type", 0)]:
    try:
        compile("x", "", mode, flags)
    except ValueError as error:
        print(error)
print(compile(tree, "", "exec", ast.PyCF_ONLY_AST) is tree)
try:
    ast.parse("x = = 1")
except SyntaxError as error:
    print(error, error.text)
deep = ast.Constant(1)
for _ in range(3000):
    deep = ast.UnaryOp(ast.USub(), deep)
try:
    compile(ast.fix_missing_locations(ast.Expression(ast.Constant(1))), "", "eval")
    compile(ast.Expression(deep), "", "eval")
except (RecursionError, TypeError) as error:
    print(type(error).__name__)

# Parts of trees in places where they do not belong: compiled or refused, as CPython does.
choose = random.Random(7)
nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.expr, ast.pattern, ast.stmt))]
taken = 0
for number in range(300):
    victim = copy.deepcopy(choose.choice(tree.body))
    node = choose.choice(list(ast.walk(victim)))
    if not node._fields:
        continue
    field = choose.choice(node._fields)
    new = choose.choice([copy.deepcopy(choose.choice(nodes)), copy.deepcopy(choose.choice(nodes)), None, ast.Store(), "name", 5])
    old = getattr(node, field)
    # CPython itself crashes on gaps where patterns should be.
    if isinstance(old, list) and not (new is None and isinstance(node, ast.pattern)):
        old[:] = [new] + old[1:]
    elif not isinstance(old, list):
        setattr(node, field, new)
    try:
        compile(ast.Module([victim], []), "moved", "exec")
        taken += 1
    except (SyntaxError, TypeError, ValueError) as error:
        print(number, type(error).__name__, str(error).split(" object at ")[0])
print(taken)
