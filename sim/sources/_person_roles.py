"""What the columns of a list of people are called, in English, German, French, Spanish, Italian,
Dutch and Portuguese."""

from __future__ import annotations

import pandas as pd

from sim.sources.roles import Role

_LEADERS = """manager supervisor boss superior lead leader head reports vorgesetzte vorgesetzter
vorgesetzten chef chefin fuhrungskraft responsable superieur hierarchique jefe jefa supervisora
encargado capo superiore leidinggevende baas gestor gerente chefe chefia""".split()
"""Words that say a column is about somebody's manager."""

_NOT_THEMSELVES = frozenset(
    """is has level count number title type grade since date span direct indirect department dept
    location team phone flag ist hat anzahl titel seit abteilung desde fecha data""".split()
)


def _spelled(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in " ".join(text.split()).split(","))


def _addresses(cells: pd.Series) -> bool:
    return len(cells) > 0 and bool(cells.str.fullmatch(r"[^@\s]+@[^@\s]+").mean() > 0.9)


def _numbers(cells: pd.Series) -> bool:
    return len(cells) > 0 and bool(cells.str.fullmatch(r"[0-9 .\-]+").all())


def _full_names(cells: pd.Series) -> bool:
    """Two words or more of letters, and hardly any twice."""
    if cells.empty:
        return False
    worded = cells.str.fullmatch(r"[^\W\d_][^\d@]*[ ,]+[^\d@]+").mean()
    return bool(worded > 0.8 and cells.nunique() > 0.8 * len(cells))


ID = Role(
    "id",
    _spelled(
        """id, person id, employee id, employee number, employee no, emp id, emp no, staff id,
        staff number, staff no, worker id, worker, user id, personnel number, personnel no,
        personnel id, payroll number, personid, mitarbeiter id, mitarbeiternummer,
        mitarbeiter nr, personalnummer, personal nr, pers nr, persnr, matricule, numero employe,
        id employe, identifiant, id empleado, numero empleado, num empleado, legajo, matricola,
        id dipendente, codice dipendente, personeelsnummer, medewerker id, medewerkernummer,
        id funcionario, matricula, numero funcionario, id colaborador, code, key, no, nr"""
    ),
    "each person's id",
    unless=frozenset(_LEADERS),
)
NAME = Role(
    "name",
    _spelled(
        """name, full name, display name, employee name, employee, person, person name, staff name,
        worker name, preferred name, legal name, last name first name, first name last name,
        last first, nachname vorname, vorname nachname, nom prenom, mitarbeiter,
        mitarbeitername, vollstandiger name,
        nom complet, nom et prenom, employe, nombre completo, nombre y apellidos,
        apellidos y nombre, empleado, nome completo, nome e cognome, cognome e nome, dipendente,
        volledige naam, naam, medewerker, nome, funcionario, colaborador"""
    ),
    "each person's name",
    content=_full_names,
    refuses=_numbers,
    unless=frozenset([*_LEADERS, "first", "last", "user", "department", "team", "company", "file"]),
)
FIRST_NAME = Role(
    "first_name",
    _spelled(
        """first name, given name, firstname, forename, vorname, prenom, nombre, primer nombre,
        nome proprio, voornaam, primeiro nome"""
    ),
    "each person's first name",
    unless=frozenset([*_LEADERS, "completo", "apellidos", "nom"]),
)
LAST_NAME = Role(
    "last_name",
    _spelled(
        """last name, surname, family name, lastname, nachname, familienname, nom de famille, nom,
        apellido, apellidos, cognome, achternaam, sobrenome, apelido, ultimo nome"""
    ),
    "each person's last name",
    unless=frozenset([*_LEADERS, "nombre", "nome", "prenom"]),
)
EMAIL = Role(
    "email",
    _spelled(
        """email, e mail, email address, e mail address, mail, mail address, work email,
        business email, primary email, user principal name, upn, smtp address, e mail adresse,
        mailadresse, dienstliche e mail, courriel, adresse e mail, adresse mail, adresse email,
        adresse electronique, correo, correo electronico, posta elettronica, indirizzo e mail,
        indirizzo email, e mailadres, mailadres, endereco de e mail, endereco de email,
        correio eletronico"""
    ),
    "each person's e-mail address",
    content=_addresses,
    unless=frozenset(_LEADERS),
)
MANAGER = Role(
    "manager",
    _spelled(
        """manager id, manager email, manager e mail, manager, reports to id, reports to,
        reporting to,
        reports to email, supervisor id, supervisor email, supervisor, line manager id,
        line manager email, line manager, manager employee id, direct manager, boss id, boss,
        superior, parent id, parent, team lead, lead, manager name, supervisor name, managed by,
        vorgesetzte, vorgesetzter, vorgesetzte person, vorgesetzten, vorgesetzte id,
        vorgesetzte e mail, fuhrungskraft, direkte fuhrungskraft, chef, berichtet an,
        disziplinarischer vorgesetzter, responsable, responsable hierarchique, superieur,
        superieur hierarchique, n 1, manager direct, rattache a, jefe, jefe directo, jefa,
        supervisora, reporta a, encargado, responsable directo, superior directo, capo,
        responsabile, superiore, riporta a, responsabile diretto, leidinggevende, baas,
        rapporteert aan, direct leidinggevende, gestor, gestor direto, gerente, chefe,
        chefia, superior imediato, supervisor direto, reporta para, subordina se a"""
    ),
    "each person's manager",
    unless=_NOT_THEMSELVES - {"direct"},
)
LEVEL = Role(
    "level",
    _spelled(
        """level, level name, management level, hierarchy level, job level, grade, job grade,
        pay grade, band, job band, tier, layer, seniority, stufe, ebene, hierarchieebene,
        fuhrungsebene, hierarchiestufe, karrierestufe, niveau, niveau hierarchique, echelon,
        categorie, nivel, nivel jerarquico, categoria, livello, livello gerarchico, inquadramento,
        functieniveau, schaal, nivel hierarquico, escalao"""
    ),
    "each person's level",
    unless=frozenset(["manager", "supervisor", "education", "access", "skill"]),
)
RANK = Role(
    "rank",
    _spelled(
        """level rank, rank, level number, level no, level id, hierarchy rank, rang, rangstufe,
        rango, rangorde, ordem, posto"""
    ),
    "the rank of each person's level, a whole number",
    unless=frozenset(_LEADERS),
)
DEPARTMENT = Role(
    "department",
    _spelled(
        """department, dept, department name, business unit, org unit,
        org einheit, organisational unit,
        organizational unit, organisation unit, organization unit, unit, division, team, team name,
        group, function area, cost center, cost centre, section, abteilung, abteilungsname, bereich,
        organisationseinheit, kostenstelle, departement, service, direction, unite, pole, equipe,
        departamento, area, unidad, seccion, reparto, dipartimento, ufficio, unita, settore,
        afdeling, eenheid, organisatieonderdeel, setor, unidade, divisao"""
    ),
    "each person's department",
    unless=frozenset([*_LEADERS, "size", "number", "id", "code", "leader"]),
)
TITLE = Role(
    "title",
    _spelled(
        """title, job title, job, position, position title, role, job role, business title,
        designation, occupation, job name, stelle, planstelle,
        stellenbezeichnung, funktion, position titel,
        berufsbezeichnung, rolle, poste, intitule du poste, fonction, emploi, puesto, cargo,
        puesto de trabajo, funcion, ruolo, mansione, posizione, qualifica, functie, functietitel,
        rol, funcao, posicao"""
    ),
    "each person's job title",
    unless=frozenset(_LEADERS),
)
STATUS = Role(
    "status",
    _spelled(
        """status, employment status, worker status, employee status, account status, state,
        beschaftigungsstatus, mitarbeiterstatus, statut, situation, estado, situacion laboral,
        stato, situacao"""
    ),
    "whether each person still works there",
    unless=frozenset(_LEADERS),
)

ROLES = (ID, EMAIL, NAME, FIRST_NAME, LAST_NAME, MANAGER, RANK, LEVEL, DEPARTMENT, TITLE, STATUS)
"""The roles of a list of people, in the order in which columns are given out."""
