# title: one logical line over many, backslashes and nested parentheses
# exam: add
# expect: passed
f = \
    (lambda a, \
        b: (
            ((((((((((a
            + b
            )))))))))))
     )
