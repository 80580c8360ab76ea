"""The names of the fields of ISCED-F 2013 in the reader's language.

Names that follow from another one, such as "Arts not elsewhere classified", are composed of it.
"""

from collections.abc import Callable
from functools import cache

from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.exchanges.rules import isced

_NAMES: dict[str, str] = {
    "00": _l("Generic programmes and qualifications"),
    "001": _l("Basic programmes and qualifications"),
    "002": _l("Literacy and numeracy"),
    "003": _l("Personal skills and development"),
    "01": _l("Education"),
    "0111": _l("Education science"),
    "0112": _l("Training for pre-school teachers"),
    "0113": _l("Teacher training without subject specialisation"),
    "0114": _l("Teacher training with subject specialisation"),
    "02": _l("Arts and humanities"),
    "021": _l("Arts"),
    "0211": _l("Audio-visual techniques and media production"),
    "0212": _l("Fashion, interior and industrial design"),
    "0213": _l("Fine arts"),
    "0214": _l("Handicrafts"),
    "0215": _l("Music and performing arts"),
    "022": _l("Humanities (except languages)"),
    "0221": _l("Religion and theology"),
    "0222": _l("History and archaeology"),
    "0223": _l("Philosophy and ethics"),
    "0228": _l("Humanities"),
    "023": _l("Languages"),
    "0231": _l("Language acquisition"),
    "0232": _l("Literature and linguistics"),
    "03": _l("Social sciences, journalism and information"),
    "031": _l("Social and behavioural sciences"),
    "0311": _l("Economics"),
    "0312": _l("Political sciences and civics"),
    "0313": _l("Psychology"),
    "0314": _l("Sociology and cultural studies"),
    "032": _l("Journalism and information"),
    "0321": _l("Journalism and reporting"),
    "0322": _l("Library, information and archival studies"),
    "04": _l("Business, administration and law"),
    "041": _l("Business and administration"),
    "0411": _l("Accounting and taxation"),
    "0412": _l("Finance, banking and insurance"),
    "0413": _l("Management and administration"),
    "0414": _l("Marketing and advertising"),
    "0415": _l("Secretarial and office work"),
    "0416": _l("Wholesale and retail sales"),
    "0417": _l("Work skills"),
    "042": _l("Law"),
    "05": _l("Natural sciences, mathematics and statistics"),
    "051": _l("Biological and related sciences"),
    "0511": _l("Biology"),
    "0512": _l("Biochemistry"),
    "052": _l("Environment"),
    "0521": _l("Environmental sciences"),
    "0522": _l("Natural environments and wildlife"),
    "053": _l("Physical sciences"),
    "0531": _l("Chemistry"),
    "0532": _l("Earth sciences"),
    "0533": _l("Physics"),
    "054": _l("Mathematics and statistics"),
    "0541": _l("Mathematics"),
    "0542": _l("Statistics"),
    "06": _l("Information and communication technologies"),
    "0611": _l("Computer use"),
    "0612": _l("Database and network design and administration"),
    "0613": _l("Software and applications development and analysis"),
    "07": _l("Engineering, manufacturing and construction"),
    "071": _l("Engineering and engineering trades"),
    "0711": _l("Chemical engineering and processes"),
    "0712": _l("Environmental protection technology"),
    "0713": _l("Electricity and energy"),
    "0714": _l("Electronics and automation"),
    "0715": _l("Mechanics and metal trades"),
    "0716": _l("Motor vehicles, ships and aircraft"),
    "072": _l("Manufacturing and processing"),
    "0721": _l("Food processing"),
    "0722": _l("Materials (glass, paper, plastic and wood)"),
    "0723": _l("Textiles (clothes, footwear and leather)"),
    "0724": _l("Mining and extraction"),
    "073": _l("Architecture and construction"),
    "0731": _l("Architecture and town planning"),
    "0732": _l("Building and civil engineering"),
    "08": _l("Agriculture, forestry, fisheries and veterinary"),
    "081": _l("Agriculture"),
    "0811": _l("Crop and livestock production"),
    "0812": _l("Horticulture"),
    "082": _l("Forestry"),
    "083": _l("Fisheries"),
    "084": _l("Veterinary"),
    "09": _l("Health and welfare"),
    "091": _l("Health"),
    "0911": _l("Dental studies"),
    "0912": _l("Medicine"),
    "0913": _l("Nursing and midwifery"),
    "0914": _l("Medical diagnostic and treatment technology"),
    "0915": _l("Therapy and rehabilitation"),
    "0916": _l("Pharmacy"),
    "0917": _l("Traditional and complementary medicine and therapy"),
    "092": _l("Welfare"),
    "0921": _l("Care of the elderly and of disabled adults"),
    "0922": _l("Child care and youth services"),
    "0923": _l("Social work and counselling"),
    "10": _l("Services"),
    "101": _l("Personal services"),
    "1011": _l("Domestic services"),
    "1012": _l("Hair and beauty services"),
    "1013": _l("Hotel, restaurants and catering"),
    "1014": _l("Sports"),
    "1015": _l("Travel, tourism and leisure"),
    "102": _l("Hygiene and occupational health services"),
    "1021": _l("Community sanitation"),
    "1022": _l("Occupational health and safety"),
    "103": _l("Security services"),
    "1031": _l("Military and defence"),
    "1032": _l("Protection of persons and property"),
    "104": _l("Transport services"),
    "99": _l("Field unknown"),
}
"""Every name of its own, by the first code that has it."""

_INVOLVING = "Inter-disciplinary programmes and qualifications involving "
_ENDINGS: dict[str, Callable[[str], str]] = {
    " not further defined": lambda field: _("%(field)s not further defined", field=field),
    " not elsewhere classified": lambda field: _("%(field)s not elsewhere classified", field=field),
}


def field_title(code: str) -> str:
    """Return the name of a field, or its code when it is unknown."""
    english = isced.name_of(code)
    if current_locale() == "en" or not isced.is_known(code):
        return english
    for ending, said in _ENDINGS.items():
        if english.endswith(ending):
            return said(_own(english.removesuffix(ending)))
    if english.startswith(_INVOLVING):
        field = _own(english.removeprefix(_INVOLVING))
        return _(
            "Inter-disciplinary programmes and qualifications involving %(field)s", field=field
        )
    return _own(english)


def field_titles(digits: int) -> dict[str, str]:
    """Return the fields whose codes have so many digits, by their codes."""
    return {code: field_title(code) for code in isced.of_length(digits)}


def _own(english: str) -> str:
    return str(_NAMES[_codes()[_key(english)]])


@cache
def _codes() -> dict[str, str]:
    """Return the code under which each English name stands, whatever its capitals."""
    names = isced.names()
    own = {_key(names[code]): code for code in _NAMES if _INVOLVING not in names[code]}
    return own | {"humanities": "0228"}


def _key(english: str) -> str:
    return english.casefold().removesuffix(" (icts)")
