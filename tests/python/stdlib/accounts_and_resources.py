"""pwd, grp and resource, as far as machines agree."""
import grp
import pwd
import resource


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


root = pwd.getpwuid(0)
print(root == pwd.getpwnam("root"), root.pw_name, root[2:4], type(root), len(root), root in pwd.getpwall())
group = grp.getgrgid(0)
print(group == grp.getgrnam("root"), group.gr_name, group.gr_gid, type(group.gr_mem), type(group), group in grp.getgrall())
for value in "no such name", "a\0b", 5, None, b"root", "\udc80":
    print(attempt(pwd.getpwnam, value), attempt(grp.getgrnam, value))
for value in 2**31 - 7, -1, -2, 2**40, 2**70, "a", 1.5, None:
    print(attempt(pwd.getpwuid, value), attempt(grp.getgrgid, value))
print(attempt(pwd.getpwuid, True) == attempt(pwd.getpwuid, 1), root.n_fields, group.n_fields)

usage = resource.getrusage(resource.RUSAGE_SELF)
print(type(usage), len(usage), usage.ru_utime >= 0, type(usage.ru_stime), usage.ru_maxrss > 1000, usage[2] == usage.ru_maxrss)
print([type(item).__name__ for item in resource.getrusage(resource.RUSAGE_CHILDREN)], len(resource.getrusage(resource.RUSAGE_THREAD)))
soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
print(resource.getrlimit(resource.RLIMIT_CORE) == (0, hard), resource.prlimit(0, resource.RLIMIT_CORE, (0, hard)) == (0, hard))
print(resource.prlimit(0, resource.RLIMIT_CORE) == (0, hard), resource.setrlimit(resource.RLIMIT_CORE, [0, hard]))
for args in (99,), (-1,), ("a",), (2**40,):
    print(attempt(resource.getrlimit, *args))
print(attempt(resource.getrusage, 9), attempt(resource.getrusage, "a"))
for limits in 5, (1, 2, 3), (5, 2), ("a", 2), (2**70, 2), (1,), "ab":
    print(limits, attempt(resource.setrlimit, resource.RLIMIT_NOFILE, limits), attempt(resource.prlimit, 0, resource.RLIMIT_NOFILE, limits))
print(attempt(resource.setrlimit, 99, (1, 2)), attempt(resource.prlimit, 2**22 + 5, resource.RLIMIT_NOFILE), attempt(resource.prlimit, 0))
print(resource.error, resource.getpagesize() >= 4096, resource.RLIM_INFINITY)
print({name: value for name, value in sorted(vars(resource).items()) if isinstance(value, int)})
