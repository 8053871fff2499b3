"""A website that signs who its visitors are: JWTs, good ones and others, by the standard library and
`openssl`."""
import base64
import hashlib
import hmac
import json
import subprocess
import time

SECRET = "0123456789abcdef0123456789abcdef"
OTHER_SECRET = "fedcba9876543210fedcba9876543210"


def url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(sub="4711", aud="default", at=None, lasts=300, **more):
    at = int(time.time()) if at is None else at
    return {"sub": sub, "aud": aud, "iat": at, "exp": at + lasts, **more}


def to_sign(header, payload):
    return ".".join(url(json.dumps(part).encode()) for part in (header, payload))


def hs256(payload, secret=SECRET, **header):
    text = to_sign({"alg": "HS256", "typ": "JWT", **header}, payload)
    return f"{text}.{url(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


def signed(sub="4711", secret=SECRET, kid=None, **more):
    """A good one."""
    return hs256(claims(sub, **more), secret, **({"kid": kid} if kid else {}))


class Pair:
    """An Ed25519 pair: site.pem and site.pub in that folder."""

    def __init__(self, folder):
        self.private, self.public = folder / "site.pem", folder / "site.pub"
        self.run("genpkey", "-algorithm", "ed25519", "-out", self.private)
        self.run("pkey", "-in", self.private, "-pubout", "-out", self.public)
        self.public.chmod(0o644)
        self.folder = folder

    @staticmethod
    def run(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def eddsa(self, payload, **header):
        text = to_sign({"alg": "EdDSA", **header}, payload)
        said, signature = self.folder / "to-sign", self.folder / "signature"
        said.write_text(text)
        self.run("pkeyutl", "-sign", "-inkey", self.private, "-rawin", "-in", said, "-out", signature)
        return f"{text}.{url(signature.read_bytes())}"


def key(w, name="identity.key", secret=SECRET, **more):
    """What the configuration says of a key, whose file is there then."""
    path = w.directory / name
    path.touch(mode=0o600)
    path.write_text(secret + "\n")
    return {"algorithm": "HS256", "file": name, **more}


def site(w, *keys, **more):
    return [{"attributes": ["plan", "cart"], "keys": list(keys) or [key(w)], **more}]
