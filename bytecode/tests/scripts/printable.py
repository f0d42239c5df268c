"""Makes the table in `src/printable.rs` (between its brackets): run with CPython 3.11, whose Unicode data is 14.0.0."""

import pathlib
import re
import unicodedata

assert unicodedata.unidata_version == "14.0.0", __doc__

ranges = []
for code_point in range(0x110000):
    if chr(code_point).isprintable():
        continue
    if ranges and ranges[-1][1] == code_point - 1:
        ranges[-1][1] = code_point
    else:
        ranges.append([code_point, code_point])

lines = ["   "]
for first, last in ranges:
    item = f" (0x{first:X}, 0x{last:X}),"
    if len(lines[-1]) + len(item) > 130:
        lines.append("   ")
    lines[-1] += item
table = f"[(u32, u32); {len(ranges)}] = [\n" + "\n".join(lines) + "\n];"

path = pathlib.Path(__file__).resolve().parent.parent.parent / "src" / "printable.rs"
source = path.read_text()
path.write_text(re.sub(r"\[\(u32, u32\); \d+\] = \[.*\];", lambda _: table, source, flags=re.S))
