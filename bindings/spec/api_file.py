"""The format of api.json: one line for whatever fits on one, so that a change to the API is a short diff."""
import json

WIDTH = 120


def text_of(value, indent=0):
    """JSON, broken into lines only where it has to be."""
    compact = json.dumps(value, ensure_ascii=False)
    if indent + len(compact) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return compact
    inner = indent + 2
    if isinstance(value, dict):
        parts = []
        for key, item in value.items():
            head = json.dumps(key) + ": "
            parts.append(head + text_of(item, inner + (len(head) if not isinstance(item, (dict, list)) else 0)))
        return "{\n" + ",\n".join(" " * inner + part for part in parts) + "\n" + " " * indent + "}"
    parts = [text_of(item, inner) for item in value]
    return "[\n" + ",\n".join(" " * inner + part for part in parts) + "\n" + " " * indent + "]"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))
