"""What workforce puts on somebody's Today: what to look at again, what ends soon, wishes that wait."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from flask import url_for

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.feature import Need
from peerhub.core.time import long_date
from peerhub.core.wording import counted
from peerhub.workforce.queries import adjustments, deciding, imports, posts, waiting, wellness
from peerhub.workforce.rules.fixed_terms import warning
from peerhub.workforce.rules.words import AdjustmentStatus


def file_needs(viewer: Viewer, _day: date) -> list[Need]:
    """Files of the viewer's own that wait to be matched or loaded. One read at most."""
    waiting_files = imports.own_waiting(viewer)
    if not waiting_files:
        return []
    first, filename, state = waiting_files[0]
    if len(waiting_files) > 1:
        text = f"Go on with {len(waiting_files)} staff-record files, or remove them"
        return [Need(text, url_for("workforce.staff_record"))]
    what = "Load" if state is imports.State.CHECKED else "Match the columns of"
    text = f"{what} the staff record {filename}, or remove it"
    return [Need(text, url_for("workforce.staff_record_load", load_id=first))]


def personal_needs(viewer: Viewer, day: date) -> list[Need]:
    """What of people's own needs this viewer. Five reads at most, however much there is."""
    grouped: dict[tuple[UUID, bool], list[adjustments.Due]] = defaultdict(list)
    needs = []
    for due in adjustments.due_for(viewer, day):
        if due.news is not None:
            needs.append(Need(NEWS[due.news], url_for("workforce.adjustments", person_id=due.person_id)))
        else:
            grouped[due.person_id, due.is_review].append(due)
    needs += [_adjustments_need(found, day) for found in grouped.values()]
    return (
        needs
        + _unheard_needs(viewer)
        + [
            Need(
                "Look at your wellness plan again",
                url_for("workforce.wellness_plan", person_id=plan.person_id),
                days=(day - plan.since).days,
            )
            for plan in wellness.due_for(viewer, day)
        ]
    )


NEWS = {
    AdjustmentStatus.AGREED: "An adjustment you asked for was agreed",
    AdjustmentStatus.DECLINED: "There is an answer about an adjustment you asked for",
    AdjustmentStatus.IN_PLACE: "An adjustment you asked for is in place",
}


def _unheard_needs(viewer: Viewer) -> list[Need]:
    """That a request waits which nobody may answer: not whose it is, nor what it says."""
    many = deciding.unheard(viewer)
    if not many:
        return []
    what = "A request for an adjustment waits" if many == 1 else f"{many} requests for adjustments wait"
    text = f"{what}, and nobody may answer. Ask for somebody else to be made head of peer work, for a time at least"
    return [Need(text, url_for("access.account"))]


def funding_needs(viewer: Viewer, day: date) -> list[Need]:
    """Posts whose funding has ended or ends soon, for those who may edit posts. One read at most."""
    if not viewer.may(Permission.POSTS_EDIT):
        return []
    ending = posts.funding_ending(viewer, day)
    if not ending:
        return []
    (first, earliest), many = ending[0], len(ending)
    is_over = earliest < day
    if many == 1:
        words = f"Funding of a post {'ended' if is_over else 'ends'} on {long_date(earliest)}"
        return [Need(words, url_for("workforce.post", post_id=first), days=(day - earliest).days)]
    words = f"Funding of {many} posts has ended or ends soon: the first on {long_date(earliest)}"
    return [Need(words, url_for("workforce.posts", show="funding"), days=(day - earliest).days)]


def _adjustments_need(found: list[adjustments.Due], day: date) -> Need:
    first, many = found[0], len(found)
    what = "an adjustment" if many == 1 else f"{many} adjustments"
    href = url_for("workforce.adjustments", person_id=first.person_id)
    if not first.is_review:
        return Need(f"Answer {first.name}, who asked for {what}", href)
    late = max((day - due.since).days for due in found)
    if first.is_own:
        return Need("Look at your adjustments again" if many > 1 else "Look at your adjustment again", href, days=late)
    return Need(f"Review {what} with {first.name}", href, days=late)


def people_needs(viewer: Viewer, day: date) -> list[Need]:
    """Fixed terms that end soon, and people whom the latest staff record leaves out. Two reads, however many."""
    grouped: dict[int, list[waiting.Ending]] = defaultdict(list)
    for ending in waiting.fixed_terms(viewer, day):
        given = warning(ending.ends, day)
        if given is not None:
            grouped[given.days].append(ending)
    needs = [_fixed_terms_need(within, found, day) for within, found in grouped.items()]
    left_out = waiting.unconfirmed(viewer)
    if left_out:
        they = "has" if left_out == 1 else "have"
        text = f"Find out whether {counted(left_out, 'person', 'people')} whom the staff record leaves out {they} left"
        needs.append(Need(text, url_for("workforce.index", show="unconfirmed")))
    return needs


def _fixed_terms_need(within: int, found: list[waiting.Ending], day: date) -> Need:
    first = found[0]
    days = (day - first.ends).days
    if len(found) == 1:
        href = url_for("workforce.person", person_id=first.person_id)
        return Need(f"Plan what follows the fixed term of {first.name}", href, days)
    text = f"Plan what follows {len(found)} fixed terms that end within {within} days"
    return Need(text, url_for("workforce.index", show="ending", sort="ends"), days)
