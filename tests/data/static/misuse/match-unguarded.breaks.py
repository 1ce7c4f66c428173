import re
def f(text):
    return re.match(r"\d+", text).group()
# ---
import re
def f(text):
    found = re.search("a(b)", text)
    return found.group(1)
# ---
import re
PATTERN = "x"
def f(text):
    return re.compile(PATTERN).search(text)[0]
