"""An OpenID Connect provider of a page, for tests: it signs in whoever it is told to, without asking."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "pilotlight", "s3cret"


class Provider(ThreadingHTTPServer):
    """Listens on 127.0.0.1; `person` are the claims of the one who signs in next."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.person: dict[str, object] = {}
        self.nonces: dict[str, str] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def metadata(self) -> dict[str, object]:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        said: dict[str, object] = {name: f"{self.issuer}/{path}" for name, path in ends.items()}
        kinds = {"response_types_supported": ["code"], "subject_types_supported": ["public"]}
        return said | kinds | {"issuer": self.issuer, "id_token_signing_alg_values_supported": ["RS256"]}

    def tokens(self, code: str) -> dict[str, object]:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 600, "nonce": self.nonces.pop(code)}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.person, self.key)
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


class Answers(BaseHTTPRequestHandler):
    """The provider's four pages."""

    server: Provider

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(at.query).items()}
        if at.path == "/authorize":
            assert asked["client_id"] == CLIENT
            self.server.nonces["code"] = asked["nonce"]
            self.send_response(302)
            back = urlencode({"code": "code", "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif at.path == "/keys":
            self.say({"keys": [self.server.key.as_dict(private=False)]})
        else:
            self.say(self.server.metadata())

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        name, secret = map(unquote, b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode().split(":"))
        assert (name, secret) == (CLIENT, SECRET)
        self.say(self.server.tokens(sent["code"][0]))

    def say(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that runs while the block does."""
    server = Provider()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
