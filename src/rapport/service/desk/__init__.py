"""One matter of one customer, from first message to outcome. Owns the words case, note, draft, claim and macro."""
