"""What patterns match, and with which groups, in text of every width and in bytes."""
import re
import _sre


def show(pattern, *subjects, flags=0):
    compiled = re.compile(pattern, flags)
    for subject in subjects:
        found = compiled.search(subject)
        whole = compiled.fullmatch(subject)
        print(ascii(pattern), ascii(subject), found and (found.regs, found.lastindex), whole and whole.span(), end=" ")
        print([m.span() for m in compiled.finditer(subject)], ascii(compiled.split(subject)), ascii(compiled.sub(subject[:0] + ("-" if isinstance(subject, str) else b"-"), subject)))


# Boundaries, of nothing too.
show(r"\b", "", "a", "a b", " ")
show(r"\B", "", "a", "ab", " ")
show(rb"\B(?:)", b"", b"ab")
show(r"^|$", "", "a\n", "a\nb\n")
show(r"(?m:^|$)", "a\n", "a\nb\n")
show(r"\Aa|b\Z", "ab", "ba\n", "b\n")

# Repetitions, greedy, lazy and possessive.
show(r"(a|ab)(c|bcd)(d*)", "abcd")
show(r"(a*)(a*?)(a{2,3})", "aaaaa", "aa", "a")
show(r"(?:(a)|b)*", "ab", "ba", "bb")
show(r"(?:(a)|(b)|c)+?", "abc")
show(r"(a?)*?b", "aab", "b")
show(r"(?:a|ab)*+b", "aab", "abab")
show(r"(?:ab?){2,3}+b", "ababab", "aab", "ab")
show(r"a++b|a*+a", "aab", "aa")
show(r".*c", "abcabc\nc", flags=re.DOTALL)
show(r"[^a]*a", "bba\nba")
show(r"\w+\s", "ab cd", "ab")
show(r"\d+\.\d*", "1.25", "12", "12.")
show(r"(x{2,})*y", "xxxy", "xy")
show(r"(?:){3}a", "a")

# Groups, references, conditions.
show(r"(\w)(\w)?\1", "aba", "aa", "ab")
show(r"(?i)(\w+) \1", "abc ABC", "\u0101b \u0100B")
show(r"(a)?b(?(1)c|d)", "abc", "bd", "abd", "bc")
show(r"(?P<x>a)|(?P<y>b)", "ab")
show(r"((a)|b)+", "ab", "ba")

# Assertions and atomic groups.
show(r"(?=(a+))a*b\1", "aaab", "aabaa")
show(r"(?!ab)a.", "abac")
show(r"(?<=a)b|(?<!a)c", "abac", "cb")
show(r"(?<=(ab))c|(?<![\w ])d", "abcd", "d d")
show(r"(?>a|ab)c", "abc", "ac")
show(r"(?>a?)a", "a", "aa")
show(r"(?>(?:.{0,2}+)*?)b", "aab")
show(r"(?:(?!x)(?:a|x))*x", "aax")
show(r"(?=a|(b))b*", "bb", "a")
show(r"(?!)|(?:(?!))*a", "a")

# Text of every width; lone surrogates.
for letter in "aé\u0100\U00010000":
    show(r"\w+|(\s)", letter + " b" + letter)
    show(r"[b-d" + letter + "]+x?", "b" + letter + "x" + letter)
    show(r"[^" + letter + "]|" + letter + "{2}", letter + "x" + letter + letter)
    show(letter + r"b+", "x" + letter + "bb" + letter)
show("[\ud800-\udbff]+", "a\ud801\udc00\ud802")
show(r"\udc00", "\ud800\udc00\U00010000")
show(r"[\u0100-\u0200\u3040-\u30ff]+", "a\u0101\u3041b\u3040\U00020000")
show(r"[^\W\d_]+", "a1_\u00e9\u0661\u4e00b")

# Case.
show(r"k|ſ", "K\u212asS", flags=re.I)
show(r"[a-z]+", "K\u212aſ\u0130", flags=re.I)
show(r"[a-z]+", "K\u212aſ", flags=re.I | re.A)
show(r"\ufb05", "\ufb06", flags=re.I)
show(r"[^x]|ß", "Xß\u1e9e", flags=re.I)
show(b"[a-z]+\xe9", b"AB\xe9\xc9", flags=re.I)
print([hex(c) for c in range(0x500) if _sre.unicode_iscased(c) and not chr(c).isalpha()])

# Positions and ends.
pattern = re.compile(r"^a|b$|\bc")
for place in (0,), (1,), (2, 3), (0, 2), (5, 1), (-3, 99):
    for method in pattern.match, pattern.search, pattern.fullmatch:
        found = method("abcb", *place)
        print(place, found and (found.span(), found.pos, found.endpos), end=" ")
    print([m.span() for m in pattern.finditer("abcb", *place)], pattern.findall("abcb", *place))
scanner = re.compile(r"a|(b)?").scanner("aab c")
print([scanner.search(), scanner.match(), scanner.match(), scanner.match(), scanner.match()])
print([m.group() for m in re.finditer(rb"\w", bytearray(b"a b"))], re.findall("b+", memoryview(b"abb").obj.decode()))

# Long text: one pass each, in time that grows with the text.
text = "\u0101bc \u4e00" * 20000
word, position, count = re.compile(r"\w+"), 0, 0
while found := word.search(text, position):
    position, count = found.end(), count + 1
print(count, len(word.sub("", text)), sum(1 for _ in word.finditer(text)))
print(re.fullmatch(r"(?:a|b)*", "ab" * 50000).span(), re.match(r"(a|b)*?c", "ab" * 30000 + "c").regs)
print(re.match("(?:(?:(?:a)?)?)*" * 20 + "b", "a" * 30 + "b").span())

# Code that is none.
for code in [], [7, 1], [23, 5, 0, 1, 1], [300, 1], [17, 9, 1], [13, 9, 1], [24, 5, 2, 1, 2, 1], [15, 0, 1], [4, 9, 0, 1]:
    try:
        _sre.compile("x", 0, code, 0, {}, ())
    except RuntimeError as error:
        print(error)
