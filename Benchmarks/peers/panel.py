"""A panel in memory, joined at its lag: what every peer is given, made outside every clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class PanelError(Exception):
    """The panel cannot be read or has no date that can be regressed."""


@dataclass(frozen=True)
class Columns:
    """Which column of the file is what. No styles named: every other column of numbers."""

    date: str = "date"
    asset: str = "asset"
    ret: str = "ret"
    cap: str = "market_cap"
    group: str = "industry"
    styles: tuple[str, ...] = ()
    universe: str | None = None


@dataclass(frozen=True)
class Block:
    """`b` consecutive dates with equally many assets `n` and the same labels: views of the panel.

    `rows` is b × (K + 1) × n: row 0 the returns, rows 1... the styles, assets in the order of their
    labels. `starts` and `sizes` (b × J) bound each label's assets.
    """

    first: int
    rows: np.ndarray
    weights: np.ndarray
    caps: np.ndarray
    codes: np.ndarray
    assets: np.ndarray
    labels: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @property
    def dates(self) -> int:
        """Dates in the block, b."""
        return self.rows.shape[0]

    @property
    def returns(self) -> np.ndarray:
        """Returns, b × n."""
        return self.rows[:, 0]

    @property
    def styles(self) -> np.ndarray:
        """Style loadings, b × K × n."""
        return self.rows[:, 1:]

    @property
    def positions(self) -> np.ndarray:
        """Each asset's label as a position in `labels`, b × n."""
        return np.searchsorted(self.labels, self.codes)

    def shares(self) -> np.ndarray:
        """Each label's share of the caps regressed, b × J: the weights of the zero-sum constraint."""
        flat = (self.starts + np.arange(self.dates)[:, None] * self.caps.shape[1]).ravel()
        sums = np.add.reduceat(self.caps.ravel(), flat).reshape(self.starts.shape)
        return sums / sums.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Panel:
    """The regressions of every date: returns joined with the loadings of the lagged date.

    Arrays are flat over dates; `offsets[t] : offsets[t + 1]` are the assets of date t. `date_numbers` are
    the positions of the regressed dates among the file's. `rows` holds (K + 1) × n numbers a date, its
    returns first.
    """

    periods: int
    asset_count: int
    dates: np.ndarray
    date_numbers: np.ndarray
    offsets: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    caps: np.ndarray
    codes: np.ndarray
    assets: np.ndarray
    asset_names: list[str]
    label_names: list[str]
    style_names: list[str]
    group_offsets: np.ndarray
    group_labels: np.ndarray
    group_starts: np.ndarray

    @property
    def style_count(self) -> int:
        """Styles, K."""
        return len(self.style_names)

    @property
    def factor_names(self) -> list[str]:
        """Market, labels in the order of their bytes, styles."""
        return ["market", *self.label_names, *self.style_names]

    @property
    def row_count(self) -> int:
        """Asset-dates regressed."""
        return int(self.offsets[-1])

    @property
    def byte_count(self) -> int:
        """What a regression has to read: return, weight, styles (8 bytes each) and label (4 bytes)."""
        return self.row_count * (8 * (self.style_count + 2) + 4)

    def labels_of(self, date: int) -> np.ndarray:
        """The labels that have assets at a date."""
        return self.group_labels[self.group_offsets[date] : self.group_offsets[date + 1]]

    def block(self, first: int, count: int) -> Block:
        """Dates `first ..< first + count`, which must have equally many assets and the same labels."""
        begin, end = self.offsets[first], self.offsets[first + count]
        n, width = int(end - begin) // count, self.style_count + 1
        labels = self.labels_of(first)
        groups = slice(self.group_offsets[first], self.group_offsets[first + count])
        starts = self.group_starts[groups].reshape(count, labels.size)
        return Block(
            first=first,
            rows=self.rows[begin * width : end * width].reshape(count, width, n),
            weights=self.weights[begin:end].reshape(count, n),
            caps=self.caps[begin:end].reshape(count, n),
            codes=self.codes[begin:end].reshape(count, n),
            assets=self.assets[begin:end].reshape(count, n),
            labels=labels,
            starts=starts,
            sizes=np.diff(starts, axis=1, append=n),
        )

    def spans(self, most: int) -> list[tuple[int, int]]:
        """The dates cut into blocks of at most `most` dates: (first, count) each."""
        cuts, first = [], 0
        sizes = np.diff(self.offsets)
        while first < self.dates.size:
            count, labels = 1, self.labels_of(first)
            while (
                count < most
                and first + count < self.dates.size
                and sizes[first + count] == sizes[first]
                and np.array_equal(self.labels_of(first + count), labels)
            ):
                count += 1
            cuts.append((first, count))
            first += count
        return cuts


def load_panel(path: Path, columns: Columns, lag: int = 1) -> Panel:
    """Reads a Parquet file column by column and joins returns with the loadings `lag` dates earlier.

    Regressed are the assets that `riskengine regress` takes: in the universe where there is one, with a
    finite return, a positive cap, a label and finite styles; dates with too few of them are left out.
    """
    columns = _resolve(path, columns)
    keys = _read_keys(path, columns)
    returns, caps = _read_numbers(path, columns.ret), _read_numbers(path, columns.cap)
    usable = (keys.labels >= 0) & np.isfinite(caps) & (caps > 0)
    if columns.universe is not None:
        usable &= _read_numbers(path, columns.universe) == 1
    for name in columns.styles:
        usable &= np.isfinite(_read_numbers(path, name))
    joined = _join(keys, usable, np.isfinite(returns), lag, len(columns.styles))
    width = len(columns.styles) + 1
    rows = np.empty(joined.earlier.size * width)
    _fill(rows, joined.offsets, width, 0, returns[joined.now])
    for k, name in enumerate(columns.styles):
        _fill(rows, joined.offsets, width, k + 1, _read_numbers(path, name)[joined.earlier])
    codes, caps = keys.labels[joined.earlier], caps[joined.earlier]
    group_offsets, group_labels, group_starts = _groups(codes, joined.offsets)
    return Panel(
        periods=keys.dates.size,
        asset_count=len(keys.asset_names),
        dates=keys.dates[joined.date_numbers],
        date_numbers=joined.date_numbers,
        offsets=joined.offsets,
        rows=rows,
        weights=np.sqrt(caps),
        caps=caps,
        codes=codes,
        assets=keys.assets[joined.earlier],
        asset_names=keys.asset_names,
        label_names=keys.label_names,
        style_names=list(columns.styles),
        group_offsets=group_offsets,
        group_labels=group_labels,
        group_starts=group_starts,
    )


def cut_panel(panel: Panel, assets: int, periods: int) -> Panel:
    """The panel's first `assets` assets and what is regressed among its first `periods` dates."""
    if not (1 <= assets <= panel.asset_count and 1 <= periods <= panel.periods):
        raise PanelError(f"cannot cut {assets}x{periods} from {panel.asset_count}x{panel.periods}")
    width = panel.style_count + 1
    numbers, rows, picks = [], [], []
    for t in range(int(np.searchsorted(panel.date_numbers, periods))):
        begin, end = panel.offsets[t], panel.offsets[t + 1]
        pick = begin + np.flatnonzero(panel.assets[begin:end] < assets)
        if _is_enough(panel.codes[pick], panel.style_count):
            numbers.append(t)
            picks.append(pick)
            rows.append(panel.rows[begin * width : end * width].reshape(width, -1)[:, pick - begin].ravel())
    if not numbers:
        raise PanelError(f"no date of {assets}x{periods} has enough assets for a regression")
    kept = np.concatenate(picks)
    offsets = np.concatenate([[0], np.cumsum([pick.size for pick in picks])])
    members, codes = np.unique(panel.codes[kept], return_inverse=True)
    codes = codes.astype(np.int32)
    group_offsets, group_labels, group_starts = _groups(codes, offsets)
    return replace(
        panel,
        periods=periods,
        asset_count=assets,
        dates=panel.dates[numbers],
        date_numbers=panel.date_numbers[numbers],
        offsets=offsets,
        rows=np.concatenate(rows),
        weights=panel.weights[kept],
        caps=panel.caps[kept],
        codes=codes,
        assets=panel.assets[kept],
        asset_names=panel.asset_names[:assets],
        label_names=[panel.label_names[j] for j in members],
        group_offsets=group_offsets,
        group_labels=group_labels,
        group_starts=group_starts,
    )


@dataclass(frozen=True)
class _Keys:
    """The rows of the file: where each date begins, and each row's asset and label as codes."""

    dates: np.ndarray
    begins: np.ndarray
    assets: np.ndarray
    labels: np.ndarray
    asset_names: list[str]
    label_names: list[str]


@dataclass(frozen=True)
class _Joined:
    """Row numbers of each regression's assets, at the loadings' date and at the return's date."""

    date_numbers: np.ndarray
    offsets: np.ndarray
    earlier: np.ndarray
    now: np.ndarray


def _resolve(path: Path, columns: Columns) -> Columns:
    """Checks that the columns exist and finds the styles where none are named."""
    schema = pq.read_schema(path)
    named = [columns.date, columns.asset, columns.ret, columns.cap, columns.group, *columns.styles]
    missing = [name for name in named if name not in schema.names]
    if missing:
        raise PanelError(f"{path.name} has no column {', '.join(missing)}; it has {', '.join(schema.names)}")
    if columns.styles:
        return columns
    found = [f.name for f in schema if pa.types.is_floating(f.type) and f.name not in named]
    return replace(columns, styles=tuple(found))


def _read_numbers(path: Path, name: str) -> np.ndarray:
    """One column as float64, null as NaN."""
    column = pq.read_table(path, columns=[name])[name]
    return column.cast(pa.float64()).to_numpy() if not pa.types.is_floating(column.type) else column.to_numpy()


def _read_codes(path: Path, name: str) -> tuple[np.ndarray, list[str]]:
    """A text column as codes in the order of the texts' bytes, null as -1, and the texts."""
    table = pq.read_table(path, columns=[name], read_dictionary=[name]).unify_dictionaries()
    column = table[name]
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode().unify_dictionaries()
    chunks = column.chunks
    texts = [str(text) for text in chunks[0].dictionary.to_pylist()]
    order = sorted(range(len(texts)), key=lambda i: texts[i].encode())
    rank = np.empty(len(texts) + 1, np.int32)
    rank[order], rank[-1] = np.arange(len(texts)), -1
    codes = np.concatenate([pc.fill_null(chunk.indices.cast(pa.int32()), -1).to_numpy() for chunk in chunks])
    return rank[codes], [texts[i] for i in order]


def _read_keys(path: Path, columns: Columns) -> _Keys:
    """Dates, assets and labels of every row; the file must be in date order."""
    column = pq.read_table(path, columns=[columns.date])[columns.date].cast(pa.date32())
    days = column.cast(pa.int32()).to_numpy()
    changes = np.flatnonzero(np.diff(days)) + 1
    if np.any(np.diff(days[changes - 1]) <= 0) or (changes.size and days[changes[-1]] <= days[0]):
        raise PanelError(f"{path.name} is not in date order")
    begins = np.concatenate([[0], changes, [days.size]])
    assets, asset_names = _read_codes(path, columns.asset)
    labels, label_names = _read_codes(path, columns.group)
    dates = days[begins[:-1]].astype("datetime64[D]")
    return _Keys(dates, begins, assets, labels, asset_names, label_names)


def _join(keys: _Keys, usable: np.ndarray, has_return: np.ndarray, lag: int, styles: int) -> _Joined:
    """Pairs each date's rows with the same assets' rows `lag` dates earlier, ordered by label, then asset."""
    earlier_rows, now_rows, date_numbers = [], [], []
    place = np.full(len(keys.asset_names), -1)
    for t in range(lag, keys.dates.size):
        old = np.arange(keys.begins[t - lag], keys.begins[t - lag + 1])
        new = np.arange(keys.begins[t], keys.begins[t + 1])
        place[keys.assets[new]] = new
        matched = place[keys.assets[old]]
        place[keys.assets[new]] = -1
        kept = (matched >= 0) & usable[old] & has_return[matched]
        old, matched = old[kept], matched[kept]
        if not _is_enough(keys.labels[old], styles):
            continue
        order = np.lexsort((keys.assets[old], keys.labels[old]))
        earlier_rows.append(old[order])
        now_rows.append(matched[order])
        date_numbers.append(t)
    if not date_numbers:
        raise PanelError(f"no date has enough assets for a regression at lag {lag}")
    offsets = np.concatenate([[0], np.cumsum([rows.size for rows in now_rows])])
    return _Joined(np.array(date_numbers), offsets, np.concatenate(earlier_rows), np.concatenate(now_rows))


def _is_enough(labels: np.ndarray, styles: int) -> bool:
    """Whether the assets with these labels leave a degree of freedom: more assets than free factors."""
    return labels.size > np.unique(labels).size + styles


def _fill(rows: np.ndarray, offsets: np.ndarray, width: int, row: int, values: np.ndarray) -> None:
    """Writes one row of every date's (K + 1) × n numbers."""
    lengths = np.diff(offsets)
    if np.all(lengths == lengths[0]):
        rows.reshape(lengths.size, width, lengths[0])[:, row] = values.reshape(lengths.size, lengths[0])
        return
    for begin, end in zip(offsets[:-1], offsets[1:], strict=True):
        rows[begin * width : end * width].reshape(width, end - begin)[row] = values[begin:end]


def _groups(codes: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the labels of each date begin: offsets of dates into groups, each group's label and start."""
    boundary = np.zeros(codes.size, bool)
    boundary[offsets[:-1]] = True
    boundary[1:] |= np.diff(codes) != 0
    begins = np.flatnonzero(boundary)
    group_offsets = np.searchsorted(begins, offsets)
    date_of = np.repeat(offsets[:-1], np.diff(group_offsets))
    return group_offsets, codes[begins], begins - date_of


def evenly_spaced(spans: list[tuple[int, int]], dates: int) -> Iterator[tuple[int, int]]:
    """Spans spread evenly over the history that hold at least `dates` dates together."""
    total = sum(count for _, count in spans)
    wanted = max(1, -(-len(spans) * min(dates, total) // total))
    for i in np.unique(np.round(np.linspace(0, len(spans) - 1, wanted)).astype(int)):
        yield spans[i]
