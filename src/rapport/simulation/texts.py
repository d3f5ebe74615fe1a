"""What people write and say in the made-up company. Sentences are put together from parts, so that few read alike."""

OPENINGS = (
    "Hello, ", "Hi there, ", "Good morning, ", "Hello all, ", "Hi, ", "Dear Wrenfield, ", "Morning! ", "", "", "Hiya, ",
)  # fmt: skip
CLOSINGS = (
    " Thank you, {first}", " Thanks, {first} {last}", " Many thanks.", " Please let me know.", "", "",
    " Kind regards, {first} {last}", " Cheers, {first}", " I look forward to hearing from you.", " Can you help?",
)  # fmt: skip

FAULT = (
    "the {item} I bought came damaged.",
    "the {item} did not survive the first wet day.",
    "after three walks I cannot use the {item} any more.",
    "I asked for another size of the {item} than I was given.",
    "there was a part missing from the {item}.",
    "the {item} I was given had been worn before.",
    "I ordered the {item} from the picture and got something else.",
    "the {item} broke on Sunday, far from any bus.",
)
LATE = (
    "my order {order} should have been here by now. Where is it?",
    "I stayed at home for the parcel with the {item} and nobody came.",
    "order {order} is late and I leave for Scotland on Friday.",
    "your text said the {item} had been sent, and that was days ago.",
    "I was promised the {item} by a date, and the date has passed.",
    "the parcel has been at the depot since Tuesday, it seems. Order {order}.",
)
PRICE = (
    "I was charged more for the {item} than the page said.",
    "the ticket said one price and the till another for the {item}. Could you check order {order}?",
    "my member discount is missing on order {order}.",
    "I think I was charged for delivery twice on order {order}.",
)
ORDER = (
    "may I change the address for order {order}?",
    "can I still swap the {item} for a larger size?",
    "how do I best clean the {item}?",
    "could you send me a receipt for order {order}? It is for work.",
    "do you still have spare parts for the {item}?",
    "I would like to add something to order {order}.",
    "is it too late to collect order {order} from the shop instead?",
)
ASKING = (
    "do you fit boots on Sundays?",
    "is there still a place in the map-reading class on Saturday?",
    "how long does re-soling take?",
    "do you have the two-person tent in stock?",
    "what does the membership cost for a family?",
    "which jacket would you take to Skye in October?",
    "do you price match?",
    "is the shop easy to get into with a wheelchair?",
)
ABOUT = (ORDER, FAULT, LATE, PRICE, ASKING)
ABOUT_NAMES = ("order", "fault", "late_delivery", "price", "question")
SUBJECTS = (
    "About order {order}",
    "Something is wrong with the {item}",
    "Where is order {order}?",
    "Wrong price, order {order}",
    "A question",
)

REPLIES_RIGHT = (
    "Hello {first}, I have put that right for you. {detail}",
    "Dear {first}, thank you for telling us. It is done. {detail}",
    "Hi {first}, all sorted: {detail}",
    "Good news, {first}. {detail}",
)
DETAILS_RIGHT = (
    "A replacement for the {item} goes out today.",
    "You will see the money back within three days.",
    "Your {item} will be waiting for you at the till in {town}.",
    "I have changed it on order {order} and checked it twice.",
    "Your account now shows it as you wished.",
)
REPLIES_ASKING = (
    "Hello {first}, thank you for asking. {detail}",
    "Hi {first}, {detail}",
    "Dear {first}, gladly: {detail}",
)
DETAILS_ASKING = (
    "Yes, we do, and you are welcome any day.",
    "There are four places left; shall I hold one for you?",
    "It takes about two weeks.",
    "We have two of them in {town}.",
    "Come by on a weekday morning, when there is most time for you.",
)
REPLIES_WRONG = (
    "Dear customer, please send us your order number and a picture.",
    "Hello {first}, I have passed this on. Somebody will come back to you.",
    "Hi {first}, I am afraid I cannot see that order. Could you tell me once more what happened?",
    "Dear {first}, please see our help pages, section 4.",
    "Hello {first}, our system shows no fault. Please try again tomorrow.",
)
REFUSALS: tuple[tuple[str, str], ...] = (
    ("past_30_days", "Sorry, we can't take it back after thirty days."),
    ("no_receipt", "Sorry, we can't do that without the receipt."),
    ("not_in_stock", "Sorry, we can't get that size before next month."),
    ("web_only", "Sorry, we can't refund web orders in the shop."),
    ("supervisor", "Sorry, I can't decide that. I must ask my supervisor."),
    ("no_delivery_date", "Sorry, we can't name a day for the delivery."),
    ("offer_ended", "Sorry, we can't give the offer price any more."),
)
REFUSAL_WEIGHTS = (0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 4, 4, 5, 6)
"""Which refusal is heard how often: positions in REFUSALS, to be drawn evenly."""
DETAILS_ASKED = (
    "order number",
    "e-mail address",
    "postcode",
    "member number",
    "what happened",
    "date of purchase",
)
COMPLAINT_WORDS = (
    "This is the {nth} time.", "I am disappointed.", "That will not do.", "I expected better of you.",
    "I have been a customer for years.", "",
)  # fmt: skip
NTH = ("second", "third", "fourth")

PRAISE = (
    "Lovely people, nothing was too much trouble.",
    "They remembered me from last time.",
    "Quick, friendly, and just the right {item}.",
    "In and out in five minutes with exactly what I needed.",
    "Told me honestly that I did not need the dearer one.",
    "The {item} came a day early and well packed.",
    "A real person answered at once and knew my order.",
)
SO_SO = (
    "Fine, no more than that.",
    "Good {item}, long wait.",
    "It did the job.",
    "Decent choice, a bit dear.",
    "Nice enough once somebody had time for me.",
)
BLAME = {
    "late": ("The {item} came days late and nobody told me.", "Promised for Tuesday, here on Saturday."),
    "price": ("Charged more than the page said.", "The price at the till was not the price on the shelf."),
    "wait": ("Half my lunch hour in the queue.", "I waited far too long to speak to anybody."),
    "asked_again": (
        "I had to tell the same story to three people.",
        "They asked for my order number again and again.",
    ),
    "trapped": (
        "Round and round in your help pages with no way to reach a person.",
        "The robot would not let me talk to anyone.",
    ),
    "refused": ("All I heard was sorry, we can't.", "Rules, rules, rules."),
    "not_right": ("It took three goes to put it right.", "Still not solved after two mails."),
    "promise": ("You said you would call back. You did not.", "Promised a call, never came in time."),
    "nothing": ("Not what it used to be.", "I left with a bad taste.", "Nobody seemed to care."),
}
REVIEW_CLOSINGS = (
    "Will be back.",
    "Recommended.",
    "",
    "Five minutes well spent.",
    "My third order here.",
    "",
)
REVIEW_CLOSINGS_BAD = ("I shall think twice.", "", "Never again, I fear.", "A pity.", "Please do better.", "")
IDEAS = (
    "Could you open until eight on Thursdays?",
    "Please let me choose the delivery day.",
    "A bench by the boot wall would be kind.",
    "Let me see the queue before I ring.",
    "Why not a repair evening once a month?",
    "Please stop asking for my member number when I am logged in.",
    "Show the price with the member discount on the page.",
    "Fewer mails, please. Two in one day is too many.",
    "The help pages have no number to ring. Put one there.",
    "More sizes for women in the waterproof jackets.",
)
RECOMMENDED = (
    "Sent a friend to you for the {item}.",
    "Told my walking group about you.",
    "My sister came in because of me.",
    "Shared my friend's code with a colleague.",
)
LEAVING = {
    "pricing": ("I can get the same for less elsewhere.", "You have become too dear for me."),
    "inconvenience": ("The shop is too far since you moved.", "Your hours do not fit mine."),
    "core_service_failure": (
        "Two late parcels and a wrong size. Enough.",
        "The boots fell apart and so did my patience.",
    ),
    "service_encounter_failure": ("I do not like how I was spoken to.", "Nobody there knew me or cared."),
    "response_to_failure": (
        "It was not the fault, it was how you put it right.",
        "Weeks of mails to mend one mistake.",
    ),
    "competition": ("I found a shop I like better.", "A friend showed me another place."),
    "ethical": (
        "I no longer trust what you say about your materials.",
        "You signed me up for mails I did not want.",
    ),
    "involuntary": (
        "We are moving to Canada.",
        "My knees say no more hills.",
        "My mother has died; please close her account.",
    ),
}
STAYING_WORDS = ("", "", "", "Keep it up.", "Ask me again in a year.", "Say hello to the team in {town}.")

CAMPAIGNS = {
    "Newsletter": ("Ten walks for {season}", "News from Wrenfield", "What our people wear in the rain"),
    "Member news": (
        "For members: try it before others",
        "Your member evening in {town}",
        "Twenty per cent on repairs",
    ),
    "Shop offers": ("This weekend in {town}", "Boots fitted free on Saturday", "Sale at the {town} shop"),
    "Web shop offers": (
        "Free delivery until Sunday",
        "Last sizes in the web shop",
        "You left something behind",
    ),
}
SEASONS = (
    "winter",
    "winter",
    "spring",
    "spring",
    "spring",
    "summer",
    "summer",
    "summer",
    "autumn",
    "autumn",
    "autumn",
    "winter",
)
WIN_BACK = (
    "We have missed you, {first}",
    "Is it something we did, {first}?",
    "Come back to the hills, {first}",
)
GIFTS = (
    "a flask, just because",
    "a hand-drawn map of the Dales",
    "a place in a class",
    "new laces with your repair",
    "a card from the {town} team",
)
EXTRAS = (
    "carried the tent to the car",
    "re-waxed the boots while they waited",
    "rang two shops to find the size",
    "lent a head torch for the weekend",
    "opened ten minutes early",
)
