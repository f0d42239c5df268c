def patterns(x):
    match x:
        case 0:
            r = 1
        case -1 | 1.5 | 1 + 2j | "s" | b"b":
            r = 2
        case None | True | False:
            r = 3
        case a.b.c:
            r = 4
        case [1, 2]:
            r = 5
        case (a, b, *rest):
            r = a, b, rest
        case [first, *_, last]:
            r = first, last
        case [*_]:
            r = 6
        case {"k": v, 1: 2, **others}:
            r = v, others
        case {}:
            r = 7
        case Point(x=0, y=yy) | Point(yy, x=0):
            r = yy
        case Class(a, [b, c], d=e):
            r = a, b, c, e
        case str() as s if s:
            r = s
        case [a, b] | (b, a, _):
            r = a, b
        case {"a": [x, {"b": y}]} if x > y:
            return x
        case _ if r:
            pass
        case _:
            r = 8
    return r


def loop(xs):
    for x in xs:
        match x:
            case 1:
                continue
            case 2:
                break
            case y:
                print(y)
    match xs, x:
        case a, b:
            return a
    match x:
        case _:
            pass


match command.split():
    case ["go", ("north" | "south") as direction]:
        go(direction)
    case [_, _]:
        pass

a; match = 1; b = match; match(c); match


def underscore(x):
    match x:
        case A(_=1) if f(_=2):
            _ = 3; f(a, _=1)
        case B(x, y=2, _=_): x, _ = 1, 2
        case {"a": A(_=B(
                _=2))}: pass
