"""The lines above what is quoted, in the reader's language, in the forms that mail programs and we know as such."""

from datetime import datetime

_FORMS: dict[str, tuple[str, str]] = {
    "cs": ("{date} v {time}, {author} napsal(a):", "%d. %m. %Y"),
    "da": ("Den {date} kl. {time} skrev {author}:", "%d.%m.%Y"),
    "de": ("Am {date} um {time} schrieb {author}:", "%d.%m.%Y"),
    "en": ("On {date} at {time}, {author} wrote:", "%Y-%m-%d"),
    "es": ("El {date} a las {time}, {author} escribió:", "%d/%m/%Y"),
    "fi": ("{date} klo {time} {author} kirjoitti:", "%d.%m.%Y"),
    "fr": ("Le {date} à {time}, {author} a écrit :", "%d/%m/%Y"),
    "it": ("Il {date} alle {time}, {author} ha scritto:", "%d/%m/%Y"),
    "nl": ("Op {date} om {time} schreef {author}:", "%d-%m-%Y"),
    "no": ("Den {date} kl. {time} skrev {author}:", "%d.%m.%Y"),
    "pl": ("W dniu {date} o {time} {author} pisze:", "%d.%m.%Y"),
    "pt": ("Em {date} às {time}, {author} escreveu:", "%d/%m/%Y"),
    "sv": ("Den {date} kl. {time} skrev {author}:", "%Y-%m-%d"),
}

_ABOVE: dict[str, str] = {
    "cs": "Odpovězte prosím nad tímto řádkem",
    "da": "Skriv venligst dit svar over denne linje",
    "de": "Bitte antworten Sie oberhalb dieser Zeile",
    "en": "Please answer above this line",
    "es": "Responda por encima de esta línea",
    "fi": "Vastaa tämän rivin yläpuolelle",
    "fr": "Veuillez répondre au-dessus de cette ligne",
    "it": "Rispondere sopra questa riga",
    "nl": "Antwoord boven deze regel",
    "no": "Svar over denne linjen",
    "pl": "Prosimy odpowiadać powyżej tej linii",
    "pt": "Responda acima desta linha",
    "sv": "Svara ovanför den här raden",
}


def reply_line(language: str) -> str:
    """The line above the history, so that answers split exactly; in English where the language is not known.

    >>> reply_line("de-AT")
    '##- Bitte antworten Sie oberhalb dieser Zeile -##'
    """
    return f"##- {_ABOVE.get(language.lower()[:2], _ABOVE['en'])} -##"


def attribution(author: str, at: datetime, language: str) -> str:
    """Who said what follows, and when; English where the language is not known.

    >>> attribution("Vera", datetime(2026, 3, 2, 12, 5), "de-AT")
    'Am 02.03.2026 um 12:05 schrieb Vera:'
    """
    form, day = _FORMS.get(language.lower()[:2], _FORMS["en"])
    return form.format(date=at.strftime(day), time=at.strftime("%H:%M"), author=author)
