"""What mail programs write around the mail answered to, in the languages they are sold in."""

# ruff: noqa: RUF001 - letters of other scripts are what this module is about.

import re

VERBS = (
    "wrote|writes|said|schrieb|geschrieben|hat geschrieben|a écrit|écrit|escribió|escribio|va escriure"
    "|ha scritto|scrive|escreveu|schreef|geschreven|skrev|har skrevet|skrifaði|kirjoitti|kirjutas"
    "|napisał|napisała|napisał\\(a\\)|pisze|написал|написала|написал\\(а\\)|пишет|писал|писал\\(а\\)"
    "|пише|написав|написала|написа|напиша|napsal|napsala|napsal\\(a\\)|píše|napísal|napísal\\(a\\)"
    "|napisao|napisala|napisao/la|je napisal|je napisao|έγραψε|γράφει|yazdı|yazmış|şöyle yazdı"
    "|şunu yazdı|a scris|írta|ezt írta|rašė|parašė|rakstīja|đã viết|menulis|เขียนว่า|เขียน|كتب|כתב|כתבה"
    "|写道|寫道|写到|写信|書きました|のメール|さんは書きました|작성|님이 작성|썼습니다|께서 작성하신"
    "|님의 메시지"
)
"""`wrote`, as it stands in "On Monday Ada wrote:"."""

LEADS = (
    "on|at|in article|in message|quoting|zitat von|am|le|el|il giorno|il|em|op|den|på|dnia|w dniu"
    "|citando|citat|lainaus|в|во|от|dne|dňa|στις|la|pe|tarihinde|vào|pada|a|o|ma|kl|dana|u|i|fecha|date"
    "|le jeu|sent"
)
"""How such a line begins, where it does not begin with the name or the date."""

QUOTING = ("quoting ", "zitat von ", "citando ", "citat av ", "citace ", "cytowanie ", "citerar ", "lainaus ")
"""How such a line begins where it has neither verb nor date."""

FROM = (
    "from|von|de|da|van|fra|från|frå|lähettäjä|od|nadawca|от|від|από|kimden|gönderen|发件人|發件人"
    "|寄件者|寄件人|差出人|送信者|送信元|보낸 사람|보낸사람|보낸이|feladó|de la|expéditeur|remitente"
    "|mittente|absender|afzender|remetente|saatja|nuo|no|från|отправитель|mula sa|dari|từ|จาก|من|מאת"
)
OTHERS = (
    "sent|date|to|cc|bcc|subject|reply-to|gesendet|datum|an|betreff|kopie|antwort an|envoyé|envoyé le|à"
    "|objet|copie|répondre à|enviado|enviado el|enviada em|enviado em|enviada|fecha|para|asunto"
    "|responder a|inviato|data|a|oggetto|risposta|rispondi a|verzonden|aan|onderwerp|datum|sendt|dato"
    "|til|emne|kopi|skickat|till|ämne|datum|kopia|lähetetty|päivä|päiväys|vastaanottaja|aihe|kopio"
    "|wysłano|data wysłania|do|dw|temat|adresat|отправлено|дата|кому|копия|тема|надіслано|копія"
    "|odesláno|komu|předmět|kopie|odoslané|predmet|dátum|στάλθηκε|προς|θέμα|ημερομηνία|κοιν"
    "|gönderme tarihi|gönderilen|tarih|kime|konu|bilgi|发送时间|發送時間|收件人|主题|主題|抄送|日期"
    "|寄件日期|傳送時間|收件者|副本|送信日時|日時|宛先|件名|보낸 날짜|보낸날짜|날짜|받는 사람|받는사람"
    "|제목|참조|elküldve|címzett|tárgy|dátum|trimis|către|subiect|assunto|assumpte|priority|importance"
)
"""Names of fields in a block that Outlook and its like put above the mail answered to."""

ORIGINAL = (
    "original message|original mail|original e-mail|originalnachricht|original-nachricht|ursprüngliche nachricht"
    "|ursprüngliche e-mail|originalmail|message d['’ ]origine|message original|message initial"
    "|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht"
    "|oprindelig meddelelse|original meddelelse|original besked|opprinnelig melding|opprinnelig beskjed"
    "|ursprungligt meddelande|originalmeddelande|alkuperäinen viesti|oryginalna wiadomość"
    "|wiadomość oryginalna|wiadomość oryginalna|исходное сообщение|оригинальное сообщение"
    "|пересылаемое сообщение|оригінальне повідомлення|původní zpráva|původní e-mail|pôvodná správa"
    "|αρχικό μήνυμα|orijinal mesaj|özgün ileti|özgün mesaj|原始邮件|原始郵件|邮件原件|原邮件"
    "|元のメッセージ|元のメール|원본 ?메시지|원본 ?메일|eredeti üzenet|mesaj original|mesajul original"
    "|izvorna poruka|original poruka|tin nhắn gốc|pesan asli|forwarded message|forwarded by"
    "|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato"
    "|mensagem encaminhada|doorgestuurd bericht|videresendt|vidarebefordrat meddelande|välitetty viesti"
    "|przekazana wiadomość|пересланное сообщение|přeposlaná zpráva|iletilen mesaj|转发邮件|轉寄郵件"
    "|転送メッセージ|전달된 메시지"
)
BEGINS = (
    "begin forwarded message|begin quoted message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    "|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato"
    "|início da mensagem reencaminhada|begin doorgestuurd bericht|reply above this line|(?:type"
    "|write) your reply above|bitte (?:antworten|schreiben) sie (?:oberhalb|über) dieser (?:linie"
    "|zeile)|antwort(?:en)? (?:bitte )?oberhalb dieser (?:linie|zeile)"
    "|répondez au-dessus de cette ligne|responda por encima de esta línea"
    "|rispondi sopra questa (?:linea|riga)"
)

SENT_FROM = (
    r"sent (?:from|via|with|by|using|through|on) |this (?:e-?mail|message) was sent (?:from|via|with|by"
    r"|using) (?:my|an?) |(?:get|download|holen sie sich|téléchargez|télécharger|obtenir|obtenez|obtener"
    r"|obtén|baixe o|obter o|scarica|ottieni|hent|hämta|hanki|pobierz|скачать|získejte"
    r"|download) \[?outlook (?:for|für|pour|para|per|voor|til|för|dla|для|pro)\b|outlook (?:for|für|pour"
    r"|para|per|voor|til|för|dla|для) (?:ios|android|mac)|envoyé (?:de(?:puis)?|à partir de|via|avec"
    r"|par) |envoyé de mon |provenance : |von meinem? .{2,60} gesendet|gesendet (?:von|mit|über|vom) "
    r"|diese (?:nachricht|e-?mail|mail) wurde von .{2,60} gesendet|(?:enviado|enviada|mensaje enviado"
    r"|mensagem enviada) (?:desde|de|do|da|con|pelo|via|a partir|a través) |inviato (?:da|dal|con"
    r"|tramite|col) |inviata da |verzonden (?:met|vanaf|vanuit|via|door|van) |verstuurd (?:vanaf|met|via"
    r"|vanuit) |sendt (?:fra|med|via) |skickat (?:från|med|via) |skickades från |lähetetty .{2,60}"
    r"|wysłan[eoay] (?:z|za pomocą|przy użyciu) |отправлено (?:с|из|со|через) |отправлен[ао]? (?:с|из) "
    r"|надіслано (?:з|із|за допомогою) |odesláno (?:z|ze|pomocí) |odoslané (?:z|zo|pomocou) "
    r"|poslano (?:z|s|sa) |στάλθηκε από |εστάλη από |изпратено (?:от|с) |trimis (?:de pe|din|cu) "
    r"|elküldve |küldve |saadetud |nosūtīts no |išsiųsta iš |được gửi từ |gửi từ |dikirim dari |ส่งจาก"
    r"|发自|來自我的|从我的.{1,40}发送|從我的.{1,40}傳送|傳送自|发送自|from my (?:i|mobile|phone|android"
    r"|galaxy|samsung|htc|blackberry|windows|cell)"
)
"""How the small print of a telephone begins."""

SENT_FROM_END = (
    r".{2,60}(?:['’]?[dt][ae]n gönderildi|cihazımdan gönderildi|から送信|より送信|에서 보냄"
    r"|에서 보낸 메일|से भेजा गया|(?:sent )?from (?:my )?(?:mobile|phone|iphone|ipad|android))[.!]?"
    r"|von .{2,40} gesendet[.!]?|.{0,40}\boutlook\b.{1,30}\b(?:ios|android|iphone)\b.{0,40}"
)

LABEL_LINE = re.compile(r"[\s*_>]{0,8}([^\W\d_][^\n:：<>@?!.,]{0,24}?)[\s*_]{0,4}[:：]")
LEAD = re.compile(rf"\W{{0,8}}(?:(?:{LEADS})\b|\d|\w{{2,12}}\.?,? (?:den )?\d)", re.IGNORECASE)
ORIGINAL_LINE = re.compile(rf"[\s>*_]{{0,8}}[-=_–—*]{{1,60}}+\s*(?:{ORIGINAL})\b[^\n]{{0,80}}", re.IGNORECASE)
BEGIN_LINE = re.compile(rf"\W{{0,20}}+(?:please |bitte )?(?:{BEGINS})", re.IGNORECASE)
SENT_FROM_LINE = re.compile(rf"\W{{0,6}}+(?:(?:{SENT_FROM})|(?:{SENT_FROM_END})\W{{0,4}}\Z)", re.IGNORECASE)
VERB_WORDS = tuple(dict.fromkeys(VERBS.replace("\\", "").split("|")))
VERB_ENDS = (*VERB_WORDS, *(f"{word}:" for word in VERB_WORDS), *(f"{word}：" for word in VERB_WORDS))
FROM_LABELS = frozenset(FROM.split("|"))
OTHER_LABELS = frozenset(OTHERS.split("|"))
_VERB = re.compile(rf"(?<![^\W_])(?:{VERBS})(?![^\W_])")
_SPACELESS = re.compile(r"[\u3000-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def has_verb(text: str) -> bool:
    """Whether somebody wrote something, in one of the languages.

    >>> has_verb("On Monday Ada wrote:"), has_verb("Am Montag schrieb Ada"), has_verb("nothing of the kind")
    (True, True, False)
    """
    lower = text.lower()
    if not any(word in lower for word in VERB_WORDS):
        return False
    return bool(_VERB.search(lower)) or bool(_SPACELESS.search(lower))


def label_of(line: str) -> str:
    """The name of a field that begins this line, in lower case; empty where none does.

    >>> label_of("*Von:* Ada"), label_of("> Gesendet am : heute"), label_of("no label")
    ('von', 'gesendet am', '')
    """
    if ":" not in line[:60] and "：" not in line[:60]:
        return ""
    found = LABEL_LINE.match(line)
    return found[1].strip(" *_").lower() if found else ""
