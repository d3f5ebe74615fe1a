"""What mail servers say against a server or of their own trouble, by what they mean; one expression a line."""

PHRASES: dict[str, tuple[str, ...]] = {
    "systemfull": (
        r"insufficient (?:system|disk|spool)",
        r"no space left on device",
        r"mail system full",
        r"(?:system|spool|queue) (?:is )?full",
        r"insufficient system (?:storage|resources)",
        r"disk (?:is )?full",
        r"out of disk",
        r"low on (?:disk|space)",
        r"insufficient queue space",
    ),
    "requireptr": (
        r"\bptr (?:record|lookup|resource|is|check|entry|failed|missing)",
        (
            r"(?:no|missing|lack\w*|without|bad|valid|invalid|require\w*|need\w*|unresolvable|fix|"
            r"incorrect|proper|must have|have) (?:\S+ ){0,3}?(?:dns )?(?:ptr|rdns|reverse[ -]?(?:dns|"
            r"lookup|hostname|address|ip|map|name)?)\b"
        ),
        (
            r"reverse[ -]?(?:dns|hostname|lookup|address|mapping) (?:\S+ ){0,3}?(?:fail|require|missing|"
            r"not|error|does|could|lookup|is|record|entry|check)"
        ),
        r"ip name lookup (?:failed|possibly)",
        r"unverif\w+able sending ip",
        r"cannot find your (?:reverse )?(?:hostname|dns)",
        r"cannot resolve (?:your )?(?:hostname|ip|address|ptr)",
        r"no matches to nameserver query",
        r"hostname (?:could not|couldn't|cannot) (?:be )?(?:found|resolved|verified)",
        r"rdns (?:record|entry|lookup|fail|valid|missing)",
        (
            r"(?:your|client|sender|sending) (?:ip|address|host|server) (?:\S+ ){0,4}?(?:has|have) no "
            r"(?:reverse|rdns|ptr|dns)"
        ),
        r"unresolvable (?:ip|relay) ",
        r"dynamic(?:/generic)? reverse",
        r"generic (?:rdns|reverse|ptr)",
    ),
    "authfailure": (
        r"\bdmarc\b(?! ?analy)",
        r"\bdkim\b.{0,60}(?:fail|invalid|not|miss|reject|error|none|bad)",
        r"(?:fail\w*|invalid|bad|no|missing|without|lack\w*|pass) (?:\S+ ){0,4}?(?:dkim|spf)\b",
        (
            r"\bspf\b.{0,80}(?:fail|not|invalid|reject|bad|error|forbid|block|violat|mismatch|incorrect|"
            r"record|check|denied|does|hard)"
        ),
        r"bad spf",
        r"sender policy framework",
        r"authentication[- ](?:check|results?|failure)s?\b(?!.{0,12}required)",
        r"(?:does not|doesn't|not) (?:have|pass) authentication (?:information|check)",
        r"unauthenticated e?mail (?:from|is)",
        r"sender is unauthenticated",
        r"fails? to pass authentication",
        r"arc (?:chain|seal|validation)",
        r"spf (?:sender|policy)",
        r"openspf\.",
        r"not (?:an )?authori[sz]ed to send (?:mail |email )?(?:for|from|on behalf)",
        r"is not allowed to send (?:mail )?(?:from|for)",
        r"sender address verification by spf",
    ),
    "failedstarttls": (
        r"starttls",
        r"must issue a starttls",
        (
            r"(?:tls|ssl|encryption) (?:is |was )?(?:required|needed|negotiation|handshake|not "
            r"(?:available|supported|offered|allowed))"
        ),
        r"requires? (?:tls|encryption|ssl)",
        r"cannot start tls",
        r"need tls",
        r"encrypted connection",
    ),
    "badreputation": (
        r"(?:low|poor|bad|negative) (?:\S+ ){0,2}?reputation",
        r"reputation (?:of|is|score|too|check|list|filter)",
        r"senderscore",
        r"sender ?base",
        r"low reputation",
        r"ip reputation",
    ),
    "speeding": (
        (
            r"(?:receiving mail|sending|sent|message|mail|deferred|submission|delivery|throttl\w*|"
            r"connection)s? (?:\S+ ){0,4}?(?:at a rate that|too (?:fast|quickly|frequent\w*|often|"
            r"rapidly)|rate (?:is )?(?:exceed|too|higher))"
        ),
        (
            r"(?:message|mail|sending|recipient|rcpt|email|delivery) rate (?:limit|exceed|is too|control|"
            r"has been)"
        ),
        r"throttl(?:ed|ing)",
        r"rate[ -]?limit(?:ed|s|ing)? (?:exceeded|by|for|the|this|mail|messages)?(?! exceeded\.)",
        (
            r"too many (?:messages|mails|emails|mail|e-mails) (?:\S+ ){0,3}?(?:in|from|per|sent|within|"
            r"for|to)"
        ),
        r"slow down",
        r"too frequent",
        r"exceeded (?:the |your )?(?:hourly|daily|maximum) (?:sending|message|mail|email)",
        r"please try again slowly",
        r"unusual rate",
        r"(?:daily|hourly) (?:sending|message|mail|email|user sending) (?:quota|limit)",
    ),
    "toomanyconn": (
        (
            r"too many (?:\S+ ){0,3}?(?:connections?|sessions?|recipients|concurrent|simultaneous|smtp|"
            r"rcpt|destinations|errors from)"
        ),
        (
            r"(?:connection|session)s? (?:rate|frequency|count|limit|number)(?: limit)? (?:exceed|limit|"
            r"is|has|too)"
        ),
        (
            r"(?:maximum|max|number of) (?:\S+ ){0,2}?(?:connections?|sessions?|recipients) (?:exceed|"
            r"reach|limit|per|has|allow|is)"
        ),
        r"concurren\w+ (?:limit|connect)",
        r"exceeded (?:\S+ ){0,3}?(?:connections?|sessions?|recipients)",
        r"connection rate limit",
        r"no more connections",
        r"server busy",
        r"too busy",
        r"all available ip",
        r"all server ports are busy",
        r"recipient (?:count|limit) exceed",
        r"connections from your",
    ),
    "blocked": (
        r"black ?list",
        r"block ?list",
        r"\brbls?\b",
        r"dnsbl",
        r"spamhaus",
        r"spamcop",
        r"sorbs",
        r"barracudacentral",
        r"dnsrbl",
        r"\bxbl\b",
        r"\bsbl\b",
        r"\bpbl\b",
        r"cloudmark",
        r"proofpoint.{0,60}(?:ip|block)",
        r"real[- ]?time block",
        (
            r"(?:client|helo|connecting|your|sender|sending|this|the|source|remote) (?:\S+ ){0,3}?(?:host|"
            r"ip|ip address|server|mta|mail ?server|network|address range|ips?|client|mx)\b(?: \S+){0,5}? "
            r"(?:is |was |has been |have been |are |being )?(?:\S+ )?(?:rejected|blocked|denied|refused|"
            r"banned|prohibited|listed|not (?:allowed|authori[sz]ed|permitted|accepted|welcome)|on (?:our|"
            r"a|the) (?:block|black|list)|in (?:our|a|the) (?:block|black|list))"
        ),
        r"client host rejected",
        r"connection refused by",
        (
            r"(?:connection|connect|access|mail|email|messages?|e-mail|session)s? (?:\S+ ){0,3}?(?:from|"
            r"by) (?:\S+ ){0,4}?(?:ip|host|server|network|range|address)\S* (?:\S+ ){0,4}?(?:rejected|"
            r"blocked|denied|refused|banned|not (?:accepted|allowed)|has been|is|are|was)"
        ),
        (
            r"connection (?:\S+ ){0,2}?(?:refused by|dropped|rejected|denied|blocked|not allowed|reset by "
            r"policy)"
        ),
        (
            r"(?:ip|address|host|server)\S* (?:\S+ ){0,3}?(?:is|was|has been) (?:\S+ ){0,2}?(?:blocked|"
            r"banned|blacklisted|listed)"
        ),
        r"banned (?:ip|host|sending ip|sender ip)",
        r"blocked (?:ip|by|using|for|host|- see|see|from)",
        r"\(bl\)",
        (
            r"(?:dynamic|dial-?up|residential|consumer|dsl|home|cable)[ /](?:\S+ ){0,2}?(?:ip|address|"
            r"host|range|user|broadband|pool|hosts?)"
        ),
        (
            r"(?:use|through|via) (?:the |your )?(?:smtp|mail|isp'?s?|provider'?s?) (?:\S+ "
            r"){0,2}?(?:server|relay|isp)"
        ),
        r"not accepting (?:connections|mail) from",
        r"no access from mail server",
        r"server access forbidden",
        r"you are not (?:allowed|permitted|authori[sz]ed) to (?:connect|send)",
        r"esmtp not accepting connections",
        r"access from ip address",
        r"(?:bad|invalid|fake) (?:helo|ehlo)",
        r"helo (?:command )?rejected",
        r"(?:invalid|unqualified|bad) (?:domain name|hostname) in (?:helo|ehlo)",
        r"may not be mail exchanger",
        r"too many (?:spams?|bad|invalid|unknown|abuses?) (?:\S+ ){0,2}?from",
        r"domain name rejected",
        r"please use the smtp server",
        r"refused to talk to me: 5(?!\d\d.{0,40}(?:dns|ptr))",
        r"deny ip",
        r"unable to (?:verify|validate) (?:your )?(?:ip|host)",
        r"not in whitelist",
    ),
    "policyviolation": (
        r"polic(?:y|ies)",
        r"protocol violation",
        r"security (?:polic|reason|risk|issue)",
        r"potential(?:ly)? (?:security|harmful|danger)",
        r"content presents a potential",
        (
            r"not (?:accepted|allowed|permitted) (?:for|due to|because of|by) (?:\S+ ){0,3}?(?:polic|"
            r"reason|admin|rule)"
        ),
        (
            r"attachment (?:\S+ ){0,3}?(?:not (?:allowed|permitted|accepted)|type|blocked|forbidden|"
            r"prohibited|denied)"
        ),
        (
            r"(?:prohibited|forbidden|banned|disallowed|blocked|executable|dangerous|illegal) (?:file|"
            r"attachment|extension|content)"
        ),
        r"file (?:type|extension|name)",
        r"header error",
        r"(?:we|we're) (?:\S+ ){0,2}?not accept(?:ing)? (?:attachment|executable|html)",
        r"denied by",
        r"violat(?:ed|es|ion)",
        r"administrat(?:or|ive|ively) (?:\S+ ){0,2}?(?:denied|rejected|prohibited|block)",
        r"rejected by (?:\S+ ){0,3}?(?:rule|admin|system)",
        r"message not allowed",
        r"email not accepted for",
    ),
    "securityerror": (
        r"unauthenticated senders?",
        r"authentication (?:is )?required",
        r"(?:must|need to) (?:be )?authenticat",
        r"smtp auth",
        r"auth(?:entication)? (?:fail|mechanism|credentials|error)",
        r"(?:bad|invalid|wrong) (?:credentials|username|password|login|user name)",
        r"not authenticated",
        r"authorization (?:fail|required)",
        r"sorry, you (?:don't|do not) authenticate",
        r"user not authori[sz]ed",
        r"insecure",
        r"privacy (?:required|fail)",
        r"encryption",
        r"executable files are not allowed",
        r"you are not authori[sz]ed",
    ),
    "syntaxerror": (
        r"syntax (?:error|err)",
        (
            r"(?:command|parameter|argument)s? (?:\S+ ){0,2}?(?:not (?:implemented|recogni[sz]ed|"
            r"understood|supported|allowed)|unrecogni[sz]ed|unknown|rejected|out of sequence|sequence)"
        ),
        r"(?:improper|bad|wrong|invalid) (?:command )?sequence",
        r"(?:unrecogni[sz]ed|unknown|bad|invalid|unimplemented|unexpected) (?:smtp )?command",
        r"malformed address",
        r"bad (?:recipient )?address syntax",
        r"need (?:rcpt|mail)\b",
        r"polite people say",
        r"nested mail command",
        r"(?:invalid|illegal) (?:address|recipient|syntax)(?: format| syntax)",
        r"may not follow",
    ),
    "networkerror": (
        r"no route to host",
        r"network (?:is )?(?:unreachable|error|problem)",
        (
            r"connection (?:was )?(?:reset|lost|refused|closed|dropped|broken|aborted|interrupted|"
            r"unexpectedly)"
        ),
        r"lost connection",
        r"host (?:is )?(?:down|unreachable)",
        r"too many hops",
        r"(?:mail|routing|forwarding|dns|mx|message) loop",
        r"loops? back to",
        r"hop count",
        r"malformed or unexpected name server",
        r"name server (?:timeout|failure|error)",
        r"host name lookup failure",
        r"temporary (?:dns|lookup|resolution|name)",
        (
            r"(?:couldn't|could not|unable to|can't|cannot|wasn't able to|was unable to|not able to|"
            r"failed to) (?:\S+ ){0,3}?(?:connect|establish|reach|contact|make a connection|open (?:a "
            r")?connection)"
        ),
        r"unable to resolve",
        r"failed to resolve",
        r"broken pipe",
        r"remote host closed",
        r"closed connection",
        r"bad route",
        r"maximum forwarding",
        r"routing (?:error|problem|failed)",
        r"host not reachable",
        r"connection attempt",
        r"server disconnected",
        r"all relevant mx records point to non-existent",
        r"mx list for",
        r"record .{0,30}point.{0,20}(?:non-existent|loopback)",
    ),
    "expired": (
        (
            r"(?:retry|delivery|queue|connection|connect|message|operation|session|conversation|command|"
            r"data|greeting|dns|warning)[- ](?:\S+ ){0,3}?(?:timed? ?-?out|time[- ]?out|expired|"
            r"expiration)"
        ),
        r"timed out",
        r"not be delivered for (?:too long|\d+ (?:hours|days))",
        r"time ?out",
        r"expired",
        r"been in the queue too long",
        (
            r"(?:has|have) (?:been|not been) (?:\S+ ){0,3}?(?:delayed|delivered|in the queue|deferred|"
            r"failing for)"
        ),
        (
            r"(?:could|can|was|were) not be delivered (?:\S+ ){0,2}?(?:for|within|after|in|since) (?:\S+ "
            r"){0,3}?\d"
        ),
        r"delivery (?:time|attempts?|has been|is) (?:\S+ ){0,2}?(?:expired|exceed|delay)",
        r"all hosts? (?:\S+ ){0,5}?failing",
        r"will (?:keep|continue) try",
        r"still (?:being )?retr",
        r"retry time not reached",
        r"giving up",
        r"not yet been delivered",
        r"undeliverable for \d",
        r"too long in queue",
        r"age of message",
        r"delayed",
        r"i'm not going to try again",
        r"lifetime",
    ),
    "systemerror": (
        (
            r"(?:local|internal|system|server|software|database|ldap|general|configuration|config|"
            r"resource|i/o|service|process\w*|temporary (?:system|server|local|internal)|unexpected|fatal|"
            r"unknown) (?:\S+ ){0,2}?(?:error|failure|failed|problem|fault|unavailable|exception)"
        ),
        r"transaction failed",
        r"could not load",
        r"unable to (?:process|queue|open|create|write|accept|handle)",
        r"can't (?:open|create|write|get|fork|accept|stat)",
        r"cannot (?:open|create|write|allocate)",
        r"(?:out of|cannot allocate) memory",
        r"service (?:not|un)available",
        r"temporar(?:y|ily) (?:failure|unavailable|rejected|deferred|problem|unable|lookup)",
        r"system (?:config|is|resources?|unavailable)",
        r"misconfigur",
        r"server (?:down|is down|unavailable|too busy|shutting|configuration)",
        r"aliasing/forwarding loop",
        r"resources (?:temporarily )?unavailable",
        r"interrupted system call",
        r"address (?:\S+ ){0,2}?unreachable",
        r"try again later",
        r"please (?:try|retry) (?:\S+ )?(?:again|later)",
        r"mail system",
    ),
    "mailererror": (
        (
            r"(?:procmail|mailer|maildrop|vdelivermail|\bpipe\b|delivery agent|local delivery|vacation "
            r"program|command|script|program) (?:\S+ ){0,5}?(?:error|fail|exit|returned|died|output|"
            r"couldn't|could not|to \|)"
        ),
        r"exit(?:ed)?(?: with)? (?:status|code|value|a)",
        r"x-unix; \d+",
        r"pipe to \|",
        r"generated by .{0,80} (?:pipe|command)",
        r"couldn't create",
        r"can't create output",
        r"died with",
        r"child (?:process )?(?:exit|crash|died|killed)",
        r"permission denied",
        r"deferral",
        r"mail filter",
        r"bounced by program",
    ),
}
