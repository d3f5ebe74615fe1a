"""`rapport desk recount`: whether the counts of the desk are those of its cases."""

from rapport.cli import output, setup


def recount(*, as_json: output.Json = False) -> None:
    """Compare the counts of the desk with its cases, and write them anew."""
    setup.ready()
    from rapport.service.views import commands

    wrong = commands.count_anew()
    sentence = "Every count was right." if not wrong else f"{wrong:,} counts were wrong and are right now."
    output.say(sentence, as_json=as_json, wrong=wrong)
