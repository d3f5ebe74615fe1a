"""What mail servers say against an address or a mail, by what they mean; one expression a line, as met."""

PHRASES: dict[str, tuple[str, ...]] = {
    "virusdetected": (
        r"virus(?:es)? (?:was |has been |were )?(?:detected|found|infected)",
        r"(?:contains?|carrying|infected (?:with|by)) (?:a |the )?(?:virus|malware|worm|trojan)",
        r"virus (?:reject|contamin)",
        r"\binfected\b",
        r"infected (?:message|mail|attachment|file)",
        r"malware (?:detected|found)",
        r"message (?:contains|contained) (?:a )?(?:virus|malware)",
        r"(?:has|have) a virus",
        r"klez",
        r"potential virus",
    ),
    "mailboxfull": (
        (
            r"(?:mail ?box|mail ?folder|inbox|account|mail ?drop|maildir|mail store|folder|user'?s? "
            r"(?:mailbox|account)?|recipient'?s? (?:mailbox|inbox)) (?:\S+ ){0,3}?(?:is |are |was |has "
            r"become )?(?:full\b|over (?:its |the )?quota|over limit|too large|exceed)"
        ),
        r"mailbox\S* full",
        r"full mailbox",
        r"(?:over|exceed(?:s|ed|ing)?|out of|reached|above)\b.{0,30}\bquota",
        r"\bquota (?:is )?(?:exceed|violat|full|exhaust|reached|limit)",
        r"quota (?:size |usage )?(?:has been |was )?exceed",
        r"overquota",
        r"over ?quota",
        r"not enough (?:storage )?space",
        r"insufficient (?:storage|quota|mailbox)",
        r"maximum (?:allowed )?(?:mailbox|storage|allotment)",
        (
            r"exceed(?:s|ed)? (?:the )?(?:allotment|allocated|(?:mail(?:box)?|storage|size|disk) (?:quota|"
            r"limit|allo\w+|capacity))"
        ),
        r"storage (?:limit|quota|full)",
        r"exceeded (?:his|her|its|their|the) (?:mailbox|mail|disk|storage|quota|space)",
        r"diskspace",
        r"no space left in mailbox",
        r"too much mail data",
        r"no more space",
        r"user has (?:too many|exhausted|used up)",
        r"mailbox size",
        r"recipient(?:'s)? (?:storage|mailbox) full",
        r"account is full",
        r"delivery failed: over quota",
        r"dépass\w+ (?:de )?(?:son )?quota",
        r"boîte (?:aux lettres )?pleine",
        r"postfach (?:ist )?voll",
        r"casilla llena",
        r"buzón lleno",
        r"casella piena",
    ),
    "exceedlimit": (
        r"message size exceeds (?:fixed )?maximum(?: message size)? \(\d+\)",
        r"message too large for this recipient",
        r"exceeds (?:the )?recipient'?s? (?:size|limit)",
        r"message file too big for (?:the )?(?:recipient|user)",
        r"recipient.{0,30}size limit",
    ),
    "mesgtoobig": (
        (
            r"(?:message|mail|size|e-?mail|content|line|body|data|attachment)s? (?:\S+ ){0,4}?(?:is |was |"
            r"are )?too (?:big|large|long)"
        ),
        r"(?:message|mail) (?:header )?size (?:exceed|limit|violat)",
        (
            r"(?:exceed(?:s|ed)?|over|larger than|bigger than|above)\b.{0,40}(?:message|mail|maximum|size|"
            r"max)[ -]?(?:message |file |mail )?(?:size|limit|length)"
        ),
        r"max(?:imum)? (?:message )?size",
        r"size limit",
        r"data size exceeded",
        r"message exceeded",
        r"message length exceeds",
        r"exceeded (?:maximum|message) ",
        r"mail is too big",
    ),
    "suspend": (
        (
            r"(?:account|mailbox|user|recipient|e-?mail(?: address| account)?|address|domain|login) "
            r"(?:\S+ ){0,4}?(?:is |has been |have been |was |are )?(?:temporarily |currently |permanently "
            r")?(?:suspend|disabled|inactive|deactivated|locked|frozen|blocked for (?:abuse|non)|on hold|"
            r"discontinued|closed|expired|not active|de-?activated|unavailable due to)"
        ),
        (
            r"(?:disabled|inactive|suspended|discontinued|deactivated|dormant|expired|frozen|unpaid) "
            r"(?:recipient|user|account|mailbox|address)"
        ),
        r"mailbox (?:currently )?(?:frozen|suspended|disabled)",
        r"not accepting (?:mail|messages|email) for this (?:user|account|recipient)",
        r"account (?:is )?(?:temporarily )?(?:unavailable|not activated)",
        r"vdelivermail: account is locked",
        r"mail receiving disabled",
        r"has not logged in",
        r"invalid/inactive user",
        r"user (?:is )?inactive",
        r"boite du destinataire archivee",
        r"sorry your message .{0,80}cannot be delivered\. this (?:account|mailbox)",
    ),
    "hasmoved": (
        (
            r"(?:recipient|user|mailbox|account|address|he|she) (?:\S+ ){0,4}?(?:has |have )?(?:moved|"
            r"changed (?:his|her|their|its)|been (?:moved|replaced)|left the)"
        ),
        r"no longer on server",
        r"new address is",
        r"please (?:use|try) <?\S+@\S+ instead",
        r"has been replaced by",
        r"address (?:has )?changed",
        r"moved to (?:another|a new|<)",
        r"forwarding address",
    ),
    "norelaying": (
        (
            r"relay(?:ing)? (?:is |was |to \S+ )?(?:access )?(?:denied|not (?:allowed|permitted|"
            r"authori[sz]ed|enabled|supported)|prohibited|disabled|forbidden|rejected|refused|failed|mail)"
        ),
        (
            r"(?:unable|not (?:allowed|permitted|configured|authori[sz]ed|able|set up)|refus\w+|cannot|"
            r"won't|denied|unauthori[sz]ed) (?:to )?relay"
        ),
        r"(?:we|do(?:es)?|will|is|am|are) (?:do )?not (?:an? )?(?:open )?relay",
        r"no relay(?:ing)?",
        r"unauthori[sz]ed relay",
        r"relay (?:access )?denied",
        r"as a relay",
        r"relay not",
        r"unable to relay",
        r"mail relay (?:is )?",
        r"through this server without authenticat",
        r"domain isn't in my (?:list of )?(?:allowed |rcpthosts)",
        r"isn't in my list of allowed",
        r"rcpthosts",
        r"not (?:a )?local (?:domain|host|address)",
        r"(?:not|isn't) a gateway",
        r"insecure mail relay",
        r"not an open relay",
        r"email address is not verified",
        r"that domain isn't",
        r"this system is not configured to relay",
        r"must be authenticated .{0,30}relay",
        r"is not permitted to relay",
        r"authentication required for relay",
        r"local domain only",
    ),
    "notcompliantrfc": (
        r"multiple addresses in from",
        r"(?:not|isn't|non)[ -]?(?:rfc[ -]?)?(?:\d{3,4} )?(?:complian|conform|rfc)",
        r"rfc ?-?\d{3,4} (?:2\.3|violat|compli|requir|conform|format|section)",
        r"(?:violat|breach|breaking)\w* (?:of )?rfc",
        r"(?:message|mail|line) (?:\S+ ){0,3}?(?:not|isn't) (?:rfc|compliant)",
        (
            r"missing (?:required )?(?:a )?(?:valid )?(?:from|date|message-?id|subject|to)[: ]?\S{0,3} "
            r"header"
        ),
        r"no (?:valid )?(?:from|date|message-?id)[: ]?\S{0,3} header",
        r"(?:duplicate|multiple) (?:from|subject|date|message-?id|to)\b[^']{0,10}header",
        r"bare (?:lf|cr|linefeed|line ?feed|newline)",
        r"stray (?:newline|lf)",
        r"header .{0,20}(?:missing|required|must)",
        r"this message is not rfc",
        r"require.{0,20}(?:messageid|message-id|date:|from:)",
    ),
    "contenterror": (
        r"duplicate header",
        r"headers? too (?:large|long|big)",
        r"improper use of 8-?bit",
        r"8-?bit (?:data|char\w*|mime) (?:in|not|is)",
        (
            r"(?:mime|body|message|header|charset|encoding|format|attachment)(?:'s)? (?:\S+ ){0,2}?(?:is |"
            r"are )?(?:malformed|invalid|broken|badly|corrupt|unsupported|not (?:well|properly|supported|"
            r"valid))"
        ),
        r"malformed (?:mime|message|header|mail)",
        (
            r"(?:invalid|unsupported|bad|illegal) (?:mime|charset|encoding|character set|content|format|"
            r"header)"
        ),
        r"message (?:format|syntax)",
        r"mime (?:error|parsing|nesting|depth)",
        r"too many (?:mime|parts|nested)",
        r"message (?:filename|could not be parsed)",
        r"(?:no|empty) (?:subject|message body)",
        r"conversion (?:failed|required|prohibited)",
        r"media not supported",
        r"mime-version",
        r"the headers in this message contain improperly-formatted binary content",
    ),
    "user": (
        (
            r"(?:user|mail ?box|recipient|addressee|account|address|customer|member|subscriber|person|"
            r"e-?mail(?: address| account| box)?|alias|local part|inbox|employee|"
            r"destinat\w+)s?(?:'s)?\b(?:[^.;!?\n]|\.(?=\S)){0,90}?(?:is |was |were |does |do |did |could |"
            r"has |have |are )?(?:\bunknown|not (?:be )?(?:found|known|exist\w*|valid|recogni[sz]ed|"
            r"listed|available|here|our|local|present|defined|registered|a (?:valid|known|local)|in "
            r"(?:our|the|my)|on this|accept\w*|belong|match)|no longer|invalid|unavailable|(?:doesn't"
            r"|does not) (?:\S+ )?(?:exist|have|belong|match|live|work|accept|receive|appear)"
            r"|not exist|nonexistent|non-existent|undeliverable|unroutable|unrouteable|incorrect|"
            r"cannot be found|can't be found|isn't|nicht|inconnu|desconocid|sconosciut|unbekannt|"
            r"invalide)"
        ),
        (
            r"(?:unknown|invalid|no such|nonexistent|non-existent|bad|unroutable|unrouteable|illegal|"
            r"undefined|incorrect|not a (?:valid|known|local)|no|isn't a (?:valid|known)|unable to find|"
            r"cannot find|can't find|not find|never heard of|not our|unallowable|not a) (?:\S+ "
            r"){0,2}?(?:user|mail ?box|recipient|address|account|local ?part|customer|addressee|person|"
            r"alias|rcpt|e-?mail|destination (?:user|address|mailbox)|member|inbox)\b"
        ),
        (
            r"(?:doesn't|does not|don't|do not|did not|no longer) (?:\S+ ){0,2}?(?:have|has|exist|handle "
            r"mail|work here|like recipient)"
        ),
        r"here by that name",
        r"user ?unknown",
        r"unknown ?user",
        r"undisclosed recipient",
        r"mailbox unavailable",
        r"mailbox not",
        r"no mailbox",
        r"tried to reach does not exist",
        r"undeliverable address",
        r"5\.1\.1",
        r"resolver\.adr",
        r"recipnotfound",
        r"not listed in",
        r"recipient address rejected(?:\.|:? ?access denied|$)",
        r"not our (?:user|customer)",
        r"adresse \S* ?\S* ?\S* ?\S* ?destinataire",
        r"delivery not allowed to",
        r"is not (?:local|mine)",
        r"not exist",
        r"ne existe",
        r"n'existe pas",
        r"no existe",
        r"non esiste",
        r"existiert nicht",
        r"nicht gefunden",
        r"keine? (?:solche|gültige)",
    ),
    "rejected": (
        r"domain of sender address",
        (
            r"(?:sender|from|mail from|envelope[- ]sender|return[- ]path|mfrom|sending|originator|"
            r"reverse[- ]path)\b(?:'s)? ?(?:<[^>]*>|\S+@\S+)? ?(?:\S+ ){0,2}?(?:address|domain|e-?mail|"
            r"mailbox|user|host)?(?: \S+){0,3}? (?:is |was |has been |does |do |has |could |cannot |can't "
            r"|didn't )?(?:\S+ )?(?:rejected|denied|refused|invalid|unacceptable|not (?:exist|resolv\w*|"
            r"found|valid|allow\w*|accept\w*|permitted|be (?:found|verified|resolved)|verif\w+|known|"
            r"listed)|unverif\w+|unresolv\w+|blocked|doesn't|unroutable|black ?listed|unknown|on our)"
        ),
        r"unroutable sender",
        r"verification failed for <",
        (
            r"(?:invalid|unknown|bad|unacceptable|blocked|rejected|forged|fake|unresolvable|unroutable|"
            r"empty|null|nonexistent|non-existent) (?:envelope |mail ?from )?(?:sender|from address|"
            r"return[- ]path|reverse[- ]path|mail from|originator)"
        ),
        r"from: ?domain is invalid",
        r"sender (?:verify|verification|address verification) fail",
        r"(?:verify|verification) (?:for|of) (?:sender|<)",
        r"(?:we|do) (?:\S+ )?(?:do )?not accept (?:mail|messages|bounces|null)",
        r"(?:does not|doesn't) accept (?:null|empty|bounces?)",
        r"sending to/from an address that has been",
        r"domain not in sender",
        r"mail from .{0,80}(?:denied|rejected|refused|not (?:allowed|accepted))",
        r"(?<!recipient address rejected: )access denied\b(?!.{0,80}(?:ip|host))",
        r"5\.1\.7",
        r"5\.1\.8",
        r"senders? (?:is )?(?:not allowed|denied|banned|blocked)",
        r"<?\S*@\S*>? (?:is |was )?(?:not |in)valid sender",
        r"server does not accept mail from",
        r"administrative prohibition",
        r"recipient not accepted\. \(batv",
        r"your (?:e-?mail )?address (?:\S+ ){0,3}?(?:blocked|rejected|banned)",
        r"the message was rejected because the (?:from|return)",
        r"no such domain(?! .{0,40}recipient)",
    ),
    "spamdetected": (
        r"\bspam\b",
        r"\buce\b",
        r"\bube\b",
        r"spam(?:my|assassin|-?like|score|iness)",
        (
            r"(?:message|mail|your (?:message|mail|email)) (?:\S+ ){0,6}?(?:as|like|to be|considered|"
            r"identified as|classified as|detected as|is|probable|likely) (?:an? )?(?:spam|junk|"
            r"unsolicited|bulk|phish)"
        ),
        r"(?:message )?content (?:was )?(?:rejected|blocked|refused|not accept\w*)",
        r"unsolicited",
        r"junk (?:mail|e-?mail)",
        r"bulk (?:mail|e-?mail)",
        r"phishing",
        r"scored as",
        r"bayes",
        r"blacklisted (?:url|uri|domain)",
        r"\bsurbl\b",
        r"\buribl\b",
        r"suspicious",
        r"(?:looks|smells) like",
        r"rejected by (?:content|filter)",
        r"content (?:filter|scan|analysis)",
        r"considered (?:as )?(?:unsolicited|spam)",
        r"probability of (?:spam|more)",
    ),
    "hostunknown": (
        (
            r"(?:host(?: ?name)?|domain(?: name)?|server|mx|site|destination|recipient(?:'s)? (?:domain|"
            r"host|address domain|system)) (?:\S+ ){0,4}?(?:is |was |were |does |do |could |can |has |"
            r"have |may |cannot )?(?:not (?:be )?(?:found|exist|known|resolved?|reachable|valid|"
            r"recogni[sz]ed)|unknown|unreachable|unrouteable|unroutable|cannot be found|doesn't exist|"
            r"invalid|undefined|lookup fail|nonexistent|illegal|no longer exist)"
        ),
        (
            r"(?:unknown|invalid|no such|nonexistent|non-existent|illegal|bad|unrouteable|unroutable|"
            r"unresolvable) (?:mail ?|destination |recipient )?(?:host|domain|mx|server|destination(?! "
            r"user)|mail domain|site)\b"
        ),
        r"account or domain may not exist",
        r"couldn't find any host",
        r"(?:mail|recipient) domain",
        r"name service error .{0,120}(?:host not found|nxdomain|no data)",
        r"\bdns\b.{0,40}(?:fail|error|not|no such|loop|nxdomain|problem|lookup)",
        r"nxdomain",
        r"unrouteable (?:mail )?(?:address|domain)",
        r"no (?:mx|dns|a|address) (?:records?|entry|entries|host)",
        r"(?:does not|doesn't) (?:resolve|exist in dns)",
        r"host/domain",
        r"bad destination",
        r"\w[\w-]*(?:\.[\w-]+)+ does not exist",
        r"address family .{0,20}not supported",
    ),
    "notaccept": (
        (
            r"(?:host|domain|server|system|site|mail ?server|mx|destination|recipient domain) (?:\S+ "
            r"){0,3}?(?:does not|doesn't|do not|not|never|is not|will not) (?:currently "
            r")?(?:accept(?:ing)?|receiv\w+|handle|take) (?:any |e-?)?(?:mail|messages|smtp)"
        ),
        r"null ?mx",
        r"couldn't find a mail exchanger",
        r"smtp protocol (?:\S+ )?returned a permanent",
        r"no mail(?:box)? service",
        r"mail (?:server|service) (?:is )?(?:not|un)",
        r"(?:does not|doesn't) accept mail",
        r"name server: \.: host not found",
    ),
}
