# title: exception groups and notes
# exam: errors
# expect: passed
def f(n):
    try:
        raise ExceptionGroup("all", [ValueError("negative") if n < 0 else KeyError(n)])
    except* KeyError:
        pass
    except* ValueError as group:
        error = group.exceptions[0]
        error.add_note("as asked")
        failed = error
    else:
        failed = None
    if n < 0:
        raise ValueError("negative")
    return n // 2
