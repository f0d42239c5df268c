"""Compiles the files named on standard input, at optimization 0, 1 and 2, and writes what came of it to standard output.

Three records a file: a size (4 bytes, lowest first) and as many bytes, a marshalled code object or a tuple that describes an exception.

Nothing is imported that is not needed: what other modules intern changes the bytes of code objects.
"""
import marshal
import struct
import sys
import warnings

warnings.simplefilter("ignore")


def record(source, path, optimize):
    try:
        code = compile(source, path, "exec", dont_inherit=True, optimize=optimize)
    except SyntaxError as error:
        place = [error.lineno, error.offset, error.end_lineno, error.end_offset]
        return marshal.dumps((type(error).__name__, str(error.msg), *place))
    except (ValueError, RecursionError, MemoryError) as error:
        return marshal.dumps((type(error).__name__, str(error), None, None, None, None))
    return marshal.dumps(code)


for line in sys.stdin.buffer:
    path = line.rstrip(b"\n").decode("utf-8", "surrogateescape")
    with open(path, "rb") as file:
        source = file.read()
    for optimize in range(3):
        data = record(source, path, optimize)
        sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
