"""The reply is told from what it answers: on the real mails, in the languages of the world, and in HTML."""

# ruff: noqa: RUF001 - letters of other scripts are what these tests are about.

from pathlib import Path

import pytest
from tests.channels.real_mails import files_of

from rapport.channels.inbound.rules import reading, splitting
from rapport.channels.inbound.rules.limits import SPLIT_LINES
from rapport.channels.outbound.rules.attributions import reply_line

ANSWER = "Answer line one.\nAnswer line two."
QUOTED = "> quoted one\n> quoted two"
BARE = "quoted one\nquoted two"
ATTRIBUTIONS = [
    "On Mon, 3 Feb 2025 at 10:11, Ada Lovelace <ada@example.org> wrote:",
    "On Feb 3, 2025, at 10:11, Ada Lovelace <ada@example.org> wrote:",
    "On 03/02/2025 10:11, Ada Lovelace wrote:",
    "Am 03.02.25 um 10:11 schrieb Ada Lovelace:",
    "Am Mo., 3. Feb. 2025 um 10:11 Uhr schrieb Ada Lovelace <\nada@example.org>:",
    "Ada Lovelace <ada@example.org> schrieb am Mo. 3. Feb. 2025 um 10:11:",
    "Le lun. 3 févr. 2025 à 10:11, Ada Lovelace <ada@example.org> a\nécrit :",
    "Le 03/02/2025 à 10:11, Ada Lovelace a écrit :",
    "El lun, 3 feb 2025 a las 10:11, Ada Lovelace (<ada@example.org>)\nescribió:",
    "Il giorno lun 3 feb 2025 alle ore 10:11 Ada Lovelace <\nada@example.org> ha scritto:",
    "Em seg., 3 de fev. de 2025 às 10:11, Ada Lovelace <ada@example.org>\nescreveu:",
    "Op ma 3 feb 2025 om 10:11 schreef Ada Lovelace <ada@example.org>:",
    "Op 3 feb. 2025, om 10:11 heeft Ada Lovelace <ada@example.org> het volgende geschreven:",
    "man. 3. feb. 2025 kl. 10:11 skrev Ada Lovelace <ada@example.org>:",
    "Den mån 3 feb. 2025 kl 10:11 skrev Ada Lovelace <ada@example.org>:",
    "ma 3. helmik. 2025 klo 10.11 Ada Lovelace (ada@example.org) kirjoitti:",
    "pon., 3 lut 2025 o 10:11 Ada Lovelace <ada@example.org> napisał(a):",
    "пн, 3 февр. 2025 г. в 10:11, Ada Lovelace <ada@example.org>:",
    "03.02.2025 10:11, Ada Lovelace пишет:",
    "Dne 03. 02. 25 v 10:11 Ada Lovelace napsal(a):",
    "Στις Δευ 3 Φεβ 2025 στις 10:11 π.μ., ο/η Ada Lovelace <ada@example.org> έγραψε:",
    "Ada Lovelace <ada@example.org>, 3 Şub 2025 Pzt, 10:11 tarihinde şunu yazdı:",
    "Ada Lovelace <ada@example.org> 于2025年2月3日周一 10:11写道：",
    "2025年2月3日(月) 10:11 Ada Lovelace <ada@example.org>:",
    "2025년 2월 3일 (월) 오전 10:11, Ada Lovelace <ada@example.org>님이 작성:",
    "În lun., 3 feb. 2025 la 10:11, Ada Lovelace <ada@example.org> a scris:",
    "Ada Lovelace <ada@example.org> ezt írta (időpont: 2025. febr. 3., H, 10:11):",
    "Vào Th 2, 3 thg 2, 2025 vào lúc 10:11 Ada Lovelace <ada@example.org> đã viết:",
    "\u202bבתאריך יום ב׳, 3 בפבר׳ 2025 ב-10:11 מאת \u202aAda Lovelace\u202c\u200f <\u202aada@example.org\u202c>:\u202c",
    "Quoting Ada Lovelace <ada@example.org>:",
    "---- On Mon, 03 Feb 2025 10:11:12 +0100 Ada Lovelace <ada@example.org> wrote ----",
    "-----Ada Lovelace <ada@example.org> wrote: -----",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Ada [mailto:ada@example.org]\nSent: Monday, February 3, 2025 10:11 AM\nTo: Joe",
    "________________________________\nFrom: Ada <ada@example.org>\nSent: Monday, February 3, 2025 10:11 AM\nTo: Joe",
    "*Von:* Ada <ada@example.org>\n*Gesendet:* Montag, 3. Februar 2025 10:11\n*An:* Joe\n*Betreff:* x",
    "De : Ada <ada@example.org>\nEnvoyé : lundi 3 février 2025 10:11\nÀ : Joe\nObjet : RE: x",
    "De: Ada <ada@example.org>\nEnviado el: lunes, 3 de febrero de 2025 10:11\nPara: Joe\nAsunto: RE: x",
    "Da: Ada <ada@example.org>\nInviato: lunedì 3 febbraio 2025 10:11\nA: Joe\nOggetto: R: x",
    "Van: Ada <ada@example.org>\nVerzonden: maandag 3 februari 2025 10:11\nAan: Joe\nOnderwerp: RE: x",
    "Fra: Ada <ada@example.org>\nSendt: mandag 3. februar 2025 10:11\nTil: Joe\nEmne: Sv: x",
    "Från: Ada <ada@example.org>\nSkickat: den 3 februari 2025 10:11\nTill: Joe\nÄmne: Sv: x",
    "Lähettäjä: Ada <ada@example.org>\nLähetetty: maanantai 3. helmikuuta 2025 10:11\nAihe: VS: x",
    "Od: Ada <ada@example.org>\nWysłano: poniedziałek, 3 lutego 2025 10:11\nDo: Joe\nTemat: RE: x",
    "От: Ada <ada@example.org>\nОтправлено: 3 февраля 2025 г. 10:11\nКому: Joe\nТема: RE: x",
    "Od: Ada <ada@example.org>\nOdesláno: pondělí 3. února 2025 10:11\nKomu: Joe\nPředmět: RE: x",
    "发件人: Ada <ada@example.org>\n发送时间: 2025年2月3日 10:11\n收件人: Joe\n主题: 回复: x",
    "差出人: Ada <ada@example.org>\n送信日時: 2025年2月3日 10:11\n宛先: Joe\n件名: RE: x",
    "보낸 사람: Ada <ada@example.org>\n보낸 날짜: 2025년 2월 3일 10:11\n받는 사람: Joe\n제목: RE: x",
    "Kimden: Ada <ada@example.org>\nGönderme tarihi: 3 Şubat 2025 Pazartesi 10:11\nKime: Joe\nKonu: x",
    "Από: Ada <ada@example.org>\nΣτάλθηκε: Δευτέρα, 3 Φεβρουαρίου 2025 10:11\nΠρος: Joe\nΘέμα: x",
    "-------- Original Message --------\nSubject: x\nDate: Mon, 3 Feb 2025 10:11\nFrom: Ada <ada@example.org>",
    reply_line("de"),
]


def lines_of(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.shared_data
def test_the_reply_is_right_in_every_real_mail(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "replies.tar.gz")
    mails = [name.removeprefix("emails/") for name in files if name.startswith("emails/")]
    wrong = [
        name
        for name in mails
        if lines_of(splitting.split(files[f"emails/{name}"].decode()).reply_text)
        != lines_of(files[f"trimmed/{name}"].decode())
    ]
    assert len(mails) == 23
    assert wrong == []


@pytest.mark.shared_data
def test_the_reply_is_right_as_real_mail_programs_write_it(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "signatures.tar.gz")
    replies = {
        name: content
        for name, content in files.items()
        if "/standard_replies/" in name and name.endswith(".eml")
    }
    assert len(replies) == 12
    for name, raw in replies.items():
        assert splitting.split_mail(reading.read(raw)).reply_text == "Hello", name


@pytest.mark.shared_data
def test_the_reply_is_right_in_the_html_of_real_mail_programs(shared_data: Path) -> None:
    files = files_of(shared_data / "mail" / "signatures.tar.gz")
    replies = {name: content for name, content in files.items() if "/html_replies/" in name}
    assert len(replies) == 9
    for name, html in replies.items():
        reply = splitting.split_html(html.decode("utf-8", "replace")).reply_text
        assert " ".join(reply.split()) == "Hi. I am fine. Thanks, Alex", name


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_reply_above_below_or_between_is_found_in_every_language(attribution: str) -> None:
    for text in (
        f"{ANSWER}\n\n{attribution}\n\n{QUOTED}\n",
        f"{ANSWER}\n{attribution}\n{QUOTED}\n",
        f"{ANSWER}\n\n{attribution}\n\n{BARE}\n",
        f"{attribution}\n{QUOTED}\n\n{ANSWER}\n",
        f"{ANSWER}\n\nSent from my iPhone\n\n{attribution}\n\n{QUOTED}\n\n-- \nA list",
    ):
        assert splitting.split(text).reply_text == ANSWER


@pytest.mark.parametrize("block", BLOCKS)
def test_a_reply_above_a_block_of_fields_is_found_in_every_language(block: str) -> None:
    for text in (f"{ANSWER}\n\n{block}\n\n{BARE}\n", f"{ANSWER}\n{block}\n\n{QUOTED}\n"):
        assert splitting.split(text).reply_text == ANSWER


def test_answers_between_the_lines_stay_where_they_are() -> None:
    between = "On Mon, 3 Feb 2025 at 10:11, Ada <ada@example.org> wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo."
    found = splitting.split(f"Hi,\n\n{between}\n\n-- \nJoe")
    assert found.reply_text == f"Hi,\n\n{between}"
    assert found.quoted_text == "-- \nJoe"


def test_a_text_of_nothing_but_quotation_is_all_reply() -> None:
    for text in (
        "> quoted",
        "On Mon, 3 Feb 2025, Ada <ada@example.org> wrote:\n> quoted",
        "-----Original Message-----",
    ):
        assert splitting.split(text) == splitting.Split(text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\n\nmy boss wrote: please mend this.\nThanks",
        "Hello\n\nOn Monday the man wrote:\n\nnothing came.\n\nBye",
        "From: Berlin\nTo: Paris\nwe travel on Monday",
        "Name: Joe\nOrder: 12345\nDate: 2025-02-03\nMail: joe@example.org\nIt is broken.",
        "Sent from our warehouse on Monday, the box never came.\nPlease help.",
        "a > b and\nc -- d",
        "- one\n- two\n\n* three",
    ],
)
def test_words_of_a_person_are_not_taken_for_a_quotation(text: str) -> None:
    assert splitting.split(text) == splitting.Split(text, "")


def test_nothing_is_lost_between_reply_and_rest() -> None:
    text = f"{ANSWER}\n\n-- \nAda\n\nOn Mon, 3 Feb 2025, Joe <joe@example.org> wrote:\n{QUOTED}"
    found = splitting.split(text)
    assert "".join((found.reply_text + found.quoted_text).split()) == "".join(text.split())


def test_what_lies_beyond_the_limit_goes_with_the_last_line_looked_at() -> None:
    below = splitting.split(f"{ANSWER}\n" + "more\n" * (SPLIT_LINES + 10))
    assert below.reply_text.endswith("more")
    assert below.quoted_text == ""
    quoted = splitting.split(f"{ANSWER}\n\n" + "> more\n" * (SPLIT_LINES + 10))
    assert quoted.reply_text == ANSWER
    assert quoted.quoted_text.count("> more") == SPLIT_LINES + 10


def test_a_reply_in_html_that_only_html_can_tell_is_found() -> None:
    html = '<div>Yes.</div><div id="divRplyFwdMsg">Hvem: Ada</div><div>The question</div>'
    found = reading.read(b"Content-Type: text/html\n\n" + html.encode())
    assert found.text == "Yes.\nHvem: Ada\nThe question"
    assert splitting.split_mail(found) == splitting.Split("Yes.", "Hvem: Ada\nThe question")


def test_an_answer_below_is_found_when_only_a_greeting_stands_above() -> None:
    quoted = "On Mon, 3 Feb 2025, Ada <ada@example.org> wrote:\n> Does it work?"
    assert (
        splitting.split(f"Dear Ada,\n\n{quoted}\n\nIt does.\n\n-- \nJoe").reply_text
        == f"Dear Ada,\n\n{quoted}\n\nIt does."
    )
    assert splitting.split(f"It does.\n\n{quoted}\n\nJoe").reply_text == "It does."


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Get Outlook for Android<https://aka.ms/ghei36>",
        "Laden Sie Outlook für iOS herunter",
        "Von meinem iPhone gesendet",
        "Von Samsung Mobile gesendet",
        "Gesendet mit der mobilen Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi Samsung",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Sendt fra min iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "Odesláno z iPhonu",
        "iPhone'umdan gönderildi",
        "发自我的iPhone",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
    ],
)
def test_the_small_print_of_a_telephone_is_not_the_reply(line: str) -> None:
    assert splitting.split(f"{ANSWER}\n\n{line}") == splitting.Split(ANSWER, line)
