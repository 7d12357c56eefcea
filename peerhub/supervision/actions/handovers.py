"""From one supervisor to another in one step, and the supervisee's answer about the notes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.supervision.actions.agreements import NewAgreement, last_held, make_agreement
from peerhub.supervision.models import SupervisionAgreement, SupervisionHandover
from peerhub.supervision.rules.handovers import Consent, answer_refusal, hand_over_refusal
from peerhub.workforce.actions.refusing import refuse_if
from peerhub.workforce.rules.posts import Days


def hand_over(
    agreement: SupervisionAgreement, version: int | None, *, supervisor_id: UUID, on: date, asks_for_notes: bool
) -> SupervisionHandover:
    """Give an agreement to another supervisor from a day on. There is no day without one, and none with two.

    Args:
        asks_for_notes: whether the supervisee is asked to let the notes go too.

    Raises:
        DomainError: it is the same supervisor or the supervisee, or the day is not within the agreement.
        Conflict: somebody else saved it first.
    """
    agreement.expect(version)
    days = Days(agreement.starts, agreement.ends)
    refuse_if(
        hand_over_refusal(
            agreement.supervisor_id, agreement.supervisee_id, supervisor_id, days, on, last_held(agreement)
        )
    )
    before, after = days.split(on)
    agreement.ends = before.ends
    db.session.flush()
    deputy = None if agreement.deputy_id == supervisor_id else agreement.deputy_id
    follower = make_agreement(
        NewAgreement(
            supervisor_id=supervisor_id, supervisee_id=agreement.supervisee_id, kind=agreement.kind,
            every_weeks=agreement.every_weeks, minutes=agreement.minutes, starts=on, ends=after.ends,
            deputy_id=deputy,
        ),
        follows=agreement,
    )  # fmt: skip
    made = SupervisionHandover(
        agreement_id=agreement.id, supervisee_id=agreement.supervisee_id, from_id=agreement.supervisor_id,
        to_id=supervisor_id, on=on, consent=Consent.WAITING if asks_for_notes else Consent.NOT_ASKED,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.wrote("agreement handed over", agreement, to=str(follower.id), notes=asks_for_notes)
    return made


def answer(handover: SupervisionHandover, by: UUID | None, *, agrees: bool) -> None:
    """The supervisee says whether the notes go to the new supervisor.

    Args:
        by: the person record of whoever answers.

    Raises:
        DomainError: somebody else answers, nobody asked, or they agreed already.
    """
    refuse_if(answer_refusal(by, handover.supervisee_id, handover.consent))
    handover.consent = Consent.GIVEN if agrees else Consent.REFUSED
    handover.answered_on = today()
    db.session.flush()
    audit.wrote("notes handed over" if agrees else "notes not handed over", handover)
