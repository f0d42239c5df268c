# The limit on digits in conversions between int and str (4300 unless changed), and sys.set_int_max_str_digits.
import sys
print(sys.get_int_max_str_digits(), len(str(10 ** 4299)))
for f in (lambda: str(10 ** 4300), lambda: int("1" * 4301), lambda: "%d" % (10 ** 5000), lambda: f"{10 ** 5000}", lambda: repr(10 ** 5000), lambda: sys.set_int_max_str_digits(100)):
    try:
        print(len(f()))
    except ValueError as e:
        print(e)
print(len(hex(10 ** 5000)), len(bin(2 ** 20000)), int("f" * 5000, 16).bit_length())
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)), int("9" * 6000) % 1000)
sys.set_int_max_str_digits(700)
try:
    str(10 ** 1000)
except ValueError as e:
    print(e)
