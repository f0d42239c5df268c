# Assignment expressions.
if (n := len("hello")) > 3: print(n)
data = [1, 2, 3, 0, 4]
it = iter(data)
while (x := next(it, None)): print(x, end=" ")
print(x)
print([y := 1, y ** 2], (z := 5) + z, [w for v in range(5) if (w := v * v) % 2 == 0], w)
def f(): return (a := 1) + (b := a + 1), a, b
print(f())
def g():
    total = 0
    partial = [total := total + v for v in range(5)]
    return total, partial
print(g())
print(any((hit := v) > 2 for v in [1, 2, 3, 4]), hit)
def h(x=(q := 3)): return x
print(h(), q)
print({(k := "a"): 1, k + "b": 2}, f"{(p := 4)}{p}", (lambda: (r := 2) * r)())
d = {}
if not (v := d.get("x")): print(v)
print((s := "text").upper(), s, (t := (1, 2)), t[0])
