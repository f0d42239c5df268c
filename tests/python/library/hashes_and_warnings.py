# What hashlib, random.SystemRandom, time.strptime, warnings and codeop stand on.
import codeop
import copy
import hashlib
import hmac
import io
import pickle
import random
import re
import sys
import time
import warnings

for name in sorted(hashlib.algorithms_guaranteed):
    hash = hashlib.new(name, b"abc")
    hash.update(b"x" * 1000)
    other = hash.copy()
    other.update(b"y")
    length = (10,) if name.startswith("shake") else ()
    print(name, hash.name, hash.digest_size, hash.block_size, hash.hexdigest(*length), other.hexdigest(*length))
print(hashlib.blake2b(b"a", digest_size=20, key=b"k", salt=b"s", person=b"p").hexdigest())
print(hashlib.blake2s(b"q", fanout=2, depth=2, leaf_size=10, node_offset=1, node_depth=1, inner_size=32, last_node=True).hexdigest())
print(hashlib.blake2b.MAX_KEY_SIZE, hmac.new(b"k", b"m", "sha256").hexdigest())


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


attempt(hashlib.blake2b, digest_size=65)
attempt(hashlib.blake2b, key=b"x" * 65)

system = random.SystemRandom()
print(0 <= system.random() < 1, system.randint(1, 3) in (1, 2, 3), system.getrandbits(100) < 2**100, system.seed(3))
print(len(set(system.sample(range(10), 4))))
attempt(system.getstate)

print(time.strptime("2024-02-03 04:05", "%Y-%m-%d %H:%M"))
moment = time.gmtime(5)
print(moment, moment.tm_zone, moment.tm_gmtoff, moment.n_fields, moment.n_sequence_fields)
print(copy.copy(moment) == moment, pickle.loads(pickle.dumps(moment)).tm_zone)
for argument in (1, 2), range(12), 1, range(11):
    attempt(time.struct_time, argument)
print(time.struct_time(range(9), {"tm_zone": "x"}).tm_zone)

for pattern, text in [(r"\d+", "٤٢"), (r"(?:ab)++c", "ababc"), (r"([0-9]++(?:\.[0-9]+)*+)", "1.25.38"), ("(?s:(?>.*?\\.).*)\\Z", "a.txt")]:
    print(pattern, re.fullmatch(pattern, text))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for _ in range(2):
        warnings.warn("once per place")
    warnings.warn_explicit("there", RuntimeWarning, "file.py", 7, source=[1])
    warnings.warn(ImportWarning("an instance"), stacklevel=2)
    for each in caught:
        print(each.message, each.category.__name__, each.lineno, each.source, each.filename[-22:])
attempt(warnings.warn, "x", int)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    attempt(warnings.warn, "boom")
    attempt(eval, "1 is 1")
    warnings.filterwarnings("ignore", message="qu.et", category=UserWarning)
    attempt(warnings.warn, "quiet")
    attempt(warnings.warn, "quiet", RuntimeWarning)

for source in [
    "if 1:", "if 1:\n  x", "if 1:\n  x\n", "(1,", "def f():\n  pass", '"""abc', "x = \\", "1 +", "@d", "try:\n  a\n", "a b",
    "class A: pass", "if 1: x\nelse:", "# nothing", "",
]:
    attempt(lambda: (source, codeop.compile_command(source, "<input>", "single") is not None))


def outer():
    inner()


def inner():
    1 / 0


for limit in 1, 0, 10**30, None:
    sys.tracebacklimit = limit
    stream, sys.stderr = sys.stderr, io.StringIO()
    try:
        outer()
    except ZeroDivisionError:
        sys.__excepthook__(*sys.exc_info())
    text, sys.stderr = sys.stderr.getvalue(), stream
    print(limit, text.startswith("Traceback"), re.findall(r", in (\S+)", text))
