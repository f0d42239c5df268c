"""zlib: checksums, streams that come out as they went in, in every format, and what is refused."""
import zlib

TEXT = b"".join(b"line %d of a text that repeats itself\n" % (i % 50) for i in range(3000))
NOISE = bytes((i * i * 7919 >> 5) & 255 for i in range(20000))


def attempt(function, *args, **options):
    try:
        return function(*args, **options)
    except Exception as error:
        return f"{type(error).__module__}.{type(error).__name__}: {error}"


for data in b"", b"a", TEXT, bytearray(NOISE), memoryview(b"abc")[1:]:
    print(zlib.crc32(data), zlib.adler32(data), zlib.crc32(data, 17), zlib.adler32(data, -1), zlib.crc32(data, 2**70 + 5))
print(attempt(zlib.crc32), attempt(zlib.crc32, "a"), attempt(zlib.adler32, b"", 1.5), attempt(zlib.crc32, b"", 1, 2))

for data in b"", b"x", TEXT, NOISE:
    for level in range(-1, 10):
        for wbits in 15, 9, -15, -9, 31, 25:
            packed = zlib.compress(data, level, wbits)
            assert zlib.decompress(packed, wbits) == data
            if wbits > 0:
                assert zlib.decompress(packed, wbits=47) == data
    print(len(data), len(zlib.compress(data, 0)) > len(data), len(zlib.compress(data)) <= len(data) + 11)

for strategy in range(5):
    for memory in 1, 8, 9:
        packer = zlib.compressobj(6, zlib.DEFLATED, -15, memory, strategy)
        packed = packer.compress(TEXT[:5000]) + packer.flush(zlib.Z_SYNC_FLUSH) + packer.compress(NOISE) + packer.flush(zlib.Z_FULL_FLUSH)
        packed += packer.flush(zlib.Z_NO_FLUSH) + packer.compress(b"end") + packer.flush()
        unpacker = zlib.decompressobj(-15)
        whole = b"".join(unpacker.decompress(packed[i : i + 777]) for i in range(0, len(packed), 777)) + unpacker.flush()
        assert whole == TEXT[:5000] + NOISE + b"end"
        print(strategy, memory, unpacker.eof, unpacker.unused_data, unpacker.unconsumed_tail)
        print(attempt(packer.compress, b"x"), attempt(packer.flush), attempt(unpacker.decompress, b"more"))

# The end of the data, and limits of the output.
packed = zlib.compress(TEXT) + b"behind"
unpacker = zlib.decompressobj()
parts, data = [], packed
while data and not unpacker.eof:
    parts.append(unpacker.decompress(data, 1000))
    data = unpacker.unconsumed_tail
print(b"".join(parts) == TEXT, {len(part) for part in parts[:-1]}, unpacker.eof, unpacker.unused_data, unpacker.unconsumed_tail)
print(unpacker.decompress(b"still more"), unpacker.unused_data, unpacker.flush(), attempt(unpacker.decompress, b""))
unpacker = zlib.decompressobj()
print(len(unpacker.decompress(packed, 10)), len(unpacker.unconsumed_tail) > 0, len(unpacker.flush()) + 10 == len(TEXT), unpacker.eof)
unpacker = zlib.decompressobj()
print(unpacker.decompress(packed[:20]) != b"", unpacker.eof, unpacker.flush(), unpacker.flush(1))

# Dictionaries.
dictionary = b"line of a text that repeats itself"
for wbits in 15, -15:
    packer = zlib.compressobj(wbits=wbits, zdict=dictionary)
    packed = packer.compress(TEXT[:100]) + packer.flush()
    print(zlib.decompressobj(wbits, zdict=dictionary).decompress(packed) == TEXT[:100])
    print(attempt(zlib.decompressobj(wbits).decompress, packed) if wbits > 0 else len(packed) < 60)
packer = zlib.compressobj(zdict=dictionary)
packed = packer.compress(TEXT[:100]) + packer.flush()
print(attempt(zlib.decompressobj(zdict=b"another").decompress, packed), attempt(zlib.decompress, packed))

# What is refused.
packed = zlib.compress(TEXT)
for bad in b"", b"x", b"\x78\x9c", b"not zlib", packed[:-1], packed[:-4] + b"abcd", packed[:50], b"\x78\x9c\x07":
    print(attempt(zlib.decompress, bad), attempt(zlib.decompressobj().decompress, bad + b"\0" * 9) and None)
for options in {"level": 10}, {"level": -2}, {"wbits": 7}, {"wbits": 16}, {"wbits": -8}, {"wbits": 100}, {"wbits": 2**40}, {"level": "a"}:
    print(options, attempt(zlib.compress, b"x", **options))
for options in {"method": 7}, {"memLevel": 0}, {"memLevel": 10}, {"strategy": 9}, {"level": 11}, {"wbits": 0}, {"zdict": "x"}:
    print(options, attempt(zlib.compressobj, **options))
for options in {"wbits": 7}, {"wbits": 48}, {"wbits": -16}, {"zdict": 5}:
    print(options, attempt(zlib.decompressobj, **options))
print(attempt(zlib.decompress, packed, 15, -1), attempt(zlib.decompress, packed, 48), attempt(zlib.decompress, packed, bufsize=2**70))
print(zlib.decompress(packed, bufsize=0) == zlib.decompress(packed, bufsize=1) == TEXT, attempt(zlib.compress), attempt(zlib.compress, "x"))
unpacker = zlib.decompressobj()
print(attempt(unpacker.decompress, packed, -1), attempt(unpacker.flush, 0), attempt(unpacker.decompress, "x"), attempt(unpacker.flush, 2**70))
print(attempt(zlib.compressobj().flush, 77), type(zlib.compressobj()), type(unpacker), zlib.error.__mro__)
print({name: value for name, value in sorted(vars(zlib).items()) if isinstance(value, int)})
