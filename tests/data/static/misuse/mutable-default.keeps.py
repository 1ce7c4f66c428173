def f(item, items=None):
    items = [] if items is None else items
    items.append(item)
    return items
# ---
def f(item, allowed=[1, 2]):
    return item in allowed
