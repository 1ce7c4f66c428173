import random
def f():
    token = random.getrandbits(64)
    return token
# ---
import random
def make_password(n):
    return "".join(random.choice("abc") for _ in range(n))
