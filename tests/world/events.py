"""events.py OUTCOMES DIR - mail for each receiver of a world under each policy

By the world's whole instance, so route(8) finds what the DNS and the web server
say.  What the log says first of each message is what OUTCOMES wants, and which
policy held, why, and what TLS there was.  A line for each: its name, a TAB, and
what is wrong.
"""
import collections, os, re, subprocess, sys, time
sys.dont_write_bytecode = True
import manners, table, verdict

FIRST_S = 300           # of the system: until something is said of each
RATE = 2                # messages a second of the world: the receivers are slow in Python
KINDS = {"sent": "S", "deferred": "D", "bounced": "B"}
# the lines of the world's tls-out, a name's and the one below plain.test
FROM = {"may": "tls-out:[16]", "must": "tls-out:[27]", "verify": "tls-out:[38]", "dane": "tls-out:[49]",
        "sts": "tls-out:(5|10)", "rtls": "requiretls"}


class Cell:
    """A receiver under a policy."""

    def __init__(self, row, policy, m):
        self.row, self.policy, self.m = row, policy, m
        domain = manners.domains(m)[manners.POLICIES.index(policy)]
        self.to = "%s@%s" % (row.words.get("to", "joe"), domain)
        self.n = row.number("n", 1) if "first" in row.words else 1
        self.results = []

    def how(self):
        """mail's options"""
        return ("-r", str(RATE), "-n", str(self.n), "-s", str(self.row.number("size", 1000)), *["-R"] * (self.policy == "rtls"),
                *["-u"] * (not self.to.isascii()))


def hand_in(cells, folder):
    groups = collections.defaultdict(list)
    for c in cells:
        groups[c.how()].append(c.to)
    for how, to in groups.items():
        if subprocess.run(["rohrpost", "world", folder, "mail", *how, *to]).returncode:
            sys.exit("mail is not taken")


def first_events(world):
    """(recipient, the first that was said) of each message, in their order"""
    return [(s["to"], world.said[s["id"]][0]) for s in world.sent if world.said[s["id"]]]


def await_first(folder, n):
    end = time.monotonic() + FIRST_S
    while True:
        found = first_events(verdict.World(folder))
        if len(found) >= n or time.monotonic() > end:
            return found
        time.sleep(1)


def policy(c):
    """which one holds: where the receiver has nothing to be held to, it is may"""
    if c.policy == "sts":
        return "sts" if c.m.sts in ("enforce", "missing-mx") else "may"
    if c.policy == "dane":
        return "may" if c.m.tlsa == "none" else "dane"
    if c.policy == "rtls":
        known = c.m.tlsa not in ("bogus", "servfail", "hang")
        return ("sts" if c.m.tlsa == "none" else "dane") + "+requiretls" * known
    return c.policy


def outcome(c, e, want):
    """"" or how it is another one"""
    kind, _, detail = want.partition(" ")
    if "again" in c.row.words and e.get("esc") == "4.7.0":
        return ""
    got = KINDS[e["ev"]]
    if got == "S" and e.get("tls", "none") == "none":
        got = "P"
    said = e.get("tls-cert", "") if got == "S" else e.get("esc", "") if got != "P" else ""
    return "" if (got, said) == (kind, detail) else "%s %s: %s" % (got, said, e.get("text", e.get("tls-text", "")))


def why(c, e):
    """"" or what is wrong with what the event says of its policy; where no host
    is known there is none"""
    if c.m.mx in ("bogus", "null"):
        return ""
    if e.get("tls-policy") != policy(c):
        return "its policy is " + e.get("tls-policy", "not said")
    if not re.match(FROM[c.policy] + "(,|$)", e.get("tls-from", "")):
        return "from " + e.get("tls-from", "nowhere")
    if e["ev"] == "sent" and "tls" not in e:
        return "nothing is said of TLS"
    return ""


def main():
    outcomes, folder = sys.argv[1:]
    rows, policies = table.outcomes(outcomes)
    everybody = {m.name: m for m in manners.load(os.path.join(folder, "world", "receivers"))}
    cells = [Cell(r, p, everybody[r.name]) for r in rows if r.name in everybody for p in policies]
    hand_in(cells, folder)
    by_to = {c.to: c for c in cells}
    for to, e in await_first(folder, sum(c.n for c in cells)):
        by_to[to].results.append(dict(e, status=e["ev"]))
    for c in cells:
        wrong = ["%d of %d have an event" % (len(c.results), c.n)] * (len(c.results) != c.n)
        for e, want in table.wants(c.results, c.row, c.policy):
            wrong += [w for w in (outcome(c, e, want.split(">")[0]) or why(c, e),) if w]
        print("%s/%s: %s\t%s" % (c.row.name, c.policy, c.row.want[c.policy], "; ".join(wrong)))


if __name__ == "__main__":
    main()
