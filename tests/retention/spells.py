"""Spells that tests draw at random, crowded enough that every edge meets another."""

from datetime import date, timedelta

from hypothesis import strategies as st

from peerhub.retention.rules.facts import SpellFact

FIRST = date(2019, 12, 1)
starts = st.one_of(
    st.integers(0, 1500).map(lambda days: FIRST + timedelta(days)),
    st.sampled_from([date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1), date(2021, 2, 28)]),
)
lengths = st.one_of(st.none(), st.integers(0, 40), st.integers(0, 900), st.sampled_from([364, 365, 366]))


@st.composite
def a_spell(draw: st.DrawFn, person: str = "") -> SpellFact:
    start, length = draw(starts), draw(lengths)
    return SpellFact(
        person=person or draw(st.sampled_from("abcdefgh")),
        start=start,
        end=None if length is None else start + timedelta(length),
        lived_experience=draw(st.booleans()),
        peer_service=draw(st.sampled_from([True, True, False])),
        contract=draw(
            st.sampled_from(["permanent"] * 6 + ["fixed_term", "secondment", "bank", "honorary", "sessional"])
        ),
        wte=draw(st.sampled_from([0.4, 0.6, 1.0])),
        setting=draw(st.sampled_from(["community", "inpatient"])),
        leaving_reason=draw(st.sampled_from([""] * 5 + ["other", "has_not_worked"])),
    )


histories = st.lists(a_spell(), max_size=24)
as_at_days = st.integers(200, 2200).map(lambda days: FIRST + timedelta(days))
