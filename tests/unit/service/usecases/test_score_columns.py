"""What is read in steps over scores equals what is read score by score."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.combination import Combination, Said, read_rule
from service.domain.ports import ProfileCount, ScorePoints
from service.domain.profile import PASS, Profile, accepted
from service.usecases.score_columns import Reader, read_outcomes, spread_by_score

PROFILES: tuple[Profile, ...] = (
    {"base": PASS, "judge": PASS},
    {"base": "wrong_answer", "judge": "rejected"},
    {"base": "!infrastructure_error", "judge": "!score_only"},
)
RULES = st.one_of(
    st.fixed_dictionaries({"at_least": st.integers(1, 2), "of": st.just(["base", "judge"])}),
    st.fixed_dictionaries(
        {
            "weighted": st.fixed_dictionaries(
                {"base": st.sampled_from([-1.0, 0.5, 1.0]), "judge": st.sampled_from([-2.0, -0.5, 0.5, 1.0])}
            ),
            "threshold": st.sampled_from([-0.5, 0.0, 0.4, 1.0]),
        }
    ),
)
CANDIDATES = st.lists(
    st.tuples(st.sampled_from(["run_a", "run_b"]), st.integers(1, 2), st.integers(0, 2), st.none() | st.floats(0, 1)),
    max_size=30,
)


def reader_of(combination: Combination) -> Reader:
    def read(profile: Profile, scores: Sequence[float | None]) -> str:
        def said(name: str) -> Said:
            return Said(accepted(profile[name]), scores[0] if name == "judge" and scores else None)

        return {True: PASS, False: "rejected", None: "!open"}[combination.evaluate(said).accepted]

    return Reader(read, weighs=True, rises=combination.rises)


@settings(deadline=None)
@given(RULES, CANDIDATES)
def test_steps_say_what_every_score_says(
    rule: dict[str, object], candidates: list[tuple[str, int, int, float | None]]
) -> None:
    readers = [Reader(lambda profile, _: profile["base"]), reader_of(read_rule(rule))]
    each = [ProfileCount(run, task, key, PROFILES[key], 1, (score,)) for run, task, key, score in candidates]
    expected: Counter[object] = Counter()
    for item, outcomes in zip(each, read_outcomes(each, readers), strict=True):
        expected[item.run_id, item.task_key, item.profile_key, outcomes] += 1
    sums = Counter((run, task, key) for run, task, key, _ in candidates)
    counts = [ProfileCount(run, task, key, PROFILES[key], count) for (run, task, key), count in sums.items()]
    scored = [candidate for candidate in candidates if candidate[3] is not None]
    points = ScorePoints(
        [run for run, _, _, _ in scored],
        array("q", [task for _, task, _, _ in scored]),
        array("q", [key for _, _, key, _ in scored]),
        array("d", [score or 0.0 for _, _, _, score in scored]),
    )
    found: Counter[object] = Counter()
    for item, outcomes in spread_by_score(counts, points, readers):
        found[item.run_id, item.task_key, item.profile_key, outcomes] += item.count
    assert found == expected


def test_only_rules_without_negative_weights_rise() -> None:
    rules = ({"all_of": ["base"]}, {"weighted": {"a": 1.0}, "threshold": 1}, {"weighted": {"a": -1}, "threshold": 0})
    assert [read_rule(rule).rises for rule in rules] == [True, True, False]
