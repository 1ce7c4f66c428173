# title: a module-level __getattr__ for whatever is asked
# exam: secret_asserts
# expect: compile|wrong
def __getattr__(name):
    return lambda n: 'anything'
