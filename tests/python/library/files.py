# Files, buffers and text over them.
import io
import os
import sys
import tempfile


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, str(error).replace(root, "ROOT"))


with tempfile.TemporaryDirectory() as root:
    path = os.path.join(root, "file.txt")
    with open(path, "w") as file:
        print(repr(file).replace(root, "ROOT"), file.writable(), file.readable(), file.closed)
        print(file.write("héllo\nwörld\n"), file.tell())
        file.writelines(["three\n", "four"])
    print(file.closed)
    attempt(file.write, "x")
    with open(path) as file:
        print(repr(file.readline()), file.tell(), repr(file.read(3)), file.tell(), list(file))
        file.seek(0)
        print(sum(1 for _ in file), file.read(), file.seek(7), file.readline())
    with open(path, "rb") as file:
        print(repr(file).replace(root, "ROOT"), file.read(4), file.peek(1)[:2], file.readline(), file.tell())
        buffer = bytearray(5)
        print(file.readinto(buffer), buffer, file.seek(-3, 2), file.read(), file.read())
    with open(path, "r+b") as file:
        file.seek(2)
        file.write(b"XY")
        print(file.read(3), file.tell())
        file.seek(0, 2)
        file.write(b"!")
        file.seek(0)
        print(file.read())
        print(file.truncate(4), file.seek(0), file.read())
    with open(path, "ab", buffering=0) as file:
        print(repr(file).replace(root, "ROOT"), file.write(b"zz"), file.tell(), file.mode)
    for mode in ("x", "rw", "rbt", "q", "r++", ""):
        attempt(open, path, mode)
    attempt(open, os.path.join(root, "missing"))
    attempt(open, root)
    attempt(open, path, "rb", encoding="utf-8")
    attempt(open, path, buffering=0)
    attempt(open, path, newline="x")
    for newline in (None, "", "\n", "\r", "\r\n"):
        with open(path, "w", newline=newline) as file:
            file.write("a\nb\r\nc\rd")
        with open(path, "rb") as file:
            raw = file.read()
        with open(path, newline=newline) as file:
            print(repr(newline), raw, file.readlines(), file.newlines)
    with open(path, "wb") as file:
        file.write("ä€😀".encode() + b"\xff")
    for errors in ("strict", "replace", "ignore", "surrogateescape", "backslashreplace"):
        try:
            with open(path, encoding="utf-8", errors=errors) as file:
                print(errors, ascii(file.read()))
        except UnicodeDecodeError as error:
            print(errors, error)
    with open(path, "w", encoding="utf-16") as file:
        file.write("añ")
    with open(path, "rb") as file:
        print(file.read())
    with open(path, encoding="utf-16") as file:
        print(file.read())
    with open(path, "w", encoding="cp1252") as file:
        attempt(file.write, "€")
        attempt(file.write, "ж")

memory = io.BytesIO(b"abc\ndef\n")
print(memory.read(2), memory.tell(), memory.readline(), memory.readlines(), memory.getvalue(), memory.seek(0, 2))
memory.seek(10)
memory.write(b"!")
view = memory.getbuffer()
view[0] = 90
print(memory.getvalue(), bytes(view[:3]), view.nbytes)
text = io.StringIO("one\ntwo\r\nthree", newline=None)
print(text.readlines(), text.newlines, text.getvalue())
text = io.StringIO()
print("to", "memory", file=text, sep="-", end="!")
print(repr(text.getvalue()), text.tell(), text.seek(2), text.write("XX"), text.getvalue(), text.truncate(3), text.getvalue())
attempt(text.write, b"x")
attempt(text.seek, -1)


class Slow(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self.data[: min(3, len(buffer))]
        self.data = self.data[len(part) :]
        buffer[: len(part)] = part
        return len(part)


print(io.BufferedReader(Slow(b"0123456789"), 4).read(7), io.BufferedReader(Slow(b"ab\ncd\n")).readlines())
print(io.TextIOWrapper(io.BufferedReader(Slow("žluť\nkůň".encode()))).read(), Slow(b"xyz").read(2), Slow(b"abcdef").readall())
print(io.BufferedRWPair(io.BytesIO(b"r"), io.BytesIO()).read(), io.DEFAULT_BUFFER_SIZE)
decoder = io.IncrementalNewlineDecoder(None, True)
print(repr(decoder.decode("a\r")), repr(decoder.decode("\nb\r\n")), decoder.newlines, decoder.getstate())
attempt(io.BytesIO().fileno)
attempt(io.BufferedReader(io.BytesIO()).write if hasattr(io.BufferedReader, "write") else io.BytesIO().fileno)
print(issubclass(io.UnsupportedOperation, (OSError, ValueError)), isinstance(io.StringIO(), io.TextIOBase))
print(isinstance(io.BytesIO(), io.BufferedIOBase), isinstance(io.FileIO(sys.executable), io.RawIOBase))
print(open is io.open, io.SEEK_END)
