def f(xs):
    for x in list(xs):
        if x < 0:
            xs.remove(x)
    return xs
# ---
def f(xs):
    for x in xs:
        if x < 0:
            xs.remove(x)
            break
    return xs
# ---
def f(d):
    for key in list(d):
        del d[key]
# ---
def f(xs, ys):
    for x in xs:
        ys.append(x)
# ---
def f(queue):
    for x in queue:
        queue = queue[1:]
        queue.append(x)
# ---
class Box(dict):
    def empty(self):
        for key in self.keys():
            self.discard(key)
