# title: leaves from a finaliser while the answer is being sent
# exam: add
# expect: exited|wrong
import os

class Bomb(int):
    def __del__(self):
        os._exit(0)

def f(a, b):
    return Bomb(0)
