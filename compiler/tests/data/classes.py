class Empty:
    pass


class Documented(Base, metaclass=Meta, key="word"):
    """Docstring."""

    __slots__ = ("a", "b")
    annotated: int
    assigned: int = 3
    count = 0

    def __init__(self, a):
        super().__init__()
        self.a = self.__b = a
        self.__private()

    def __private(self):
        return __class__

    @property
    def value(self):
        return self.__b

    @value.setter
    def value(self, value):
        self.__b = value

    @staticmethod
    def make(*args, **kwargs):
        return Documented(*args, **kwargs)

    class Nested:
        x = count
        values = [count for _ in range(3)]


def factory(name):
    class Local(object):
        def method(self):
            return name, Local

        name = name

    return Local


class Starred(*bases, **keywords):
    x, y = 1, 2
    for i in range(3):
        z = i
    if x:
        def conditional(self): return 1
    else:
        def conditional(self): return 2
    del i


class _Underscored:
    def f(self):
        self.__x = __y
        import __z
        def __inner(__a=__b): pass


class ___:
    __x = 1
