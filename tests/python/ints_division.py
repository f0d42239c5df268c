# Integer division and modulo with all signs, divmod, shifts, bit operations, pow with modulus.
for a in (7, -7, 0, 1, -1, 2 ** 40, -2 ** 40, 10 ** 30, -10 ** 30):
    for b in (3, -3, 7, -7, 1, -1, 2 ** 33, -(10 ** 20)):
        q, r = divmod(a, b)
        assert q * b + r == a and (r == 0 or (r < 0) == (b < 0))
        assert a // b == q and a % b == r
        print(q, r, end="; ")
    print()
print(7 // 2, -7 // 2, 7 // -2, -7 // -2, 7 % 3, -7 % 3, 7 % -3, -7 % -3, 0 // 5, 0 % -5)
print(1 << 10, 1 << 100, -1 << 5, 1024 >> 3, -1024 >> 3, -1 >> 100, 5 >> 1000, 2 ** 100 >> 90, -5 >> 1, 0 << 1000)
print(6 & 3, 6 | 3, 6 ^ 3, ~6, ~-1, -6 & 3, -6 | 3, -6 ^ 3, 2 ** 70 & 2 ** 70 - 1, -2 ** 70 | 1, ~(2 ** 70), 2 ** 64 ^ -1)
print(pow(2, 10), pow(2, 10, 1000), pow(3, -1, 7), pow(2, 0), pow(0, 0), pow(-2, 3), pow(5, 3, -7), pow(2, 1000, 10 ** 9 + 7), 2 ** -2, (-2) ** 2, -2 ** 2)
try:
    pow(2, -1, 4)
except ValueError as e:
    print(e)
try:
    pow(2, 5, 0)
except ValueError as e:
    print(e)
print((255).bit_length(), (0).bit_length(), (-256).bit_length(), (2 ** 100).bit_length(), (7).bit_count(), (-7).bit_count(), (10).to_bytes(2, "big"), (258).to_bytes(2, "little"), int.from_bytes(b"\x01\x02", "big"), int.from_bytes(b"\xff", "big", signed=True), (-2).to_bytes(2, "big", signed=True))
print(int("42"), int(" -42 "), int("ff", 16), int("0xff", 16), int("0b101", 0), int("0o17", 0), int("z", 36), int("1_000"), int("-0"), int(True), int("٤٢"), int(b"12"), int("  7\n"))
print(bin(10), bin(-10), oct(8), oct(-8), hex(255), hex(-255), hex(0), bin(2 ** 40), hex(2 ** 70))
print(abs(-5), abs(-10 ** 30), -(-5), +5, int(), int(3.99), round(12345, -2), round(10 ** 20 + 55, -2))
print(5 .real, (5).numerator, (5).denominator, (5).imag, (5).conjugate(), 5 .__add__(3), (5).__radd__(3), (7).__floordiv__(2), int.__mul__(3, 4), (5).__add__("x"))
for a in range(-3, 4):
    print([a // b for b in (-2, -1, 1, 2)], [a % b for b in (-2, -1, 1, 2)])
