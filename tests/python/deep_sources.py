# Sources that nest deeply: compiled, or refused with an exception.


def attempt(label, source, mode="eval"):
    try:
        result = type(compile(source, "deep", mode)).__name__
    except Exception as error:
        result = type(error).__name__
    print(f"{label}: {result}")


def indented(count, line):
    return "".join(" " * level + line + "\n" for level in range(count)) + " " * count + "pass\n"


for count in 20, 150, 600:
    attempt(f"{count} tuples", "(" * count + ")" * count)
    attempt(f"{count} lists", "[" * count + "]" * count)
    attempt(f"{count} dicts", "{1:" * count + "1" + "}" * count)
    attempt(f"{count} minus", "-" * count + "a")
    attempt(f"{count} not", "not " * count + "a")
    attempt(f"{count} plus", "+".join("a" * count))
    attempt(f"{count} power", "a**" * count + "a")
    attempt(f"{count} attributes", "a" + ".b" * count)
    attempt(f"{count} calls", "a" + "()" * count)
    attempt(f"{count} subscripts", "a" + "[0]" * count)
    attempt(f"{count} subscripts in subscripts", "a[" * count + "1:2" + "]" * count)
    attempt(f"{count} lambdas", "lambda: " * count + "1")
    attempt(f"{count} conditionals", "1 if a else " * count + "1")
    attempt(f"{count} or", "a or " * count + "1")
    attempt(f"{count} comparisons", "a < " * count + "1")
    attempt(f"{count} comprehensions", "[x for x in " * count + "1" + "]" * count)
    attempt(f"{count} strings", "'a' " * count)
    attempt(f"{count} elif", "if a: pass\n" + "elif a: pass\n" * count, "exec")
    attempt(f"{count} targets", "(" * count + "a" + ",)" * count + " = 1", "exec")
    attempt(f"{count} assignments", "a = " * count + "1", "exec")
    attempt(f"{count} walruses", "(a := " * count + "1" + ")" * count)
    attempt(f"{count} decorators", "@a\n" * count + "def f(): pass", "exec")
    attempt(f"{count} patterns", "match a:\n case " + "[" * count + "a" + "]" * count + ": pass", "exec")
    attempt(f"{count} alternatives", "match a:\n case " + "1|" * count + "1: pass", "exec")
    attempt(f"{count} if", indented(count, "if a:"), "exec")
    attempt(f"{count} for", indented(count, "for a in b:"), "exec")
    attempt(f"{count} with", indented(count, "with a:"), "exec")
    attempt(f"{count} def", indented(count, "def f():"), "exec")
    attempt(f"{count} class", indented(count, "class C:"), "exec")
    attempt(f"{count} annotations", "a: " + "b[" * count + "c" + "]" * count, "exec")
    attempt(f"{count} del", "del " + "(" * count + "c" + ",)" * count, "exec")
for count in 100000,:
    # Of these the parser says so itself, before any stack is full.
    attempt(f"{count} tuples", "(" * count + ")" * count)
    attempt(f"{count} minus", "-" * count + "a")
    attempt(f"{count} or", "a or " * count + "1")
print("alive")
