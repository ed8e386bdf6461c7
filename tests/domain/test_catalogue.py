import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import (
    MAX_FIELDS,
    CatalogueError,
    Kind,
    Service,
    derived_quantity,
    service_from,
    service_from_json,
    service_to_json,
)
from bot.domain.fields import Field, FieldKind, Option, v2_fields
from bot.domain.numbers import MAX_QUANTITY
from bot.domain.text import clean, utf16_length

EXAMPLE: dict[str, object] = {
    "service": "1234",
    "name": "Instagram Followers",
    "category": "Instagram",
    "type": "Default",
    "rate": "0.89",
    "min": 100,
    "max": 100000,
    "fields": [],
}

LIST = [{"key": "list", "type": "textarea"}]


def service(**changes: object) -> Service:
    return service_from(EXAMPLE | changes)


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in EXAMPLE.items() if name not in names}


def test_the_documented_row() -> None:
    assert service_from(EXAMPLE) == Service(
        code="1234",
        name="Instagram Followers",
        category="Instagram",
        type="Default",
        rate=Decimal("0.89"),
        minimum=100,
        maximum=100_000,
        fields=(),
        names={},
        needs_link=True,
        asks_quantity=True,
        derives_quantity=False,
        description="",
        pricing_type="",
        refill=False,
        cancel=False,
    )


def test_everything_that_may_be_present() -> None:
    row = EXAMPLE | {
        "name_ar": "متابعين انستقرام",
        "name_en": "  Followers\u202e ",
        "pricing_type": "per_1000",
        "refill": "1",
        "cancel": True,
        "desc": "Fast\n\n\n\nstart",
        "image": "https://example.com/a.png",
        "dripfeed": 0,
    }
    found = service_from(row)
    assert found.names == {"ar": "متابعين انستقرام", "en": "Followers"}
    assert (found.pricing_type, found.refill, found.cancel) == ("per_1000", True, True)
    assert found.description == "Fast\n\nstart"


def test_description_wins_over_desc() -> None:
    assert service(desc="short", description="long").description == "long"


@pytest.mark.parametrize(
    ("language", "name"),
    [("ar", "متابعين"), ("en", "Instagram Followers"), ("fa", "Instagram Followers")],
)
def test_a_name_is_given_in_the_language_or_as_it_usually_is(language: str, name: str) -> None:
    assert service(name_ar="متابعين", name_en="").name_in(language) == name


def test_a_name_in_one_language_is_a_name() -> None:
    assert service(name=None, name_ar="متابعين").name == "متابعين"
    assert service(name=" ", name_en="Likes").name == "Likes"


@pytest.mark.parametrize(
    ("given_code", "code"),
    [("1234", "1234"), ("0012", "0012"), (1234, "1234"), ("PA-17 b", "PA-17 b")],
)
def test_an_id_is_text_as_it_came(given_code: object, code: str) -> None:
    assert service(service=given_code).code == code


@pytest.mark.parametrize(
    ("raw", "rate"),
    [
        ("0.89", "0.89"),
        (" 0.890 ", "0.890"),
        ("1,234.50", "1234.50"),
        ("0", "0"),
        (3, "3"),
        (Decimal("0.89"), "0.89"),
        (Decimal("1E-5"), "0.00001"),
        ("1.0E-5", "0.000010"),
        ("0.8900000000000001", "0.890000000000"),
        ("0.890000000000000000000000", "0.890000000000"),
        ("0.33333333333333331483", "0.333333333333"),
        ("1000000000000", "1000000000000"),
    ],
)
def test_a_rate_is_exact(raw: object, rate: str) -> None:
    assert str(service(rate=raw).rate) == rate


@pytest.mark.parametrize(
    ("raw", "quantity"),
    [
        (100, 100),
        ("100", 100),
        ("1,000", 1000),
        (" 100 ", 100),
        ("100.00", 100),
        (Decimal("100"), 100),
        (Decimal("1E+2"), 100),
        (0, 1),
        ("0", 1),
        ("", 1),
        (None, 1),
    ],
)
def test_a_minimum_is_a_whole_number_and_none_is_one(raw: object, quantity: int) -> None:
    assert service(min=raw).minimum == quantity


@pytest.mark.parametrize(
    ("raw", "quantity"),
    [("100,000", 100_000), (100, 100), (10**12, 10**12), (10**29, MAX_QUANTITY)],
)
def test_a_maximum_beyond_all_counting_is_the_largest_we_count(raw: object, quantity: int) -> None:
    assert service(max=raw).maximum == quantity


BAD: dict[str, list[object]] = {
    "service": [None, "", " ", True, Decimal(5), [], {}, "a\nb", "x" * 65, "\u202e", 10**90],
    "name": [None, "", "\u200b", [], {}],
    "rate": [
        None, "", "free", "-0.89", -1, True, [], "0,89", "$1", "NaN", "Infinity", "1_000", "٣",
        Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+999999999"), Decimal("1E-999999999"),
        "1000000000000.01", "1e400", "0.0000000000001", 10**5000,
    ],
    "min": [-1, "-1", True, False, "many", "1.5", "1.000", [], {}, Decimal("1E+99"), 100_001],
    "max": [-1, "-1", True, False, "many", "1.5", "1.000", [], {}, Decimal("1E+99"), 99, None, 0],
    "fields": [[f"field {n}" for n in range(MAX_FIELDS + 1)]],
}  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{member: value} for member, bad in BAD.items() for value in bad]
)
def test_a_row_nobody_could_order_from_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(CatalogueError):
        service(**changes)


@pytest.mark.parametrize("row", [None, [], "row", 5, {}, without("service"), without("rate")])
def test_what_is_no_row_is_refused(row: object) -> None:
    with pytest.raises(CatalogueError):
        service_from(row)


def test_the_shortest_row() -> None:
    found = service_from({"service": 1, "name": "a", "rate": 1, "max": 10})
    assert (found.type, found.category, found.minimum, found.fields) == ("Default", "", 1, ())


@pytest.mark.parametrize(
    ("changes", "needs_link"),
    [
        ({}, True),
        ({"fields": ["player_id"]}, False),
        ({"fields": ["player_id"], "link_required": True}, True),
        ({"fields": ["player_id"], "link_required": "1"}, True),
        ({"link_required": False}, False),
        ({"link_required": "false"}, False),
        ({"link_required": None}, True),
        ({"type": "Custom Comments"}, True),
        ({"type": "Package"}, True),
        ({"type": "Subscriptions"}, False),
        ({"type": "Subscriptions", "link_required": 1}, True),
    ],
)
def test_a_link_is_needed_where_the_row_says_so_or_names_no_fields(
    changes: dict[str, object], needs_link: bool
) -> None:
    assert service(**changes).needs_link is needs_link


ASKED, DERIVED, NEITHER = (True, False), (False, True), (False, False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ASKED),
        ({"min": 1, "max": 1}, NEITHER),
        ({"min": 1000, "max": 1000}, NEITHER),
        ({"min": 1000, "max": 1000, "has_quantity": True}, NEITHER),
        ({"has_quantity": False}, NEITHER),
        ({"has_quantity": "0"}, NEITHER),
        ({"fields": ["id"]}, ASKED),
        ({"fields": ["id"], "min": 1, "max": 1}, NEITHER),
        ({"fields": ["id"], "min": None, "max": None}, NEITHER),
        ({"fields": ["id"], "max": None, "has_quantity": True}, ASKED),
        ({"fields": ["id"], "has_quantity": False}, NEITHER),
        ({"fields": LIST}, DERIVED),
        ({"fields": LIST, "has_quantity": False}, DERIVED),
        ({"fields": LIST, "has_quantity": True}, ASKED),
        ({"fields": LIST, "min": 1, "max": 1}, NEITHER),
        ({"fields": LIST, "min": None, "max": None}, DERIVED),
        ({"type": "Package"}, NEITHER),
        ({"type": "Package", "min": 0, "max": 0}, NEITHER),
        ({"type": "Package", "max": None}, NEITHER),
        ({"type": "Package", "has_quantity": True}, ASKED),
        ({"type": "SEO"}, DERIVED),
        ({"type": "SEO", "has_quantity": True}, ASKED),
        ({"type": "Custom Comments"}, DERIVED),
        ({"type": "Custom Comments", "min": 10, "max": 10}, DERIVED),
        ({"type": "Custom Comments", "has_quantity": False}, DERIVED),
        ({"type": "Custom Comments Package", "min": 1, "max": 1}, NEITHER),
        ({"type": "Mentions with Hashtags"}, DERIVED),
        ({"type": "Mentions Custom List"}, DERIVED),
        ({"type": "Mentions Hashtag"}, ASKED),
        ({"type": "Mentions User Followers"}, ASKED),
        ({"type": "Comment Likes"}, ASKED),
        ({"type": "Poll"}, ASKED),
        ({"type": "Subscriptions"}, DERIVED),
        ({"type": "Subscriptions", "fields": ["id"]}, ASKED),
    ],
)
def test_who_decides_the_quantity(changes: dict[str, object], expected: tuple[bool, bool]) -> None:
    found = service(**changes)
    assert (found.asks_quantity, found.derives_quantity) == expected


@pytest.mark.parametrize(
    ("changes", "limits"),
    [
        ({"fields": ["id"], "min": None, "max": None}, (1, 1)),
        ({"fields": ["id"], "min": 0, "max": 0}, (1, 1)),
        ({"fields": LIST, "min": None, "max": None}, (1, MAX_QUANTITY)),
        ({"fields": ["id"], "min": 2, "max": None, "has_quantity": True}, (2, MAX_QUANTITY)),
        ({"type": "Package", "min": 0, "max": 0}, (1, 1)),
        ({"has_quantity": False, "max": None}, (100, 100)),
    ],
)
def test_missing_limits_are_one_of_it_or_no_limit(
    changes: dict[str, object], limits: tuple[int, int]
) -> None:
    found = service(**changes)
    assert (found.minimum, found.maximum) == limits


def test_v2_inputs_come_with_the_type_unless_the_row_names_its_own() -> None:
    assert service(type="Poll").fields == v2_fields("Poll")
    assert [f.key for f in service(type="Poll", fields=["answer"]).fields] == ["answer"]


@pytest.mark.parametrize(
    ("changes", "kind", "fixed"),
    [
        ({}, Kind.LINK, None),
        ({"min": 1000, "max": 1000}, Kind.LINK, 1000),
        ({"type": "Custom Comments"}, Kind.LINK, None),
        ({"type": "Subscriptions"}, Kind.LINK, None),
        ({"has_quantity": False}, Kind.PACKAGE, None),
        ({"type": "Package", "min": 1, "max": 1}, Kind.PACKAGE, 1),
        ({"type": "custom comments package", "min": 10, "max": 10}, Kind.PACKAGE, 10),
        ({"fields": ["id"]}, Kind.FIELDS, None),
        ({"fields": ["id"], "link_required": True}, Kind.FIELDS, None),
        ({"fields": ["id"], "min": 1, "max": 1}, Kind.FIELDS, 1),
        ({"link_required": False}, Kind.FIELDS, None),
    ],
)
def test_the_kind_says_how_it_is_ordered(
    changes: dict[str, object], kind: Kind, fixed: int | None
) -> None:
    found = service(**changes)
    assert (found.kind, found.fixed_quantity) == (kind, fixed)


def test_services_that_may_be_priced_differently_are_in_different_classes() -> None:
    different: list[dict[str, object]] = [
        {},
        {"type": "Poll"},
        {"pricing_type": "per_item"},
        {"fields": ["id"]},
        {"fields": ["id"], "min": 1, "max": 1},
        {"min": 1000, "max": 1000},
        {"type": "Package", "min": 1, "max": 1},
        {"type": "Package", "min": 1000, "max": 1000},
        {"type": "Package", "min": 10, "max": 10},
    ]
    assert len({service(**changes).price_class for changes in different}) == len(different)


def test_names_rates_and_limits_do_not_divide_a_class() -> None:
    other = service(service="9", name="Likes", rate="2", min=5, max=6, type="default ")
    assert other.price_class == service().price_class


@pytest.mark.parametrize(
    ("changes", "values", "quantity"),
    [
        ({"fields": LIST}, {"list": "a\n\n b \r\nc"}, 3),
        ({"fields": LIST}, {"list": "\n\u200b\n"}, None),
        ({"fields": LIST}, {}, None),
        ({"fields": LIST, "has_quantity": True}, {"list": "a\nb"}, None),
        ({"type": "SEO"}, {"keywords": "a\nb"}, 2),
        ({"type": "Mentions with Hashtags"}, {"usernames": "a\nb", "hashtags": "x\ny\nz"}, 2),
        (
            {"fields": [{"key": "note", "type": "textarea", "required": 0}, *LIST]},
            {"note": "a\nb\nc", "list": "x"},
            1,
        ),
        ({"type": "Subscriptions"}, {"max": "1000", "posts": "5"}, 5000),
        ({"type": "Subscriptions"}, {"max": "1000"}, None),
        ({"type": "Subscriptions"}, {"max": "0", "posts": "5"}, None),
        ({"type": "Subscriptions"}, {"max": "9" * 12, "posts": "9" * 12}, MAX_QUANTITY + 1),
        ({}, {}, None),
    ],
)
def test_the_fields_decide_how_many(
    changes: dict[str, object], values: dict[str, str], quantity: int | None
) -> None:
    assert derived_quantity(service(**changes), values) == quantity


names = st.sampled_from(
    [
        "service", "name", "category", "type", "rate", "min", "max", "fields", "name_ar", "name_en",
        "link_required", "has_quantity", "pricing_type", "refill", "cancel", "desc", "description",
    ]
)  # fmt: skip
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=30)
    | st.integers(0, 10**6).map(str)
    | st.sampled_from(["Package", "SEO", "Subscriptions", "1,000", "0.89", "true", "textarea"])
    | st.characters(categories=["Cs", "Cc", "Cf"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(names, values, max_size=3))
def test_any_row_is_a_service_within_its_bounds_or_refused(changes: dict[str, object]) -> None:
    try:
        found = service(**changes)
    except CatalogueError:
        return
    assert found.name == clean(found.name) != ""
    assert utf16_length(found.name) <= 256
    assert 1 <= found.minimum <= found.maximum <= MAX_QUANTITY
    assert Decimal(0) <= found.rate <= 10**12
    assert not (found.asks_quantity and found.derives_quantity)
    assert len(found.fields) <= MAX_FIELDS
    assert service_from_json(service_to_json(found)) == found


texts = st.text(max_size=8)
services = st.builds(
    Service,
    code=texts,
    name=texts,
    category=texts,
    type=texts,
    rate=st.decimals(0, 10**12, places=6) | st.just(Decimal("0.890")),
    minimum=st.integers(1, 10**12),
    maximum=st.integers(1, 10**12),
    fields=st.lists(
        st.builds(
            Field,
            texts,
            texts,
            st.sampled_from(FieldKind),
            texts,
            st.booleans(),
            st.lists(st.builds(Option, texts, texts), max_size=2).map(tuple),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    names=st.dictionaries(st.sampled_from(["ar", "en"]), texts),
    needs_link=st.booleans(),
    asks_quantity=st.booleans(),
    derives_quantity=st.booleans(),
    description=texts,
    pricing_type=texts,
    refill=st.booleans(),
    cancel=st.booleans(),
)


@given(services)
def test_storage_loses_nothing(stored: Service) -> None:
    text = service_to_json(stored)
    again = service_from_json(text)
    assert again == stored
    assert str(again.rate) == str(stored.rate)
    assert [type(f.kind) for f in again.fields] == [FieldKind] * len(stored.fields)
    assert service_to_json(again) == text


def test_a_stored_service_may_lack_what_came_later() -> None:
    body = json.loads(service_to_json(service()))
    del body["refill"]
    assert service_from_json(json.dumps(body)) == service()


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"rate": "x"}', '{"rate": "1", "fields": [[1]]}']
)
def test_other_text_is_no_stored_service(text: str) -> None:
    with pytest.raises(CatalogueError):
        service_from_json(text)


def test_a_service_can_be_hashed() -> None:
    assert len({service(name_ar="أ"), service(name_ar="أ"), service(service="5")}) == 2
