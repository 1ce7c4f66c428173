def f(keys):
    found = {key: [] for key in keys}
    for key in keys:
        found[key].append(1)
    return found
# ---
def f(keys):
    found = dict.fromkeys(keys, 0)
    return found
