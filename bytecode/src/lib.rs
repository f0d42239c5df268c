//! CPython 3.11's instruction table, code objects and disassembler.
