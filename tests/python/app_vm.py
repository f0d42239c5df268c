# An ordinary program: a small stack machine with an assembler, run for thousands of steps.
class Halt(Exception): pass
class Machine:
    def __init__(self, program, out):
        self.code, self.stack, self.calls, self.mem, self.pc, self.out, self.steps = program, [], [], {}, 0, out, 0
        self.table = {n[3:]: getattr(self, n) for n in dir(self) if n.startswith("op_")}
    def run(self, limit=100000):
        try:
            while True:
                name, arg = self.code[self.pc]
                self.pc += 1
                self.steps += 1
                if self.steps > limit: raise RuntimeError("limit")
                self.table[name](arg)
        except Halt: return self
    def pop(self): return self.stack.pop()
    def push(self, x): self.stack.append(x)
    def op_push(self, a): self.push(a)
    def op_add(self, a): b = self.pop(); self.push(self.pop() + b)
    def op_sub(self, a): b = self.pop(); self.push(self.pop() - b)
    def op_mul(self, a): b = self.pop(); self.push(self.pop() * b)
    def op_mod(self, a): b = self.pop(); self.push(self.pop() % b)
    def op_lt(self, a): b = self.pop(); self.push(self.pop() < b)
    def op_dup(self, a): self.push(self.stack[-1])
    def op_drop(self, a): self.pop()
    def op_load(self, a): self.push(self.mem[a])
    def op_store(self, a): self.mem[a] = self.pop()
    def op_jmp(self, a): self.pc = a
    def op_jz(self, a):
        if not self.pop(): self.pc = a
    def op_call(self, a): self.calls.append(self.pc); self.pc = a
    def op_ret(self, a): self.pc = self.calls.pop()
    def op_print(self, a): self.out.append(self.pop())
    def op_halt(self, a): raise Halt
def assemble(text):
    labels, code = {}, []
    for line in text.split("\n"):
        line = line.partition(";")[0].strip()
        if not line: continue
        if line.endswith(":"): labels[line[:-1]] = len(code)
        else: code.append(line.split())
    def arg(a):
        if a in labels: return labels[a]
        try: return int(a)
        except ValueError: return a
    return [(p[0], arg(p[1]) if len(p) > 1 else None) for p in code]
primes = """
    push 2
    store n
next:
    load n
    push 60
    lt
    jz end
    push 2
    store d
try:
    load d
    dup
    mul
    load n
    push 1
    add
    lt
    jz prime     ; no divisor up to the root
    load n
    load d
    mod
    jz composite
    load d
    push 1
    add
    store d
    jmp try
prime:
    load n
    print
composite:
    load n
    push 1
    add
    store n
    jmp next
end: 
    halt
"""
fact = """
    push 20
    call fact
    print
    halt
fact:
    dup
    push 2
    lt
    jz more
    drop
    push 1
    ret
more:
    dup
    push 1
    sub
    call fact
    mul
    ret
"""
for text in (primes, fact):
    m = Machine(assemble(text), [])
    m.run()
    print(m.out, m.steps, m.stack)
try: Machine(assemble("loop:\njmp loop"), []).run(500)
except RuntimeError as e: print(e)
try: Machine(assemble("add"), []).run()
except IndexError as e: print(e)
try: Machine(assemble("nop"), []).run()
except KeyError as e: print("unknown", e)
class Tracing(Machine):
    def __init__(self, *a):
        super().__init__(*a)
        self.counts = {}
        for k, f in self.table.items(): self.table[k] = lambda a, k=k, f=f: (self.counts.__setitem__(k, self.counts.get(k, 0) + 1), f(a))
t = Tracing(assemble(primes), []).run()
print(sorted(t.counts.items(), key=lambda kv: (-kv[1], kv[0]))[:5], sum(t.counts.values()) == t.steps)
