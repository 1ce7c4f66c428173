# title: any entry
# exam: secret
# expect: raised|wrong
from unittest.mock import ANY as f
