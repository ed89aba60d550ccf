"""A person before Odoo: a real Chromium without a window, one for each person, driven as they would click and type.

Selenium with Debian's `chromium` and `chromium-driver`, told by their paths: left alone, Selenium would download a browser.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeVar

from selenium.common.exceptions import StaleElementReferenceException, TimeoutException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.ui import WebDriverWait

from demo.telling import StoryError

T = TypeVar("T")

PATIENCE = 60
"""Seconds: the first page after Odoo's start builds its scripts."""

_STEPS = ".o_statusbar_status button"
_NOW = ".o_statusbar_status .o_arrow_button_current"


@dataclass(frozen=True, slots=True)
class Programs:
    """The browser and its driver on this machine."""

    browser: str
    driver: str

    @classmethod
    def found(cls) -> Self:
        """Those on the path. Raises StoryError that says how to install them."""
        browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        driver = shutil.which("chromedriver")
        if browser is None or driver is None:
            missing = " et ".join(
                name
                for name, there in (("le navigateur (chromium)", browser), ("son pilote (chromedriver)", driver))
                if not there
            )
            raise StoryError(
                f"Pas trouvé sur cette machine : {missing}.",
                "Debian : apt-get install chromium chromium-driver, puis relancer. Sans navigateur, personne ne signe.",
            )
        return cls(browser, driver)


class Browser:
    """A person's window, logged in: a new profile, so that nobody has another's session.

    What was on screen when something went wrong is kept as the picture `last`.
    """

    def __init__(self, programs: Programs, url: str, login: str, password: str, last: Path) -> None:
        options = ChromeOptions()
        options.binary_location = programs.browser
        # Without Chromium's own sandbox, which root and most containers cannot have: it opens nothing but this machine's Odoo.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,860", "--lang=fr"):
            options.add_argument(argument)
        try:
            self._chrome = Chrome(options=options, service=Service(programs.driver))
        except WebDriverException as error:
            raise StoryError(
                f"Le navigateur ne démarre pas : {(error.msg or '').partition(chr(10))[0]}",
                f"Vérifier que {programs.browser} et {programs.driver} vont ensemble : même paquet source, même version.",
            ) from error
        self._url, self._last = url, last
        try:
            self._log_in(login, password)
        except BaseException:
            self.photograph(last)
            self._chrome.quit()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self.photograph(self._last)
        self._chrome.quit()

    def open(self, place: str) -> None:
        """A form of Odoo's, by its path or whole address, once it can be read."""
        self._chrome.get(place if place.startswith("http") else f"{self._url}{place}")
        self._visible(".o_form_view .o_form_renderer")
        # The steps come after the form itself; on a form without any there is nothing to wait for.
        self._until(
            lambda: not self._all(".o_form_view .o_loading, .o_field_statusbar:empty"), "Le formulaire ne s'affiche pas."
        )

    def step(self) -> str:
        """The step at which the form stands."""
        return _first_line(self._visible(_NOW))

    def go_to(self, step: str) -> None:
        """Click a step of the form, and wait until Odoo has taken it."""
        self._click_step(step)
        self._until(
            lambda: any(_first_line(one) == step for one in self._all(_NOW)) and self._saved(),
            f"L'étape « {step} » n'a pas été prise.",
        )

    def refused(self, step: str) -> str:
        """Click a step that Odoo refuses to this person; answers what it tells them, on screen until the next page."""
        self._click_step(step)
        return self._visible(".modal .modal-body").text

    def fill(self, field: str, text: str) -> None:
        """Type into a field of the form, and save."""
        box = self._visible(f".o_field_widget[name={field}] input, .o_field_widget[name={field}] button")
        self._chrome.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
        box.click()
        typed = self._visible(f".o_field_widget[name={field}] input")
        typed.send_keys(Keys.CONTROL, "a")
        typed.send_keys(text, Keys.TAB)
        self._visible(".o_form_button_save").click()
        self._until(self._saved, "Odoo n'a pas enregistré.")

    def tab(self, title: str) -> None:
        """Turn to a page of the form's notebook."""
        for one in self._all(".o_notebook .nav-link"):
            if one.text == title:
                one.click()
                return
        raise StoryError(f"Pas d'onglet « {title} » sur {self._chrome.current_url}.", _LOOK)

    def photograph(self, file: Path) -> Path:
        """What the person sees now, once Odoo has loaded all of it."""
        # Best effort: a picture of a page that hangs is worth having too.
        with suppress(StoryError):
            self._until(lambda: not any(one.is_displayed() for one in self._all(".o_loading_indicator")), "Odoo charge encore.")
        self._chrome.save_screenshot(str(file))
        return file

    def _log_in(self, login: str, password: str) -> None:
        self._chrome.get(f"{self._url}/web/login")
        self._visible("input[name=login]").send_keys(login)
        self._visible("input[name=password]").send_keys(password, Keys.ENTER)
        self._until(lambda: "/web/login" not in self._chrome.current_url, f"{login} n'entre pas dans Odoo.")

    def _saved(self) -> bool:
        """Odoo always has the button, and shows it while something waits."""
        return not any(one.is_displayed() for one in self._all(".o_form_button_save"))

    def _click_step(self, step: str) -> None:
        self._visible(_NOW)
        for one in self._all(_STEPS):
            if one.is_displayed() and _first_line(one) == step:
                one.click()
                return
        raise StoryError(f"Pas d'étape « {step} » sur {self._chrome.current_url}.", _LOOK)

    def _all(self, selector: str) -> list[WebElement]:
        return self._chrome.find_elements(By.CSS_SELECTOR, selector)

    def _visible(self, selector: str) -> WebElement:
        return self._wait(
            seen.visibility_of_element_located((By.CSS_SELECTOR, selector)), f"Rien de tel à l'écran : {selector}."
        )

    def _until(self, condition: Callable[[], bool], message: str) -> None:
        self._wait(lambda _: condition(), message)

    def _wait(self, condition: Callable[[Chrome], Literal[False] | T], message: str) -> T:
        try:
            # What Odoo draws anew between two looks is looked at again.
            return WebDriverWait(self._chrome, PATIENCE, ignored_exceptions=[StaleElementReferenceException]).until(condition)
        except TimeoutException:
            raise StoryError(f"{message} ({self._chrome.current_url}, après {PATIENCE} s)", _LOOK) from None


_LOOK = "Ouvrir cette adresse dans un navigateur, comme la même personne, et regarder ; puis relancer."


def _first_line(button: WebElement) -> str:
    """A step's name: below it Odoo shows for how long it lasted."""
    return button.text.partition("\n")[0]
