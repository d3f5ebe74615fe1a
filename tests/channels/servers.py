"""Real mail servers for a test: Dovecot and Postfix as Debian ships them, on high loopback ports.

Their configuration lies in a folder of their own; what is already installed on the machine is not touched.
"""

import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Self

import pytest

DOVECOT, POSTFIX = (
    shutil.which("dovecot", path="/usr/sbin:/usr/bin"),
    shutil.which("postfix", path="/usr/sbin"),
)
DOMAIN = "wren.example"
PASSWORD = "three quiet words"
START_SECONDS = 20.0
_VALIDITY = count(1_800_000_000)


def needs_servers(*, postfix: bool = False) -> None:
    """Skip a test where the servers are not installed, or may not be started."""
    if DOVECOT is None or not Path("/usr/lib/dovecot/imap").exists():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    if postfix and POSTFIX is None:
        pytest.skip("Postfix is not installed (Debian: postfix)")
    if postfix and os.geteuid() != 0:
        pytest.skip("only root may start a Postfix of its own")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MailServers:
    """`users` have mailboxes at wren.example. Without Postfix, mail is laid into the mailbox by IMAP."""

    def __init__(
        self,
        users: Sequence[str] = ("support",),
        *,
        postfix: bool = False,
        token_info: str = "",
        certificate: Path | None = None,
    ) -> None:
        self.users, self._with_postfix, self._token_info = users, postfix, token_info
        self.certificate = certificate
        self.imap_port, self.imaps_port, self.smtp_port = free_port(), free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="mail", dir="/tmp"))  # sockets need a short path
        self._dovecot: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        self._prepare()
        try:
            self.start_dovecot()
            if self._with_postfix:
                self._start_postfix()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._with_postfix and (self.folder / "postfix" / "queue").exists():
            self._postfix("stop")
        self.stop_dovecot()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_dovecot(self) -> None:
        command = [str(DOVECOT), "-F", "-c", str(self.folder / "dovecot.conf")]
        self._dovecot = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait(self.imap_port, self.folder / "dovecot.log")

    def stop_dovecot(self) -> None:
        if self._dovecot is not None:
            self._dovecot.terminate()
            self._dovecot.wait(START_SECONDS)
            self._dovecot = None

    def send(self, message: EmailMessage | bytes, *, to: str, sender: str = "amina@example.com") -> None:
        """Hand a mail to Postfix, as another mail server would."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        with smtplib.SMTP("127.0.0.1", self.smtp_port, "elsewhere.example") as server:
            server.sendmail(sender, [to], raw)

    def lay(self, user: str, *mails: bytes, flag: str = "") -> None:
        """Put mails into a mailbox as a delivery would: whole files appear by rename."""
        new = self.maildir(user) / ("cur" if flag else "new")
        for number, raw in enumerate(mails):
            name = f"{time.time_ns()}.{number}.here"
            beside = self.maildir(user) / "tmp" / name
            beside.write_bytes(raw)
            self._give(beside)
            beside.rename(new / (f"{name}:2,{flag}" if flag else name))

    def empty(self) -> None:
        """Throw all mail away, and begin with numbers of another meaning."""
        for user in self.users:
            for part in ("new", "cur", "tmp"):
                for path in (self.maildir(user) / part).iterdir():
                    path.unlink()
            self.begin_numbers_anew(user)

    def maildir(self, user: str) -> Path:
        return self.folder / "mail" / user / "Maildir"

    def seen(self, user: str) -> int:
        """How many mails are marked as read."""
        return sum("S" in path.name.rpartition(",")[2] for path in (self.maildir(user) / "cur").iterdir())

    def begin_numbers_anew(self, user: str) -> None:
        """Give the mailbox another UIDVALIDITY, as a server does that lost its index."""
        for path in self.maildir(user).glob("dovecot*"):
            if path.is_file():
                path.unlink()
        (self.maildir(user) / "dovecot-uidlist").write_text(f"3 V{next(_VALIDITY)} N1\n")
        self._give(self.maildir(user) / "dovecot-uidlist")

    def log(self) -> str:
        logs = [self.folder / "dovecot.log", self.folder / "postfix.log"]
        return "\n".join(path.read_text(errors="replace") for path in logs if path.exists())

    @property
    def _owner(self) -> tuple[int, int]:
        """Who the mail belongs to: Dovecot serves no mail of root's."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        return pwd.getpwnam("mail").pw_uid, grp.getgrnam("mail").gr_gid

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, *self._owner)

    def _prepare(self) -> None:
        (self.folder / "mail").mkdir()
        self._give(self.folder / "mail")
        for user in self.users:
            for part in ("", "Maildir", "Maildir/tmp", "Maildir/new", "Maildir/cur"):
                path = self.folder / "mail" / user / part
                path.mkdir(exist_ok=True)
                self._give(path)
        lines = "\n".join(f"{user}@{DOMAIN}:{{PLAIN}}{PASSWORD}" for user in self.users)
        (self.folder / "users").write_text(lines + "\n")
        (self.folder / "users").chmod(0o644)
        if self._token_info:
            (self.folder / "oauth2.conf").write_text(
                f"tokeninfo_url = {self._token_info}\nusername_attribute = email\n"
            )
            (self.folder / "oauth2.conf").chmod(0o644)
        (self.folder / "dovecot.conf").write_text(self._dovecot_config())

    def _dovecot_config(self) -> str:
        uid, gid = self._owner
        me = "" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        own = f"default_internal_user = {me}\ndefault_login_user = {me}\n" if me else ""
        group = "" if os.geteuid() == 0 else f"default_internal_group = {grp.getgrgid(gid).gr_name}\n"
        oauth = (
            f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {self.folder}/oauth2.conf\n}}\n"
            if self._token_info
            else ""
        )
        tls = "ssl = no\n"
        if self.certificate:
            tls = f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{self.certificate}\n"
        return f"""
{own}{group}base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
{tls}disable_plaintext_auth = no
auth_mechanisms = plain login{" xoauth2 oauthbearer" if self._token_info else ""}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mailbox_list_index = no
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = {self.imaps_port if self.certificate else 0}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  unix_listener {self.folder}/auth {{
    mode = 0666
  }}
}}
{oauth}passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {self.folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={self.folder}/mail/%n
}}
"""

    def _start_postfix(self) -> None:
        config = self.folder / "postfix"
        for part in ("", "queue", "data"):
            (config / part).mkdir(exist_ok=True)
        (config / "data").chmod(0o700)
        os.chown(config / "data", pwd.getpwnam("postfix").pw_uid, -1)
        uid, gid = self._owner
        boxes = "".join(f"{user}@{DOMAIN} {user}/Maildir/\n" for user in self.users)
        (config / "mailboxes").write_text(boxes)
        (config / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {config}/queue
data_directory = {config}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
maillog_file = {self.folder}/postfix.log
maillog_file_prefixes = {self.folder}
myhostname = mail.{DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {self.folder}/mail
virtual_mailbox_maps = texthash:{config}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
default_transport = error:5.1.2 nobody takes mail for this domain
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {self.folder}/auth
smtpd_tls_security_level = none
smtp_tls_security_level = none
""")
        (config / "master.cf").write_text(f"""
127.0.0.1:{self.smtp_port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
""")
        self._postfix("start")
        self._wait(self.smtp_port, self.folder / "postfix.log")

    def _postfix(self, act: str) -> None:
        command = [str(POSTFIX), "-c", str(self.folder / "postfix"), act]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if act == "start":
            assert done.returncode == 0, done.stderr + self.log()

    def _wait(self, port: int, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                said = log.read_text() if log.exists() else ""
                assert time.monotonic() < deadline, f"the server does not listen:\n{said}"
                time.sleep(0.05)
            else:
                return
