import requests
def f(url):
    return requests.get(url, timeout=3)
# ---
import ssl
CONTEXT = ssl.create_default_context()
