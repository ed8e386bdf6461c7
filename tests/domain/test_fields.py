import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fields import (
    MAX_ANSWER,
    MAX_LINES_ANSWER,
    Field,
    FieldKind,
    FieldProblem,
    Option,
    accept,
    bare,
    field_problem,
    fields_from,
    flag,
    single_line_required,
    split_values,
    v2_fields,
)
from bot.domain.text import clean, utf16_length

TEXT, LINES, NUMBER = FieldKind.TEXT, FieldKind.LINES, FieldKind.NUMBER
CHOICE, LINK = FieldKind.CHOICE, FieldKind.LINK

PLAYER = Field("player_id", "Player id", TEXT)
SERVER = Field("server_id", "Server id", TEXT)
EU_OR_ASIA = (Option("EU", "EU"), Option("Asia", "Asia"))

ATTRIBUTES = (
    "key", "name", "label", "fieldname", "type", "placeholder", "required", "options",
)  # fmt: skip
TYPES = ("text", "textarea", "number", "select", "url", "checkbox", "")


@pytest.mark.parametrize(
    "raw",
    [
        ["player_id", "server_id"],
        [{"key": "player_id"}, {"name": "server_id"}],
        [{"fieldname": "player_id"}, {"key": "server_id", "name": "Server id"}],
        [
            {"name": "player_id", "label": "Player id", "type": "text", "required": True},
            "server_id",
        ],
        [{"key": "player_id", "id": 5, "created_at": "2024"}, {"key": "server_id", "type": "?"}],
        {"player_id": {"type": "text"}, "server_id": {"label": "Server id", "required": "1"}},
        {"player_id": "Player id", "server_id": "text"},
        {"player_id": None, "server_id": True},
        {"0": "player_id", "2": "server_id"},
        {"1": {"key": "player_id"}, "2": {"key": "server_id"}},
        [["player_id"], ["server_id"]],
        [{"player_id": {"placeholder": None}}, {"server_id": "Server id"}],
        [{"key": "player_id"}, {"key": "server_id"}, {"key": "player_id", "type": "number"}],
    ],
)
def test_every_entry_form_names_the_same_two_fields(raw: object) -> None:
    assert fields_from(raw) == (PLAYER, SERVER)
    assert fields_from(json.dumps(raw)) == (PLAYER, SERVER)
    assert fields_from(json.dumps(json.dumps(raw))) == (PLAYER, SERVER)


@pytest.mark.parametrize(
    "raw",
    ["player_id", '"player_id"', {"name": "player_id"}, '{"name": "player_id", "type": "text"}'],
)
def test_a_single_field_needs_no_list(raw: object) -> None:
    assert fields_from(raw) == (PLAYER,)


def test_an_object_of_labels_is_keyed_by_field_name_even_where_a_field_is_called_name() -> None:
    assert fields_from({"name": "Full name", "email": "E-mail"}) == (
        Field("name", "Full name", TEXT),
        Field("email", "E-mail", TEXT),
    )


@pytest.mark.parametrize(
    "raw",
    [
        None, True, False, 0, 5, Decimal("1.5"), "", "  ", "null", "false", "[]", "{}", "[", "{bad",
        [], {}, [None], [[]], [{}], [5, True], {"type": "text"}, [{"type": "text", "id": 3}],
        [{"key": ""}], [{"key": True}], [{"key": ["a"]}], ["\ud800"], ["k" * 257], [[[[["deep"]]]]],
        [{"key": 10**5000}],
        '"' * 100_000, "[" * 100_000, '{"key": 1e99999999999999999999}',
    ],
)  # fmt: skip
def test_what_names_no_field_is_no_field(raw: object) -> None:
    assert fields_from(raw) == ()


def test_a_bad_entry_spoils_no_other() -> None:
    raw = [None, {"options": 5}, "player_id", {"key": "server_id", "type": {"a": []}, "label": []}]
    assert fields_from(raw) == (PLAYER, SERVER)


def test_a_key_keeps_its_spelling_while_its_label_is_made_fit_to_show() -> None:
    key = " Player\u202e ID "
    assert fields_from([key]) == (Field(key, "Player ID", TEXT),)


@pytest.mark.parametrize(
    ("entry", "key", "label"),
    [
        ({"key": "k", "name": "n", "label": "l", "fieldname": "f"}, "k", "l"),
        ({"fieldname": "f", "name": "n", "label": "l"}, "f", "l"),
        ({"name": "n", "label": "l"}, "n", "l"),
        ({"label": "Account e-mail"}, "Account e-mail", "Account e-mail"),
        ({"key": "k", "label": "\u200b"}, "k", "K"),
        ({"key": 7, "label": "L" * 200}, "7", "L" * 79 + "…"),
    ],
)
def test_the_key_and_the_label_are_the_best_names_there_are(
    entry: object, key: str, label: str
) -> None:
    assert [(f.key, f.label) for f in fields_from([entry])] == [(key, label)]


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("text", TEXT), ("email", TEXT), ("password", TEXT), ("tel", TEXT), ("hologram", TEXT),
        (None, TEXT), (5, TEXT), (["number"], TEXT),
        ("textarea", LINES), ("Text_Area", LINES), ("multi-line", LINES), ("list", LINES),
        ("number", NUMBER), ("INTEGER", NUMBER), ("numeric", NUMBER),
        ("url", LINK), ("Link", LINK),
        ("select", TEXT), ("radio", TEXT), ("checkbox", TEXT),
    ],
)  # fmt: skip
def test_a_type_decides_the_kind_and_a_choice_of_nothing_is_typed(
    type_: object, kind: FieldKind
) -> None:
    assert fields_from([{"key": "k", "type": type_}]) == (Field("k", "K", kind),)


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        (True, True), (1, True), ("1", True), ("true", True), ("yes", True), ("on", True),
        (None, True), ("", True), ("perhaps", True), ([], True), (2, True),
        (False, False), (0, False), ("0", False), ("False", False), ("no", False), ("off", False),
        ("optional", False),
    ],
)  # fmt: skip
def test_a_field_is_required_unless_it_says_otherwise(required: object, expected: bool) -> None:
    assert [f.required for f in fields_from([{"key": "k", "required": required}])] == [expected]


@pytest.mark.parametrize(
    "options",
    [
        ["EU", "Asia"],
        "EU, Asia",
        "EU,,Asia,",
        '["EU", "Asia"]',
        {"EU": "EU", "Asia": {"label": "Asia"}},
        '{"EU": "EU", "Asia": "Asia"}',
        [{"value": "EU", "label": "EU"}, {"id": "Asia", "name": "Asia"}],
        [{"label": "EU"}, {"value": "Asia"}, {"value": "", "label": ""}, None, [], {}],
        ["EU", "Asia", "EU", "", "  ", "\ud800"],
    ],
)
@pytest.mark.parametrize("type_", ["select", "text", "", None])
def test_options_make_a_choice(options: object, type_: object) -> None:
    entry = {"key": "region", "type": type_, "options": options}
    assert fields_from([entry]) == (Field("region", "Region", CHOICE, options=EU_OR_ASIA),)


def test_an_option_is_sent_as_it_came_and_shown_by_its_label() -> None:
    raw = {"amount": {"options": {"60": "60 UC", "1.50": "\u202eBig", "x ": ""}}}
    assert fields_from(raw)[0].options == (
        Option("60", "60 UC"),
        Option("1.50", "Big"),
        Option("x ", "x"),
    )
    assert fields_from([{"key": "n", "options": [1, Decimal("2.50"), True]}])[0].options == (
        Option("1", "1"),
        Option("2.50", "2.50"),
        Option("true", "true"),
    )


@pytest.mark.parametrize("options", [[], {}, "", 5, None, [[]], "[broken", list(range(301))])
def test_options_nobody_can_choose_from_leave_a_field_to_type(options: object) -> None:
    entry = {"key": "region", "type": "select", "options": options}
    assert fields_from([entry]) == (Field("region", "Region", TEXT),)


def test_a_multi_line_field_has_no_options() -> None:
    assert fields_from([{"key": "k", "type": "textarea", "options": ["a", "b"]}]) == (
        Field("k", "K", LINES),
    )


def top(key: str, kind: FieldKind = TEXT, required: bool = True) -> tuple[str, FieldKind, bool]:
    return key, kind, required


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("Default", []),
        ("Package", []),
        ("", []),
        ("Something new", []),
        ("SEO", [top("keywords", LINES)]),
        ("Custom Comments", [top("comments", LINES)]),
        ("custom_comments", [top("comments", LINES)]),
        ("Custom Comments Package", [top("comments", LINES)]),
        ("Mentions with Hashtags", [top("usernames", LINES), top("hashtags", LINES)]),
        ("Mentions Custom List", [top("usernames", LINES)]),
        ("Mentions Hashtag", [top("hashtag")]),
        ("Mentions User Followers", [top("username")]),
        ("Comment Likes", [top("username")]),
        ("Poll", [top("answer_number", NUMBER)]),
        (
            "Subscriptions",
            [
                top("username"),
                top("min", NUMBER),
                top("max", NUMBER),
                top("posts", NUMBER),
                top("delay", NUMBER),
                top("expiry", required=False),
            ],
        ),
    ],
)
def test_a_v2_type_takes_its_own_inputs(
    type_: str, expected: list[tuple[str, FieldKind, bool]]
) -> None:
    inputs = v2_fields(type_)
    assert [(f.key, f.kind, f.required) for f in inputs] == expected
    assert all(f.top_level for f in inputs)


def test_manual_fields_are_not_top_level() -> None:
    assert [f.top_level for f in fields_from(["comments"])] == [False]


def test_flag_and_bare_read_words_whatever_their_dress() -> None:
    words: list[object] = [True, "TRUE", 1, Decimal(0), " no ", None, "maybe", 10**40, []]
    assert [flag(word) for word in words] == [True] * 3 + [False] * 2 + [None] * 4
    assert bare("Per_1000 ") == bare("per 1,000") == "per1000"


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=12)
    | st.characters(categories=["Cs", "Cc", "Cf", "Mn"])
    | st.sampled_from(TYPES)
)
names = st.sampled_from(ATTRIBUTES) | st.text(max_size=6)


def as_json(value: object) -> str:
    return json.dumps(value, default=str)


junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5) | inner.map(as_json)
    ),
    max_leaves=12,
)


def check_well_formed(fields: tuple[Field, ...]) -> None:
    assert len({f.key for f in fields}) == len(fields)
    for f in fields:
        assert f.key.strip()
        assert f.key.encode()
        assert f.label == clean(f.label)
        assert 1 <= utf16_length(f.label) <= 80
        assert f.placeholder == clean(f.placeholder)
        assert (f.kind is CHOICE) == bool(f.options)
        assert len({o.value for o in f.options}) == len(f.options)
        assert all(o.value.strip() and o.label == clean(o.label) != "" for o in f.options)


@given(junk)
def test_no_schema_raises_and_what_comes_of_it_is_well_formed(raw: object) -> None:
    check_well_formed(fields_from(raw))


@given(
    st.dictionaries(
        st.sampled_from(ATTRIBUTES) | st.text(st.characters(categories=["L"]), min_size=1),
        st.dictionaries(st.sampled_from(["type", "placeholder", "required", "options"]), junk),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["key", "name", "fieldname", "label"]),
    st.booleans(),
)
def test_a_field_with_a_key_is_never_lost(
    schema: dict[str, dict[str, object]], naming: str, listed: bool
) -> None:
    raw: object = [{naming: key, **rest} for key, rest in schema.items()] if listed else schema
    fields = fields_from(raw)
    check_well_formed(fields)
    assert [f.key for f in fields] == list(schema)


@pytest.mark.parametrize(
    ("field", "text", "answer"),
    [
        (PLAYER, " 00123 ", "00123"),
        (PLAYER, "\u200f123456789\u200e\n", "123456789"),
        (PLAYER, "ahmed ali", "ahmed ali"),
        (Field("n", "N", NUMBER), "007", "007"),
        (Field("n", "N", NUMBER), "1,000", "1000"),
        (Field("n", "N", NUMBER), "1.000", "1000"),
        (Field("n", "N", NUMBER), "1 000 000", "1000000"),
        (Field("n", "N", NUMBER), "١٬٠٠٠", "1000"),
        (Field("n", "N", NUMBER), "۱۲۳", "123"),
        (Field("n", "N", NUMBER), "2.5", "2.5"),
        (Field("n", "N", NUMBER), "٢٫٥", "2.5"),
        (Field("n", "N", NUMBER), "+966500000001", "+966500000001"),
        (Field("l", "L", LINK), "instagram.com/x", "https://instagram.com/x"),
        (Field("c", "C", CHOICE, options=(Option("eu", "Europe"),)), "eu", "eu"),
        (Field("c", "C", CHOICE, options=(Option("eu", "Europe"),)), " EUROPE ", "eu"),
        (Field("c", "C", CHOICE, options=(Option(" x ", "X"),)), "x", " x "),
        (Field("t", "T", LINES), "one\r\n\n  two \n\u200b\nthree", "one\ntwo\nthree"),
        (Field("t", "T", LINES), "👨‍👩‍👧 رائع", "👨‍👩‍👧 رائع"),
        (Field("t", "T", TEXT, required=False), " \n", ""),
    ],
)
def test_an_answer_is_taken_in_its_plain_form(field: Field, text: str, answer: str) -> None:
    assert field_problem(field, text) is None
    assert accept(field, text) == answer


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        (PLAYER, "", FieldProblem.EMPTY),
        (PLAYER, " \n\u200b", FieldProblem.EMPTY),
        (Field("t", "T", LINES), "\n\n", FieldProblem.EMPTY),
        (PLAYER, "123\n55", FieldProblem.SEVERAL_LINES),
        (PLAYER, "x" * (MAX_ANSWER + 1), FieldProblem.TOO_LONG),
        (Field("t", "T", LINES), "x" * (MAX_LINES_ANSWER + 1), FieldProblem.TOO_LONG),
        (Field("n", "N", NUMBER), "12a", FieldProblem.NOT_A_NUMBER),
        (Field("n", "N", NUMBER), "-5", FieldProblem.NOT_A_NUMBER),
        (Field("n", "N", NUMBER), "1,5", FieldProblem.NOT_A_NUMBER),
        (Field("n", "N", NUMBER), "2k", FieldProblem.NOT_A_NUMBER),
        (Field("n", "N", NUMBER), "²", FieldProblem.NOT_A_NUMBER),
        (Field("l", "L", LINK), "not a link", FieldProblem.NOT_A_LINK),
        (Field("c", "C", CHOICE, options=EU_OR_ASIA), "Africa", FieldProblem.NOT_AN_OPTION),
        (
            Field("c", "C", CHOICE, options=(Option("1", "Red"), Option("2", "red"))),
            "RED",
            FieldProblem.NOT_AN_OPTION,
        ),
    ],
)
def test_a_wrong_answer_is_named(field: Field, text: str, problem: FieldProblem) -> None:
    assert field_problem(field, text) is problem
    with pytest.raises(ValueError, match=problem.value):
        accept(field, text)


@given(
    st.sampled_from([TEXT, LINES, NUMBER, LINK]),
    st.booleans(),
    st.text(max_size=40) | st.from_regex(r"[0-9., ]{1,9}") | st.just("x.com/a"),
)
def test_an_accepted_answer_is_accepted_unchanged(
    kind: FieldKind, required: bool, text: str
) -> None:
    field = Field("k", "K", kind, required=required)
    if field_problem(field, text) is None:
        answer = accept(field, text)
        assert accept(field, answer) == answer
        assert kind is LINES or "\n" not in answer


def test_several_answers_can_be_pasted_one_a_line() -> None:
    assert split_values((PLAYER, SERVER), "123\n\n 55 \n") == ("123", "55")


def test_pasted_lines_are_for_the_required_single_line_fields() -> None:
    note = Field("note", "Note", TEXT, required=False)
    words = Field("words", "Words", LINES)
    asked = (PLAYER, note, words, SERVER)
    assert single_line_required(asked) == (PLAYER, SERVER)
    assert split_values(asked, "123\n55") == ("123", "55")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ((PLAYER, SERVER), "123"),
        ((PLAYER, SERVER), "1\n2\n3"),
        ((PLAYER, SERVER), ""),
        ((PLAYER,), "123"),
        ((), ""),
        ((Field("words", "Words", LINES), PLAYER, SERVER), "1\n2"),
    ],
)
def test_lines_that_do_not_match_the_fields_are_not_split(
    fields: tuple[Field, ...], text: str
) -> None:
    assert split_values(fields, text) is None
