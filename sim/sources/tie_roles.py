"""What the columns of a list of ties, or of a message log, can be, and what they are called."""

from __future__ import annotations

from sim.sources.roles import Role


def _spellings(*lines: str) -> tuple[str, ...]:
    """Folded names of columns, apart by commas: English first, then other languages."""
    return tuple(name.strip() for line in lines for name in line.split(",") if name.strip())


SOURCE = Role(
    "source",
    _spellings(
        "source, from, sender, ego, tail, author, caller, source id, from id, sender id",
        "sender address, from address, from email, from e mail, sender email, sender e mail",
        "person a, person 1, node 1, user from, from name, sender name, source name, who, i",
        "von, absender, quelle, sender adresse, de, expediteur, emetteur, remitente, origen",
        "emisor, mittente, da, origine, afzender, van, bron, remetente, origem, emissor",
    ),
    "who a tie or message comes from",
    words=False,
)
TARGET = Role(
    "target",
    _spellings(
        "target, to, receiver, recipient, recipients, receivers, alter, head, callee, target id",
        "to id, receiver id, recipient id, recipient address, to address, to email, to e mail",
        "recipient email, recipient e mail, receiver email, receiver e mail, person b, person 2",
        "node 2, user to, to name, recipient name, receiver name, target name, whom, j",
        "an, empfanger, empfaenger, ziel, a, destinataire, destinataires, cible, recepteur",
        "destinatario, destinatarios, destino, para, receptor, destinazione, destinatari",
        "ontvanger, aan, naar, doel",
    ),
    "who a tie or message goes to",
    words=False,
)
TIME = Role(
    "time",
    _spellings(
        "time, timestamp, date time, time stamp, sent at, sent time, sent, date sent, sent on",
        "created at, message time, date, when, ts, start time, start, received, received at",
        "origin timestamp utc, zeit, zeitpunkt, zeitstempel, gesendet am, gesendet, datum",
        "heure, date heure, horodatage, fecha hora, fecha, hora, data ora, data hora, data, ora",
        "tijd, tijdstip, verzonden",
    ),
    "when",
    words=False,
)
DATES = _spellings(
    "date, day, sent date, date sent, message date, datum, tag, jour, fecha, dia, data, giorno, dag"
)
"""Names of columns with the dates to times of day."""
KIND = Role(
    "kind",
    _spellings(
        "kind, type, relation, relationship, tie type, edge type, relation type, medium, channel",
        "network, category, art, typ, beziehung, kanal, genre, tipo, relacion, relazione, soort",
        "relatie, relacao",
    ),
    "the kind of tie, or the medium",
    words=False,
)
COUNTS = _spellings(
    "count, counts, messages, number of messages, message count, emails, mails, n, number",
    "anzahl, nachrichten, anzahl nachrichten, nombre, nombre de messages, numero, cantidad",
    "numero de mensajes, numero di messaggi, aantal, aantal berichten, quantidade",
)
"""Names of weights that say how many messages a row stands for."""
WEIGHT = Role(
    "weight",
    _spellings(
        "weight, strength, value, frequency, intensity, score, gewicht, starke, staerke, wert",
        "haufigkeit, poids, force, frequence, peso, fuerza, frecuencia, forza, frequenza",
        "sterkte, frequentie, forca, frequencia",
    )
    + COUNTS,
    "how strong a tie is, or how many messages",
    words=False,
)
THREAD = Role(
    "thread",
    _spellings(
        "thread, thread id, conversation, conversation id, conversation index, topic id, case",
        "unterhaltung, gesprach, fil, conversacion, hilo, conversazione, gesprek, conversa",
    ),
    "the conversation",
    words=False,
)
ROLES = (SOURCE, TARGET, TIME, KIND, WEIGHT, THREAD)
"""All of them."""
