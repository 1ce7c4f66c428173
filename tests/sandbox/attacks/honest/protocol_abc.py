# title: protocol abc
# exam: n_small
# expect: passed
import abc
class A(abc.ABC):
    @abc.abstractmethod
    def g(s): ...
class B(A):
    def g(s): return 1
def f(a,b):
    return a+b+B().g()-1
