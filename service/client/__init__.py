"""The SDK: speak to an Assay service over HTTP. Needs ``httpx`` and nothing else.

::

    with Assay("http://127.0.0.1:8000") as assay:
        found = assay.verify(code, task_id="mbpp/11")
        print(found["verdict"])
"""

from service.client.asynchronous import AsyncAssay
from service.client.calls import AssayError, Unreachable
from service.client.synchronous import Assay

__all__ = ["Assay", "AssayError", "AsyncAssay", "Unreachable"]
