import json
def f(data):
    return json.loads(data)
