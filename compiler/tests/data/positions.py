class A: x = 1; y = 2;
def f(): x; y;
if a: b;
elif c: d  ;
else: e;
with a: b;
while a: b;
for a in b: c;
try: a;
except b: c;
finally: d;
x = (
    a
    if b
    else c
)
print(
    a,
    b
    .c,
)
@decorator  # comment

# another
def g(
    a,
    b=1,
): pass
é = "ü"; ö.ä(é)
if (a and
        b or
        c): d
return_value = [
    x
    for x in
    y
]
	
#
x = 1 \
    + y \
    + 2


def h():
    return (
        1
    )


def i(): return f(
    1)
