from bot.providers.port import AddRequest


def test_only_what_is_given_travels() -> None:
    assert AddRequest("1234").parameters() == {"service": "1234"}
    assert AddRequest("1234", link="https://e.com/", quantity=5).parameters() == {
        "service": "1234",
        "link": "https://e.com/",
        "quantity": "5",
    }


def test_manual_fields_travel_as_json_in_one_parameter() -> None:
    request = AddRequest("7788", fields={"server_id": "55", "player": 'ل"ا'})
    assert request.parameters() == {
        "service": "7788",
        "fields": '{"player":"ل\\"ا","server_id":"55"}',
    }


def test_an_extra_cannot_take_the_place_of_our_own_parameters() -> None:
    ours = {"service", "link", "quantity", "fields", "coupon", "key", "action"}
    request = AddRequest("1234", extras=dict.fromkeys(ours, "evil") | {"username": "ann"})
    assert request.parameters() == {"service": "1234", "username": "ann"}


def test_the_digest_stays_and_tells_orders_apart() -> None:
    order = AddRequest("1", link="https://e.com/ة", quantity=5, fields={"a": "1", "b": "2"})
    same = AddRequest("1", link="https://e.com/ة", quantity=5, fields={"b": "2", "a": "1"})
    others = [
        AddRequest("2", link="https://e.com/ة", quantity=5, fields={"a": "1", "b": "2"}),
        AddRequest("1", link="https://e.com/", quantity=5, fields={"a": "1", "b": "2"}),
        AddRequest("1", link="https://e.com/ة", quantity=6, fields={"a": "1", "b": "2"}),
        AddRequest("1", link="https://e.com/ة", quantity=5, fields={"a": "1", "b": "3"}),
        AddRequest("1", link="https://e.com/ة", quantity=5, extras={"a": "1", "b": "2"}),
        AddRequest("1", quantity=5, link="https://e.com/ة", coupon="A"),
    ]
    assert order.digest() == same.digest()
    assert len({order.digest(), *(other.digest() for other in others)}) == 7
    assert (
        AddRequest("1", quantity=2).digest()
        == "eff6c02fd2117eecb13f933c0fb736781c7608bd825440924604603d4042494a"
    )


def test_any_text_has_a_digest() -> None:
    assert len(AddRequest("1", link="\ud800").digest()) == 64


def test_a_repr_shows_nothing_that_a_person_typed() -> None:
    order = AddRequest("1", "https://e.com/me", 5, {"password": "hunter2"}, {"u": "ann"}, "SAVE")
    assert repr(order) == "AddRequest(service='1', quantity=5)"
