# title: V hasattr
# exam: n_honest1_V_hasattr
# expect: passed
class V:
    def __init__(self,x,y): self.x=x; self.y=y
    def __add__(self,o): return V(self.x+o.x,self.y+o.y)
    def __mul__(self,k): return V(self.x*k,self.y*k)
    def __neg__(self): return V(-self.x,-self.y)
    def __abs__(self): return (self.x**2+self.y**2)**.5
    def __eq__(self,o): return isinstance(o,V) and (self.x,self.y)==(o.x,o.y)
    def __hash__(self): return hash((self.x,self.y))
    def __repr__(self): return f"V({self.x}, {self.y})"
    def __len__(self): return 2
    def __getitem__(self,i): return (self.x,self.y)[i]
    def __contains__(self,v): return v in (self.x,self.y)
    def __bool__(self): return bool(self.x or self.y)
    def __lt__(self,o): return abs(self)<abs(o)
    def __iter__(self): return iter((self.x,self.y))
    def __call__(self,z): return self.x*z
