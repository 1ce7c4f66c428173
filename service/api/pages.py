"""The documentation page: made from the service's own OpenAPI document, without anything from another host."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24 }
code, pre { font: 14px/1.45 ui-monospace, monospace } pre { background: #f4f5f7; padding: .8rem; overflow: auto }
details { border: 1px solid #d6dae0; border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer } .method { display: inline-block; width: 4rem; font-weight: 600 }
table { border-collapse: collapse } td, th { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top }
"""


def documentation(document: dict[str, Any]) -> str:
    """An HTML page that lists every route with its parameters, bodies and answers.

    Args:
        document: The OpenAPI document.
    """
    info = document["info"]
    tags: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation.get("tags", ["other"])[0], []).append(_operation(path, method, operation))
    sections = [f"<h2>{escape(tag)}</h2>{''.join(operations)}" for tag, operations in tags.items()]
    schemas = [_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])}</title>"
        f"<style>{_STYLE}</style><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        "<p>The same for machines: <a href=openapi.json>openapi.json</a></p>"
        f"{''.join(sections)}<h2>Bodies</h2>{''.join(schemas)}</html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = [
        f"<tr><td><code>{escape(each['name'])}</code><td>{escape(each['in'])}"
        f"<td>{escape(_type_of(each.get('schema', {})))}<td>{escape(each.get('description', ''))}"
        for each in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {})
    answers = [
        f"<tr><td>{escape(status)}<td>{escape(answer.get('description', ''))}<td>{_contents(answer.get('content', {}))}"
        for status, answer in operation.get("responses", {}).items()
    ]
    return (
        f"<details><summary><span class=method>{method.upper()}</span><code>{escape(path)}</code></summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        + (f"<h4>Parameters</h4><table>{''.join(parameters)}</table>" if parameters else "")
        + (f"<h4>Body</h4>{_contents(body)}" if body else "")
        + f"<h4>Answers</h4><table>{''.join(answers)}</table></details>"
    )


def _contents(content: dict[str, Any]) -> str:
    return ", ".join(
        f"{escape(kind)} {_link(_type_of(value.get('schema', {})))}".strip() for kind, value in content.items()
    )


def _link(name: str) -> str:
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name[:1].isupper() else escape(name)


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        f"<tr><td><code>{escape(field)}</code>{' *' if field in required else ''}<td>{_link(_type_of(value))}"
        f"<td>{escape(value.get('description', ''))}"
        for field, value in schema.get("properties", {}).items()
    ]
    values = ", ".join(str(value) for value in schema.get("enum", []))
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        f"<p>{escape(schema.get('description', ''))} {escape(values)}</p><table>{''.join(rows)}</table></details>"
    )


def _type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_of(each) for each in schema["anyOf"])
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_type_of(schema.get('items', {})) or 'anything'}"
    return str(kind)
