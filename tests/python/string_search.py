# Needles of one character and of more, in short and long strings of each width.
for h in ('', 'a', 'abcabc', 'x'*70+'a', 'äbä', 'äa€a'*30, '\U0001F600a\U0001F600'*3):
    for n in ('a', 'b', 'ab', 'ä', '€', 'aa', '\U0001F600', 'abc', 'xa', 'x'):
        print(ascii(h)[:20], ascii(n), h.find(n), h.rfind(n), h.count(n), n in h, len(h.replace(n, '')), len(h.replace(n, 'z', 2)), h.replace(n, 'zz')==n.join([]) , hash(h.replace(n,'é'))==hash('é'.join(h.split(n))), h.rsplit(n,1)==h.rpartition(n)[::2] or n not in h, h.replace(n,'') == ''.join(h.split(n)), h.replace(n,'q',1) == 'q'.join(h.split(n,1)))
