"""csv: what readers, writers and dialects do, and what they refuse."""
import csv
import io


def attempt(function, *args, **options):
    try:
        return function(*args, **options)
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"


def read(text, **options):
    return attempt(lambda: list(csv.reader(io.StringIO(text, newline=""), **options)))


def write(rows, **options):
    file = io.StringIO(newline="")
    result = attempt(lambda: csv.writer(file, **options).writerows(rows))
    return result, file.getvalue()


TEXTS = [
    "a,b,c\r\n1,2,3\n",
    'x,"y ""q"" z",\n"multi\nline",2\n',
    "\n\na\n",
    "a, b,  \"c\"\n",
    'a"b,c\n"d"e,f\n',
    "1,2.5,x\n",
    "a\\,b,\\\n,c\n",
    '"open',
    "a\rb\n",
    "",
    ",",
    'é,"\u0100,",\U00010000\n',
    "a;b\tc\n",
]
for text in TEXTS:
    print(ascii(text))
    for options in [
        {}, {"delimiter": ";"}, {"skipinitialspace": True}, {"quoting": csv.QUOTE_NONE}, {"quoting": csv.QUOTE_NONNUMERIC},
        {"escapechar": "\\"}, {"doublequote": False}, {"strict": True}, {"quotechar": None}, {"dialect": "excel-tab"},
        {"dialect": "unix"}, {"escapechar": "\\", "quoting": csv.QUOTE_NONE},
    ]:
        print("  ", options, ascii(read(text, **options)))

ROWS = [["a", 1, 2.5, None], ["x,y", 'q"q', "", " "], ["é", "line\nbreak", "\r", "\U00010000\\"], [], [""], [None], (i for i in "ab"), "cd"]
for options in [
    {}, {"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_NONNUMERIC}, {"quoting": csv.QUOTE_NONE},
    {"quoting": csv.QUOTE_NONE, "escapechar": "\\"}, {"doublequote": False}, {"doublequote": False, "escapechar": "!"},
    {"lineterminator": "|"}, {"delimiter": "\t"}, {"quotechar": "'"}, {"escapechar": '"'}, {"dialect": "unix"},
]:
    for row in ROWS[:6] + ["cd"]:
        print(options, ascii(row), ascii(write([row], **options)))
    print(ascii(write(ROWS[:2] + [(i for i in "ab")], **options)))
print(write([5]), write(7), attempt(csv.writer, 5), attempt(csv.reader, 5), attempt(csv.reader))
print(write([[1j, 1 + 2j, True, "1", 10**30, [1]]], quoting=csv.QUOTE_NONNUMERIC))

for options in [
    {"delimiter": ""}, {"delimiter": "ab"}, {"delimiter": 5}, {"delimiter": None}, {"quotechar": ""}, {"quotechar": 4}, {"escapechar": "xy"},
    {"quoting": 9}, {"quoting": "x"}, {"quotechar": None, "quoting": csv.QUOTE_ALL}, {"lineterminator": None}, {"lineterminator": 5},
    {"quoting": 10**40}, {"dialect": "nonesuch"}, {"doublequote": []},
]:
    print(options, attempt(csv.reader, [], **options) if "doublequote" not in options else csv.reader([], **options).dialect.doublequote)


class Own(csv.Dialect):
    delimiter = "|"
    quotechar = "'"
    lineterminator = "\n"
    quoting = csv.QUOTE_MINIMAL


csv.register_dialect("own", Own)
csv.register_dialect("more", "own", delimiter=":")
for name in sorted(csv.list_dialects()):
    dialect = csv.get_dialect(name)
    print(name, ascii([getattr(dialect, attribute) for attribute in dir(dialect) if attribute[0] != "_"]))
print(attempt(csv.get_dialect, "none"), attempt(csv.unregister_dialect, "none"), attempt(csv.register_dialect, 5), attempt(csv.get_dialect, []))
csv.unregister_dialect("more")
print(sorted(csv.list_dialects()), read("a|'b|c'\n", dialect="own"), read("a|b\n", dialect=Own), read("a|b\n", dialect=Own(), delimiter="a"))

print(csv.field_size_limit(5), csv.field_size_limit(), read("12345,6\n"), read("123456\n"), attempt(csv.field_size_limit, "x"))
print(csv.field_size_limit(131072))
reader = csv.reader(["a,b", 'c,"d', 'e"', "f"])
for row in reader:
    print(row, reader.line_num)
print(attempt(list, csv.reader([b"a"])), attempt(list, csv.reader([5])), attempt(setattr, reader, "line_num", 1))
print(list(csv.DictReader(io.StringIO("a,b\n1,2\n3\n4,5,6\n"))))
file = io.StringIO()
writer = csv.DictWriter(file, ["x", "y"], restval="-", extrasaction="ignore")
writer.writeheader()
writer.writerows([{"x": 1}, {"x": 2, "y": 3, "z": 4}])
print(repr(file.getvalue()), csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter, csv.Sniffer().has_header("n,v\nx,1\ny,2\n"))
