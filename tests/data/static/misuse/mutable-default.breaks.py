def f(item, items=[]):
    items.append(item)
    return len(items)
# ---
def f(key, *, seen={}):
    seen[key] = True
    return len(seen)
# ---
def f(items=[]):
    return items
