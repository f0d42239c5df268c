# Messages of the three ways of formatting.
tests = [
    lambda: "%d" % "a",
    lambda: "%s %s" % (1,),
    lambda: "%s" % (1, 2),
    lambda: "%z" % 1,
    lambda: "{}".format(),
    lambda: "{a}".format(b=1),
    lambda: "{0}{}".format(1),
    lambda: format(1, "zz"),
    lambda: format("a", "d"),
    lambda: format(1.5, "d"),
    lambda: format([], "5"),
]
for test in tests:
    try:
        print("no error", repr(test()))
    except Exception as e:
        print(type(e).__name__ + ":", e)
