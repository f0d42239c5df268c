# Methods of str.
s = "Hello, World"
print(s.lower(), s.upper(), s.swapcase(), s.title(), "hELLO wORLD".capitalize(), "ß".casefold(), "ß".upper())
print(s.find("o"), s.find("o", 5), s.rfind("o"), s.find("z"), s.find("o", 5, 7), s.index("W"), s.rindex("l"), s.count("l"), s.count(""), "aaa".count("aa"))
print(s.startswith("He"), s.startswith("lo", 3), s.endswith("ld"), s.endswith(("x", "d")), s.startswith(("a", "b")), s.startswith("", 100))
print("  pad ".strip() + "|", "  pad ".lstrip() + "|", "  pad ".rstrip() + "|", "xxabcxx".strip("x"), "abcba".strip("ab"), "\t\n a \r\n".strip())
print("a,b,,c".split(","), "a,b,,c".split(",", 1), " a  b c ".split(), " a  b c ".split(None, 1), "a b c".rsplit(" ", 1), "".split(), "".split(","), "abc".split("b"))
print("one\ntwo\r\nthree\n".splitlines(), "one\ntwo".splitlines(True), "a\x0bb\x0cc".splitlines())
print("k=v=w".partition("="), "k=v=w".rpartition("="), "none".partition("="), "none".rpartition("="))
print(", ".join(["a", "b", "c"]), "".join([]), "-".join("xyz"), "".join(str(i) for i in range(5)))
print("a-b-a".replace("a", "X"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("z", "y"))
print("7".zfill(3), "-7".zfill(4), "+7".zfill(4), "abc".zfill(2), "x".center(5, "*") + "|", "x".ljust(4) + "|", "x".rjust(4, ".") + "|", "ab".center(5) + "|", "abc".center(6, "-"))
print("abc".isalpha(), "ab1".isalnum(), "123".isdigit(), "١٢".isdigit(), "½".isnumeric(), "½".isdigit(), "12".isdecimal(), "²".isdecimal(), " \t".isspace(), "".isspace())
print("abc".islower(), "Abc".islower(), "ABC1".isupper(), "Hello World".istitle(), "x1".isidentifier(), "1x".isidentifier(), "abc".isascii(), "é".isascii(), "a\n".isprintable())
print("tab\tx\ty".expandtabs(), "a\tb".expandtabs(4), "prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removeprefix("y"))
table = str.maketrans({"a": "1", "b": None, "c": "xyz"})
print("aabbcc".translate(table), "hello".translate(str.maketrans("el", "ip")), "hello".translate(str.maketrans("lo", "01", "h")))
print("abc" + "def", "ab" * 3, 3 * "ab", "ab" * 0, "ab" * -1, "b" in "abc", len("héllo"), "abc"[1], "abc"[-1])
print(ord("a"), ord("€"), chr(8364), chr(128512), len("😀"), "😀"[0] == "\U0001f600", ascii("é😀"), repr("é😀\x00\x7f\xad\u200b"))
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("back\\slash\n\t\r\0"), str("x"), repr(""))
print(max("hello"), min("hello"), sorted("hello"), list(reversed("abc")), set("aab") == {"a", "b"}, list(enumerate("ab")))
print("%s" % "x", "abc" < "abd", "a" == 'a', "a" "b" 'c', "x".__len__(), "abc".__contains__("b"))
print("HELLO".lower().title().replace("l", "L").split("L"), "ǆ".title(), "İ".lower() == "i̇", "ﬁ".upper())
print("a" in ["abc"], "é" == "e\u0301", "straße".casefold() == "STRASSE".casefold())
print(str(b"abc", "utf-8"), "é".encode(), "é".encode("latin-1"), b"\xc3\xa9".decode(), "abc".encode("ascii"), "é".encode("ascii", "ignore"), "é".encode("ascii", "replace"), b"a\xff".decode("ascii", "replace"), b"a\xff".decode("utf-8", "ignore"))
print(str(3.0), str(None), str([1, "a"]), str({"k": "v"}), str((1,)), str(()), str(set()), str(frozenset()), str({1}))
multi = """line one
  line "two"
"""
print(repr(multi), r"raw\n", "\x41\u0042\103\N{BULLET}", "cont\
inued")
