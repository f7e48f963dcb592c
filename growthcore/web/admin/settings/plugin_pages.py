"""Pages that plugins add, in the frame of the admin."""

from __future__ import annotations

from flask import Blueprint, abort
from markupsafe import Markup
from werkzeug.wrappers import Response

from growthcore.api import AdminPage, GrowthCoreError
from growthcore.web.admin import access, languages, pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.current import core

blueprint = Blueprint("plugin_pages", __name__, url_prefix="/plugins")


@blueprint.get("/<plugin>/<slug>")
@allow(Role.VIEWER)
def show(plugin: str, slug: str) -> Response:
    """A page of a plugin, to whom the plugin says it is for; one that fails costs only itself."""
    offered = core().plugins.pages.get(plugin, ())
    page = next((each for each in offered if each.slug == slug), None) or abort(404)
    access.require(Role(page.role))
    try:
        return pages.page("admin/plugins/page.html", page=page, body=_body(plugin, page))
    except GrowthCoreError as error:
        return pages.page(
            "admin/plugins/page.html",
            500,
            page=page,
            body=None,
            record=core().plugins.record(plugin),
            sentence=str(error),
        )


def _body(plugin: str, page: AdminPage) -> Markup:
    with core().plugins.calling(plugin):
        html = page.render(core().plugin_context(plugin), languages.current())
        if not isinstance(html, str):
            raise TypeError(f"{page.slug} renders {type(html).__name__}, not text")
    # Shown as it is: escaping is the plugin's duty, and the page's policy runs nothing inline.
    return Markup(html)  # noqa: S704
