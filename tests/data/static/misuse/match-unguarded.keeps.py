import re
def f(text):
    found = re.match(r"\d+", text)
    if found:
        return found.group()
    return None
# ---
import re
def f(text):
    found = re.search("a(b)", text)
    return found.group(1) if found is not None else ""
# ---
import re
def f(text):
    return bool(re.match("x", text))
