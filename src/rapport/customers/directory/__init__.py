"""Who each customer is: identifiers, and the ledger of links that joins them.

Owns the words identifier, claim, link, trait, membership and proposal.
A customer is the set of identifiers under the live links; everything else is derived from that.
"""
