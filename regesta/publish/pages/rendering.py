"""Templates to HTML, and the style sheets and scripts beside them.

Guarantees that every value that a template prints is escaped: nothing here or in a template marks text of an archive
as safe. What a template does not find is an error, never an empty place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from regesta.publish.reading.events import kind, when

_HERE: Final = Path(__file__).parent.parent
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# What could end the script element, or begin a comment in it, is written as an escape of JSON.
_IN_SCRIPT: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Asset(NamedTuple):
    """A file that pages link to; ``version`` changes with its content."""

    body: bytes
    content_type: str
    version: str


def _assets() -> dict[str, Asset]:
    files = sorted(path for path in (_HERE / "static").iterdir() if path.suffix in _TYPES)
    bodies = {path.name: path.read_bytes() for path in files}
    return {
        name: Asset(body, _TYPES[Path(name).suffix], sha256(body).hexdigest()[:10]) for name, body in bodies.items()
    }


ASSETS: Final = _assets()


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return a template of `templates/regesta/`, filled with values."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates" / "regesta"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"when": when, "kind": kind, "thousands": "{:,}".format, "script_json": script_json}
    return environment


def script_json(value: object) -> Markup:
    """Return a value as JSON that can stand in a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT))
