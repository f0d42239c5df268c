# while, for, else, break, continue; nested loops; loop variables; long conditions.
def find(n, l):
    for i, x in enumerate(l):
        if x == n: break
    else:
        return "absent"
    return i
print(find(3, [1, 2, 3]), find(9, [1]), find(1, []))
i = 0
while i < 5:
    i += 1
    if i == 2: continue
    if i == 4: break
    print(i, end=" ")
else: print("else")
print(i)
while False: pass
else: print("while else")
while True:
    if i > 10: break
    i += 3
print(i)
out = []
for a in range(3):
    for b in range(3):
        if b > a: break
        if (a + b) % 2: continue
        out.append((a, b))
    else: out.append("full")
print(out)
n, steps = 27, 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print(steps)
def primes(limit):
    sieve = [True] * limit
    for i in range(2, limit):
        if sieve[i]:
            yield i
            for j in range(i * i, limit, i): sieve[j] = False
print(list(primes(60)))
def bubble(l):
    l = l[:]
    n = len(l)
    while True:
        swapped = False
        for i in range(1, n):
            if l[i - 1] > l[i]:
                l[i - 1], l[i] = l[i], l[i - 1]
                swapped = True
        n -= 1
        if not swapped: return l
print(bubble([5, 2, 9, 1, 5, 6]))
x = 10
while x and not x == 3 or x > 100: x -= 1
print(x)
for x in "abc": pass
print(x)
print(x)
d = {}
for d["k"] in range(3): pass
print(d)
total = 0
for i in range(1000):
    if i % 3 == 0 and i % 5 == 0: total += i
    elif i % 7 == 0 or i % 11 == 0: total -= 1
    else: total += i & 1
print(total)
def triple():
    for i in range(3):
        for j in range(3):
            for k in range(3):
                if i * j * k == 4: return i, j, k
print(triple())
while (i := i - 300) > 0: print(i, end=" ")
print(i)
def early(l):
    for x in l:
        try:
            if x < 0: return "negative"
            if x == 0: continue
            10 / x
        finally:
            out.append(x)
    return "ok"
out = []
print(early([1, 0, -1, 5]), early([1]), out)
