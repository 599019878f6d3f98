"""Pages of a newspaper that never was, each laid out as one of the many ways that pages of newspapers are.

In each, `{0}` to `{9}` stand for sentences of the story, `[+…]` marks other words that a reader wants to keep, and
`[-…]` words that are no part of the story: navigation, comments, what advertises other stories.
"""

from __future__ import annotations

import re

SENTENCES = (
    "The secretary of state said on Thursday that her office would not hand over the list of library cardholders.",
    "County clerks across the region were told to wait for written advice, according to a memo of June 29, 2017.",
    "“We see no ground in law for it,” said Maria Delgado, a Democrat who has held the office since 2011.",
    "The commission, which the governor set up in May, asked for names, addresses, dates of birth and loans since 2006.",
    "A spokesman for the panel, Peter Lund, did not say how the data would be kept safe or who would read it.",
    "By Friday evening at least two dozen counties had refused in full or in part, and nine were still reading.",
    "Officials in the north took another view and offered the part of the records that anyone may buy for 25 dollars.",
    "“If it is public, they can have it like everybody else,” Tom Okafor, the clerk of Alder County, told reporters.",
    "Civil liberties groups called the request a threat to readers and promised to go to court if a county complied.",
    "The deadline in the letter is July 14, and the panel plans to meet for the first time on July 19 in the capital.",
)
NAV = "<nav><ul><li><a href=/>[-Home]</a><li><a href=/p>[-Politics]</a><li><a href=/s>[-Sports]</a></ul></nav>"
RELATED = (
    '<aside class="related"><h3>[-Related stories]</h3><ul>'
    + "<li><a href=/a>[-Council votes on the new bridge over the river after a long debate]</a>" * 4
    + "</ul></aside>"
)
COMMENTS = (
    '<div id="comments" class="comments-area"><h3>[-3 comments]</h3><ol class="comment-list">'
    + "<li class=comment><p>[-I think that this is all wrong and that somebody should look into it.]</p></li>" * 3
    + "</ol></div>"
)
FOOTER = "<footer><p>[-© 2017 The Alder Courier. All rights reserved.] <a href=/t>[-Terms of use]</a></p></footer>"
POST = (
    '<blockquote class="twitter-tweet" data-lang="en"><p lang="en" dir="ltr">[+My reply to the commission: no.]'
    ' <a href="https://t.co/x">https://t.co/x</a></p>&mdash; [+Maria Delgado (@sosdelgado)]'
    ' <a href="https://x.example/1">[+June 30, 2017]</a></blockquote><script async src="//x.example/w.js"></script>'
)


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Courier</title>{head}</head><body>{body}</body></html>"


def wanted(layout: str) -> list[str]:
    """Return what a reader wants of a layout."""
    return [*re.findall(r"\[\+([^\]]*)\]", layout), *(SENTENCES[int(n)] for n in re.findall(r"\{(\d)\}", layout))]


def unwanted(layout: str) -> list[str]:
    return re.findall(r"\[-([^\]]*)\]", layout)


def html(layout: str) -> bytes:
    """Return the page itself."""
    return re.sub(r"\[[+-]([^\]]*)\]", r"\1", layout.format(*SENTENCES)).encode()


LAYOUTS = {
    "a blog's article with everything around it": page(
        f'<header>{NAV}</header><main><article class="post"><header class="entry-header"><h1>[+Clerks refuse]</h1>'
        '<div class="entry-meta">By <a href=/j>Jane Roe</a> <time class="updated">[+Updated June 30, 2017 at noon]</time></div>'
        '</header><div class="entry-content"><figure class="wp-caption"><img src=a.jpg><figcaption class="wp-caption-text">'
        "[+Maria Delgado speaks at the capitol on Thursday.]</figcaption></figure><p>{0}</p><p>{1}</p><h2>[+How they answered]</h2>"
        "<ul><li>[+Alder: will send what is public]<li>[+Birch: refuses]<li>[+Cedar: no answer]</ul><p>{2}</p>"
        f"{POST}<blockquote><p>[+We will fight this in every court of the land.]</p></blockquote><p>{{3}}</p></div></article>"
        f"{COMMENTS}</main>{RELATED}{FOOTER}"
    ),
    "divisions and line breaks": page(
        f'<div id=top>{NAV}</div><div id=wrap><div class=story><div class=headline>[+Clerks refuse]</div><div class=dateline>'
        "[+Posted: Jun 30, 2017 9:15 AM EDT]</div><div class=body>{0}<br><br>{1}<br><br>{2}<br><br>{3}</div></div>"
        f"<div class=sidebar>{RELATED}</div></div>"
    ),
    "tracker with headings": page(
        f"{NAV}<article><h1>[+Where each county stands]</h1><p>{{0}}</p><h3>[+Alder]</h3><p>[+Will send it.]</p><h3>[+Birch]</h3>"
        "<p>[+Refuses.]</p><h3>[+Cedar]</h3><p>[+“No,” the clerk said.]</p><h3>[+Dogwood]</h3><p>[+Refuses.]</p>"
        f"<p><em>[+Last updated on July 5 at 4:02 p.m.]</em></p></article>{COMMENTS}{FOOTER}"
    ),
    "list of answers": page(
        f"{NAV}<div class=content><h1>[+Answers so far]</h1><p>{{0}}</p><ul><li><strong>[+Alder]</strong>: [+partial]<li><strong>"
        f"[+Birch]</strong>: [+refuses]<li><strong>[+Cedar]</strong>: [+undecided]</ul><p>{{1}}</p></div>{FOOTER}"
    ),
    "table of answers": page(
        f"{NAV}<main><h1>[+County by county]</h1><p>{{0}}</p><table><thead><tr><th>[+County]<th>[+Answer]<th>[+Date]</thead>"
        "<tr><td>[+Alder]<td>[+partial]<td>[+June 20, 2017]<tr><td><p>[+Birch]</p><td><p>[+refuses]</p><td>[+June 21, 2017]"
        f"</table><p>{{1}}</p></main>{FOOTER}"
    ),
    "press release in a table of layout": page(
        f'<form id="aspnetForm" method="post"><input type=hidden name=v><table><tr><td class=nav>{NAV}</td><td class=main><p><b>'
        "[+FOR IMMEDIATE RELEASE]</b></p><p>[+June 30, 2017]</p><p>[+CONTACT: Sam Reed, 555-0100]</p><h2>[+Our answer]</h2><p>{0}"
        f"</p><p>{{1}}</p><p>{{2}}</p><p>[+###]</p></td></tr></table></form>{FOOTER}"
    ),
    "paragraphs in spans": page(
        f"<div class=site-nav>{NAV}</div><section class=article__main><h1>[+Clerks refuse]</h1><h2 class=dek>[+The law keeps it"
        " closed.]</h2><span class=byline>By Jane Roe</span><div class=paragraph><span>{0}</span></div><div class=paragraph><span>"
        f"{{1}}</span></div><div class=paragraph><span>{{2}}</span></div></section>{RELATED}{FOOTER}"
    ),
    "story of posts": page(f"{NAV}<article><h1>[+What the clerks wrote]</h1><p>{{0}}</p>{POST * 3}<p>{{1}}</p></article>{FOOTER}"),
    "post in a box of its own": page(
        f'{NAV}<article><p>{{0}}</p><p>{{1}}</p><div class="embed embed-social">{POST}</div><p>{{2}}</p></article>{FOOTER}'
    ),
    "two sentences": page(f"{NAV}<article><h1>[+Brief: Birch refuses]</h1><p>[+It will not comply.]</p></article>{FOOTER}"),
    "one sentence": page(f"{NAV}<div><p>[+Birch County will not comply, its clerk said on Friday.]</p></div>{FOOTER}"),
    "caption in divisions": page(
        f'{NAV}<div class="article-body" itemprop="articleBody"><div class=image><img src=x.jpg><div class=caption>[+The clerk at'
        " his desk in Alder on June 28.]</div></div><p>{0}</p><p>{1}</p><p>{2}</p><p><strong>[+Update, July 5:]</strong> {3}</p><p>"
        f"[+Correction: An earlier version gave the wrong county.]</p></div>{COMMENTS}{FOOTER}"
    ),
    "questions and answers": page(
        f"{NAV}<div id=content><h1>[+Questions and answers]</h1><dl><dt>[+What did it ask for?]<dd>{{0}}<dt>[+Who may see it?]<dd>{{1}}"
        f"<dt>[+What comes next?]<dd>{{2}}</dl></div>{FOOTER}"
    ),
    "letter as it was typed": page(
        "<pre>[+June 28, 2017]\n\n[+The Honorable Maria Delgado]\n[+Secretary of State]\n\n[+Dear Secretary Delgado:]\n\n{0}\n\n{1}\n\n"
        "[+Sincerely,]\n[+Karl Berg]</pre>"
    ),
    "box of facts within the story": page(
        f"<header class=masthead>{NAV}</header><article class=o-article><header><h1>[+Clerks refuse]</h1><p class=standfirst>"
        "[+Two dozen counties say no.]</p><p class=byline>[+By Jane Roe, June 30, 2017]</p></header><p>{0}</p><p>{1}</p><aside "
        "class=factbox><h4>[+What was asked for]</h4><ul><li>[+names]<li>[+dates of birth]</ul></aside><p>{2}</p><ol><li>[+Alder said"
        f" yes.]<li>[+Birch said no.]</ol><div class=social-share><a href=#>[-Share on Facebook]</a></div></article>{RELATED}{FOOTER}"
    ),
    "paragraphs that are divisions": page(
        f"{NAV}<div class=l-container><h1 class=pg-headline>[+Clerks refuse]</h1><p class=update-time>[+Updated 4:02 PM ET, Wed July"
        " 5, 2017]</p><section id=body-text><div class=zn-body__paragraph>{0}</div><div class=zn-body__paragraph>{1}</div><h3>[+What"
        f" happens next]</h3><div class=zn-body__paragraph>{{2}}</div></section></div>{FOOTER}"
    ),
    "radio": page(
        f"{NAV}<article class=story><div class=storytitle><h1>[+Clerks refuse]</h1></div><div class=dateblock><time datetime="
        "2017-06-30T19:05:00-04:00><span class=date>[+June 30, 2017]</span></time></div><div id=storytext class=storytext><div "
        'class="bucketwrap image"><div class=credit-caption><div class=caption><p>[+A member speaks to reporters in May.]</p></div>'
        "</div></div><p>[+Updated at 4:02 p.m. ET on July 5]</p><p>{0}</p><p>{1}</p><p>{2}</p>"
        f"{POST}<p>{{3}}</p></div></article>{FOOTER}"
    ),
    "state's press release": page(
        f'<div class="region-header">{NAV}</div><main role=main><article class="node--type-press-release"><h1 class=page-title>'
        "[+We will not comply]</h1><div class=field--name-field-date>[+Friday, June 30, 2017]</div><div class=field--name-body><p>"
        f"[+CAPITAL CITY —]</p><p>{{0}}</p><p>{{1}}</p><p class=text-align-center>[+# # #]</p></div></article></main>{FOOTER}"
    ),
    "first paragraphs as a teaser": page(
        f"{NAV}<article><h1>[+Clerks refuse]</h1><div class=article-body><div class=teaser-content><p>{{0}}</p><p>{{1}}</p></div>"
        f"<div class=remainder-content><p>{{2}}</p><p>{{3}}</p><p>{{4}}</p></div></div></article>{FOOTER}"
    ),
    "many articles on a page": page(
        f"{NAV}<main><h1>[+Answers as they come in]</h1><article class=post><h2><time>[+July 1, 10:00 a.m.]</time></h2><p>{{0}}</p><p>"
        "{1}</p></article><article class=post><h2><time>[+July 2, 10:00 a.m.]</time></h2><p>{2}</p><p>{3}</p></article>"
        f"<article class=post><h2><time>[+July 3, 9:00 a.m.]</time></h2><p>{{4}}</p><p>{{5}}</p></article></main>{FOOTER}"
    ),
    "made by hand": "<h1>[+Clerks refuse]</h1><p><i>[+June 30, 2017]</i><p>{0}<p>{1}<p>{2}<p>{3}",
    "interview": page(
        f"{NAV}<article><h1>[+Five questions]</h1><p><strong>[+Why no?]</strong></p><p>{{0}}</p><p><strong>[+And now?]</strong></p><p>"
        f"{{1}}</p></article>{COMMENTS}{FOOTER}"
    ),
    "list of links": page(
        f"{NAV}<article><h1>[+Statements]</h1><p>{{0}}</p><ul><li><a href=//x.example/1>[+Alder County]</a>: [+partial]<li><a href="
        f"//x.example/2>[+Birch County]</a>: [+refuses]</ul><p>{{1}}</p></article>{FOOTER}"
    ),
}  # fmt: skip
