"""The history of a fictional trust's peer workforce, spell by spell: who worked in which post from when to when.

Its figures reproduce the published example of November 2025 (19 recruited in 2022; 95, 89 and 84% after two years, 84,
79 and 74% after three; 73% of the whole service after three years) on every day from 14 November 2025 to the end of
2027. That holds because peers start in groups after shared training, so those who fall due together keep the whole
service's share between 72.5 and 73.5%: change a date here and the tests say which figure moved.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from peerhub.demo.places import Post, entries, organisation, posts, span

TOLD_ON = date(2026, 11, 24)  # the day up to which the history is told; a few entries lie after it, as in any record

COLUMNS = (
    "staff_number",
    "first_name",
    "last_name",
    "preferred_name",
    "email",
    "employer",
    "service_line",
    "setting",
    "team",
    "post_number",
    "position_title",
    "role_kind",
    "band",
    "wte",
    "lived_experience_role",
    "peer_service",
    "contract",
    "start_date",
    "end_date",
    "leaving_reason",
    "destination",
    "campaign",
)

# Staff number Last name, first name (preferred name): campaign, then spells in order:
# first day..last day, post, contract unless permanent, leaving reason @ destination.
_CAREERS = """
20410037 Akpata, Doreen: c2018 2018-09-10..2019-12-31 EDR-01 promotion; 2020-01-01..2021-05-31 EDR-03 promotion;
    2021-06-01.. PSO-02
20410074 Lomas, Keith: c2018 2018-09-10..2021-03-31 HBN-01 promotion; 2021-04-01..2022-09-30 HBN-03 promotion;
    2022-10-01.. PSO-03
20410285 Mirza, Shabana: c2018 2018-09-10..2019-11-30 EIN-01 education @ University, social work
20410346 Hathersage, Craig: c2018 2018-09-10..2021-02-28 WRR-01 other_employer @ Housing association
20410489 Quill, Bernadette: c2018 2018-09-10.. EIN-02
20410700 Adekoya, Oluwaseun (Olu): c2018 2018-09-10..2023-06-30 EVN-01 retirement
20410761 Raghunathan, Priya: 2019-04-08..2022-04-30 EIS-01 promotion; 2022-05-01..2024-01-31 EIS-04 promotion;
    2024-02-01.. LEL-05
20410904 Wetherall, Thomas (Tom): 2019-04-08..2020-12-31 CHN-01 caring
20411115 Sherratt, Wendy: 2019-06-03..2023-03-12 BRK-01 new_role_in_organisation; 2023-03-13.. BRK-03
20411176 Tighe, Maureen: 2019-09-16..2022-11-30 EDR-02 promotion; 2022-12-01.. EDR-04
20411319 Bright, Jermaine: 2019-09-16..2021-06-30 CHN-02 promotion; 2021-07-01..2023-03-31 CHN-03 promotion;
    2023-04-01.. CHN-04
20411530 Kowalczyk, Aneta: 2019-09-16..2024-09-30 WRR-02 relocation
20411591 Penhallow, Gareth: 2020-02-10..2024-02-29 EIS-02 promotion; 2024-03-01.. EIS-04
20411734 Begum, Nusrat Jahan: 2020-02-10..2021-02-09 HBN-02 fixed_term end_of_fixed_term; 2021-11-01.. HBN-04
20411945 Farnworth, Lesley: 2020-10-05..2022-07-31 CHS-01 role_not_as_expected @ Retail
20412006 Carrington, Dwayne: 2020-10-05..2022-03-31 EVN-02 promotion; 2022-04-01..2023-12-31 IPT-01 promotion;
    2024-01-01.. IPT-02
20412149 Nijjar, Gurdeep: 2021-02-01.. LEL-01
20412360 Oyelaran-Shaw, Rosalind: 2021-05-04.. PSO-01
20412421 Tunstall, Michael (Mick): 2021-06-07..2023-09-30 CHS-02 promotion; 2023-10-01.. CHS-05
20412564 Haddad, Fatima Zahra: 2021-06-07..2023-05-31 EIS-03 other_nhs @ NHS trust in another region
20412775 Anozie, Chidi: c2021 2022-01-17..2024-03-31 BRA-01 promotion; 2024-04-01..2025-08-31 BRA-03 promotion;
    2025-09-01.. IPT-04
20412836 Birtwell, Hannah: c2021 2022-01-17.. BRA-02
20412979 Dhanjal, Sunita: c2021 2022-01-17..2023-09-30 YAR-01 promotion; 2023-10-01.. YAR-03
20413190 Entwistle, Paul: c2021 2022-01-17..2023-07-31 YAR-02 other_employer @ Charity
20413251 Bah, Kadiatou: c2021 2022-01-17..2023-04-16 TEA-01 promotion; 2023-04-17.. LEL-03
20413394 Ogilvie, Ryan: c2021 2022-02-14..2023-10-15 TEA-02 new_role_in_organisation;
    2023-10-16..2025-10-31 SOR-03 apprenticeship other_nhs @ Acute hospital
20413605 Cheung, Mei-Ling: c2021 2022-02-14..2024-05-31 SOR-01 promotion; 2024-06-01.. IPT-01
20413666 Garbutt, Stuart: c2021 2022-02-14..2025-01-31 SOR-02 promotion; 2025-02-01.. SOR-04
20413809 Eze, Ifeoma: c2021 2022-02-14..2024-08-31 LAR-01 education @ University, nursing
20414020 Scholes, Carol: c2021 2022-03-14.. CAM-02
20414081 Choudhry, Imran: c2021 2022-03-14..2024-09-30 LAR-02 promotion; 2024-10-01..2026-03-01 LAR-04 promotion;
    2026-03-02.. LEL-07
20414224 Fairclough, Jodie: c2021 2022-03-14.. CAM-01
20414435 Ashdown, Ruth: 2022-04-04..2023-10-31 EVN-02 promotion; 2023-11-01.. PNE-02
20414496 Nettleton, Philip: 2022-05-02..2023-01-15 CHS-03 bank new_role_in_organisation; 2023-01-16.. CHS-04
20414639 Sanusi, Abiola: 2022-06-13..2024-10-31 FOX-02 promotion; 2024-11-01.. FOX-04
20414850 Gwynne, Eleri: 2022-06-13..2025-01-31 FOX-01 relocation
20414911 Amaechi, Vincent: 2022-07-04.. LEL-02
20415054 Wróbel, Danuta: 2022-09-12.. GOR-02
20415265 Whitfield, Lamar: 2022-09-12..2024-04-30 GOR-01 new_role_in_organisation; 2024-05-13.. BRK-04
20415326 Yusufzai, Hamza: 2022-10-10..2026-06-30 HBN-05 new_le_role_elsewhere @ Senior peer post in another trust
20415469 Mulvaney, Patricia (Trish): 2022-10-10..2025-03-31 TLN-01 promotion; 2025-04-01.. PSO-05
20415680 Kamara, Zainab: 2023-01-16..2025-02-28 BRK-02 promotion; 2025-03-01.. BRK-05
20415741 Pickersgill, Joanna (Jo): 2023-01-16..2024-03-15 EDR-02 lack_of_support
20415884 Mahmoud-Lees, Tariq: 2023-01-16..2025-04-30 TLN-02 promotion; 2025-05-01.. MDN-03 secondment
20416095 Kotecha, Devan: 2023-03-13..2025-08-31 CMF-01 promotion; 2025-09-01.. SPT-01
20416156 Docherty, Siobhán: 2023-03-13..2025-06-30 MDN-01 new_role_in_organisation; 2025-07-01.. EDR-05
20416299 Amponsah, Grace: 2023-05-15.. PNE-01
20416510 Barraclough, Leon: 2023-06-12..2025-10-31 CMF-02 promotion; 2025-11-01.. CMF-03
20416571 Al-Sayegh, Noor: 2023-06-12..2023-12-31 PNW-01 fixed_term funding_ended;
    2024-02-01..2026-09-30 PNW-03 bank other
20416714 Stott, Adele: 2023-06-12.. SED-01
20416925 Thorogood, Celia: 2023-09-04.. LEL-04
20416986 Osei-Mensah, Kwabena: 2023-09-11..2025-05-31 LAD-01 promotion; 2025-06-01.. LAD-03
20417129 Silva Nunes, Marta: 2023-10-16.. HBN-06
20417340 Cropper, Nigel: 2023-10-16..2025-02-28 LAD-02 retirement
20417401 Balogun, Yetunde: 2023-10-16.. TAN-01
20417544 Oakeshott, Samuel (Sam): 2023-11-20.. PNW-02; 2025-01-06.. AED-03
20417755 Solanki, Rekha: 2023-11-20..2026-07-31 SKN-01 caring
20417816 Hirst, Bradley: 2023-11-20.. WRR-03
20417959 Lisiecka, Agnieszka: 2024-01-15.. LAR-03
20418170 Threlfall, Colin: 2024-01-15.. YAR-02
20418231 Bassi, Simran: 2024-01-15..2025-03-31 TEA-01 other_nhs @ NHS trust nearby
20418374 Lascelles, Ebony: 2024-01-15.. CHN-05
20418585 Goldsworthy, Leah: 2024-02-29.. EIC-01
20418646 Oshodi, Babafemi (Femi): 2024-03-18.. TEA-02
20418789 Stubley, Karen: 2024-03-18..2026-02-28 WMN-01 fixed_term funding_ended
20419000 Zhang, Hua (Helen): 2024-03-18.. EIC-02
20419061 Kilbride, Moira: 2024-04-22.. LEL-06
20419204 Gumbs, Patrice: 2024-05-13.. PSO-04
20419415 Venkatesan, Ashok: 2024-06-17..2026-01-31 FOX-03 promotion; 2026-02-01.. FOX-05
20419476 Brammer, Louise: 2024-06-17..2025-01-17 TAN-02 role_not_as_expected
20419619 Ajibola, Tunde: 2024-06-17.. PMH-01
20419830 Haygarth, Molly: 2024-09-09.. HAR-01
LPC5160 Miah, Rafiq: 2024-09-09.. SKH-02
LPC5303 Arkless, Denise: 2024-09-09..2026-04-30 SKH-01 other_employer @ Voluntary sector
20420245 Zieliński, Oskar: 2024-09-09.. WMN-02
20420306 Dacosta, Charlene: 2024-10-14..2026-03-31 HAR-02 promotion; 2026-04-01.. HAR-03
20420449 Thackray, Benjamin (Ben): 2024-10-14.. EIS-02
20420660 Warsame, Amina: 2024-10-14..2026-01-31 PMH-02 relocation
20420721 Littlewood, Susan (Sue): 2024-10-14.. AED-01
20420864 Gill, Jaswinder (Jas): 2024-11-18.. THR-01
20421075 Openshaw, Kyle: 2024-11-18.. THR-02
20421136 Saleh, Mariam: 2024-11-18..2026-12-31 MHL-01 new_le_role_elsewhere @ Peer supervisor in another trust
20421279 Ibbotson, Frances: 2024-11-18.. AED-02
20421490 Alleyne, Winston: 2024-12-09.. SKN-02
20421551 Rushworth, Caitlin: 2024-12-09..2026-08-31 WMN-03 education @ College
20421694 Nowicki, Paweł: 2024-12-09.. CHS-06
20421905 Okorie, Blessing: 2025-01-20.. SKN-03
20421966 Postlethwaite, Dean: 2025-01-20.. MDN-02
20422109 Sahota, Harpreet: 2025-01-20.. WRR-02
20422320 Tranmer, Nicola (Nicky): 2025-01-20..2025-11-30 TAN-02 health
20422381 Bamford, Isaac: 2025-03-17.. SOR-01
20422524 Ferrante, Lucia: 2025-03-17.. EDD-01
20422735 Öztürk, Gülsen: 2025-03-17.. MHL-02
20422796 Sugden, Alan: 2025-03-17.. CAM-03
20422939 Tolley, Rebekah: 2025-05-12.. PMH-03
LPC8419 Abdi, Mohamed: 2025-05-12.. TTG-01
LPC8480 Devlin, Shauna: 2025-05-12.. TTG-02
20423354 Makepeace, Trevor: 2025-05-12.. WRR-04
20423565 Castellanos, Yvonne: 2025-06-16.. IPT-03
20423626 Elphick, Jordan: c2025 2025-09-08.. SAM-02
20423769 Darko, Comfort: c2025 2025-09-08.. SAM-01
20423980 Hesketh, Liam: c2025 2025-09-08.. MRM-02
20424041 Ditta, Parveen: c2025 2025-09-08..2026-05-31 MRM-01 role_not_as_expected
20424184 Igoe, Teresa: c2025 2025-10-06.. SAN-01
20424395 Pinnock, Delroy: c2025 2025-10-06.. MRM-03
20424456 Brackenbury, Hilary: 2025-10-20.. EVN-03
20424599 Haddadi, Samir: 2025-10-20.. CHN-06
20424810 Dunning, Kelly-Marie: 2025-10-20.. EDD-02
20424871 Okafor, Nkechi: 2025-11-17.. TLN-01
20425014 Lister, Graham: 2025-11-17..2026-06-14 HBN-07 other_employer @ Local authority
20425225 Horáčková, Zuzana: 2025-11-17.. PNW-04 fixed_term
20425286 Thwaite, Rosemary (Rosie): 2026-01-19.. MHL-03
20425429 Tetteh, Emmanuel: 2026-01-19.. LAR-05
20425640 Daneshvar, Shirin: 2026-01-19.. TAN-02
20425701 Wolstencroft, Peter: 2026-01-19.. PMH-04
20425844 Cheetham, Natalie: 2026-03-16.. WMN-01
20426055 Deshpande, Anil: 2026-03-16.. LAD-02
20426116 Skelhorn, Gemma: 2026-03-16.. FOX-03
20426259 Babatunde, Lorraine: 2026-03-16.. GOR-03
20426470 Jibril, Hassan: 2026-05-18.. PMH-02
LPC1827 Dunkerley, Claire: 2026-05-18.. SKH-01
20426674 Górski, Mateusz: 2026-05-18.. LAD-01
20426885 Nash-Okoye, Beverley (Bev): 2026-05-18..2026-10-31 BRA-04 caring
20426946 Meikle, Natasha (Tasha): 2026-07-13.. EIN-03
20427089 Ainscow, Robert: 2026-07-13.. HBN-07
20427300 Mukhopadhyay, Anjali: 2026-07-13.. PNE-03
20427361 Furlong, Declan: 2026-07-13.. EDR-06
20427504 Marchetti, Sofia: 2026-09-14.. BRA-05
20427715 Grimshaw, Pauline: 2026-09-14.. TEA-03
20427776 Bevan, Angharad: 2027-01-11.. SAN-02
"""

_HEAD = re.compile(r"(?P<number>\S+) (?P<last>[^,]+), (?P<first>[^(]+?)(?: \((?P<preferred>[^)]+)\))?")
_CONTRACTS = ("permanent", "fixed_term", "secondment", "bank", "apprenticeship")
_PLAIN = str.maketrans("łø", "lo")  # letters that do not come apart into a plain one and an accent


@dataclass(frozen=True)
class Campaign:
    """A past recruitment campaign of which only totals are known. ``roles`` is how many were recruited from it."""

    name: str
    year: int
    service: str
    setting: str
    applications: int
    roles: int
    lived_experience_led: bool
    note: str


@dataclass(frozen=True)
class Break:
    """Time away while the spell stays open; ``ends`` is None where no day of return is known."""

    staff_number: str
    kind: str
    starts: date
    ends: date | None


_CAMPAIGNS = {
    "c2018": Campaign("Community peer support 2018", 2018, "community", "community", 217, 6, True, ""),
    "c2021": Campaign(
        "Inpatient peer support 2021", 2021, "inpatient", "inpatient", 120, 12, True, "lived experience applications"
    ),
    "c2025": Campaign("Secure inpatient peer support 2025", 2025, "secure inpatient", "secure", 236, 6, True, ""),
}

_BREAKS = """
Fairclough maternity 2024-06-03..2025-03-30
Wróbel career_break 2025-02-03..2025-11-02
Tighe long_sickness 2026-01-12..2026-04-19
Balogun secondment_out 2026-04-01..2027-03-31
Amponsah maternity 2026-09-21..
"""


def spell_rows() -> list[dict[str, str]]:
    """Every spell as a row of the staff-record export: all of ``COLUMNS``, text throughout, ISO dates, "" where empty.

    The rows of one person stand together, oldest spell first. A new list each time, always the same.
    """
    return [dict(row) for row in _rows()]


def campaigns() -> list[Campaign]:
    """The three published recruitment campaigns, oldest first; spells name theirs in ``campaign``."""
    return list(_CAMPAIGNS.values())


def breaks() -> list[Break]:
    """Times away within a spell: each lies within one current spell of its person."""
    numbers = {row["last_name"]: row["staff_number"] for row in _rows()}
    return [
        Break(numbers[name], kind, *span(days)) for name, kind, days in map(str.split, _BREAKS.strip().splitlines())
    ]


def established_posts(on: date = TOLD_ON) -> list[Post]:
    """The posts of the peer service, filled or not, on a day. Bank work is never establishment."""
    return [post for post in posts() if post.peer_service and not post.bank and post.open_on(on)]


def vacant_posts(on: date = TOLD_ON) -> list[Post]:
    """The established posts of the peer service that nobody is in on a day.

    Some had a holder before or await one, so ``spell_rows`` may name them too: create a post once, by its number.
    """
    day = on.isoformat()
    filled = {
        row["post_number"]
        for row in _rows()
        if row["start_date"] <= day and (not row["end_date"] or row["end_date"] >= day)
    }
    return [post for post in established_posts(on) if post.post_number not in filled]


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(row for entry in entries(_CAREERS) for row in _career(entry))


def _career(entry: str) -> Iterator[dict[str, str]]:
    head, _, told = entry.partition(": ")
    named = _HEAD.fullmatch(head)
    if named is None:
        raise ValueError(f"not a name: {head}")
    campaign = told[:5] if told[:5] in _CAMPAIGNS else ""
    person = {
        "staff_number": named["number"],
        "first_name": named["first"],
        "last_name": named["last"],
        "preferred_name": named["preferred"] or "",
    }
    for place, spell in enumerate(told.removeprefix(campaign).strip().split("; ")):
        row = person | _spell(spell)
        row["email"] = _email(named["preferred"] or named["first"], named["last"], row["employer"])
        row["campaign"] = _CAMPAIGNS[campaign].name if campaign and not place else ""
        yield {column: row[column] for column in COLUMNS}


def _spell(text: str) -> dict[str, str]:
    facts, _, destination = text.partition(" @ ")
    days, number, *words = facts.split()
    contract = words.pop(0) if words and words[0] in _CONTRACTS else "permanent"
    starts, ends = span(days)
    post = _posts_by_number()[number]
    return {
        "employer": post.employer,
        "service_line": post.service_line,
        "setting": post.setting,
        "team": post.team,
        "post_number": number,
        "position_title": post.title,
        "role_kind": post.role_kind,
        "band": post.band,
        "wte": post.wte,
        "lived_experience_role": "yes" if post.lived_experience else "no",
        "peer_service": "yes" if post.peer_service else "no",
        "contract": contract,
        "start_date": starts.isoformat(),
        "end_date": ends.isoformat() if ends else "",
        "leaving_reason": " ".join(words),
        "destination": destination,
    }


@cache
def _posts_by_number() -> dict[str, Post]:
    return {post.post_number: post for post in posts()}


def _email(first: str, last: str, employer: str) -> str:
    """An address at a domain that is reserved and so can never receive mail."""
    plain = (unicodedata.normalize("NFKD", name.lower().translate(_PLAIN)) for name in (first, last))
    local = ".".join("".join(letter for letter in name if letter.isascii() and letter.isalpha()) for name in plain)
    return f"{local}@{'wrenmoor' if employer == organisation().name else 'lanternfield'}.example"
