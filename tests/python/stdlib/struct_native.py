# _struct: values as bytes.
import _struct as struct


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for prefix in ["", "<", ">", "=", "!", "@"]:
    for kind in "bBhHiIlLqQnNP?c":
        if prefix not in ("", "@") and kind in "nNP":
            continue
        size = struct.calcsize(prefix + kind)
        bits = 8 * size
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind in "bhilqn" else (0, (1 << bits) - 1)
        for value in [0, 1, low, high, low - 1, high + 1, 1 << 64, -(1 << 64), 1 << 100, "a", 1.5, -(1 << 63) - 1, True, b"x"]:
            try:
                data = struct.pack(prefix + kind, value)
            except Exception as error:
                print(prefix + kind, value, type(error).__name__, error)
            else:
                print(prefix + kind, value, data, struct.unpack(prefix + kind, data))
for prefix in ["", "<", ">"]:
    for kind in "efd":
        for value in [0.0, -0.0, 1.5, -2.25, 1e-8, 5.960464477539063e-08, 65504.0, 65519.9, 65520.0, 1e30, 1e300, float("inf"), float("-inf"), 0.1, 3, True]:
            try:
                data = struct.pack(prefix + kind, value)
            except Exception as error:
                print(prefix + kind, value, type(error).__name__, error)
            else:
                print(prefix + kind, value, data, struct.unpack(prefix + kind, data))
print(struct.pack("<d", float("nan")), struct.unpack("<e", b"\x00\x7e"), struct.unpack("<e", b"\x01\x00\x00"[:2]))
for half in range(0, 65536, 257):
    data = half.to_bytes(2, "little")
    [value] = struct.unpack("<e", data)
    assert value != value or struct.pack("<e", value) == data

for format in [
    "", "2x", "ih", "hi", "bq0i", "b0q", "@bP", "=bq", "!bq", " i  h ", "3i", "10s", "0s", "5p", "2h3xb", "xi", "c2s", "?i", "<xh", "9223372036854775807s",
    "99999999999999999999i", "9223372036854775807i", "z", "3", "i\0", "<n", "3 i", "i<", "1000000000i", b"ii", "x" * 5,
]:
    refused(struct.calcsize, format)
for case in [
    ("3s", "abc"), ("3s", b"abcd"), ("3s", bytearray(b"a")), ("p", b"abc"), ("5p", b"abc"), ("5p", b"abcdefgh"), ("0p", b"a"), ("5p", "a"), ("3c", b"a", b"b", b"c"),
    ("0s", b"abc"), ("2x",), ("",), ("i",), ("i", 1, 2), (), (3,), ("z", 1), ("3", 1), ("é", 1), ("?", []), ("?", "a"), ("c", "a"), ("c", b"ab"), ("f", "a"), ("d", None),
    ("2h", 1, 2), ("<hbx2s", 1, -1, b"z"), ("i", True), ("P", -1), ("hq", 1, 2), ("3i", *range(3)), ("b0i", 1), ("b0q", 1),
]:
    refused(struct.pack, *case)
print(struct.pack("300p", b"a" * 400)[:3], len(struct.pack("300p", b"a" * 400)))
for case in [
    ("", b""), ("5p", b"\x09abcd"), ("p", b"\x09"), ("i", b"abc"), ("i", "abcd"), ("?", b"\x02"), ("3s2c", b"abcde"), ("2h", ""), (b"h", memoryview(b"ab")), ("i",),
    ("i", b"abcd", 3), ("<hxb", b"\x01\x00\xff\x02"), ("2b0h", b"ab"), ("s", b"a"), ("h", bytearray(b"ab")),
]:
    refused(struct.unpack, *case)
for offset in [0, 2, 4, 5, 9, -3, -4, -8, -9, -30]:
    refused(struct.unpack_from, "i", b"abcdefgh", offset)
refused(struct.unpack_from, "i", buffer=b"abcd", offset=0)
refused(struct.unpack_from, "i")
refused(struct.unpack_from, "i", b"abcd", "a")
print(list(struct.iter_unpack("<h", b"abcdef")), struct.iter_unpack("<h", b"abcdef").__length_hint__())
refused(struct.iter_unpack, "h", b"abc")
refused(struct.iter_unpack, "", b"abc")
buffer = bytearray(6)
for offset in [0, 1, 4, 5, -1, -2, -6, -7]:
    refused(struct.pack_into, "<h", buffer, offset, 0x4142)
    print(buffer)
struct.pack_into("<hb", memoryview(buffer), 3, 1, 2)
print(buffer)
refused(struct.pack_into, "h", b"abcd", 0, 1)
refused(struct.pack_into, "h")
refused(struct.pack_into, "h", buffer)
refused(struct.pack_into, "h", buffer, 0)
refused(struct.pack_into, "h", buffer, "a", 1)
refused(struct.pack_into)

s = struct.Struct("<ih")
print(s.size, s.format, struct.Struct(b"ih").format, s.pack(1, 2), s.unpack(b"abcdef"), s.unpack_from(b"xabcdef", 1), list(s.iter_unpack(b"abcdef" * 2)))
s.pack_into(buffer, 0, 7, 8)
print(buffer)
refused(struct.Struct, 3)
refused(struct.Struct)
refused(struct.Struct, "i", 3)
refused(s.pack, 1)
refused(s.unpack, b"a")
refused(s.unpack_from, b"a")
print(struct.error.__module__, struct.error.__mro__[1:], struct.Struct.__module__, struct._clearcache())


class Index:
    def __index__(self):
        return 5


class Bad:
    def __index__(self):
        raise ValueError("bad")


class Float:
    def __float__(self):
        return 1.5


refused(struct.pack, "<h", Index())
refused(struct.pack, "<h", Bad())
refused(struct.pack, "<d", Float())
refused(struct.pack, "<d", Index())


class Header(struct.Struct):
    def __init__(self):
        super().__init__("<4sI")


print(Header().pack(b"RIFF", 36), Header().size)
