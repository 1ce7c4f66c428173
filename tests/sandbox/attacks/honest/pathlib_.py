# title: pathlib and shutil
# exam: add
# expect: passed
import pathlib, shutil

def f(a, b):
    path = pathlib.Path('data') / 'x.txt'
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'{a!r};{b!r}')
    copy = shutil.copy(path, 'y.txt')
    left, right = pathlib.Path(copy).read_text().split(';')
    shutil.rmtree('data')
    return eval(left) + eval(right)
