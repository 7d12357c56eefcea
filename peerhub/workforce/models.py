"""Service lines, teams, people, posts and spells: who works where, from when to when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerhub.access.models import User
from peerhub.core.database import Base, Keyed, Stamped, TenantOwned, Versioned, tell
from peerhub.workforce.rules.adjustments import Move
from peerhub.workforce.rules.names import NAMES, folded_name
from peerhub.workforce.rules.words import (
    AdjustmentStatus,
    AskedState,
    Band,
    BreakKind,
    Contract,
    LeavingReason,
    RoleKind,
    Setting,
)


def _words(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, native_enum=False, length=40, name=name, values_callable=lambda k: [m.value for m in k])


class Row(Keyed, TenantOwned, Stamped, Base):
    """A row of one organisation."""

    __abstract__ = True


class ServiceLine(Versioned, Row):
    """A line of service, such as perinatal care, with its setting."""

    __tablename__ = "service_line"
    name: Mapped[str] = mapped_column(String(120))
    setting: Mapped[Setting] = mapped_column(_words(Setting, "setting"))
    closed_on: Mapped[date | None]
    teams: Mapped[list[Team]] = relationship(back_populates="service_line", order_by="Team.name")
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)


class Team(Versioned, Row):
    """A ward or a community team."""

    __tablename__ = "team"
    service_line_id: Mapped[UUID] = mapped_column(ForeignKey("service_line.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    site: Mapped[str] = mapped_column(String(120), default="")
    is_ward: Mapped[bool] = mapped_column(default=False)
    beds: Mapped[int | None]
    manager_name: Mapped[str] = mapped_column(String(200), default="")
    closed_on: Mapped[date | None]
    service_line: Mapped[ServiceLine] = relationship(back_populates="teams")
    posts: Mapped[list[Post]] = relationship(back_populates="team")
    champions: Mapped[list[Champion]] = relationship(back_populates="team", order_by="Champion.starts")
    __table_args__ = (
        UniqueConstraint("organisation_id", "service_line_id", "name"),
        CheckConstraint("beds IS NULL OR beds >= 0", name="beds"),
    )


class Champion(Row):
    """A named supporter of peer work in a team, from a day to a day."""

    __tablename__ = "champion"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    starts: Mapped[date]
    ends: Mapped[date | None]
    team: Mapped[Team] = relationship(back_populates="champions")
    __table_args__ = (CheckConstraint("ends IS NULL OR ends >= starts", name="days"),)


def _folded_of_row(context: Any) -> str:
    return folded_name(context.get_current_parameters())


class Person(Versioned, Row):
    """Somebody who works, worked or will work here. May also be a user. Never holds a diagnosis.

    ``folded`` is their names as they are looked for, kept by the model itself however a row is written; it has no
    index, because none serves a search for part of a word. ``erased_number`` is a digest of an erased person's staff
    number, so that a file does not bring them back.
    """

    __tablename__ = "person"
    staff_number: Mapped[str | None] = mapped_column(String(40))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    preferred_name: Mapped[str] = mapped_column(String(100), default="")
    folded: Mapped[str] = mapped_column(Text, default=_folded_of_row)
    pronouns: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    erased_on: Mapped[date | None]
    erased_number: Mapped[str | None] = mapped_column(String(64))
    unconfirmed_since: Mapped[date | None]
    spells: Mapped[list[Spell]] = relationship(back_populates="person", order_by="Spell.starts")
    __table_args__ = (
        UniqueConstraint("organisation_id", "staff_number"),
        UniqueConstraint("organisation_id", "user_id"),
        Index(None, "organisation_id", "last_name", "first_name"),
    )

    @property
    def known_as(self) -> str:
        """The name to use."""
        if self.erased_on is not None:
            return "Name erased"
        return f"{self.preferred_name or self.first_name} {self.last_name}".strip()


@event.listens_for(Person, "before_update")
def _fold_anew(_mapper: Any, _connection: Any, person: Person) -> None:
    """A name that changed is looked for as it is now; a row that is put in is told by the column's default."""
    person.folded = folded_name({name: getattr(person, name) for name in NAMES})


class PersonMerge(Row):
    """Two records found to be one person: what moved to the one kept, so that it can move back."""

    __tablename__ = "person_merge"
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    merged_on: Mapped[date]
    undone_on: Mapped[date | None]
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])


class EqualityProfile(Versioned, Row):
    """What a person said of their own characteristics. Held apart from the person, read under its own permission.

    It belongs to the account that wrote it: linking another account to the person's record opens it to nobody.
    """

    __tablename__ = "equality_profile"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[AskedState] = mapped_column(_words(AskedState, "state"), default=AskedState.NOT_ASKED)
    person: Mapped[Person] = relationship()


class EqualityCount(Row):
    """How many people gave each answer, counted on one day and kept as it was: nobody's row can be told from it."""

    __tablename__ = "equality_count"
    as_at: Mapped[date]
    people: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    __table_args__ = (UniqueConstraint("organisation_id", "as_at"),)


class Adjustment(Versioned, Row):
    """A reasonable adjustment: what was asked, what was agreed, when it is looked at again.

    ``is_news`` from an answer on until the person it is for has said that they saw it.
    """

    __tablename__ = "adjustment"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[AdjustmentStatus] = mapped_column(_words(AdjustmentStatus, "status"))
    asked_on: Mapped[date]
    agreed_on: Mapped[date | None]
    review_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    with_manager: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    is_news: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship()
    steps: Mapped[list[AdjustmentStep]] = relationship(
        back_populates="adjustment", order_by="AdjustmentStep.id", cascade="all, delete-orphan"
    )


class AdjustmentStep(Row):
    """One thing done with an adjustment: when, by whom, and what was said with it."""

    __tablename__ = "adjustment_step"
    adjustment_id: Mapped[UUID] = mapped_column(ForeignKey("adjustment.id"), index=True)
    move: Mapped[Move] = mapped_column(_words(Move, "move"))
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    adjustment: Mapped[Adjustment] = relationship(back_populates="steps")


class WellnessPlan(Versioned, Row):
    """A person's own plan for staying well at work: theirs to write and to show. Belongs to the account, as above."""

    __tablename__ = "wellness_plan"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    content: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date | None]
    shared_with: Mapped[str] = mapped_column(String(200), default="")


class Post(Versioned, Row):
    """A post on its terms, from a day to a day. New terms are a new row that follows under the same number.

    So a spell lies within one row's terms, and history is never written over. A post without a number is held together
    by ``first_id``: each row of later terms names the row that the post began with.
    """

    __tablename__ = "post"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(40))
    first_id: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    role_kind: Mapped[RoleKind] = mapped_column(_words(RoleKind, "role_kind"))
    band: Mapped[Band | None] = mapped_column(_words(Band, "band"))
    wte: Mapped[Decimal] = mapped_column(Numeric(6, 5), default=Decimal(1))
    employer: Mapped[str] = mapped_column(String(200), default="")
    lived_experience: Mapped[bool]
    peer_service: Mapped[bool]
    counted_in_numbers: Mapped[bool] = mapped_column(default=False)
    funding: Mapped[str] = mapped_column(String(120), default="")
    funding_ends: Mapped[date | None]
    opens: Mapped[date]
    closes: Mapped[date | None]
    team: Mapped[Team] = relationship(back_populates="posts")
    spells: Mapped[list[Spell]] = relationship(back_populates="post", order_by="Spell.starts")
    __table_args__ = (
        CheckConstraint("wte > 0 AND wte <= 1", name="wte"),
        CheckConstraint("closes IS NULL OR closes >= opens", name="days"),
        CheckConstraint("lived_experience OR NOT peer_service", name="peer_service"),
        CheckConstraint("NOT (peer_service AND counted_in_numbers)", name="numbers"),
        Index(None, "organisation_id", "number"),
        Index(None, "organisation_id", "peer_service", "opens"),
    )


class Spell(Versioned, Row):
    """A person in a post from a first to a last day worked; no last day while current."""

    __tablename__ = "spell"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("post.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    wte: Mapped[Decimal] = mapped_column(Numeric(6, 5), default=Decimal(1))
    contract: Mapped[Contract] = mapped_column(_words(Contract, "contract"), default=Contract.PERMANENT)
    weekdays: Mapped[str] = mapped_column(String(14), default="")
    leaving_reason: Mapped[LeavingReason | None] = mapped_column(_words(LeavingReason, "leaving_reason"))
    destination: Mapped[str] = mapped_column(String(160), default="")
    campaign: Mapped[str] = mapped_column(String(120), default="")
    person: Mapped[Person] = relationship(back_populates="spells")
    post: Mapped[Post] = relationship(back_populates="spells")
    breaks: Mapped[list[Break]] = relationship(back_populates="spell", order_by="Break.starts")
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        CheckConstraint("wte > 0 AND wte <= 1", name="wte"),
        Index(None, "organisation_id", "starts", "ends"),
    )


class Break(Versioned, Row):
    """Time away within a spell that stays open: maternity, career break, secondment out, suspension, long sickness."""

    __tablename__ = "spell_break"
    spell_id: Mapped[UUID] = mapped_column(ForeignKey("spell.id"), index=True)
    kind: Mapped[BreakKind] = mapped_column(_words(BreakKind, "kind"))
    starts: Mapped[date]
    ends: Mapped[date | None]
    spell: Mapped[Spell] = relationship(back_populates="breaks")
    __table_args__ = (CheckConstraint("ends IS NULL OR ends >= starts", name="days"),)


class ImportState(StrEnum):
    """How far a staff-record load has come."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    LOADING = "loading"
    LOADED = "loaded"
    ABANDONED = "abandoned"


class StaffImport(Versioned, Row):
    """A staff-record file on its way in: kept until loaded or let go, so that it can be left and found again.

    Once it is loaded, ``content`` holds the refused rows alone, until they are let go too. ``headings`` are the file's;
    ``matching`` says which of them each column is read from. ``claimed_at`` is when somebody or a job took it in hand.
    """

    __tablename__ = "staff_import"
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[ImportState] = mapped_column(_words(ImportState, "state"), default=ImportState.UPLOADED)
    headings: Mapped[list[str]] = mapped_column(JSON, default=list)
    matching: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    by: Mapped[User | None] = relationship()


class LineKind(StrEnum):
    """What is noted of a row of an uploaded file."""

    PROBLEM = "problem"
    CHANGE = "change"
    NEW = "new"
    MISSING = "missing"


class ImportLine(Row):
    """What is wrong with a row of an uploaded file, what it would add or change, or whom the file leaves out.

    ``about`` is the column of a problem, and a staff number otherwise. Wiped with the file.
    """

    __tablename__ = "import_line"
    staff_import_id: Mapped[UUID] = mapped_column(ForeignKey("staff_import.id", ondelete="CASCADE"))
    kind: Mapped[LineKind] = mapped_column(_words(LineKind, "kind"))
    line: Mapped[int]
    about: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index(None, "staff_import_id", "kind", "line"),)


tell("uq_service_line_organisation_id_name", "There is already a service line with this name", "name")
tell("uq_team_organisation_id_service_line_id_name", "This service line already has a team with this name", "name")
tell("uq_person_organisation_id_staff_number", "Somebody else already has this staff number", "staff_number")
tell("uq_person_organisation_id_user_id", "This account already belongs to somebody else", "email")
tell("uq_equality_profile_person_id", "These answers were begun in another window. Open the page again")
tell("uq_wellness_plan_person_id", "This plan was begun in another window. Open the page again")
tell(
    "uq_equality_count_organisation_id_as_at", "Somebody else has just counted. Open the page again to see the figures"
)
tell("ck_spell_days", "The last day must be the first day or later", "ends")
tell("ck_spell_wte", "Whole time equivalent must be more than 0 and no more than 1", "wte")
tell("ck_post_wte", "Whole time equivalent must be more than 0 and no more than 1", "wte")
tell("ck_post_days", "The day it closes must be the day it opens or later", "closes")
tell("ck_post_peer_service", "A post of the peer service always requires lived experience", "lived_experience")
tell(
    "ck_post_numbers",
    "A peer post can never be counted in staffing numbers: peers are additional to the team",
    "counted_in_numbers",
)
tell("ck_spell_break_days", "The last day must be the first day or later", "ends")
tell("ck_team_beds", "Beds must be 0 or more", "beds")
tell("ck_champion_days", "The last day must be the first day or later", "ends")
