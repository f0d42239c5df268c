# sys.settrace and sys.setprofile: events in order, jumps, and what becomes of errors.
import sys

events = []


def listen(only):
    first = only.__code__.co_firstlineno

    def tracer(frame, event, argument):
        if event == "exception":
            argument = argument[0].__name__
        elif not isinstance(argument, (int, str, list, tuple)):
            argument = type(argument).__name__
        events.append((frame.f_code.co_name, event, frame.f_lineno - first, argument if event != "call" else None))
        return tracer

    return tracer


def run(function, *arguments):
    events.clear()
    tracer = listen(function)
    sys.settrace(tracer)
    try:
        result = function(*arguments)
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    finally:
        sys.settrace(None)
    print(f"{function.__name__}:", result)
    for event in events:
        print("   ", *event)


def count(n):
    for i in range(n):
        yield i
    return "counted"


def loops():
    total = 0
    for x in count(2):
        total += x
    while total:
        total -= 1
    return total


def delegates():
    got = yield from count(1)
    return [got]


def collected():
    return list(delegates())


def fails(x):
    try:
        1 / x
    except ZeroDivisionError:
        y = "zero"
    else:
        y = "one"
    finally:
        z = y
    return z


def propagates():
    fails("a")


class Manager:
    def __enter__(self): return 1

    def __exit__(self, *exc): return True


def managed():
    with Manager() as m:
        raise KeyError
    return m


def matches(x):
    match x:
        case [a, *_]:
            return a
        case {"k": v}:
            return v
    return None


def thrown():
    def g():
        try:
            yield 1
        except ValueError:
            yield 2
    it = g()
    next(it)
    it.throw(ValueError)
    it.close()


class Iterator:
    def __iter__(self): return self

    def __next__(self): raise StopIteration


def iterates():
    for _ in Iterator():
        pass


async def awaits():
    class A:
        def __await__(self):
            return iter(())
    await A()
    return 1


def awaited():
    try:
        awaits().send(None)
    except StopIteration as stop:
        return stop.value


def comprehends():
    return [x
            for x in range(2)], (lambda: 3)()


for function, *arguments in [(loops,), (collected,), (fails, 0), (fails, 1), (propagates,), (managed,), (matches, [1]),
                             (matches, {"k": 2}), (thrown,), (iterates,), (awaited,), (comprehends,)]:
    run(function, *arguments)


# Lines or instructions, frame by frame.
def small(a):
    b = a + 1
    return b


def opcodes(frame, event, argument):
    frame.f_trace_lines = False
    frame.f_trace_opcodes = True
    events.append((event, frame.f_lasti >= 0))
    return opcodes


events.clear()
sys.settrace(opcodes)
small(1)
sys.settrace(None)
print("opcodes", events[:3], len(events) > 5, {event for event, _ in events})


# Profiling knows native functions too.
def profiled():
    len("abc")
    "abc".upper()
    sorted([2, 1], key=abs)
    try:
        int("x")
        {}.pop("missing")
    except Exception:
        pass
    print(*(), end="")


calls = []
sys.setprofile(lambda frame, event, argument: calls.append(
    (event, getattr(argument, "__qualname__", None) if event.startswith("c_") else frame.f_code.co_name)))
profiled()
sys.setprofile(None)
print(*calls, sep="\n")
print(sys.getprofile(), sys.gettrace())


# A tracing function that fails is called no more; what it raises is the program's.
def bad(frame, event, argument):
    if event == where:
        raise RuntimeError(event)
    return bad


for where in "call", "line", "return", "exception":
    sys.settrace(bad)
    try:
        fails(0)
        outcome = "nothing"
    except Exception as error:
        outcome = repr(error)
    print(where, outcome, sys.gettrace())
    sys.settrace(None)


# Variables can be changed.
def changes(frame, event, argument):
    if event == "line" and "value" in frame.f_locals:
        frame.f_locals["value"] = "changed"
    return changes


def has_value():
    value = "first"
    inner = lambda: value
    return value, inner()


sys.settrace(changes)
result = has_value()
sys.settrace(None)
print(result)


# Jumps.
def jumps(function, source, target):
    first = function.__code__.co_firstlineno
    done = []

    def tracer(frame, event, argument):
        if frame.f_code is function.__code__ and event == "line" and frame.f_lineno == first + source and not done:
            done.append(1)
            frame.f_lineno = first + target
        return tracer

    output = []
    sys.settrace(tracer)
    try:
        function(output)
    except Exception as error:
        output.append(f"{type(error).__name__}: {error}")
    sys.settrace(None)
    print(function.__name__, source, target, output)


def straight(output):
    output.append(1)
    output.append(2)
    output.append(3)


def looped(output):
    for x in 1, 2:
        output.append(x)
    for y in 3, 4:
        output.append(y)
    output.append("end")


def guarded(output):
    try:
        output.append(1)
        1 / 0
    except ZeroDivisionError:
        output.append(2)
        output.append(3)
    finally:
        output.append(4)
    output.append(5)


def within(output):
    with Manager():
        output.append(1)
        output.append(2)
    output.append(3)


for function, source, target in [(straight, 1, 3), (straight, 3, 1), (straight, 2, 2), (straight, 1, 9), (straight, 1, -5),
                                 (looped, 2, 5), (looped, 1, 4), (looped, 4, 2), (guarded, 2, 3), (guarded, 6, 9),
                                 (guarded, 5, 2), (guarded, 2, 5), (within, 2, 4), (within, 4, 2)]:
    jumps(function, source, target)


# Callers, and code that runs while nothing is traced.
def caller():
    start()
    after = 1
    return after


def start():
    sys._getframe(1).f_trace = listen(caller)
    sys.settrace(lambda *_: None)


events.clear()
caller()
sys.settrace(None)
print(*events, sep="\n")


def nested(frame, event, argument):
    if frame.f_code is small.__code__ and event == "call":
        events.append(sys.call_tracing(twice, (4,)))
    return None


def twice(x):
    return x * 2


events.clear()
sys.settrace(nested)
small(1)
sys.settrace(None)
print(events)
