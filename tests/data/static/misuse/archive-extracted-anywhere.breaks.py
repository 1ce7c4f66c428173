import tarfile
def f(path):
    with tarfile.open(path) as archive:
        archive.extractall("out")
