# Regular expressions: the library's compiler, and the matching of what it compiles.
import re

CASES = [
    (r"(\d+)-(\w*)", "12-ab 3- x"),
    (r"(?P<first>a+)(?P<second>b*)", "aab ab b"),
    (r"^\s*(#.*)?$", "  # comment"),
    (r"(a|ab)(c|bcd)(d*)", "abcd"),
    (r"(?i)straße|ÄPFEL", "STRASSE äpfel Straße"),
    (r"(?<=x)y|z(?!w)", "xy zw z"),
    (r"(a)?b(?(1)c|d)", "abc bd ab"),
    (r"(.)\1+", "aabbbc"),
    (r"\bfoo\b", "foo food foo"),
    (r"a{2,3}?", "aaaaa"),
    (r"(?s).+", "one\ntwo"),
    (r"(?m)^\w+$", "one\ntwo words\nthree"),
    (r"[^\W\d_]+", "añb_1 жук"),
    (r"(?>a+)b", "aaab"),
    (r"a*+b", "aaab"),
    (r"x*", "axb"),
    (r"😀+", "😀😀 é😀"),
]
for pattern, text in CASES:
    compiled = re.compile(pattern)
    found = compiled.search(text)
    print(pattern, found and (found.span(), found.groups(), found.lastindex, found.lastgroup), compiled.findall(text))
    print([m.span() for m in compiled.finditer(text)], compiled.split(text), compiled.sub("<\\g<0>>", text))
match = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)?", "2024-")
print(match, match["year"], match.group(0, "year", 2), match.groupdict("none"), match.regs, match.pos, match.endpos)
print(match.expand(r"\1/\g<month>/\g<0>"), match.start("month"), match.string, match.re.groupindex)
for bad in ("(", "a**", "[z-a]", "(?P<1>a)", r"\8", "(?i", "a{3,2}", "(?<=a+)b"):
    try:
        re.compile(bad)
    except re.error as error:
        print(error, error.pos)
for call in (lambda: match[5], lambda: match["day"], lambda: re.match(b"a", "a"), lambda: re.match("a", 5)):
    try:
        call()
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
print(re.sub(r"(\w)(\w*)", lambda m: m[2] + m[1] + "ay", "pig latin words"), re.subn("a", "b", "banana", 2))
print(re.split(r"(,)\s*", "a, b,c", maxsplit=1), re.fullmatch("a|ab", "ab"), re.escape("a.b*c"))
print(re.compile("x", re.I | re.M), re.compile(b"\xff"), re.compile("a") == re.compile("a"), re.purge())
print(re.findall(rb"[a-c]+", b"xabcxcb"), re.sub(rb"\s", b"_", bytearray(b"a b")), re.search(b"b", memoryview(b"abc")).span())
scanner = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"[a-z]+", lambda s, t: t), (r"\s+", None)])
print(scanner.scan("12 abc 7!"))
print(re.compile("a(b)").search("xxab", 1, 3), re.compile("^b").match("ab", 1), re.compile("b").match("ab", 1))
