"""The words of the register of measures, named here so that gettext finds them; a test keeps them alike."""

from django.utils.translation import gettext_noop

TEXTS = frozenset(
    {
        # active_customers
        gettext_noop("Active customers"),
        gettext_noop(
            "Customers who came to us at least once in the period: a purchase, a visit, a message, a call, an "
            "answer. What we sent them does not count, nor does a page looked at."
        ),
        gettext_noop("The interaction log; who is one customer follows the live links between identifiers."),
        gettext_noop(
            "Activity is not engagement: habit and trouble look active too. Somebody we know under two "
            "identifiers that are not linked counts twice."
        ),
        # first_seen
        gettext_noop("First seen"),
        gettext_noop("Customers whose first contact of their own with us lies in the period."),
        gettext_noop(
            "First seen by the record: whoever came before the record begins looks new at its start."
        ),
        # last_seen
        gettext_noop("Not seen again since"),
        gettext_noop(
            "Customers who came to us in the period for the last time so far: nothing came from them after "
            "it."
        ),
        gettext_noop(
            "For a period that ends now it is everybody who came in it, as many as the active customers: "
            "nothing could come after it yet. It tells who went quiet only for a period that ended long ago;"
            " and the quiet may come back."
        ),
        # recency
        gettext_noop("Days since last seen"),
        gettext_noop(
            "How lately customers came (recency): whole days of 24 hours from a customer's latest contact of"
            " their own to the end of the period, over all customers who ever came before that end. The "
            "figure is the customer in the middle: half came more lately, half less."
        ),
        gettext_noop(
            "The interaction log; who is one customer follows the live links between identifiers. Recency is "
            "the R of RFM (Bult and Wansbeek 1995, Marketing Science 14, 378-394)."
        ),
        gettext_noop(
            "It rises by itself as the record grows older. Customers with a long natural pause look lost."
        ),
        # tenure
        gettext_noop("How long with us"),
        gettext_noop(
            "How long customers have been coming (tenure): whole days of 24 hours from a customer's first "
            "contact of their own to the end of the period, over the customers who came in the period. The "
            "figure is the customer in the middle: half have come for longer, half for less."
        ),
        gettext_noop("Only as old as the record. Many new customers lower it, which is no bad sign."),
        # frequency
        gettext_noop("Purchases each"),
        gettext_noop(
            "How often customers buy (frequency): purchases in the period, divided by the customers who made"
            " at least one."
        ),
        gettext_noop(
            "The interaction log. Frequency is the F of RFM (Bult and Wansbeek 1995, Marketing Science 14, "
            "378-394)."
        ),
        gettext_noop(
            "A customer who bought once may come again tomorrow: a short period makes everybody look rare. "
            "Buying often may be habit or captivity."
        ),
        # money
        gettext_noop("Spent each"),
        gettext_noop(
            "Purchases less refunds of the period in the organisation's currency, divided by the customers "
            "who bought. Each amount counts at the rate of its own day, rounded to the smallest coin."
        ),
        gettext_noop(
            "The interaction log and the exchange rates in the settings. Money is the M of RFM (Bult and "
            "Wansbeek 1995, Marketing Science 14, 378-394)."
        ),
        gettext_noop(
            "Amounts in a currency without a rate are not in it. A refund counts in the period in which it "
            "was paid, not in that of the purchase. The page of one customer counts all amounts at the newest "
            "rate."
        ),
        # contacts_per_customer
        gettext_noop("Contacts per customer"),
        gettext_noop(
            "Contacts of the period, in either direction, divided by the customers who had at least one. A "
            "contact is an interaction in which the customer and we had to do with each other: a page looked "
            "at, a log-in or a payment that runs by itself is none."
        ),
        gettext_noop("The interaction log; which kinds are contacts is in the list of kinds."),
        gettext_noop(
            "Customers without any contact are not in it. A few very busy customers, or a robot, lift the "
            "average: look at the table."
        ),
        # repeat_contacts
        gettext_noop("Repeat contacts within 7 days"),
        gettext_noop(
            "Of the times a customer turned to us (message, call, question, complaint, request, or a wait "
            "given up), the share after which the same customer turned to us again within 7 days. What "
            "follows within an hour belongs to the same matter and is not a time of its own."
        ),
        gettext_noop(
            "The interaction log. First-contact resolution by this rule is common in contact centres; there "
            "is no standard for the 7 days or the hour."
        ),
        gettext_noop(
            "The second contact may be about another matter. The last 7 days before the lake was made are "
            "left out, because we cannot know yet who comes back. Only contacts with a known customer count."
        ),
        # channels_used
        gettext_noop("Channels used"),
        gettext_noop(
            "Different channels on which a customer came to us in the period, averaged over active customers."
        ),
        gettext_noop(
            "More channels may be choice, or being sent from one to the next: read it beside repeat contacts."
        ),
        # several_departments_in_a_week
        gettext_noop("Customers touched by several departments in a week"),
        gettext_noop(
            "Of the customers with a contact at a touchpoint in the period, the share who within one week had "
            "contacts at touchpoints of more than one department. Weeks are counted from the start of the "
            "period."
        ),
        gettext_noop("The interaction log and the departments that own the touchpoints."),
        gettext_noop(
            "Two departments may be what the customer wanted (a purchase, then a class). It points to where "
            "departments should know of each other. Contacts without a touchpoint are not in it."
        ),
        # interactions_by_channel
        gettext_noop("Interactions by channel"),
        gettext_noop(
            "All interactions of the period, in either direction, by the channel on which they happened."
        ),
        gettext_noop("The interaction log."),
        gettext_noop(
            "Pages looked at count as much as a visit to the shop: compare a channel with itself over time. "
            "Interactions of people we cannot recognise are included, and counted apart beside the number."
        ),
        # interactions_by_kind
        gettext_noop("Interactions by kind"),
        gettext_noop(
            "All interactions of the period, in either direction, by what sort of interaction they were."
        ),
        gettext_noop(
            "Kinds are told by the sources; a source that calls every call a message moves the numbers. "
            "Interactions of people we cannot recognise are included, and counted apart beside the number."
        ),
    }
)
