"""Web pages as papers make them: an article among a menu, a banner, captions, teasers, comments and a footer."""

from __future__ import annotations

from html import escape

_HEAD = """\
<!DOCTYPE html>
<html lang="en"><head>
<meta charset="iso-8859-1"><title>Title of the page | The Herald</title>
<link rel="stylesheet" href="{away}/style.css"><script src="{away}/script.js"></script>
<script>document.write("<p>“Written by a script,” said Sly Script.</p>")</script>
<style>p::before {{ content: "“styled,” said Stella Style" }}</style>
</head><body>
<div id="cookie-banner" class="cookie-consent"><p>“We value your privacy,” said Connie Consent.</p></div>
<header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/news">“Top news”</a></li></ul></nav>
</header>
<main>
"""
_FIGURE = """\
<figure><img src="{away}/a.jpg" alt="“What a sight,” said Alt Text">
<figcaption>“So pretty,” said Capt Ion. Photo: The Herald</figcaption></figure>
"""
_TAIL = """\
<!-- “Left out,” said Hyde Comment. --><?php “echo,” said Pia Instruction ?>
<aside class="related"><h2>Related</h2><ul><li><a href="/1">“It was awful,” says Tess Teaser</a></li></ul></aside>
</main>
<section class="most-read"><h2>Most read</h2><ol><li><a href="/2">“I lost it all,” says Max Most</a></li></ol></section>
<section id="comments" class="comments"><div class="comment"><p>“Nonsense,” said Tom Troll.</p></div></section>
<div class="newsletter-signup"><p>“The best email I get,” said Nell Newsletter.</p></div>
<iframe src="{away}/frame.html"></iframe>
<footer><p>“All rights reserved,” said Fay Footer.</p></footer>
</body></html>
"""
CHROME = (
    "Sly Script",
    "Stella Style",
    "Connie Consent",
    "Top news",
    "Alt Text",
    "Capt Ion",
    "Hyde Comment",
    "Pia Instruction",
    "Tess Teaser",
    "Max Most",
    "Tom Troll",
    "Nell Newsletter",
    "Fay Footer",
    "Title of the page",
)


def page(article: str, away: str = "http://127.0.0.1:9") -> str:
    """Return the page of ``article``, a paragraph a line; what it links to is at ``away``."""
    first, *others = (f"<p>{escape(line, quote=False)}</p>\n" for line in article.splitlines() if line.strip())
    return (
        f"{_HEAD}<article><h1>A headline</h1>\n<p class='byline'>By <a href='/staff'>A Writer</a></p>\n"
        f"{_FIGURE}{first}{''.join(others)}</article>\n{_TAIL}"
    ).replace("{away}", away)
