"""The seal on the trail: whatever was done to it afterwards is found."""

import itertools
import stat
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, text, update

from app.audit import cli, keys, sealing, services
from app.audit.models import AuditEntry, Seal, SealedEntry
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.database import atomic, db


@pytest.fixture
def sealed(session, tmp_path, monkeypatch):
    """Return six entries in three seals."""
    monkeypatch.setattr(keys, "_folder", lambda: tmp_path)
    for _ in range(3):
        with atomic():
            for _ in range(2):
                services.record(SYSTEM, "accounts.test", uuid4(), changes={"ћ": [1, "王"]})
        assert sealing.seal() == 2
    return session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()


def change(*statements) -> None:
    with atomic():
        for statement in statements:
            db.session.execute(statement)
    db.session.expire_all()


def test_an_untouched_trail_is_without_fault(sealed, tmp_path):
    assert list(sealing.faults()) == []
    assert sealing.seal() == 0
    assert stat.S_IMODE((tmp_path / "audit.pem").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "values",
    [{"reason": "x"}, {"action": "a.b"}, {"actor_id": UUID(int=9)}, {"changes": {}}, {"kind": ""}],
)
def test_an_altered_entry_is_found(sealed, values):
    change(update(AuditEntry).where(AuditEntry.id == sealed[3]).values(**values))

    assert list(sealing.faults()) == [f"entry {sealed[3]} was altered (seal 2)"]


def test_an_altered_entry_with_its_digest_made_anew_is_found(sealed):
    change(update(AuditEntry).where(AuditEntry.id == sealed[3]).values(reason="x"))
    digest = sealing.digest_of(db.session.get_one(AuditEntry, sealed[3]))
    change(update(SealedEntry).where(SealedEntry.entry_id == sealed[3]).values(digest=digest))

    assert list(sealing.faults()) == ["the entries of seal 2 were reordered or exchanged"]


def test_a_link_made_anew_is_not_signed(sealed):
    link = db.session.get_one(Seal, 2)
    digests = db.session.scalars(
        select(SealedEntry.digest).where(SealedEntry.seal_number == 2).order_by(SealedEntry.place)
    ).all()
    forged = ["0" * 64, digests[1]]
    digest = sealing.link_digest(2, link.previous, forged)
    change(
        update(SealedEntry)
        .where(SealedEntry.seal_number == 2, SealedEntry.place == 0)
        .values(digest=forged[0]),
        update(Seal).where(Seal.number == 2).values(digest=digest),
    )

    assert "seal 2 is not signed by a key of this installation" in list(sealing.faults())


def test_a_deleted_entry_is_found(sealed):
    change(delete(AuditEntry).where(AuditEntry.id == sealed[0]))

    assert list(sealing.faults()) == [f"entry {sealed[0]} was deleted (seal 1)"]


def test_an_entry_deleted_with_its_place_is_found(sealed):
    change(
        delete(AuditEntry).where(AuditEntry.id == sealed[0]),
        delete(SealedEntry).where(SealedEntry.entry_id == sealed[0]),
    )

    assert list(sealing.faults()) == ["seal 1 holds 1 entries, not 2"]


def test_entries_put_in_another_order_are_found(sealed):
    change(
        update(SealedEntry).where(SealedEntry.entry_id == sealed[2]).values(place=9),
    )

    assert list(sealing.faults()) == ["the entries of seal 2 were reordered or exchanged"]


def test_an_inserted_entry_is_found(sealed):
    milliseconds = int((now() - timedelta(days=2)).timestamp() * 1000)
    late = UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)
    row = {"id": late, "actor_id": late, "action": "a.b", "kind": "x", "subject_id": late}
    change(insert(AuditEntry).values(**row, changes={}, reason=""))

    assert list(sealing.faults()) == [f"entry {late} was inserted after its time was sealed"]


@pytest.mark.parametrize("kept", [2, 1, 0])
def test_a_cut_tail_is_found(sealed, kept):
    numbers = range(kept + 1, 4)
    gone = sealed[2 * kept :]
    change(
        delete(AuditEntry).where(AuditEntry.id.in_(gone)),
        delete(SealedEntry).where(SealedEntry.seal_number.in_(numbers)),
        delete(Seal).where(Seal.number.in_(numbers)),
    )

    assert list(sealing.faults()) == [f"the tail was cut: seal 3 was made, {kept} is left"]


def test_a_seal_taken_out_is_found(sealed):
    change(delete(Seal).where(Seal.number == 2))

    assert list(sealing.faults())[:2] == [
        "seal 2 is missing; seal 3 stands in its place",
        "seal 3 does not follow the seal before it",
    ]


def test_entries_that_commit_late_are_sealed_with_the_next_link(sealed):
    milliseconds = int((now() - timedelta(minutes=10)).timestamp() * 1000)
    late = UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62)
    row = {"id": late, "actor_id": late, "action": "a.b", "kind": "x", "subject_id": late}
    change(insert(AuditEntry).values(**row, changes={}, reason=""))

    assert sealing.seal() == 1
    assert list(sealing.faults()) == []


def test_many_are_sealed_in_several_links(sealed, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_AT_ONCE", 10)
    with atomic():
        for _ in itertools.repeat(None, 25):
            services.record(SYSTEM, "accounts.test", uuid4())

    assert sealing.seal() == 25
    assert list(sealing.faults()) == []


def test_the_command_tells_and_fails_on_a_fault(sealed):
    fine = CliRunner().invoke(cli.verify)
    change(text("update audit_entry set reason = 'x'"))
    broken = CliRunner().invoke(cli.verify)

    assert (fine.exit_code, broken.exit_code) == (0, 1)
    assert broken.output.count("was altered") == 6
