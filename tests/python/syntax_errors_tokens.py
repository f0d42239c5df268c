# Errors of the tokenizer and of indentation: their messages and lines.
sources = ["x = 'abc", "x = \"\"\"abc", "x = (1", "x = 1)", "x = [1}", "if x:\npass", "  x = 1", "if x:\n    a\n  b", "x = 1 $ 2", "x = 0777", "x = 1__0", "x = 0b2", "x = 0xg", "1abc", "x = 1_", "f'{a b}'", "f'{'", "f'{}'", "f'}'", "b'\u00e9'", "'\\N{no such name}'", "'\\x1'", "x = \\ 1", "if True:\n\tx\n        y", "def f(", "class", "é = 1; print(é)", "x\u00a0= 1", "\u20ac = 1", "x = 5 if 1", "import", "from x import", "x = lambda: (yield", "for x in", "else: pass", "try: pass", "x ? y", "a b", "1 2", "'a' 1", "f(x for x in y, 1)", "{1: 2, 3}", "{1, 2: 3}", "not", "x = not", "assert", "raise x from", "global", "pass pass", "a = 1 b = 2", "while True print(1)", "x++", "x--1", "x = y++", "i = 0o8", "True = 1", "def 1(): pass", "def f:\n    pass", "class C\n    pass", "if x\n    pass", "return = 1", "x = {", "print('a' 'b' c)", "'a' = 1", "f'{x!z}'", "f'{x!}'", "lambda = 1", "exec 'x'"]
for s in sources:
    try:
        compile(s, "<test>", "exec")
        print(ascii(s), "compiles")
    except SyntaxError as e:
        print(ascii(s), type(e).__name__, e.lineno, e.msg)
