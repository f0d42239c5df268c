# The module unicodedata: all properties of all characters as a checksum, names there and back, normal forms, Unicode 3.2.
import unicodedata
from binascii import crc32


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


old = unicodedata.ucd_3_2_0
print(unicodedata.unidata_version, old.unidata_version, type(old).__name__)
for data in (unicodedata, old):
    for name in ["category", "bidirectional", "combining", "mirrored", "east_asian_width", "decomposition"]:
        function = getattr(data, name)
        total = 0
        for start in range(0, 0x30000, 0x1000):
            total = crc32("".join(str(function(chr(point))) for point in range(start, start + 0x1000)).encode(), total)
        print(name, total)
    for name in ["decimal", "digit", "numeric", "name"]:
        function = getattr(data, name)
        total = 0
        for point in [*range(0x3400), *range(0x4DB0, 0x4E10), *range(0xA000, 0xAC20), *range(0xF900, 0x13000), *range(0x1D000, 0x20000)]:
            total = crc32(str(function(chr(point), None)).encode(), total)
        print(name, total)

for char in ["a", "é", "½", "٣", "Ⅷ", "가", "一", "\U0001f600", "\ud800", "\x00", "\u0378", "\U0001fae8"]:
    print(ascii(char), unicodedata.category(char), unicodedata.name(char, "-"), unicodedata.numeric(char, None), old.category(char))
for name in ["LATIN SMALL LETTER A", "latin small letter e with acute", "HANGUL SYLLABLE GAG", "CJK UNIFIED IDEOGRAPH-4E00", "LINE FEED",
             "NULL", "KEYCAP DIGIT ONE", "SHAKING FACE", "nothing", "", "x" * 300]:
    print(name[:30], ascii(attempt(unicodedata.lookup, name)), ascii(attempt(old.lookup, name)))
print(attempt(unicodedata.lookup, 5), attempt(unicodedata.name, "ab"), attempt(unicodedata.name, "\x00"), attempt(unicodedata.category, 5))
print(attempt(unicodedata.category, ""), attempt(unicodedata.decimal, "x"), attempt(unicodedata.digit, "x"), attempt(unicodedata.numeric, "x"))

TEXTS = ["", "abc", "é", "e\u0301", "\ufb01", "ﾊﾟ", "가각", "\u1100\u1161\u11a8", "a\u0323\u0307", "a\u0307\u0323", "\ud800é", "\U0001d15e",
         "\u0344", "\u2126", "\u1e9b\u0323", "x\U0001fae8\u0301", "\u0378\u0301"]
for form in ["NFC", "NFD", "NFKC", "NFKD"]:
    print(form, [ascii(unicodedata.normalize(form, text)) for text in TEXTS])
    print([unicodedata.is_normalized(form, text) for text in TEXTS])
print(attempt(unicodedata.normalize, "NFX", "a"), attempt(unicodedata.normalize, "NFC", 5), attempt(unicodedata.normalize, "NFC"))
print("\N{GREEK SMALL LETTER ALPHA}", ascii(b"\\N{LATIN SMALL LETTER A}\\N{no}".decode("unicode-escape", "replace")))
