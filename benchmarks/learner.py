"""A learner without a browser: logs in, opens a page, and works in its kernel.

What goes over the wire is what a browser would send: the login form with its cookies, Jupyter's
sessions and the websocket of a kernel, and in the app the messages of ipywidgets.
"""

import asyncio
import contextlib
import json
import re
import secrets
import time
from contextlib import asynccontextmanager

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

PATIENCE = 600  # seconds that nobody waits for longer
NETWORK = 'aria-label="Step '  # a picture of the network
LOSS = 'aria-label="Loss'  # a picture of the losses
TRAINED = ">Trained"  # the status line at the end of a training


class Kernel:
    """The websocket of a kernel, and what has come of each thing that was asked for."""

    def __init__(self, socket):
        self._socket, self._session = socket, secrets.token_hex()

    def send(self, kind, content, channel="shell", metadata=None):
        """Send a message; return its name."""
        header = {"msg_id": secrets.token_hex(), "msg_type": kind, "version": "5.3"}
        header |= {"session": self._session, "username": "learner", "date": ""}
        message = {"header": header, "content": content, "channel": channel}
        self._socket.write_message(
            json.dumps(message | {"parent_header": {}, "metadata": metadata or {}})
        )
        return header["msg_id"]

    async def receive(self):
        """The next message, as a dictionary."""
        raw = await asyncio.wait_for(self._socket.read_message(), PATIENCE)
        if raw is None:
            raise ConnectionError("the kernel is gone")
        if isinstance(raw, bytes):  # JSON, then what can't be JSON
            begins, ends = (int.from_bytes(raw[4 * k : 4 * k + 4], "big") for k in (1, 2))
            raw = raw[begins : ends if int.from_bytes(raw[:4], "big") > 1 else None]
        return json.loads(raw)

    async def execute(self, code):
        """Run a cell: the messages it published, and the seconds until the first."""
        began, first, published = time.perf_counter(), None, []
        wanted = {"code": code, "store_history": True, "stop_on_error": False}
        name = self.send("execute_request", wanted)
        while True:
            message = await self.receive()
            if message["parent_header"].get("msg_id") != name:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']}\n{code}")
            if kind in ("stream", "execute_result", "display_data"):
                first = first or time.perf_counter() - began
                published.append(content)
            if kind == "status" and content["execution_state"] == "idle":
                return published, first


class Widgets:
    """The widgets of a kernel as a page knows them: asked for once, then kept by updates."""

    def __init__(self, kernel):
        self._kernel = kernel
        self.states = {}  # of each widget, by the name of its comm
        self._all = False  # whether all have been told

    def _tell(self, comm, data):
        self._kernel.send("comm_msg", {"comm_id": comm, "data": data})

    async def load(self):
        """Ask for all widgets, again every 4 seconds until there is an answer, for a minute."""
        for _ in range(15):
            comm, metadata = secrets.token_hex(), {"version": "1.0.0"}
            opening = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
            self._kernel.send("comm_open", opening, metadata=metadata)
            self._tell(comm, {"method": "request_states"})
            end = time.monotonic() + 4
            while not self._all and time.monotonic() < end:
                await self.rest(0.2)
            if self._all:
                return
        raise TimeoutError("the kernel did not tell its widgets")

    async def receive(self):
        """Take in the next message; what it says about a widget, {} if nothing."""
        message = await self._kernel.receive()
        if message["msg_type"] not in ("comm_msg", "comm_open"):
            return {}
        content = message["content"]
        data = content["data"]
        if data.get("method") == "update_states":
            self._all = True
            self.states |= {name: widget["state"] for name, widget in data["states"].items()}
        elif message["msg_type"] == "comm_open" or data.get("method") == "update":
            self.states.setdefault(content["comm_id"], {}).update(data.get("state", {}))
            return data.get("state", {})
        return {}

    def find(self, **wanted):
        """The comm of the last widget whose state has these values."""
        return [c for c, state in self.states.items() if wanted.items() <= state.items()][-1]

    async def first_picture(self):
        """Wait until the widgets have a picture of a network."""
        while not any(NETWORK in str(state.get("value")) for state in self.states.values()):
            await self.receive()

    async def rest(self, seconds):
        """Think; meanwhile the page goes on to take in what the kernel says."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.receive(), left)

    async def train(self, neurons):
        """Set the number of neurons, press Train; seconds from the click to the new result."""
        self._tell(
            self.find(_model_name="TextModel", description="neurons"),
            {"method": "update", "state": {"value": str(neurons)}, "buffer_paths": []},
        )
        began, wanted = time.perf_counter(), {LOSS, TRAINED}
        click = {"method": "custom", "content": {"event": "click"}}
        self._tell(self.find(_model_name="ButtonModel", description="Train"), click)
        while wanted:
            value = str((await self.receive()).get("value"))
            wanted -= {words for words in wanted if words in value}
        return time.perf_counter() - began


class Learner:
    """Somebody's browser: cookies, and pages of one server at `address`."""

    def __init__(self, address):
        self.address = address
        self.pages = httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=PATIENCE)
        self.received = 0  # bytes of pages

    async def get(self, path):
        answer = await self.pages.get(path)
        answer.raise_for_status()
        self.received += len(answer.content)
        return answer

    def _xsrf(self, path):
        """The cookie that a page of `path` sends back with what it posts."""
        jar = [c for c in self.pages.cookies.jar if c.name == "_xsrf" and path.startswith(c.path)]
        return max(jar, key=lambda cookie: len(cookie.path)).value

    async def post(self, path, **content):
        headers = {"X-XSRFToken": self._xsrf(path)}
        answer = await self.pages.post(path, headers=headers, **content)
        answer.raise_for_status()
        return answer

    @asynccontextmanager
    async def kernel(self, path):
        """The websocket of the kernel whose address begins with `path`."""
        url = f"{self.address.replace('http', 'ws', 1)}{path}/channels"
        cookies = [c for c in self.pages.cookies.jar if path.startswith(c.path)]
        headers = {"Cookie": "; ".join(f"{c.name}={c.value}" for c in cookies)}
        headers["Origin"] = self.address
        request = HTTPRequest(url, headers=headers, connect_timeout=PATIENCE)
        socket = await websocket_connect(request, max_message_size=2**28)
        try:
            yield Kernel(socket)
        finally:
            socket.close()

    async def log_in(self, name, word):
        """At a JupyterHub: log in, and wait until the own server answers; its path."""
        await self.get("/hub/login")
        form = {"username": name, "password": word, "_xsrf": self._xsrf("/hub/")}
        answer = await self.pages.post("/hub/login", data=form)
        if answer.url.path == "/hub/login":
            raise PermissionError(f"{name} was not let in")
        answer.raise_for_status()  # such as that there is no place for one more
        own = f"/user/{name}"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:  # the page of a server that is starting looks again, too
            answer = await self.pages.get(f"{own}/lab")
            answer.raise_for_status()
            if answer.url.path.startswith(own):
                return own
            await asyncio.sleep(1)
        raise TimeoutError(f"the server of {name} did not start")

    async def open_notebook(self, own, notebook):
        """Its code cells, and the path of a kernel for it; `own`: the path of the server."""
        content = (await self.get(f"{own}/api/contents/{notebook}")).json()["content"]
        cells = [cell["source"] for cell in content["cells"] if cell["cell_type"] == "code"]
        wanted = {"path": notebook, "name": notebook, "type": "notebook"}
        wanted["kernel"] = {"name": "python3"}
        session = (await self.post(f"{own}/api/sessions", json=wanted)).json()
        return cells, f"{own}/api/kernels/{session['kernel']['id']}"

    async def open_app(self, token):
        """At the app: get the page; the path of its kernel."""
        page = (await self.get(f"/?token={token}")).text
        return "/api/kernels/" + re.search(r'"kernelId": "([\w-]+)"', page)[1]
