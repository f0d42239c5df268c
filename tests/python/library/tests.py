# args: -q
# unittest itself: what passes, fails, errs and is skipped, in its own words.
import io
import re
import unittest


class Sample(unittest.TestCase):
    def setUp(self):
        self.items = [1, 2, 3]

    def test_passes(self):
        self.assertEqual(self.items, [1, 2, 3])
        self.assertIn(2, self.items)
        with self.assertRaisesRegex(ZeroDivisionError, "division"):
            1 / 0

    def test_fails(self):
        self.assertEqual(self.items, [1, 2, 4])

    def test_multiline(self):
        self.assertMultiLineEqual("a\nb\n", "a\nc\n")

    def test_errs(self):
        raise KeyError("missing")

    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

    @unittest.skip("not today")
    def test_skipped(self): ...

    @unittest.expectedFailure
    def test_expected(self):
        self.fail()

    def test_logs(self):
        with self.assertWarns(UserWarning):
            import warnings

            warnings.warn("w")


stream = io.StringIO()
suite = unittest.defaultTestLoader.loadTestsFromTestCase(Sample)
result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
text = re.sub(r"in [\d.]+s", "in TIMEs", stream.getvalue())
print(re.sub(r'File ".*?"', 'File "PATH"', text))
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful())
