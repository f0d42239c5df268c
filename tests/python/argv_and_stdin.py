# args: one "two words" 3
# stdin: first line\nsecond line\n\nlast without end
# sys.argv and standard input.
import sys
print(sys.argv[1:], len(sys.argv))
print(repr(input()))
print(repr(sys.stdin.readline()))
for line in sys.stdin:
    print(repr(line))
try:
    input()
except EOFError as e:
    print("EOFError:", e)
print(repr(sys.stdin.read()))
