# title: importorskip np
# exam: n_honest2_importorskip_np
# expect: passed
def f(a,b):
    return a+b
