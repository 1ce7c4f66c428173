# title: sends the frames that only an examiner sends
# exam: secret
# expect: policy|wrong
import json, os, struct

def f(n):
    for kind in (11, 12, 13, 14, 15, 10):
        body = json.dumps({"ending": "completed", "outcomes": "ppppp", "nonce": "", "version": "", "phase": "test"}).encode()
        os.write(4, struct.pack("!IB", len(body), kind) + body)
    return "nothing"
