# Code large enough for EXTENDED_ARG: more than 256 constants, names, locals, jump distances; long argument lists.
lines = ["def f(n):", "    t = 0", "    for i in range(n):"]
for k in range(300):
    lines.append(f"        v{k} = i + {1000 + k}")
lines.append("        if i % 2:")
for k in range(300):
    lines.append(f"            t += v{k}")
lines.append("        else:")
for k in range(0, 300, 3):
    lines.append(f"            t -= v{k}")
lines.append("    return t, " + ", ".join(f"v{k}" for k in range(0, 300, 50)))
ns = {}
exec("\n".join(lines), ns)
print(ns["f"](10), ns["f"](61))
glob = "\n".join([f"g{k} = {k} * 3 + 0.5" for k in range(300)] + ["def total():", "    return " + " + ".join(f"g{k}" for k in range(300))] + ["class C:"] + [f"    a{k} = {k}" for k in range(300)])
ns = {}
exec(glob, ns)
print(ns["total"](), ns["C"].a299, sum(ns["total"]() for _ in range(20)))
args = ", ".join(f"p{k}" for k in range(300))
exec(f"def many({args}): return p0 + p255 + p256 + p299\nr = many({', '.join(str(k) for k in range(300))})\ns = many(**{{f'p{{k}}': k for k in range(300)}})", ns)
print(ns["r"], ns["s"])
exec("def kw(" + ", ".join(f"k{k}={k}" for k in range(280)) + "): return k0 + k279\nr = kw(" + ", ".join(f"k{k}={k + 1}" for k in range(280)) + ")", ns)
print(ns["r"], ns["kw"]())
attrs = "def store(o):\n" + "\n".join(f"    o.x{k} = {k}" for k in range(290)) + "\n    return o.x0 + o.x289 + o.x256\n"
exec(attrs, ns)
class O: pass
print([ns["store"](O()) for _ in range(12)][-1])
lst = eval("[" + ",".join(str(k) for k in range(1000)) + "]")
tup = eval("(" + ",".join(f"x+{k}" for k in range(400)) + ")", {"x": 1})
dic = eval("{" + ",".join(f"'k{k}': {k}" for k in range(400)) + "}")
big = eval("[" + ",".join(f"[{k}, y]" for k in range(400)) + "]", {"y": 0})
print(sum(lst), sum(tup), sum(dic.values()), len(big), big[399])
src = "def w(n):\n    i = t = 0\n    while i < n:\n        i += 1\n        if i == 3: continue\n        if i == 50: break\n"
src += "".join(f"        if i == {k + 100}: t += {k}\n" for k in range(150)) + "        t += 1\n    else:\n        t = -t\n    return t\n"
exec(src, ns)
print(ns["w"](40), ns["w"](100))
src = "def tr(n):\n    r = 0\n    try:\n" + "".join(f"        r += {k} // (n - {k})\n" for k in range(200)) + "    except ZeroDivisionError as e:\n        return 'caught', r\n    finally:\n        r = None\n    return r\n"
exec(src, ns)
print(ns["tr"](150), ns["tr"](1000))
chain = "def ch(x):\n" + "".join(f"    {'if' if k == 0 else 'elif'} x == {k}: return 'r{k}'\n" for k in range(300)) + "    else: return 'none'\n"
exec(chain, ns)
print(ns["ch"](0), ns["ch"](299), ns["ch"](500), [ns["ch"](k % 300) for k in range(0, 900, 257)])
s = "x = " + "(" * 50 + "1" + ")" * 50 + "\ny = " + "[" * 40 + "]" * 40 + "\nz = " + "-" * 30 + "1\nw = " + " + ".join(["1"] * 500) + "\nn = " + "not " * 31 + "x"
exec(s, ns)
print(ns["x"], str(ns["y"]).count("["), ns["z"], ns["w"], ns["n"])
nest = "def n0():\n" + "".join("    " * (k + 1) + f"for i{k} in range(2):\n" for k in range(15)) + "    " * 16 + "yield " + "+".join(f"i{k}" for k in range(15)) + "\n"
exec(nest, ns)
print(sum(ns["n0"]()))
