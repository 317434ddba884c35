#!/usr/bin/env python3
"""Is an aggregate report in the form of RFC 9990, and what does it say?

usage: dmarcxml.py FILE

FILE is XML, or gzip of it.  Complains of each element that stands where it may not, is
missing, or has a value that it cannot have; else prints a line for each
record: source count disposition dkim spf reason header_from envelope_from
envelope_to dkim-results spf-result, - for what is not there, and one for
the head: version organization contact id begin end domain p sp np adkim aspf
testing method.
"""
import gzip, ipaddress, re, sys
import xml.etree.ElementTree as ET

NS = "{urn:ietf:params:xml:ns:dmarc-2.0}"
P = "none|quarantine|reject"
TEXT = r"[^\n]*"
NUMBER = r"[0-9]+"
DKIM = "none|pass|fail|policy|neutral|temperror|permerror"
# name, how often (1, ?, *, +), and what is in it: a pattern, or a list in
# the order of the tables of RFC 9990 section 3.1.1
FORM = [
    ("version", "?", r"1\.0"),
    ("report_metadata", "1", [
        ("org_name", "1", TEXT), ("email", "1", TEXT), ("extra_contact_info", "?", TEXT),
        ("report_id", "1", r"[\w.!#$%&'*+/=?^`{|}~-]+(@[\w.-]+)?"),
        ("date_range", "1", [("begin", "1", NUMBER), ("end", "1", NUMBER)]),
        ("error", "?", TEXT), ("generator", "?", TEXT)]),
    ("policy_published", "1", [
        ("domain", "1", TEXT), ("discovery_method", "?", "psl|treewalk"), ("p", "1", P),
        ("sp", "?", P), ("np", "?", P), ("fo", "?", TEXT), ("adkim", "?", "r|s"),
        ("aspf", "?", "r|s"), ("testing", "?", "y|n")]),
    ("extension", "?", None),
    ("record", "+", [
        ("row", "1", [
            ("source_ip", "1", TEXT), ("count", "1", NUMBER),
            ("policy_evaluated", "1", [
                ("disposition", "1", P + "|pass"), ("dkim", "1", "pass|fail"),
                ("spf", "1", "pass|fail"),
                ("reason", "*", [("type", "1", "local_policy|mailing_list|other|policy_test_mode|trusted_forwarder"),
                                 ("comment", "?", r"(?s:.*)")])])]),
        ("identifiers", "1", [("header_from", "1", TEXT), ("envelope_from", "?", TEXT),
                              ("envelope_to", "?", TEXT)]),
        ("auth_results", "1", [
            ("dkim", "*", [("domain", "1", TEXT), ("selector", "1", TEXT), ("result", "1", DKIM),
                           ("human_result", "?", TEXT)]),
            ("spf", "?", [("domain", "1", TEXT), ("scope", "?", "mfrom"),
                          ("result", "1", DKIM + "|softfail"), ("human_result", "?", TEXT)])])]),
]


def fault(where, what):
    print(f"{where}: {what}")
    sys.exit(1)


def check(node, form, where):
    if not isinstance(form, list):
        if len(node):
            fault(where, "has elements in it")
        if form is not None and not re.fullmatch(form, node.text or ""):
            fault(where, f"cannot be {node.text!r}")
        return
    if (node.text or "").strip():
        fault(where, "has text in it")
    kids = list(node)
    for name, times, inner in form:
        n = 0
        while kids and kids[0].tag == NS + name:
            check(kids.pop(0), inner, where + "/" + name)
            n += 1
        if (n == 0 and times in "1+") or (n > 1 and times in "1?"):
            fault(where, f"{n} of {name}")
    if kids:
        fault(where, f"{kids[0].tag} is not expected here")


raw = open(sys.argv[1], "rb").read()
root = ET.fromstring(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
if root.tag != NS + "feedback":
    fault("the root", root.tag)
check(root, FORM, "feedback")


def get(node, path):
    found = node.find("/".join(NS + p for p in path.split("/")))
    return "-" if found is None else found.text or ""


print("\t".join(get(root, p) for p in (
    "version", "report_metadata/org_name", "report_metadata/email", "report_metadata/report_id",
    "report_metadata/date_range/begin", "report_metadata/date_range/end", "policy_published/domain",
    "policy_published/p", "policy_published/sp", "policy_published/np", "policy_published/adkim",
    "policy_published/aspf", "policy_published/testing", "policy_published/discovery_method")))
for r in root.findall(NS + "record"):
    ipaddress.ip_address(get(r, "row/source_ip"))
    e = r.find(NS + "row").find(NS + "policy_evaluated")
    reasons = ",".join(get(x, "type") + ":" + get(x, "comment") for x in e.findall(NS + "reason"))
    a = r.find(NS + "auth_results")
    dkim = ",".join(":".join((get(d, "result"), get(d, "domain"), get(d, "selector")))
                    for d in a.findall(NS + "dkim"))
    spf = ":".join((get(a, "spf/result"), get(a, "spf/domain"))) if a.find(NS + "spf") is not None else "-"
    print("\t".join([get(r, "row/source_ip"), get(r, "row/count"), get(e, "disposition"), get(e, "dkim"),
                     get(e, "spf"), reasons or "-", get(r, "identifiers/header_from"),
                     get(r, "identifiers/envelope_from"), get(r, "identifiers/envelope_to"),
                     dkim or "-", spf]))
