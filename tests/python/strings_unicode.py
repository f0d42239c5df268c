# Strings beyond ASCII: indexing, comparison, case, searching, encoding, escapes, combining characters, surrogates.
s = "a\u00e9\u20ac\U0001f600z"
print(len(s), [len(c) for c in s], s[1], s[2:4], s[-2], s[::-1], s.index("z"), s.find("€"), [hex(ord(c)) for c in s])
print(s.encode(), s.encode("utf-16-le"), s.encode("utf-32-be"), len(s.encode("utf-16")), s.encode("utf-8").decode(), s.encode("latin-1", "ignore"), s.encode("ascii", "backslashreplace"), s.encode("ascii", "xmlcharrefreplace"))
for f in (lambda: s.encode("latin-1"), lambda: s.encode("ascii"), lambda: b"\xe9".decode(), lambda: b"\xf0\x9f\x98".decode(), lambda: b"\xc3(".decode(), lambda: "\ud800".encode(), lambda: b"\xed\xa0\x80".decode(), lambda: "x".encode("nope")):
    try: print(f())
    except (UnicodeError, LookupError) as e: print(type(e).__name__, e)
print(b"a\xffb".decode("utf-8", "replace"), b"a\xff".decode("latin-1"), b"a\xff".decode("utf-8", "backslashreplace"), "\ud800".encode("utf-8", "surrogatepass"), ascii("\ud800"), len("\ud800"))
print("é" == "\u00e9", "é" == "e\u0301", len("e\u0301"), "Ω".lower(), "ς".upper(), "ΑΣ".lower(), "ŉ".upper(), "ﬀ".capitalize(), "ǅ".lower(), "ı".upper(), "ẞ".lower(), "ß".title(), "ÀÉ".swapcase(), "éa".title(), "l'été".title())
print("é".isalpha(), "日本".isalpha(), "٣".isdigit(), "٣".isdecimal(), "Ⅷ".isnumeric(), "Ⅷ".isalpha(), "\u00a0".isspace(), "\u3000x\u2003".strip(), "é".islower(), "É".isupper(), "日".islower(), "\u200b".isprintable(), "😀".isprintable(), "é".isidentifier(), "٣a".isidentifier())
print(sorted(["é", "e", "z", "Z", "😀", "\uffff", ""]), "\uffff" < "\U00010000", max("a", "é"), min("日本"), "é" > "z", "abc" < "abcd")
print("naïve café".split("ï"), "a—b—c".split("—"), "日本語".replace("本", "x"), "ééé".count("é"), "aéa".rfind("a"), "é".join("abc"), "日本".center(6, "・"), "é" * 3, "日本"[0:1], "é" in "café", "日本語".startswith("日"), "日本語".endswith(("x", "語")), "aéb".partition("é"))
print("\u2028".splitlines(), "a\x1cb\u2029c\x85d".splitlines(), "a\u00a0b".split(), "\x1f a".split())
print(repr("\x00\x1f\x7f\x80\x9f\xa0\xad\u0378\u200b\u2028\ue000\ufeff\uffff\U0001f600\U0010ffff"), repr("日本é"), repr("'\""), repr("\t\n\r\\"))
print(f"{'日本':>6}|{'é':^5}|{'😀':<3}|", "%5s|%-4s|" % ("é", "日"), "{:é>4}".format("x"), "{é}".format(é=1), f"{s!a}", "%c%c" % (233, 0x1f600), "%r" % "é")
é, 变量, _ñ = 1, 2, 3
print(é + 变量 + _ñ, "变量" in globals(), "ﬁ" in globals())
class Ünïcode:
    größe = 5
    def méthode(self, ß=1): return self.größe + ß
print(Ünïcode().méthode(ß=2), Ünïcode.__name__, vars(Ünïcode)["größe"], {"ключ": "значение"}, hash("é") == hash("\u00e9"), {"é": 1}["\u00e9"])
print("日本" < "日本語", "é".encode("utf-8").hex(), bytes("é", "utf-8"), str(b"\xc3\xa9", "utf-8"), chr(233) + chr(8364) + chr(128512), ord("\U0010ffff"), int("٣٤"), float("٣.٥"), "１２".isdigit(), int("１２"))
t = {ord("a"): "ä", ord("é"): None, 0x1f600: ":)"}
print(s.translate(t), "".maketrans("é", "e"), "été".translate(str.maketrans("é", "e")), "\N{GREEK SMALL LETTER ALPHA}\N{SNOWMAN}")
big = "".join(chr(c) for c in range(32, 0x250))
print(len(big), big.upper()[:5], len(big.upper()), len(big.lower()), sum(c.isalpha() for c in big), sum(c.isupper() for c in big), sum(c.islower() for c in big), sum(c.isprintable() for c in big), sum(c.isspace() for c in big))
w = "é"
for i in range(5): w += chr(97 + i); w = w + "€" if i % 2 else w
print(w, w[0], len(w), w.encode().__len__(), w.upper(), w[1:-1])
mixed = ["a" * 5, "é" * 5, "€" * 5, "😀" * 5]
print([x[2:4] for x in mixed], ["".join(p) for p in zip(*mixed)], [a + b for a, b in zip(mixed, mixed[1:])], [x.find(x[1:3]) for x in mixed], mixed[0] in mixed[1], "".join(mixed).count("é€"), [x.replace(x[0], "b") == "bbbbb" for x in mixed])
