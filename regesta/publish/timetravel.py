"""Time travel in Datasette: `?_asof=` on what keeps dates, `/archive@2017-07-01/…` for everything else.

Guarantees that a replay shows what its base shows, in every format and under the same access rules, and that an
address which makes no sense costs nothing. Databases that are no archives are left alone.

- `?_asof=D` on `events` and on histories is a condition more; on other tables it leads to `/archive@D/…`.
- `?_known=K` is answered from `/archive@known=K/…`, without a redirect.
- `/archive@D`, `/archive@D,known=K` and `/archive@known=K` are databases like the archive itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import ZoneInfo

from datasette import Response
from datasette.filters import FilterArguments
from datasette.utils import tilde_encode
from datasette.utils.asgi import BadRequest, Request

from regesta.errors import RegestaError, UsageError
from regesta.publish import _address
from regesta.publish._access import App, Message, Receive, Scope, Send, refusal, rewritten
from regesta.publish._address import Address, Wish
from regesta.publish._replays import Ground, Site, site_of
from regesta.publish._serving import Serving, served, serving
from regesta.replay.asof import AsOf, as_of, moment_at

_AS_OF: Final = "_asof"
_KNOWN: Final = "_known"
# The name of the bound value. Not `_asof`: the form under "View and edit SQL" offers no field for such a name.
_VALUE: Final = "asof"
_READING: Final = ("GET", "HEAD", "OPTIONS")
_READABLE: Final = "@,=:-"


@dataclass(frozen=True, slots=True)
class Trip:
    """A request to an archive: where in it, at which point, and what else it asks for."""

    ground: Ground
    address: Address
    point: AsOf
    query: tuple[tuple[str, str], ...]

    @property
    def route(self) -> str:
        """The first segment of what Datasette makes links of."""
        point = _address.spelled(self.point, self.ground.zone)
        return f"{self.ground.base.route}@{point}" if point else str(self.ground.base.route)

    @property
    def readable(self) -> str:
        """The address of the page, as a person would write it."""
        name, _, point = self.route.partition("@") if self.point != AsOf() else (self.route, "", "")
        first = f"{tilde_encode(name)}@{quote(point, safe=_READABLE)}" if point else tilde_encode(name)
        return self._address(first)

    def path(self, route: str) -> str:
        """Return the path of the same page in the database with this route, as it stands in a request."""
        return f"/{tilde_encode(route)}{self.address.ending}{self.address.rest}"

    def _address(self, first: str) -> str:
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{first}{self.address.ending}{self.address.rest}{query}"
