"""The words pages are made of, and those they are broken with."""

from __future__ import annotations

from typing import Final

SENTENCES: Final = (
    "The ferry stayed at its pier until the afternoon, and the farmers moved their cattle to higher ground.",
    "Die Fähre blieb bis zum Nachmittag am Steg, und die Bauern brachten ihr Vieh in Sicherheit.",
    "Паром стоял у причала до вечера, а крестьяне увели скот на старый аэродром.",
    "渡轮一直停在码头，农民们把牛群赶到了高处。",
    "フェリーは午後まで桟橋に止まり、農家は牛を高台へ移した。",
    "ظلت العبارة في مرساها حتى المساء ونقل المزارعون ماشيتهم إلى أرض مرتفعة.",
    "เรือข้ามฟากจอดอยู่ที่ท่าจนถึงบ่าย",
    "Phà nằm ở bến cho đến chiều, nông dân đưa đàn bò lên chỗ cao.",
)
LABELS: Final = (
    "Skip to main content", "We use cookies to improve your experience.", "Accept all", "Home", "News", "Read more",
    "Related articles", "Share on Facebook", "5 min read", "1,204 views", "12 comments", "By Ann Smith", "1 May 2024",
    "Photo: Ann Smith", "© 2024 The Courier. All rights reserved.", "Subscribe to our newsletter", "Advertisement",
    "Log in to continue reading", "Page 2 of 7", "Tags: river, weather", "best online casino bonus", "mena banner 4",
    "Leave a reply", "Posted by", "Lesen Sie auch:", "Поделиться", "相关阅读", "クッキー", "$19.99", "Add to cart",
)  # fmt: skip
BLOCKS: Final = (
    "div", "p", "section", "article", "main", "nav", "aside", "header", "footer", "ul", "ol", "li", "table", "tr", "td",
    "th", "tbody", "h1", "h2", "h3", "blockquote", "pre", "form", "figure", "figcaption", "dl", "dt", "dd", "details",
    "summary", "button", "select", "option", "textarea", "noscript", "template", "svg", "math", "iframe", "center",
)  # fmt: skip
INLINES: Final = ("a", "b", "i", "span", "em", "strong", "code", "font", "time", "label", "sup", "q", "mark", "nobr")
VOIDS: Final = ("br", "hr", "img", "input", "meta", "link", "wbr", "source", "col")
ATTRIBUTES: Final = (
    'class="cookie-consent"', 'class="nav menu"', 'class="related-posts"', 'class="comment"', 'id="content"',
    'class="article-body"', 'class="share"', 'class="byline"', 'class="ad-slot"', 'class="post"', 'style="display:none"',
    'style="position:absolute;left:-9999px"', "hidden", 'href="/news/river"', 'href="https://spam.example/casino"',
    'role="navigation"', 'aria-hidden="true"', 'datetime="2024-05-01"', 'itemprop="articleBody"', 'rel="author"',
    'title="a &gt; b"', "class='x'", "a=b", 'lang="de"', 'dir="rtl"', 'alt="A river"', 'property="og:title" content="River"',
)  # fmt: skip
ODDITIES: Final = (
    "&nbsp;", "&amp;", "&#0;", "&#xD800;", "&#x110000;", "&notin", "&", "<", ">", "</", "<!", "<!--", "-->", "--!>", "<?x>",
    "<![CDATA[", "]]>", "<!DOCTYPE html>", "<!DOCTYPE html [<!ENTITY a 'x'>]>", "\0", "\u200b", "\u00ad", "\ufeff", "\u202e",
    "\u2028", "\x85", "\u00a0", "\u3000", "\r\n", "\n\n\n", "\t", "\x0b", "\x1f", "\U0001f6a2", "e\u0301", "\ufffd", "â€™",
    "Ã©", "РџСЂРё", '"', "'", "=", "<script>", "</script>", "<style>p{}</style>", "<plaintext>", "<xmp>", "<title>",
    '<meta charset="gbk">', '<meta http-equiv="refresh" content="0">', '<base href="//x.example">', "<frameset>",
    '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"A ferry.","author":[{"name":1}]}</script>',
    '<script type="application/ld+json">[[[{"@graph":null}', '<script>window.__STATE__={"text":"The ferry"}</script>',
)  # fmt: skip

SEEDS: Final = (
    # a news page
    "<!doctype html><html lang=en><head><title>River rises | Courier</title>"
    "<meta property=og:site_name content=Courier></head><body><a href=#c>Skip to main content</a>"
    "<div class=cookie-consent><p>We use cookies.</p><button>Accept all</button></div>"
    "<nav><ul><li><a href=/>Home</a><li><a href=/n>News</a></ul></nav><main id=c><article><h1>River rises</h1>"
    "<p class=byline>By Ann Smith, <time datetime=2024-05-01>1 May 2024</time></p><p>{0}</p><figure><img>"
    "<figcaption>Photo: A. S.</figcaption></figure><p>{0}</p><p>Read also: <a href=/x>Ferry to return</a></p>"
    "<table><tr><td>Monday<td>2.1 m</table><pre>  if x:\n    y()</pre></article></main>"
    "<footer>© 2024 Courier. All rights reserved.</footer></body></html>",
    # a forum
    "<div class=post><a class=username>ann</a> <span>Joined: 2011</span><p>{1}</p></div><div class=post><p>{0}</p>"
    "<button>Reply</button></div><ul class=pagination><li>1<li>2<li>Next</ul>",
    # an extracted text with its frame
    "Skip to main content\nRiver rises\nBy Ann Smith\n1 May 2024 - 5 min read\n\n{0}\n\nAdvertisement\n\n{1}\n\n"
    "Related articles\nFerry to return\nShare this article\n© 2024 Courier",
    # many scripts
    "{2}\n\n{3}\n{4}\n\n{5}\n{6}\n{7}",
    # hidden spam
    "<html lang=ru><meta charset=windows-1251><body><div id=content><h1>Река</h1><p>{2}</p><p>{2}</p></div>"
    "<div style=display:none><a href=http://s.example>casino</a></div></body>",
    # old markup
    "<table><tr><td><font color=red><b>{0}<td><font size=2>{1}</table><select><option>a<option>b</select>",
    # a shop
    "<h1 itemprop=name>Lamp</h1><span class=price>$19.99</span><div itemprop=description>{0}</div>"
    '<button>Add to cart</button><script type="application/ld+json">'
    '{{"@type":"Product","name":"Lamp","offers":{{"price":"19.99"}}}}</script>',
    # a shell
    "<body><noscript>Enable JavaScript</noscript><div id=root></div><script>window.app={{}}</script></body>",
)
