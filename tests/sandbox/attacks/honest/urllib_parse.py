# title: urllib parse
# exam: n_small
# expect: passed
from urllib.parse import urlparse
import http.client,email,socket,ssl
def f(a,b): return a+b
