"""Writes src/objects/unicode_tables.rs from the Unicode 14.0.0 data of the CPython 3.11 that runs it.

    python3.11 tests/scripts/unicode_tables.py > src/objects/unicode_tables.rs
"""

import sys
import unicodedata

assert unicodedata.unidata_version == "14.0.0", unicodedata.unidata_version

FLAGS = [
    ("ALPHA", "`str.isalpha`.", lambda c: c.isalpha()),
    ("DECIMAL", "`str.isdecimal`; runs begin with a zero.", lambda c: c.isdecimal()),
    ("DIGIT", "`str.isdigit`.", lambda c: c.isdigit()),
    ("NUMERIC", "`str.isnumeric`.", lambda c: c.isnumeric()),
    ("LOWER", "`str.islower` of the character alone.", lambda c: c.islower()),
    ("UPPER", "`str.isupper` of the character alone.", lambda c: c.isupper()),
    ("TITLE", "The category `Lt`.", lambda c: unicodedata.category(c) == "Lt"),
    ("SPACE", "`str.isspace`.", lambda c: c.isspace()),
    ("IDENTIFIER_START", "May begin an identifier.", lambda c: c.isidentifier()),
    ("IDENTIFIER_CONTINUE", "May continue an identifier.", lambda c: ("a" + c).isidentifier()),
    ("CASED", "Has case: `str.title` goes on in lower case behind it.", lambda c: (c + "a").title().endswith("a")),
    # Seen from outside by the final sigma: what is ignored lets the letter before it decide.
    ("CASE_IGNORABLE", "Is passed over where the neighbours' case matters.",
     lambda c: ("a" + c + "\u03a3").lower().endswith("\u03c2") and not (c + "\u03a3").lower().endswith("\u03c2")),
    ("CHANGES_LOWER", "`str.lower` changes it.", lambda c: c.lower() != c),
    ("CHANGES_UPPER", "`str.upper` changes it.", lambda c: c.upper() != c),
]


def main():
    out = sys.stdout.write
    points = [chr(i) for i in range(0x110000)]
    flags = [sum(1 << i for i, (_, _, test) in enumerate(FLAGS) if test(c)) for c in points]
    out("//! What CPython 3.11 knows of each code point (Unicode 14.0.0); written by `tests/scripts/unicode_tables.py`.\n\n")
    for i, (name, doc, _) in enumerate(FLAGS):
        out(f"/// {doc}\npub const {name}: u16 = 1 << {i};\n")

    runs = [(0, flags[0])]
    for i, value in enumerate(flags):
        if value != runs[-1][1]:
            runs.append((i, value))
    for start, value in runs:
        if value & 2:
            assert unicodedata.decimal(chr(start)) == 0
    write_table(out, "The first code point of each run of equal flags, and the flags.", "RUNS", "(u32, u16)",
                [f"({start:#x}, {value:#x})" for start, value in runs])

    titles = [(c, c.title()) for c in points if c.title() != c.upper()]
    write_table(out, "What `str.title` makes of the first character of a word, where that is not its upper case.", "TITLES",
                "(u32, &[u32])", [mapping(c, t) for c, t in titles])
    folds = [(c, c.casefold()) for c in points if c.casefold() != c.lower()]
    write_table(out, "What `str.casefold` makes of a character, where that is not its lower case.", "FOLDS", "(u32, &[u32])",
                [mapping(c, t) for c, t in folds])

    check = 0xCBF29CE484222325
    for c in points:
        for text in (c.lower(), c.upper(), c.title(), c.casefold()):
            for part in text:
                check = ((check ^ ord(part)) * 0x100000001B3) % 2**64
            check = ((check ^ 0xFFFFFFFF) * 0x100000001B3) % 2**64
    out("/// FNV-1a over the four mappings of all code points, as CPython makes them: lower, upper, title, casefold.\n")
    out(f"#[cfg(test)]\npub const MAPPINGS_CHECK: u64 = {check:#x};\n")


def mapping(c, target):
    return f"({ord(c):#x}, &[{', '.join(f'{ord(t):#x}' for t in target)}])"


def write_table(out, doc, name, ty, items):
    out(f"\n/// {doc}\n#[rustfmt::skip]\npub static {name}: [{ty}; {len(items)}] = [\n")
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 130:
            out(line + "\n")
            line = "   "
        line += f" {item},"
    out(line + "\n];\n")


main()
