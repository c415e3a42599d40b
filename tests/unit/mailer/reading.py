"""A mail as its reader sees it."""

from html.parser import HTMLParser

BLOCKS = {"p", "li", "h1", "td", "br", "blockquote", "div"}


class Reading(HTMLParser):
    """What a reader of the HTML sees: its text, its headings, and its links with the words they stand under.

    `preview` is what an inbox shows beside the subject, and the mail itself doesn't; `sheet` its style sheet.
    """

    def __init__(self, html):
        super().__init__()
        self.text, self.preview, self.sheet, self.links, self.tags = "", "", "", [], []
        self.headings, self.buttons = [], []
        self._open, self._link = [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        classes = (dict(attributes).get("class") or "").split()
        self.tags.append((tag, dict(attributes)))
        self._open.append("preview" if "preview" in classes else tag)
        if tag in BLOCKS:
            self.text += "\n"
        if tag == "h1":
            self.headings.append("")
        if tag == "a":
            self._link = [dict(attributes)["href"], ""]
            if "button" in classes:
                self.buttons.append(self._link)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() not in (tag, "preview"):
            pass
        if tag == "a":
            self.links.append(tuple(self._link))
            self._link = None

    def handle_data(self, data):
        if "preview" in self._open:
            self.preview += data
        elif "style" in self._open:
            self.sheet += data
        elif "title" not in self._open:
            self.text += data
        if "h1" in self._open:
            self.headings[-1] += data
        if self._link:
            self._link[1] += data
