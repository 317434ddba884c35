"""How the receivers of a world behave: the file `receivers`, see world(7)."""
import fnmatch, re
import comeback

PLACES = ("connect", "greet", "ehlo", "starttls", "handshake", "ehlo2", "mail", "rcpt", "data", "body", "dot", "quit")
EXT = "PIPELINING,8BITMIME,SIZE,ENHANCEDSTATUSCODES,DSN,SMTPUTF8,CHUNKING,STARTTLS"
CERTS = ("ok", "self", "unknown-ca", "expired", "not-yet", "wrong-name", "cn-only", "wildcard", "misordered",
         "no-inter", "cross", "constr", "big", "rsa2048", "rsa1024", "rsa8192", "ed25519")
POLICIES = ("may", "must", "verify", "dane", "sts", "rtls", "auto")
REPORTS = "reports.test"    # takes those about TLS
PARTS = ("resolver", "nameserver", "web")   # no receivers, so not their names
RECEIVERS_MAX = 250     # each has an address of its own in 198.18.1.0/24


class Bad(Exception):
    pass


def _number(s):
    if not re.fullmatch(r"[0-9]{1,9}", s):
        raise ValueError
    return int(s)


def _seconds(s):
    if not re.fullmatch(r"[0-9]{1,6}([.][0-9]{1,6})?", s):
        raise ValueError
    return float(s)


def rate(s):
    """N/SECONDS"""
    n, period = s.split("/")
    if _seconds(period) == 0:
        raise ValueError
    return _number(n), _seconds(period)


def _list(s):
    return [w for w in s.split(",") if w]


def _one(*words):
    def parse(s):
        if s not in words:
            raise ValueError
        return s
    return parse


def _place(s):
    """where, and how it ends there: in order, or by RST"""
    place, tilde, how = s.partition("~")
    if place not in PLACES or (tilde and how != "reset"):
        raise ValueError
    return place, how or "close"


def _reply(s):
    """PATTERN:REPLY, with _ for a blank"""
    pattern, colon, reply = s.partition(":")
    if not re.match(r"[245][0-9][0-9]_", reply):
        raise ValueError
    return pattern, reply.replace("_", " ")


def _versions(s):
    """of TLS, the oldest and the newest"""
    versions = s.split("+")
    if not all(v in ("1.0", "1.2", "1.3") for v in versions):
        raise ValueError
    return versions


def _suites(s):
    """as openssl(1) has them"""
    if not re.fullmatch(r"[A-Z0-9:!+-]+", s):
        raise ValueError
    return s


# each word: what it is without, and how its value is read
WORDS = {
    "ext": (_list(EXT), _list),
    "tlsext": (None, _list),
    "size": (0, _number),
    "pause": (0, _seconds),
    "drip": (0, _seconds),
    "limit": (None, rate),
    "conns": (0, _number),
    "per-conn": (0, _number),
    "grey": (0, _seconds),
    "rcpt": (None, _reply),
    "rejectafter": (0, _number),
    "back": ([], comeback.parse),
    "data": ("ok", _one("ok", "refuse")),
    "drop": (None, _place),
    "stall": (None, _place),
    "starttls": ("ok", _one("ok", "no", "454", "501", "inject", "garbage")),
    "tls": (["1.2", "1.3"], _versions),
    "ciphers": ("", _suites),
    "hsdrip": (0, _seconds),
    "cert": ("ok", _one(*CERTS)),
    "tlsa": ("ok", _one("ok", "none", "wrong", "unusable", "bogus", "servfail", "hang", "ta", "roll", "sha512")),
    "sts": ("enforce", _one("enforce", "testing", "none", "missing-mx", "404", "redirect", "big", "cert", "type", "slow")),
    "age": (0, _number),
    "ip": ("4", _one("4", "6", "both", "dead6")),
    "proxy": ("no", _one("no", "strip", "454", "mitm", "cut", "record")),
    "mx": ("ok", _one("ok", "null", "none", "cname", "two", "insecure", "bogus")),
}


class Manners:
    """A receiver's: an attribute for each word, with _ for -"""

    def __init__(self, number, name, text):
        self.number, self.name, self.text = number, name, text
        for word, (without, _) in WORDS.items():
            setattr(self, word.replace("-", "_"), without)

    def addresses(self, net, dead=False):
        """of its own, net 1, or of who is in between, net 2; with the one that
        nobody listens at, or without"""
        four, six = "198.18.%d.%d" % (net, self.number), "fd18::%d:%d" % (net, self.number)
        return {"4": [four], "6": [six], "both": [four, six]}.get(self.ip, [four] + [six] * dead)

    def reached(self, dead=False):
        """the addresses that the DNS has"""
        return self.addresses(1 if self.proxy == "no" else 2, dead)

    def take(self, word, value):
        if word not in WORDS:
            raise Bad("%s: there is no word %s" % (self.name, word))
        try:
            parsed = WORDS[word][1](value)
        except ValueError:
            raise Bad("%s: %s=%s is not understood" % (self.name, word, value)) from None
        setattr(self, word.replace("-", "_"), parsed)

    def offers(self, secured):
        """the words of EHLO, under TLS or not"""
        if not secured:
            return [w for w in self.ext if w != "STARTTLS" or self.starttls != "no"]
        if self.tlsext is not None:
            return self.tlsext
        return [w for w in self.ext if w != "STARTTLS"] + ["REQUIRETLS"]

    def refuses(self, local_part):
        """the reply to a recipient that is refused for his name, or None"""
        if self.rcpt and fnmatch.fnmatchcase(local_part, self.rcpt[0]):
            return self.rcpt[1]
        return None


def domains(m):
    """those under which a receiver is reached"""
    end = "plain.test" if m.mx == "insecure" else "test"
    return ["%s.%s.%s" % (m.name, p, end) for p in POLICIES]


def hosts(m, domain):
    """(preference, host) of the MX of one of these"""
    host = "mx." + domain.replace(".plain.test", ".test")
    return {"null": [(0, "")], "none": [], "two": [(10, host), (20, "mx2." + domain)]}.get(m.mx, [(10, host)])


def sts_domains(m):
    """those that have an MTA-STS policy"""
    return [d for d in domains(m) if d.split(".")[1] in ("sts", "auto")]


def host_names(m, receivers):
    """those for which its certificate is; the first is the good second host of
    others"""
    found = domains(m) if m.mx == "none" else [h for d in domains(m) for preference, h in hosts(m, d) if preference == 10]
    if m.mx == "cname":
        found += ["host." + d for d in domains(m)]
    if m is receivers[0]:
        found += ["mx2." + d for o in receivers if o.mx == "two" for d in domains(o)]
    return found or ["mx." + d for d in domains(m)]


def parse(text):
    """the receivers of a file, in its order; Bad says what is wrong"""
    found = []
    for line in text.splitlines():
        name, *words = line.split("#")[0].split() or [""]
        if not name:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
            raise Bad("%s: a name has small letters, digits and -" % name)
        if name in PARTS:
            raise Bad("%s is no receiver" % name)
        if any(m.name == name for m in found):
            raise Bad("%s stands there twice" % name)
        m = Manners(len(found) + 1, name, " ".join(words))
        for w in words:
            m.take(*w.split("=", 1) if "=" in w else (w, ""))
        found.append(m)
    if not 1 <= len(found) <= RECEIVERS_MAX:
        raise Bad("want 1 to %d receivers, not %d" % (RECEIVERS_MAX, len(found)))
    return found


def load(path):
    with open(path) as f:
        return parse(f.read())
