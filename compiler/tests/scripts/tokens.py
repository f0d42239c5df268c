"""Writes what `python3.11 -m tokenize` of CPython 3.11.7 says of small sources, as `data/tokens.json`.

Usage: python3.11 tokens.py
"""
import io
import json
import pathlib
import sys
import tokenize

CASES = [
    b'async def f(): await x\n',
    b'x = 1 + \\\n  2\n',
    b'x = \\ 1\n',
    b'x = \\',
    b"x = '\xe9'\n",
    b'\n\n',
    b'\xef\xbb\xbfx = 1\n',
    b'\xef\xbb\xbf# coding: utf-8\nx = 1\n',
    b'if x: \\\n  pass\nelse: \\\n\n  pass\n',
    b'x = )\n',
    b'# a\r\nx\r\n',
    b"# coding: cp1252\nx = '\x80'\n",
    b'x = 1\ry = 2\r',
    b"x = 1\r\nif x:\r\n    y = '''a\r\nb'''\r\n",
    b'if x:\n    y\n  z\n',
    b'x = $y ? !z\n',
    b'',
    b'if x:\n    y',
    b'x = (1,\n',
    b"x = '''abc\ny = 1\n",
    b'x = 1\n\x0c\ny = 2\n\x0cz = 3\n',
    b"f'{x!r:>{w}}' rb'a' Rb'b' BR'' u'c'\n",
    b'\xe2\x84\x8c = \xc3\xa9\n',
    b'if x:\n    # c\n    y\n  # d\n# e\nz\n',
    b"# coding: latin-1\nx = '\xe9'\n",
    b"# -*- coding: ISO_8859_1 -*-\nx = '\xe9'\n",
    b'x\xc2\xa0= 1\n',
    b'x = 1',
    b'x = 1 # c',
    b'x = 1\x00\n',
    b'1_0 0x1F 0b1 1e5 1.5j 1if x else y 0777 1__0\n',
    b'# c',
    b'a := b ... -> @= //= ** <> !=\n',
    b'x = (\r\n1,\r\n)\r\n',
    b'a; b;\n',
    b'x = 1   \n   \n',
    b"x = 'a\\\nb'\n",
    b"x = 'a\\\r\nb'\r\n",
    b'if x:\n\ty\n        z\n',
    b'x = 1\n    ',
    b'# coding: foo\n',
    b"x = 'abc\ny = 1\n",
    b'# coding: UTF-8\nx = 1\n',
    b'x\x0b= 1\n',
]


def listing(source, exact):
    """The list as the module's command writes it, or what that writes of an error."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(source).readline))
    except IndentationError as error:
        line, column = error.args[1][1:3]
        return None, f"f:{line}:{column}: error: {error.args[0]}"
    except tokenize.TokenError as error:
        line, column = error.args[1]
        return None, f"f:{line}:{column}: error: {error.args[0]}"
    except SyntaxError as error:
        # The command knows the name of the file.
        message = str(error).replace("unknown encoding:", "unknown encoding for 'f':")
        return None, f"f: error: {message.replace('declaration', 'declaration for ' + repr('f'))}"
    lines = []
    for token in tokens:
        place = "%d,%d-%d,%d:" % (token.start + token.end)
        kind = token.exact_type if exact else token.type
        lines.append("%-20s%-15s%-15r\n" % (place, tokenize.tok_name[kind], token.string))
    return "".join(lines), None


if __name__ == "__main__":
    if sys.version_info[:3] != (3, 11, 7):
        sys.exit("the reference is CPython 3.11.7")
    rows = []
    for source in CASES:
        (plain, error), (exact, _) = listing(source, False), listing(source, True)
        rows.append({"source": source.decode("latin-1"), "tokens": plain, "exact": exact, "error": error})
    path = pathlib.Path(__file__).parent.parent / "data" / "tokens.json"
    path.write_text(json.dumps(rows, indent=1) + "\n")
