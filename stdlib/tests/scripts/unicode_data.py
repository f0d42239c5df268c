"""Writes what CPython 3.11's `unicodedata` knows (Unicode 14.0.0, and 3.2.0 for `ucd_3_2_0`) into the tables of the native module.

    python3.11 stdlib/tests/scripts/unicode_data.py stdlib/src/unicodedata

The names of characters are not among them (a library has those, which never change); those that it lacks are: aliases and sequences.
"""

import ctypes
import sys
import unicodedata
from pathlib import Path

CODE_POINTS = range(0x110000)
HANGUL = range(0xAC00, 0xD7A4)
# Where CPython's table of names keeps aliases and named sequences (`Tools/unicode/makeunicodedata.py`).
ALIASES = range(0xF0000, 0xF0000 + 0x200)
SEQUENCES = range(0xF0200, 0xF0200 + 0x200)


def properties(data):
    """A line for each run of equal records: where it starts, category, direction, combining class, mirrored, width."""
    last = None
    for code_point in CODE_POINTS:
        char = chr(code_point)
        record = (
            data.category(char),
            data.bidirectional(char) or "-",
            data.combining(char),
            data.mirrored(char),
            data.east_asian_width(char),
        )
        if record != last:
            yield " ".join([f"{code_point:X}", *map(str, record)])
            last = record


def numbers(data):
    """A line for each number: code point, numeric value, digit, decimal."""
    for code_point in CODE_POINTS:
        char = chr(code_point)
        value = data.numeric(char, None)
        if value is not None:
            digit, decimal = data.digit(char, None), data.decimal(char, None)
            yield " ".join([f"{code_point:X}", repr(value), *("-" if n is None else str(n) for n in (digit, decimal))])


def decompositions(data):
    """A line for each decomposition that the tables have: those of Hangul syllables are computed."""
    for code_point in CODE_POINTS:
        found = data.decomposition(chr(code_point))
        if found and code_point not in HANGUL:
            yield f"{code_point:X} {found}"


class Names(ctypes.Structure):
    """`_PyUnicode_Name_CAPI`."""

    _fields_ = [
        ("getname", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int, ctypes.c_int)),
        ("getcode", ctypes.c_void_p),
    ]


def more_names():
    """A line for each alias and each named sequence: the name, and the code points behind a tab."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    names = Names.from_address(pointer(unicodedata._ucnhash_CAPI, b"unicodedata._ucnhash_CAPI"))
    buffer = ctypes.create_string_buffer(256)
    for code_point in [*ALIASES, *SEQUENCES]:
        if names.getname(code_point, buffer, len(buffer), 1):
            name = buffer.value.decode()
            yield f"{name}\t{' '.join(f'{ord(char):X}' for char in unicodedata.lookup(name))}"


def main():
    folder = Path(sys.argv[1])
    old = unicodedata.ucd_3_2_0
    for name, lines in {
        "properties": properties(unicodedata),
        "properties_3_2": properties(old),
        "numbers": numbers(unicodedata),
        "numbers_3_2": numbers(old),
        "decompositions": decompositions(unicodedata),
        "names": more_names(),
    }.items():
        (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))


main()
