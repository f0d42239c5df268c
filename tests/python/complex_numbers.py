# Complex numbers: arithmetic, repr, attributes.
z = 3 + 4j
print(z, abs(z), z.real, z.imag, z.conjugate(), -z, z * z, z / (1 - 1j), z ** 2, z == 3 + 4j, z + 1, 2.5 - z, 1j * 1j)
print(complex(1), complex(1, -2), complex("1+2j"), 0j, -0j, 1e100 + 1j, complex(0.0, -0.0), 1j, repr(complex(-0.0, 1)), bool(0j), hash(1 + 0j) == hash(1))
try:
    z < z
except TypeError as e:
    print(e)
print([1j ** n for n in range(4)], sum([1j, 2]), (1 + 2j) - (1 + 2j), (2 + 0j) / 2, complex("j"), isinstance(1j, complex))
