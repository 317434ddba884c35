#!/usr/bin/env python3
"""table.py OUTCOMES RECEIVERS WORK

Mail for each receiver of a world under each policy, by remote-send alone: its
jobs say what route(8) would have found in the DNS.  What became of it stands
in OUTCOMES; a line of TAP for each.
"""
import collections, os, re, subprocess, sys, threading, time
sys.dont_write_bytecode = True
import certs, clock, ltsv, manners

HERE = os.path.dirname(os.path.abspath(__file__))
UP_S = 60               # of the system: keys are made
RUN_S = 6000            # of the world: until a round has its results
# of the world: machines under test are slow, and one second of theirs is ten
PATIENT = [w for phase in ("greeting", "helo", "starttls", "tls", "mail", "rcpt", "data", "dot")
           for w in ("-t", phase + "=2000")]
HURRIED = ["-t", "greeting=100", "-t", "tls=100", "-t", "mail=100", "-t", "dot=100"]  # with who never answers
ROUNDS = 6              # a deferred message is tried again so often
PAUSE_S = 130           # of the world, between two
AT_ONCE = 30            # connections: the receivers are slow in Python
TAB = "\t"


class Row:
    """A line of OUTCOMES: what is wanted for each policy, and words."""

    def __init__(self, line, policies):
        self.name, *cells = re.split(r"\t+", line)
        self.want = dict(zip(policies, cells))
        words = " ".join(cells[len(policies):]).split()
        self.words = dict(w.partition("=")[::2] for w in words)

    def number(self, word, otherwise):
        return int(self.words.get(word, otherwise))

    def list(self, word):
        return self.words.get(word, "").split(",")


def outcomes(path):
    with open(path) as f:
        lines = [l.rstrip("\n") for l in f if l.strip() and not l.startswith("#")]
    policies = re.split(r"\t+", lines[0])[1:-1]
    return [Row(l, policies) for l in lines[1:]], policies


def without_outcome(rows, everybody):
    """receivers that nothing is said of"""
    named = {r.name for r in rows}
    return [n for n in everybody if n not in named]


class Message:
    def __init__(self, row, policy, i, m, ports):
        self.row, self.policy, self.i, self.m = row, policy, i, m
        self.domain = "%s.%s.test" % (row.name, policy)
        self.id = "%s.%s.%d" % (row.name, policy, i)
        self.to = "%s@%s" % (row.words.get("to", "joe"), self.domain)
        self.host = "mx." + self.domain
        self.hosts = "%s/%s/127.0.0.1" % (self.host, ports[row.name])
        if m.mx == "two":
            self.hosts += " mx2.%s/%s/127.0.0.1" % (self.domain, ports["good"])
        self.results = []

    def write(self, folder):
        self.file = os.path.join(folder, self.id)
        text = "Message-ID: <%s@here.test>\nSubject: x\n\n" % self.id
        size = self.row.number("size", 300)
        line = "ä line of text.\n" if "8bit" in self.row.words else ".a line of text.\n"
        with open(self.file, "w", encoding="utf-8") as f:
            f.write(text + line * (size // len(line)))

    def tls(self, folder, good):
        """the labels that route would have written"""
        if self.policy in ("may", "must"):
            return ["tls:" + self.policy]
        if self.policy == "verify":
            return ["tls:verify", "tls-names:%s .%s" % (self.domain, self.domain)]
        if self.policy == "sts":
            return ["tls:sts", "sts:enforce", "sts-id:1"]
        found = [(self.host, certs.tlsa(folder, self.m))]
        if self.m.mx == "two":
            found.append(("mx2." + self.domain, certs.tlsa(folder, good)))
        words = ["%s==%s" % (h, ",".join(certs.usable(r)) or "?") for h, r in found if r]
        more = ["tls-else:sts", "requiretls:1"] if self.policy == "rtls" else ["tls-else:may"]
        return ["tls:dane", "mx-secure:1"] + more + (["tlsa:" + " ".join(words)] if words else [])

    def job(self, folder, good):
        labels = ["id:" + self.id, "n:0", "from:ann@here.test", "to:" + self.to, "file:" + self.file,
                  "size:%d" % os.path.getsize(self.file), "mx:" + self.hosts, "site:" + self.domain,
                  "domain:" + self.domain, "helo:out.here.test", "tls-from:table"]
        labels += ["body:8bit"] * ("8bit" in self.row.words) + ["smtputf8:1"] * (not self.to.isascii())
        labels += ["conn:%d" % self.row.number("conn", 5)]
        return TAB.join(labels + self.tls(folder, good)) + "\n"


def run(messages, args, jobs, work):
    """a remote-send over these: its results, in their order"""
    with open(os.path.join(work, "err"), "ab") as err:
        p = subprocess.Popen(["remote-send", "-a", os.path.join(work, "ca", "ca.pem"), "-c", str(AT_ONCE), "-d", "0",
                              "-e", str(RUN_S), *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)
        out, _ = p.communicate("".join(jobs).encode())
    if p.returncode:
        print("# remote-send: exit %d" % p.returncode, flush=True)
    by_id = {m.id: m for m in messages}
    for line in out.decode("utf-8", "surrogateescape").splitlines():
        r = ltsv.parse(line)
        by_id[r["id"]].results.append(r)


def open_still(m):
    """to be tried again: nothing final was said, and that is not wanted"""
    last = m.results[-1]["status"] if m.results else "later"
    return last == "later" or (last == "deferred" and (">" in m.row.want[m.policy] or "again" in m.row.words))


# ---- what became of it ----

class Log:
    """Of one receiver."""

    def __init__(self, path):
        self.tls, self.taken, self.bad = {}, collections.defaultdict(list), []
        self.clear = collections.Counter()
        self.wire = []
        for l in ltsv.read(path):
            if l["what"] == "tls":
                self.tls[l["c"]] = l
            elif l["what"] == "msg" and l["reply"].startswith("2"):
                self.taken[l["id"]].append(l)
            elif l["what"] == "close":
                self.clear[l["c"]] = int(l["clear"])
            elif l["what"] == "proxy":
                self.wire.append(int(l["far"]) + int(l["near"]))
            elif l["what"] == "early":
                self.bad.append("spoken to before it had answered")


def esc(m, wanted):
    r = m.results[-1]
    return "" if not wanted or r.get("esc") == wanted else "esc %s" % r.get("esc", "-")


def secured(m, log, copy, wanted):
    """over TLS, and both ends say the same of it"""
    r, t = m.results[-1], log.tls.get(copy["c"])
    if t is None:
        return "it came in clear"
    said = r["tls"].split(",")
    if m.m.proxy == "mitm":
        return "" if r.get("tls-cert") == wanted else "the certificate is %s" % r.get("tls-cert", "-")
    if said[:2] != [t["version"], t["suite"]] or ("resumed" in said) != (t["resumed"] == "1"):
        return "the result says %s, the server %s %s %s" % (r["tls"], t["version"], t["suite"], t["resumed"])
    if t["sni"] != r["host"]:
        return "asked for %r at %s" % (t["sni"], r["host"])
    if wanted and r.get("tls-cert") != wanted:
        return "the certificate is %s" % r.get("tls-cert", "-")
    return ""


def arrived(m, logs, kind, detail):
    host = m.results[-1].get("host", "")
    log = logs["good" if host.startswith("mx2.") else m.row.name]
    copies = log.taken["<%s@here.test>" % m.id]
    wanted = 2 if "doubt" in m.row.words else 1
    if len(copies) != wanted:
        return "it came %d times" % len(copies)
    copy = copies[-1]
    if host != ("mx2." + m.domain if m.policy in m.row.list("at") else m.host):
        return "it came to " + host
    if (copy["requiretls"] == "1") != (m.policy == "rtls"):
        return "REQUIRETLS was " + ("asked" if copy["requiretls"] == "1" else "not asked")
    if copy["via"] != m.row.words.get("via", "DATA"):
        return "it came by " + copy["via"]
    if kind == "S":
        return secured(m, log, copy, detail)
    if copy["c"] in log.tls or m.results[-1].get("tls") != "none":
        return "it came under TLS"
    return ""


def failed(m, logs, kind, detail):
    r = m.results[-1]
    if logs[m.row.name].taken["<%s@here.test>" % m.id] and "doubt" not in m.row.words:
        return "it came"
    return esc(m, detail)


def why(m):
    """what the result says of TLS that failed, beside what it should"""
    wanted, *others = m.row.list("why")
    wanted = dict(w.split(":") for w in others).get(m.policy, wanted)
    got = m.results[-1].get("tls-fail", "")
    return "" if got == wanted else "tls-fail is " + got


def judge(m, logs, want):
    """"" or what is wrong"""
    if not m.results:
        return "no result"
    r = m.results[-1]
    steps = want.split(">")
    kind, _, detail = steps[-1].partition(" ")
    if len(steps) > 1 and "%s %s" % (m.results[0]["status"][0].upper(), m.results[0].get("esc")) != steps[0]:
        return "at first %s %s" % (m.results[0]["status"], m.results[0].get("esc", "-"))
    status = {"S": "sent", "P": "sent", "D": "deferred", "B": "bounced"}[kind]
    if r["status"] != status:
        return "%s %s: %s" % (r["status"], r.get("esc", ""), r.get("text", r.get("tls-text", "")))
    wrong = (arrived if status == "sent" else failed)(m, logs, kind, detail)
    if not wrong and (kind == "P" or (kind == "D" and detail in ("4.7.4", "4.7.5")) or detail == "5.7.10"):
        wrong = why(m)
    return wrong


def wants(last, row, policy):
    """(result, what is to become of it) of a cell's last results; of those that
    may end in two ways as many as the row says must in the first, whichever
    they are"""
    kinds = row.want[policy].split("/")
    last = sorted(last, key=lambda r: r["status"] != "sent")
    return [(r, kinds[-1 if i >= row.number("first", len(last)) else 0]) for i, r in enumerate(last)]


def told(m):
    """which policy held, and why, is said of each"""
    r = m.results[-1]
    none = m.m.tlsa == "none"
    policy = {"dane": "may" if none else "dane",
              "rtls": "sts+requiretls" if none else "dane+requiretls"}.get(m.policy, m.policy)
    if (r.get("tls-policy"), r.get("tls-from")) != (policy, "table"):
        return "policy %s from %s" % (r.get("tls-policy"), r.get("tls-from"))
    return ""


class Tap:
    def __init__(self):
        self.n = self.bad = 0

    def line(self, name, wrong):
        self.n += 1
        self.bad += bool(wrong)
        print("%s %d - %s" % ("not ok" if wrong else "ok", self.n, name))
        for w in wrong:
            print("# " + w)


def receivers(work, path, names):
    p = subprocess.Popen([sys.executable, os.path.join(HERE, "receiver.py"), "--listen", "127.0.0.1", "--port", "0",
                          "--ports", os.path.join(work, "ports"), "--certs", os.path.join(work, "ca"), path,
                          os.path.join(work, "log"), *names])
    end = time.monotonic() + UP_S
    while not os.path.exists(os.path.join(work, "ports")):
        if p.poll() is not None or time.monotonic() > end:
            sys.exit("the receivers do not come up")
        time.sleep(0.05)
    with open(os.path.join(work, "ports")) as f:
        return p, {l.split()[0]: l.split()[2] for l in f}


def rounds(messages, args, work, good):
    ca = os.path.join(work, "ca")
    for i in range(ROUNDS):
        todo = [m for m in messages if open_still(m) or not m.results]
        if not todo:
            return
        if i > 0:
            clock.sleep(PAUSE_S)
        run(messages, args, [m.job(ca, good) for m in todo], work)


def cell(mine, row, policy, logs):
    by_id = {m.id: m for m in mine}
    wrong = [judge(m, logs, "") for m in mine if not m.results]
    found = wants([m.results[-1] for m in mine if m.results], row, policy)
    return wrong + [w for r, want in found for m in [by_id[r["id"]]] for w in [judge(m, logs, want) or told(m)] if w]


def say(tap, rows, policies, messages, logs):
    for row in rows:
        for policy in policies:
            mine = [m for m in messages if m.row is row and m.policy == policy]
            if mine:
                tap.line("%s/%s: %s" % (row.name, policy, row.want[policy]),
                         cell(mine, row, policy, logs))
        log = logs[row.name]
        clear = sum(log.clear.values()) + sum(log.wire)
        tap.line("%s: nothing in clear behind STARTTLS, and nothing early" % row.name,
                 log.bad[:1] + ["%d bytes in clear" % clear] * (clear > 0))


def wire(tap, work, messages):
    """who has written down what went over the wire finds no mail in it"""
    for name in {m.row.name for m in messages if m.m.proxy == "record"}:
        with open(os.path.join(work, "log", name + ".wire"), encoding="ascii") as f:
            seen = b"".join(bytes.fromhex(l.split()[1]) for l in f)
        tap.line("%s: the wire was seen" % name, [] if b"STARTTLS" in seen else ["%d bytes" % len(seen)])
        tap.line("%s: and no mail on it" % name, [w for w in ("line of text", "MAIL FROM", "RCPT TO", "Message-ID")
                                                  if w.encode() in seen])


def together(*what):
    """calls in threads, until all are over"""
    threads = [threading.Thread(target=f, args=args) for f, *args in what]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def main():
    path, receivers_path, work, *only = sys.argv[1:]
    rows, policies = outcomes(path)
    everybody = {m.name: m for m in manners.load(receivers_path)}
    tap = Tap()
    tap.line("each receiver has its outcomes", without_outcome(rows, everybody))
    rows = [r for r in rows if "route" not in r.words and (not only or r.name in only)]
    names = {r.name for r in rows} | {"good"}
    os.makedirs(os.path.join(work, "mail"), exist_ok=True)
    certs.write(os.path.join(work, "ca"), list(everybody.values()))
    p, ports = receivers(work, receivers_path, names)
    try:
        messages = [Message(row, policy, i, everybody[row.name], ports) for row in rows for policy in policies
                    for i in range(row.number("n", 1))]
        for m in messages:
            m.write(os.path.join(work, "mail"))
        # those that wait for who never answers have their own, with which
        # nobody else is hurried
        mute = [m for m in messages if "wait" in m.row.words]
        others = [m for m in messages if "wait" not in m.row.words]
        good = everybody["good"]
        together((rounds, mute, HURRIED, work, good), (rounds, others, PATIENT, work, good))
    finally:
        p.terminate()
        p.wait()
    say(tap, rows, policies, messages, {n: Log(os.path.join(work, "log", n)) for n in names})
    wire(tap, work, messages)
    print("1..%d" % tap.n)
    sys.exit(tap.bad > 0)


if __name__ == "__main__":
    main()
