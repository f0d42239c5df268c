# The module __future__, and what its imports do.
from __future__ import annotations, generator_stop as stops
import __future__ as future

print(annotations, stops is future.generator_stop)
print(future.all_feature_names)
print(future.__all__[0], len(future.__all__))
for name in future.all_feature_names:
    feature = getattr(future, name)
    print(name, repr(feature), feature.getOptionalRelease() == feature.optional, feature.getMandatoryRelease())
    print(type(feature).__name__, feature.mandatory, feature.compiler_flag)
print(future.CO_FUTURE_ANNOTATIONS == annotations.compiler_flag, future.CO_NESTED)


def f(x: not_evaluated, *rest: 1 + 1) -> also(not_evaluated): pass


class C:
    field: undefined[int] = 3


print(f.__annotations__, C.__annotations__)
print(f.__code__.co_flags & annotations.compiler_flag != 0)
try:
    exec("from __future__ import braces")
except SyntaxError as error:
    print(error.msg)
try:
    exec("from __future__ import nothing_of_the_kind")
except SyntaxError as error:
    print(error.msg)
try:
    exec("x = 1\nfrom __future__ import division")
except SyntaxError as error:
    print(error.msg)
