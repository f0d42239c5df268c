# try, except, else, finally: what runs, in which order, and what wins.
def run(kind):
    log = []
    def body():
        try:
            log.append("try")
            if kind == "value":
                raise ValueError("v")
            if kind == "key":
                raise KeyError("k")
            if kind == "return":
                return "from try"
            if kind == "other":
                raise OSError("o")
        except ValueError as e:
            log.append("except " + str(e))
            return "from except"
        except (KeyError, IndexError) as e:
            log.append("except " + repr(e))
        else:
            log.append("else")
        finally:
            log.append("finally")
        return "end"
    try:
        r = body()
    except Exception as e:
        r = "raised " + repr(e)
    return r, log
for kind in ("none", "value", "key", "return", "other"):
    print(kind, *run(kind))

def override():
    try:
        return "try"
    finally:
        return "finally"
print(override())

def swallow():
    while True:
        try:
            raise ValueError
        finally:
            break
    return "swallowed"
print(swallow())

def loops():
    log = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            log.append(i)
        finally:
            log.append("f%d" % i)
    else:
        log.append("else")
    return log
print(loops())

def nested():
    log = []
    try:
        try:
            raise ValueError("inner")
        finally:
            log.append("inner finally")
            try:
                raise KeyError("during")
            except KeyError as e:
                log.append(repr(e.__context__))
    except ValueError as e:
        log.append(("outer", e.args))
    return log
print(nested())

def reraise():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise
    except ArithmeticError as e:
        return type(e).__name__, str(e)
print(reraise())

def name_is_deleted():
    e = "before"
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as err:
        return str(err)
print(name_is_deleted())

def value_of_finally():
    x = 1
    try:
        return x
    finally:
        x = 2
print(value_of_finally())

def deep(n):
    try:
        if n == 0:
            raise IndexError("bottom")
        deep(n - 1)
    except IndexError:
        if n < 3:
            raise
        return
    finally:
        print("unwind", n, end="; ")
deep(5)
print()

try:
    raise
except RuntimeError as e:
    print(e)

for exc in (Exception, Exception(), Exception(1), Exception(1, 2), KeyError("a"), OSError(2, "gone")):
    try:
        raise exc
    except Exception as e:
        print(repr(e), "|", str(e), "|", e.args)

try:
    raise 5
except TypeError as e:
    print(e)
try:
    try:
        raise ValueError
    except "not a class":
        pass
except TypeError as e:
    print(e)

class Base(Exception):
    pass
class Derived(Base):
    def __init__(self, a, b):
        super().__init__(a, b)
        self.extra = a + b
    def __str__(self):
        return "extra=%s" % self.extra
try:
    raise Derived(1, 2)
except Base as e:
    print(e, repr(e), e.args, e.extra, isinstance(e, Exception))
