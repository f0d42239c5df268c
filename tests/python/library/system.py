# The operating system, signals, the end of the program, marshal, codecs and abstract classes.
import abc
import atexit
import codecs
import marshal
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
import warnings

atexit.register(print, "last words", "of", sep="-")
atexit.register(lambda: print("before them"))


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, str(error).replace(root, "ROOT"))


with tempfile.TemporaryDirectory() as root:
    os.chdir(root)
    os.makedirs("a/b/c")
    for name in ("a/one", "a/b/two", "a/b/c/three"):
        with open(name, "w") as file:
            file.write(name)
    for where, folders, files in os.walk("a"):
        print(where, sorted(folders), sorted(files))
    print(sorted(os.listdir("a")), sorted(os.listdir(b"a")), [e.name for e in os.scandir("a") if e.is_file()])
    info = os.stat("a/one")
    print(info.st_size, stat.S_ISREG(info.st_mode), info[6], len(info), info.st_mtime_ns // 10**9 == int(info.st_mtime))
    os.symlink("one", "a/link")
    print(os.readlink("a/link"), os.path.islink("a/link"), os.path.samefile("a/one", "a/link"), os.lstat("a/link").st_size)
    os.rename("a/one", "a/uno")
    os.utime("a/uno", (1, 2))
    os.chmod("a/uno", 0o640)
    print(os.path.getmtime("a/uno"), oct(os.stat("a/uno").st_mode), os.access("a/uno", os.R_OK), os.path.exists("a/link"))
    attempt(os.rmdir, "a")
    attempt(os.unlink, "nothing")
    attempt(os.rename, "nothing", "else")
    attempt(os.stat, 3.5)
    attempt(os.open, "nothing", os.O_RDONLY)
    number = os.open("raw", os.O_RDWR | os.O_CREAT)
    print(os.write(number, b"data"), os.lseek(number, 1, os.SEEK_SET), os.read(number, 9), os.fstat(number).st_size)
    os.close(number)
    attempt(os.close, number)
    read, write = os.pipe()
    os.write(write, b"through")
    os.close(write)
    with open(read, "rb") as file:
        print(file.read())
    print(os.path.normpath("a//b/../c/./d"), os.path.relpath("a/b", "a/c"), os.fspath("x"), os.strerror(2))
    done = subprocess.run(["sh", "-c", "cat; echo err >&2; exit 3"], input="in", capture_output=True, text=True)
    print(done.returncode, repr(done.stdout), repr(done.stderr))
    attempt(subprocess.run, ["/nonexistent/program"])
    os.chdir("/")

signal.signal(signal.SIGUSR1, lambda number, frame: print("signal", signal.Signals(number).name, frame is not None))
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(1000):
    pass
signal.raise_signal(signal.SIGUSR1)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.strsignal(2))
try:
    signal.raise_signal(signal.SIGINT)
    for _ in range(1000):
        pass
except KeyboardInterrupt:
    print("interrupted")

for value in (None, True, 5, -(1 << 70), 2.5, 1 - 2j, "text", "ünï\udc80", b"bytes", (1, (2,)), [1, [2]], {"a": {1: 2}}, {1, 2}, frozenset("a"), ...):
    assert marshal.loads(marshal.dumps(value)) == value, value
print(marshal.dumps([1, None, "ab"], 2), marshal.loads(b"[\x01\x00\x00\x00i\x05\x00\x00\x00"))
exec(marshal.loads(marshal.dumps(compile("print('from marshal')", "<m>", "exec"))))
for bad in (b"", b"?", b"[\x05\x00\x00\x00N", b"c", b"r\x00\x00\x00\x00"):
    try:
        marshal.loads(bad)
    except (EOFError, ValueError, TypeError) as error:
        print(type(error).__name__)
attempt(marshal.dumps, object())

print("naïve".encode("cp1252"), b"\xa4".decode("iso8859-15"), codecs.encode("grüße", "unicode_escape"))
print(codecs.lookup("UTF8").name, codecs.decode(b"\\x41\\n", "unicode_escape"), codecs.encode("hi", "rot13"))
codecs.register_error("stars", lambda error: ("*" * (error.end - error.start), error.end))
print("aßc€".encode("ascii", "stars"), b"a\xffb".decode("utf-8", "stars"))
attempt("x".encode, "no-such-codec")
attempt("é".encode, "ascii", "no-such-handler")
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([byte])) for byte in "a€b".encode()], decoder.decode(b"", True))


class Base(abc.ABC):
    @abc.abstractmethod
    def work(self): ...

    @property
    @abc.abstractmethod
    def value(self): ...


class Partial(Base):
    def work(self):
        return 1


attempt(Partial)


@Base.register
class Other:
    pass


print(isinstance(Other(), Base), issubclass(Partial, Base), issubclass(int, Base), sorted(Partial.__abstractmethods__))
import collections.abc


class Row(collections.abc.Sequence):
    def __getitem__(self, index):
        return (1, 2, 3)[index]

    def __len__(self):
        return 3


match Row():
    case [first, *rest]:
        print("a sequence", first, rest)
print(list(reversed(Row())), 2 in Row(), Row().index(3), isinstance({}, collections.abc.Mapping))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("careful", UserWarning)
    compile("1 is 1", "<w>", "eval")
    compile("'\\d'", "<w>", "eval")
print([(str(w.message), w.category.__name__, w.lineno) for w in caught])
print(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(86400 * 365)), time.gmtime(0)[:6], time.asctime(time.gmtime(0)))
print(sys.flags.optimize, sys.implementation.name in ("cpython", "quicken"))
