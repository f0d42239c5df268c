from __future__ import annotations

x: int
y: list[int] = []
(z): str = "a"
a.b: int
a[b]: int = 1
a[b:c, d].e: f


def function(a: int | None, b: "str" = 1, *args: *Ts, c: dict[str, int] = {}, **kwargs: x.y) -> lambda x, *y, z=1, **w: x + 1:
    local: int = 5
    other: f(x, *y, k=v, **w)
    return local


class Class:
    a: (1, 2)
    b: [x for x in y if z]
    c: {1: 2, **d}
    d: {1, 2}
    e: not a and (b or c)
    f: a if b else c
    g: -a ** -b
    h: f"{a!r:>{w}} {{b}} {c}"
    i: a[1:2, ::3]
    j: a < b <= c is not d not in e
    l: "quoted 'text'"
    m: 1.5e300 * 1e999 + 2j
    n: b"bytes"
    o: ...
    p: u"prefixed"
    r: lambda: (1,)
    s: lambda a, /, b: ()
    t: {**a}
    u: (x for x in y)
    v: f(x for x in y)
    w: {k: v for k, v in z}
    x: a @ b // c << d
    y: (a + b) * c - (d - e)
    z: 1 .real
    __private: int = 3
