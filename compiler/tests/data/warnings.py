x is 1
x is not "a"
1 is x is None
assert (x, "message")
assert ()
"a"()
[1](2)
(1, 2)[x]
1[0]
{1}[0]
"abc"["a"]
[1, 2][1.5]
None[0]
f"{x}"["a"]
"\d \q"
b"\d"
"\é"
(lambda: 0)[1]
(x for x in y)[0]
if x is 5 is y: pass
