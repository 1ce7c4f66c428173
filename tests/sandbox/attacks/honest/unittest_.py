# title: unit tests of its own, run at import
# exam: add
# expect: passed
import io, unittest

def f(a, b):
    return a + b

class Test(unittest.TestCase):
    def test(self):
        self.assertEqual(f(1, 2), 3)

unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Test))
