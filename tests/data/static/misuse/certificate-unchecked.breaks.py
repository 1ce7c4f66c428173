import requests
def f(url):
    return requests.get(url, verify=False, timeout=3)
# ---
import ssl
CONTEXT = ssl._create_unverified_context()
