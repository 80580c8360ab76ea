"""The accounts to try the demo with, and everyone else who is in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.queries import actor_for
from app.accounts.queries import people as stored
from app.accounts.services import names, roles, sign_up
from app.accounts.services.passwords import refuse_weak
from app.accounts.states import ACCOUNT, AccountState, NameOrder, Role, Script
from app.audit import services as audit
from app.core.actor import SYSTEM, Actor
from app.core.database import db
from app.core.names import side_by_side
from app.core.tokens import new_secret
from app.demo.people import Person, people

PASSWORD = "tea-house-by-the-river"  # noqa: S105 -- printed for everybody who tries the demo
"""The one password of all demo accounts."""

SARAJEVO, SHANGHAI = "Europe/Sarajevo", "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Account:
    """One account to try; `places` are the institutions the role is held at."""

    role: Role
    places: tuple[str, ...]
    person: Person

    @property
    def name(self) -> str:
        """Return the name as the pages show it."""
        native = "".join(reversed(self.person.han)) if self.person.han else ""
        latin = reversed(self.person.latin) if native else self.person.latin
        return side_by_side((native, " ".join(latin)))


def _account(
    role: Role,
    places: tuple[str, ...],
    mailbox: str,
    latin: tuple[str, str],
    *,
    language: str = "en",
    cyrillic: tuple[str, str] | None = None,
    han: tuple[str, str] | None = None,
) -> Account:
    zone = SHANGHAI if han else SARAJEVO
    home = places[0] if places else "CIC"
    person = Person(f"{mailbox}@most.example", home, language, zone, latin, cyrillic, han)
    return Account(role, places, person)


ACCOUNTS = {
    "trainee": _account(
        Role.TRAINEE, ("UNIBL",), "trainee", ("Milijana", "Radić"), cyrillic=("Милијана", "Радић")
    ),
    "trainee_shanghai": _account(
        Role.TRAINEE,
        ("SUMHS",),
        "trainee.shanghai",
        ("Xiaoming", "Wang"),
        language="zh_Hans_CN",
        han=("晓明", "王"),
    ),
    "faculty": _account(
        Role.FACULTY,
        ("UNIBL",),
        "faculty",
        ("Siniša", "Kovačević"),
        cyrillic=("Синиша", "Ковачевић"),
    ),
    "faculty_shanghai": _account(
        Role.FACULTY,
        ("SUMHS",),
        "faculty.shanghai",
        ("Lihua", "Chen"),
        language="zh_Hans_CN",
        han=("丽华", "陈"),
    ),
    "officer": _account(
        Role.OFFICER, ("UNIBL",), "officer", ("Nataša", "Vujić"), cyrillic=("Наташа", "Вујић")
    ),
    "officer_shanghai": _account(
        Role.OFFICER,
        ("SUMHS",),
        "officer.shanghai",
        ("Fang", "Liu"),
        language="zh_Hans_CN",
        han=("芳", "刘"),
    ),
    "registrar": _account(
        Role.REGISTRAR,
        ("CIC", "UNIBL"),
        "registrar",
        ("Dragana", "Marić"),
        cyrillic=("Драгана", "Марић"),
    ),
    "registrar_shanghai": _account(
        Role.REGISTRAR,
        ("SUMHS",),
        "registrar.shanghai",
        ("Wei", "Zhang"),
        language="zh_Hans_CN",
        han=("伟", "张"),
    ),
    "administrator": _account(
        Role.ADMINISTRATOR,
        ("UNIBL",),
        "administrator",
        ("Goran", "Stanković"),
        cyrillic=("Горан", "Станковић"),
    ),
    "centre": _account(Role.CENTRE_ADMINISTRATOR, (), "centre", ("Tamara", "Babić")),
}

# They teach as well, but nobody signs in as them.
TEACHERS = {
    "teacher_centre": _account(Role.FACULTY, ("CIC",), "elena.novak", ("Elena", "Novak")),
    "teacher_banja_luka": _account(
        Role.FACULTY,
        ("UNIBL",),
        "biljana.lukic",
        ("Biljana", "Lukić"),
        cyrillic=("Биљана", "Лукић"),
    ),
    "teacher_shanghai": _account(
        Role.FACULTY,
        ("SUMHS",),
        "zhao.jianjun",
        ("Jianjun", "Zhao"),
        language="zh_Hans_CN",
        han=("建军", "赵"),
    ),
    "teacher_sarajevo": _account(
        Role.FACULTY, ("UNSA",), "emir.hadzic", ("Emir", "Hadžić"), language="bs"
    ),
}


def listing() -> list[dict[str, str]]:
    """Return role, institution, address, password and name of each account to try."""
    return [
        {
            "role": str(account.role),
            "institution": ", ".join(account.places) or "everywhere",
            "email": account.person.email,
            "password": PASSWORD,
            "name": account.name,
        }
        for account in ACCOUNTS.values()
    ]


def first_administrator() -> Actor:
    """Make the administrator of the centre, who is there before any institution."""
    account = ACCOUNTS["centre"]
    user = _made(account.person, passwords.hashed(PASSWORD), at=None)
    roles.give(SYSTEM, user, account.role, None, tells=False)
    return actor_for(user.id)


def make_staff(by: Actor, places: Mapping[str, UUID]) -> dict[str, UUID]:
    """Make everyone who works in the demo, and the trainees to try; return their ids by key."""
    made = {"centre": by.user_id}
    for key, account in {**ACCOUNTS, **TEACHERS}.items():
        if key in made:
            continue
        user = _made(account.person, _hash_for(key), at=places[account.person.institution])
        for code in account.places:
            roles.give(by, user, account.role, places[code], tells=False)
        made[key] = user.id
    for key in ACCOUNTS:
        refuse_weak(db.session.get_one(User, made[key]), PASSWORD)
    return made


def make_trainees(by: Actor, places: Mapping[str, UUID], most: int) -> dict[str, list[UUID]]:
    """Make the trainees nobody signs in as; return their ids by institution."""
    kept = passwords.hashed(new_secret())  # nobody knows it
    made: dict[str, list[UUID]] = {code: [] for code in places}
    for person in _others(most):
        place = places[person.institution]
        user = _made(person, kept, at=place)
        roles.give(by, user, Role.TRAINEE, place, tells=False)
        made[person.institution].append(user.id)
    return made


def confirm_names(user_ids: Iterable[UUID]) -> None:
    """Have these people confirm their names for printing, in every script they have."""
    for user_id in user_ids:
        actor = actor_for(user_id)
        for script in stored.names_of(user_id):
            names.confirm_name(actor, script.script)


def _others(most: int) -> list[Person]:
    """Return the people without the namesakes of those one signs in as."""
    known = {account.person.han for account in (*ACCOUNTS.values(), *TEACHERS.values())} - {None}
    radic = ("Миљана", "Радић")
    found = [one for one in people() if one.han not in known and one.cyrillic != radic]
    return found[:most]


def _hash_for(key: str) -> str:
    return passwords.hashed(PASSWORD if key in ACCOUNTS else new_secret())


def _made(person: Person, kept: str, *, at: UUID | None) -> User:
    """Make an account that is confirmed, as if its holder had chosen the password."""
    given, family = person.latin
    said = sign_up.Newcomer(
        person.email, given, family, locale=person.language, timezone=person.timezone
    )
    user = sign_up.create(said, AccountState.UNCONFIRMED, by=SYSTEM)
    user.password_hash, user.institution_id = kept, at
    audit.move(SYSTEM, user, ACCOUNT, "confirm", kind="user", institution_id=at)
    for script, name in ((Script.CYRILLIC, person.cyrillic), (Script.HAN, person.han)):
        if name:
            names.set_name(user, script, name[0], name[1], None)
    if person.han:  # whose passport says the family name first
        names.set_name(user, Script.LATIN, given, family, NameOrder.FAMILY_FIRST)
    return user
