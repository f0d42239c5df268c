# compile: single
for x in y: x; 1; f(x)
