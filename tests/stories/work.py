"""What the steps of an answer cost the people who take them, counted as they are taken."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

PRESS_S, SIGNS_A_SECOND, WORDS_A_MINUTE = 3, 3, 200
"""A person finds and presses a button, types, and reads a page that they see for the first time."""


@dataclass(slots=True)
class Work:
    """All of it, of however many people."""

    presses: int = 0
    signs: int = 0
    words: int = 0
    seen: set[str] = field(default_factory=set)
    """Lines that were read: nobody reads one again that still stands where it stood."""

    def press(self, page: Page, text: str) -> None:
        page.locator("main button, main a.button").filter(has_text=text).first.click()
        page.wait_for_load_state()
        self.presses += 1

    def read(self, page: Page) -> str:
        """Whatever stands on the page and was not read before."""
        told = str(page.inner_text("main"))
        new = set(told.splitlines()) - self.seen
        self.words += sum(len(line.split()) for line in new)
        self.seen |= new
        return " ".join(told.split())

    def fill(self, page: Page, place: str, text: str) -> None:
        page.fill(place, text)
        self.presses, self.signs = self.presses + 1, self.signs + len(text)

    def choose(self, page: Page, place: str, option: str) -> None:
        page.select_option(place, option)
        self.presses += 1

    @property
    def seconds(self) -> float:
        reading = self.words / WORDS_A_MINUTE * 60
        return self.presses * PRESS_S + self.signs / SIGNS_A_SECOND + reading
