import ast
def f(text):
    return ast.literal_eval(text)
# ---
def f(model):
    return model.eval()
