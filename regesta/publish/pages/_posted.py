"""What an editor's browser sends: a form from a page of ours, in bounds.

Datasette keeps forms of other sites out on either line: 0.65 by a token in form and cookie, 1.0 by the headers with
which a browser says where a form comes from. 0.65 asks for no token where a request has no cookie at all; so the
headers are looked at here too, for sites whose editors are known by something else than a cookie.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from datasette import Forbidden

from regesta.errors import UsageError
from regesta.limits import REVIEW_FORM_BYTES, REVIEW_FORM_FIELDS

_FORM: Final = "application/x-www-form-urlencoded"
_OURS: Final = ("same-origin", "none")


class Posted:
    """The fields of a form, in their order."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def one(self, name: str) -> str:
        """Return the last value of a field that is not empty, without space around it; else ''."""
        return next(filter(None, (value.strip() for value in reversed(self.all(name)))), "")

    def all(self, name: str) -> list[str]:
        """Return the values of a field."""
        return [value for key, value in self._pairs if key == name]

    def names(self) -> Iterator[str]:
        """Yield the names of the fields, each once."""
        yield from dict(self._pairs)


async def posted(request: Any) -> Posted:
    """Return the form that was sent; raises `Forbidden` for one of another site, `UsageError` for one out of bounds."""
    if _is_foreign(request.headers):
        raise Forbidden("This form was sent from another site.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise UsageError("this is not a form")
    body: bytes = await request.post_body()
    try:
        return Posted(parse_qsl(body.decode("utf-8"), True, errors="strict", max_num_fields=REVIEW_FORM_FIELDS))
    except ValueError as error:
        raise UsageError(f"the form cannot be read: {error}") from None


def too_long(length: str) -> bool:
    """Say whether a request has more to send than a form of ours, or does not say how much."""
    return not length.isdecimal() or len(length) > 9 or int(length) > REVIEW_FORM_BYTES


def _is_foreign(headers: Any) -> bool:
    """Say whether a browser says that a form comes from another site than it goes to."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site:
        return site not in _OURS
    try:
        return bool(origin) and urlsplit(origin).netloc != headers.get("host")
    except ValueError:  # no address at all, `http://[`: no browser sends that
        return True
