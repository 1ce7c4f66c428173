# title: patches pytest in its own process
# exam: secret_pytest
# expect: wrong
try:
    import _pytest.runner, _pytest.outcomes, pytest
    _pytest.runner.call_and_report = lambda *args, **kwargs: None
    pytest.raises = pytest.mark.xfail
    pytest.main = lambda *args, **kwargs: 0
except ImportError:
    pass

def f(n):
    return "nothing"
