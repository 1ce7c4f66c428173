# title: getpass
# exam: n_small
# expect: passed
import getpass,os
def f(a,b):
    try: getpass.getuser()
    except Exception: pass
    os.getpid(); os.cpu_count(); os.getcwd()
    return a+b
