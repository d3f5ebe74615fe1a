"""The desk of the made-up company: who works there, what came in lately, and what comes in while somebody watches.

`furniture` sets it up, `scenes` says what happens in a case and when, `turns` lets it happen through the desk's own
commands, `lately` lays out the last days up to now, `living` goes on from there in jobs. Nothing here reaches a
network: the organisation is marked as made up, and what leaves of such a one goes nowhere.
"""
