# title: GeneratorExit passes through except Exception
# exam: forgiving
# expect: raised
def f(n):
    raise GeneratorExit
