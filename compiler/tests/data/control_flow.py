def loops(xs):
    for x in xs:
        if x:
            continue
        elif x == 2:
            break
        print(x)
    else:
        print("else")
    while True:
        if xs:
            break
    while xs:
        xs.pop()
        continue
    else:
        done()
    while 0:
        never()
    for i in [1, 2, 3]:
        for j in {1, 2, 3}:
            if i and j or not (i or j) and xs:
                break
        else:
            continue
        break
    for a, (b, *c), d.e, f[g] in xs: pass


def conditions(a, b, c):
    if a is None:
        x = 1
    elif a is not None and b is None:
        x = 2
    if not a in b:
        x = 3
    if a < b < c != a:
        x = 4
    if not (a < b < c):
        x = 5
    y = a < b <= c
    z = a and b or c
    z = (a or b) and c
    w = a if b else c if a else b
    if (a if b else c):
        w = 1
    if a and (b or c) and not (a or b and c):
        w = 2
    assert a, "message"
    assert a and b
    assert not (a or b), (a,
                          b)
    if 1:
        u = 1
    if 0:
        u = 2
    else:
        u = 3
    if "" or a:
        u = 4
    while a and not b:
        a = b
    return x if y else z


def early(a):
    for x in a:
        if x:
            return x
    return [y for y in a if y if not y]


def nested_jumps(a, b):
    while a:
        while b:
            if a:
                if b:
                    continue
                return
            else:
                break
        if b: continue


if x:
    pass
while y: y = 0
for z in (1, 2): pass
