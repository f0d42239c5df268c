# An ordinary program: words counted, wrapped, aligned, encoded; dates computed; roman numerals.
text = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of
foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of
Darkness, it was the spring of hope, it was the winter of despair."""
def words(t):
    w = ""
    for c in t.lower():
        if c.isalpha(): w += c
        elif w:
            yield w
            w = ""
    if w: yield w
count = {}
for w in words(text): count[w] = count.get(w, 0) + 1
for w, n in sorted(count.items(), key=lambda kv: (-kv[1], kv[0]))[:6]: print(f"{w:<8}{n:>3} {'*' * n}")
def wrap(t, width):
    lines, line = [], []
    for w in t.split():
        if line and sum(map(len, line)) + len(line) + len(w) > width:
            lines.append(line); line = []
        line.append(w)
    return lines + [line]
def justify(lines, width):
    for line in lines[:-1]:
        gaps = len(line) - 1
        space = width - sum(map(len, line))
        yield "".join(w + " " * (space // gaps + (i < space % gaps)) if i < gaps else w for i, w in enumerate(line)) if gaps else line[0]
    yield " ".join(lines[-1])
for l in justify(wrap(text, 40), 40): print("|" + l.ljust(40) + "|")
def roman(n):
    out = ""
    for v, s in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        k, n = divmod(n, v)
        out += s * k
    return out
def unroman(s):
    v = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000)))
    return sum(-v[a] if v[a] < v.get(b, 0) else v[a] for a, b in zip(s, s[1:] + " "))
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999)], all(unroman(roman(n)) == n for n in range(1, 400)))
def leap(y): return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
def weekday(y, m, d):
    t = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)
    y -= m < 3
    return "Sun Mon Tue Wed Thu Fri Sat".split()[(y + y // 4 - y // 100 + y // 400 + t[m - 1] + d) % 7]
print([y for y in (1900, 2000, 2023, 2024) if leap(y)], weekday(2024, 2, 29), weekday(1999, 12, 31), weekday(1970, 1, 1))
def calendar(y, m):
    days = 29 if m == 2 and leap(y) else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[m - 1]
    first = "Mon Tue Wed Thu Fri Sat Sun".split().index(weekday(y, m, 1))
    cells = [""] * first + [str(d) for d in range(1, days + 1)]
    return "\n".join(" ".join(f"{c:>2}" for c in cells[i:i + 7]).rstrip() for i in range(0, len(cells), 7))
print(calendar(2024, 2))
def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        prev, row[0] = row[0], i
        for j, y in enumerate(b, 1): prev, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, prev + (x != y))
    return row[-1]
print(levenshtein("kitten", "sitting"), levenshtein("", "abc"), levenshtein("same", "same"), levenshtein("intention", "execution"))
def huffman(s):
    f = {}
    for c in s: f[c] = f.get(c, 0) + 1
    nodes = sorted((n, c) for c, n in f.items())
    trees = [(n, i, c) for i, (n, c) in enumerate(nodes)]
    k = len(trees)
    while len(trees) > 1:
        trees.sort(key=lambda t: t[:2])
        a, b, *trees = trees
        trees.append((a[0] + b[0], k, (a, b)))
        k += 1
    codes = {}
    def walk(t, p):
        if isinstance(t[2], str): codes[t[2]] = p or "0"
        else: walk(t[2][0], p + "0"); walk(t[2][1], p + "1")
    walk(trees[0], "")
    return codes
codes = huffman("abracadabra")
bits = "".join(codes[c] for c in "abracadabra")
print(codes, bits, len(bits))
def base64(b):
    abc = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    out = ""
    for i in range(0, len(b), 3):
        chunk = b[i:i + 3]
        n = int.from_bytes(chunk + bytes(3 - len(chunk)), "big")
        out += "".join(abc[n >> s & 63] for s in (18, 12, 6, 0))[:len(chunk) + 1] + "=" * (3 - len(chunk))
    return out
print(base64(b"Hello, World!"), base64(b"ab"), base64(b"abc"), base64(bytes(range(250, 256))))
def crc32(data):
    c = 0xffffffff
    for b in data:
        c ^= b
        for _ in range(8): c = c >> 1 ^ (0xedb88320 if c & 1 else 0)
    return c ^ 0xffffffff
print(hex(crc32(b"123456789")), hex(crc32(b"")), crc32(text.encode()))
