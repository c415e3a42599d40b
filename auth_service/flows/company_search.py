"""Looking for an entrepreneur among those of a gemeente."""

from dataclasses import replace

from auth_service.accounts.company_search import CompanyFilter, FoundPage, Sought, pages_for
from auth_service.storage.company_search_table import Counted, Words
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

NOTHING = FoundPage((), 1, 1, 0, 0, dict.fromkeys(CompanyFilter, 0))


class CompanySearch:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, gemeente_code: str, sought: Sought) -> FoundPage:
        """A page beyond the last one is the last one."""
        if sought.words is None:
            return NOTHING
        words = Words(gemeente_code, sought.words)
        async with self._database.transaction() as tx:
            counted = await tx.company_search.count(words, self._clock())
            return await self._page(tx, words, sought, counted)

    async def _page(self, tx: Transaction, words: Words, sought: Sought, counted: Counted) -> FoundPage:
        count = counted.by_filter[sought.filter] if sought.filter else counted.total
        pages = pages_for(count)
        page = min(max(sought.page, 1), pages)
        found = FoundPage((), page, pages, count, counted.total, counted.by_filter)
        if not count:
            return found
        companies = await tx.company_search.page(words, sought.filter, self._clock(), number=page)
        return replace(found, companies=companies)
