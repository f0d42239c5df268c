# Source as bytes: encodings, and what columns count.


def show(source):
    try:
        exec(compile(source, "<source>", "exec"), {})
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, error.end_offset if error.text else None, ascii(error.text))


for text in ["éé = = 1", "# coding: utf-8\néé = = 1", "def f(é, é): pass", "x = f'é{é é}'", "ä; x y", "(1 é) = 2"]:
    show(text)
    show(text.encode())
show(b"\xef\xbb\xbf\xc3\xa9 = = 1")
show("# coding: latin-1\néé = = 1".encode("latin-1"))

show(b"# coding: koi8-u\nprint(ascii('\xa4'))")
show(b"# coding: cp1255\nprint(ascii('\xe0'))")
show(b"# coding: shift-jis\nprint(ascii('\x83\x5c'))")
show(b"# coding: big5hkscs\nprint(ascii('\x88\x62\xa4\xa4'))")
show(b"# coding: iso2022-jp\nprint(ascii('\x1b$B$\"\x1b(B'))")
show(b"# coding: utf-7\nprint(ascii('+AKM-'))")
for source in [b"# coding: foo", b"# coding: ascii\n'\xe9'", b"# coding: gbk\n'\xff'", b"# coding: rot13\n"]:
    try:
        compile(source, "<source>", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno)
