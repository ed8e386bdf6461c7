"""Platforms: what an address says by itself, and where a service stands by its words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Service
from bot.domain.links import links_in, parse_link
from bot.domain.platforms import (
    OTHER,
    PLATFORMS,
    Address,
    Aim,
    Shelf,
    Thing,
    Wish,
    address_of,
    fits,
    name_in,
    profile_for,
    profiles,
    shelf_of,
    wish_of,
    with_aims_respelt,
)

FOLLOWERS = Service(
    "1234", "Instagram Followers", "Instagram", "Default", Decimal("0.89"), 100, 100_000
)


def called(name: str, category: str = "", *, link: bool = True, **names: str) -> Service:
    return replace(FOLLOWERS, name=name, category=category, names=names, needs_link=link)


@pytest.mark.parametrize(
    ("link", "platform", "thing"),
    [
        ("https://www.instagram.com/ann", "instagram", Thing.PROFILE),
        ("https://instagram.com/ann/?hl=ar", "instagram", Thing.PROFILE),
        ("https://instagram.com/p/Cx1", "instagram", Thing.POST),
        ("https://instagram.com/ann/p/Cx1", "instagram", Thing.POST),
        ("https://instagram.com/reel/Cx1", "instagram", Thing.VIDEO),
        ("https://instagram.com/reels/Cx1", "instagram", Thing.VIDEO),
        ("https://instagram.com/tv/Cx1", "instagram", Thing.VIDEO),
        ("https://instagram.com/ann/reels/", "instagram", Thing.PROFILE),
        ("https://instagram.com/stories/ann/123", "instagram", Thing.STORY),
        ("https://instagram.com/ann/live", "instagram", Thing.LIVE),
        ("https://instagram.com/share/abc", "instagram", Thing.UNKNOWN),
        ("https://instagram.com", "instagram", Thing.UNKNOWN),
        ("https://www.tiktok.com/@ann", "tiktok", Thing.PROFILE),
        ("https://www.tiktok.com/@ann/video/72", "tiktok", Thing.VIDEO),
        ("https://www.tiktok.com/@ann/photo/72", "tiktok", Thing.VIDEO),
        ("https://www.tiktok.com/@ann/live", "tiktok", Thing.LIVE),
        ("https://vm.tiktok.com/ZS1", "tiktok", Thing.UNKNOWN),
        ("https://vt.tiktok.com/ZS1", "tiktok", Thing.UNKNOWN),
        ("https://www.tiktok.com/t/ZS1", "tiktok", Thing.UNKNOWN),
        ("https://youtu.be/x", "youtube", Thing.VIDEO),
        ("https://m.youtube.com/watch?v=x", "youtube", Thing.VIDEO),
        ("https://youtube.com/shorts/x", "youtube", Thing.VIDEO),
        ("https://youtube.com/live/x", "youtube", Thing.LIVE),
        ("https://youtube.com/playlist?list=x", "youtube", Thing.PLAYLIST),
        ("https://youtube.com/@ann", "youtube", Thing.CHANNEL),
        ("https://youtube.com/channel/UC1", "youtube", Thing.CHANNEL),
        ("https://t.me/ann", "telegram", Thing.CHANNEL),
        ("https://t.me/s/ann", "telegram", Thing.CHANNEL),
        ("https://t.me/ann/12", "telegram", Thing.POST),
        ("https://t.me/c/1234/12", "telegram", Thing.POST),
        ("https://t.me/+AbC", "telegram", Thing.GROUP),
        ("https://t.me/joinchat/AbC", "telegram", Thing.GROUP),
        ("https://x.com/ann", "twitter", Thing.PROFILE),
        ("https://twitter.com/ann/status/1", "twitter", Thing.POST),
        ("https://x.com/i/spaces/1", "twitter", Thing.LIVE),
        ("https://t.co/abc", "twitter", Thing.UNKNOWN),
        ("https://ar-ar.facebook.com/ann", "facebook", Thing.PROFILE),
        ("https://facebook.com/profile.php?id=1", "facebook", Thing.PROFILE),
        ("https://facebook.com/ann/posts/1", "facebook", Thing.POST),
        ("https://facebook.com/watch/?v=1", "facebook", Thing.VIDEO),
        ("https://facebook.com/ann/videos/1", "facebook", Thing.VIDEO),
        ("https://facebook.com/reel/1", "facebook", Thing.VIDEO),
        ("https://facebook.com/share/r/1", "facebook", Thing.VIDEO),
        ("https://facebook.com/share/1", "facebook", Thing.UNKNOWN),
        ("https://facebook.com/groups/1", "facebook", Thing.GROUP),
        ("https://facebook.com/groups/1/posts/2", "facebook", Thing.POST),
        ("https://fb.watch/abc", "facebook", Thing.UNKNOWN),
        ("https://snapchat.com/add/ann", "snapchat", Thing.PROFILE),
        ("https://snapchat.com/spotlight/x", "snapchat", Thing.VIDEO),
        ("https://t.snapchat.com/x", "snapchat", Thing.UNKNOWN),
        ("https://threads.net/@ann", "threads", Thing.PROFILE),
        ("https://threads.com/@ann/post/x", "threads", Thing.POST),
        ("https://open.spotify.com/track/x", "spotify", Thing.TRACK),
        ("https://open.spotify.com/intl-ar/playlist/x", "spotify", Thing.PLAYLIST),
        ("https://open.spotify.com/artist/x", "spotify", Thing.PROFILE),
        ("https://spotify.link/x", "spotify", Thing.UNKNOWN),
        ("https://kick.com/ann", "kick", Thing.CHANNEL),
        ("https://discord.gg/x", "discord", Thing.GROUP),
        ("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv", "whatsapp", Thing.GROUP),
        ("https://whatsapp.com/channel/x", "whatsapp", Thing.CHANNEL),
        ("https://notx.com/ann", "notx", Thing.SITE),
        ("https://shop.unknown.org:8443/x", "unknown", Thing.SITE),
        ("no link", OTHER, Thing.UNKNOWN),
        ("", OTHER, Thing.UNKNOWN),
    ],
)
def test_an_address_says_its_platform_and_what_it_leads_to(
    link: str, platform: str, thing: Thing
) -> None:
    assert address_of(link) == Address(platform, thing)


@given(st.sampled_from(sorted(PLATFORMS)), st.text(max_size=40))
def test_no_address_of_a_platform_is_too_much(platform: str, path: str) -> None:
    """Whatever a path holds, the platform is known and the thing is one that somebody can name."""
    for host in (*PLATFORMS[platform].hosts, *PLATFORMS[platform].short):
        for link in links_in(f"https://{host}/{path}"):
            if link.url.startswith(f"https://{host}/"):
                assert address_of(link.url).platform == platform


def test_every_thing_has_services_that_fit_it_and_those_that_nothing_is_known_of() -> None:
    for thing in Thing:
        assert fits(thing)[-1] is Aim.OTHER
        assert len(set(fits(thing))) == len(fits(thing))
    assert Aim.FOLLOWERS in fits(Thing.PROFILE)
    assert Aim.FOLLOWERS not in fits(Thing.POST)
    assert Aim.LIKES in fits(Thing.POST)
    assert Aim.LIKES not in fits(Thing.PROFILE)


def test_what_may_hide_behind_a_short_link_is_known_for_every_platform_that_has_some() -> None:
    for platform in PLATFORMS.values():
        assert Thing.UNKNOWN not in platform.things
        assert len(platform.things) > 1 or not platform.short


@pytest.mark.parametrize(
    ("service", "platform", "aim"),
    [
        (called("Instagram Followers"), "instagram", Aim.FOLLOWERS),
        (called("متابعين انستقرام عرب"), "instagram", Aim.FOLLOWERS),
        (called("𝗜𝗻𝘀𝘁𝗮𝗴𝗿𝗮𝗺 𝗟𝗶𝗸𝗲𝘀"), "instagram", Aim.LIKES),
        (called("لايكات الانستقرام"), "instagram", Aim.LIKES),
        (called("تيك توك مشاهدات"), "tiktok", Aim.VIEWS),
        (called("TikTok Live Viewers"), "tiktok", Aim.LIVE),
        (called("Instagram Story Views"), "instagram", Aim.STORY),
        (called("4,000 YouTube Watch Hours"), "youtube", Aim.HOURS),
        (called("YouTube Subscribers | Start 0-1 hour"), "youtube", Aim.SUBSCRIBERS),
        (called("أعضاء قنوات تيليجرام"), "telegram", Aim.MEMBERS),
        (called("Facebook Page Likes"), "facebook", Aim.FOLLOWERS),
        (called("Facebook Post Likes"), "facebook", Aim.LIKES),
        (called("X Retweets"), "twitter", Aim.SHARES),
        (called("رتويت"), "twitter", Aim.SHARES),
        (called("Xbox Game Pass"), OTHER, Aim.OTHER),
        (called("اكس بوكس قيم باس"), OTHER, Aim.OTHER),
        (called("1,000 Followers Package", "انستقرام | باقات"), "instagram", Aim.FOLLOWERS),
        (called("Server 3", "TikTok Likes"), "tiktok", Aim.LIKES),
        (called("70 Coins", "TikTok Live", link=False), "tiktok", Aim.OTHER),
        (called("سيرفر 1", en="Spotify Plays"), "spotify", Aim.PLAYS),
        (called("زيارات موقع من قوقل"), "website", Aim.VISITS),
        (called("شدات ببجي"), OTHER, Aim.OTHER),
        (called("؟!", "…"), OTHER, Aim.OTHER),
    ],
)
def test_a_service_stands_where_its_words_say(service: Service, platform: str, aim: Aim) -> None:
    assert shelf_of(service) == Shelf(platform, aim)


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("followers", Wish("", (Aim.FOLLOWERS,))),
        ("instagram followers please", Wish("instagram", (Aim.FOLLOWERS,))),
        ("ابغى متابعين انستا", Wish("instagram", (Aim.FOLLOWERS,))),
        ("المتابعين", Wish("", (Aim.FOLLOWERS,))),
        ("likes and views", Wish("", (Aim.LIKES, Aim.VIEWS))),
        ("female followers", Wish("", (Aim.FOLLOWERS,), ("female",))),
        ("tik tok", Wish("tiktok")),
        ("thanks 🙏", Wish(rest=("thanks",))),
        ("", Wish()),
    ],
)
def test_words_say_what_they_ask_for(typed: str, wish: Wish) -> None:
    assert wish_of(typed) == wish


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("folowers please", "followers please"),
        ("instagram subscibers", "instagram subscribers"),
        ("متابعييين", "متابعين"),
        ("line here", "line here"),  # short words are slips for nothing
        ("streaming servers", "streaming servers"),
        ("followers", "followers"),
        ("", ""),
    ],
)
def test_slips_of_the_keyboard_are_mended_where_they_name_what_is_brought(
    typed: str, meant: str
) -> None:
    assert with_aims_respelt(typed) == meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ann", ("ann", "")),
        (" @ann.lee ", ("ann.lee", "")),
        ("followers 1000 @ann", ("ann", "followers 1000")),
        ("@ann, please", ("ann", ", please")),
        ("@ann.", ("ann", "")),
        ("ann@example.com", None),
        ("@ann @bob", None),
        ("@", None),
        ("no name", None),
        ("https://tiktok.com/@ann", None),
    ],
)
def test_one_user_name_is_taken_out_of_a_text(text: str, found: tuple[str, str] | None) -> None:
    assert name_in(text) == found


def test_a_user_name_may_be_at_home_on_every_platform_that_allows_it() -> None:
    links = profiles("ann")
    assert links["instagram"] == parse_link("https://instagram.com/ann")
    assert links["tiktok"] == parse_link("https://www.tiktok.com/@ann")
    for platform, link in links.items():
        address = address_of(link.url)
        assert address.platform == platform
        assert address.thing in (Thing.PROFILE, Thing.CHANNEL)
    assert "telegram" in links
    assert "telegram" not in profiles("ann.lee")


@pytest.mark.parametrize(
    ("service", "text", "link"),
    [
        (FOLLOWERS, "@ann", "https://instagram.com/ann"),
        (called("TikTok Followers"), "@ann", "https://www.tiktok.com/@ann"),
        (called("Instagram Likes"), "@ann", None),
        (called("Website Visits"), "@ann", None),
        (called("Mystery"), "@ann", None),
        (FOLLOWERS, "@ann please", None),
        (FOLLOWERS, "ann", None),
    ],
)
def test_a_lone_user_name_is_a_link_where_the_service_is_for_whoever_has_it(
    service: Service, text: str, link: str | None
) -> None:
    found = profile_for(service, text)
    assert (found.url if found else None) == link
