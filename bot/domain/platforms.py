"""Which platform an address is on, what it leads to, and which services are for such a thing.

Addresses and words are all that it looks at. Nothing is opened: what a short link hides, it does
not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from bot.domain.catalogue import Service
from bot.domain.links import Link, parse_link
from bot.domain.search import respelt
from bot.domain.synonyms import MEANINGS, POLITE
from bot.domain.text import fold

OTHER = "other"
"""The platform of whatever is for none of those that are known here."""


class Thing(StrEnum):
    """What an address leads to."""

    PROFILE = "profile"
    POST = "post"
    VIDEO = "video"
    STORY = "story"
    LIVE = "live"
    CHANNEL = "channel"
    GROUP = "group"
    PLAYLIST = "playlist"
    TRACK = "track"
    SITE = "site"  # of nobody's platform
    UNKNOWN = "unknown"


class Aim(StrEnum):
    """What a service brings; where its words name several, the first of them here counts."""

    HOURS = "hours"
    VOTES = "votes"
    MENTIONS = "mentions"
    STORY = "story"
    LIVE = "live"
    FOLLOWERS = "followers"
    SUBSCRIBERS = "subscribers"
    MEMBERS = "members"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    SAVES = "saves"
    REACTIONS = "reactions"
    PLAYS = "plays"
    VIEWS = "views"
    VISITS = "visits"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of an address; `platform` is the site's name where it is none of ours."""

    platform: str
    thing: Thing

    @property
    def known(self) -> bool:
        """Whether its platform is one of ours."""
        return self.platform in PLATFORMS

    def may_be_like(self, other: Address) -> bool:
        """Whether both may lead to the same kind of thing on the same platform."""
        things = (self.thing, other.thing)
        return self.platform == other.platform and (
            self.thing is other.thing or Thing.UNKNOWN in things
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a service stands: its platform, `OTHER` where it has none, and what it brings."""

    platform: str
    aim: Aim


class Sorting(StrEnum):
    """In which order the services of a shelf or a category are shown."""

    SERVA = "serva"  # as Serva has them
    PRICE = "price"
    MINE = "mine"  # what the person orders most first


@dataclass(frozen=True, slots=True)
class Wish:
    """What typed words ask for; `rest` is what of them is neither a platform, an aim nor polite."""

    platform: str = ""
    aims: tuple[Aim, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Platform:
    """A site: its hosts with all below them, what its paths lead to, how a user name is a link.

    `paths` are tried in order, each matched from the path's beginning in lower case. What hides
    behind an address of `short` hosts, or behind no path at all, is one of `things`.
    """

    hosts: tuple[str, ...]
    paths: tuple[tuple[str, Thing], ...]
    things: tuple[Thing, ...]
    short: tuple[str, ...] = ()
    handle: str = ""
    dots: bool = False  # whether a user name may hold dots


_NAME = r"/[^/]+/?$"
_AT = r"/@[^/]+"

PLATFORMS: Mapping[str, Platform] = {
    "instagram": Platform(
        hosts=("instagram.com", "instagr.am"),
        paths=(
            (r"/(?:[^/]+/)?(?:reels?|tv)/[^/]+", Thing.VIDEO),
            (r"/(?:[^/]+/)?p/", Thing.POST),
            (r"/stories/", Thing.STORY),
            (r"/[^/]+/live\b", Thing.LIVE),
            (r"/(?:share|explore|direct|accounts|s)\b", Thing.UNKNOWN),
            (r"/[^/]+/reels/?$", Thing.PROFILE),
            (_NAME, Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.POST, Thing.VIDEO, Thing.STORY),
        handle="https://instagram.com/{}",
        dots=True,
    ),
    "tiktok": Platform(
        hosts=("tiktok.com",),
        short=("vm.tiktok.com", "vt.tiktok.com"),
        paths=(
            (rf"{_AT}/(?:video|photo)/", Thing.VIDEO),
            (rf"{_AT}/live\b", Thing.LIVE),
            (rf"{_AT}/?$", Thing.PROFILE),
            (r"/v/", Thing.VIDEO),
        ),
        things=(Thing.PROFILE, Thing.VIDEO, Thing.LIVE),
        handle="https://www.tiktok.com/@{}",
        dots=True,
    ),
    "youtube": Platform(
        hosts=("youtube.com", "youtu.be"),
        paths=(
            (r"/(?:watch|shorts/|v/|embed/|clip/)", Thing.VIDEO),
            (r"/live/", Thing.LIVE),
            (r"/playlist\b", Thing.PLAYLIST),
            (r"/post/", Thing.POST),
            (rf"(?:{_AT}|/(?:channel|c|user)/[^/]+)", Thing.CHANNEL),
        ),
        things=(Thing.CHANNEL, Thing.VIDEO, Thing.LIVE),
        handle="https://www.youtube.com/@{}",
        dots=True,
    ),
    "telegram": Platform(
        hosts=("t.me", "telegram.me", "telegram.dog"),
        paths=(
            (r"/(?:joinchat/|\+)", Thing.GROUP),
            (r"/c/\d+/\d+", Thing.POST),
            (r"/s/[^/]+/?$", Thing.CHANNEL),
            (r"/(?:s/)?[^/]+/\d+", Thing.POST),
            (r"/(?:addstickers|addemoji|share|proxy|setlanguage|addlist)\b", Thing.UNKNOWN),
            (_NAME, Thing.CHANNEL),
        ),
        things=(Thing.CHANNEL, Thing.GROUP, Thing.POST),
        handle="https://t.me/{}",
    ),
    "twitter": Platform(
        hosts=("x.com", "twitter.com"),
        short=("t.co",),
        paths=(
            (r"/[^/]+/status(?:es)?/\d+", Thing.POST),
            (r"/i/(?:web/)?status/\d+", Thing.POST),
            (r"/i/(?:spaces|broadcasts)/", Thing.LIVE),
            (r"/i/communities/", Thing.GROUP),
            (r"/(?:home|search|hashtag|explore|i|intent)\b", Thing.UNKNOWN),
            (_NAME, Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.POST, Thing.LIVE),
        handle="https://x.com/{}",
    ),
    "facebook": Platform(
        hosts=("facebook.com", "fb.com"),
        short=("fb.watch", "fb.me", "fb.gg"),
        paths=(
            (r"/(?:watch\b|reels?/|share/[vr]/|[^/]+/videos/|video\.php)", Thing.VIDEO),
            (r"/groups/[^/]+/(?:posts|permalink)/", Thing.POST),
            (r"/(?:groups/|share/g/)", Thing.GROUP),
            (r"/(?:permalink\.php|story\.php|photo|share/p/|[^/]+/(?:posts|photos)/)", Thing.POST),
            (r"/stories/", Thing.STORY),
            (r"/[^/]+/live\b", Thing.LIVE),
            (r"/(?:profile\.php|people/|pages/|p/)", Thing.PROFILE),
            (r"/(?:share|events|marketplace|sharer|login|gaming)\b", Thing.UNKNOWN),
            (_NAME, Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.POST, Thing.VIDEO, Thing.GROUP, Thing.LIVE),
        handle="https://www.facebook.com/{}",
        dots=True,
    ),
    "snapchat": Platform(
        hosts=("snapchat.com",),
        short=("t.snapchat.com",),
        paths=(
            (r"/(?:@[^/]+/)?spotlight/", Thing.VIDEO),
            (r"/(?:add|p)/", Thing.PROFILE),
            (r"/(?:stories?|s)/", Thing.STORY),
            (rf"{_AT}/?$", Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.STORY, Thing.VIDEO),
        handle="https://www.snapchat.com/add/{}",
        dots=True,
    ),
    "threads": Platform(
        hosts=("threads.net", "threads.com"),
        paths=(
            (rf"(?:{_AT}/post/|/t/)", Thing.POST),
            (rf"{_AT}/?$", Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.POST),
        handle="https://www.threads.net/@{}",
        dots=True,
    ),
    "spotify": Platform(
        hosts=("spotify.com",),
        short=("spotify.link", "spoti.fi"),
        paths=(
            (r"/(?:intl-[a-z-]+/)?(?:track|episode)/", Thing.TRACK),
            (r"/(?:intl-[a-z-]+/)?(?:album|playlist)/", Thing.PLAYLIST),
            (r"/(?:intl-[a-z-]+/)?(?:artist|user)/", Thing.PROFILE),
            (r"/(?:intl-[a-z-]+/)?show/", Thing.CHANNEL),
        ),
        things=(Thing.TRACK, Thing.PLAYLIST, Thing.PROFILE),
    ),
    "soundcloud": Platform(
        hosts=("soundcloud.com",),
        short=("on.soundcloud.com", "snd.sc"),
        paths=(
            (r"/[^/]+/sets/", Thing.PLAYLIST),
            (r"/[^/]+/(?:tracks|albums|likes)/?$", Thing.PROFILE),
            (r"/[^/]+/[^/]+", Thing.TRACK),
            (_NAME, Thing.PROFILE),
        ),
        things=(Thing.TRACK, Thing.PLAYLIST, Thing.PROFILE),
    ),
    "anghami": Platform(
        hosts=("anghami.com",),
        paths=(
            (r"/(?:song|podcast|episode)/", Thing.TRACK),
            (r"/(?:album|playlist)/", Thing.PLAYLIST),
            (r"/(?:artist|profile)/", Thing.PROFILE),
        ),
        things=(Thing.TRACK, Thing.PLAYLIST, Thing.PROFILE),
    ),
    "linkedin": Platform(
        hosts=("linkedin.com",),
        short=("lnkd.in",),
        paths=(
            (r"/(?:posts|feed/update|pulse)/", Thing.POST),
            (r"/groups/", Thing.GROUP),
            (r"/(?:in|company|school|showcase)/", Thing.PROFILE),
        ),
        things=(Thing.PROFILE, Thing.POST),
    ),
    "kick": Platform(
        hosts=("kick.com",),
        paths=((r"/[^/]+/(?:videos?|clips?)/", Thing.VIDEO), (_NAME, Thing.CHANNEL)),
        things=(Thing.CHANNEL, Thing.VIDEO),
        handle="https://kick.com/{}",
    ),
    "twitch": Platform(
        hosts=("twitch.tv",),
        paths=((r"/(?:videos/|[^/]+/(?:v|video|clip)/)", Thing.VIDEO), (_NAME, Thing.CHANNEL)),
        things=(Thing.CHANNEL, Thing.VIDEO),
        handle="https://www.twitch.tv/{}",
    ),
    "discord": Platform(
        hosts=("discord.gg", "discord.com"),
        paths=((r"/", Thing.GROUP),),
        things=(Thing.GROUP,),
    ),
    "whatsapp": Platform(
        hosts=("whatsapp.com", "wa.me"),
        paths=(
            (r"/channel/", Thing.CHANNEL),
            (r"/[a-z0-9_-]{18,}/?$", Thing.GROUP),
        ),
        things=(Thing.CHANNEL, Thing.GROUP),
    ),
    "pinterest": Platform(
        hosts=("pinterest.com",),
        short=("pin.it",),
        paths=((r"/pin/", Thing.POST), (r"/[^/]+/[^/]+", Thing.PLAYLIST), (_NAME, Thing.PROFILE)),
        things=(Thing.PROFILE, Thing.POST),
    ),
    "reddit": Platform(
        hosts=("reddit.com",),
        short=("redd.it",),
        paths=(
            (r"/r/[^/]+/comments/", Thing.POST),
            (r"/r/[^/]+/?$", Thing.GROUP),
            (r"/(?:u|user)/", Thing.PROFILE),
        ),
        things=(Thing.POST, Thing.GROUP, Thing.PROFILE),
    ),
    "likee": Platform(
        hosts=("likee.video", "likee.com"),
        paths=((rf"{_AT}/video/", Thing.VIDEO), (rf"{_AT}/?$", Thing.PROFILE)),
        things=(Thing.PROFILE, Thing.VIDEO),
    ),
    "kwai": Platform(
        hosts=("kwai.com",),
        short=("kw.ai", "s.kw.ai"),
        paths=((rf"{_AT}/video/", Thing.VIDEO), (rf"{_AT}/?$", Thing.PROFILE)),
        things=(Thing.PROFILE, Thing.VIDEO),
    ),
    # What is for a web site as such: every address that is on no platform is on this one.
    "website": Platform(hosts=(), paths=(), things=(Thing.SITE,)),
}
"""By the word that `synonyms` has for it, in the order in which they are shown."""

_FITS: Mapping[Thing, tuple[Aim, ...]] = {
    Thing.PROFILE: (
        Aim.FOLLOWERS, Aim.SUBSCRIBERS, Aim.STORY, Aim.LIVE, Aim.VISITS, Aim.MENTIONS, Aim.PLAYS,
    ),
    Thing.CHANNEL: (Aim.SUBSCRIBERS, Aim.MEMBERS, Aim.FOLLOWERS, Aim.LIVE, Aim.PLAYS),
    Thing.GROUP: (Aim.MEMBERS, Aim.FOLLOWERS),
    Thing.POST: (
        Aim.LIKES, Aim.VIEWS, Aim.COMMENTS, Aim.SHARES, Aim.SAVES, Aim.REACTIONS, Aim.VOTES,
        Aim.VISITS,
    ),
    Thing.VIDEO: (
        Aim.VIEWS, Aim.LIKES, Aim.COMMENTS, Aim.SHARES, Aim.SAVES, Aim.REACTIONS, Aim.HOURS,
        Aim.LIVE,
    ),
    Thing.STORY: (Aim.STORY, Aim.VIEWS, Aim.LIKES, Aim.VOTES),
    Thing.LIVE: (Aim.LIVE, Aim.LIKES, Aim.COMMENTS, Aim.SHARES, Aim.VIEWS),
    Thing.PLAYLIST: (Aim.PLAYS, Aim.FOLLOWERS, Aim.SAVES, Aim.LIKES, Aim.VIEWS),
    Thing.TRACK: (Aim.PLAYS, Aim.SAVES, Aim.LIKES, Aim.COMMENTS, Aim.SHARES),
    Thing.SITE: (Aim.VISITS,),
}  # fmt: skip

_AIMS: Mapping[str, Aim] = {
    "watch hours": Aim.HOURS,
    "votes": Aim.VOTES,
    "poll": Aim.VOTES,
    "mentions": Aim.MENTIONS,
    "story": Aim.STORY,
    "live": Aim.LIVE,
    "viewers": Aim.LIVE,
    "space": Aim.LIVE,
    "followers": Aim.FOLLOWERS,
    "adds": Aim.FOLLOWERS,
    "page likes": Aim.FOLLOWERS,
    "subscribers": Aim.SUBSCRIBERS,
    "members": Aim.MEMBERS,
    "likes": Aim.LIKES,
    "dislikes": Aim.LIKES,
    "comments": Aim.COMMENTS,
    "replies": Aim.COMMENTS,
    "shares": Aim.SHARES,
    "retweets": Aim.SHARES,
    "saves": Aim.SAVES,
    "bookmarks": Aim.SAVES,
    "reactions": Aim.REACTIONS,
    "plays": Aim.PLAYS,
    "listeners": Aim.PLAYS,
    "views": Aim.VIEWS,
    "visits": Aim.VISITS,
    "impressions": Aim.VISITS,
    "reach": Aim.VISITS,
}
"""By the word that `synonyms` has for it."""

# Meanings that matter here and to nobody who searches.
_MORE = (
    "watch hours, watch hour, watch time, watchtime, ساعات مشاهده, ساعه مشاهده, heures vues,"
    " heures de visionnage, izlenme saati, часы просмотра, часов просмотра, horas vistas,"
    " horas de visualizacion, horas de reproduccion",
    "page likes, page like, لايكات صفحه, لايكات صفحات, لايك صفحه, اعجابات صفحه",
    "live, livestream",
    "adds, friends, friend, اصدقاء",
    "website, seo",
    "twitter, tweets, tweet, تغريده, تغريدات, retweets, رتويت, ريتويت",
    "pinterest, بنترست, بينتريست",
    "reddit, ريديت",
    "likee, لايكي",
    "kwai, كواي",
)
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")
_WORD = re.compile(r"[^\W_]+")
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z0-9_.]{2,30})(?![\w@])")


def _phrases(lines: Sequence[str]) -> dict[str, frozenset[str]]:
    """What each phrase means; a meaning is called by the first word of its line."""
    known: dict[str, frozenset[str]] = {}
    for line in lines:
        phrases = [fold(phrase) for phrase in line.split(",")]
        for phrase in phrases:
            known[phrase] = known.get(phrase, frozenset()) | {phrases[0]}
    return known


def _reaches(phrases: Iterable[str]) -> dict[str, int]:
    """How many words the longest phrase has that begins with a word."""
    reach: dict[str, int] = {}
    for words in map(str.split, phrases):
        reach[words[0]] = max(reach.get(words[0], 1), len(words))
    return reach


_MEANING = _phrases((*MEANINGS, *_MORE))
_REACH = _reaches(_MEANING)
_IDLE = frozenset(fold(POLITE).replace(",", " ").split())


def address_of(url: str) -> Address:
    """What a link's address says by itself."""
    link = parse_link(url)
    if link is None:
        return Address(OTHER, Thing.UNKNOWN)
    host, _, rest = link.target_key.partition("/")
    host = re.split(r"[?#:]", host)[0]
    path = "/" + re.split(r"[?#]", rest)[0].lower()
    for name, platform in PLATFORMS.items():
        if host in platform.short:
            return Address(name, Thing.UNKNOWN)
        if any(f".{host}".endswith(f".{known}") for known in platform.hosts):
            return Address(name, _thing(platform, host, path))
    return Address(host.split(".")[-2], Thing.SITE)


def alike(links: Sequence[Link]) -> list[Link]:
    """The links, each once, to which the same can be brought as to the first of them."""
    kinds = {link: address_of(link.url) for link in links}
    first = kinds[links[0]]
    return [link for link, kind in kinds.items() if kind.may_be_like(first)]


def fits(thing: Thing) -> tuple[Aim, ...]:
    """What can be brought to such a thing, the likeliest first; also what nothing is known of."""
    return (*_FITS.get(thing, ()), Aim.OTHER)


def shelf_of(service: Service) -> Shelf:
    """Where a service stands by its names, else by its category."""
    names = dict.fromkeys((service.name, *service.names.values()))
    shelf, category = _said(" ".join(names)), _said(service.category)
    # What needs no link is no follower of anybody, whatever else its category holds.
    aim = category.aim if shelf.aim is Aim.OTHER and service.needs_link else shelf.aim
    return Shelf(category.platform if shelf.platform == OTHER else shelf.platform, aim)


def wish_of(text: str) -> Wish:
    """What typed words ask for."""
    platform, aims, rest = "", [], []
    for meanings, words in _meanings(text):
        named, brought = list(_platforms(meanings)), list(_aims(meanings))
        platform = platform or next(iter(named), "")
        aims += brought
        if not named and not brought and words not in _IDLE:
            rest.append(words)
    return Wish(platform, tuple(dict.fromkeys(aims)), tuple(rest))


def with_aims_respelt(text: str) -> str:
    """The text with the words right that misspell what a service brings."""
    spelt = {
        word: right
        for word in text.split()
        if fold(word) not in _MEANING and (right := respelt(fold(word), _words_of_aims()))
    }
    return " ".join(spelt.get(word, word) for word in text.split())


def name_in(text: str) -> tuple[str, str] | None:
    """The one `@name` in a text, without its sign, and the text without it."""
    found = list(_HANDLE.finditer(text))
    if len(found) != 1:
        return None
    name = found[0][1].strip(".")
    rest = text[: found[0].start()] + " " + text[found[0].end() :]
    return (name, rest.strip()) if name else None


def profiles(name: str) -> dict[str, Link]:
    """Where a user name may be at home, by platform."""
    links = {
        key: parse_link(platform.handle.format(name))
        for key, platform in PLATFORMS.items()
        if platform.handle and (platform.dots or "." not in name)
    }
    return {key: link for key, link in links.items() if link is not None}


def profile_for(service: Service, text: str) -> Link | None:
    """The link that a lone `@name` is for a service, where that is for whoever has the name."""
    named, shelf = name_in(text), shelf_of(service)
    if named is None or named[1] or shelf.aim not in (*fits(Thing.PROFILE), *fits(Thing.CHANNEL)):
        return None
    return None if shelf.aim is Aim.OTHER else profiles(named[0]).get(shelf.platform)


@lru_cache(maxsize=20_000)
def _said(text: str) -> Shelf:
    """What a name says. Every account has a catalogue of its own, and they have the same names."""
    meanings = [found for found, _ in _meanings(text) if found]
    aims = (aim for found in meanings for aim in _aims(found))
    return Shelf(
        next((name for found in meanings for name in _platforms(found)), OTHER),
        min(aims, key=_PRECEDENCE.__getitem__, default=Aim.OTHER),
    )


def _thing(platform: Platform, host: str, path: str) -> Thing:
    if host == "youtu.be":
        return Thing.VIDEO
    if path == "/":
        return Thing.UNKNOWN
    return next((thing for pattern, thing in platform.paths if re.match(pattern, path)), _ELSE)


def _meanings(text: str) -> Iterator[tuple[frozenset[str], str]]:
    """The phrases of a text with what they mean, the longest that is known first."""
    words = _WORD.findall(fold(text))
    place = 0
    while place < len(words):
        longest = min(_REACH.get(_stem(words[place]), 1), len(words) - place)
        for length in range(longest, 0, -1):
            phrase = " ".join(words[place : place + length])
            meanings = _MEANING.get(_stem(phrase), frozenset())
            if meanings or length == 1:
                yield meanings, phrase
                place += length
                break


@cache
def _words_of_aims() -> tuple[str, ...]:
    return tuple(
        phrase
        for phrase, meanings in _MEANING.items()
        if " " not in phrase and any(True for _ in _aims(meanings))
    )


def _stem(phrase: str) -> str:
    """A phrase without the Arabic article or preposition that has grown onto a word known here."""
    word = phrase.partition(" ")[0]
    if word in _REACH or word.isascii():
        return phrase
    stems = (prefix for prefix in _PREFIXES if word.removeprefix(prefix) in _REACH)
    return phrase.removeprefix(next(stems, ""))


def _platforms(meanings: frozenset[str]) -> Iterator[str]:
    return (name for name in PLATFORMS if name in meanings)


def _aims(meanings: frozenset[str]) -> Iterator[Aim]:
    return (aim for word, aim in _AIMS.items() if word in meanings)


_ELSE = Thing.UNKNOWN
_PRECEDENCE = {aim: place for place, aim in enumerate(Aim)}
