# title: calls the test's function without end
# exam: apply
# limits: cpu_s=1, wall_s=1.5, case_wall_s=1
# expect: case_time|cpu_time|wall_time
def f(function, values):
    while True:
        function(1)
