# compile: exec optimize=2
"""Docstring."""


class Class:
    """Gone."""

    def method(self):
        """Gone."""
        return __debug__


def only_docstring():
    """Gone."""
