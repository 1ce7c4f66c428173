import pytest
def test_f():
    with pytest.raises(ValueError):
        int("x")
