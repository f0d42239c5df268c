# Namespaces of exec and eval that are no plain dicts, and builtins of other kinds.
import types


class Missing(dict):
    def __missing__(self, key):
        return "missing " + key


class Own(dict):
    def __getitem__(self, key):
        return "own " + key if key == "z" else dict.__getitem__(self, key)


class Setting(dict):
    def __setitem__(self, key, value):
        dict.__setitem__(self, key, ("set", value))


class Functions:
    def __getitem__(self, key):
        if key == "nothing":
            raise KeyError(key)
        return lambda *args: (key, args)


class Builtins(dict):
    def __getitem__(self, key):
        return lambda *args: ("builtins", key, args)


def show(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


show(lambda: eval("z", Own(z=1)))
show(lambda: eval("(lambda: z)()", Own(z=1)))
show(lambda: eval("q", Missing(z=1)))
show(lambda: eval("(lambda: q)()", Missing(z=1)))
show(lambda: eval("z", {}, Own(z=1)))
scope = Own(z=1)
exec("def f():\n    return [z for _ in 'abcdefghijklmnop'][-1]", scope)
show(scope["f"])
show(lambda: eval("len([1])", {"__builtins__": {}}))
show(lambda: eval("len([1])", {"__builtins__": {"len": lambda value: "mine"}}))
module = types.ModuleType("functions")
module.len = lambda value: "the module's"
show(lambda: eval("len([1])", {"__builtins__": module}))
show(lambda: eval("len([1])", {"__builtins__": Functions()}))
show(lambda: eval("(lambda: len([1]))()", {"__builtins__": Functions()}))
show(lambda: eval("nothing", {"__builtins__": Functions()}))
show(lambda: eval("len([1])", {"__builtins__": Builtins()}))
show(lambda: eval("eval('len(2)')", {"__builtins__": Builtins(), "eval": eval}))
show(lambda: exec("class A: pass", {"__builtins__": {}}))
show(lambda: eval("1 + 1", {"__builtins__": 3}))
show(lambda: eval("len", {"__builtins__": 3}))
names = Setting()
exec("a = 1\nimport types\nfor i in 1, 2: pass", {}, names)
print(sorted((name, value[0]) for name, value in names.items()))
