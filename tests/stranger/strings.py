"""Words that mean something to SQL, a shell, a terminal, a format or a file system (promise P13)."""

from __future__ import annotations

from typing import Final

STRINGS: Final = (
    "'", '"', "'; drop table events; --", '" or 1=1', "' or '1'='1", "1; select 1", "attach 'x.db' as x",
    "answers_history", ":at", "?1", "\0", "a\0b", "\n", "a\r\nb", "\t", "\x1b[2J", "\x1b]0;x\x07",
    "\x9b2J", "../", "../../etc/passwd", "/dev/null", "-o", "--", "--help", "\u202e", "\u2066x\u2069", "\ufeff", "%s",
    "%(x)s%n", "{0}", "{x.__class__}", "$(id)", "file:x?mode=rw", "[red]x[/red]", "\\", "\udcff", "\ud800x", "",
    "x" * 50_000, "9" * 40, "~41", ",", "2017-02-30", "今日", "١٢",
    "') union select * from sqlite_master --", "1 or 1=1", "x' and load_extension('x') and 'x'='x", "`id`", "[events]", "/* */", "/**/or/**/1=1",
    "';vacuum into '/tmp/x", "%27%20or%201=1", "\\'; select 1; --", "events.data", "state/%", "_", "*", "NEAR(a b)", '"a" AND', "a:b", "2017/..", "..", "@archive.toml",
    "~/x", "C:\\nul", "<script>alert(1)</script>", "=cmd|'/c x'!A1", "event/1",
)  # fmt: skip
