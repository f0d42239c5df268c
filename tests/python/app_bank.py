# An ordinary program: accounts, transfers, a ledger, errors of its own, a report.
class BankError(Exception): pass
class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} cannot pay {amount:.2f}: balance is {account.balance:.2f}")
        self.account, self.amount = account, amount
class Account:
    _next = 1000
    def __init__(self, owner, balance=0):
        self.owner = owner
        self._balance = balance
        self.history = [("open", balance)]
        self.number = Account._next
        Account._next += 1
    @property
    def balance(self): return self._balance
    def deposit(self, amount):
        if amount <= 0: raise ValueError("deposit must be positive")
        self._balance += amount
        self.history.append(("deposit", amount))
    def withdraw(self, amount):
        if amount > self.available(): raise InsufficientFunds(self, amount)
        self._balance -= amount
        self.history.append(("withdraw", -amount))
    def available(self): return self._balance
    def __repr__(self): return f"<{type(self).__name__} {self.number} {self.owner}: {self._balance:.2f}>"
    def __lt__(self, other): return self._balance < other._balance
class Savings(Account):
    rate = 0.02
    def year(self): self.deposit(round(self._balance * self.rate, 2))
class Credit(Account):
    def __init__(self, owner, limit, balance=0):
        super().__init__(owner, balance)
        self.limit = limit
    def available(self): return super().available() + self.limit
class Bank:
    def __init__(self): self.accounts, self.errors = {}, []
    def open(self, kind, *args, **kw):
        a = kind(*args, **kw)
        self.accounts[a.number] = a
        return a
    def transfer(self, a, b, amount):
        try:
            a.withdraw(amount)
            try: b.deposit(amount)
            except ValueError:
                a.deposit(amount)
                raise
        except BankError as e:
            self.errors.append(str(e))
            return False
        return True
    def __iter__(self): return iter(self.accounts.values())
    def total(self): return sum(a.balance for a in self)
bank = Bank()
ann, bob, cid = bank.open(Account, "ann", 100), bank.open(Savings, "bob", 250.5), bank.open(Credit, "cid", limit=300)
print(bank.transfer(ann, bob, 30), bank.transfer(ann, cid, 500), bank.transfer(cid, ann, 250), bank.transfer(cid, ann, 51))
try: ann.deposit(-5)
except ValueError as e: print("ValueError:", e)
for _ in range(3): bob.year()
for i in range(200): bank.transfer(*((ann, bob) if i % 3 else (bob, cid)), i % 7 + 1)
print(*bank, sep="\n")
print(f"total {bank.total():.2f}, errors {len(bank.errors)}")
print(bank.errors[0], bank.errors[-1], sep="\n")
print(sorted(bank), max(bank).owner, min(bank).owner)
print([f"{kind}:{amount:+.2f}" for kind, amount in bob.history[:6]], len(ann.history))
print("-" * 34)
for a in sorted(bank, key=lambda a: a.owner, reverse=True): print(f"{a.owner:<8}|{a.number:^8}|{a.balance:>14,.2f}")
