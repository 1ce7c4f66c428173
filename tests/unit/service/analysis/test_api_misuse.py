from __future__ import annotations

from itertools import product

import pytest

from service.analysis.api_misuse import MisuseCounts, misuse_rates


def test_the_published_counts_give_the_published_rates() -> None:
    rates = misuse_rates(MisuseCounts(violating=750, clean=340, unparsable=118))

    assert rates.misuse is not None
    assert rates.executable is not None
    assert rates.overall is not None
    found = [round(100 * each.value, 2) for each in (rates.misuse, rates.executable, rates.overall)]
    assert found == [68.81, 90.23, 62.09]
    assert [rates.misuse.n, rates.executable.n, rates.overall.n] == [1090, 1208, 1208]


def test_overall_is_the_product_of_the_other_two_for_all_small_counts() -> None:
    for violating, clean, unparsable in product(range(5), repeat=3):
        rates = misuse_rates(MisuseCounts(violating, clean, unparsable))
        if rates.misuse is None or rates.executable is None:
            assert violating + clean == 0
            continue
        assert rates.overall is not None
        assert rates.overall.value == pytest.approx(rates.misuse.value * rates.executable.value)
        for each in (rates.misuse, rates.executable, rates.overall):
            assert each.interval is not None
            assert each.interval.low <= each.value <= each.interval.high


def test_no_data_is_none_and_negative_counts_are_refused() -> None:
    rates = misuse_rates(MisuseCounts(0, 0, 0))
    assert (rates.misuse, rates.executable, rates.overall) == (None, None, None)
    rates = misuse_rates(MisuseCounts(0, 0, 3))
    assert rates.misuse is None
    assert rates.executable is not None
    assert rates.executable.value == 0.0
    with pytest.raises(ValueError, match="negative"):
        misuse_rates(MisuseCounts(-1, 0, 0))


def test_programs_are_counted_by_whether_they_parse_and_break_a_rule() -> None:
    assert MisuseCounts.of([0, 3, None, 1, 0, 0]) == MisuseCounts(violating=2, clean=3, unparsable=1)
