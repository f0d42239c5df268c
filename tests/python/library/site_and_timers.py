"""What `site` adds to the builtins, timers that send signals, and `__import__` replaced before the first import."""
import builtins
import signal

original = builtins.__import__
asked = []


def counting(name, globals=None, locals=None, fromlist=(), level=0):
    asked.append(name)
    return original(name, globals, locals, fromlist, level)


builtins.__import__ = counting
import keyword
import json.decoder as decoder
builtins.__import__ = original
print("keyword" in asked, "json.decoder" in asked, keyword.iskeyword("if"), decoder.JSONDecoder().decode("[1]"))

print(exit, quit, help)
print(exit.name, quit.eof, type(exit).__name__, __cached__)
try:
    exit(3)
except SystemExit as error:
    print("exit", error.code)
try:
    quit(code="text")
except SystemExit as error:
    print("quit", error.code)

print(signal.ItimerError.__mro__[:2])
try:
    signal.setitimer(99, 1)
except signal.ItimerError as error:
    print(repr(error))
seen = []
signal.signal(signal.SIGALRM, lambda number, frame: seen.append((number, frame.f_code.co_name)))
print(signal.setitimer(signal.ITIMER_REAL, 0.01), signal.getitimer(signal.ITIMER_VIRTUAL))
while not seen:
    pass
print(seen)
print(signal.alarm(100), signal.alarm(0), signal.alarm(0))

nan = float("nan")
print(float(nan) is float(nan))
