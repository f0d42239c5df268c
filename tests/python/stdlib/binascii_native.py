# binascii: bytes as text, and checksums.
import binascii as b


def refused(function, *args, **kwargs):
    try:
        print("no error:", function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__ + ":", error)


for case in [(b"abc",), (b"abcd", "-"), (b"abcde", ":", 2), (b"abcde", ":", -2), (b"abc", "--"), (b"abc", ""), (b"abc", 3), ("abc",), (b"ab", b":"), (b"ab", "é"),
             (b"a",), (b"",), (b"abc", ":", 0), (b"abcdefg", " ", 3), (b"abcdefg", " ", -3), (bytearray(b"\x00\xff"),), (memoryview(b"ab"),), (b"ab", "\u0100")]:
    refused(b.hexlify, *case)
print(b.b2a_hex(data=b"a", sep="-", bytes_per_sep=0))
for text in ["6162", b"616", b"6g", "é", 3, "", "AbCd", b"\xff0"]:
    refused(b.unhexlify, text)
refused(b.a2b_hex, "zz")

texts = ["YWJj", b"YW Jj\n", "YWJ", "YW", "Y", "YW=", "YW==", "YWJjY", "YW==YW==", "====", "é", "YWJjZ", "YW=a=", "YWJj!", "YW==a", "=YWJ", "Y=WJ", "YW=J", "YW===",
         "YWJj=", "", "+/+/", 3]
for text in texts:
    refused(b.a2b_base64, text)
    refused(b.a2b_base64, text, strict_mode=True)
for data in [b"abc", b"ab", b"a", b"", bytes(range(256))]:
    text = b.b2a_base64(data)
    print(text, b.b2a_base64(data, newline=False) == text[:-1], b.a2b_base64(text) == data)
refused(b.b2a_base64, "a")
refused(b.b2a_base64)

print(b.crc32(b"hello"), b.crc32(b"hello", 5), b.crc32(b"hello", -1), b.crc32(b"", 2**40 + 3), b.crc32(b"lo", b.crc32(b"hel")), b.crc32(bytes(range(256)) * 9))
print(b.crc_hqx(b"hello", 0), b.crc_hqx(b"hello", 0x12345), b.crc_hqx(b"", 7))
refused(b.crc32, "a")
refused(b.crc_hqx, b"hello")
refused(b.crc32, b"a", "b")

for case in [b"hello", b"", b"x" * 45, b"x" * 46, b"hello\0", b"\0\0\0", bytes(range(45))]:
    refused(b.b2a_uu, case)
    refused(b.b2a_uu, case, backtick=True)
for text in [b"%:&5L;&\\ \n", b"%", b"%:&5L;&\\xx", '"a', b"!!\x80", b"%:&5L;&\\`\n", b" \n", b"#86)C\r\n", b"#86)C  `"]:
    refused(b.a2b_uu, text)
assert all(b.a2b_uu(b.b2a_uu(bytes(range(n)))) == bytes(range(n)) for n in range(46))

for data in [b"a=b\xe9 \n", b"a b\tc \t", b"x" * 100, b"a\r\nb\nc", b".\n.a\n", b"a\r\nb \r\n", b"\xe9" * 30, b" " * 80, b"a" * 75 + b"\n", b"a" * 76 + b"\n", b"a" * 77 + b"\n",
             b"_ a_", b"", b".", b"a\n.\nb", b"\x00\x7f", b"a\t\nb", b"a \r\n" * 3]:
    for options in [{}, {"quotetabs": True}, {"istext": False}, {"header": True}]:
        print(data[:20], options, b.b2a_qp(data, **options))
for text in [b"a=3Db=\nc =E9", b"a_b=", "a=zz", "a==b", "a=\r\nb=3", "é", "a=", "=3d=3D", "a=\rxx\nb", "a=\r", "x=4", "===", "a=g1"]:
    refused(b.a2b_qp, text)
    refused(b.a2b_qp, text, header=True)
print(b.Error.__mro__[1:3], b.Incomplete.__mro__[1:2], b.Error.__module__)
