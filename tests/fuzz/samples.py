"""A story, a page, a letter, and the words of the forms that documents have: what inputs are made of."""

from __future__ import annotations

from typing import Final

from tests.ingest.readers.made import HEAD

STORY: Final = """\
State officials answer a letter

By Ann Lee, July 5, 2017, 4:02 pm

Ohio said no. “We will not hand it over,” said Secretary of State Jon Husted (R) on Friday. Kentucky and Virginia
also refused to comply with the request of June 28, while Maine has not yet decided, a spokesman said yesterday.

- Alabama: will provide publicly available information, such as names, addresses and party.
- Texas: partly. The deadline is July 14.
- California — declines; “no Social Security numbers”, Mr. Padilla tweeted: @AlexPadilla4CA

At least 44 states and the District of Columbia have refused, CNN reported. Update, July 6: Louisiana answered too.
Vice Chair Kris Kobach of Kansas, who was appointed on May 11, 2017, wrote to all 50 states last week.
"""
STORY_WORDS: Final = (
    b"Ohio", b"New Mexico", b"D.C.", b"Virginia", b"said", b"according to ", b"refused to comply", b"will provide", b"Mr. ", b"Gov. ",
    b"Secretary of State ", b"on Friday", b"yesterday", b"last week", b"the next day", b"July 4", b"2017", b"4:02 pm", b"EDT", b"44 states",
    b"at least ", b"names", b"Social Security numbers", b"Update: ", b"deadline ", b"tweeted", b"@a", b"By ", b"Dear ", b"(R)", b"\n\n", b"\n- ",
    "“".encode(), "”".encode(), "‘".encode(), "’".encode(), "—".encode(), "•".encode(), b'"', b"'s ", b"; ", b": ", b" and ", b" not ",
)  # fmt: skip
PAGE: Final = (
    b"<!doctype html><html><head><meta charset=utf-8><title>Ohio says no</title><base href='https://a.example/'>"
    b"<link rel=canonical href='/ohio'><meta property='article:published_time' content='2017-06-30T10:00:00-04:00'>"
    b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ohio", "datePublished": "2017-06-30",'
    b' "publisher": {"name": "Alder Courier"}, "@graph": [{"@type": ["Article"]}]}</script></head><body><article>'
    b"<h1>Ohio says no</h1><p class=byline>By Ann Lee</p><time datetime='2017-06-30'>June 30</time><p>Ohio said &ldquo;no&rdquo; &#8212; "
    b"<b>again</b>.</p><ul><li>One<li>Two</ul><table><tr><th>State<td>Answer<tr><td>Ohio<td>no</table><blockquote>We won't.</blockquote>"
    b"<figure><img src=a alt=b><figcaption>Caption</figcaption></figure><p hidden>x</p></article></body></html>"
)
PAGE_WORDS: Final = (
    b"<p>", b"</p>", b"<div hidden>", b"<b>", b"<table>", b"<tr>", b"<td rowspan=9>", b"<li>", b"<q>", b"<br>", b"<hr>", b"<pre>", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b"<script>", b"</script>", b"<style>", b"<svg>", b"<math>", b"<template>", b"<noscript>", b"<textarea>", b"<plaintext>",
    b"<select>", b"<iframe>", b"<frameset>", b"<time datetime='2017'>", b"<meta charset=utf-16>", b"<meta charset=x>", b"&amp;", b"&#0;",
    b"&#xD800;", b"&#99999999;", b"&ldquo", b" href='http://[::1'", b" href='//'", b" content=", b" class=date", b" datetime=", b"<?xml version='1.0'?>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"datePublished", b"dateModified", b"[]", b"{}", b"null", b"<base href=http://[>",
)  # fmt: skip
MAIL: Final = HEAD + (
    b"To: =?utf-8?q?Ann_L=C3=A9e?= <ann@example.org>\nMIME-Version: 1.0\nMessage-ID: <1@a.example>\n"
    b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=iso-8859-1\n"
    b"Content-Transfer-Encoding: quoted-printable\n\nWe will not hand it over =E9.\n--x\nContent-Type: text/html\n"
    b"Content-Transfer-Encoding: base64\n\nPHA+Tm8uPC9wPg==\n--x\nContent-Type: message/rfc822\n\nSubject: in\n\nNo.\n--x--\n"
)
MAIL_WORDS: Final = (
    b"From: ", b"Date: ", b"Subject: ", b"Content-Type: ", b"multipart/alternative", b"multipart/digest", b"message/rfc822", b"text/html", b"boundary=",
    b"charset=", b"utf-7", b"unknown-8bit", b"us-ascii", b"idna", b"undefined", b"punycode", b"Content-Transfer-Encoding: ", b"base64", b"uuencode",
    b"quoted-printable", b"=?utf-8?b?", b"=?x?q?", b"?=", b"=\n", b"--x\n", b"--x--", b"\n\n", b"\r\n", b"From a Fri Jun 30 10:00:00 2017\n", b"filename*0*=",
    b"utf-8''%ff", b";", b"<", b">", b"@", b"(", b"-0000", b"Fri, 99 Jun 2017 25:61:00 +9999", b"begin 644 a\n",
)  # fmt: skip
PDF_WORDS: Final = (
    b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer", b"startxref\n", b"%%EOF", b"<<", b">>", b"/Length ", b"/Filter/FlateDecode",
    b"/Filter[/ASCII85Decode/LZWDecode]", b"/ASCIIHexDecode", b"/RunLengthDecode", b"/DecodeParms<</Predictor 15/Columns 1>>", b"/Type/ObjStm", b"/Type/XRef",
    b"/Prev 0", b"/Encrypt 1 0 R", b"/Kids[", b"/Count ", b"/Parent 2 0 R", b"/Root 1 0 R", b"/Info<</Title(x)/CreationDate(D:2017)>>", b"1 0 R", b"2 0 R",
    b"9999 0 R", b"(x)", b"<41>", b"BT", b"ET", b"Tj", b"TJ", b"Tf", b"Td", b"T*", b"'", b"Do", b"BI", b"ID", b"EI", b"cm", b"/Font", b"/ToUnicode 3 0 R",
    b"/Encoding/WinAnsiEncoding", b"/Differences[0/a]", b"/W[1 1 1]", b"/Subtype/Type0", b"/Rotate 90", b"null", b"true", b"-1", b"0.1", b"%",
)  # fmt: skip
FEED_WORDS: Final = (
    b"<item>", b"</item>", b"<entry>", b"<title>", b"<link>", b"<guid>", b"<pubDate>", b"<updated>", b"<content:encoded>", b"<![CDATA[", b"]]>", b"<dc:date>",
    b"<description>", b"xml:base='http://['", b"type='html'", b"type='xhtml'", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&lt;p&gt;", b"xmlns='x'",
    b"Fri, 30 Jun 2017 10:00:00 GMT", b"2017-06-30T10:00:00Z", b"<?xml version='1.0' encoding='utf-16'?>", b"<enclosure url='x'>", b"<itunes:duration>",
    b"<georss:point>9 x</georss:point>", b"<media:rating>", b"<source>", b"<cloud>", b"<textinput>",
)  # fmt: skip
