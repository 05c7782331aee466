"""A part of the console: its name in the menu, its pages, and who may open each of them.

A page that does not say who may open it is for nobody: the door looks the roles up at the view itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint

from hotline.domain.rights import ROLES

PUBLIC: frozenset[str] = frozenset({"everybody"})
"""Pages that need no log in."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class Area:
    """`area = Area("cases", "诉求", icon="clipboard-list")`, then `@area.page("/cases")` above each view.

    Endpoints are console.NAME.VIEW.
    """

    name: str
    title: str
    """As the menu calls it (Chinese, translated when shown); empty keeps it out of the menu."""
    icon: str = ""
    roles: Collection[str] = ROLES
    """Who may open its pages, unless a page says otherwise."""
    key: str = ""
    """Typed after g, it opens the first page."""
    first: str = ""
    """The view the menu leads to; the first page declared, if not said."""
    blueprint: Blueprint = field(init=False)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(self.name, f"hotline.console.areas.{self.name}")

    def page(
        self, rule: str, *, roles: Collection[str] | None = None, methods: Collection[str] = ("GET",)
    ) -> Callable[[View], View]:
        """Declares a view at an address, for these roles."""

        def declare(view: View) -> View:
            allowed = frozenset(self.roles if roles is None else roles)
            view.roles = allowed  # type: ignore[attr-defined]
            self.first = self.first or view.__name__
            self.blueprint.add_url_rule(rule, view.__name__, view, methods=list(methods))
            return view

        return declare

    @property
    def endpoint(self) -> str:
        """Where the menu leads."""
        return f"console.{self.name}.{self.first}"
