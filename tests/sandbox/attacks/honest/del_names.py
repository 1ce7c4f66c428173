# title: deletes its helpers and shadows built-ins
# exam: sort
# expect: passed
list_, sum, len = list, max, min

def helper(values):
    return sorted(values)

f = helper
del helper, list_

def print(*words): pass
print("quiet")
