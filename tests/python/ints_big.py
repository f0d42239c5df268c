# Integers beyond the machine word: arithmetic, conversion, comparison, hashing, limits of small forms.
edges = [2 ** k + d for k in (29, 30, 31, 32, 60, 61, 62, 63, 64, 65, 127, 128) for d in (-1, 0, 1)]
for e in edges:
    assert e - e == 0 and e + -e == 0 and (e * e) // e == e and -(-e) == e and int(str(e)) == e and int(hex(e), 16) == e
    assert (e + 1) - 1 == e and (e - 1) + 1 == e and (e << 3) >> 3 == e and e ^ e == 0 and e & e == e and (-e) // 2 == -((e + 1) // 2)
    assert e % 10 == int(str(e)[-1]) and -e < 0 < e and hash(e) == hash(-(-e))
print(sum(edges), hash(2 ** 61 - 1), hash(2 ** 61), hash(-2 ** 61), hash(10 ** 30), hash(-1), hash(-2), hash(2 ** 64))
def factorial(n):
    r = 1
    for i in range(2, n + 1):
        r *= i
    return r
print(factorial(25), factorial(60), len(str(factorial(500))))
def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
print(fib(90), fib(91), fib(92), fib(93), fib(100), fib(300))
x = 1
for i in range(70):
    x = x * 2
print(x)
for i in range(70):
    x = x // 2
print(x, type(x).__name__)
x = 4611686018427387904
print(x, -x, x - 1, x + x, x * x, x * -1, -x - 1, (x - 1) * 2 + 1, 9223372036854775807 + 1, -9223372036854775808 - 1, 9223372036854775807 * 3, -9223372036854775808 // -1, abs(-9223372036854775808))
n = 123456789 ** 20
print(n, n % 987654321, n // 10 ** 100, n >> 200, n & 0xffffffffffffffff, str(n)[:10], n.bit_length())
print(10 ** 50 + 1 > 10 ** 50, 10 ** 50 == 10 ** 50, 10 ** 50 != 10 ** 50 + 1, 10 ** 50 < 1e50, 2 ** 100 in {2 ** 100: 1}, {2 ** 100, 2 ** 100} == {2 ** 100})
print(divmod(10 ** 40, 7), divmod(-10 ** 40, 10 ** 20 + 1), (10 ** 40) ** 2 // 10 ** 79, pow(7, 10 ** 20, 10 ** 9 + 7), -10 ** 40 % (10 ** 20 + 3))
print(int("9" * 50) + 1, int("-" + "9" * 30), int("f" * 30, 16), int("1" * 100, 2), int("7" * 40, 8), "%x" % (10 ** 25), f"{10 ** 25:,}", f"{-10 ** 25:x}", f"{10 ** 25:e}")
def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x, y = y, (y + n // y) // 2
    return x
print(isqrt(10 ** 60), isqrt(2 * 10 ** 40))
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
print(gcd(factorial(30), fib(300)), gcd(2 ** 200, 6 ** 50))
print(sum(range(10 ** 9, 10 ** 9 + 5)), sum([2 ** 62] * 4), sum([2 ** 63 - 1, 1]), max(2 ** 70, 2.0 ** 71), [2 ** 70, 1, -2 ** 70, 0].__len__(), sorted([2 ** 70, 1, -2 ** 70, 0, 2.5]))
s = 0
for i in range(100):
    s += i << i
print(s, s.bit_length(), float(s), s / 3, int(float(s)))
