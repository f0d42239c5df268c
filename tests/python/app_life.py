# An ordinary program: Conway's game of life on sets and on grids.
def step_set(cells):
    count = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    k = (x + dx, y + dy)
                    count[k] = count.get(k, 0) + 1
    return {k for k, n in count.items() if n == 3 or n == 2 and k in cells}
class Grid:
    def __init__(self, w, h, cells=()):
        self.w, self.h = w, h
        self.rows = [[False] * w for _ in range(h)]
        for x, y in cells: self.rows[y % h][x % w] = True
    def neighbours(self, x, y): return sum(self.rows[(y + dy) % self.h][(x + dx) % self.w] for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0))
    def step(self):
        g = Grid(self.w, self.h)
        for y, row in enumerate(self.rows):
            for x, alive in enumerate(row):
                n = self.neighbours(x, y)
                g.rows[y][x] = n == 3 or alive and n == 2
        return g
    def __str__(self): return "\n".join("".join("#" if c else "." for c in row) for row in self.rows)
    def __len__(self): return sum(map(sum, self.rows))
    def __eq__(self, o): return self.rows == o.rows
glider = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
c = glider
for i in range(40): c = step_set(c)
print(c == {(x + 10, y + 10) for x, y in glider}, sorted(c))
g = Grid(10, 8, glider)
for i in range(12): g = g.step()
print(g, len(g), sep="\n")
r = {(0, 1), (1, 0), (1, 1), (1, 2), (2, 2)}
for i in range(30): r = step_set(r)
print(len(r), min(r), max(r))
blinker = Grid(5, 5, [(1, 2), (2, 2), (3, 2)])
print(blinker.step() == blinker, blinker.step().step() == blinker)
