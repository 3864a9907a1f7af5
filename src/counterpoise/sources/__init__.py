"""Connectors: the open data sets behind the counted rates, their catalogue, and the local cache.

`counterpoise.sources.record` reads them as plain tables, `counterpoise.sources.fetching` lists, fetches and verifies them.
"""

from counterpoise.sources.catalogue import Dataset, dataset, datasets
from counterpoise.sources.fetching import Fetcher, Status, data_fetch, data_list, data_verify
from counterpoise.sources.places import cache_folder
from counterpoise.sources.takeovers import Takeover, list_takeovers

__all__ = [
    "Dataset",
    "Fetcher",
    "Status",
    "Takeover",
    "cache_folder",
    "data_fetch",
    "data_list",
    "data_verify",
    "dataset",
    "datasets",
    "list_takeovers",
]
