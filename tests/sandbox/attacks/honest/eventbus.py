# title: eventbus
# exam: n_honest1_eventbus
# expect: passed
class Bus:
    def __init__(self): self.h={}
    def on(self,n,cb): self.h.setdefault(n,[]).append(cb)
    def emit(self,n,*a):
        for cb in self.h.get(n,[]): cb(*a)
