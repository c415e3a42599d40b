"""A mail as its reader sees it."""

from html.parser import HTMLParser

BLOCKS = {"p", "li", "h1", "td", "br"}


class Reading(HTMLParser):
    """What a reader of the HTML sees: its text, and its links with the words they stand under."""

    def __init__(self, html):
        super().__init__()
        self.text, self.links, self.tags, self._link = "", [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag in BLOCKS:
            self.text += "\n"
        if tag == "a":
            self._link = [dict(attributes)["href"], ""]

    def handle_endtag(self, tag):
        if tag == "a":
            self.links.append(tuple(self._link))
            self._link = None

    def handle_data(self, data):
        self.text += data
        if self._link:
            self._link[1] += data
