import yaml
def f(text):
    return yaml.safe_load(text)
# ---
import yaml
def f(text):
    return yaml.load(text, Loader=yaml.SafeLoader)
