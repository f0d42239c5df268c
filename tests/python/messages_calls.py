# Messages of calls that do not fit the parameters.
class C:
    def method(self, a, b=2, *, k):
        pass
class D:
    def __init__(self):
        pass
def one(a): pass
def two(a, b): pass
def kwonly(*, a, b): pass
def default(a, b=1): pass
def positional(a, /, b): pass
number, nothing, text = 5, None, "text"
tests = [
    lambda: one(),
    lambda: one(1, 2),
    lambda: two(1),
    lambda: two(),
    lambda: two(1, 2, 3),
    lambda: two(1, a=1),
    lambda: two(1, c=1),
    lambda: kwonly(),
    lambda: kwonly(a=1),
    lambda: kwonly(1),
    lambda: default(),
    lambda: default(1, 2, 3),
    lambda: positional(a=1, b=2),
    lambda: C().method(),
    lambda: C().method(1),
    lambda: C().method(1, 2, 3, k=1),
    lambda: C.method(),
    lambda: D(1),
    lambda: C(1),
    lambda: number(),
    lambda: text(),
    lambda: nothing(),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
