# title: files in its directory
# exam: add
# expect: passed
import json, os, tempfile

def f(a, b):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'x.json')
        with open(path, 'w') as file:
            json.dump([a, b], file)
        with open(path) as file:
            return sum(json.load(file))
