# title: mock cb
# exam: n_honest2_mock_cb
# expect: passed
def f(cb):
    cb(1)
    cb(2)
    return 3
