# compile: exec optimize=1
"""Docstring."""
assert x, "gone"
if __debug__:
    gone()


def function():
    """Kept."""
    assert 1
