"""Speaking: survey questions and answers, reviews, ideas, recommendations, gifts, and saying why one leaves."""

from dataclasses import dataclass

from rapport.simulation import company, planted, texts
from rapport.simulation.telling import (
    MEMBERSHIP_DESK,
    REVIEW_PAGE,
    SHOPS,
    SURVEY,
    WEB_SHOP,
    Teller,
    item_name,
    pick,
    place,
)
from rapport.simulation.voices import REASON_NAMES, STAY_NAMES

NEWSLETTER = place("Newsletter")


@dataclass(slots=True)
class Voice:
    """What one occasion made the customer say, in plain values; see `voices.Voices` for scales.

    `blame` names the worst thing that went wrong (a key of `texts.BLAME`).
    """

    asked_at: int
    is_about_contact: bool
    answered_at: int
    face: int
    expected: int
    recommend: int
    review_at: int
    rating: int
    feedback_at: int
    recommended_at: int
    gift_at: int
    luck: int
    stay: int
    blame: str
    items: int
    town: int
    reference: str


def tell(teller: Teller, voice: Voice) -> None:
    """Everything said after one occasion."""
    if voice.asked_at:
        _survey(teller, voice)
    if voice.review_at:
        _review(teller, voice)
    if voice.feedback_at:
        _idea(teller, voice)
    if voice.recommended_at:
        _recommend(teller, voice)
    if voice.gift_at:
        _gift(teller, voice)


def _survey(teller: Teller, voice: Voice) -> None:
    person, claims = teller.person, (teller.person.mail,)
    survey = "after_contact" if voice.is_about_contact else "after_purchase"
    identity = f'"survey":"{survey}","about":"{voice.reference}"'
    teller.tell(
        voice.asked_at,
        "survey_asked",
        company.SURVEYS,
        SURVEY,
        claims=claims,
        direction="out",
        subject=survey.replace("_", " "),
        text=f"Hello {person.first}, one question: how did that feel?",
        properties=f"{{{identity}}}",
    )
    teller.met(voice.asked_at)
    if not voice.answered_at:
        return
    luck = voice.luck
    comment = _opinion(voice, voice.face) if luck % 3 == 0 else pick(texts.STAYING_WORDS, luck >> 3)
    stay = f',"stay_reason":"{STAY_NAMES[voice.stay]}"' if luck % 10 < 4 else ""
    teller.tell(
        voice.answered_at,
        "answer",
        company.SURVEYS,
        SURVEY,
        claims=claims,
        subject=("Felt bad", "Felt poor", "Felt so-so", "Felt good", "Felt very good")[voice.face - 1],
        text=comment.format(town=person.town, item=item_name(voice.items)),
        properties=f'{{{identity},"face":{voice.face},"expected":{voice.expected},"recommend":{voice.recommend}{stay}}}',
    )
    teller.met(voice.answered_at)


def _opinion(voice: Voice, stars: int) -> str:
    luck = voice.luck >> 10
    if stars >= 4:
        return pick(texts.PRAISE, luck)
    return pick(texts.SO_SO, luck) if stars == 3 else pick(texts.BLAME[voice.blame], luck)


def _review(teller: Teller, voice: Voice) -> None:
    luck, stars = voice.luck, voice.rating
    more = _second_opinion(voice, stars)
    closing = pick(texts.REVIEW_CLOSINGS if stars >= 4 else texts.REVIEW_CLOSINGS_BAD, luck >> 17)
    text = " ".join(part for part in (_opinion(voice, stars), more, closing) if part)
    teller.tell(
        voice.review_at,
        "review",
        company.WEB,
        REVIEW_PAGE,
        claims=teller.person.at_web,
        subject=f"{stars} of 5 stars",
        text=text.format(item=item_name(voice.items), town=teller.person.town),
        properties=f'{{"rating":{stars},"about":"{voice.reference}"}}',
    )
    teller.met(voice.review_at)


def _second_opinion(voice: Voice, stars: int) -> str:
    luck = voice.luck >> 23
    if luck % 2 or stars == 3:
        return ""
    other = pick(texts.PRAISE, luck >> 1) if stars >= 4 else pick(texts.BLAME["nothing"], luck >> 1)
    return "" if other == _opinion(voice, stars) else other


def _idea(teller: Teller, voice: Voice) -> None:
    teller.tell(
        voice.feedback_at,
        "feedback",
        company.WEB,
        WEB_SHOP,
        claims=teller.person.at_web,
        subject="an idea",
        text=pick(texts.IDEAS, voice.luck >> 6),
        properties='{"sort":"idea"}',
    )
    teller.met(voice.feedback_at)


def _recommend(teller: Teller, voice: Voice) -> None:
    teller.tell(
        voice.recommended_at,
        "recommendation",
        company.WEB,
        WEB_SHOP,
        claims=teller.person.at_web,
        text=pick(texts.RECOMMENDED, voice.luck >> 9).format(item=item_name(voice.items)),
        properties=f'{{"code":"FRIEND-{teller.person.number}","friends":{1 + (voice.luck >> 2) % 5 // 3}}}',
    )
    teller.met(voice.recommended_at)


def _gift(teller: Teller, voice: Voice) -> None:
    gift = pick(texts.GIFTS, voice.luck >> 12).format(town=teller.person.town)
    teller.tell(
        voice.gift_at,
        "gift",
        company.TILLS,
        SHOPS[voice.town],
        claims=teller.person.at_till,
        direction="out",
        subject=gift,
        properties=f'{{"occasion":"none","cost_minor":{300 + voice.luck % 5 * 100}}}',
    )
    teller.met(voice.gift_at)


def tell_leaving(teller: Teller, *, moment: int, reason: int, luck: int, is_member: bool) -> None:
    """The customer's own word on why they leave: members end the membership, others write."""
    code = REASON_NAMES[reason]
    person = teller.person
    teller.tell(
        moment,
        "subscription_ended" if is_member else "feedback",
        company.MEMBERS if is_member else company.SURVEYS,
        MEMBERSHIP_DESK if is_member else SURVEY,
        claims=person.by_mail,
        subject=planted.REASONS[code].lower(),
        text=pick(texts.LEAVING[code], luck),
        properties=f'{{"sort":"leaving","reason":"{code}"}}',
    )
    teller.met(moment)


def tell_win_back(teller: Teller, *, moment: int, luck: int) -> None:
    """Marketing writes once more to somebody who has gone."""
    teller.tell(
        moment,
        "campaign",
        company.CAMPAIGNS,
        NEWSLETTER,
        claims=(teller.person.mail,),
        direction="out",
        subject=pick(texts.WIN_BACK, luck).format(first=teller.person.first),
        properties='{"campaign":"win-back","department":"Marketing","win_back":true}',
    )
