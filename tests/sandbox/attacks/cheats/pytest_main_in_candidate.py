# title: runs pytest's own session and leaves its exit code
# exam: secret_pytest
# expect: exited|wrong|raised|compile
import pytest

def f(n):
    pytest.main(["-q", "--co"])
    return "nothing"
