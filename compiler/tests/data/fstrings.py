name = "x"
a = f"{name}"
b = f"{name!r} {name!s} {name!a} {name:>10} {name!r:^{width}.{precision}}"
c = f"a{name}b" "c" f"d{name}" 'e'
d = f"{name=}, {name = }, {name=!s}, {name=:5}, { name + 1 = }"
e = f"{{}} {{{name}}} {name}}}"
f = f"{'nested'} {f'{name}'} {(lambda x: x)(1)} {[x for x in y]} {({1: 2})[1]}"
g = f"""
multi {name}
  line {name
        + name}
"""
h = f""
i = f"plain"
j = rf"\d{name}\{name}"
k = f"\n\x41\u0041\N{BULLET}{name}\t"
l = f"{x,} {x, y}"
m = f"{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{a}{b}{c}{d}{e}{f}{g}{h}{i}"
n = f"{x:{y}}{x:a{y}b}{x:}"
o = ("a" f"{x}"
     f"{y}" "b")
p = f"{x!r}" f"" "" f"{y}"
q = u"u" f"{x}"
r = f"é{x}ü" + f'{"é"}'
f"expression statement {x}"


def function(x):
    f"not a docstring {x}"
    return f"{x.y[z]:%H:%M}"
