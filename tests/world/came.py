#!/usr/bin/env python3
"""came.py mail|back|check|heard|again|refused|listed T SITE PORT N [M] - what feedback.t
hands in, and whether all that came of it is at the webhook

mail     N messages, or slowly from the M-th on, each to another recipient
back     is all back that is to come back?  says how much
check    every event that is logged was heard of once, those of a message in their
         order, and within LATE_S of its cause
heard    every event that is logged was heard of, and of each cause there is one
again    a second message to who was told to be gone and to as many others
refused  did the others get it, and nobody else?
listed   is on a list who wants no more?
"""
import calendar, collections, glob, hashlib, json, os, re, smtplib, subprocess, sys, threading, time
sys.dont_write_bytecode = True
import comeback, ltsv, manners

def starts():
    """processes that this machine starts in a second, now"""
    t = time.monotonic()
    for _ in range(50):
        subprocess.run(["/bin/true"])
    return 50 / (time.monotonic() - t)


# 2 s are promised on a machine that is free for us.  Sanitizers take their time, and
# where not even a few hundred processes start in a second all is late: there it is
# only said
LATE_S = 10 if "ASAN_OPTIONS" in os.environ else 2
BUSY_STARTS = 300
PATIENCE_S = 120
CONNECTIONS = 8
SPREAD_S = 6            # so long messages from the M-th on are handed in
EV = {"bounce": "oob-bounce", "complain": "complaint", "unsubscribe": "unsubscribe", "one-click": "unsubscribe", "autoreply": "autoreply"}


def fail(text):
    print("# " + text)
    sys.exit(1)


class Site:
    def __init__(self, t, site, port, n, m=0):
        self.t, self.site, self.port, self.n, self.m = t, site, int(port), int(n), int(m)
        self.receivers = manners.load(os.path.join(t, "receivers"))

    def to(self, i):
        """one in ten is nobody, of those who say so at RCPT"""
        name = ("one", "two", "good")[i % 3]
        return "%s%d@%s.example" % ("no-" if i % 10 == 7 and name != "good" else "u-", i, name)

    def log(self, name):
        return ltsv.read(os.path.join(self.t, "world", name))

    def came_back(self):
        return [l for m in self.receivers for l in self.log(m.name) if l["what"] == "back"]

    def events(self):
        """(eid, labels) of all that is logged, each log in its order"""
        found = []
        for folder in sorted(glob.glob(os.path.join(self.site, "log", "*"))):
            for path in sorted(p for p in glob.glob(folder + "/@*") if not p.endswith(".t")) + [folder + "/current"]:
                with open(path, "rb") as f:
                    found += [x for x in map(event, f.read().split(b"\n")[:-1]) if x]
        return found

    def heard(self):
        """[(eid, when)]"""
        with open(os.path.join(self.t, "heard")) as f:
            return [(l.split()[1], float(l.split()[2])) for l in f if l.startswith("event ")]


# whose id, ship-batch(5), is that of what queue-run knows of them after a crash
ENDS = "sent", "bounced", "expired", "deleted"


def event(line):
    """(eid, labels), or None"""
    line = re.sub(rb"^[0-9T:.-]{19,32} ", b"", line)
    if not line.startswith(b"ts:"):
        return None
    e = ltsv.parse(line.decode("utf-8", "surrogateescape"))
    if e["ev"] in ENDS and "id" in e and "n" in e:
        line = ("ts:%s\tev:%s\tid:%s\tn:%s" % (e["ts"][:19], e["ev"], e["id"], e["n"])).encode()
    else:
        line = b"\t".join(x for x in line.split(b"\t") if not x.startswith(b"replay:"))
    return e.get("eid") or hashlib.sha256(line).hexdigest()[:32], e


def seconds(ts):
    return calendar.timegm(time.strptime(ts[:19], "%Y-%m-%dT%H:%M:%S")) + float(ts[19:-1] or 0)


def one(s, to):
    """the reply to one message"""
    for code, said in (s.mail("news@example.org"), s.rcpt(to)):
        if code != 250:
            s.rset()
            break
    else:
        code, said = s.data(("From: news@example.org\r\nTo: %s\r\nSubject: news\r\n\r\nnews\r\n" % to).encode())
    if code // 100 == 4:
        raise OSError("%d" % code)
    return "%d %s" % (code, said.decode(errors="replace"))


def hand_in(site, recipients, pause=0):
    """recipient: reply of all; from an address that may relay, a pause behind
    each.  What is not taken is tried again"""
    todo, lock, replies = list(recipients), threading.Lock(), {}

    def some():
        with smtplib.SMTP("127.0.0.1", site.port, timeout=60, source_address=("127.0.0.2", 0)) as s:
            s.ehlo("sender")
            while True:
                with lock:
                    if not todo:
                        return True
                    to = todo.pop(0)
                time.sleep(CONNECTIONS * pause)
                try:
                    replies[to] = one(s, to)
                except (OSError, smtplib.SMTPException):
                    with lock:
                        todo.append(to)
                    raise

    def work():
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                return some()
            except (OSError, smtplib.SMTPException):
                time.sleep(0.1)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return replies


def mail(site):
    # what dies meanwhile may have taken a message and not said so
    taken = "250|554 5.7.1 suppressed" if site.m else "250"
    replies = hand_in(site, [site.to(i) for i in range(site.m, site.n)], SPREAD_S / (site.n - site.m) if site.m else 0)
    wrong = [r for r in replies.values() if not re.match(taken, r)]
    if len(replies) != site.n - site.m or wrong:
        fail("%d replies, %s" % (len(replies), wrong[:3]))


def back(site):
    came, wanted, arrived = site.came_back(), 0, 0
    for m in site.receivers:
        n = sum(l["what"] == "msg" for l in site.log(m.name))
        wanted += sum(comeback.share(m.back, i) is not None for i in range(n))
        arrived += n
    nobody = sum(site.to(i).startswith("no-") for i in range(site.n))
    kinds = collections.Counter(l["kind"] for l in came)
    print("%d of %d, %s" % (len(came), wanted, " ".join("%s:%d" % k for k in sorted(kinds.items()))))
    sys.exit(len(came) < wanted or arrived < site.n - nobody)


def causes(site):
    """(kind of event, recipient, time, line) of what the world did"""
    for m in site.receivers:
        for l in site.log(m.name):
            if l["what"] == "back":
                yield EV[l["kind"]], l["to"], float(l["t"]), l
            elif l["what"] == "rcpt" and l["reply"].startswith("550"):
                yield "bounced", l["to"], float(l["t"]), l
            elif l["what"] == "msg":
                yield "sent", l["to"], float(l["t"]), l


def out_of_order(logged, heard):
    """events of one message, where one log has them"""
    place, last = {eid: i for i, (eid, _) in reversed(list(enumerate(heard)))}, {}
    for eid, e in logged:
        key = e.get("id"), e.get("prog")
        if e.get("id") and eid in place:
            if place[eid] < last.get(key, -1):
                yield "out of order: %s" % e
            last[key] = place[eid]


def check(site, faults=False):
    logged, heard = site.events(), site.heard()
    at = {}
    for eid, when in heard:
        at.setdefault(eid, when)
    wrong = list(out_of_order(logged, heard))
    if faults:
        print("# %d events, %d came twice" % (len(at), len(heard) - len(at)))
    elif len(at) != len(heard):
        wrong.append("%d came twice" % (len(heard) - len(at)))
    missing = [e for eid, e in logged if eid not in at]
    if missing:
        wrong.append("%d of %d events are missing: %s" % (len(missing), len(logged), missing[:2]))
    late, by, slow = collections.defaultdict(list), {}, []
    for eid, e in logged:
        if eid in at:
            late[e["ev"]].append(at[eid] - seconds(e["ts"]))
            by.setdefault((e["ev"], e.get("to")), (eid, e))
    for ev, to, t, l in causes(site):
        if (ev, to) not in by:
            wrong.append("no event %s of %s" % (ev, l))
            continue
        eid, e = by[ev, to]
        late["cause of " + ev].append(at[eid] - t)
        if l["what"] == "back" and (e.get("trusted"), e.get("tenant"), e.get("stream")) != ("1", "acme", "news"):
            wrong.append("%s of %s" % (e, l))
    for ev, x in sorted(late.items()):
        x.sort()
        print("# %-22s %6d  half %.3f s, 99 in 100 %.3f s, all %.3f s" % (ev, len(x), x[len(x) // 2], x[len(x) * 99 // 100], x[-1]))
        if x[-1] > LATE_S and not faults:
            slow.append("%s: %d of %d late" % (ev, sum(y > LATE_S for y in x), len(x)))
    if slow and starts() < BUSY_STARTS:
        print("# not judged on a machine as busy as this: " + ", ".join(slow))
    else:
        wrong += slow
    for w in wrong[:10]:
        print("# " + w)
    sys.exit(bool(wrong))


def gone(site):
    """who wants no more mail, or is nobody"""
    return {l["to"] for l in site.came_back() if l["kind"] != "autoreply"} | \
        {site.to(i) for i in range(site.n) if site.to(i).startswith("no-")}


def again(site):
    g = gone(site)
    others = [t for t in map(site.to, range(site.n)) if t not in g]
    replies = hand_in(site, sorted(g) + others[:len(g)])
    with open(os.path.join(site.t, "again"), "w") as f:
        json.dump({"replies": replies, "gone": sorted(g)}, f)
    wrong = ["%s %s" % x for x in replies.items() if (not re.match("55[04] 5.7.1 suppressed since", x[1])) == (x[0] in g)]
    print("# %d are refused, %d taken" % (len(g), len(replies) - len(g)))
    if wrong:
        fail("%d of %d: %s" % (len(wrong), len(replies), wrong[:3]))


def refused(site):
    with open(os.path.join(site.t, "again")) as f:
        then = json.load(f)
    replies, g = then["replies"], then["gone"]
    n = collections.Counter(l["to"] for m in site.receivers for l in site.log(m.name) if l["what"] == "msg")
    wrong = [to for to in replies if n[to] != (2 if to not in g else 0 if to.startswith("no-") else 1)]
    if wrong:
        fail("%d: %s" % (len(wrong), [(to, n[to]) for to in wrong[:5]]))


def listed(site):
    g = sorted(gone(site))
    found = subprocess.run(["suppress", "-T", "acme", "-s", "news", "look", os.path.join(site.site, "suppress"), *g],
                           capture_output=True, text=True).stdout.splitlines()
    print("%d of %d" % (len(found), len(g)))
    sys.exit(len(found) != len(g))


if __name__ == "__main__":
    {"mail": mail, "back": back, "check": check, "heard": lambda s: check(s, True),
     "again": again, "refused": refused, "listed": listed}[sys.argv[1]](Site(*sys.argv[2:]))
