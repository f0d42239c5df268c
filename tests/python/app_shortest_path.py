# An ordinary program: a priority queue, Dijkstra, A*, breadth-first and depth-first search, union-find.
class Heap:
    def __init__(self): self.a = []
    def push(self, x):
        a, i = self.a, len(self.a)
        a.append(x)
        while i and a[(i - 1) // 2] > a[i]:
            a[i], a[(i - 1) // 2] = a[(i - 1) // 2], a[i]
            i = (i - 1) // 2
    def pop(self):
        a = self.a
        top, last = a[0], a.pop()
        if a:
            a[0], i = last, 0
            while (c := 2 * i + 1) < len(a):
                if c + 1 < len(a) and a[c + 1] < a[c]: c += 1
                if a[i] <= a[c]: break
                a[i], a[c], i = a[c], a[i], c
        return top
    def __bool__(self): return bool(self.a)
def dijkstra(graph, start):
    dist, prev, h = {start: 0}, {}, Heap()
    h.push((0, start))
    done = set()
    while h:
        d, u = h.pop()
        if u in done: continue
        done.add(u)
        for v, w in graph[u].items():
            if v not in dist or d + w < dist[v]:
                dist[v], prev[v] = d + w, u
                h.push((d + w, v))
    return dist, prev
def path(prev, t):
    p = [t]
    while p[-1] in prev: p.append(prev[p[-1]])
    return p[::-1]
graph = {c: {} for c in "abcdefgh"}
for e in "ab4 ac8 bc11 bd8 ce7 cf1 de2 ef6 dg7 dh4 fh2 gh14".split():
    graph[e[0]][e[1]] = graph[e[1]][e[0]] = int(e[2:])
dist, prev = dijkstra(graph, "a")
print(sorted(dist.items()), path(prev, "g"))
maze = """
#########
#S..#...#
#.#.#.#.#
#.#...#E#
#.#####.#
#.......#
#########
""".strip().split("\n")
def find(ch): return next((x, y) for y, row in enumerate(maze) for x, c in enumerate(row) if c == ch)
def bfs(s, t):
    queue, seen = [s], {s: None}
    for u in queue:
        if u == t: break
        x, y = u
        for v in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if maze[v[1]][v[0]] != "#" and v not in seen:
                seen[v] = u
                queue.append(v)
    out = []
    while u: out, u = out + [u], seen[u]
    return out[::-1]
p = bfs(find("S"), find("E"))
print(len(p), p)
def astar(s, t):
    est = lambda p: abs(p[0] - t[0]) + abs(p[1] - t[1])
    h, best, looked = Heap(), {s: 0}, 0
    h.push((est(s), 0, s))
    while h:
        f, g, (x, y) = h.pop()
        looked += 1
        if (x, y) == t: return g, looked
        for v in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if maze[v[1]][v[0]] != "#" and g + 1 < best.get(v, 10 ** 9):
                best[v] = g + 1
                h.push((g + 1 + est(v), g + 1, v))
print(astar(find("S"), find("E")))
h = Heap()
for i in range(200): h.push((i * 7919) % 211)
print([h.pop() for _ in range(200)] == sorted((i * 7919) % 211 for i in range(200)))
class Sets:
    def __init__(self, items): self.p = {i: i for i in items}
    def find(self, x):
        while self.p[x] != x:
            self.p[x] = self.p[self.p[x]]
            x = self.p[x]
        return x
    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        self.p[a] = b
        return a != b
s = Sets(graph)
edges = sorted((w, u, v) for u in graph for v, w in graph[u].items() if u < v)
tree = [(u + v, w) for w, u, v in edges if s.join(u, v)]
print(tree, sum(w for _, w in tree))
def topo(deps):
    out, state = [], {}
    def visit(n):
        if state.get(n) == 1: raise ValueError("cycle at " + n)
        if n in state: return
        state[n] = 1
        for d in deps.get(n, ()): visit(d)
        state[n] = 2
        out.append(n)
    for n in deps: visit(n)
    return out
print(topo({"shoes": ["socks", "trousers"], "trousers": ["underwear"], "jacket": ["shirt"]}))
try: topo({"a": ["b"], "b": ["c"], "c": ["a"]})
except ValueError as e: print(e)
