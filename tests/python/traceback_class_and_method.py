# exit: 1
# Frames of class bodies, methods, lambdas, comprehensions and generators by name.
def numbers():
    yield 1
    raise LookupError("from a generator")

class Thing:
    pick = lambda self, it: sum(x for x in it)
    def method(self):
        return self.pick(numbers())

try:
    class Broken:
        x = 1
        y = x.nothing
except AttributeError as e:
    print(e)
    print(e.__traceback__.tb_next.tb_frame.f_code.co_name)
Thing().method()
