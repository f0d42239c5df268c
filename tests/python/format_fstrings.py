# f-strings: expressions, conversions, nested specs, `=`, quoting, evaluation order.
x, y, name = 5, 3.14159, "bob"
print(f"{x} {y} {name}", f"{x + 1}{x * 2}", f"{{}} {{{x}}}", f"{name!r} {name!s} {'é'!a}", f"{y:.2f} {x:03d} {name:>6}|{name:<6}|{name:^7}|")
print(f"{x=} {y = :.1f} {name=!s} {x+1=} {name = }")
width, prec = 10, 3
print(f"{y:{width}.{prec}}|", f"{name:{'*'}^{width}}|", f"{x:{'0'}{4}}", f"{y:{width}.{prec}f}|")
print(f"{'nested ' + f'{x}'}", f'{"a" if x else "b"}', f"{[i for i in range(3)]}", f"{ {'a': 1}['a'] }", f"{(lambda q: q * 2)(4)}")
print(f"{x:b} {x:o} {x:#x} {255:X} {255:#010b} {1000000:,} {1000000:_} {0.5:%} {0.256:.1%} {-x:+} {x:+} {x: }")
print(f"{1e10} {1e16} {1e-5} {123456789.123:.3e} {0.0001:g} {1234567.0:g} {1e100:.3g}")
print(f"{None} {True} {[1, 'a']} {(1,)} {x!r:>4}|")
print(f"a" "b" f"{x}" 'c', rf"\n{x}", f"\n".__len__(), f"", f"{''}" == "")
log = []
def note(v):
    log.append(v)
    return v
print(f"{note(1)}-{note(2):{note(3)}}-{note(4)!r}", log)
class F:
    def __format__(self, spec): return f"<{spec}>"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
f = F()
print(f"{f}", f"{f:abc}", f"{f!s:>5}", f"{f!r}", "{:x{}}".format(f, 1), format(f), format(f, "z"), str(f))
class G:
    def __str__(self): return "G str"
print(f"{G()}", f"{G()!s:>8}", "{}".format(G()))
try:
    f"{G():>8}"
except TypeError as e:
    print(e)
print(f"{'a' 'b'}", f"{x,}", f"{x, y}", f"{x if x > 3 else y}", f"{x:>{width}}", f"{not x}", f"{x == 5}", f"{x != 5}", f"{x >= 5}")
def fn():
    a = 1
    return f"{a}" + (lambda: f"{a + 1}")()
print(fn())
print(f"""multi
{x
 + 1}
end""")
print(f"{'%s %%' % 3}", f"{x:%}", f"{3.0}", f"{3.0:.0f}", f"{2.5:.0f} {3.5:.0f} {0.125:.2f}")
