"""DeltaBlue, an incremental solver of constraint hierarchies: inheritance, abstract methods, small polymorphic calls.

The algorithm is that of Freeman-Benson and Maloney ("The DeltaBlue Algorithm: An Incremental Constraint Hierarchy Solver",
1989). Two problems, as is customary: a long chain of equalities, and many pairs of variables tied by a scale and an offset.

usage: deltablue.py [SCALE]   (rounds)
"""
import sys


class OrderedCollection(list):
    pass


class Strength:
    REQUIRED = None
    STRONG_PREFERRED = None
    PREFERRED = None
    STRONG_DEFAULT = None
    NORMAL = None
    WEAK_DEFAULT = None
    WEAKEST = None

    def __init__(self, rank, name):
        super().__init__()
        self.rank = rank
        self.name = name

    @classmethod
    def stronger(cls, a, b):
        return a.rank < b.rank

    @classmethod
    def weaker(cls, a, b):
        return a.rank > b.rank

    @classmethod
    def weakest_of(cls, a, b):
        if cls.weaker(a, b):
            return a
        return b

    @classmethod
    def strongest(cls, a, b):
        if cls.stronger(a, b):
            return a
        return b

    def next_weaker(self):
        return {
            0: self.__class__.STRONG_PREFERRED,
            1: self.__class__.PREFERRED,
            2: self.__class__.STRONG_DEFAULT,
            3: self.__class__.NORMAL,
            4: self.__class__.WEAK_DEFAULT,
            5: self.__class__.WEAKEST,
        }[self.rank]


Strength.REQUIRED = Strength(0, "required")
Strength.STRONG_PREFERRED = Strength(1, "strong preferred")
Strength.PREFERRED = Strength(2, "preferred")
Strength.STRONG_DEFAULT = Strength(3, "strong default")
Strength.NORMAL = Strength(4, "normal")
Strength.WEAK_DEFAULT = Strength(5, "weak default")
Strength.WEAKEST = Strength(6, "weakest")


class Constraint:
    def __init__(self, strength):
        super().__init__()
        self.strength = strength

    def add_constraint(self):
        planner = get_planner()
        self.add_to_graph()
        planner.incremental_add(self)

    def satisfy(self, mark):
        planner = get_planner()
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == Strength.REQUIRED:
                print("Could not satisfy a required constraint!")
            return None
        self.mark_inputs(mark)
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        out.determined_by = self
        if not planner.add_propagate(self, mark):
            print("Cycle encountered")
        out.mark = mark
        return overridden

    def destroy_constraint(self):
        planner = get_planner()
        if self.is_satisfied():
            planner.incremental_remove(self)
        else:
            self.remove_from_graph()

    def is_input(self):
        return False

    def add_to_graph(self):
        raise NotImplementedError

    def remove_from_graph(self):
        raise NotImplementedError

    def choose_method(self, mark):
        raise NotImplementedError

    def is_satisfied(self):
        raise NotImplementedError

    def mark_inputs(self, mark):
        raise NotImplementedError

    def mark_unsatisfied(self):
        raise NotImplementedError

    def inputs_known(self, mark):
        raise NotImplementedError

    def output(self):
        raise NotImplementedError

    def execute(self):
        raise NotImplementedError

    def recalculate(self):
        raise NotImplementedError


class UnaryConstraint(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self.my_output = variable
        self.satisfied = False
        self.add_constraint()

    def add_to_graph(self):
        self.my_output.add_constraint(self)
        self.satisfied = False

    def choose_method(self, mark):
        if self.my_output.mark != mark and Strength.stronger(self.strength, self.my_output.walk_strength):
            self.satisfied = True
        else:
            self.satisfied = False

    def is_satisfied(self):
        return self.satisfied

    def mark_inputs(self, mark):
        # There are none.
        pass

    def output(self):
        return self.my_output

    def recalculate(self):
        self.my_output.walk_strength = self.strength
        self.my_output.stay = not self.is_input()
        if self.my_output.stay:
            self.execute()

    def mark_unsatisfied(self):
        self.satisfied = False

    def inputs_known(self, mark):
        return True

    def remove_from_graph(self):
        if self.my_output is not None:
            self.my_output.remove_constraint(self)
            self.satisfied = False


class StayConstraint(UnaryConstraint):
    def __init__(self, variable, strength):
        super().__init__(variable, strength)

    def execute(self):
        # The variable keeps its value.
        pass


class EditConstraint(UnaryConstraint):
    def __init__(self, variable, strength):
        super().__init__(variable, strength)

    def is_input(self):
        return True

    def execute(self):
        # The value comes from outside.
        pass


class Direction:
    NONE = 0
    FORWARD = 1
    BACKWARD = -1


class BinaryConstraint(Constraint):
    def __init__(self, v1, v2, strength):
        super().__init__(strength)
        self.v1 = v1
        self.v2 = v2
        self.direction = Direction.NONE
        self.add_constraint()

    def choose_method(self, mark):
        if self.v1.mark == mark:
            # The first is settled already: the constraint can only set the second.
            if self.v2.mark != mark and Strength.stronger(self.strength, self.v2.walk_strength):
                self.direction = Direction.FORWARD
            else:
                self.direction = Direction.NONE
        elif self.v2.mark == mark:
            if self.v1.mark != mark and Strength.stronger(self.strength, self.v1.walk_strength):
                self.direction = Direction.BACKWARD
            else:
                self.direction = Direction.NONE
        elif Strength.weaker(self.v1.walk_strength, self.v2.walk_strength):
            if Strength.stronger(self.strength, self.v1.walk_strength):
                self.direction = Direction.BACKWARD
            else:
                self.direction = Direction.NONE
        elif Strength.stronger(self.strength, self.v2.walk_strength):
            self.direction = Direction.FORWARD
        else:
            self.direction = Direction.NONE

    def add_to_graph(self):
        self.v1.add_constraint(self)
        self.v2.add_constraint(self)
        self.direction = Direction.NONE

    def is_satisfied(self):
        return self.direction != Direction.NONE

    def mark_inputs(self, mark):
        self.input().mark = mark

    def input(self):
        if self.direction == Direction.FORWARD:
            return self.v1
        return self.v2

    def output(self):
        if self.direction == Direction.FORWARD:
            return self.v2
        return self.v1

    def recalculate(self):
        source = self.input()
        out = self.output()
        out.walk_strength = Strength.weakest_of(self.strength, source.walk_strength)
        out.stay = source.stay
        if out.stay:
            self.execute()

    def mark_unsatisfied(self):
        self.direction = Direction.NONE

    def inputs_known(self, mark):
        source = self.input()
        return source.mark == mark or source.stay or source.determined_by is None

    def remove_from_graph(self):
        if self.v1 is not None:
            self.v1.remove_constraint(self)
        if self.v2 is not None:
            self.v2.remove_constraint(self)
        self.direction = Direction.NONE


class ScaleConstraint(BinaryConstraint):
    def __init__(self, source, scale, offset, destination, strength):
        self.direction = Direction.NONE
        self.scale = scale
        self.offset = offset
        super().__init__(source, destination, strength)

    def add_to_graph(self):
        super().add_to_graph()
        self.scale.add_constraint(self)
        self.offset.add_constraint(self)

    def remove_from_graph(self):
        super().remove_from_graph()
        if self.scale is not None:
            self.scale.remove_constraint(self)
        if self.offset is not None:
            self.offset.remove_constraint(self)

    def mark_inputs(self, mark):
        super().mark_inputs(mark)
        self.scale.mark = mark
        self.offset.mark = mark

    def execute(self):
        if self.direction == Direction.FORWARD:
            self.v2.value = self.v1.value * self.scale.value + self.offset.value
        else:
            self.v1.value = (self.v2.value - self.offset.value) / self.scale.value

    def recalculate(self):
        source = self.input()
        out = self.output()
        out.walk_strength = Strength.weakest_of(self.strength, source.walk_strength)
        out.stay = source.stay and self.scale.stay and self.offset.stay
        if out.stay:
            self.execute()


class EqualityConstraint(BinaryConstraint):
    def execute(self):
        self.output().value = self.input().value


class Variable:
    def __init__(self, name, value=0):
        super().__init__()
        self.name = name
        self.value = value
        self.constraints = OrderedCollection()
        self.determined_by = None
        self.mark = 0
        self.walk_strength = Strength.WEAKEST
        self.stay = True

    def __repr__(self):
        return "<Variable: %s - %s>" % (self.name, self.value)

    def add_constraint(self, constraint):
        self.constraints.append(constraint)

    def remove_constraint(self, constraint):
        self.constraints.remove(constraint)
        if self.determined_by == constraint:
            self.determined_by = None


class Planner:
    def __init__(self):
        super().__init__()
        self.current_mark = 0

    def incremental_add(self, constraint):
        mark = self.new_mark()
        overridden = constraint.satisfy(mark)
        while overridden is not None:
            overridden = overridden.satisfy(mark)

    def incremental_remove(self, constraint):
        out = constraint.output()
        constraint.mark_unsatisfied()
        constraint.remove_from_graph()
        unsatisfied = self.remove_propagate_from(out)
        strength = Strength.REQUIRED
        while strength != Strength.WEAKEST:
            for u in unsatisfied:
                if u.strength == strength:
                    self.incremental_add(u)
            strength = strength.next_weaker()

    def new_mark(self):
        self.current_mark += 1
        return self.current_mark

    def make_plan(self, sources):
        mark = self.new_mark()
        plan = Plan()
        todo = sources
        while len(todo):
            constraint = todo.pop(0)
            if constraint.output().mark != mark and constraint.inputs_known(mark):
                plan.add_constraint(constraint)
                constraint.output().mark = mark
                self.add_constraints_consuming_to(constraint.output(), todo)
        return plan

    def extract_plan_from_constraints(self, constraints):
        sources = OrderedCollection()
        for constraint in constraints:
            if constraint.is_input() and constraint.is_satisfied():
                sources.append(constraint)
        return self.make_plan(sources)

    def add_propagate(self, constraint, mark):
        todo = OrderedCollection()
        todo.append(constraint)
        while len(todo):
            each = todo.pop(0)
            if each.output().mark == mark:
                self.incremental_remove(constraint)
                return False
            each.recalculate()
            self.add_constraints_consuming_to(each.output(), todo)
        return True

    def remove_propagate_from(self, out):
        out.determined_by = None
        out.walk_strength = Strength.WEAKEST
        out.stay = True
        unsatisfied = OrderedCollection()
        todo = OrderedCollection()
        todo.append(out)
        while len(todo):
            variable = todo.pop(0)
            for constraint in variable.constraints:
                if not constraint.is_satisfied():
                    unsatisfied.append(constraint)
            determining = variable.determined_by
            for constraint in variable.constraints:
                if constraint != determining and constraint.is_satisfied():
                    constraint.recalculate()
                    todo.append(constraint.output())
        return unsatisfied

    def add_constraints_consuming_to(self, variable, collection):
        determining = variable.determined_by
        for constraint in variable.constraints:
            if constraint != determining and constraint.is_satisfied():
                collection.append(constraint)


class Plan:
    def __init__(self):
        super().__init__()
        self.constraints = OrderedCollection()

    def add_constraint(self, constraint):
        self.constraints.append(constraint)

    def __len__(self):
        return len(self.constraints)

    def __getitem__(self, index):
        return self.constraints[index]

    def execute(self):
        for constraint in self.constraints:
            constraint.execute()


planner = None


def get_planner():
    return planner


def chain_test(n):
    """A chain of n equalities; the value edited at one end has to arrive at the other."""
    global planner
    planner = Planner()
    previous, first, last = None, None, None
    for i in range(n + 1):
        variable = Variable("v%s" % i)
        if previous is not None:
            EqualityConstraint(previous, variable, Strength.REQUIRED)
        if i == 0:
            first = variable
        if i == n:
            last = variable
        previous = variable

    StayConstraint(last, Strength.STRONG_DEFAULT)
    edit = EditConstraint(first, Strength.PREFERRED)
    edits = OrderedCollection()
    edits.append(edit)
    plan = planner.extract_plan_from_constraints(edits)
    for i in range(100):
        first.value = i
        plan.execute()
        if last.value != i:
            print("Chain test failed.")
    return len(plan)


def change(variable, new_value):
    edit = EditConstraint(variable, Strength.PREFERRED)
    edits = OrderedCollection()
    edits.append(edit)
    plan = planner.extract_plan_from_constraints(edits)
    for i in range(10):
        variable.value = new_value
        plan.execute()
    edit.destroy_constraint()


def projection_test(n):
    """n pairs of variables tied by one scale and one offset; each end and each of the two is changed in turn."""
    global planner
    planner = Planner()
    scale = Variable("scale", 10)
    offset = Variable("offset", 1000)
    source, destination = None, None
    destinations = OrderedCollection()
    for i in range(n):
        source = Variable("src%s" % i, i)
        destination = Variable("dst%s" % i, i)
        destinations.append(destination)
        StayConstraint(source, Strength.NORMAL)
        ScaleConstraint(source, scale, offset, destination, Strength.REQUIRED)

    change(source, 17)
    if destination.value != 1170:
        print("Projection test 1 failed")
    change(destination, 1050)
    if source.value != 5:
        print("Projection test 2 failed")
    change(scale, 5)
    for i in range(n - 1):
        if destinations[i].value != i * 5 + 1000:
            print("Projection test 3 failed")
    change(offset, 2000)
    for i in range(n - 1):
        if destinations[i].value != i * 5 + 2000:
            print("Projection test 4 failed")
    return sum(v.value for v in destinations)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 14
    size = 100 if rounds == 1 else 1000
    for i in range(rounds):
        length = chain_test(size)
        total = projection_test(size)
    print("size", size, "plan", length, "sum", total)


if __name__ == "__main__":
    main()
