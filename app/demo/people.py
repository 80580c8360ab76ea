"""The people of the demo: names as their holders type them, in the scripts they use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from app.core.names import to_latin

T = TypeVar("T")

# Given and family names, each as common at its place as a telephone book would have it.
_BOSNIAN_GIVEN = [
    "Amra",
    "Lejla",
    "Emina",
    "Selma",
    "Adnan",
    "Haris",
    "Tarik",
    "Amina",
    "Kenan",
    "Mirza",
    "Dženana",
    "Nedim",
]
_BOSNIAN_FAMILY = [
    "Hodžić",
    "Begić",
    "Delić",
    "Halilović",
    "Imamović",
    "Kovačević",
    "Mujić",
    "Softić",
    "Čaušević",
]
_SERBIAN_GIVEN = [
    "Миљана",
    "Јован",
    "Ђорђе",
    "Никола",
    "Ана",
    "Љубица",
    "Стефан",
    "Јелена",
    "Његош",
    "Бојана",
    "Срђан",
    "Теодора",
    "Вук",
    "Жељка",
]
_SERBIAN_FAMILY = [
    "Радић",
    "Петровић",
    "Шћепановић",
    "Илић",
    "Ковачевић",
    "Савић",
    "Ђурић",
    "Љубојевић",
    "Цвијић",
    "Његован",
    "Џакула",
    "Бабић",
]
_CHINESE_FAMILY = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("陈", "Chen"), ("刘", "Liu"), ("杨", "Yang"),
    ("赵", "Zhao"), ("吴", "Wu"), ("单", "Shan"), ("曾", "Zeng"),
)  # fmt: skip
_CHINESE_GIVEN = (
    ("晓明", "Xiaoming"), ("婷", "Ting"), ("思远", "Siyuan"), ("丽华", "Lihua"), ("伟", "Wei"),
    ("雨桐", "Yutong"), ("子轩", "Zixuan"), ("静怡", "Jingyi"), ("浩然", "Haoran"),
    ("梦琪", "Mengqi"), ("建国", "Jianguo"), ("欣妍", "Xinyan"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One person; each name is (given, family) in that script, or None."""

    email: str
    institution: str
    language: str
    timezone: str
    latin: tuple[str, str]
    cyrillic: tuple[str, str] | None = None
    han: tuple[str, str] | None = None


def people() -> Iterator[Person]:
    """Yield the same people every time, from Banja Luka, Shanghai and Sarajevo in turn."""
    sources = (_serbian(), _chinese(), _bosnian())
    for trio in zip(*sources, strict=False):
        yield from trio


def _serbian() -> Iterator[Person]:
    for number, (given, family) in enumerate(_mixed(_SERBIAN_GIVEN, _SERBIAN_FAMILY), 1):
        writes_latin = number % 3 == 0
        yield Person(
            f"student{number}@unibl.example",
            "UNIBL",
            "sr_Latn" if writes_latin else "sr_Cyrl",
            "Europe/Sarajevo",
            (to_latin(given), to_latin(family)),
            cyrillic=None if writes_latin else (given, family),
        )


def _bosnian() -> Iterator[Person]:
    for number, (given, family) in enumerate(_mixed(_BOSNIAN_GIVEN, _BOSNIAN_FAMILY), 1):
        yield Person(
            f"student{number}@unsa.example", "UNSA", "bs", "Europe/Sarajevo", (given, family)
        )


def _chinese() -> Iterator[Person]:
    for number, (given, family) in enumerate(_mixed(_CHINESE_GIVEN, _CHINESE_FAMILY), 1):
        yield Person(
            f"student{number}@sumhs.example",
            "SUMHS",
            "zh_Hans_CN",
            "Asia/Shanghai",
            (given[1], family[1]),
            han=(given[0], family[0]),
        )


def _mixed(given: Sequence[T], family: Sequence[T]) -> list[tuple[T, T]]:
    """Pair every given name with every family name, neighbours differing in both."""
    pairs = list(product(range(len(given)), range(len(family))))
    pairs.sort(key=lambda pair: ((pair[1] - pair[0]) % len(family), pair[0]))
    return [(given[first], family[second]) for first, second in pairs]
