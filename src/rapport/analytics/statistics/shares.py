"""Small published sums: what share of their spending a customer's ranking tells, and how much of growth is earned."""


def share_from_rank(rank: float, count: int) -> float:
    """The share (0 to 1) of spending that the firm at this rank (1 is first) of `count` used ones gets.

    Ties have the mean of their ranks. The shares of all ranks add up to 1. ValueError names what cannot be.
    Source: Keiningham et al. (2011).

    >>> [round(share_from_rank(rank, 3), 4) for rank in (1, 2, 3)]
    [0.5, 0.3333, 0.1667]
    """
    if count < 1:
        raise ValueError(f"count is {count}; it must be 1 or more")
    if not 1 <= rank <= count:
        raise ValueError(f"rank is {rank}; it must be 1 to {count}")
    return (1 - rank / (count + 1)) * (2 / count)


def earned_growth(net_revenue_retention: float, earned_new: float) -> float:
    """Growth (share of last period's revenue, -1 and up) that customers themselves brought.

    `net_revenue_retention` is this period's revenue from last period's customers, `earned_new` that from new ones who
    came by recommendation, both as shares of last period's revenue; ValueError below 0. Source: Reichheld (2021).

    >>> round(earned_growth(0.85, 0.25), 4)
    0.1
    """
    for name, value in (("net_revenue_retention", net_revenue_retention), ("earned_new", earned_new)):
        if not value >= 0:
            raise ValueError(f"{name} is {value}; it must be 0 or more")
    return net_revenue_retention + earned_new - 1


def earned_share(net_revenue_retention: float, earned_new: float, growth: float) -> float:
    """How much of `growth` (not 0) was earned, as a share of it.

    >>> round(earned_share(0.85, 0.25, 0.30), 2)
    0.33
    """
    if growth == 0:
        raise ValueError("growth is 0; there is nothing to part")
    return earned_growth(net_revenue_retention, earned_new) / growth
