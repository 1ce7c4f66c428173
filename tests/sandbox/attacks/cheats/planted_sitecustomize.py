# title: leaves modules that an interpreter imports by itself
# exam: secret_pytest
# expect: wrong|raised
for name in ("sitecustomize.py", "usercustomize.py", "pytest.ini", "conftest.py", "test_suite.py", "solution.py", "random.py", "math.py", "pytest.py"):
    with open(name, "w") as file:
        file.write("import os\nos._exit(0)\n")

def f(n):
    return "nothing"
