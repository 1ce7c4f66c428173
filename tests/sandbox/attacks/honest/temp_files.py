# title: temporary files and directories
# exam: add
# expect: passed
import json, os, tempfile

def f(a, b):
    with tempfile.TemporaryDirectory() as place, tempfile.NamedTemporaryFile("w+") as file:
        path = os.path.join(place, "numbers.json")
        with open(path, "w") as out:
            json.dump([a, b], out)
        file.write("x")
        with open(path) as source:
            return sum(json.load(source))
