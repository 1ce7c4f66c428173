import secrets
def make_password(n):
    return secrets.token_hex(n)
# ---
import random
def roll():
    return random.randint(1, 6)
