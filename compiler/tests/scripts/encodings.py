"""Writes what CPython 3.11.7 knows of encodings.

Usage: python3.11 encodings.py tables          writes src/encoding/names.txt and src/encoding/charmaps.txt
       python3.11 encodings.py sample          writes tests/data/encodings.txt: some lines of each codec's list
       python3.11 encodings.py list [CODEC]    prints what many short sequences of bytes are in a codec, or in all
       python3.11 encodings.py codes CODEC     prints the bytes that stand for something, and for what

A list has a line for each sequence: the codec, the sequence, "text" or "error", and which.
"""
import codecs
import encodings.aliases
import itertools
import pathlib
import pkgutil
import sys
import warnings

CRATE = pathlib.Path(__file__).parents[2]

NOT_TEXT = {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
MULTIBYTE = [
    *["gb2312", "gbk", "gb18030", "hz", "euc_jp", "shift_jis", "cp932", "euc_kr", "cp949", "johab", "big5", "cp950"],
    *["big5hkscs", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"],
]
OTHER = ["utf_8", "ascii", "latin_1", "utf_7", "unicode_escape", "raw_unicode_escape"]


def modules():
    """The names of the codecs that every platform has."""
    no_codec, windows = {"aliases"}, {"mbcs", "oem"}
    return sorted({module.name for module in pkgutil.iter_modules(encodings.__path__)} - no_codec - windows)


def charmap(name):
    """What each byte stands for, if the codec is of one byte per character."""
    try:
        codec = codecs.lookup(name)
        if name in NOT_TEXT or codec.decode(b"\xe1\xe2", "replace") == ("", 2):
            return None
    except (UnicodeError, ValueError):
        return None
    characters = []
    for byte in range(256):
        try:
            characters.append(codec.decode(bytes([byte]))[0])
        except UnicodeDecodeError as error:
            if error.encoding != "charmap":
                return None
            characters.append(None)
    return characters if all(character is None or len(character) == 1 for character in characters) else None


def runs(characters):
    """Code points in hexadecimal, `+n` for the n that count on from there; `-n` for n bytes that stand for nothing."""
    points = [None if character is None else ord(character) for character in characters]
    at = 0
    while at < len(points):
        count = 1
        step = 0 if points[at] is None else 1
        while at + count < len(points) and points[at + count] == (None if step == 0 else points[at] + count):
            count += 1
        if step == 0:
            yield f"-{count}"
        else:
            yield f"{points[at]:x}" + (f"+{count - 1}" if count > 1 else "")
        at += count


def tables():
    known = modules()
    names = {name: [name] for name in known}
    for alias, name in encodings.aliases.aliases.items():
        if name in names:
            names[name].append(alias)
    lines = [" ".join([name, *sorted(set(aliases) - {name})]) for name, aliases in sorted(names.items())]
    (CRATE / "src/encoding/names.txt").write_text("\n".join(lines) + "\n")
    lines = []
    for name in known:
        if name not in MULTIBYTE + OTHER and (characters := charmap(name)):
            lines.append(" ".join([name, *runs(characters)]))
    (CRATE / "src/encoding/charmaps.txt").write_text("\n".join(lines) + "\n")


def sequences(name):
    every = range(256)
    yield from ([byte] for byte in every)
    if name in MULTIBYTE and not name.startswith(("iso", "hz")):
        upper = range(0x80, 256)
        yield from ([one, two] for one in upper for two in every)
        yield from ([one, two, 0x41] for one in upper for two in range(0x2E, 256, 7))
    if name == "euc_jp":
        yield from ([0x8F, one, two] for one in upper for two in every)
    if name == "euc_kr":
        for one, two, three in itertools.product(range(0xA0, 0xC0), range(0xBE, 0xD5), range(0xA0, 0xD6)):
            yield [0xA4, 0xD4, 0xA4, one, 0xA4, two, 0xA4, three]
        yield [0xA4, 0xD4, 0xA4, 0xA1]
        yield [0xA4, 0xD4, 0xA4, 0xA1, 0xA3, 0xBF, 0xA4, 0xD4]
    if name == "gb18030":
        tens = range(0x30, 0x3A)
        yield from itertools.product(range(0x81, 0x85), tens, range(0x80, 256), tens)
        third, fourth = [0x81, 0xB0, 0xFE, 0xFF], [0x2F, 0x30, 0x39, 0x3A]
        yield from itertools.product(range(0x85, 256), [0x30, 0x35, 0x39], third, fourth)
        yield from ([one, 0x30, 0x81] for one in upper)
    if name == "hz":
        inside = range(0x7F)
        yield from ([*b"a~{", one, two, *b"~}"] for one in inside for two in inside)
        yield from [b"~~", b"~\n", b"a~", b"~a", b"~{", b"~{~{", b"~{~~", b"~}"]
        yield from [b"~{!", b"~{V\xd0", b"~{VP~}~~x~{VP", b"~{\n", b"\x80"]
    if name.startswith("iso2022"):
        inside = range(0x7F)
        double = [b"$B", b"$@", b"$(D", b"$(C", b"$)C\x0e", b"$A", b"$(B", b"&@\x1b$B", b"$(Q"]
        for escape in double:
            yield from (b"\x1b" + escape + bytes([one, two]) for one in inside for two in range(0x1F, 0x7F, 5))
            yield from (b"\x1b" + escape + bytes([one]) for one in inside)
        single = [b"(J", b"(I", b"(B", b")I", b")J\x0e", b".A\x1bN", b".F\x1bN", b"N", b".A", b""]
        for escape in single:
            yield from (b"\x1b" + escape + bytes([one]) for one in every)
            yield from (b"\x1b" + escape + bytes([one, 0x21, 0x41]) for one in every)
        yield from [b'\x1b$B$"\x1b(Ba', b'\x1b$B$"\n$"', b"\x1b$)C\x0e0!\x0f0!\x0e0!\n0!", b"a\x1b[0mb", b"\x1b[0"]
        yield from [b"\x1b&@\x1b$C!!", b"\x1b$12345678901234567", b"\x1b&@", b"\x1b&@\x1b", b'\x1b$B\x0e$"']
        yield from [b"\x1b.A\x1bNa\x1b(Bb", b"\x1b%G"]
    if name == "utf_7":
        digits = b"ABIJgw+/-', \n\xe9"
        for length in range(1, 5):
            yield from ([ord("+"), *text] for text in itertools.product(digits, repeat=length))
        yield from [b"+2D3eA-", b"+2D0-", b"+2D0A-", b"+2D0.", b"a+AKM-b", b"+AKMAow b", b"+3gA-", b"+2D3YPQ-"]
    if name.endswith("unicode_escape"):
        alphabet = b"\\x4auU0N{7\n'\xe9"
        for length in range(1, 5):
            yield from ([ord("\\"), *text] for text in itertools.product(alphabet, repeat=length))
        yield from [b"\\u20ac", b"\\U0001f600", b"\\U00110000", b"\\ud800", b"\\N{BULLET}", b"\\N{NO SUCH}", b"\\N{}"]
        yield from [b"\\777", b"\\1234", b"\\\\u20ac", b"\\\\\\u20ac", b"\\u20", b"\\u20g0", b"\\U0001f60", b"\\x4g"]
        yield from [b"\\N{BULLET", b"\\Nx"]
    if name not in MULTIBYTE:
        yield b"a\xe1\xe2\xff"


def outcome(name, sequence):
    try:
        text = sequence.decode(name)
        text.encode()
    except UnicodeError as error:
        return f"error {error}"
    return f"text {ascii(text)[1:-1]}"


def listing(name):
    for sequence in map(bytes, sequences(name)):
        yield f"{name} {sequence.hex()} {outcome(name, sequence)}"


def text_codecs():
    for name in modules():
        if name in MULTIBYTE + OTHER or name not in NOT_TEXT and charmap(name):
            yield name


def codes(name):
    """The codes of up to two bytes, of three for euc_jp, four for gb18030 in the first plane; with what they stand for."""
    every, upper, tens = range(256), range(0x80, 256), range(0x30, 0x3A)
    single = {}
    for sequence in itertools.chain(
        ([one] for one in every),
        ([one, two] for one in upper for two in every),
        ([0x8F, one, two] for one in upper for two in upper if name == "euc_jp"),
        itertools.product(range(0x81, 0x85), tens, range(0x81, 0xFF), tens) if name == "gb18030" else [],
    ):
        try:
            characters = bytes(sequence).decode(name)
        except UnicodeDecodeError:
            continue
        if len(sequence) == 1:
            single[sequence[0]] = characters
        if len(sequence) == 1 or sequence[0] not in single:
            yield bytes(sequence), characters


def main():
    # Some escapes are doubtful, and decoded all the same.
    warnings.simplefilter("ignore")
    match sys.argv[1:]:
        case ["tables"]:
            tables()
        case ["sample"]:
            lines = []
            for name in text_codecs():
                every = list(listing(name))
                lines += every[:: max(1, len(every) // (60 if name in MULTIBYTE + OTHER else 8))]
            (CRATE / "tests/data/encodings.txt").write_text("\n".join(lines) + "\n")
        case ["list", *names]:
            for name in names or text_codecs():
                for line in listing(name):
                    print(line)
        case ["codes", name]:
            for code, characters in codes(name):
                print(code.hex(), "".join(f"{ord(character):06x}" for character in characters))
        case _:
            sys.exit(__doc__)


main()
