"""Templates print text as text, and script data as JSON that cannot leave its element."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2
import pytest

from regesta.publish.pages import rendering

TEMPLATES = Path(rendering.__file__).parent.parent / "templates" / "regesta"
BREAKERS = ("</script>", "<!--", "]]>", "&lt;", "\u2028", "'\"`", "{{ 7 * 7 }}")


def test_assets() -> None:
    """Every style sheet and script is there, with a type that browsers take and a version of its content."""
    sheet = rendering.ASSETS["site.css"]
    assert (sheet.content_type, len(sheet.version)) == ("text/css; charset=utf-8", 10)


@pytest.mark.parametrize("text", BREAKERS)
def test_json_in_a_script(text: str) -> None:
    """Data in a script element is the same data, without a sign that HTML reads."""
    written = rendering.script_json([text])
    assert (json.loads(written), {*"<>&\u2028"} & {*written}) == ([text], set())


def test_nothing_is_marked_safe() -> None:
    """No template passes text on unescaped, or turns escaping off."""
    found = [
        path.name
        for path in sorted(TEMPLATES.glob("*.html"))
        for word in ("|safe", "| safe", "autoescape", "Markup")
        if word in path.read_text("utf-8")
    ]
    assert found == []


def test_what_is_missing_is_an_error() -> None:
    """A template that names what it was not given fails, and prints no empty place."""
    with pytest.raises(jinja2.UndefinedError):
        rendering.render("problem.html", {})
