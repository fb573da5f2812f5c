"""The server of the live app: who may come in, what they may request, and how what cannot be is
refused.

The app listens on 127.0.0.1 alone. A page of another site cannot use it: a Host that is not this
machine is refused (so is a name that was made to point here), and so is a request that another page
sends. Answers may not be kept, framed or taken for something else.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.dashboard.assets import asset
from sim.errors import InvalidInput, LeaderstreamError, Refused, UsageError
from sim.live._answer import answer
from sim.live._look import framed
from sim.live._map import levels, mapped
from sim.live._story import issues, replay_of
from sim.live._words import kinds_with_own_value
from sim.live.engine import LiveEngine
from sim.live.setting import DialSettings, Named, name_of_download, report, yaml_text

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.serving import BaseWSGIServer

HOST = "127.0.0.1"
PATIENCE = 0.5
"""How many seconds a request waits for more before it is answered with the progress alone."""
LARGEST = 64 * 1024
"""Bytes of a request at most."""
API = "/api/"
PLAYER = ("dark.js", "stream.js", "stream.css")
"""The report's own player of the stream, served under /player/."""
FILES_OF_DASH = "/_dash-component-suites/"
DASH = (FILES_OF_DASH, "/_dash-layout", "/_dash-dependencies", "/_favicon.ico")
OPEN = (API, "/assets/", "/player/", *DASH)

_SCRIPT = re.compile(r"<script(?![^>]*(?:src=|json))[^>]*>(.*?)</script>", re.DOTALL)
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def listening(port: int) -> BaseWSGIServer:
    """A server that listens on 127.0.0.1 and has no app yet; port 0: any free one. Refused when it
    is taken."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Says nothing of each request, and nothing of itself."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        server_version = "leaderstream"
        sys_version = ""

        def log(self, type: str, message: str, *arguments: Any) -> None:
            pass

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, port))
        except OSError as error:
            raise Refused(
                f"port {port} cannot be used ({error.strerror}); choose another, or --port 0"
            ) from None
        bound.listen(128)
        return make_server(
            HOST,
            bound.getsockname()[1],
            _no_app,
            threaded=True,
            request_handler=Quiet,
            fd=bound.fileno(),
        )


def _no_app(environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Length", "0")])
    return []


def guard(server: Flask, port: int) -> None:
    """Refuse strangers, and put the headers that keep a page to itself on every answer."""
    from flask import abort, request
    from werkzeug.exceptions import HTTPException, NotFound

    hosts = {f"{name}:{port}" for name in (HOST, "localhost")} | (
        {HOST, "localhost"} if port == 80 else set()
    )
    origins = {f"http://{host}" for host in hosts}

    @server.before_request
    def only_this_machine() -> None:
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        if request.headers.get("Host", "").lower() not in hosts or (
            origin is not None and origin not in origins
        ):
            abort(403)
        asks = request.path.startswith(API)
        if request.method not in (("POST",) if asks else ("GET", "HEAD")) or (
            asks and not request.is_json
        ):
            abort(405)
        if request.path != "/":
            if not request.path.startswith(OPEN):
                abort(404)
            if site not in (None, "same-origin"):
                abort(403)

    @server.errorhandler(Exception)
    def without_traceback(error: Exception) -> HTTPException:
        """Dash raises for a file that it does not serve; for the browser there is none."""
        if isinstance(error, HTTPException):
            return error
        if request.path.startswith(FILES_OF_DASH):
            return NotFound()
        raise error

    @server.after_request
    def to_itself(response: Response) -> Response:
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = _policy(response)
        return response


def _policy(response: Response) -> str:
    """Nothing but the app's own files may run; the page's few inline scripts are Dash's, allowed by
    their hashes."""
    inline: Sequence[str] = ()
    if response.mimetype == "text/html" and not response.direct_passthrough:
        inline = [_hash(text) for text in _SCRIPT.findall(response.get_data(as_text=True))]
    scripts = " ".join(["'self'", *inline])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src "
        f"'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action "
        "'none'; frame-ancestors 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def serve_api(server: Flask, settings: DialSettings, engine: LiveEngine) -> None:
    """Answer what the page asks for; every answer is JSON."""
    server.config["MAX_CONTENT_LENGTH"] = LARGEST

    def look(body: dict[str, Any]) -> dict[str, Any]:
        named = asked(body)
        tab, number, have = _asking(body, len(named), engine.most)
        played = engine.look(tab, number, [setting.meant for setting in named], have, PATIENCE)
        if played is None:
            return {"superseded": True}
        narrow, frames = body.get("narrow"), framed(body.get("frames"))
        shapes = narrow if isinstance(narrow, dict) else {}
        reply = answer(named, played, have, engine.most, shapes, frames)
        own = kinds_with_own_value(settings.dials, named[0].meant.resolved)
        return reply | {"preparing": engine.preparing, "own": own}

    def map_of(body: dict[str, Any]) -> dict[str, Any]:
        named = levels(settings, body.get("setting"), body.get("world"))
        frames = framed(body.get("frames"))
        if not named:
            return mapped([], None, [], engine.most, False, frames)
        tab, number, have = _asking(body, len(named), engine.most)
        policies = [level.meant for level in named]
        played = engine.look(f"{tab}/map", number, policies, have, PATIENCE)
        if played is None:
            return {"superseded": True}
        return mapped(named, played, have, engine.most, bool(body.get("narrow")), frames)

    def asked(body: dict[str, Any]) -> list[Named]:
        return settings.named(body.get("setting"), body.get("pins"), body.get("world"))

    def listed(body: dict[str, Any]) -> dict[str, Any]:
        meant = settings.meant(body.get("setting"), body.get("world"))
        outcome = engine.first(meant)
        return {"issues": issues(meant, outcome) if outcome is not None else []}

    def story(body: dict[str, Any]) -> dict[str, Any]:
        return dict(replay_of(asked(body), body.get("issue"), engine.first))

    def scenario(body: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": f"{name_of_download(settings.scenario)}.yaml",
            "text": yaml_text(settings, asked(body)),
        }

    def drawn(body: dict[str, Any]) -> dict[str, Any]:
        text = report(settings, asked(body), engine.most, engine.workers)
        return {"name": f"{name_of_download(settings.scenario)}.html", "text": text}

    for name, function in {
        "look": look,
        "map": map_of,
        "issues": listed,
        "story": story,
        "scenario": scenario,
        "report": drawn,
    }.items():
        server.add_url_rule(f"/api/{name}", f"api_{name}", _answering(function), methods=["POST"])


def serve_player(server: Flask) -> None:
    """The files of the report's player, under /player/."""
    from flask import Response

    def player(name: str) -> Response:
        return Response(
            asset(name), mimetype="text/css" if name.endswith(".css") else "text/javascript"
        )

    for name in PLAYER:
        server.add_url_rule(
            f"/player/{name}", f"player_{name}".replace(".", "_"), partial(player, name)
        )


def _asking(body: dict[str, Any], settings: int, most: int) -> tuple[str, int, list[int]]:
    """Which tab asks for so many settings, the number of its change, and how many replications of
    each it shows; UsageError for what no tab would send."""
    tab, number, shown = body.get("tab"), body.get("number"), body.get("have")
    have = [0] * settings if shown is None else _counts(shown, most)
    if (
        not isinstance(tab, str)
        or len(tab) > 64
        or not isinstance(number, int)
        or len(have) != settings
    ):
        raise UsageError(
            "expected a tab, the number of the change, and how many replications it shows"
        )
    return tab, number, have


def _counts(have: Any, most: int) -> list[int]:
    """Counts of replications, one a setting; none at all where this is no list of them."""
    whole = isinstance(have, list) and all(type(count) is int and count >= 0 for count in have)
    return [min(count, most) for count in have] if whole else []


def _answering(function: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[], Any]:
    """The function as a view. A setting that cannot be, or whose runs fail, is answered too: with
    what is wrong."""
    from flask import jsonify, request

    def view() -> Any:
        try:
            body = request.get_json(silent=True)
        except RecursionError:
            body = None  # brackets within brackets beyond what Python reads
        try:
            return jsonify(function(body if isinstance(body, dict) else {}))
        except InvalidInput as error:
            return jsonify(
                {"problems": [f"{problem.path}: {problem.message}" for problem in error.problems]}
            )
        except UsageError as error:
            return jsonify({"problems": [str(error)]}), 400
        except LeaderstreamError as error:
            return jsonify({"problems": [str(error)]})

    return view
