import tempfile
def f():
    with tempfile.NamedTemporaryFile() as file:
        return file.name
