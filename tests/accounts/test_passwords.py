"""Passwords: which may be chosen, and how they are kept."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import passwords, rules


def test_the_shipped_list_is_long_and_folded():
    common = passwords.common()

    assert len(common) >= 3000
    assert all(word == word.lower() and word for word in common)


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "password1234",
        "Password12345!",
        "P@ssw0rdP@ssw0rd",
        "iloveyou1314520",
        "qwertyuiop123",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012",
        "lozinka123456",
        "woaini1314520",
        "xiaoming sails far",
        "far 晓明 sails on",
        "the Univerzitet team",
        "mostly harmless words",
        "x" * 1001,
    ],
)
def test_what_is_tried_first_cannot_be_chosen(password):
    own = ["Wang Xiaoming", "王晓明", "晓明", "Univerzitet u Banjoj Luci"]

    assert passwords.fault(password, own) is not None


@pytest.mark.parametrize(
    "password",
    [
        "seven green lanterns",
        "жути кишобран на киши",
        "七盏绿色的灯笼挂在门口边上",
        "9f$K2m!vTq7z",
        "    spaces at the edge  ",
        "🙂🙃🙂🙃🏮🏮🙂🧭🙂🙃🌧️🌂",
        "k" * 30 + "w1x9" * 20 + "z7q",
    ],
)
def test_anything_long_and_unusual_can_be_chosen(password):
    assert passwords.fault(password, ["Wang Xiaoming"]) is None


@given(password=st.text(min_size=12, max_size=200))
def test_a_password_of_own_words_is_refused_whatever_they_are(password):
    own = rules.own_words([password])

    assert (passwords.fault(password, [password]) is not None) >= bool(own)


def test_a_hash_is_argon2id_with_the_parameters_of_the_design():
    kept = passwords.hashed("seven green lanterns")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_right("seven green lanterns", kept)
    assert not passwords.is_right("seven green lantern", kept)
    assert not passwords.is_right("anything", None)
    assert not passwords.is_right("anything", "!")


def test_nothing_is_cut_from_a_long_password():
    kept = passwords.hashed("x" * 100 + "a")

    assert not passwords.is_right("x" * 100 + "b", kept)


def test_former_parameters_are_noticed():
    assert passwords.is_outdated(PasswordHasher(1, 8192, 1).hash("x"))
    assert not passwords.is_outdated(passwords.hashed("x"))


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("Ana.Anic+x@Example.ORG", True),
        ("a@b.co", True),
        ("a@b", False),
        ("a b@example.org", False),
        ("a@-x.org", False),
        ("a@example.org\r\nBcc: x@example.org", False),
        ("a" * 65 + "@example.org", False),
        ("", False),
    ],
)
def test_addresses(typed, is_one):
    assert rules.is_address(typed) is is_one
