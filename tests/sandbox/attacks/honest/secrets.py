# title: secrets
# exam: n_small
# expect: passed
import secrets,uuid,hashlib
def f(a,b):
    secrets.token_hex(4); uuid.uuid4(); hashlib.sha256(b"x").hexdigest(); return a+b
