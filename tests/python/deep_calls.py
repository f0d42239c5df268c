# Recursion through every kind of call that native code makes: each ends in a RecursionError, none ends the process.
import sys


def attempt(label, call):
    try:
        result = type(call()).__name__
    except BaseException as error:
        result = type(error).__name__
    print(f"{label}: {result}")


unary = {
    len: "__len__", iter: "__iter__", next: "__next__", bool: "__bool__", hash: "__hash__", repr: "__repr__", str: "__str__",
    abs: "__abs__", int: "__int__", float: "__float__", complex: "__complex__", reversed: "__reversed__", bytes: "__bytes__",
    format: "__format__", dir: "__dir__", round: "__round__", list: "__iter__", tuple: "__iter__", set: "__iter__",
    sum: "__iter__", min: "__iter__", sorted: "__iter__", any: "__iter__", dict: "keys", hex: "__index__",
}
for function, name in unary.items():
    recursive = type("Recursive", (), {name: lambda self, *rest, function=function: function(self)})
    attempt(f"{function.__name__} by {name}", lambda: function(recursive()))

binary = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul", "<<": "lshift",
    ">>": "rshift", "&": "and", "|": "or", "^": "xor", "<": "lt", "<=": "le", "==": "eq", "!=": "ne", "in": "contains",
}
for operator, name in binary.items():
    function = eval(f"lambda a, b: a {operator} b")
    recursive = type("Recursive", (), {f"__{name}__": lambda self, other, function=function: function(other, self)})
    attempt(operator, lambda: function(recursive(), recursive()))
    if operator not in ("<", "<=", "==", "!=", "in"):
        reflected = type("Reflected", (), {f"__r{name}__": lambda self, other, function=function: function(1, self)})
        attempt(f"reflected {operator}", lambda: function(1, reflected()))


class Attributes:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __setattr__(self, name, value):
        setattr(self, name, value)

    def __delattr__(self, name):
        delattr(self, name)

    @property
    def own(self):
        return self.own.real


class Always:
    def __getattribute__(self, name):
        return getattr(self, name)


attempt("getattr", lambda: Attributes().a)
attempt("setattr", lambda: setattr(Attributes(), "a", 1))
attempt("delattr", lambda: delattr(Attributes(), "a"))
attempt("property", lambda: Attributes().own)
attempt("getattribute", lambda: Always().a)


class Descriptor:
    def __get__(self, instance, owner):
        return instance.d


attempt("descriptor", lambda: type("Owner", (), {"d": Descriptor()})().d)


class Meta(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, cls)

    def __subclasscheck__(cls, other):
        return issubclass(other, cls)

    def __call__(cls, *args):
        return cls(*args)

    def __getattr__(cls, name):
        return getattr(cls, name)


class OfMeta(metaclass=Meta):
    pass


attempt("isinstance", lambda: isinstance(1, OfMeta))
attempt("issubclass", lambda: issubclass(int, OfMeta))
attempt("call of a class", lambda: OfMeta(1))
attempt("attribute of a class", lambda: OfMeta.a)


class Call:
    pass


Call.__call__ = Call()
attempt("call of a call", lambda: Call()())


class Subclassed:
    def __init_subclass__(cls):
        type("x", (cls,), {})


class Missing(dict):
    def __missing__(self, key):
        return self[key]


class Format:
    def __format__(self, spec):
        return f"{self:{spec}}"


class Manager:
    def __enter__(self):
        with self:
            pass

    def __exit__(self, *problem):
        pass


attempt("__init_subclass__", lambda: type("x", (Subclassed,), {}))
attempt("__missing__", lambda: Missing()[1])
attempt("__format__", lambda: f"{Format():a}")
attempt("__enter__", Manager().__enter__)
attempt("sort's key", lambda: (lambda f: f(f))(lambda f: sorted([f, f], key=f)))
attempt("min's key", lambda: (lambda f: f(f))(lambda f: min([f, f], key=f)))
attempt("map", lambda: (lambda f: f(f))(lambda f: list(map(f, [f]))))
attempt("filter", lambda: (lambda f: f(f))(lambda f: list(filter(f, [f]))))
attempt("eval", lambda: eval("eval(s)", {"s": "eval(s)"}))
attempt("exec", lambda: exec("exec(s)", {"s": "exec(s)"}))


def comprehension():
    return [comprehension() for _ in range(1)]


def generator():
    yield from map(lambda _: list(generator()), [1])


def delegation():
    return (yield from delegation())


def last_words():
    try:
        return last_words()
    finally:
        pass


def again(n):
    try:
        return again(n + 1)
    except RecursionError:
        return again(n + 1) if n % 3 == 0 else n


attempt("comprehension", comprehension)
attempt("generator", lambda: list(generator()))
attempt("delegation", lambda: list(delegation()))
attempt("finally", last_words)
attempt("except", lambda: again(0))


class Finalized:
    left = 300

    def __del__(self):
        if Finalized.left:
            Finalized.left -= 1
            Finalized()


attempt("__del__", Finalized)
# All of it again with no limit but that of the native stack.
sys.setrecursionlimit(3000)
attempt("repr, deeper", lambda: repr(type("R", (), {"__repr__": lambda self: repr(self)})()))
print("alive")
