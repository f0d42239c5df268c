# In-place operations on names, attributes, subscripts; aliasing; the order of evaluation.
a = b = [1, 2]
a += [3]
print(a, b, a is b)
a = a + [4]
print(a, b, a is b)
a *= 2
print(a)
t = u = (1, 2)
t += (3,)
print(t, u)
s = "x"
s += "y" * 3
s *= 2
print(s)
d = {"k": 1}
d["k"] += 5
d |= {"z": 0}
print(d)
class O: pass
o = O()
o.n = 1
o.n += 2
o.l = []
o.l += "ab"
print(o.n, o.l)
log = []
def where(x, tag):
    log.append(tag)
    return x
l = [10, 20, 30]
where(l, "list")[where(1, "index")] += where(5, "value")
print(l, log)
l[-1] -= 1
l[0:2] += [99]
print(l)
tup = ([1],)
try:
    tup[0] += [2]
except TypeError as e:
    print(e, tup)
try:
    nothing += 1
except NameError as e:
    print(e)
def local():
    try:
        x += 1
    except UnboundLocalError as e:
        print(e)
    x = 1
local()
st = {1, 2, 3}
alias = st
st -= {1}
st |= {9}
st &= {2, 9, 4}
st ^= {4}
print(sorted(st), alias is st)
n = 7
n //= 2; n **= 3; n %= 10; n <<= 4; n >>= 1; n |= 1; n &= 0xff; n ^= 3
print(n)
n /= 4
print(n)
x = [[0] * 2 for _ in range(2)]
x[0][1] += 1
print(x)
i = 0
def index():
    global i
    i += 1
    return i - 1
arr = [1, 2, 3]
arr[index()] *= 10
print(arr, i)
