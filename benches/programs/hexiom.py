"""A solver of the Hexiom puzzle: constraint propagation over small lists, copied state, backtracking.

A board is a hexagon of cells. Every tile carries the number of tiles that must touch it; tiles are moved until every number is
right. The input gives, for each cell, a number, "." for an empty cell, or "x" for a fixed tile of the number that follows; the
solver only uses how many tiles of each number there are and which of them are fixed.

usage: hexiom.py [SCALE]   (rounds)
"""
import sys

EMPTY = 7
SOLVED, IMPOSSIBLE, OPEN = 1, 0, -1


class Dir:
    def __init__(self, x, y):
        self.x = x
        self.y = y


DIRS = [Dir(1, 0), Dir(-1, 0), Dir(0, 1), Dir(0, -1), Dir(1, 1), Dir(-1, -1)]


class Done:
    """For every cell the list of the values it may still take."""

    FIRST = 0
    MIN_CHOICE = 1
    MAX_NEIGHBORS = 2

    def __init__(self, count, cells=None):
        self.count = count
        self.cells = cells if cells is not None else [[0, 1, 2, 3, 4, 5, 6, EMPTY] for i in range(count)]

    def clone(self):
        return Done(self.count, [self.cells[i][:] for i in range(self.count)])

    def __getitem__(self, i):
        return self.cells[i]

    def set_done(self, i, value):
        self.cells[i] = [value]

    def already_done(self, i):
        return len(self.cells[i]) == 1

    def remove(self, i, value):
        if value in self.cells[i]:
            self.cells[i].remove(value)
            return True
        return False

    def remove_all(self, value):
        for i in range(self.count):
            self.remove(i, value)

    def remove_unfixed(self, value):
        changed = False
        for i in range(self.count):
            if not self.already_done(i):
                if self.remove(i, value):
                    changed = True
        return changed

    def filter_tiles(self, tiles):
        for value in range(8):
            if tiles[value] == 0:
                self.remove_all(value)

    def next_cell(self, pos, strategy):
        if strategy == Done.MAX_NEIGHBORS:
            return self.next_cell_max_neighbors(pos)
        if strategy == Done.MIN_CHOICE:
            return self.next_cell_min_choice()
        return self.next_cell_first()

    def next_cell_first(self):
        for i in range(self.count):
            if not self.already_done(i):
                return i
        return -1

    def next_cell_min_choice(self):
        best = 10
        result = -1
        for i in range(self.count):
            if 1 < len(self.cells[i]) < best:
                best = len(self.cells[i])
                result = i
        return result

    def next_cell_max_neighbors(self, pos):
        best = -1
        result = -1
        for i in range(self.count):
            if not self.already_done(i):
                settled = sum([1 if self.already_done(j) and self[j][0] != EMPTY else 0
                               for j in pos.hexagon.get_by_id(i).links])
                if settled > best:
                    best = settled
                    result = i
        return result


class Node:
    def __init__(self, pos, id, links):
        self.pos = pos
        self.id = id
        self.links = links


class Hexagon:
    def __init__(self, size):
        self.size = size
        self.count = 3 * size * (size - 1) + 1
        self.nodes_by_id = self.count * [None]
        self.nodes_by_pos = {}
        id = 0
        for y in range(size):
            for x in range(size + y):
                id = self.add_node((x, y), id)
        for y in range(1, size):
            for x in range(size * 2 - 1 - y):
                id = self.add_node((x + y, y + size - 1), id)

    def add_node(self, pos, id):
        node = Node(pos, id, [])
        self.nodes_by_pos[pos] = node
        self.nodes_by_id[id] = node
        return id + 1

    def link_nodes(self):
        for node in self.nodes_by_id:
            x, y = node.pos
            for direction in DIRS:
                pos = (x + direction.x, y + direction.y)
                if self.contains_pos(pos):
                    node.links.append(self.nodes_by_pos[pos].id)

    def contains_pos(self, pos):
        return pos in self.nodes_by_pos

    def get_by_pos(self, pos):
        return self.nodes_by_pos[pos]

    def get_by_id(self, id):
        return self.nodes_by_id[id]


class Pos:
    """A position of the search: the board, the tiles there are, and what is known of every cell."""

    def __init__(self, hexagon, tiles, done=None):
        self.hexagon = hexagon
        self.tiles = tiles
        self.done = Done(hexagon.count) if done is None else done

    def clone(self):
        return Pos(self.hexagon, self.tiles, self.done.clone())


def constraint_pass(pos, last_move=None):
    changed = False
    left = pos.tiles[:]
    done = pos.done

    # Take away the values that the neighbours allow no more.
    free_cells = range(done.count) if last_move is None else pos.hexagon.get_by_id(last_move).links
    for i in free_cells:
        if not done.already_done(i):
            most = 0
            least = 0
            empty_possible = False
            for j in pos.hexagon.get_by_id(i).links:
                choices = done[j]
                if EMPTY not in choices:
                    least += 1
                    most += 1
                elif len(choices) > 1:
                    most += 1
            for value in range(7):
                if value < least or value > most:
                    if done.remove(i, value):
                        changed = True

    # Count the tiles that are settled.
    for cell in done.cells:
        if len(cell) == 1:
            left[cell[0]] -= 1

    for value in range(8):
        # No tile of this value is left: no other cell may have it.
        if pos.tiles[value] > 0 and left[value] == 0:
            if done.remove_unfixed(value):
                changed = True
        else:
            # As many possible cells as tiles left: all of them take it.
            possible = sum([1 if value in cell else 0 for cell in done.cells])
            if pos.tiles[value] == possible:
                for i in range(done.count):
                    if not done.already_done(i) and value in done[i]:
                        done.set_done(i, value)
                        changed = True

    # A settled number with as many certain neighbours as it asks for, or as few possible ones.
    for i in range(done.count) if last_move is None else [last_move]:
        if done.already_done(i):
            value = done[i][0]
            if value == EMPTY:
                continue
            links = pos.hexagon.get_by_id(i).links
            filled = 0
            unknown = []
            for j in links:
                if EMPTY not in done[j]:
                    filled += 1
                elif not done.already_done(j):
                    unknown.append(j)
            if unknown:
                if filled == value:
                    for j in unknown:
                        if EMPTY in done[j]:
                            done.set_done(j, EMPTY)
                            changed = True
                elif filled + len(unknown) == value:
                    for j in unknown:
                        if done.remove(j, EMPTY):
                            changed = True
    return changed


def find_moves(pos, strategy, descending):
    done = pos.done
    cell = done.next_cell(pos, strategy)
    if cell < 0:
        return []
    if descending:
        return [(cell, value) for value in done[cell][::-1]]
    return [(cell, value) for value in done[cell]]


def play_move(pos, move):
    cell, value = move
    pos.done.set_done(cell, value)


def state_of(pos):
    left = pos.tiles[:]
    done = pos.done
    exact = True
    for i in range(done.count):
        choices = done[i]
        if len(choices) == 0:
            return IMPOSSIBLE
        if len(choices) == 1:
            value = choices[0]
            left[value] -= 1
            if left[value] < 0:
                return IMPOSSIBLE
            if value != EMPTY:
                least = 0
                most = 0
                for j in pos.hexagon.get_by_id(i).links:
                    neighbour = done[j]
                    if EMPTY not in neighbour:
                        least += 1
                        most += 1
                    elif len(neighbour) > 1:
                        most += 1
                if value < least or value > most:
                    return IMPOSSIBLE
                if least != most:
                    exact = False
        else:
            exact = False
    return SOLVED if exact else OPEN


class Search:
    def __init__(self, strategy, descending):
        self.strategy = strategy
        self.descending = descending
        self.visited = 0
        self.solution = None

    def step(self, pos, last_move):
        self.visited += 1
        while constraint_pass(pos, last_move):
            last_move = None
        state = state_of(pos)
        if state != OPEN:
            if state == SOLVED:
                self.solution = pos
            return state
        for move in find_moves(pos, self.strategy, self.descending):
            next_pos = pos.clone()
            play_move(next_pos, move)
            if self.step(next_pos, move[0]) == SOLVED:
                return SOLVED
        return IMPOSSIBLE


def read_puzzle(text):
    lines = [line.split() for line in text.strip().split("\n")]
    size = int(lines[0][0])
    hexagon = Hexagon(size)
    hexagon.link_nodes()
    tiles = [0] * 8
    done = Done(hexagon.count)
    words = []
    for line in lines[1:]:
        words.extend(line)
    for id, word in enumerate(words):
        if word == ".":
            tiles[EMPTY] += 1
        elif word[0] == "x":
            value = EMPTY if word[1:] == "." else int(word[1:])
            tiles[value] += 1
            done.set_done(id, value)
        else:
            tiles[int(word)] += 1
    for value in range(8):
        if tiles[value] == 0:
            for i in range(hexagon.count):
                if not done.already_done(i):
                    done.remove(i, value)
    return Pos(hexagon, tiles, done)


def show(pos):
    rows = []
    size = pos.hexagon.size
    row = None
    for node in pos.hexagon.nodes_by_id:
        y = node.pos[1]
        if y == len(rows):
            row = []
            rows.append(row)
        choices = pos.done[node.id]
        row.append("." if choices[0] == EMPTY else str(choices[0]))
    for y, row in enumerate(rows):
        print((" " * (2 * size - 1 - len(row)) + " ".join(row)).rstrip())


def check(pos):
    """Counts afresh what the search concluded: every number touches that many tiles, and the tiles are those given."""
    left = pos.tiles[:]
    for node in pos.hexagon.nodes_by_id:
        value, = pos.done[node.id]
        left[value] -= 1
        if value != EMPTY:
            touching = 0
            for j in node.links:
                if pos.done[j][0] != EMPTY:
                    touching += 1
            assert touching == value, (node.pos, value, touching)
    assert left == [0] * 8, left


PUZZLES = [
    ("""
3
  0 . .
 1 5 . .
2 3 2 . .
 . 3 . .
  3 . 3
""", Done.MAX_NEIGHBORS, True),
    ("""
3
  3 . 3
 1 . 4 2
. 3 x. . 3
 . 3 . 0
  5 3 4
""", Done.MAX_NEIGHBORS, True),
    ("""
4
   3 2 4 x.
  . 3 4 . .
 3 x4 . 5 2 2
x. 2 . . . 4 .
 1 4 . . . 4
  . . 3 2 .
   0 4 . 2
""", Done.MAX_NEIGHBORS, True),
    ("""
4
   3 4 5 2
  x1 . 3 4 4
 3 4 . 2 4 1
. . . 3 . 3 x.
 2 3 . 2 3 4
  . . x. 2 3
   . 4 x1 .
""", Done.MAX_NEIGHBORS, True),
    ("""
3
  . 4 0
 x2 3 2 6
. 4 2 . .
 . 5 4 .
  . 3 3
""", Done.MIN_CHOICE, False),
]


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    visited = 0
    for round in range(rounds):
        for text, strategy, descending in PUZZLES:
            search = Search(strategy, descending)
            state = search.step(read_puzzle(text), None)
            visited += search.visited
            if round == 0:
                print("state", state, "visited", search.visited)
                check(search.solution)
                show(search.solution)
    print("visited", visited)


if __name__ == "__main__":
    main()
