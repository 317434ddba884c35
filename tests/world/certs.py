"""certs.py RECEIVERS DIR

The world's certificates, good ones and bad ones, and the TLSA records that
belong to them."""
import concurrent.futures, hashlib, json, os, sys
sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "tools"))
import manners, pki

AT_ONCE = 4             # keys made at a time
LONG = "3650d"          # a clock that runs fast does not leave it soon
BIG = 1000000           # bytes
# each: what differs from a good one, in pki.py's words, and what is sent with
# it, in this order; more than one prime makes a large key soon
KINDS = {
    "ok": ({}, ["inter"]),
    "self": ({"issuer": None}, []),
    "unknown-ca": ({"issuer": "other-inter"}, ["other-inter", "other"]),
    "expired": ({"from": "-9d", "until": "-1d"}, ["inter"]),
    "not-yet": ({"from": "3000d"}, ["inter"]),
    "wrong-name": ({"names": "mx.elsewhere.test"}, ["inter"]),
    "cn-only": ({"names": ""}, ["inter"]),
    "wildcard": ({"names": "*"}, ["inter"]),
    "misordered": ({}, ["root", "inter"]),
    "no-inter": ({}, []),
    "cross": ({}, ["inter-old", "old", "inter"]),
    "constr": ({"issuer": "limited"}, ["limited"]),
    "big": ({"size": str(BIG)}, ["inter"]),
    "rsa2048": ({"key": "rsa2048"}, ["inter"]),
    "rsa1024": ({"key": "rsa1024"}, ["inter"]),
    "rsa8192": ({"key": "rsa8192"}, ["inter"]),
    "ed25519": ({"key": "ed25519"}, ["inter"]),
}
AUTHORITIES = (
    ("root", {}),
    ("inter", {"issuer": "root"}),
    ("other", {}),
    ("other-inter", {"issuer": "other"}),
    # the same authority, by one that is no more
    ("old", {"from": "-99d", "until": "-9d"}),
    ("inter-old", {"issuer": "old", "key": "=inter", "cn": "inter", "from": "-99d", "until": "-9d"}),
    # names may be below test. only; who does not know how to read that must
    # not trust it
    ("limited", {"issuer": "root", "permit": "test"}),
)


class Pki(pki.Pki):
    def key(self, name, kind):
        if kind != "rsa8192":
            return super().key(name, kind)
        text = pki.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:8192",
                           "-pkeyopt", "rsa_keygen_primes:5").decode()
        self.write(name, "key", text, 0o600)
        return text


def make(p, name, kind, names):
    """NAME.pem: what a server shows, and its key"""
    differs, above = KINDS[kind]
    words = {"until": LONG, "issuer": "inter", "names": ",".join(names), "cn": names[0]}
    words.update({k: v for k, v in differs.items() if v is not None})
    if "issuer" in differs and differs["issuer"] is None:
        del words["issuer"]
    if words["names"] == "*":
        words["names"] = ",".join("*." + n.partition(".")[2] for n in names)
    p.make(name, **words)
    pem = "".join(pki.pem("CERTIFICATE", p.made[n]["der"]) for n in [name] + above)
    p.write(name, "pem", pem + p.made[name]["text"], 0o600)


def write(folder, receivers):
    """ca.pem, mx-NAME.pem for each receiver, and those of the web server and of
    who is in between; where the same was made before, nothing"""
    todo = [("mx-" + m.name, m.cert, manners.host_names(m, receivers)) for m in receivers]
    todo += [("policies", "ok", ["mta-sts." + d for m in receivers for d in manners.sts_domains(m)] + [manners.REPORTS]),
             ("policies-bad", "unknown-ca", ["mta-sts.test"])]
    todo += [("mitm-" + m.name, "unknown-ca", manners.host_names(m, receivers)) for m in receivers if m.proxy == "mitm"]
    want, path = json.dumps(todo), os.path.join(folder, "made")
    if os.path.exists(path):
        with open(path) as f:
            if f.read() == want:
                return
    p = Pki(folder)
    for name, words in AUTHORITIES:
        p.make(name, **{"ca": "1", "until": LONG, **words})
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for made in [pool.submit(make, p, *words) for words in todo]:
            made.result()
    p.write("ca", "pem", pki.pem("CERTIFICATE", p.made["root"]["der"]))
    p.write("made", "new", want)    # last
    os.rename(os.path.join(folder, "made.new"), path)


def _key(folder, name):
    with open(os.path.join(folder, name + ".key"), "rb") as f:
        return pki.openssl("pkey", "-pubout", "-outform", "DER", data=f.read())


def tlsa(folder, m):
    """the records of a receiver, as U.S.M.HEX; bogus, servfail and hang are
    those of a good one, broken in the DNS"""
    key = _key(folder, "mx-" + m.name)
    ee = "3.1.1." + hashlib.sha256(key).hexdigest()
    no = hashlib.sha256(b"nobody").hexdigest()
    ta = hashlib.sha256(_key(folder, "inter")).hexdigest()
    return {
        "none": [],
        "wrong": ["3.1.1." + no],
        # PKIX usages, RFC 7672 section 3.1.3; a selector and a matching of
        # tomorrow; too short
        "unusable": ["0.1.1." + no, "1.1.1." + no, "3.2.1." + no, "3.1.7." + no, "3.1.1." + no[:40]],
        "ta": ["2.1.1." + ta],
        "roll": ["3.1.1." + no, ee],
        "sha512": ["3.1.2." + hashlib.sha512(key).hexdigest(), "3.1.1." + no],
    }.get(m.tlsa, [ee])


def usable(records):
    """as a sender reads them: RFC 7672 section 3.1, and RFC 7671 section 9:
    what has a digest by SHA-512 needs none by SHA-256"""
    found = []
    for r in records:
        u, s, m, digits = r.split(".")
        if u in "23" and s in "01" and (m, len(digits)) in (("1", 64), ("2", 128)):
            found.append((u, s, m, r))
    strong = {(u, s) for u, s, m, _ in found if m == "2"}
    return [r for u, s, m, r in found if m == "2" or (u, s) not in strong]


if __name__ == "__main__":
    write(sys.argv[2], manners.load(sys.argv[1]))
