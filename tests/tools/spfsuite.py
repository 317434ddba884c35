#!/usr/bin/env python3
"""Run an SPF test suite in YAML through spf-check: TAP, a line a case.

usage: spfsuite.py SUITE.yml DIR

Each scenario gets a name server (fakedns.py) of its own; SPF entries are
served as TXT unless the name has TXT of its own; "TXT: NONE" means that it
has none; TIMEOUT is silence.  The explanation DEFAULT is that of spf-check.
A TXT record without any string is not one (RFC 1035 section 3.3.14), and the
resolver takes it as a failure: it is served as one empty string.
DIR is for files.
"""
import concurrent.futures, json, os, re, subprocess, sys, time

import yaml

ME = "receiver.example.org"
DEFAULT = re.compile(r"\S+ is not allowed to send mail for \S+$")


def text(v):
    """YAML reads \\x80 as U+0080: the byte, which fakedns wants as a surrogate"""
    if isinstance(v, list):
        return [text(s) for s in v] or [""]
    return str(v).encode("latin-1").decode("utf-8", "surrogateescape")


def serve(entries):
    """the entries of a name as fakedns has them"""
    out, own, spf, timeout = {}, False, [], False
    for e in entries:
        if e == "TIMEOUT":
            timeout = True
            continue
        for kind, v in e.items():
            if kind == "SPF":
                spf.append(text(v))
            elif kind == "TXT":
                own = True
                if v != "NONE":
                    out.setdefault("TXT", []).append(text(v))
            elif kind == "MX":
                out.setdefault("MX", []).append([v[0], str(v[1])])
            else:
                out.setdefault(kind, []).append(str(v))
    if not own and spf:
        out["TXT"] = spf
    if timeout and not out:
        return "TIMEOUT"
    if timeout:
        out.setdefault("TXT", "TIMEOUT")
    return out


def start(doc, n, folder):
    base = "%s/%d" % (folder, n)
    with open(base + ".json", "w") as f:
        json.dump({str(k): serve(v) for k, v in doc["zonedata"].items()}, f)
    tool = os.path.join(os.path.dirname(__file__), "fakedns.py")
    p = subprocess.Popen([sys.executable, tool, base + ".port", base + ".json"],
                         stdin=subprocess.PIPE)
    while not os.path.exists(base + ".port"):
        time.sleep(0.02)
    return p, "127.0.0.1@" + open(base + ".port").read().strip()


def check(server, c, quick):
    cmd = ["spf-check", "-n", ME, "-t", "1000000000", "-r", server, "-w", "3" if quick else "20",
           "-i", str(c["host"]), "-f", c["mailfrom"], "-h", c["helo"]]
    p = subprocess.run(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    return p.returncode, p.stdout.decode(errors="replace")


def judge(c, code, out):
    """what is wrong, or None"""
    m = re.match(r"([a-z]+)\t([ -~]+)\n$", out)
    if code != 0 or not m:
        return "exit status %d" % code
    want = c["result"] if isinstance(c["result"], list) else [c["result"]]
    if m.group(1) not in want:
        return "want " + " or ".join(want)
    why = c.get("explanation")
    if why is None or m.group(1) != "fail":
        return None
    if why == "DEFAULT":
        return None if DEFAULT.match(m.group(2)) else "want the default explanation"
    return None if m.group(2) == why else "want " + why


def main():
    n = bad = 0
    servers, jobs = [], []
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        for i, doc in enumerate(yaml.safe_load_all(open(sys.argv[1], encoding="utf-8"))):
            p, server = start(doc, i, sys.argv[2])
            servers.append(p)
            quick = "TIMEOUT" in json.dumps(doc["zonedata"])
            for name, c in doc["tests"].items():
                jobs.append((doc["description"], name, c,
                             pool.submit(check, server, c, quick)))
        for scenario, name, c, job in jobs:
            code, out = job.result()
            wrong = judge(c, code, out)
            n += 1
            bad += wrong is not None
            print("%sok %d - %s: %s" % ("not " if wrong else "", n, scenario, name))
            if wrong:
                print("# got: %r\n# %s" % (out, wrong))
    for p in servers:
        p.stdin.close()
        p.wait()
    print("1..%d" % n)
    sys.exit(bad > 0)


main()
