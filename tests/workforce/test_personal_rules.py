"""The rules about what is a person's own: adjustments move step by step, answers are kept as given and counted."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from peerhub.workforce.rules.adjustments import (
    MOVES,
    TO,
    Dates,
    Move,
    Part,
    agreeing_refusal,
    move_refusal,
    moves_from,
    proposed_review,
    review_refusal,
    standing,
)
from peerhub.workforce.rules.equality import (
    LEFT_OUT,
    NOT_ASKED,
    OWN_WORDS,
    PREFERS_NOT,
    QUESTIONS,
    UNANSWERED,
    Characteristic,
    Told,
    answer_problem,
    answer_to,
    counted_answers,
    may_count,
    with_answer,
)
from peerhub.workforce.rules.words import AdjustmentStatus as S
from peerhub.workforce.rules.words import AskedState

TODAY = date(2025, 6, 2)
MAY = {
    (S.REQUESTED, Part.OWNER): {Move.END},
    (S.REQUESTED, Part.DECIDER): {Move.AGREE, Move.DECLINE},
    (S.AGREED, Part.OWNER): {Move.END},
    (S.AGREED, Part.DECIDER): {Move.PUT_IN_PLACE, Move.REVIEW, Move.END},
    (S.IN_PLACE, Part.OWNER): {Move.END},
    (S.IN_PLACE, Part.DECIDER): {Move.REVIEW, Move.END},
    (S.DECLINED, Part.OWNER): {Move.ASK_AGAIN},
    (S.DECLINED, Part.DECIDER): set(),
    (S.ENDED, Part.OWNER): set(),
    (S.ENDED, Part.DECIDER): set(),
}
KEPT = [status for status in S if status is not S.REVIEW_DUE]
"""What a row holds: that a review is due is worked out."""


@pytest.mark.parametrize(("status", "part", "move"), [*product(KEPT, Part, MOVES)])
def test_each_move_is_for_its_own_people_from_its_own_place(status: S, part: Part, move: Move) -> None:
    refusal = move_refusal(move, status, part)
    assert (refusal is None) == (move in MAY[status, part])
    assert refusal is None or len(refusal.message.split()) > 5


def test_what_may_be_done_next_is_what_is_not_refused() -> None:
    assert {key: set(moves_from(*key)) for key in MAY} == MAY


def test_no_move_leads_to_a_status_that_is_worked_out() -> None:
    assert S.REVIEW_DUE not in TO.values()


@pytest.mark.parametrize(
    ("status", "review_on", "stands"),
    [
        (S.IN_PLACE, date(2025, 6, 1), S.REVIEW_DUE),
        (S.IN_PLACE, TODAY, S.REVIEW_DUE),
        (S.IN_PLACE, date(2025, 6, 3), S.IN_PLACE),
        (S.AGREED, date(2025, 6, 1), S.REVIEW_DUE),
        (S.IN_PLACE, None, S.IN_PLACE),
        (S.ENDED, date(2025, 6, 1), S.ENDED),
        (S.DECLINED, date(2025, 6, 1), S.DECLINED),
        (S.REQUESTED, date(2025, 6, 1), S.REQUESTED),
    ],
)
def test_a_review_is_due_from_its_day_on_while_the_adjustment_runs(
    status: S, review_on: date | None, stands: S
) -> None:
    assert standing(status, review_on, TODAY) is stands


@pytest.mark.parametrize(
    ("agreed", "review", "field"),
    [
        (TODAY, date(2025, 12, 2), None),
        (date(2025, 6, 3), date(2025, 12, 2), "agreed_on"),
        (date(2025, 4, 30), date(2025, 12, 2), "agreed_on"),
        (None, date(2025, 12, 2), "agreed_on"),
        (TODAY, TODAY, "review_on"),
        (TODAY, None, "review_on"),
    ],
)
def test_an_adjustment_is_agreed_after_it_was_asked_for_and_reviewed_after_today(
    agreed: date | None, review: date | None, field: str | None
) -> None:
    refusal = agreeing_refusal(Dates(date(2025, 5, 1), agreed, review), TODAY)
    assert (refusal.field if refusal else None) == field


def test_a_review_is_proposed_six_months_on_and_must_be_to_come() -> None:
    assert proposed_review(date(2024, 8, 31)) == date(2025, 2, 28)
    assert proposed_review(date(2025, 8, 29)) == date(2026, 2, 28)
    assert proposed_review(date(2025, 6, 15)) == date(2025, 12, 15)
    assert review_refusal(date(2025, 6, 3), TODAY) is None
    assert review_refusal(TODAY, TODAY) is not None


def test_there_are_nine_questions_and_each_can_be_left_out_or_declined() -> None:
    assert {*QUESTIONS} == {*Characteristic}
    assert len(QUESTIONS) == 9
    for question in QUESTIONS.values():
        assert {LEFT_OUT, PREFERS_NOT} <= dict(question.all_choices).keys()
        assert len({code for code, _ in question.all_choices}) == len(question.all_choices)


def test_the_sixteen_ethnic_categories_fall_into_five_groups() -> None:
    race = QUESTIONS[Characteristic.RACE]
    grouped = [code for _, codes in race.groups for code in codes]
    assert sorted(grouped) == sorted(code for code, _ in race.choices) == list("ABCDEFGHJKLMNPRS")


def test_no_question_asks_for_a_health_condition() -> None:
    words = " ".join(
        f"{question.text} {question.hint} {' '.join(text for _, text in question.choices)}"
        for question in QUESTIONS.values()
    ).casefold()
    assert not any(word in words for word in ("diagnos", "condition", "illness", "disorder", "impairment"))


@pytest.mark.parametrize(
    ("asked", "choice", "words", "field"),
    [
        (Characteristic.SEX, "female", "", None),
        (Characteristic.SEX, OWN_WORDS, "Intersex", None),
        (Characteristic.SEX, OWN_WORDS, "  ", "words"),
        (Characteristic.SEX, OWN_WORDS, "x" * 201, "words"),
        (Characteristic.SEX, "female", "Intersex", "choice"),
        (Characteristic.SEX, "75", "", "choice"),
        (Characteristic.AGE, OWN_WORDS, "Old enough", "choice"),
        (Characteristic.AGE, PREFERS_NOT, "", None),
        (Characteristic.AGE, LEFT_OUT, "", None),
    ],
)
def test_what_may_be_answered(asked: Characteristic, choice: str, words: str, field: str | None) -> None:
    problem = answer_problem(QUESTIONS[asked], choice, words)
    assert (problem[1] if problem else None) == field


def test_answers_are_kept_one_by_one_and_leaving_out_takes_away() -> None:
    answers = with_answer({}, Characteristic.SEX, "female")
    answers = with_answer(answers, Characteristic.RELIGION, OWN_WORDS, " Quaker ")
    assert answers == {"sex": {"choice": "female"}, "religion": {"choice": "own_words", "words": "Quaker"}}
    assert answer_to(answers, Characteristic.RELIGION).said(QUESTIONS[Characteristic.RELIGION]) == "Quaker"
    assert with_answer(answers, Characteristic.RELIGION, LEFT_OUT) == {"sex": {"choice": "female"}}
    changed = with_answer(answers, Characteristic.RELIGION, "sikh", "Quaker")
    assert changed["religion"] == {"choice": "sikh"}, "words that are no longer the answer are not kept"


def test_each_question_counts_everybody_and_declining_is_not_the_same_as_not_being_asked() -> None:
    people = [
        Told(AskedState.ANSWERED, {"sex": {"choice": "female"}, "religion": {"choice": OWN_WORDS, "words": "Quaker"}}),
        Told(AskedState.ANSWERED, {"sex": {"choice": PREFERS_NOT}}),
        Told(AskedState.DECLINED, {}),
        Told(AskedState.NOT_ASKED, {}),
        Told(AskedState.NOT_ASKED, {}),
    ]
    counts = counted_answers(people)
    assert {sum(of.values()) for of in counts.values()} == {5}
    assert counts["sex"] == {
        "female": 1, "male": 0, OWN_WORDS: 0, PREFERS_NOT: 2, UNANSWERED: 0, NOT_ASKED: 2,
    }  # fmt: skip
    assert counts["religion"][OWN_WORDS] == 1
    assert counts["religion"][UNANSWERED] == 1
    assert "Quaker" not in str(counts)


def test_people_are_counted_at_most_every_four_weeks() -> None:
    assert may_count(None, TODAY)
    assert not may_count(date(2025, 5, 6), TODAY)
    assert may_count(date(2025, 5, 5), TODAY)
