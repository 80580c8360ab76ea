"""The institutions of the demo, with a logo drawn for each."""

import io
from dataclasses import dataclass
from uuid import UUID

from PIL import Image, ImageDraw

from app.core.actor import Actor
from app.institutions import services
from app.institutions.services import Details

CENTRE = "CIC"
SIDE = 480
"""Pixels of a logo; it is drawn larger and made smaller, which smooths its edges."""


@dataclass(frozen=True, slots=True)
class Partner:
    """One institution, and how its logo is drawn."""

    code: str
    details: Details
    piers: int
    rooms: tuple[tuple[str, int], ...]


PARTNERS = (
    Partner(
        CENTRE,
        Details(
            name={
                "en": "Collaborative Innovation Centre",
                "zh_Hans_CN": "协同创新中心",
                "sr_Cyrl": "Центар за заједничке иновације",
                "sr_Latn": "Centar za zajedničke inovacije",
                "bs": "Centar za zajedničke inovacije",
            },
            city={"en": "Banja Luka", "zh_Hans_CN": "巴尼亚卢卡", "sr_Cyrl": "Бања Лука"},
            country="BA",
            subdivision="SRP",
            timezone="Europe/Sarajevo",
            website="https://centre.most.example",
            brand_colour="#0c665d",
        ),
        piers=2,
        rooms=(("Innovation hall", 60), ("Studio", 16)),
    ),
    Partner(
        "UNIBL",
        Details(
            name={
                "en": "University of Banja Luka",
                "zh_Hans_CN": "巴尼亚卢卡大学",
                "sr_Cyrl": "Универзитет у Бањој Луци",
                "sr_Latn": "Univerzitet u Banjoj Luci",
                "bs": "Univerzitet u Banjoj Luci",
            },
            city={"en": "Banja Luka", "zh_Hans_CN": "巴尼亚卢卡", "sr_Cyrl": "Бања Лука"},
            country="BA",
            subdivision="SRP",
            timezone="Europe/Sarajevo",
            website="https://www.unibl.example",
            brand_colour="#8a1538",
        ),
        piers=3,
        rooms=(("Amphitheatre 1", 120), ("Seminar room 14", 30), ("Simulation centre", 18)),
    ),
    Partner(
        "SUMHS",
        Details(
            name={
                "en": "Shanghai University of Medicine and Health Sciences",
                "zh_Hans_CN": "上海健康医学院",
                "sr_Cyrl": "Шангајски универзитет медицине и здравствених наука",
                "sr_Latn": "Šangajski univerzitet medicine i zdravstvenih nauka",
                "bs": "Šangajski univerzitet medicine i zdravstvenih nauka",
            },
            city={"en": "Shanghai", "zh_Hans_CN": "上海", "sr_Cyrl": "Шангај"},
            country="CN",
            timezone="Asia/Shanghai",
            website="https://www.sumhs.example",
            brand_colour="#1d4f91",
        ),
        piers=4,
        rooms=(("Laboratory 3-210", 24), ("Lecture hall B", 90)),
    ),
    Partner(
        "UNSA",
        Details(
            name={
                "en": "University of Sarajevo",
                "zh_Hans_CN": "萨拉热窝大学",
                "sr_Cyrl": "Универзитет у Сарајеву",
                "sr_Latn": "Univerzitet u Sarajevu",
                "bs": "Univerzitet u Sarajevu",
            },
            city={"en": "Sarajevo", "zh_Hans_CN": "萨拉热窝", "sr_Cyrl": "Сарајево"},
            country="BA",
            subdivision="BIH",
            timezone="Europe/Sarajevo",
            website="https://www.unsa.example",
            brand_colour="#5b3a8c",
        ),
        piers=5,
        rooms=(("Hall 2", 45),),
    ),
)


def make(actor: Actor) -> dict[str, UUID]:
    """Create the institutions; return their ids by code."""
    made = {}
    for partner in PARTNERS:
        is_centre = partner.code == CENTRE
        made[partner.code] = services.create(
            actor, partner.code, partner.details, is_centre=is_centre
        )
        services.set_logo(actor, made[partner.code], logo(partner))
    return made


def logo(partner: Partner) -> bytes:
    """Draw a bridge of as many arches as the institution has piers, as PNG."""
    scale = 2
    side = SIDE * scale
    colour = partner.details.brand_colour
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((0, 0, side - 1, side - 1), fill=colour)
    left, right, deck, water = side * 0.14, side * 0.86, side * 0.44, side * 0.70
    draw.rectangle((left, deck, right, deck + side * 0.07), fill="white")
    width = (right - left) / partner.piers
    for number in range(partner.piers):
        begin = left + number * width
        draw.rectangle((begin, deck, begin + width, water), fill="white")
        inset = width * 0.12
        box = (begin + inset, deck + side * 0.08, begin + width - inset, water * 1.28)
        draw.pieslice(box, 180, 360, fill=colour)
    draw.rectangle((0, water, side, side), fill=(0, 0, 0, 0))
    draw.chord((0, 0, side - 1, side - 1), 24, 156, fill=colour)
    for line in range(2):
        y = side * (0.755 + 0.075 * line)
        indent = side * (0.20 + 0.09 * line)
        draw.rounded_rectangle((indent, y, side - indent, y + side * 0.025), 9, fill="white")
    small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
