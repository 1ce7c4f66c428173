import math
math.sqrt = lambda x: 0
# ---
import unittest
unittest.TestCase.assertEqual = lambda *a: None
# ---
import math
setattr(math, "pi", 3)
