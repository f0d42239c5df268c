import sys,unicodedata
assert unicodedata.unidata_version=='14.0.0'
rs=[];start=None
for c in range(0x110000):
    np=not chr(c).isprintable()
    if np and start is None: start=c
    if not np and start is not None: rs.append((start,c-1)); start=None
if start is not None: rs.append((start,0x10ffff))
rs=[r for r in rs if r[0]>=0x80 or True]
lines=[];cur='   '
for a,b in rs:
    s=f' (0x{a:X}, 0x{b:X}),'
    if len(cur)+len(s)>130: lines.append(cur); cur='   '
    cur+=s
lines.append(cur)
open('src/printable.rs','w').write('''//! Which code points `repr` shows as they are: `str.isprintable` with the Unicode 14.0.0 data of CPython 3.11.

use std::cmp::Ordering;

/// Whether `repr` shows a code point as it is: it is no control or format character, surrogate, private or unassigned code point, nor
/// a separator other than the space.
pub fn is_printable(code_point: u32) -> bool {
    if code_point < 0x7F {
        return code_point >= 0x20;
    }
    let compare = |&(first, last): &(u32, u32)| {
        if last < code_point {
            Ordering::Less
        } else if first > code_point {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    };
    NOT_PRINTABLE.binary_search_by(compare).is_err()
}

/// First and last code point of each range that is not printable; made by `tests/scripts/printable.py`.
#[rustfmt::skip]
static NOT_PRINTABLE: [(u32, u32); %d] = [
%s
];
''' % (len(rs), '\n'.join(lines)))
