# Methods of str and bytes on strings put together from awkward characters. The generator is our own: the same everywhere.
seed = 777


def below(n):
    global seed
    seed = (seed * 1103515245 + 12345) % 2147483648
    return (seed >> 8) % n


ALPHABET = ["a", "b", " ", "\t", "\n", "\r", "\u20ac", "\xe9", "\U0001f600", "A", "\u03a3", "\u2028", "\x1c", "1", "\u0301", "'", "."]


def text(most, kinds):
    result = ""
    for _ in range(below(most)):
        result += ALPHABET[below(kinds)]
    return result


def shown(f):
    try:
        return ascii(f())
    except Exception as error:
        return type(error).__name__ + ": " + str(error)


for _ in range(160):
    kinds = [3, 6, 9, 17][below(4)]
    s, t, u, n = text(14, kinds), text(3, kinds), text(3, kinds), below(6) - 1
    print(ascii((s, t, u, n)))
    for f in (
        lambda: (s.split(None, n), s.rsplit(None, n), s.splitlines(n > 1)),
        lambda: (s.split(t, n), s.rsplit(t, n)),
        lambda: (s.find(t, n), s.rfind(t, 0, n), s.count(t), t in s, s.startswith(t), s.endswith((t, u), n)),
        lambda: (s.replace(t, u, n), s.replace(t, u)),
        lambda: (s.partition(t), s.rpartition(t)),
        lambda: (s.strip(t), s.lstrip(t), s.rstrip(t)),
        lambda: (s.title(), s.lower(), s.upper(), s.swapcase(), s.capitalize(), s.casefold(), s.expandtabs(n)),
        lambda: (s.istitle(), s.islower(), s.isupper(), s.isspace(), s.isidentifier(), s.isprintable()),
        lambda: (t.join(s), t.join([s, u, s]), s[n:], s[::-1], s.zfill(9), s.center(n * 4, "\u20ac"), t * n + u),
        lambda: (s[n], s < t, s == t, s > u, (s + t + u) == s + (t + u), repr(s).encode("utf-8")),
    ):
        print(" ", shown(f))
    b, c, d = s.encode(), t.encode(), u.encode()
    for f in (
        lambda: (b.split(None, n), b.rsplit(None, n), b.splitlines(n > 1), b.title(), b.istitle()),
        lambda: (b.split(c, n), b.rsplit(c, n), b.partition(c), b.rpartition(c)),
        lambda: (b.find(c, n), b.rfind(c, 0, n), b.count(c), b.replace(c, d, n), b.strip(c), b[::-1], c in b),
        lambda: (b.decode("ascii", "replace"), b[n:].decode("utf-8", "replace"), b.decode() == s, b.hex(":")),
    ):
        print(" ", shown(f))
