"""The server's side of the contract on loopback, as far as a worker sees it; can be down, and refuse."""

import base64
import contextlib
import json
import re
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from uuid import UUID, uuid4

import numpy as np

from tests.patience import patient

WORKER, ENROLLER = "worker-token", "enroller-token"


class FakeApi:
    def __init__(self):
        self.lock = threading.Lock()
        self.alerts = {}  # id -> body, as first accepted
        self.posts = []  # every alert that arrived, including retries
        self.statuses = []  # (monotonic, camera_id, body)
        self.templates = {}  # picture id -> body
        self.pictures = {}  # picture id -> (entry id, bytes)
        self.entries = []  # (entry id, expires_at, vector)
        self.refusals = []  # (status, code, headers) given to the next alerts instead of an answer
        self.lose_answers = 0  # this many alerts are accepted, but their answer never arrives
        self.gallery_refused = None
        self.gallery_lasts = timedelta(minutes=10)
        self.renews = True  # whether "not modified" says for how much longer
        self.gallery_etags = []
        self.gallery_served = 0
        self.clock_error = timedelta(0)  # how far this server's clock is ahead of the test's
        self.version = "1"
        self.unknown_entries = set()  # alerts on these are 422
        self.old_states = None  # the only camera states that it accepts
        self._server = None
        self.port = 0
        self.up()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def now(self):
        return datetime.now(UTC) + self.clock_error

    def up(self):
        self._server = _Server(("127.0.0.1", self.port), _Handler)
        self._server.api = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def down(self):
        """As if the machine were switched off: new connections are refused, open ones cut."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()

    def enrol(self, vector, entry_id=None, expires_in=timedelta(hours=1)):
        entry_id = entry_id or uuid4()
        self.entries.append((entry_id, self.now() + expires_in, vector))
        return entry_id

    def ask_for(self, picture, entry_id=None):
        picture_id = uuid4()
        self.pictures[str(picture_id)] = (entry_id or uuid4(), picture)
        return str(picture_id)

    def gallery(self):
        entries = [
            {
                "entry_id": str(entry_id),
                "expires_at": expires_at.isoformat(),
                "template": base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode(),
            }
            for entry_id, expires_at, vector in self.entries
        ]
        return {
            "version": str(len(entries)),
            "valid_until": (self.now() + self.gallery_lasts).isoformat(),
            "entries": entries,
        }

    def wait_for(self, what, seconds=20.0):
        """Until `what()` is true; fails the test otherwise."""
        seconds = patient(seconds)
        end = monotonic() + seconds
        while monotonic() < end:
            if what():
                return
            sleep(0.05)
        raise AssertionError(f"waited {seconds} s in vain")

    def states(self, camera_id):
        return [body["state"] for _, camera, body in self.statuses if camera == str(camera_id)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api = None

    def __init__(self, *arguments):
        self._sockets = set()
        super().__init__(*arguments)

    def process_request(self, request, client_address):
        self._sockets.add(request)
        super().process_request(request, client_address)

    def cut(self):
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(2)

    def handle_error(self, request, client_address):
        """Cut connections are expected."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def date_time_string(self, timestamp=None):
        return format_datetime(self.server.api.now(), usegmt=True)

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, kind="application/json", headers=None):
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def problem(self, status, code, headers=None, **facts):
        self.answer(status, {"type": "about:blank", "status": status, "code": code, **facts}, headers=headers)

    def do_GET(self):
        api = self.server.api
        if self.path == "/healthz":
            self.answer(200, {"status": "ok", "version": api.version})
            return
        if not self._known(ENROLLER if "gallery" not in self.path else WORKER):
            return
        if self.path.startswith("/v1/watchlist/gallery"):
            self._gallery(api)
        elif self.path.startswith("/v1/watchlist/enrolments"):
            waiting = [
                {"picture_id": key, "entry_id": str(entry)}
                for key, (entry, _) in api.pictures.items()
                if key not in api.templates
            ]
            self.answer(200, {"items": waiting, "next": None})
        elif found := re.fullmatch(r"/v1/watchlist/pictures/([^/]+)", self.path):
            entry = api.pictures.get(found[1])
            if entry is None or entry[1] is None:
                self.problem(404, "not_found")
            else:
                self.answer(200, entry[1], "image/jpeg")

    def _gallery(self, api):
        if api.gallery_refused:
            self.problem(api.gallery_refused, "forbidden")
            return
        etag = f'"{len(api.entries)}"'
        api.gallery_etags.append(self.headers.get("If-None-Match"))
        if self.headers.get("If-None-Match") == etag:
            until = {"Valid-Until": api.gallery()["valid_until"]} if api.renews else {}
            self.answer(304, headers={"ETag": etag} | until)
        else:
            api.gallery_served += 1
            self.answer(200, api.gallery(), headers={"ETag": etag})

    def do_PUT(self):
        body = self._body()
        found = re.fullmatch(r"/v1/watchlist/pictures/([^/]+)/template", self.path)
        if found and self._known(ENROLLER):
            self.server.api.templates[found[1]] = body
            self.answer(204)

    def do_POST(self):
        api, body = self.server.api, self._body()
        if not self._known(WORKER):
            return
        if found := re.fullmatch(r"/v1/cameras/([^/]+)/status", self.path):
            if api.old_states and body["state"] not in api.old_states:
                self.problem(422, "invalid")
                return
            api.statuses.append((monotonic(), found[1], body))
            self.answer(204)
        elif self.path == "/v1/alerts":
            self._alert(api, body)

    def _alert(self, api, body):
        with api.lock:
            api.posts.append(body)
            if api.refusals:
                status, code, headers = api.refusals.pop(0)
                self.problem(status, code, headers)
                return
            if body.get("watchlist_entry_id") in api.unknown_entries:
                self.problem(422, "unknown_entry")
                return
            ahead = (datetime.fromisoformat(body["occurred_at"]) - api.now()).total_seconds()
            if ahead > 60:
                self.problem(422, "clock_ahead", seconds=round(ahead))
                return
            repeat = UUID(body["id"]).hex in api.alerts
            api.alerts.setdefault(UUID(body["id"]).hex, body)
            if api.lose_answers:
                api.lose_answers -= 1
                self.connection.shutdown(2)
                return
        self.answer(200 if repeat else 201, {"id": body["id"], "state": "pending"})

    def _known(self, token):
        if self.headers.get("Authorization") == f"Bearer {token}":
            return True
        self.problem(401, "unauthenticated")
        return False

    def _body(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))
