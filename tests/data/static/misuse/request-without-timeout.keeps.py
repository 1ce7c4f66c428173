import requests
def f(url):
    return requests.get(url, timeout=5).json()
# ---
from urllib.request import urlopen
def f(url):
    with urlopen(url, timeout=3) as answer:
        return answer.read()
