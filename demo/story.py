"""The story: Camille's October and November at Clientis Group, from the signed CRAs to the payroll entry that comes back.

Every figure is one of the scenarios' (S1 to S16) and is checked where it appears: the first that differs stops the story.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from demo.browser import Browser, Programs
from demo.office import ACCOUNTANT, CAMILLE, CLAIRE, LAURE, PASSWORD, SOPHIE, Office
from demo.runs import Runs, company_file
from demo.telling import StoryError, Telling, euros
from sandbox.access import Access
from sandbox.companies.stafforia import SPEC

PAYROLL = Path(__file__).parents[1] / "sandbox" / "paie-2026-10.txt"
OCTOBER, NOVEMBER, SIGNED = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 3)
_NAMES = {OCTOBER: "octobre", NOVEMBER: "novembre"}


@dataclass
class Story:
    """The chapters, in the order they are told. Each leaves Odoo as the next expects it."""

    access: Access
    office: Office
    programs: Programs
    telling: Telling
    run: Runs
    folder: Path

    @classmethod
    def on(cls, access: Access, programs: Programs, telling: Telling) -> "Story":
        """The story on a sandbox as new; its files go into the folder of `telling`."""
        folder = telling.folder
        # The house's rule for this story: a mission is billed once its CRA is validated, and the invoice carries the CRA.
        files = company_file(folder / "societe", SPEC.key, "billing", cra_required=True)
        run = Runs(telling, SPEC.key, {**access.environment(), "REGIE_COMPANIES": str(files)})
        return cls(access, Office(access), programs, telling, run, folder)

    def tell(self) -> None:
        """All of it. Raises StoryError at the first figure that differs."""
        self.october_cra()
        self.october_closing()
        self.november()
        self.release()
        self.margins()
        self.pay_variables()
        self.payroll_entries()

    # Chapters

    def october_cra(self) -> None:
        """S1 and S2: 13.5 days, signed, approved and validated, each by the one person who may."""
        self.telling.chapter("Octobre : le CRA de Camille, signé, approuvé, validé")
        hours = self.office.validated_hours(OCTOBER)
        self.telling.check_number("S1", "Heures de Camille chez Clientis Group validées par Claire", hours, "94.5")
        self._cra(OCTOBER, {"working_days": "15", "worked_days": "13.5", "absent_days": "1.5"}, "S1")
        self._sign(OCTOBER, refusal=True)

    def october_closing(self) -> None:
        """S3, with S15 and S16: no invoice for the mission, and its work accrued with its VAT."""
        self.telling.chapter("31 octobre : rien à facturer chez Clientis Group, tout en FAE")
        self._bill_the_others()
        fae, pca = self._close(OCTOBER)
        books = self.office.balances(fae)
        self.telling.check("S3", "FAE, compte 418100", books["418100"], "9864.00")
        self.telling.check("S3", "dont prestations, compte 706000", -books["706000"], "8100.00")
        self.telling.check("S3", "dont train à refacturer, compte 708500", -books["708500"], "120.00")
        self.telling.check("S3", "dont TVA sur FAE, compte 445870", -books["445870"], "1644.00")
        with self._as(ACCOUNTANT) as browser:
            browser.open(_form("account.move", fae["id"]))
            self._photo(browser, "fae", "La FAE au 31 octobre, ligne de commande par ligne de commande")
        # Orion is billed 9,100.00 and half done (2,600.00 too much, S15); of Néo's pack 2.5 h are left (237.50, S16).
        self.telling.check(
            "S15-S16", "PCA d'Orion (2 600,00) et de Néo (237,50)", -self.office.balances(pca)["487000"], "2837.50"
        )

    def november(self) -> None:
        """S4: twenty more days, the contract still not signed."""
        self.telling.chapter("Novembre : vingt jours de plus, le contrat n'est toujours pas signé")
        days = [date(2026, 11, day) for day in range(2, 31)]
        worked = [day for day in days if day.weekday() < 5 and day not in SPEC.holidays]
        self.office.validate(self.office.work(worked, SPEC.hours_per_day))
        self.telling.say(
            "Camille saisit ses jours de novembre (le 11 est férié) et Claire valide les heures, chacune dans Odoo."
        )
        self._cra(NOVEMBER, {"working_days": "20", "worked_days": "20", "absent_days": "0"}, "S4")
        self._sign(NOVEMBER)
        billed = self.run("bill", "--month", "2026-11", "--apply")
        self._no_invoice(billed, "20220.00", "S4")
        fae, _ = self._close(NOVEMBER)
        books = self.office.balances(fae)
        self.telling.check("S4", "FAE au 30 novembre, les deux mois", books["418100"], "24264.00")
        self.telling.check("S4", "dont TVA sur FAE, compte 445870", -books["445870"], "4044.00")

    def release(self) -> None:
        """S5: signed on 3 December, the next run prepares all that waited; posted, nothing is accrued any more."""
        self.telling.chapter("3 décembre : le contrat est signé, les deux mois partent")
        with self._as(SOPHIE.login) as browser:
            browser.open(_form("sale.order", self.office.mission_order()))
            browser.tab("Autres informations")
            browser.fill("x_regie_contract_signed_on", f"{SIGNED:%d/%m/%Y}")
            self._photo(browser, "contrat-signe", "Sophie date la signature du contrat sur la commande")
        if self.office.signed_on() != str(SIGNED):
            raise StoryError(
                f"« Contrat signé le » : {self.office.signed_on()!r} dans Odoo.", "Regarder la commande dans Odoo."
            )
        self.telling.say("Sophie, la business manager, renseigne « Contrat signé le » 03/12/2026 sur la commande.")
        billed = self.run("bill", "--until", str(SIGNED), "--apply")
        drafts = [
            one for one in self.office.moves(billed["written"]["created"]) if self.office.client_of(one) == "Clientis Group"
        ]
        self.telling.say(
            f"Le passage suivant prépare {len(drafts)} brouillon{'s' if len(drafts) > 1 else ''} pour Clientis Group :"
        )
        for draft in drafts:
            files = self.office.attached(draft["id"])
            self.telling.say(f"  {euros(draft['amount_untaxed'])}, avec en pièces jointes : {', '.join(sorted(files))}.")
        total = sum((Decimal(str(draft["amount_untaxed"])) for draft in drafts), Decimal(0))
        self.telling.check("S5", "Brouillons d'octobre (8 220,00) et de novembre (12 000,00)", total, "20220.00")
        carried = {name for draft in drafts for name in self.office.attached(draft["id"]) if name.startswith("CRA ")}
        self.telling.check_number("S5", "CRA joints aux brouillons", len(carried), "2")
        with self._as(ACCOUNTANT) as browser:
            browser.open(_form("account.move", drafts[0]["id"]))
            self._photo(browser, "brouillon", "Le brouillon de Clientis Group, ses lignes et ses pièces jointes")
        self.office.post(drafts, SIGNED)
        self.telling.say("La comptable comptabilise tout au 3 décembre. L'aperçu de l'arrêté de décembre :")
        closed = self.run("accrue", "--month", "2026-12")
        accrued = [one for one in closed["upserts"] if ".fae_" in one["key"] and not one["values"].get("reverses_key")]
        left = sum((Decimal(one["amount_untaxed"]) for one in accrued), Decimal(0))
        self.telling.check("S5", "FAE au 31 décembre", left, "0.00")

    def margins(self) -> None:
        """S6 and S7, as they were: an invoice of December changes nothing in what October was worth."""
        self.telling.chapter("Ce que valait octobre : les marges")
        file = self.folder / "marges-2026-10.xlsx"
        made = self.run("margins", "--month", "2026-10", "--xlsx", file)["margins"]
        [clientis] = [one for one in made["missions"] if one["client"] == "Clientis Group"]
        [manager] = made["managers"]
        self.telling.say(
            f"Clientis Group : {euros(clientis['revenue'])} de chiffre d'affaires, {euros(clientis['cost'])} de temps, "
            f"{euros(clientis['expenses'])} de frais. L'intercontrat ne pèse que sur la business manager, {manager['manager']}."
        )
        self.telling.check("S6", "Marge de la mission", clientis["margin"], "3693.60")
        self.telling.check_number("S6", "soit, en % du chiffre d'affaires", clientis["rate"], "44.9")
        self.telling.check("S7", "Intercontrat de Camille, du 1er au 9 octobre", manager["bench"], "2240.00")
        self.telling.kept(file, "marges par mission, client et business manager")

    def pay_variables(self) -> None:
        """S8, and the leaves of S1, in OpenPaie's files; then the same month in Silae's."""
        self.telling.chapter("Ce que la paie doit savoir : les variables d'octobre")
        made = self.run("pay-variables", "--month", "2026-10", "--apply", "--to", self.folder / "openpaie")
        leaves = sum((Decimal(one["quantity"]) for one in made["records"] if one["kind"] == "ABSENCE"), Decimal(0))
        [variable] = [one for one in made["statements"] if Decimal(one["to_pay"])]
        self.telling.check_number("S1", "Jours de congés payés de Camille", leaves, "1.5")
        self.telling.check("S8", "Marge du 3e trimestre, base de la variable de Sophie", variable["base"], "18000.00")
        self.telling.check("S8", "Variable due, par tranches", variable["due"], "1140.00")
        self.telling.check("S8", "À verser, 400,00 étant déjà versés", variable["to_pay"], "740.00")
        self._kept_all(self.folder / "openpaie", "variables de paie pour OpenPaie")
        self.telling.say(
            "Si la paie est chez Silae, il suffit d'un mot du fichier de la société (`pay_variables.profile: silae`) :"
        )
        files = company_file(self.folder / "societe-silae", SPEC.key, "pay_variables", profile="silae")
        silae = Runs(self.telling, SPEC.key, {**self.run.environment, "REGIE_COMPANIES": str(files)})
        silae("pay-variables", "--month", "2026-10", "--apply", "--to", self.folder / "silae")
        [file] = (self.folder / "silae").rglob("IMPORTSILAE_*.csv")
        lines = [line.split(";") for line in file.read_text(encoding="ascii").splitlines()[1:]]
        values = {code: sum(Decimal(line[2]) for line in lines if line[1] == code) for code in ("AB-CP", "EV-VARBM")}
        self.telling.check_number("S1", "Jours de congés dans le fichier de Silae (AB-CP)", values["AB-CP"], "1.5")
        self.telling.check("S8", "Variable dans le fichier de Silae (EV-VARBM)", values["EV-VARBM"], "740.00")
        self._kept_all(self.folder / "silae", "variables de paie pour Silae")

    def payroll_entries(self) -> None:
        """S14: one balanced draft entry, and nothing the second time."""
        self.telling.chapter("La paie revient : l'OD d'octobre")
        made = self.run("payroll-entries", PAYROLL, "--apply")
        [entry] = self.office.moves(made["written"]["created"])
        self.telling.check("S14", "OD de paie, en brouillon, de chaque côté", entry["amount_total"], "4900.00")
        again = self.run("payroll-entries", PAYROLL, "--apply")
        self.telling.check_number(
            "S14", "Écritures créées par le même fichier, une seconde fois", len(again["written"]["ids"]), "0"
        )
        with self._as(ACCOUNTANT) as browser:
            browser.open(_form("account.move", entry["id"]))
            self._photo(browser, "od-de-paie", "L'OD de paie en brouillon dans Odoo")

    # What several chapters do

    def _cra(self, month: date, days: Mapping[str, str], case: str) -> None:
        """The CRAs of a month made by a run; Camille's has these days."""
        [made] = self.run("cra", "--month", f"{month:%Y-%m}", "--apply")["cras"]
        self.telling.say(
            f"Regie prépare le CRA {_of(month)} de {made['consultant']} chez {made['client']}, à signer dans Odoo."
        )
        labels = {"working_days": "Jours ouvrés", "worked_days": "Jours travaillés", "absent_days": "Jours d'absence"}
        for name, expected in days.items():
            self.telling.check_number(case, f"{labels[name]} au CRA {_of(month)}", made[name], expected)

    def _sign(self, month: date, *, refusal: bool = False) -> None:
        """Consultant, client and manager in that order, each in a browser; then a run attaches the proofs."""
        cra = self.office.cra(month)
        form, name = _form("project.task", cra["id"]), _NAMES[month]
        with self._as(CAMILLE.login) as browser:
            browser.open(form)
            if refusal:
                said = browser.refused("Manager")
                self._photo(browser, f"{name}-refus", "Camille saute l'étape du client : Odoo refuse")
                self.telling.say(f"Camille essaie de sauter l'étape du client. Odoo refuse : « {' '.join(said.split())} »")
                browser.open(form)
            self._photo(browser, f"{name}-consultant", "Camille relit ses jours")
            browser.go_to("Client")
            self._photo(browser, f"{name}-signe", "Signé : c'est au tour du client")
        self._stands(month, "Client", "Camille relit ses jours et clique « Client » : c'est sa signature.")
        with self._as(LAURE) as browser:
            browser.open(_link(self.office.mail_to_client(cra["id"])))
            self._photo(browser, f"{name}-client", "Laure, chez le client, ouvre le lien de l'e-mail sur le portail")
            browser.go_to("Manager")
            self._photo(browser, f"{name}-approuve", "Approuvé : c'est au tour du manager")
        self._stands(
            month, "Manager", "Laure, chez le client, ouvre le lien de l'e-mail et clique « Manager » : elle approuve."
        )
        with self._as(CLAIRE.login) as browser:
            browser.open(form)
            self._photo(browser, f"{name}-manager", "Claire relit le CRA approuvé")
            browser.go_to("Validé")
            self._photo(browser, f"{name}-valide", "Validé")
        self._stands(month, "Validé", "Claire, directrice de mission, clique « Validé ».")
        self.run("cra", "--month", f"{month:%Y-%m}", "--apply")
        proofs = self.office.proofs(cra["id"], self.folder)
        if not proofs or not all(proofs.values()):
            raise StoryError(
                f"{cra['name']} : PDF absent, ou d'une autre empreinte.", "Regarder les pièces jointes de la tâche."
            )
        self.telling.say("Le passage suivant attache un PDF par signature, avec son empreinte SHA-256, vérifiée ici.")
        for file in proofs:
            self.telling.kept(file, f"CRA {_of(month)} signé")

    def _stands(self, month: date, step: str, what: str) -> None:
        """Odoo's own record agrees with the screen."""
        found = self.office.cra(month)["step"]
        if found != step:
            raise StoryError(f"Le CRA {_of(month)} est à l'étape « {found} », pas « {step} ».", "Regarder la tâche dans Odoo.")
        self.telling.say(what)

    def _bill_the_others(self) -> None:
        """October's billing: Néo, Orion and Kepler are posted on the 31st, Clientis Group waits for its contract."""
        billed = self.run("bill", "--month", "2026-10", "--apply")
        drafts = self.office.moves(billed["written"]["created"])
        amounts = {self.office.client_of(draft): draft["amount_untaxed"] for draft in drafts}
        for client, case, expected in (("Néo", "S9", "950.00"), ("Orion", "S11", "5200.00"), ("Kepler", "S12", "960.00")):
            self.telling.check(case, f"Brouillon d'octobre, {client}", amounts.get(client, 0), expected)
        self._no_invoice(billed, "8220.00", "S3")
        self.office.post(drafts, date(2026, 10, 31))
        self.telling.say("La comptable comptabilise les trois brouillons au 31 octobre.")

    def _no_invoice(self, billed: Mapping[str, Any], waiting: str, case: str) -> None:
        """The run wrote nothing for Clientis Group and says what waits for the contract."""
        [said] = [one for one in billed["findings"] if one["code"] == "contract_unsigned"]
        written = [self.office.client_of(one) for one in self.office.moves(billed["written"]["created"])]
        self.telling.check_number(case, "Factures pour Clientis Group", written.count("Clientis Group"), "0")
        self.telling.check(case, "En attente du contrat chez Clientis Group", said["amount"], waiting)

    def _close(self, month: date) -> tuple[dict[str, Any], dict[str, Any]]:
        """A closing written and posted with its reversals; answers its FAE and its PCA."""
        closed = self.run("accrue", "--month", f"{month:%Y-%m}", "--apply")
        moves = self.office.moves(closed["written"]["created"])
        self.office.post(moves)
        entries = {one["x_regie_key"].partition("_")[0]: one for one in moves if not one["x_regie_key"].endswith("_back")}
        day = date.fromisoformat(entries["fae"]["date"])
        self.telling.say(
            f"L'arrêté du {day:%d/%m/%Y} est écrit en brouillon, chaque écriture avec son extourne du lendemain ; la comptable "
            "comptabilise les quatre."
        )
        return entries["fae"], entries["pca"]

    def _kept_all(self, folder: Path, what: str) -> None:
        for file in sorted(folder.rglob("*.*")):
            self.telling.kept(file, what)

    def _as(self, login: str) -> Browser:
        return Browser(self.programs, self.access.url, login, PASSWORD, self.folder / "arret.png")

    def _photo(self, browser: Browser, name: str, what: str) -> None:
        taken = sum(file.endswith(".png") for file, _ in self.telling.files)
        self.telling.kept(browser.photograph(self.folder / f"{taken + 1:02}-{name}.png"), what)


def _of(month: date) -> str:
    """`d'octobre`, `de novembre`."""
    name = _NAMES[month]
    return f"d'{name}" if name[0] in "aeiouy" else f"de {name}"


def _form(model: str, record: int) -> str:
    """Where Odoo shows a record."""
    return f"/odoo/{model}/{record}"


def _link(mail: str) -> str:
    """The address that the e-mail's link opens."""
    _, _, rest = mail.partition('href="')
    return rest.partition('"')[0].replace("&amp;", "&")
