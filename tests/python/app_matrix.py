# An ordinary program: matrices and fractions with operators, determinant, inverse, power, polynomials.
class Fraction:
    __slots__ = ("n", "d")
    def __init__(self, n, d=1):
        if d == 0: raise ZeroDivisionError("denominator is zero")
        if d < 0: n, d = -n, -d
        a, b = abs(n), d
        while b: a, b = b, a % b
        self.n, self.d = n // a if a else 0, d // a if a else 1
    def _of(x): return x if isinstance(x, Fraction) else Fraction(x) if isinstance(x, int) else None
    def __add__(self, o): o = Fraction._of(o); return NotImplemented if o is None else Fraction(self.n * o.d + o.n * self.d, self.d * o.d)
    def __mul__(self, o): o = Fraction._of(o); return NotImplemented if o is None else Fraction(self.n * o.n, self.d * o.d)
    def __sub__(self, o): return self + -Fraction._of(o)
    def __truediv__(self, o): o = Fraction._of(o); return Fraction(self.n * o.d, self.d * o.n)
    def __neg__(self): return Fraction(-self.n, self.d)
    def __pow__(self, k): return Fraction(self.n ** k, self.d ** k) if k >= 0 else Fraction(self.d ** -k, self.n ** -k)
    __radd__, __rmul__ = __add__, __mul__
    def __rsub__(self, o): return -self + o
    def __rtruediv__(self, o): return Fraction._of(o) / self
    def __eq__(self, o): o = Fraction._of(o); return o is not None and (self.n, self.d) == (o.n, o.d)
    def __lt__(self, o): o = Fraction._of(o); return self.n * o.d < o.n * self.d
    def __gt__(self, o): o = Fraction._of(o); return self.n * o.d > o.n * self.d
    def __hash__(self): return hash(self.n) if self.d == 1 else hash((self.n, self.d))
    def __bool__(self): return self.n != 0
    def __float__(self): return self.n / self.d
    def __repr__(self): return str(self.n) if self.d == 1 else f"{self.n}/{self.d}"
F = Fraction
print(F(1, 2) + F(1, 3), 1 - F(1, 4), 2 / F(3), F(6, -8), F(2, 3) ** -2, F(1, 2) == F(2, 4), F(4, 2) == 2, {F(1): "x"}[1], float(F(1, 8)), sum([F(1, k) for k in range(1, 11)]), sorted([F(1, 2), F(1, 3), 0, F(3)]), bool(F(0)), max(F(1, 3), F(1, 2)))
try: F(1, 2) + "x"
except TypeError as e: print(e)
try: F(1, 0)
except ZeroDivisionError as e: print(e)
class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
    def __getitem__(self, ij): return self.rows[ij[0]][ij[1]] if isinstance(ij, tuple) else self.rows[ij]
    def __matmul__(self, o): return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __mul__(self, k): return Matrix([[x * k for x in r] for r in self.rows])
    __rmul__ = __mul__
    def __add__(self, o): return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, o.rows)])
    def __eq__(self, o): return self.rows == o.rows
    def __pow__(self, n):
        r, b = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1: r = r @ b
            b, n = b @ b, n >> 1
        return r
    @property
    def T(self): return Matrix(zip(*self.rows))
    def det(self):
        if len(self.rows) == 1: return self.rows[0][0]
        return sum((-1) ** j * x * Matrix([r[:j] + r[j + 1:] for r in self.rows[1:]]).det() for j, x in enumerate(self.rows[0]))
    def inverse(self):
        n = len(self.rows)
        a = [[F(x) if isinstance(x, int) else x for x in r] + [F(int(i == j)) for j in range(n)] for i, r in enumerate(self.rows)]
        for i in range(n):
            p = next((k for k in range(i, n) if a[k][i]), None)
            if p is None: raise ValueError("singular")
            a[i], a[p] = a[p], a[i]
            a[i] = [x / a[i][i] for x in a[i]]
            for k in range(n):
                if k != i: a[k] = [x - a[k][i] * y for x, y in zip(a[k], a[i])]
        return Matrix([r[n:] for r in a])
    def __repr__(self): return "[" + "; ".join(" ".join(map(str, r)) for r in self.rows) + "]"
m = Matrix([[2, 1, 3], [0, -1, 4], [1, 2, 5]])
print(m @ m, m.T, m.det(), m.inverse(), m @ m.inverse() == Matrix.identity(3), m[0, 2], m[1], 2 * m + m)
print(Matrix([[1, 1], [1, 0]]) ** 90, (Matrix([[1, 1], [1, 0]]) ** 300)[0, 1])
try: Matrix([[1, 2], [2, 4]]).inverse()
except ValueError as e: print(e)
h = Matrix([[F(1, i + j + 1) for j in range(4)] for i in range(4)])
print(h.det(), h.inverse())
f = Matrix([[0.5, 1.5], [2.0, -1.0]])
print(f @ f, f.det(), f * 2)
class Poly:
    def __init__(self, *c):
        c = list(c)
        while c and c[-1] == 0: c.pop()
        self.c = tuple(c)
    def __call__(self, x):
        r = 0
        for k in reversed(self.c): r = r * x + k
        return r
    def __add__(self, o):
        n = max(len(self.c), len(o.c))
        return Poly(*(a + b for a, b in zip(self.c + (0,) * (n - len(self.c)), o.c + (0,) * (n - len(o.c)))))
    def __mul__(self, o):
        r = [0] * (len(self.c) + len(o.c))
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c): r[i + j] += a * b
        return Poly(*r)
    def d(self): return Poly(*(i * a for i, a in enumerate(self.c) if i))
    def __str__(self): return " + ".join(f"{a}x^{i}" if i > 1 else f"{a}x" if i else str(a) for i, a in enumerate(self.c) if a) or "0"
    def __eq__(self, o): return self.c == o.c
p = Poly(1, -3, 2)
print(p, p * p, p + p, p.d(), p(1), p(2.0), p(F(1, 2)), p * Poly(), Poly(0) == Poly(), (p * p).d())
x = 1.5
q = Poly(-2, 0, 1)
for _ in range(6): x -= q(x) / q.d()(x)
print(x)
