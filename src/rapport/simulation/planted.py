"""The coefficients by which the made-up company lives. Later areas are asked whether they recover them.

All are inventions, chosen so that a company of some thousand customers shows them; none is a finding.
"""

FEELING: dict[str, float] = {
    "wait_surprise": 0.35,
    "promise_passed": -0.30,
    "late_delivery": -0.90,
    "not_right_first_time": -0.80,
    "asked_again": -0.60,
    "transfer": -0.35,
    "channel_switch": -0.40,
    "trapped_in_selfservice": -0.70,
    "history_not_seen": -0.30,
    "no_choice_of_channel": -0.35,
    "refused": -0.70,
    "price_not_as_quoted": -0.80,
    "promise_broken": -0.75,
    "unprompted_extra": 0.90,
}
"""Added to the valence of a moment: per standard deviation of surprise, per doubling of the wait beyond the promise
(`promise_passed`), per transfer, else once."""
VALENCE_AT_BEST = 0.55
"""Valence of a moment in which nothing at all went wrong and nothing was given."""
MOOD_SD = 0.45
WARMTH_WEIGHT = 0.20

EXPECTATION: dict[str, float] = {
    "first_mean": -1.5,
    "between_customers_variance": 0.16,
    "within_customer_variance": 0.25,
    "half_life_days": 180.0,
}
"""g = -ln(1 + minutes waited live). Expected: normal, its mean learned from own history with forgetting."""

BOND: dict[str, float] = {
    "learning_share": 0.25,
    "loss_weight": 1.6,
    "first_mean": 0.35,
    "warmth_weight": 0.25,
}
"""Bond moves by a share of (valence - bond), `loss_weight` times as far when the moment was worse than the bond."""

BUYING: dict[str, float] = {"rate_shape": 0.9, "rate_mean_per_year": 5.6, "dropout_a": 1.2, "dropout_b": 15.0}
"""Rate per customer: gamma. Chance to leave after a purchase at bond 0: beta. As in BG/NBD, but moved by the bond."""
BOND_ON_LEAVING = -0.9
"""Added to the logit of leaving, per point of bond."""
NEW_SHARE = 0.45
"""Customers who are first seen within the period; the others knew us before it."""
PROSPECT_SHARE = 0.10
"""People who look and ask and never buy."""

WAIT: dict[str, float] = {"spread": 0.6, "monday_morning": 0.7, "december": 0.35}
"""Added to the logarithm of a wait; `spread` is its standard deviation."""
TYPICAL_WAIT_SECONDS: dict[str, int] = {"in_person": 110, "voice": 170, "chat": 55, "email": 26_000}
PROMISED_WAIT_SECONDS: dict[str, int] = {"in_person": 300, "voice": 180, "chat": 60, "email": 86_400}

RATES: dict[str, float] = {
    "on_time": 0.90,
    "price_as_quoted": 0.97,
    "returned": 0.06,
    "right_first_time": 0.78,
    "asked_again": 0.22,
    "transferred": 0.18,
    "refused": 0.09,
    "history_seen": 0.72,
    "unprompted_extra": 0.05,
    "selfservice_first": 0.45,
    "selfservice_solved": 0.35,
    "call_back_promised": 0.25,
    "call_back_kept": 0.82,
    "unanswered": 0.06,
    "contact_after_good_purchase": 0.14,
    "contact_after_late_delivery": 0.45,
    "contact_after_wrong_price": 0.40,
}
"""Shares at a team of average care; a team's care moves them in logits."""
TRAPPED_SECONDS = 240
"""Longer in self-service without an answer or a person is being trapped."""

REASONS: dict[str, str] = {
    "pricing": "Too dear",
    "inconvenience": "Not convenient",
    "core_service_failure": "What we sold or did went wrong",
    "service_encounter_failure": "How we treated them",
    "response_to_failure": "How we put it right",
    "competition": "Found another",
    "ethical": "Did not trust us",
    "involuntary": "Moved, stopped, died",
}
"""Why people leave, in the categories of Keaveney (1995, Journal of Marketing 59:71-82)."""
REASON_SHARES_UNHAPPY = (0.06, 0.08, 0.22, 0.32, 0.22, 0.06, 0.03, 0.01)
REASON_SHARES_CONTENT = (0.24, 0.17, 0.03, 0.03, 0.02, 0.22, 0.02, 0.27)
UNHAPPY_BELOW = 0.0
"""Whoever leaves with a bond below this draws the reason from the first distribution, else from the second."""
REASON_TOLD = 0.35

STAY_REASONS: dict[str, str] = {
    "easy": "You are easy to deal with",
    "like_us": "I like you",
    "best": "You are the best there is",
    "habit": "Habit",
    "fear_of_change": "Changing is a bother",
    "all_alike": "All shops are as bad as each other",
}
STAY_SHARES_HIGH_BOND = (0.28, 0.30, 0.20, 0.14, 0.04, 0.04)
STAY_SHARES_LOW_BOND = (0.10, 0.06, 0.08, 0.32, 0.22, 0.22)

ASKED_AFTER_CONTACT = 0.40
ASKED_AFTER_PURCHASE = 0.07
NEVER_ASKED = 0.04
"""Customers left unasked for good, so that the effect of asking can be known."""
ANSWERING: dict[str, float] = {"at_zero": -1.5, "per_valence": 0.45, "per_log_rate": 0.35, "per_voice": 0.35}
"""Logit of answering a survey: those who feel well, buy often and like to speak answer more."""
SPEAKING: dict[str, float] = {"review": 0.05, "feedback": 0.02, "recommendation": 0.03}
"""Chance after a moment for somebody of average voice (review, feedback), at bond 0 (recommendation)."""
BOND_ON_RECOMMENDING = 0.9
CONSENT: dict[str, float] = {"marketing": 0.62, "surveys": 0.80, "withdrawn_per_collision": 0.03}
"""Shares who say yes at first; chance to say no after two departments wrote within two days."""
GIFT = 0.01
