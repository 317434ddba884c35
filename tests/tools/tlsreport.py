"""tlsreport.py check FILE | mail FILE | pack FILE TYPE - reports about TLS.

check: is it a report as RFC 8460 section 4.4 has it, in every word?  Prints
what it says: the report, a line for each policy, one for each failure.
mail: a message taken apart, its report goes to part.gz.
pack: a message that carries FILE as a part of that TYPE, to descriptor 1."""
import datetime
import email
import email.policy
import gzip
import ipaddress
import json
import re
import sys

RESULTS = """starttls-not-supported certificate-host-mismatch certificate-expired certificate-not-trusted
    validation-failure tlsa-invalid dnssec-invalid dane-required sts-policy-fetch-error sts-policy-invalid
    sts-webpki-invalid""".split()
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$")


def pairs(items):
    names = [k for k, _ in items]
    assert len(names) == len(set(names)), "a name twice (RFC 7493 section 2.3)"
    return dict(items)


def members(o, must, may=()):
    assert isinstance(o, dict) and set(must) <= set(o) <= set(must) | set(may), (sorted(o), must, may)


def date(s):
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", s), s
    return int(datetime.datetime.fromisoformat(s[:-1] + "+00:00").timestamp())


def texts(o):
    assert isinstance(o, list) and o and all(isinstance(s, str) and s for s in o), o
    return o


def number(n):
    assert isinstance(n, int) and not isinstance(n, bool) and n >= 0, n
    return n


def failure(f):
    members(f, ["result-type", "failed-session-count"],
            ["sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip", "additional-information",
             "failure-reason-code"])
    assert f["result-type"] in RESULTS, f["result-type"]
    for k in "sending-mta-ip", "receiving-ip":
        if k in f:
            ipaddress.ip_address(f[k])
    assert NAME.match(f.get("receiving-mx-hostname", "x")), f
    assert number(f["failed-session-count"]) > 0
    return [f["result-type"], f.get("sending-mta-ip", "-"), f.get("receiving-mx-hostname", "-"),
            f.get("receiving-ip", "-"), f["failed-session-count"], f.get("failure-reason-code", "-")]


def policy(p):
    members(p, ["policy", "summary"], ["failure-details"])
    q, s = p["policy"], p["summary"]
    members(q, ["policy-type", "policy-domain"], ["policy-string", "mx-host"])
    assert q["policy-type"] in ("tlsa", "sts", "no-policy-found"), q
    assert NAME.match(q["policy-domain"]), q
    assert q["policy-type"] == "sts" or "mx-host" not in q
    assert q["policy-type"] != "no-policy-found" or "policy-string" not in q
    if q["policy-type"] == "tlsa":
        for t in q.get("policy-string", []):
            assert re.match(r"\d+ \d+ \d+ [0-9A-Fa-f]+$", t), t
    members(s, ["total-successful-session-count", "total-failure-session-count"])
    good, bad = (number(s[f"total-{k}-session-count"]) for k in ("successful", "failure"))
    failures = [failure(f) for f in p.get("failure-details", [])]
    assert sum(f[4] for f in failures) == bad, "each session that failed has its reason"
    return [[q["policy-type"], q["policy-domain"], good, bad, ";".join(texts(q["policy-string"])) if "policy-string" in q else "-",
             ";".join(texts(q["mx-host"])) if "mx-host" in q else "-"]] + failures


def check(raw):
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    r = json.loads(raw.decode("utf-8"), object_pairs_hook=pairs)
    members(r, ["organization-name", "date-range", "contact-info", "report-id", "policies"])
    members(r["date-range"], ["start-datetime", "end-datetime"])
    begin, end = date(r["date-range"]["start-datetime"]), date(r["date-range"]["end-datetime"])
    assert begin <= end and isinstance(r["policies"], list) and r["policies"]
    assert re.match(r"[^@\s]+@" + NAME.pattern, r["contact-info"])
    print(r["organization-name"], r["contact-info"], r["report-id"], begin, end, sep="\t")
    for p in r["policies"]:
        for row in policy(p):
            print(*row, sep="\t")


def mail(raw):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    for h in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "TLS-Report-Domain",
              "TLS-Report-Submitter", "TLS-Required"):
        assert len(m.get_all(h)) == 1, h
        print(h + ":", " ".join(m[h].split()))
    print(m.get_content_type(), m.get_param("report-type"))
    for p in m.iter_parts():
        print(p.get_content_type(), p.get_filename(), p.get_content_disposition())
        if p.get_filename():
            open("part.gz", "wb").write(p.get_content())
    print("longest line", max(map(len, raw.split(b"\n"))) <= 78, "CR", b"\r" in raw, "end", raw.endswith(b"--\n"))


def pack(raw, kind):
    m = email.message.EmailMessage()
    m["From"], m["To"], m["Subject"] = "a@b.example", "c@d.example", "Report Domain: d.example"
    m.set_content("for people")
    m.add_attachment(raw, *kind.split("/"), filename="x!y!1!2.json.gz")
    sys.stdout.buffer.write(m.as_bytes())


raw = open(sys.argv[2], "rb").read()
{"check": check, "mail": mail, "pack": pack}[sys.argv[1]](raw, *sys.argv[3:])
