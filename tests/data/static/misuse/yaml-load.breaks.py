import yaml
def f(text):
    return yaml.load(text)
# ---
import yaml
def f(text):
    return yaml.load(text, Loader=yaml.Loader)
