import builtins
builtins.len = lambda x: 0
# ---
__builtins__["print"] = None
# ---
import builtins
setattr(builtins, "sum", max)
