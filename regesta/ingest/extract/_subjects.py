"""Whose answer a clause is: the state that is its subject, that of the person who speaks, or that of the heading above.

A state behind `unlike`, `to`, `from` … is not the subject; neither is one in an opening clause that begins with `after`
or `while`. Where that leaves a doubt there is no subject: a missing state is better than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from regesta.ingest.extract._people import Person
from regesta.ingest.extract._posts import Post
from regesta.ingest.extract._sections import is_enumeration
from regesta.ingest.extract._speakers import Voice
from regesta.ingest.extract._states import StateMention
from regesta.ingest.extract.layout import Span

if TYPE_CHECKING:
    from regesta.ingest.extract.document import Document

_GOVERNED: Final = re.compile(
    r"\b(?:unlike|like|to|from|against|neighboring|neighbouring|near|as|than|joining|joined|with|outside|"
    r"leaving|leave|via|behind"
    r"|follow|following|followed|between|by|copied|cited|citing|told|asked|urged|sued|suing|over|for|into|"
    r"across|including"
    r"|of (?:northern|southern|eastern|western|central))\s+(?:the state of\s+|of\s+)?$",
    re.IGNORECASE,
)
_OFFICIALS_OF: Final = re.compile(
    r"\b(?:officials?|office|leaders|authorities|lawmakers|clerks|those|here|back|one|administrators|"
    r"regulators|lawyers|attorneys|counsel|people|answer|reply|response|word|letter|news|spokes\w+|"
    r"residents|voters|neighbors|counterparts?|colleagues|agenc\w+|departments?|boards?|courts?|"
    r"families|goes)\s+(?:in|from|of|for|out of)\s+$",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"\s*\bof\s+(?:the state of\s+)?$", re.IGNORECASE)
_OF_WHAT: Final = re.compile(
    r"\b(?:outside|because|instead|ahead|copy|copies|lists?|parts?|bank|university|border|edge|corner|"
    r"every|map|most|some|rest|north|south|east|west"
    r"|speaking|told|example|side|case|cases|kind|sort)$",
    re.IGNORECASE,
)
_DAY_OR_MONTH: Final = (
    "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|"
    "September|October|November|December"
)
_CITY: Final = re.compile(
    rf"\b(?:[Ii]n|of|from|at|near|to|outside|around|"
    rf"and)\s(?:[A-Z][\w.]+\s){{0,2}}(?!(?:{_DAY_OR_MONTH})\b)[A-Z][a-z]+,\s$"
)
_SUBORDINATE: Final = re.compile(
    r"^(?:(?:[\w-]+\s){1,4}(?=after|before|since))?(?:after|when|although|though|because|since|as|once|"
    r"before|unlike|like|besides|if|despite|while|"
    r"with)\b[^,]{3,90},\s",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    r"^\W*(?:(?:but|and|so|still|yet|then|now|instead|meanwhile|later|in (?:a|an|her|his|its) [\w ]{3,40}|"
    r"on \w+|for now|so far|asked [\w ,]{3,60})\b,?\s+)*"
    r"(?:the state|the state's|it|its|they|their|we|our|she|he|his|her|"
    r"the (?:governor|secretary|attorney general|department|agency|office"
    r"|division|legislature|commissioner|director|superintendent|administration|commonwealth|board|clerk|"
    r"chief|commission's reply)(?:'s)?|officials|lawyers there|state officials|state law|a spokes\w+|"
    r"an aide)\b",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"\b(?:states|critics|advocates|opponents|groups?|congress|the white house|president|federal|washington|judges?"
    r"|task force|panel|bureau|unions?|associations?|supporters|experts|senators?"
    r"|companies|company|professor|districts?|farmers|you)\b",
    re.IGNORECASE,
)
RELATIVE: Final = re.compile(r"(?<=,)\s(?:which|who|whose|where|once|having)\s[^,\"]{3,90}(?=,)")
_NEIGHBOR_OF: Final = re.compile(r"'s?\s(?:\w+\s)?(?:neighbou?rs?|counterparts?)\b")
_HE_OR_SHE: Final = re.compile(r"\W*(?:(?:but|and|so|still|later|then|instead)\b,?\s+)?(?:he|she)\b", re.IGNORECASE)
_NAMED_BEFORE: Final = 400  # characters before a pronoun in which whom it means was named
_REACH: Final = 120  # characters behind a cue in which those are named who answered so
_AGENT: Final = re.compile(
    r"[^.;:]{0,60}?(?:\b(?P<joint>by|were|are|was|is|came from)\s+|(?:\b(?:includ\w+|such as|among them|"
    r"namely)|:|\s-+)\s+)"
    r"(?:(?:officials|lawmakers|the legislatures?|regulators|those) (?:in|of)\s+|the state of\s+)?(?=[A-Z])",
    re.IGNORECASE,
)
_WE: Final = re.compile(
    r"\b(?:we|our|this (?:office|state|department|agency|division|board)|the (?:department|office|division|state))\b",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"[,\"]\s*(?:said|says|according to|announced|wrote)\s", re.IGNORECASE)


class Subject(NamedTuple):
    """The states that a clause is about, by which rule, and the person who answers for them where one is named."""

    states: tuple[str, ...] = ()
    rule: str = ""
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known before a clause is read: the states of the heading, the state last spoken of, the post it is in."""

    heading: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    post: Post | None = None
    near: bool = False  # that state was named in the paragraph of the clause


def subject_of(document: Document, clause: Span, cue: Span | None, scope: Scope) -> Subject:
    """Return whom a clause is about; ``cue`` is where it answers, None where it does not."""
    limit = cue.end if cue else clause.end
    quoted = document.voice_at(cue.start if cue else clause.start)
    start = max(clause.start, quoted[0].start) if quoted else clause.start
    speaker = _speaker(document, clause.start, limit)
    codes = named_states(document, start, limit)
    if codes:
        return Subject(codes, "subject", speaker if len(codes) == 1 else None)
    if quoted:
        state = _state_of(document, quoted[1])
        if state:
            return Subject((state,), "speaker", quoted[1].person)
        around = {
            item.code for item in document.states_in(clause.start, clause.end) if not document.in_quote(item.start)
        }
        if len(around) == 1:
            return Subject(tuple(around), "speaker", quoted[1].person)
        if quoted[1].is_settled or quoted[0].start <= clause.start + 1:
            known = {person.state for name in quoted[1].candidates if (person := document.people.by_name.get(name))}
            strangers = _OTHERS.search(document.flat, clause.start, clause.end) or known - {None, *scope.last}
            return Subject() if strangers else _of_paragraph(scope)
    return _spoken(document, clause, limit) or _from_around(document, clause, cue, scope)


def _spoken(document: Document, clause: Span, limit: int) -> Subject | None:
    """Return the states of the people who are named before the cue."""
    mentions = [
        item for item in document.people.at(clause.start, limit) if not is_governed(document, item.start, clause.start)
    ]
    people = [document.people.of(item) for item in mentions if not document.is_modifier(item)]
    codes = tuple(dict.fromkeys(person.state for person in people if person.state))
    return Subject(codes, "speaker", people[0].name if len(codes) == 1 else None) if codes else None


def _from_around(document: Document, clause: Span, cue: Span | None, scope: Scope) -> Subject:
    """Return the state by what stands around the clause: its post, its tag, its heading, what was spoken of last."""
    limit = cue.end if cue else clause.end
    if scope.post and scope.post.person:
        person = document.people.by_name.get(scope.post.person)
        if person and person.state:
            return Subject((person.state,), "post", person.name)
    behind = (_agent(document, clause, limit) or _tagged(document, limit)) if cue else None
    if behind:
        return behind
    if scope.heading:
        return Subject(scope.heading, "heading")
    if document.sender and _WE.search(document.flat, clause.start, min(limit, clause.start + 60)):
        return Subject((document.sender,), "sender")
    named = _named_before(document, clause.start) if _HE_OR_SHE.match(document.flat, clause.start) else None
    if named:
        return Subject((named.state or "",), "carried", named.name)
    elliptic = cue is not None and cue.start - clause.start < 5
    if len(scope.last) == 1 and (elliptic or _means_the_same(document, clause.start, limit)):
        return Subject(scope.last, "carried")
    return _of_paragraph(scope) if cue and not _OTHERS.search(document.flat[clause.start : limit]) else Subject()


def _of_paragraph(scope: Scope) -> Subject:
    """Return the one state that a paragraph has spoken of, for whoever answers in it and is of no other."""
    return Subject(scope.last, "carried") if scope.near and len(scope.last) == 1 else Subject()


def _named_before(document: Document, position: int) -> Person | None:
    """Return the person named last before a pronoun, if a state is known of them."""
    mentions = document.people.at(max(0, position - _NAMED_BEFORE), position)
    person = document.people.of(mentions[-1]) if mentions else None
    return person if person and person.state else None


def _speaker(document: Document, start: int, limit: int) -> str | None:
    people = {item.full for item in document.people.at(start, limit) if not document.is_modifier(item)}
    return people.pop() if len(people) == 1 else None


def named_states(document: Document, start: int, limit: int) -> tuple[str, ...]:
    """Return the states named as subject before the cue; in what somebody reports, those behind the verb of saying."""
    opening = _SUBORDINATE.match(document.flat[start:limit])
    low = start + (opening.end() if opening else 0)
    items = [
        item for item in document.states_in(low, limit)
        if item.how != "demonym"
        and not is_governed(document, item.start, low)
        and not _is_aside(document, item, low, limit)
    ]  # fmt: skip
    groups = groups_of(document, items)
    verb = document.reporting.search(document.flat, low, limit)
    behind = [group for group in groups if verb and group[0].start > verb.start()]
    chosen = behind[0] if behind else [item for group in groups for item in group]
    return tuple(dict.fromkeys(item.code for item in chosen))


def _is_aside(document: Document, item: StateMention, low: int, limit: int) -> bool:
    """Say whether a state is named in a relative clause or only to say whose neighbour another is."""
    if _NEIGHBOR_OF.match(document.flat, item.end):
        return True
    return any(match.start() < item.start < match.end() for match in RELATIVE.finditer(document.flat, low, limit))


def groups_of(document: Document, items: list[StateMention]) -> list[list[StateMention]]:
    """Return mentions of states in groups that only commas and `and` join."""
    groups: list[list[StateMention]] = []
    for item in items:
        if groups and is_enumeration(document.flat[groups[-1][-1].end : item.start]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def is_governed(document: Document, position: int, low: int) -> bool:
    """Say whether a name is the object of what stands before it, and so cannot be the subject."""
    before = document.flat[max(low, position - 45) : position]
    if _OFFICIALS_OF.search(before):
        return False
    if _CITY.search(before) and not any(
        item.end == position - 2 for item in document.states_in(max(0, position - 45), position)
    ):
        return True  # a city and its state
    if _OF.search(before):
        return bool(_OF_WHAT.search(_OF.sub("", before)))
    if re.search(r"\b(?:in|at)\s+$", before, re.IGNORECASE):
        return not re.match(r"\W*in\s+$", before, re.IGNORECASE)
    return bool(_GOVERNED.search(before))


def _state_of(document: Document, voice: Voice) -> str | None:
    """Return the state of a speaker: known, or that of the first candidate where the text goes on about one person."""
    if voice.person or (voice.role and not voice.candidates):
        return voice.state
    first = document.people.by_name.get(voice.candidates[0]) if voice.candidates else None
    # A pronoun means the person named last nearly always, as does a quote that goes on; a mere neighbour does not.
    return first.state if first and voice.rule in ("carried", "pronoun", "goes-on") else None


def _agent(document: Document, clause: Span, start: int) -> Subject | None:
    """Return the states behind the cue that it is said of: `rejected by Ohio`, `refusing are Ohio and Iowa`."""
    sentence = document.sentence_of(clause.start)
    for lead in _AGENT.finditer(document.flat, start, min(sentence.end, start + _REACH)):
        groups = groups_of(document, document.states_in(lead.end(), sentence.end))
        if groups and groups[0][0].start == lead.end() and (lead["joint"] or len(groups[0]) > 1):
            return Subject(tuple(dict.fromkeys(item.code for item in groups[0])), "subject")
    return None


def _tagged(document: Document, start: int) -> Subject | None:
    """Return the state of whom the words behind the cue name as the one who says so: `, said the governor of Ohio`."""
    sentence = document.sentence_of(start)
    verb = _TAG.search(document.flat, start, sentence.end)
    if not verb:
        return None
    people = document.people.at(verb.end(), min(sentence.end, verb.end() + 90))
    person = document.people.of(people[0]) if people else None
    if person and person.state:
        return Subject((person.state,), "subject", person.name)
    codes = [item.code for item in document.states_in(verb.end(), min(sentence.end, verb.end() + 60))]
    return Subject(tuple(codes[:1]), "subject") if codes else None


def _means_the_same(document: Document, start: int, limit: int) -> bool:
    """Say whether the subject of a clause is a word for what was spoken of: `the state`, `it`, `she`."""
    words = document.flat[start:limit]
    return bool(_SAME.match(words)) and not _OTHERS.search(words)
