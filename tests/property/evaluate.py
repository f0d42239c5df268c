"""Evaluates the expressions on standard input, one to a line, and writes what each gives: its value, or the exception and its message.

What depends on where objects lie is left out. A long result is shortened: its length and its hash stand for the middle.
"""

import sys

LONGEST = 400


def without_addresses(text):
    parts = text.split(" at 0x")
    for index in range(1, len(parts)):
        parts[index] = parts[index].lstrip("0123456789abcdef")
    return " at 0x…".join(parts)


def checksum(text):
    total = 0
    for char in text:
        total = (total * 31 + ord(char)) % 1000000007
    return total


def shown(value):
    text = without_addresses(repr(value))
    if len(text) > LONGEST:
        text = f"{text[:LONGEST // 2]}…{len(text)} {checksum(text)}…{text[-20:]}"
    return ascii(text)[1:-1]


def result(expression):
    try:
        value = eval(expression, {})
        return f"{type(value).__name__} {shown(value)}"
    except RecursionError:
        return "RecursionError"
    except Exception as error:
        return f"{type(error).__name__}: {shown(str(error))}"


def main():
    sys.set_int_max_str_digits(0)
    for line in sys.stdin:
        sys.stdout.write(result(line.rstrip("\n")) + "\n")
        sys.stdout.flush()


main()
