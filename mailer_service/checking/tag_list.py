"""The `tag=value; tag=value` form that DKIM and DMARC records share (RFC 6376 § 3.2)."""


class TagsUnreadable(Exception):
    """Not a tag list; the text says where."""


def read_tags(record: str) -> dict[str, str]:
    """Tags in their order, values without white space around them; raises TagsUnreadable."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        if not part.strip():
            continue
        tag, equals, value = part.partition("=")
        if not equals or not tag.strip():
            raise TagsUnreadable(f"“{part.strip()}” is no tag=value")
        if tag.strip() in tags:
            raise TagsUnreadable(f"the tag {tag.strip()} is there twice")
        tags[tag.strip()] = value.strip()
    return tags
