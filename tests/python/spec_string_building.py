# String sites: concatenation in place, comparison, slicing, joins, formats; shared prefixes that must not change.
def build(n):
    s = ""
    for i in range(n): s += "x"
    return s
print(len(build(500)), build(5))
def keep(n):
    s, kept = "", []
    for i in range(n):
        s += chr(97 + i % 26)
        kept.append(s)
    return kept
k = keep(60)
print(all(len(x) == i + 1 for i, x in enumerate(k)), k[5], k[30], k[-1] == k[-2] + "h")
a = b = "start"
a += "1"; b += "2"; c = a; a += "3"; d = c + "4"
print(a, b, c, d)
def attr():
    class O: s = ""
    o = O()
    for i in range(50): o.s += str(i)
    return o.s
print(attr()[:30])
def mixed(n):
    s = ""
    for i in range(n):
        s += "a" if i % 3 else "é" if i % 2 else "😀"
    return s
m = mixed(60)
print(len(m), m[:8], m.count("é"), m.count("😀"), m[3], m[-1])
def prepend(n):
    s = ""
    for i in range(n): s = str(i % 10) + s
    return s
print(prepend(25))
def glob(n):
    global G
    G = ""
    for i in range(n): G += "g"
    return len(G)
print(glob(100))
def cmp(words, w):
    n = 0
    for x in words:
        if x == w: n += 1
        if x != w: n += 100
        if x < w: n += 10000
    return n
print(cmp(["a", "b", "ab", "a" + "b", "".join(["a", "b"])] * 20, "ab"), cmp(["a", "é"] * 20, "é"))
out = []
for i in range(70): out.append(f"{i}:{i * i}")
print(",".join(out)[-20:], "-".join(c for c in "abc"), "".join(map(str, range(12))))
def caesar(s, k): return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else c for c in s)
print(caesar("hello, world", 3), caesar(caesar("hello, world", 3), -3))
def palindromes(words): return [w for w in words if w == w[::-1]]
print(palindromes(["level", "python", "noon", "x", ""]))
def reverse_words(s): return " ".join(s.split()[::-1])
print(reverse_words("the quick brown fox"))
def rle(s):
    out, i = "", 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]: j += 1
        out += s[i] + str(j - i)
        i = j
    return out
print(rle("aaabccddddd" * 3))
s = "abc" * 100
t = 0
for i in range(len(s)):
    if s[i] == "a": t += 1
    elif s[i] in "bc": t += 10
    if s[i:i + 2] == "ca": t += 100
print(t)
x = "y" * 3
for i in range(10): x += x[:2]
print(x, len(x))
u = "u"
for i in range(12): u += u
print(len(u), u == "u" * 4096)
def none_in_place(n):
    s = None
    for i in range(n):
        s = "first" if s is None else s + "."
    return s
print(none_in_place(40))
