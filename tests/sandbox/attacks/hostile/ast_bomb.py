# title: ast bomb
# exam: n_add2
# expect: raised
# limits: cpu_s=1, wall_s=3, case_wall_s=2
import ast
def f(a,b):
    return ast.literal_eval("("*100000)
