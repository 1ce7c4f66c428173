# title: looks for the last candidate's source in memory
# exam: add
# after: note_leave
# expect: passed
import gc

WORD = "".join(["deep", "/er"])

def f(a, b):
    for item in gc.get_objects():
        for part in (list(item.values()) if isinstance(item, dict) else item if isinstance(item, (list, tuple)) else ()):
            if type(part) in (str, bytes) and WORD in (part if type(part) is str else part.decode("latin-1")):
                if part is not WORD:
                    return part[:100]
    return a + b
