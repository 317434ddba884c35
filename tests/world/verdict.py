"""What came to the receivers of a world, beside what was handed in and what the
instance says became of it."""
import collections, datetime, itertools, os
import ltsv, manners

LATE_S = 1              # clocks of two processes, read one after the other


def stamp(event):
    at = datetime.datetime.strptime(event["ts"], "%Y-%m-%dT%H:%M:%S.%fZ")
    return at.replace(tzinfo=datetime.timezone.utc).timestamp()


def most(times, period):
    """the most within any window, and when the first such one begins"""
    times, best, begin, i = sorted(times), 0, 0.0, 0
    for j, t in enumerate(times):
        while times[i] <= t - period:
            i += 1
        if j - i + 1 > best:
            best, begin = j - i + 1, times[i]
    return best, begin


def at_once(log):
    """the most connections that were open at a time"""
    steps = sorted((float(l["t"]), 1 if l["what"] == "open" else -1) for l in log if l["what"] in ("open", "close"))
    return max(itertools.accumulate(step for _, step in steps), default=0)


def clock_text(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%H:%M:%S")


class World:
    """All that was written down."""

    def __init__(self, folder):
        w = os.path.join(folder, "world")
        self.receivers = manners.load(os.path.join(w, "receivers"))
        self.manners = {m.name: m for m in self.receivers}
        self.log = {m.name: ltsv.read(os.path.join(w, "log", m.name)) for m in self.receivers}
        self.sent = ltsv.read(os.path.join(w, "sent"))
        self.by_id = {s["id"]: s for s in self.sent}
        self.said = collections.defaultdict(list)
        for e in ltsv.events(folder):
            if e.get("id") in self.by_id and e["ev"] in ("sent", "deferred", "bounced", "expired", "deleted"):
                self.said[e["id"]].append(e)
        # where each message came, under its Message-ID, and TLS of connections
        self.came, self.tls = collections.defaultdict(list), {}
        for m in self.receivers:
            for l in self.log[m.name]:
                if l["what"] == "msg":
                    self.came[l["id"]].append((m.name, l))
                elif l["what"] == "tls":
                    self.tls[m.name, l["c"]] = l
        self.of_receiver = collections.defaultdict(list)
        names = {d: m.name for m in self.receivers for d in manners.domains(m)}
        for s in self.sent:
            self.of_receiver[names.get(s["to"].rpartition("@")[2])].append(s)

    def outcome(self, sent):
        """the last word of the log about a message, "" when there is none yet"""
        ends = [e["ev"] for e in self.said[sent["id"]] if e["ev"] != "deferred"]
        return ends[-1] if ends else ""

    def waiting(self):
        return sum(1 for s in self.sent if not self.outcome(s))


class Verdict:
    """Of one receiver; `bad` has a line for each thing that is wrong."""

    def __init__(self, world, m, strict=False, limits=()):
        self.world, self.m, self.bad = world, m, []
        self.limits = ([m.limit] if m.limit else []) + list(limits)
        self.log = world.log[m.name]
        self.sent = world.of_receiver[m.name]
        self.taken = [l for l in self.log if l["what"] == "msg" and l["reply"].startswith("2")]
        self.opened = [l for l in self.log if l["what"] == "open"]
        self.doubles = self.announced = self.missing = self.arrived = 0
        for s in self.sent:
            self.message(s)
        self.strangers()
        self.windows()
        self.turns()
        self.refused = self.refusals()
        if strict and self.refused:
            self.wrong("it refused %d for its limits" % self.refused)

    def wrong(self, text):
        self.bad.append(text)

    def where(self):
        """the receivers that may have a message for this one"""
        return {self.m.name} | ({self.world.receivers[0].name} if self.m.mx == "two" else set())

    def message(self, s):
        came = self.world.came[s["mid"]]
        taken = sorted(((n, l) for n, l in came if l["reply"].startswith("2")), key=lambda x: float(x[1]["t"]))
        said = self.world.said[s["id"]]
        self.arrived += bool(taken)
        for n, l in came:
            if n not in self.where():
                self.wrong("%s came to %s" % (s["mid"], n))
            elif l["to"] != s["to"]:
                self.wrong("%s came for %s" % (s["mid"], l["to"]))
            elif l["from"] != s["from"]:
                self.wrong("%s came from %s" % (s["mid"], l["from"]))
            elif l["sum"] != s["sum"]:
                self.wrong("%s was altered on its way" % s["mid"])
        self.copies(s, taken, said)
        self.ends(s, taken, said)

    def copies(self, s, taken, said):
        """each doubt announces one more, and no other"""
        if len(taken) <= 1:
            return
        self.doubles += 1
        doubts = sum(e.get("doubt") == "1" for e in said)
        if len(taken) - 1 <= doubts:
            self.announced += 1
        else:
            self.wrong("%s came %d times, and the log was in doubt %d times" % (s["mid"], len(taken), doubts))

    def ends(self, s, taken, said):
        ends = [e for e in said if e["ev"] != "deferred"]
        if len(ends) > 1:
            self.wrong("%s has %d ends in the log" % (s["mid"], len(ends)))
        for e in ends:
            if e["ev"] != "sent":
                if taken and not any(x.get("doubt") == "1" for x in said):
                    self.wrong("%s came, and the log says %s" % (s["mid"], e["ev"]))
            elif not taken:
                self.missing += 1
                self.wrong("%s is missing: the log says sent" % s["mid"])
            elif wrong := self.session(s, taken[-1], e) or self.asked(s, taken[-1][1]):
                self.wrong("%s %s" % (s["mid"], wrong))
            elif min(float(l["t"]) for _, l in taken) > stamp(e) + LATE_S:
                self.wrong("%s came after the log said so" % s["mid"])

    def asked(self, s, l):
        """"" or what is wrong with the REQUIRETLS that it came with"""
        if "requiretls" in s and s["requiretls"] != l.get("requiretls", "0"):
            return "came %s REQUIRETLS" % ("without" if s["requiretls"] == "1" else "with")
        return ""

    def session(self, s, taken, e):
        """what the log says of TLS beside what the server saw, "" or what is
        wrong; who talks TLS to both ends sees another"""
        name, l = taken
        t = self.world.tls.get((name, l["c"]))
        if "tls" not in e or self.m.proxy == "mitm":
            return ""
        if t is None:
            if e["tls"] != "none":
                return "came in clear, and the log says " + e["tls"]
            return "" if e.get("tls-policy") in ("none", "may") else "came in clear under " + e.get("tls-policy", "-")
        said = e["tls"].split(",")
        if said != [t["version"], t["suite"]] + ["resumed"] * int(t["resumed"]):
            return "came under %s,%s, and the log says %s" % (t["version"], t["suite"], e["tls"])
        if t["sni"] not in [h for h in manners.host_names(self.world.manners[name], self.world.receivers)]:
            return "came where %s was asked for" % (t["sni"] or "nobody")
        return ""

    def strangers(self):
        ours = {s["mid"] for s in self.world.sent}
        for l in self.taken:
            if l["id"] not in ours:
                self.wrong("%s came, and nobody has sent it" % (l["id"] or "a message without Message-ID"))

    def windows(self):
        for n, period in self.limits:
            found, begin = most([float(l["t"]) for l in self.taken], period)
            if found > n:
                self.wrong("%d came in the window %s..%s, limit %d/%g" %
                           (found, clock_text(begin), clock_text(begin + period), n, period))

    def turns(self):
        clear = sum(int(l.get("clear", 0)) for l in self.log if l["what"] == "close")
        clear += sum(int(l["far"]) + int(l["near"]) for l in self.log if l["what"] == "proxy")
        if clear:
            self.wrong("%d bytes in clear behind STARTTLS" % clear)
        n = sum(1 for l in self.log if l["what"] == "early")
        if n:
            self.wrong("%d times it was spoken to before it had answered" % n)

    def refusals(self):
        """how often somebody was told that he does more than he may; a
        greylisted one could not know"""
        replies = [l.get("reply", "") for l in self.log if l["what"] in ("msg", "refused")]
        return sum(1 for r in replies if r.startswith(("450 4.7.0", "421 4.7.0")))

    def text(self):
        times = [float(l["t"]) for l in self.taken]
        windows = [(p, "/%ds" % p) for p in (1, 60, 3600)]
        windows += [(p, "/%gs (limit %d)" % (p, n)) for n, p in self.limits]
        sources = sorted({l["from"] for l in self.opened})
        parts = ["%d came of %d, %d twice (%d announced), %d missing" %
                 (self.arrived, len(self.sent), self.doubles, self.announced, self.missing),
                 "%d connections%s" % (len(self.opened), ", %d at once, from %s" % (at_once(self.log), " ".join(sources))
                                       if sources else "")]
        tls = [t for (name, _), t in self.world.tls.items() if name == self.m.name]
        if tls:
            parts.append("%d TLS (%d resumed)" % (len(tls), sum(int(t["resumed"]) for t in tls)))
        if self.refused:
            parts.append("%d too fast" % self.refused)
        if times:
            over = collections.Counter(l["c"] for l in self.taken).most_common(1)[0][1]
            parts.append("most %d/connection " % over + " ".join("%d%s" % (most(times, p)[0], w) for p, w in windows))
        return "%-16s %s  %s" % (self.m.name, "BAD" if self.bad else "ok ", "; ".join(parts))


    def listed(self):
        """a line for each message that was handed to it"""
        opened = {l["c"]: l["from"] for l in self.opened}
        for l in sorted((l for l in self.log if l["what"] == "msg"), key=lambda l: float(l["t"])):
            t = self.world.tls.get((self.m.name, l["c"]))
            how = "in clear" if t is None else ",".join(
                [t["version"], t["suite"]] + ["resumed"] * int(t["resumed"]) + ["for " + t["sni"]] * bool(t["sni"]))
            yield "%s.%03d  connection %s from %s  %s  %s for %s: %s" % (
                clock_text(float(l["t"])), float(l["t"]) % 1 * 1000, l["c"], opened.get(l["c"], "-"), how, l["id"], l["to"],
                l["reply"])


def verdicts(world, names=(), strict=False, limits=()):
    for m in world.receivers:
        if not names or m.name in names:
            v = Verdict(world, m, strict, limits)
            if names or v.sent or v.opened or v.bad:
                yield v
