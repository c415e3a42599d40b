"""Which browser and system somebody uses, in names of ours that he knows: never what the browser sent."""

from collections.abc import Mapping

from auth_service.accounts.visitors import Device

# What browsers call themselves; the rest is of no use for a name.
LONGEST_LOOKED_AT = 500
# The first that occurs: most browsers also call themselves what others are called.
BROWSERS = {
    "Edg/": "Edge",
    "EdgA/": "Edge",
    "EdgiOS/": "Edge",
    "OPR/": "Opera",
    "OPT/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Vivaldi/": "Vivaldi",
    "DuckDuckGo/": "DuckDuckGo",
    "Ddg/": "DuckDuckGo",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}
PROGRAM = Device(browser="Programma (API)")
UNKNOWN = "Onbekend apparaat"
UNKNOWN_BROWSER = "Onbekende browser"


def read_device(user_agent: str) -> Device:
    looked_at = user_agent[:LONGEST_LOOKED_AT]
    return Device(first_name(BROWSERS, looked_at), first_name(SYSTEMS, looked_at))


def first_name(names: Mapping[str, str], text: str) -> str | None:
    return next((name for mark, name in names.items() if mark in text), None)


def told_of_device(device: Device) -> str:
    """`Firefox op Windows`."""
    if device == Device():
        return UNKNOWN
    browser = device.browser or UNKNOWN_BROWSER
    return f"{browser} op {device.system}" if device.system else browser
