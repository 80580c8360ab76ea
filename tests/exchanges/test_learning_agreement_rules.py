"""Learning agreements: three snapshots, their ids, and the rules a schema does not enforce."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Conflict
from app.exchanges.rules.learning_agreement_checks import (
    Side,
    Signature,
    Signed,
    WholeAgreement,
    check,
)
from app.exchanges.rules.learning_agreement_xml import (
    UnreadableMessage,
    agreements,
    snapshots,
    tree,
    updates,
)
from app.exchanges.rules.learning_agreements import (
    AgreementKind,
    Component,
    Content,
    Snapshots,
    Status,
    Table,
    difference,
    effective,
    restored,
    totals,
    with_component,
    without_component,
)
from tests.conftest import SAMPLES

SCENARIO = SAMPLES / "ewp" / "scenario-omobility-las"
EXAMPLE = SAMPLES / "ewp/examples/ewp-specs-api-omobility-las/examples" / "get-response-example.xml"
NO_SAMPLES = "NOTICE: the sample messages are not here"

texts = st.text("abcčћ 王 e\u0301", max_size=6)
rows = st.builds(
    Component,
    table=st.sampled_from(sorted(Table)),
    title=texts,
    code=st.sampled_from(["", "A1", "B2"]),
    term=st.none() | st.tuples(st.integers(1, 2), st.just(2)),
    credits=st.lists(st.tuples(st.just("ects"), st.sampled_from(["6", "3.5"])), max_size=1).map(
        tuple
    ),
)
lists = st.lists(rows, max_size=6).map(tuple)


def plain(components) -> Counter:
    return Counter(one.key for one in components)


@given(first=lists, data=st.data())
def test_what_holds_is_the_first_version_without_what_was_deleted_with_what_was_inserted(
    first, data
):
    kept = Content(first)
    draft = Content()
    for _ in range(data.draw(st.integers(0, 5))):
        standing = effective(kept, draft)
        if standing and data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(standing))
            draft = without_component(kept, draft, gone.key, reason_code="not-available")
            assert plain(effective(kept, draft)) == plain(standing) - plain([gone])
        else:
            new = data.draw(rows)
            draft = with_component(kept, draft, new)
            assert plain(effective(kept, draft)) == plain(standing) + plain([new])

    deleted = [one for one in draft.components if one.status == Status.DELETED]
    inserted = [one for one in draft.components if one.status == Status.INSERTED]
    assert plain(effective(kept, draft)) == plain(first) - plain(deleted) + plain(inserted)
    assert plain(deleted) <= plain(first)
    assert kept == Content(first)


@given(first=lists, second=lists, seed=st.randoms())
def test_an_id_changes_if_and_only_if_the_content_does(first, second, seed):
    shuffled = list(first)
    seed.shuffle(shuffled)
    read_again = Content.from_json(Content(tuple(shuffled)).as_json())

    assert read_again.id == Content(first).id
    assert (Content(first).id == Content(second).id) == (plain(first) == plain(second))


@pytest.mark.parametrize(
    ("one", "other"),
    [({"title": "Logic "}, {"title": "Logic"}), ({"title": "c\u030c"}, {"title": "č"})],
)
def test_how_something_is_written_is_no_content(one, other):
    kind = {"table": Table.STUDIED}

    assert Content((Component(**kind, **one),)).id == Content((Component(**kind, **other),)).id


def test_amounts_are_compared_as_numbers():
    six, also_six, seven = (
        Content((Component(Table.STUDIED, "Logic", credits=(("ects", text),)),)).id
        for text in ("6", "6.0", "7")
    )

    assert six == also_six != seven


@given(first=lists, drafts=st.lists(lists, min_size=1, max_size=4))
def test_the_first_version_never_changes(first, drafts):
    agreed = Snapshots().propose(Content(first), "1").approve("1", Content(first))
    for number, draft in enumerate(drafts):
        changes = Content(draft)
        later = agreed.propose(changes, str(number))
        with pytest.raises(Conflict):
            later.approve(f"not {number}", changes)
        with pytest.raises(Conflict):
            agreed.approve(str(number), changes)
        assert later.withdraw(str(number)) == agreed
        agreed = later.approve(str(number), changes)
        assert agreed == Snapshots(Content(first), changes)


@given(before=lists, after=lists)
def test_a_difference_leads_from_one_list_to_the_other(before, after):
    found = difference(before, after)

    assert plain(before) - plain(found.removed) + plain(found.added) == plain(after)
    assert not plain(found.removed) & plain(found.added)


def test_what_was_deleted_may_come_back():
    logic = Component(Table.STUDIED, "Logic")
    first = Content((logic,))
    draft = without_component(first, Content(), logic.key, reason_code="not-available")

    assert restored(draft, logic.key) == Content()
    assert with_component(first, draft, logic) == Content()
    assert without_component(first, draft, logic.key) is None
    assert restored(Content(), "nothing") == Content()


def test_credits_are_added_up_by_scheme():
    found = totals(
        [
            Component(Table.STUDIED, "a", credits=(("ects", "6"),)),
            Component(Table.STUDIED, "b", credits=(("ects", "1.5"), ("local", "2"))),
            Component(Table.STUDIED, "c", credits=(("ects", "many"),)),
        ]
    )

    assert {scheme: str(value) for scheme, value in found.items()} == {"ects": "7.5", "local": "2"}


@pytest.mark.skipif(not SCENARIO.exists(), reason=NO_SAMPLES)
def test_the_scenario_of_twelve_steps_replays_equal_at_every_step():
    held: Snapshots[Signed] = Snapshots()
    seen = []
    for number in range(1, 13):
        (path,) = SCENARIO.glob(f"{number:02}-*.xml")
        root = tree(b"<r>" + path.read_bytes() + b"</r>")
        for update in updates(root):
            if update.is_approved:
                held.require(update.proposal_id)
                signed = held.proposal
                all_three = {**signed.signatures, "host": update.signature}
                held = held.approve(update.proposal_id, Signed(signed.content, all_three))
            else:
                assert update.comment
                held = held.withdraw(update.proposal_id)
        found = snapshots(root)
        if not found:
            continue
        if "proposal" in found:
            held = held.propose(found["proposal"], found["proposal"].id)
        names = {"first": held.first, "approved": held.approved, "proposal": held.proposal}
        assert found == {name: one for name, one in names.items() if one is not None}
        seen.append((number, *sorted(found)))
        changes = (held.proposal or held.approved or held.first).content
        first = held.first.content if held.first else None
        standing = effective(first, changes if changes is not first else None)
        assert {one.status for one in standing} <= {""}

    assert seen == [
        (1, "proposal"),
        (3, "proposal"),
        (5, "first"),
        (6, "first", "proposal"),
        (8, "approved", "first", "proposal"),
        (10, "approved", "first", "proposal"),
        (12, "approved", "first"),
    ]
    assert [one.title for one in effective(held.first.content, held.approved.content)] == [
        "Big Data Mining and Processing",
        "Analiza matematyczna II",
        "Computational Social Choice Theory",
        "Artificial Intelligence and Expert Systems",
        "Aspect oriented programming use cases",
    ]


HAND = Signature("2026-11-22T12:00:00Z", "Ana Anić", "Coordinator", "ana@example.org")
LOGIC = Component(Table.STUDIED, "Logic", term=(1, 2))
AT_HOME = Component(Table.RECOGNISED, "Logika", term=(1, 2))
SOUND = WholeAgreement(
    kind=AgreementKind.SEMESTERS,
    home=Side("unibl.org", "Faculty of Medicine"),
    host=Side("sumhs.edu.cn"),
    student={
        "given_names": "Ana",
        "family_name": "Anić",
        "global_id": "urn:schac:personalUniqueCode:int:esi:unibl.org:1",
        "birth_date": "2004-02-29",
        "citizenship": "BA",
        "gender": "2",
        "email": "ana@example.org",
    },
    starts="2027-02",
    ends="2027-06",
    isced="0912",
    language="en",
    cefr="B2",
    first=Signed(Content((LOGIC, AT_HOME)), {"student": HAND, "home": HAND, "host": HAND}),
)


def changed(components) -> WholeAgreement:
    """The sound agreement with a proposal of these components."""
    signed = Signed(Content(tuple(components)), {"student": HAND, "home": HAND}, "1")
    return replace(SOUND, proposal=signed)


def first_as(**values) -> WholeAgreement:
    """The sound agreement with another first version."""
    return replace(SOUND, first=replace(SOUND.first, **values))


INSERTED = replace(LOGIC, title="Sets", status="inserted")
WRONG = {
    "snapshot-missing": replace(SOUND, first=None),
    "signature-missing": first_as(signatures={"student": HAND, "home": HAND}),
    "term-missing": first_as(content=Content((replace(LOGIC, term=None), AT_HOME))),
    "signer-unnamed": first_as(
        signatures={"student": HAND, "home": replace(HAND, name=""), "host": HAND}
    ),
    "student-incomplete": replace(SOUND, student={**SOUND.student, "global_id": ""}),
    "unit-missing": replace(SOUND, home=Side("unibl.org")),
    "isced-not-four-digits": replace(SOUND, isced="31"),
    "status-in-first-version": first_as(
        content=Content((replace(LOGIC, status="inserted"), AT_HOME))
    ),
    "reason-for-the-other-change": changed([replace(INSERTED, reason_code="not-available")]),
    "dates-out-of-order": replace(SOUND, starts="2027-07"),
    "isced-unknown": replace(SOUND, isced="1234"),
    "language-unknown": replace(SOUND, cefr="B3"),
    "proposal-without-id": replace(
        changed([INSERTED]), proposal=replace(changed([INSERTED]).proposal, id="")
    ),
    "proposal-signed-by-host": replace(
        SOUND, proposal=Signed(Content((INSERTED,)), SOUND.first.signatures, "1")
    ),
    "changes-before-first-version": replace(
        SOUND, first=None, approved=Signed(SOUND.first.content, SOUND.first.signatures)
    ),
    "components-missing": first_as(content=Content((LOGIC,))),
    "component-in-wrong-table": first_as(
        content=Content((LOGIC, AT_HOME, Component(Table.BLENDED, "Week in Shanghai")))
    ),
    "term-impossible": first_as(content=Content((replace(LOGIC, term=(3, 2)), AT_HOME))),
    "component-twice": first_as(content=Content((LOGIC, LOGIC, AT_HOME))),
    "status-missing-in-change": changed([replace(INSERTED, status="")]),
    "deletes-what-is-not-there": changed([replace(INSERTED, status="deleted")]),
    "final-after-first-version": replace(changed([INSERTED]), kind=AgreementKind.BLENDED),
}


def test_a_sound_agreement_breaks_no_rule():
    assert check(SOUND) == []
    assert check(changed([replace(INSERTED, reason_code="substituting-deleted")])) == []


@pytest.mark.parametrize("rule", WRONG)
def test_a_wrong_agreement_is_refused_by_its_rule(rule):
    broken = {finding.rule for finding in check(WRONG[rule])}

    assert rule in broken


MUTATIONS = {
    "snapshot-missing": [("<first-version>", "<former>"), ("</first-version>", "</former>")],
    "signature-missing": [("receiving-hei-signature", "former-signature")],
    "term-missing": [("term-id>", "former-term>")],
    "signer-unnamed": [("signer-name", "former-name")],
    "student-incomplete": [("global-id", "former-id")],
    "unit-missing": [("ounit-name", "former-name")],
    "isced-not-four-digits": [("0541", "31")],
    "status-in-first-version": [
        ("<first-version>\n            <components-studied>\n                <component>",) * 2
    ],
    "reason-for-the-other-change": [("extending-mobility", "not-available")],
    "dates-out-of-order": [("2019-02<", "2019-09<")],
}


@pytest.mark.skipif(not EXAMPLE.exists(), reason=NO_SAMPLES)
@pytest.mark.parametrize("rule", MUTATIONS)
def test_a_wrong_message_is_refused_by_its_rule(rule):
    text = EXAMPLE.read_text("utf-8")
    assert [found for one in agreements(tree(text.encode())) for found in check(one)] == []

    for old, new in MUTATIONS[rule]:
        assert old in text
        text = text.replace(old, new)
    if rule == "status-in-first-version":
        text = text.replace("<component>", '<component status="inserted">', 1)
    if rule == "snapshot-missing":
        for name in ("approved-changes", "changes-proposal"):
            text = text.replace(f"<{name}", "<former").replace(f"</{name}", "</former")
    (read,) = agreements(tree(text.encode()))

    assert {finding.rule for finding in check(read)} == {rule}


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE r><r/>",
        '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>',
        "<r>&undefined;</r>",
        "<r>",
        "",
        "<a>" * 100 + "</a>" * 100,
        "<r>" + " " * 2_000_001 + "</r>",
    ],
)
def test_what_is_no_plain_xml_is_refused(text):
    with pytest.raises(UnreadableMessage):
        tree(text.encode())
