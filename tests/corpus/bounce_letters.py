"""Letters of mail systems that say in words of their own what became of a mail; each with what it means."""

LETTERS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "Exchange 2003": (
        """\
Your message

  To:      joe@example.com
  Subject: Hello

did not reach the following recipient(s):

joe@example.com on Thu, 29 Apr 2010 18:14:40 +0000
    The recipient name is not recognized
    MSEXCH:IMS:ORG:SITE:HOST 0 (000C05A6) Unknown Recipient
""",
        [("joe@example.com", "userunknown")],
    ),
    "Exchange 2007": (
        """\
Delivery has failed to these recipients or distribution lists:

joe@example.com<mailto:joe@example.com>
The e-mail address you entered couldn't be found.

Diagnostic information for administrators:

Generating server: mta2.example.com

joe@example.com
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##
""",
        [("joe@example.com", "userunknown")],
    ),
    "Gmail": (
        """\
Delivery to the following recipient failed permanently:

     joe@example.com

Technical details:
The error that the other server returned was:
452 4.2.2 The email account is over quota.

----- Original message -----

From: us
""",
        [("joe@example.com", "mailboxfull")],
    ),
    "Yahoo": (
        """\
Sorry, we were unable to deliver your message to the following address.

<joe@example.com>:
Remote host said: 550 5.1.1 <joe@example.com>... User Unknown [RCPT_TO]

--- Below this line is a copy
""",
        [("joe@example.com", "userunknown")],
    ),
    "Courier": (
        """\
                           UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<joe@example.com>:
    mx.example.com [192.0.2.2]:
>>> RCPT TO:<joe@example.com>
<<< 550 5.2.2 <joe@example.com>... Mailbox Full
""",
        [("joe@example.com", "mailboxfull")],
    ),
    "OpenSMTPD": (
        """\
    Hi!

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

joe@example.com: 550 5.1.1 <joe@example.com>: Recipient address rejected: User unknown

    Below is a copy of the original message:

Received: from x
""",
        [("joe@example.com", "userunknown")],
    ),
    "Domino": (
        """\
Your message

  Subject: Hello

was not delivered to:

  joe@example.com

because:

  User joe (joe@example.com) not listed in Domino Directory
""",
        [("joe@example.com", "userunknown")],
    ),
    "Exim": (
        """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. The following address(es) failed:

  joe@example.com
    host mx.example.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<joe@example.com>:
    550 5.1.1 <joe@example.com>: Recipient address rejected:
    User unknown

  ann@example.com
    LMTP error from remote mail server after RCPT TO:<ann@example.com>:
    552 5.2.2 <ann@example.com> Mailbox is full
""",
        [("joe@example.com", "userunknown"), ("ann@example.com", "mailboxfull")],
    ),
    "qmail": (
        """\
Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.

<joe@example.com>:
The users mailfolder is over the allowed quota (size). (#5.2.2)

<ann@example.com>:
192.0.2.1 failed after I sent the message.
Remote host said: 554 5.7.1 Spam detected

--- Below this line is a copy of the message.
""",
        [("joe@example.com", "mailboxfull"), ("ann@example.com", "spamdetected")],
    ),
    "Postfix": (
        """\
I'm sorry to have to inform you that the message returned
below could not be delivered.

<joe@example.com>: host mx.example.com[192.0.2.1] said: 550
    <joe@example.com>: User unknown in virtual mailbox table (in reply to RCPT TO command)

<ann@example.net>: connect to mx.example.net[192.0.2.1]: Connection timed out
""",
        [("joe@example.com", "userunknown"), ("ann@example.net", "expired")],
    ),
    "James": (
        """\
Message details:
  Subject: Hello
  RCPT TO: joe@example.com

Error message below:
550 - Requested action not taken: no such user here
""",
        [("joe@example.com", "userunknown")],
    ),
    "a Japanese telephone company": (
        """\
Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900
  Could not be delivered to: <joe@example.jp>
  As their mailbox is full.

Received: from x
""",
        [("joe@example.jp", "mailboxfull")],
    ),
}
