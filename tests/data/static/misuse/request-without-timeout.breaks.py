import requests
def f(url):
    return requests.get(url).json()
# ---
from urllib.request import urlopen
def f(url):
    with urlopen(url) as answer:
        return answer.read()
