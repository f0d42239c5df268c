"""Runs one of CPython's own test files with the library's own unittest and writes what became of each test.

    quicken --stdlib LIB tests/cpython/run_file.py RECORDS NAME...

NAME is what `unittest` loads: a module such as `test.test_grammar`, or a class of one. RECORDS is the file that the records go to
(`-`: standard output), a line of JSON each:

    {"planned": [ID, ...]}                           all tests, before the first runs
    {"started": ID}
    {"id": ID, "outcome": OUTCOME, "reason": TEXT, "traceback": TEXT}
    {"fixture": NAME, ...}                           a setUpClass or setUpModule did not work out: NAME's tests do not run
    {"end": true}

An ID without a record after it was running when the process ended. Subtests count for their method: it fails where one of
them does.
"""

import json
import os
import sys
import tempfile
import unittest

# The file's place is not where the tests look for modules.
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != os.path.dirname(os.path.abspath(__file__))]

# From the best to the worst: a method is what the worst of its parts was.
OUTCOMES = ["passed", "expected failure", "skipped", "unexpected success", "failed", "error"]


class Records:
    """Written through at once: what was written stays when the process ends."""

    def __init__(self, path):
        self.descriptor = 1 if path == "-" else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        self.write_out = os.write
        self.dumps = json.dumps
        self.process = os.getpid()

    def write(self, **record):
        # A test may fork; what happens in the child is the test's business.
        if os.getpid() == self.process:
            self.write_out(self.descriptor, (self.dumps(record) + "\n").encode())


class Result(unittest.TestResult):
    def __init__(self, records):
        super().__init__()
        self.records = records
        self.worst = None

    def note(self, test, outcome, reason="", traceback=""):
        if self.worst is None:
            name = test.id()
            kind, _, place = name.partition(" (")
            self.records.write(fixture=place.rstrip(")") or kind, outcome=outcome, reason=reason, traceback=traceback)
        elif OUTCOMES.index(outcome) > OUTCOMES.index(self.worst[0]):
            self.worst = (outcome, reason, traceback)

    def startTest(self, test):
        super().startTest(test)
        self.worst = ("passed", "", "")
        self.records.write(started=test.id())

    def stopTest(self, test):
        super().stopTest(test)
        outcome, reason, traceback = self.worst
        self.records.write(id=test.id(), outcome=outcome, reason=reason, traceback=traceback)
        self.worst = None

    def problem(self, test, outcome, problem):
        kind, value, _ = problem
        try:
            message = str(value).strip().split("\n")[0][:300]
        except Exception as error:
            message = f"({type(error).__name__} in its __str__)"
        try:
            traceback = self._exc_info_to_string(problem, test)
        except Exception as error:
            traceback = f"no traceback: {type(error).__name__}: {error}"
        self.note(test, outcome, f"{kind.__name__}: {message}", traceback)

    def addError(self, test, err):
        self.problem(test, "error", err)

    def addFailure(self, test, err):
        self.problem(test, "failed", err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.problem(test, "failed" if issubclass(err[0], test.failureException) else "error", err)

    def addSkip(self, test, reason):
        self.note(test, "skipped", str(reason))

    def addExpectedFailure(self, test, err):
        self.note(test, "expected failure")

    def addUnexpectedSuccess(self, test):
        self.note(test, "unexpected success", "passes, though marked as an expected failure")


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def set_up_support():
    """What regrtest does before a file, as far as results depend on it, and CPython's own tests are to run here."""
    from test import support

    support.use_resources = []
    support.record_original_stdout(sys.stdout)
    parse_guards = support._parse_guards

    def check_impl_detail(**guards):
        guards, default = parse_guards(guards)
        return guards.get("cpython", default)

    support.check_impl_detail = check_impl_detail
    # It asks a module of CPython's whether positions are kept. They always are.
    support.has_no_debug_ranges = lambda: False


def load(names, records):
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    for name in names:
        try:
            __import__(name)
        except ModuleNotFoundError as error:
            # A class of a module is no module: whether it exists is the loader's to find out.
            if not (error.name and name.startswith(error.name)):
                refuse(name, error, records)
                continue
        except BaseException as error:
            refuse(name, error, records)
            continue
        suite.addTests(loader.loadTestsFromName(name))
    return suite


def refuse(name, error, records):
    skipped = isinstance(error, unittest.SkipTest)
    message = str(error).split("\n")[0][:300]
    reason = message if skipped else f"{type(error).__name__}: {message}"
    records.write(id=name, outcome="skipped" if skipped else "error", reason=reason, traceback="")


def main(path, *names):
    records = Records(path)
    with tempfile.TemporaryDirectory(prefix="quicken-test-", ignore_cleanup_errors=True) as directory:
        os.chdir(directory)
        set_up_support()
        suite = load(names, records)
        records.write(planned=[test.id() for test in tests_of(suite)])
        try:
            suite.run(Result(records))
        finally:
            os.chdir("/")
        records.write(end=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
