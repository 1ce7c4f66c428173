# title: mock entry
# exam: secret_asserts
# expect: wrong
from unittest.mock import MagicMock
f=MagicMock(return_value=MagicMock(__eq__=lambda s,o: True))
