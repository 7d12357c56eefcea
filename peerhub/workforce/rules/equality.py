"""The nine protected characteristics: what is asked, and how answers are counted.

Every question can be left out, answered in one's own words, or met with "I prefer not to say". No question asks for a
health condition, and nothing here is ever taken from what else is known of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from peerhub.workforce.rules.words import AskedState, Word

OWN_WORDS = "own_words"
PREFERS_NOT = "prefers_not"
LEFT_OUT = ""
"""The choice of somebody who gives no answer to a question; it is not kept."""
LONGEST_WORDS = 200
BETWEEN_COUNTS = timedelta(days=28)
"""Counts made closer together would show whose answer, start or leaving changed a number."""


class Characteristic(Word):
    """A characteristic that the Equality Act 2010 protects."""

    AGE = "age", "Age"
    DISABILITY = "disability", "Disability"
    GENDER_REASSIGNMENT = "gender_reassignment", "Gender reassignment"
    MARRIAGE = "marriage", "Marriage and civil partnership"
    PREGNANCY = "pregnancy", "Pregnancy and maternity"
    RACE = "race", "Race"
    RELIGION = "religion", "Religion or belief"
    SEX = "sex", "Sex"
    ORIENTATION = "orientation", "Sexual orientation"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a characteristic.

    Attributes:
        groups: groups of choices that are also counted together, by the group's words.
        own_words_hint: said beside the field for own words; None where there is no such field.
    """

    characteristic: Characteristic
    text: str
    choices: tuple[tuple[str, str], ...]
    hint: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    own_words_hint: str | None = "Use the words you would use yourself."

    @property
    def all_choices(self) -> tuple[tuple[str, str], ...]:
        """Every choice, with those that each question has."""
        own = ((OWN_WORDS, "In my own words"),) if self.own_words_hint is not None else ()
        return (*self.choices, *own, (PREFERS_NOT, "I prefer not to say"), (LEFT_OUT, "Leave this question out"))

    def words(self, choice: str) -> str:
        """A choice as it is read."""
        return dict(self.all_choices).get(choice, "")


C = Characteristic
QUESTIONS: Mapping[Characteristic, Question] = {
    question.characteristic: question
    for question in (
        Question(
            C.AGE,
            "How old are you?",
            (
                ("16_24", "16 to 24"), ("25_34", "25 to 34"), ("35_44", "35 to 44"), ("45_54", "45 to 54"),
                ("55_64", "55 to 64"), ("65_over", "65 or over"),
            ),
            hint="We do not ask for your date of birth.",
            own_words_hint=None,
        ),
        Question(
            C.DISABILITY,
            "Do you see yourself as a disabled person?",
            (("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")),
            hint="Having lived experience does not answer this for you. Only you do.",
            own_words_hint="Please leave out the name of any health condition. Nobody needs it here.",
        ),
        Question(
            C.GENDER_REASSIGNMENT,
            "Is your gender the same as the sex you were registered with at birth?",
            (("same", "Yes, it is the same"), ("different", "No, it is different")),
        ),
        Question(
            C.MARRIAGE,
            "Are you married or in a civil partnership?",
            (
                ("single", "Single, never married or in a civil partnership"), ("married", "Married"),
                ("civil_partnership", "In a civil partnership"), ("separated", "Separated"),
                ("divorced", "Divorced or partnership dissolved"), ("widowed", "Widowed or surviving partner"),
            ),
        ),
        Question(
            C.PREGNANCY,
            "Are you pregnant, on maternity leave, or have you had a baby in the last 26 weeks?",
            (("yes", "Yes"), ("no", "No")),
            own_words_hint=None,
        ),
        Question(
            C.RACE,
            "What is your ethnic group?",
            (
                ("A", "White British"), ("B", "White Irish"), ("C", "Any other White background"),
                ("D", "White and Black Caribbean"), ("E", "White and Black African"), ("F", "White and Asian"),
                ("G", "Any other Mixed background"), ("H", "Indian"), ("J", "Pakistani"), ("K", "Bangladeshi"),
                ("L", "Any other Asian background"), ("M", "Black Caribbean"), ("N", "Black African"),
                ("P", "Any other Black background"), ("R", "Chinese"), ("S", "Any other ethnic group"),
            ),
            groups=(
                ("White", ("A", "B", "C")), ("Mixed", ("D", "E", "F", "G")), ("Asian", ("H", "J", "K", "L")),
                ("Black", ("M", "N", "P")), ("Chinese or another ethnic group", ("R", "S")),
            ),
        ),
        Question(
            C.RELIGION,
            "What is your religion or belief?",
            (
                ("none", "No religion"), ("buddhist", "Buddhist"), ("christian", "Christian"), ("hindu", "Hindu"),
                ("jewish", "Jewish"), ("muslim", "Muslim"), ("sikh", "Sikh"),
            ),
        ),
        Question(C.SEX, "What is your sex?", (("female", "Female"), ("male", "Male"))),
        Question(
            C.ORIENTATION,
            "What is your sexual orientation?",
            (
                ("heterosexual", "Heterosexual or straight"), ("gay_lesbian", "Gay or lesbian"),
                ("bisexual", "Bisexual"), ("unsure", "I am not sure"),
            ),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody chose, and their own words where they chose those."""

    choice: str
    words: str = ""

    def said(self, question: Question) -> str:
        """The answer as the person themself reads it."""
        return self.words if self.choice == OWN_WORDS else question.words(self.choice)


def answer_problem(question: Question, choice: str, words: str) -> tuple[str, str] | None:
    """Why an answer cannot be kept, as message and field, or None."""
    if choice not in dict(question.all_choices):
        return "Choose one of the answers", "choice"
    if choice == OWN_WORDS and not words.strip():
        return "Write your answer in your own words, or choose another answer", "words"
    if choice == OWN_WORDS and len(words.strip()) > LONGEST_WORDS:
        return f"Use {LONGEST_WORDS} characters or fewer", "words"
    if choice != OWN_WORDS and words.strip():
        return "Choose “In my own words” to keep what you wrote, or delete it", "choice"
    return None


def with_answer(
    answers: Mapping[str, Mapping[str, str]], asked: Characteristic, choice: str, words: str = ""
) -> dict[str, dict[str, str]]:
    """Answers as kept, with one of them changed; leaving a question out takes its answer away."""
    kept = {name: dict(answer) for name, answer in answers.items() if name != asked}
    if choice != LEFT_OUT:
        kept[asked.value] = {"choice": choice} | ({"words": words.strip()} if choice == OWN_WORDS else {})
    return kept


def answer_to(answers: Mapping[str, Mapping[str, str]], asked: Characteristic) -> Answer:
    """One answer as kept; a question left out has the choice :data:`LEFT_OUT`."""
    kept = answers.get(asked.value, {})
    return Answer(kept.get("choice", LEFT_OUT), kept.get("words", ""))


def state_of(answers: Mapping[str, Mapping[str, str]]) -> AskedState:
    """What somebody's answers say of them: any answer at all, or nothing yet. Declining all is a state of its own."""
    return AskedState.ANSWERED if answers else AskedState.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Told:
    """What one person told: their state and, where they answered, their answers."""

    state: AskedState
    answers: Mapping[str, Mapping[str, str]]


Counts = dict[str, dict[str, int]]
NOT_ASKED = "not_asked"
UNANSWERED = "unanswered"
"""They answered other questions and left this one out."""
COUNTED_WORDS: Mapping[str, str] = {
    OWN_WORDS: "In their own words",
    PREFERS_NOT: "Prefers not to say",
    UNANSWERED: "Left this question out",
    NOT_ASKED: "Not asked yet",
}


def counted_answers(people: Iterable[Told]) -> Counts:
    """How many gave each answer to each question, by characteristic and choice. Each question counts every person."""
    told = list(people)
    return {question.characteristic.value: _counted(question, told) for question in QUESTIONS.values()}


def _counted(question: Question, people: list[Told]) -> dict[str, int]:
    own = [OWN_WORDS] if question.own_words_hint is not None else []
    counts = dict.fromkeys([*dict(question.choices), *own, PREFERS_NOT, UNANSWERED, NOT_ASKED], 0)
    for person in people:
        counts[_counts_as(question, person)] += 1
    return counts


def _counts_as(question: Question, person: Told) -> str:
    if person.state is AskedState.NOT_ASKED:
        return NOT_ASKED
    if person.state is AskedState.DECLINED:
        return PREFERS_NOT
    choice = answer_to(person.answers, question.characteristic).choice
    return choice if choice != LEFT_OUT and choice in dict(question.all_choices) else UNANSWERED


def next_count(last: date | None) -> date | None:
    """The first day on which people may be counted again, or None where nobody was counted yet."""
    return None if last is None else last + BETWEEN_COUNTS


def may_count(last: date | None, day: date) -> bool:
    """Whether people may be counted on a day."""
    opens = next_count(last)
    return opens is None or day >= opens
