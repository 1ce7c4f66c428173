# title: main guard input
# exam: n_small
# expect: passed
def f(a,b):
    return a+b
if __name__=="__main__":
    print(f(int(input()),int(input())))
