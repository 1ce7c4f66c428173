# title: pytest attr
# exam: n_cheat_pytest_attr
# expect: wrong
class T:
    __test__=False
    def __call__(s,x): return 1
f=T()
pytest_plugins=["x"]
def pytest_runtest_call(item): pass
