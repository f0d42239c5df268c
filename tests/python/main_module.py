# The module's own names: __name__, __doc__, __file__, module-level annotations, dunder names.
"""The docstring."""
import sys
def main(): return "main ran"
if __name__ == "__main__": print(main())
print(__doc__, __name__, __file__.endswith("main_module.py"), __builtins__ is not None, __spec__, __package__)
x: int = 5
y: "text"
print(__annotations__, sys.modules["__main__"].x, sys.modules["__main__"] is sys.modules[__name__], "y" in globals())
import builtins
print(builtins.len is len, type(builtins).__name__, builtins.__name__)
print(sorted(k for k in globals() if not k.startswith("__")))
print(sys.argv[0].endswith("main_module.py"), len(sys.argv))
_private, __dunder = 1, 2
print(_private, __dunder)
print(dir()[-3:], [n for n in vars() if n == "main"])
if True:
    z = 1
    def conditional(): return z
print(conditional())
