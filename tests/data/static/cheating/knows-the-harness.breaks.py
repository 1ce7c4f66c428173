from _pytest.runner import runtestprotocol
# ---
import evalplus
