# title: a function built from text, types.FunctionType and code.replace
# exam: add
# expect: passed
import types

code = compile("def made(a, b): return a + b", "made", "exec").co_consts[0]
f = types.FunctionType(code.replace(co_name="f"), globals(), "f")
