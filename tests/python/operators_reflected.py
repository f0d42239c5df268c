# Binary operators of one's own classes: reflected forms, NotImplemented, the precedence of subclasses, in-place forms.
class N:
    def __init__(self, v): self.v = v
    def __repr__(self): return f"{type(self).__name__}({self.v})"
    def __add__(self, o):
        if isinstance(o, (int, N)): return N(("add", self.v, getattr(o, "v", o)))
        return NotImplemented
    def __radd__(self, o): return N(("radd", o, self.v))
    def __sub__(self, o): return N(("sub", self.v, getattr(o, "v", o)))
    def __rsub__(self, o): return N(("rsub", o, self.v))
    def __mul__(self, o): return NotImplemented
    def __rmul__(self, o): return N(("rmul", o, self.v))
    def __iadd__(self, o):
        self.v = ("iadd", self.v, o)
        return self
print(N(1) + 2, 2 + N(1), N(1) + N(2), "s" + N(3), [] + N(4))
print(N(1) - 1, 1 - N(1), 2.5 * N(6))
try:
    N(1) * 3
except TypeError as e:
    print(e)
try:
    N(1) * N(2)
except TypeError as e:
    print(e)
try:
    N(1) / 2
except TypeError as e:
    print(e)
n = m = N(1)
n += 5
print(n, m is n)
n -= 1
print(n, m is n)
class Sub(N):
    def __radd__(self, o): return "Sub.radd first"
    def __rsub__(self, o): return NotImplemented
print(N(1) + Sub(2), Sub(1) + Sub(2), N(1) - Sub(2))
class SubPlain(N): pass
print(N(1) + SubPlain(2))
class All:
    def __add__(s, o): return "add"
    def __sub__(s, o): return "sub"
    def __mul__(s, o): return "mul"
    def __truediv__(s, o): return "truediv"
    def __floordiv__(s, o): return "floordiv"
    def __mod__(s, o): return "mod"
    def __pow__(s, o, m=None): return "pow" if m is None else f"pow mod {m}"
    def __matmul__(s, o): return "matmul"
    def __lshift__(s, o): return "lshift"
    def __rshift__(s, o): return "rshift"
    def __and__(s, o): return "and"
    def __or__(s, o): return "or"
    def __xor__(s, o): return "xor"
    def __neg__(s): return "neg"
    def __pos__(s): return "pos"
    def __invert__(s): return "invert"
    def __abs__(s): return "abs"
    def __divmod__(s, o): return "divmod"
    def __round__(s, n=None): return f"round {n}"
    def __floor__(s): return "floor"
    def __trunc__(s): return 5
    def __int__(s): return 6
    def __float__(s): return 7.5
    def __index__(s): return 2
    def __complex__(s): return 1j
a = All()
print(a + 1, a - 1, a * 1, a / 1, a // 1, a % 1, a ** 1, a @ 1, a << 1, a >> 1, a & 1, a | 1, a ^ 1)
print(-a, +a, ~a, abs(a), divmod(a, 1), round(a), round(a, 2), pow(a, 1), pow(a, 1, 7))
print(int(a), float(a), [10, 20, 30][a], "abc"[a], [1, 2, 3, 4][:a], hex(a), range(a), "x" * a)
class R:
    def __radd__(s, o): return "radd"
    def __rtruediv__(s, o): return "rtruediv"
    def __rfloordiv__(s, o): return "rfloordiv"
    def __rmod__(s, o): return "rmod"
    def __rpow__(s, o): return "rpow"
    def __rmatmul__(s, o): return "rmatmul"
    def __rlshift__(s, o): return "rlshift"
    def __rrshift__(s, o): return "rrshift"
    def __rand__(s, o): return "rand"
    def __ror__(s, o): return "ror"
    def __rxor__(s, o): return "rxor"
    def __rdivmod__(s, o): return "rdivmod"
r = R()
print(1 + r, 1 / r, 1.0 // r, 5 % r, 2 ** r, None @ r, 1 << r, 1 >> r, True & r, {1} | r, 1 ^ r, divmod(3, r))
print("%s" % r != "", type("%s" % r).__name__)
class I:
    def __init__(self): self.log = []
    def __isub__(s, o): s.log.append("isub"); return s
    def __imul__(s, o): s.log.append("imul"); return s
    def __itruediv__(s, o): s.log.append("itruediv"); return s
    def __ifloordiv__(s, o): s.log.append("ifloordiv"); return s
    def __imod__(s, o): s.log.append("imod"); return s
    def __ipow__(s, o): s.log.append("ipow"); return s
    def __iand__(s, o): s.log.append("iand"); return s
    def __ior__(s, o): s.log.append("ior"); return s
    def __ixor__(s, o): s.log.append("ixor"); return s
    def __ilshift__(s, o): s.log.append("ilshift"); return s
    def __irshift__(s, o): s.log.append("irshift"); return s
    def __imatmul__(s, o): s.log.append("imatmul"); return s
    def __iadd__(s, o): return NotImplemented
    def __add__(s, o): return "add after iadd"
i = I()
i -= 1; i *= 1; i /= 1; i //= 1; i %= 1; i **= 1; i &= 1; i |= 1; i ^= 1; i <<= 1; i >>= 1; i @= 1
print(i.log)
i += 1
print(i)
