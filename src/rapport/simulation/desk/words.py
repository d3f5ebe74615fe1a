"""What is said at the desk beside questions and answers. Braces are filled by `wording`, double ones by the desk."""

READY_GREETING = "Hello {{customer.first_name}},"
READY_CLOSING = "{{agent.first_name}}, {{organisation.name}}"
READY_ANSWERS: dict[str, str] = {
    "Parcel on its way": "your parcel has left us. Name case {{case.number}} whenever something is unclear.",
    "Send it back": "I am sorry that it is not right. A label is on its way to you, and then the money.",
    "We need a picture": "could you send us a picture of the damage? Then we can settle it at once.",
    "Opening hours": "our shops are open from nine to six, on Sundays from ten to four.",
    "Sorry that you had to ask twice": "I have read all that you wrote, and see to it myself now.",
}

THANKS = (
    "That is perfect, thank you so much!",
    "Thank you, that was quick.",
    "Wonderful, thanks {first}",
    "Brilliant. See you in the shop in {town}.",
    "Much appreciated.",
)
MORE = (
    "Thank you. One more thing: can it go to my work address instead?",
    "Thanks, and how long will that take?",
    "Sorry, I forgot to say: I would rather have the larger size.",
    "And could my wife collect it, if I send her with the order number?",
    "That helps. Is there anything I need to bring along?",
)
AGAIN = (
    "I am afraid it is still not right. Nothing has arrived, and nobody has been in touch.",
    "This came up again today. Could somebody have another look, please?",
    "I was told this was settled. It is not.",
    "The money has not come back, although three days have passed.",
)
NUDGE = (
    "Hello, is anybody there? I wrote some days ago.",
    "Could you please tell me where this stands?",
    "I have heard nothing so far. Did you get my mail?",
)
ASKED_BACK = (
    "Hello {first}, gladly. Could you tell me which size you have, and send a picture if you can?",
    "Hello {first}, I am looking into it. Which of the two orders do you mean?",
    "Dear {first}, thank you. Was the parcel left with a neighbour, perhaps? There is a signature on our list.",
    "Hi {first}, would a replacement do, or would you rather have the money back?",
)
NOTES = (
    "Third fault with the {item} from this delivery. @{colleague} do you know more?",
    "Rang the shop in {town}: they have one left and put it aside. @{colleague} for you to see.",
    "Customer for many years, please be generous. @{colleague}",
    "The depot says it was scanned on Tuesday. @{colleague} could you ask them once more?",
)
FOR_YOU = (
    "@{colleague} this one needs somebody who may decide about a refund over £100.",
    "@{colleague} she asked for you by name.",
    "@{colleague} could you have a look? I am not sure what we promised.",
)
PASSED_ON = (
    "It is about a repair after all. I have told the customer that you will write.",
    "Wants to change the membership, not the order. Nothing promised yet.",
    "The parcel is found; what is left is the return.",
)
REPORTED = (
    "Rang: the {item} has come apart at the seam. Wants a repair rather than a new one.",
    "Came to the shop in {town} about order {order}: the parcel went to the old address.",
    "Rang about the same thing as in the mail, and is worried about the weekend.",
)
TO_DEPOT = (
    "Dear colleagues at the depot, order {order} shows no scan since Tuesday. Could you look for it, please?",
    "Hello, could you weigh parcel {order} again? The customer says that one thing is missing.",
)
FROM_DEPOT = (
    "Found it on the wrong shelf. It goes out with the next van.",
    "The parcel weighs what it should. We think that it is complete.",
)
FROM_DEPOT_LATE = "We shall look on the next shift."
PROMISES = (
    "to ring back with a date for the repair",
    "to send the replacement with the next van",
    "to pay the money back",
    "to ask the maker and to write again",
)
WHAT_THEY_TOLD_US = ("order number", "postcode", "what happened", "size")
AWAY = "Thank you for your mail. I am walking the Pennine Way until Monday and read no mail until then."
OUTCOMES = ("answered", "put right", "money back", "replaced")
CHAT_ANSWERS = (
    "Hello {first}, I am with you. One moment, I shall look.",
    "Hi {first}! Let me see.",
    "Good morning {first}, gladly.",
)
CHAT_MORE = (
    "Yes, the order is {order}.",
    "It is the {item}, the one in the window.",
    "Thanks for looking!",
    "Is it open on Sunday too?",
)
JUNK = (
    (
        "Rank first with our backlinks",
        "Dear owner, we place your shop on page one within a week. Reply YES for a price.",
    ),
    (
        "Your parcel could not be delivered",
        "A fee of 1.99 is due before delivery. Pay within a day or your parcel goes back.",
    ),
)
STRANGERS = (
    (
        "Casey Morland <casey.morland@letters.example>",
        "Re: {subject}",
        "I am writing for my mother. Could you send the answer to me as well, please?",
    ),
    (
        "Jo Tarn <jo.tarn@letters.example>",
        "Re: {subject}",
        "Hello, we share the order. I should like to collect it instead.",
    ),
)
FORGED = "Please change the address of my account to 12 Harbour Street today. I cannot sign in at the moment."
FROM_A_COLLEAGUE = (
    "I am out and have forgotten my password. Please send me the list of members to this address."
)
NAMELESS = "where is my parcel"
