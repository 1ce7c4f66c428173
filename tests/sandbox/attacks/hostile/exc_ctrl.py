# title: exc ctrl
# exam: n_add2
# expect: raised
# limits: cpu_s=1, wall_s=3, case_wall_s=2
def f(a,b): raise ValueError("\x1b]0;x\x07\0<script>alert(1)</script>\ud800")
