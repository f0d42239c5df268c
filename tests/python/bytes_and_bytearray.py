# bytes and bytearray: literals, indexing, methods, mutability.
b = b"hello\x00\xff"
print(b, len(b), b[0], b[-1], b[1:3], list(b[:3]), b"a" + b"b", b"ab" * 2, b == b"hello\x00\xff", b"a" < b"b", 104 in b, b"ell" in b)
print(bytes(3), bytes([65, 66]), bytes("é", "utf-8"), bytes(b"x"), b.find(b"l"), b"a,b".split(b","), b",".join([b"x", b"y"]), b"abc".upper(), b" x ".strip(), b"abc".replace(b"b", b"--"), b"abc".hex(), bytes.fromhex("6162 63"), b"abc".startswith(b"ab"), b"ab".decode())
print(repr(b'it\'s'), b"\t\n\r\\", hash(b"") == hash(""), b"abc"[::-1], sorted(b"cab"), max(b"abc"), sum(b"ab"), b"%d" % 5, b"a".isalpha(), ord(b"a"))
a = bytearray(b"abc")
a[0] = 120
a.append(33); a.extend(b"zz"); a += b"!"
print(a, bytes(a), len(a), a[0], a == b"xbc!zz!", a.pop(), a)
a[1:3] = b"12345"
del a[0]
print(a, a.decode(), bytearray(2), bytearray([1, 2]), isinstance(a, bytes))
for f in (lambda: b"a" + "a", lambda: bytes([300]), lambda: b[100], lambda: a.append(256), lambda: bytes("x"), lambda: b"\xff".decode(), lambda: b"a" == "a", lambda: b.__setitem__):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
