"""Every dataset of `mappings.vocabulary.datasets` on Odoo 16 to 19: Community, Community with OCA addons, Enterprise.

A column names the fields that may hold it, the preferred first; the server's own `fields_get` decides. Only Odoo 19 Community
(with OCA `contract`) was run. The names of 16, 17 and 18 were read in Odoo's public source, those of Enterprise in public
documents; both are checked in tests against recorded lists of fields, never against such a server.
"""

from collections.abc import Mapping

from mappings.odoo.checked import CHECKED
from mappings.odoo.source import Bound, Problem, Server, Source, SourceError, bind
from mappings.odoo.sources import books, company, cra, people, sales, work
from mappings.vocabulary.datasets import DATASETS

SOURCES: Mapping[str, Source] = {
    **company.SOURCES,
    **people.SOURCES,
    **sales.SOURCES,
    **work.SOURCES,
    **books.SOURCES,
    **cra.SOURCES,
}


def check(server: Server) -> list[Problem]:
    """What the server lacks of the datasets, for `regie doctor`; empty when every flow can read."""
    return [problem for name in SOURCES for problem in _problems(name, server)]


def source_of(name: str) -> Source:
    """The source of a dataset; KeyError for a name that is none."""
    return SOURCES.get(name) or CHECKED[name]


def _problems(name: str, server: Server) -> tuple[Problem, ...]:
    try:
        _: Bound = bind(DATASETS[name], SOURCES[name], server)
    except SourceError as error:
        return error.problems
    return ()
