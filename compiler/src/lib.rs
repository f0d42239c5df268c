//! Python source to CPython 3.11 code objects.
