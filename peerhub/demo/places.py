"""The places of the demonstration: a fictional trust, its teams and wards, and every post it has ever had.

Every name is invented. Of the trust's nine service lines, "Community transformation" also hosts the peer service's own
office and the trust-wide lived experience posts, which belong to no ward or clinic.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True)
class Organisation:
    """Who employs people: name, an invented code in the shape of an ODS code, and an organisation kind."""

    name: str
    code: str
    kind: str


@dataclass(frozen=True)
class ServiceLine:
    """A line of service and its setting (community, inpatient, crisis, secure or justice)."""

    name: str
    setting: str


@dataclass(frozen=True)
class Team:
    """A ward or a community team. ``beds`` is None except on a ward; ``manager`` and ``champion`` may be ""."""

    code: str
    name: str
    service_line: str
    setting: str
    site: str
    beds: int | None
    manager: str
    champion: str

    @property
    def is_ward(self) -> bool:
        """Whether people stay here as inpatients."""
        return self.beds is not None


@dataclass(frozen=True)
class Post:
    """A post on the only terms it ever had, ``opened`` its first day and ``closed`` its last (None: established)."""

    post_number: str
    title: str
    role_kind: str
    band: str
    wte: str
    team: str
    service_line: str
    setting: str
    employer: str
    lived_experience: bool
    peer_service: bool
    bank: bool
    opened: date
    closed: date | None
    funding: str = ""
    funding_ends: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether the post is established on a day."""
        return self.opened <= day and (self.closed is None or day <= self.closed)


_TRUST = Organisation("Wrenmoor and Eddisvale NHS Foundation Trust", "ZWE", "nhs_trust")
_PARTNER = Organisation("Lanternfield Peer Collective", "ZWE-V1", "vcse")

# Title, role kind, band, whether it requires lived experience, whether it belongs to the peer service.
_ROLES: dict[str, tuple[str, str, str, bool, bool]] = {
    "P": ("Peer support worker", "peer_support_worker", "3", True, True),
    "V": ("Peer support worker (in-reach)", "peer_support_worker", "non_afc", True, True),
    "B": ("Bank peer support worker", "peer_support_worker", "3", True, True),
    "S": ("Senior peer support worker", "senior_peer_support_worker", "4", True, True),
    "U": ("Peer supervisor", "peer_supervisor", "5", True, True),
    "L": ("Peer lead", "peer_lead", "6", True, True),
    "H": ("Head of peer work", "head_of_peer_work", "8a", True, True),
    "Xs": ("Patient safety partner", "lived_experience_leadership", "5", True, False),
    "Xp": ("PALS and complaints adviser (lived experience)", "lived_experience_leadership", "5", True, False),
    "Xc": ("Communications officer (lived experience)", "lived_experience_leadership", "5", True, False),
    "Xq": ("Quality improvement adviser (lived experience)", "lived_experience_leadership", "6", True, False),
    "Xi": ("Involvement and coproduction manager", "lived_experience_leadership", "7", True, False),
    "Xd": ("Lived experience director", "lived_experience_leadership", "8c", True, False),
    "Na": ("Trainee nursing associate", "other", "3", False, False),
    "Nh": ("Healthcare assistant", "other", "2", False, False),
    "No": ("Occupational therapy assistant", "other", "3", False, False),
}

# Service line | setting, then its teams: code, name @ site, beds on a ward.
_TEAMS = """
Rehabilitation | community
    EDR Eddisvale Community Rehabilitation Team @ Hallowbeck House
    WRR Wrenmoor Community Rehabilitation Team @ Skellgate Centre
Early intervention in psychosis | community
    EIN Early Intervention North @ Skellgate Centre
    EIS Early Intervention South @ Hallowbeck House
    EIC Early Intervention Coast @ Merrowdale Health Centre
Perinatal | community
    PNE Perinatal Team East @ Tarnlea Centre
    PNW Perinatal Team West @ Skellgate Centre
Eating disorders | community
    AED Adult Eating Disorders Team @ Tarnlea Centre
    EDD Eating Disorders Day Service @ Tarnlea Centre
Community transformation | community
    PSO Peer Service Office @ Hallowbeck House
    LEL Lived Experience Leadership @ Hallowbeck House
    HBN Hallowbeck Neighbourhood Team @ Hallowbeck House
    EVN Eddisvale Neighbourhood Team @ Eddisvale Health Centre
    TLN Tarnlea Neighbourhood Team @ Tarnlea Centre
    MDN Merrowdale Neighbourhood Team @ Merrowdale Health Centre
    SKN Skellgate Neighbourhood Team @ Skellgate Centre
    WMN Wrenmoor Neighbourhood Team @ Wrenmoor Library Annexe
Adult mental health wards and PICU | inpatient
    IPT Inpatient Peer Team @ Hallowbeck Hospital
    BRA Bramblewood Ward @ Hallowbeck Hospital, 20 beds
    YAR Yarrow Ward @ Hallowbeck Hospital, 20 beds
    TEA Teasel Ward @ Hallowbeck Hospital, 18 beds
    SOR Sorrel Ward @ Hallowbeck Hospital, 18 beds
    LAR Larkspur Ward @ Hallowbeck Hospital, 16 beds
    GOR Gorse Ward (PICU) @ Hallowbeck Hospital, 10 beds
    CAM Campion Ward @ Eddismoor Hospital, 22 beds
    FOX Foxglove Ward @ Eddismoor Hospital, 22 beds
    BRK Bracken Ward @ Eddismoor Hospital, 18 beds
    CMF Comfrey Ward @ Eddismoor Hospital, 15 beds
    SED Sedge Ward @ Tarnlea Unit, 14 beds
    TAN Tansy Ward @ Tarnlea Unit, 16 beds
Crisis services | crisis
    CHN Crisis and Home Treatment North @ Skellgate Centre
    CHS Crisis and Home Treatment South @ Hallowbeck Hospital
    SKH Skellgate Crisis House @ Skellgate Crisis House
    MHL Mental Health Liaison Team @ Wrenmoor General Hospital
Secure inpatient services | secure
    SPT Secure Peer Team @ Merrowdale Secure Unit
    HAR Harebell Ward @ Merrowdale Secure Unit, 15 beds
    THR Thrift Ward @ Merrowdale Secure Unit, 15 beds
    SAM Samphire Ward @ Merrowdale Secure Unit, 12 beds
    MRM Marram Ward @ Merrowdale Secure Unit, 14 beds
    SAN Sandwort Ward @ Merrowdale Secure Unit, 10 beds
Health and justice services | justice
    LAD Liaison and Diversion Team @ Wrenmoor Magistrates' Annexe
    PMH Prison Mental Health Team @ HMP Tarnfield
    TTG Through the Gate Service @ Skellgate Centre
"""

# What some posts are paid from, and until when; the others are in the trust's own budget.
_FUNDING = {
    "TTG-01": ("Health and justice pilot", date(2027, 1, 31)),
    "TTG-02": ("Health and justice pilot", date(2027, 1, 31)),
    "MRM-03": ("Provider collaborative", date(2027, 3, 12)),
    "WMN-02": ("Community transformation fund", date(2027, 6, 30)),
}
_MANAGERS = {
    "BRA": "Callum Ferreday",
    "YAR": "Philippa Nettlewood",
    "EIN": "Desmond Achterberg",
    "PNE": "Ruth Calloway",
}
_CHAMPIONS = {"BRA": "Debra Lund", "YAR": "Ifan Prosser", "CHN": "Sabiha Anwar"}

# Team code, then its posts: number within the team, role (a key of _ROLES), WTE, first day..last day established.
_POSTS = """
EDR 01 P 1.0 2018-06-01..2019-12-31; 02 P 0.8 2019-07-01..2024-03-15; 03 S 1.0 2019-10-01..2021-05-31;
    04 S 0.8 2022-09-01; 05 No 1.0 2025-04-01; 06 P 1.0 2026-04-01
WRR 01 P 0.8 2018-06-01..2021-02-28; 02 P 1.0 2019-07-01; 03 P 0.8 2023-09-01; 04 P 0.8 2025-02-01
EIN 01 P 1.0 2018-06-01..2019-11-30; 02 P 0.6 2018-06-01; 03 P 0.8 2026-04-01
EIS 01 P 0.6 2019-01-01..2022-04-30; 02 P 1.0 2019-11-01; 03 P 0.8 2021-03-01..2023-05-31; 04 S 1.0 2022-02-01
EIC 01 P 0.7 2023-12-01; 02 P 0.6 2024-01-01
PNE 01 P 0.6 2023-03-01; 02 S 0.8 2023-08-01; 03 P 1.0 2026-04-01
PNW 01 P 0.5 2023-03-01..2023-12-31; 02 P 0.5 2023-09-01; 03 B 0.4 2024-02-01..2026-09-30; 04 P 1.0 2025-09-01
AED 01 P 0.6 2024-07-01; 02 P 0.8 2024-09-01; 03 P 0.4 2024-10-01
EDD 01 P 0.6 2025-01-01; 02 P 1.0 2025-08-01
PSO 01 H 1.0 2021-02-01; 02 L 1.0 2021-03-01; 03 U 1.0 2022-07-01; 04 U 1.0 2024-02-01; 05 U 0.8 2025-01-01
LEL 01 Xi 1.0 2020-11-01; 02 Xs 0.4 2022-04-01; 03 Xp 0.8 2023-02-01; 04 Xd 1.0 2023-06-01; 05 Xq 1.0 2023-11-01;
    06 Xs 0.4 2024-02-01; 07 Xc 1.0 2025-12-01
HBN 01 P 1.0 2018-06-01..2021-03-31; 02 P 1.0 2019-11-01..2021-02-09; 03 S 1.0 2021-01-01..2022-09-30;
    04 P 0.8 2021-08-01; 05 P 1.0 2022-07-01..2026-06-30; 06 P 1.0 2023-08-01; 07 P 0.8 2025-09-01
EVN 01 P 0.8 2018-06-01..2023-06-30; 02 P 0.6 2020-07-01..2023-10-31; 03 P 1.0 2025-08-01
TLN 01 P 0.8 2022-07-01; 02 P 0.6 2022-11-01..2025-04-30
MDN 01 P 1.0 2022-12-01..2025-06-30; 02 P 0.8 2024-11-01; 03 S 1.0 2025-02-01
SKN 01 P 1.0 2023-09-01; 02 P 1.0 2024-09-01; 03 P 1.0 2024-11-01
WMN 01 P 1.0 2024-01-01; 02 P 1.0 2024-06-01; 03 P 0.6 2024-09-01..2026-08-31
IPT 01 U 1.0 2022-01-01; 02 L 1.0 2023-10-01; 03 U 0.8 2025-04-01; 04 U 1.0 2025-06-01
BRA 01 P 0.8 2021-11-01..2024-03-31; 02 P 1.0 2021-11-01; 03 S 1.0 2024-01-01..2025-08-31; 04 P 0.6 2026-03-01;
    05 P 1.0 2026-07-01
YAR 01 P 0.6 2021-11-01..2023-09-30; 02 P 1.0 2021-11-01; 03 S 1.0 2023-07-01
TEA 01 P 1.0 2021-11-01..2025-03-31; 02 P 1.0 2021-12-01; 03 P 0.8 2026-07-01
SOR 01 P 0.8 2021-12-01; 02 P 0.8 2021-12-01..2025-01-31; 03 Na 1.0 2023-08-01..2025-10-31; 04 S 1.0 2024-11-01
LAR 01 P 1.0 2021-12-01..2024-08-31; 02 P 1.0 2021-12-01..2024-09-30; 03 P 1.0 2023-11-01;
    04 S 1.0 2024-07-01..2026-03-01; 05 P 1.0 2025-11-01
GOR 01 P 1.0 2022-06-01..2024-04-30; 02 P 0.8 2022-06-01; 03 P 1.0 2025-12-01
CAM 01 P 0.6 2021-12-01; 02 P 0.6 2021-12-01; 03 P 1.0 2025-01-01
FOX 01 P 1.0 2022-03-01..2025-01-31; 02 P 0.8 2022-03-01..2024-10-31; 03 P 0.8 2024-04-01; 04 S 1.0 2024-08-01;
    05 S 0.8 2025-11-01
BRK 01 Nh 1.0 2019-03-01..2023-03-12; 02 P 1.0 2022-11-01..2025-02-28; 03 P 0.8 2022-12-01; 04 P 1.0 2024-02-01;
    05 S 1.0 2024-12-01
CMF 01 P 0.8 2022-12-01..2025-08-31; 02 P 1.0 2023-03-01..2025-10-31; 03 S 1.0 2025-08-01
SED 01 P 0.8 2023-03-01; 02 P 1.0 2026-04-01
TAN 01 P 1.0 2023-08-01; 02 P 1.0 2024-04-01
CHN 01 P 1.0 2019-01-01..2020-12-31; 02 P 0.8 2019-07-01..2021-06-30; 03 S 1.0 2021-04-01..2023-03-31;
    04 U 1.0 2023-01-01; 05 P 0.8 2023-11-01; 06 P 0.6 2025-08-01
CHS 01 P 1.0 2020-07-01..2022-07-31; 02 P 1.0 2021-03-01..2023-09-30; 03 B 0.4 2022-05-02..2023-01-15;
    04 P 0.8 2022-11-01; 05 S 1.0 2023-07-01; 06 P 1.0 2024-09-01
SKH 01 V 0.6 2024-06-01; 02 V 0.8 2024-06-01
MHL 01 P 0.8 2024-09-01; 02 P 0.8 2025-01-01; 03 P 0.8 2025-11-01
SPT 01 U 1.0 2025-06-01; 02 L 1.0 2026-09-01
HAR 01 P 1.0 2024-06-01; 02 P 0.6 2024-07-01..2026-03-31; 03 S 1.0 2026-01-01
THR 01 P 0.8 2024-09-01; 02 P 1.0 2024-09-01
SAM 01 P 1.0 2025-06-01; 02 P 1.0 2025-06-01
MRM 01 P 0.6 2025-06-01; 02 P 0.8 2025-06-01; 03 P 0.8 2025-07-01
SAN 01 P 1.0 2025-07-01; 02 P 1.0 2026-10-01
LAD 01 P 1.0 2023-06-01; 02 P 0.6 2023-08-01; 03 U 1.0 2025-03-01
PMH 01 P 0.8 2024-04-01; 02 P 1.0 2024-07-01; 03 P 1.0 2025-02-01; 04 P 1.0 2025-11-01
TTG 01 V 0.8 2025-02-01; 02 V 0.6 2025-02-01
"""


def entries(table: str) -> Iterator[str]:
    """Each entry of a table above on one line: an indented line goes on from the one before it."""
    entry = ""
    for line in table.strip().splitlines():
        if line.startswith(" "):
            entry += " " + line.strip()
            continue
        if entry:
            yield entry
        entry = line
    yield entry


def span(text: str) -> tuple[date, date | None]:
    """First and last day, both counted, of ``2022-01-17..2023-03-31``; no last day where nothing follows the dots."""
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last) if last else None


def organisation() -> Organisation:
    """The trust whose history is told."""
    return _TRUST


def partner() -> Organisation:
    """The voluntary-sector employer whose peers work into the trust."""
    return _PARTNER


@cache
def teams() -> tuple[Team, ...]:
    """Every team and ward, by service line."""
    found: list[Team] = []
    service_line = setting = ""
    for line in _TEAMS.strip().splitlines():
        if not line.startswith(" "):
            service_line, setting = line.split(" | ")
            continue
        code, rest = line.strip().split(" ", 1)
        name, place = rest.split(" @ ")
        site, _, beds = place.partition(", ")
        found.append(
            Team(
                code,
                name,
                service_line,
                setting,
                site,
                int(beds.split()[0]) if beds else None,
                manager=_MANAGERS.get(code, ""),
                champion=_CHAMPIONS.get(code, ""),
            )
        )
    return tuple(found)


def service_lines() -> tuple[ServiceLine, ...]:
    """The nine service lines, in order."""
    return tuple(dict.fromkeys(ServiceLine(team.service_line, team.setting) for team in teams()))


@cache
def posts() -> tuple[Post, ...]:
    """Every post there ever was: established, closed, bank, inside and outside the peer service."""
    by_code = {team.code: team for team in teams()}
    found: list[Post] = []
    for entry in entries(_POSTS):
        code, listed = entry.split(" ", 1)
        found.extend(_post(by_code[code], words.split()) for words in listed.split("; "))
    return tuple(found)


def _post(team: Team, words: list[str]) -> Post:
    number, role, wte, days = words
    title, role_kind, band, lived_experience, peer_service = _ROLES[role]
    opened, closed = span(days)
    funding, funding_ends = _FUNDING.get(f"{team.code}-{number}", ("", None))
    return Post(
        post_number=f"{team.code}-{number}",
        title=title,
        role_kind=role_kind,
        band=band,
        wte=wte,
        team=team.name,
        service_line=team.service_line,
        setting=team.setting,
        employer=(_PARTNER if role == "V" else _TRUST).name,
        lived_experience=lived_experience,
        peer_service=peer_service,
        bank=role == "B",
        opened=opened,
        closed=closed,
        funding=funding,
        funding_ends=funding_ends,
    )
