"""A small OpenID Connect issuer on loopback, that tells the truth or whatever lie a test asks of it."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """Answers at `address`; `claims` change its next token, `key` and `algorithm` how it is signed."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.configuration: dict[str, Any] = {}
        self._asked: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def approve(self, location: str) -> dict[str, str]:
        """What a browser brings back after somebody signed in there: code and state."""
        self._asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        return {"code": "a-code", "state": self._asked["state"]}

    @property
    def asked(self) -> dict[str, str]:
        return self._asked

    def _token(self) -> str:
        claims = {
            "iss": self.address,
            "aud": "rapport",
            "sub": "ada-at-the-issuer",
            "nonce": self._asked["nonce"],
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "email": "ada@wren.example",
            "email_verified": True,
            **self.claims,
        }
        headers = {"kid": "one"}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers=headers)

    def _answer(self, path: str, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                **self.configuration,
            }
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/userinfo":
            return 200, {"sub": self.claims.get("sub", "ada-at-the-issuer"), **self.userinfo}
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if challenge != self._asked.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._token()}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                sent = {
                    name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
                }
                status, body = issuer._answer(self.path, sent)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            do_POST = do_GET  # noqa: N815 - the name that http.server looks for

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
