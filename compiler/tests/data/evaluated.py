# compile: eval
[x + y for x in (lambda: z)()]
