"""Recognising and normalising the links people paste; opens none and judges no site's content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from bot.domain.text import clean

MAX_LINK = 2048

# White space ends a link. Quotes, angle brackets, Arabic punctuation and emoji are never raw inside
# one. A second link glued to a letter begins anew; after "/" or "=" it belongs to the first.
_GLUED = r"(?<=[A-Za-z0-9])https?://"
_EMOJI = r"\u2190-\u21ff\u2300-\u2bff\ufe0f\U0001f000-\U0001faff"
_BODY = rf"(?:(?!{_GLUED})[^\s<>\"“”«»‹›`|{{}}،؛؟{_EMOJI}])"
# Without a scheme a word with a dot ("ahmed.ali", "ok.thanks") may be a user name or a missing
# space: a link takes a path, "www." or one of these endings.
_COMMON_TOPS = "app|com|dev|info|net|online|org|shop|site|store"
_LABEL = r"[a-z0-9][a-z0-9-]{0,62}\."
_BARE_HOST = (
    r"(?<![a-z0-9_@./\\%+~&=?#-])"
    rf"(?:www\.(?:{_LABEL})+[a-z]{{2,24}}|(?:{_LABEL})+(?:(?:{_COMMON_TOPS})|[a-z]{{2,24}}(?=/\S)))"
    r"(?![a-z0-9_@-]|\.[a-z0-9])"
)
# An address of another scheme is consumed whole, so that nothing inside it passes for a web link.
_CANDIDATE = re.compile(
    rf"(?P<web>https?://{_BODY}+)|[a-z][a-z0-9+.-]{{0,20}}://\S*"
    rf"|(?P<bare>{_BARE_HOST}(?:[/?#:]{_BODY}*)?)",
    re.IGNORECASE | re.ASCII,
)

# An Arabic or Hebrew word typed on after a link, without a space. A path may well hold such words,
# but there they follow its punctuation; on the sites below no path holds any.
_RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_NEXT_WORD = re.compile(f"(?<=[A-Za-z0-9]){_RIGHT_TO_LEFT}")
_ANY_WORD = re.compile(_RIGHT_TO_LEFT)
_LATIN_ONLY_SITE = re.compile(
    r"(?:https?://)?(?:[a-z0-9-]+\.)*(?:instagram\.com|snapchat\.com|t\.me|threads\.(?:com|net)"
    r"|tiktok\.com|twitter\.com|x\.com|youtu\.be)/",
    re.IGNORECASE | re.ASCII,
)

_PARTS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#:@\[\]]+)(?::(?P<port>\d{0,5}))?"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.ASCII,
)
# The last label is a name: this alone refuses every spelling of an IP address ("127.1", "0x7f.1").
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?P<top>[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
_PRIVATE_TOPS = frozenset({"arpa", "internal", "invalid", "lan", "local", "localhost"})
_DEFAULT_PORTS = {"http": 80, "https": 443}

# A browser reads "\" as "/", so a link with one may lead elsewhere than it seems; "…" means that
# it was copied from where it had been shortened; an encoded control character is never honest.
_DISHONEST = re.compile(r"[\\…]|%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
_BROKEN_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_SAFE = "%/:@!$&'()*+,;=?~#"

# What apps add when a link is shared: who shared it and how, never what is shared.
_TRACKING = re.compile(
    "utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|ttclid|igsh|igshid|ig_rid"
    "|mibextid|mc_cid|mc_eid|_ga|_gl|si"
)
_SITE_TRACKING = {
    "facebook.com": frozenset({"rdid", "ref", "sfnsn", "share_url"}),
    "tiktok.com": frozenset(
        {"_r", "_t", "is_copy_url", "is_from_webapp", "sender_device", "sender_web_id", "web_id"}
    ),
    "twitter.com": frozenset({"ref_src", "ref_url", "s", "t"}),
    "x.com": frozenset({"ref_src", "ref_url", "s", "t"}),
    "youtube.com": frozenset({"ab_channel", "feature", "pp"}),
    "youtu.be": frozenset({"feature", "pp"}),
}


# Behind these prefixes sites serve the same pages ("m.me" is a site of its own).
_TARGET = re.compile(
    r"https?://(?:(?:www|m|mobile)\.(?=[^/?#]*\.))?(?P<host>[^/?#]+)(?P<path>[^?#]*)(?P<rest>.*)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address in normal form, as `parse_link` made it: ASCII, at most 2048 characters."""

    url: str

    @property
    def target_key(self) -> str:
        """What links to one target share: all but scheme, "www.", "m." and a trailing slash."""
        target = _TARGET.fullmatch(self.url)
        if target is None:
            return self.url
        return target["host"] + target["path"].rstrip("/") + target["rest"]


def parse_link(text: str) -> Link | None:
    """Return the web link that the text is, with "https://" added where it was left out, or None.

    White space, quotes and sentence punctuation around it do not matter. None for any other
    scheme, for credentials, an IP address or a private host, and above 2048 characters.
    """
    match = _CANDIDATE.fullmatch(_tidy(text).strip(" \n<>\"“”«»‹›`'([،؛؟"))
    return _link(match) if match else None


def links_in(text: str) -> tuple[Link, ...]:
    """Return the web links in a text in their order, repeats included; see `parse_link`."""
    found = (_link(match) for match in _CANDIDATE.finditer(_tidy(text)))
    return tuple(link for link in found if link is not None)


def blank_links(text: str) -> str:
    """Return the text with each address, honest or not, as spaces; all else keeps its place."""
    return _CANDIDATE.sub(lambda match: " " * len(match[0]), text)


def _tidy(text: str) -> str:
    # Isolates and embeddings stand around a link, where a space might; any other invisible
    # character is a slip of the keyboard inside it. The limit is never reached.
    spaced = re.sub("[\u202a-\u202e\u2066-\u2069]", " ", text)
    return clean(spaced, limit=8 * len(text), lines=True)


def _link(match: re.Match[str]) -> Link | None:
    written = match["web"] or f"https://{match['bare'] or ''}"
    parts = _PARTS.fullmatch(_without_sentence(written))
    if parts is None or _DISHONEST.search(parts[0]):
        return None
    scheme, host = parts["scheme"].lower(), _ascii_host(parts["host"])
    port = _port_suffix(scheme, parts["port"] or "")
    if host is None or port is None:
        return None
    query = _untracked(host, parts["query"] or "")
    tail = (parts["path"] or "") + (query and f"?{query}") + _route(parts["fragment"] or "")
    encoded = quote(_BROKEN_PERCENT.sub("%25", tail), safe=_SAFE)
    # Again, because a query that was dropped may leave punctuation at the end.
    url = _without_sentence(f"{scheme}://{host}{port}{encoded}")
    return Link(url) if len(url) <= MAX_LINK else None


def _without_sentence(link: str) -> str:
    """Drop what belongs to the sentence around the link: the next word, the full stop."""
    word = (_ANY_WORD if _LATIN_ONLY_SITE.match(link) else _NEXT_WORD).search(link)
    link = link[: word.start()] if word else link
    while link and (link[-1] in ".,;:!?'’*([" or _closes_nothing(link)):
        link = link[:-1]
    return link


def _closes_nothing(link: str) -> bool:
    opening = {")": "(", "]": "["}.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)


def _ascii_host(host: str) -> str | None:
    if len(host) > 253:  # the limit of DNS; the codec below takes quadratic time
        return None
    try:
        name = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    name = name.removesuffix(".")
    matched = _HOST.fullmatch(name)
    return name if matched and matched["top"] not in _PRIVATE_TOPS else None


def _port_suffix(scheme: str, port: str) -> str | None:
    number = int(port or _DEFAULT_PORTS[scheme])
    if number == _DEFAULT_PORTS[scheme]:
        return ""
    return f":{number}" if 0 < number < 2**16 else None


def _untracked(host: str, query: str) -> str:
    of_site = [names for site, names in _SITE_TRACKING.items() if f".{host}".endswith(f".{site}")]
    tracking = frozenset().union(*of_site)
    kept = []
    for parameter in query.split("&"):
        name = parameter.partition("=")[0].lower()
        if parameter and name not in tracking and not _TRACKING.fullmatch(name):
            kept.append(parameter)
    return "&".join(kept)


def _route(fragment: str) -> str:
    # "#!/x", "#/x" and "#@name" say what is linked to; any other fragment says where to scroll.
    return f"#{fragment}" if fragment.startswith(("!", "/", "@")) else ""
