"""What the sandbox Serva has on sale, at which rates; knows nothing of who buys."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal

from bot.sandbox.catalogue import Good, Unit
from bot.sandbox.serva.purchases import Params
from bot.sandbox.serva.refusals import Refusal, RefusalError


class Shop:
    """The goods, with levers that change what is for sale and for how much."""

    def __init__(self, goods: Iterable[Good]) -> None:
        self.edition = 0
        """Grows whenever what `services` answers may have changed."""
        self._goods = {good.code: good for good in goods}
        self._factors: dict[str, Decimal] = {}
        self._units: dict[str, Unit] = {}
        self._gone: set[str] = set()

    @property
    def goods(self) -> list[Good]:
        """What is on sale now."""
        return [good for good in self._goods.values() if good.code not in self._gone]

    def good(self, service: str) -> Good:
        """One good, also when it is gone; raises KeyError for one that never was."""
        return self._goods[service]

    def search(self, words: str, last: int) -> list[Good]:
        """The first goods that have all the words, `last` at the most; also what is gone."""
        wanted = words.casefold().split()
        found = (
            good
            for good in self._goods.values()
            if all(word in f"{good.code} {good.name} {good.category}".casefold() for word in wanted)
        )
        return list(itertools.islice(found, last))

    def stock(self, *goods: Good) -> None:
        """Put goods on sale, in place of those with the same code."""
        self._goods.update({good.code: good for good in goods})
        self.edition += 1

    def remove(self, service: str) -> None:
        """Take a good off sale."""
        self._gone.add(self._goods[service].code)
        self.edition += 1

    def put_back(self, service: str) -> None:
        self._gone.discard(service)
        self.edition += 1

    def reprice(self, service: str, factor: str | Decimal) -> None:
        """Multiply the list price; factors do not add up, the last one counts."""
        self._factors[self._goods[service].code] = Decimal(factor)
        self.edition += 1

    def price_unit(self, service: str, unit: str) -> None:
        """Charge a service per_1000, per_item or flat, whatever its row seems to say."""
        self._units[self._goods[service].code] = Unit(unit)

    def factor(self, service: str) -> Decimal:
        """What its list price is multiplied by."""
        return self._factors.get(service, Decimal(1))

    def is_gone(self, service: str) -> bool:
        """Whether it is off sale."""
        return service in self._gone

    def unit(self, service: str) -> Unit:
        """What the rate is charged for."""
        return self._units.get(service, self._goods[service].unit)

    def rate(self, service: str, discount: Decimal = Decimal(0)) -> Decimal:
        """What somebody with this discount sees as `rate`; exact, never rounded."""
        return self._goods[service].rate * self.factor(service) * (1 - discount)

    def wanted(self, params: Params) -> Good:
        """The good an `add` names; raises `RefusalError` when it is not on sale."""
        code = str(params.get("service", "")).strip()
        if code not in self._goods:
            raise RefusalError(Refusal.SERVICE_NOT_FOUND)
        if code in self._gone:
            raise RefusalError(Refusal.SERVICE_NOT_FOUND_OR_INACTIVE)
        return self._goods[code]
