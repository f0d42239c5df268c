# errno and _stat.
import _stat
import errno

print(errno.ENOENT, errno.EEXIST, errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOTSUP, errno.EDEADLOCK, len(errno.errorcode))
print(sorted(errno.errorcode.items()))
print(sorted(name for name in dir(errno) if name.startswith("E")))
try:
    raise OSError(errno.ENOENT, "not there")
except FileNotFoundError as error:
    print(errno.errorcode[error.errno])

print(sorted((name, value) for name, value in vars(_stat).items() if isinstance(value, int)))
kinds = ["S_ISDIR", "S_ISCHR", "S_ISBLK", "S_ISREG", "S_ISFIFO", "S_ISLNK", "S_ISSOCK", "S_ISDOOR", "S_ISPORT", "S_ISWHT"]
for mode in [0o100644, 0o040755, 0o120777, 0o060660, 0o020620, 0o010600, 0o140755, 0o104755, 0o102000, 0o041777, 0o041666, 0o104644, 0, 0o100000]:
    print(oct(mode), _stat.filemode(mode), oct(_stat.S_IMODE(mode)), oct(_stat.S_IFMT(mode)), [k for k in kinds if getattr(_stat, k)(mode)])
for bad in ["a", -1, 2**70, 2**40, 1.5]:
    try:
        print(_stat.filemode(bad))
    except Exception as error:
        print(type(error).__name__ + ":", error)
