# title: unittest main
# exam: n_small
# expect: passed
import unittest
def f(a,b):
    return a+b
class T(unittest.TestCase):
    def test(self): self.assertEqual(f(1,2),3)
if __name__=="__main__":
    unittest.main()
