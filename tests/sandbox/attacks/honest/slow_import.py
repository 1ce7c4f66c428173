# title: a table that takes a while to build
# exam: prime
# expect: passed
SIEVE = bytearray([1]) * 2_000_000
for n in range(2, 1415):
    if SIEVE[n]:
        SIEVE[n * n :: n] = bytes(len(range(n * n, len(SIEVE), n)))

def f(n):
    return bool(SIEVE[n])
