a = [x for x in y]
b = {x for x in y if x if not x}
c = {k: v for k, v in y.items()}
d = (x for x in y)
e = [x * z for x in y for z in x if z]
f = [[i for i in j] for j in k]
g = [x for x in [1, 2, 3]]
h = [y for x in a for y in [f(x)] for z in (y,)]
i = sum(x for x in y)
j = f(1, *(x for x in y), k=[x for x in z])
k = any(x
        for x in y
        if x)


def function(a):
    b = [c + a for c in a]
    d = [lambda: e + c for e in a for c in b]
    if any((n := x) for x in a):
        return n
    return {x: [y for y in x] for x in a}, {z for z in a if z in {1, 2}}


class Class:
    x = [y for y in range(3)]
    z = [w for w in x if w]


async def asynchronous(a):
    b = [x async for x in a]
    c = {x: y async for x, y in a if x}
    d = (x async for x in a)
    e = [await x for x in a]
    f = [[x async for x in y] for y in a]
    g = [x for x in a async for y in x]
    return [y async for x in a for y in x if await y]
