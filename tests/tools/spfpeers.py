#!/usr/bin/env python3
"""Policies made up with a fixed seed, judged by spf-check and by others: TAP.

usage: spfpeers.py DIR

Others: pyspf (Debian's python3-spf) with its DNS replaced, and Mail::SPF
(libmail-spf-perl) through the same name server as spf-check.  Where one of
them says something else EXPLAINED has the case, and which section of RFC 7208
makes ours right; a difference that does not stand there is a failure, and so
is an entry that nothing needs.
"""
import json, os, random, re, subprocess, sys, time

ME, NOW = "us.example", "1790000000"
HOSTS = ["192.0.2.1", "192.0.2.77", "198.51.100.9", "2001:db8::1", "2001:db8:1::9", "::ffff:192.0.2.1"]

# peer, kind, what record or explanation has, what the other says, and why
# ours is right
EXPLAINED = [
    ("Mail::SPF", "mix", r"ip6:::ffff:", "pass",
     "section 5: a mapped address is IPv4, which no ip6 matches"),
    ("Mail::SPF", "exp", r"%\{[a-zA-Z][-.+,/_=]+\}", "fail",
     "section 7.3: a value is split if there are delimiters, even without digits and r"),
    ("Mail::SPF", "syntax", r"x=%\{[qc]\}", "neutral",
     "sections 4.6 and 7.2: an error anywhere; c r t only in explanations"),
    (None, "syntax", r"%\{d0\}", "pass", "section 7.3: a number must not be zero"),
    ("pyspf", "syntax", r"a:%\{d\.test", "pass", "section 7.1: a macro has an end"),
    ("pyspf", "syntax", r"\x7f", "neutral", "section 7.1: literals end at %x7E"),
    ("pyspf", "syntax", r"=%\{d\}%%", "permerror", "section 7.1: %% is a macro-expand"),
    ("Mail::SPF", "syntax", r"a:(x\.)?\.", "error",
     "section 4.8: a name that cannot be is not there; the other breaks off"),
    ("Mail::SPF", "mx", r"mx", "pass|fail",
     "section 4.6.4: more than 10 names are an error, no longer cut"),
]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.zone, self.cases = {}, []
        z = self.zone
        for i in range(30):
            z["h%d.s.test" % i] = {"A": ["10.0.0.%d" % i], "AAAA": ["2001:db8:ffff::%x" % i]}
        z["us.s.test"] = {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"]}
        z["net.s.test"] = {"A": ["192.0.2.90"], "AAAA": ["2001:db8:1::"]}
        z["mx.s.test"] = {"MX": [[10, "h1.s.test"], [20, "us.s.test"]]}
        z["nullmx.s.test"] = {"MX": [[0, "."]], "A": ["192.0.2.1"]}
        z["down.s.test"] = "SERVFAIL"
        z["pass.s.test"] = {"TXT": ["v=spf1 +all"]}
        z["fail.s.test"] = {"TXT": ["v=spf1 -all"]}
        z["soft.s.test"] = {"TXT": ["v=spf1 ~all exp=why.s.test"]}
        z["none.s.test"] = {"TXT": ["hello"]}
        z["bad.s.test"] = {"TXT": ["v=spf1 +all ip4:1.2.3"]}
        z["only1.s.test"] = {"TXT": ["v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"]}
        z["why.s.test"] = {"TXT": ["no"]}
        z["1.2.0.192.in-addr.arpa"] = {"PTR": ["h1.s.test", "us.s.test"]}
        z["77.2.0.192.in-addr.arpa"] = {"PTR": ["a.false.test"]}
        z["a.false.test"] = {"A": ["10.9.9.9"]}
        z["1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"] = {"PTR": ["us.s.test"]}

    def add(self, kind, record, ip=None, local=None, helo=None, extra=None):
        n = len(self.cases)
        d = "c%d.test" % n
        for k, v in (extra or {}).items():
            self.zone[k.replace("@", d)] = v
        rec = record if isinstance(record, list) else [record]
        at = self.zone.setdefault(d, {})
        at["TXT"] = [x.replace("@", d) for x in rec]
        at.setdefault("A", ["192.0.2.200"])
        at.setdefault("AAAA", ["2001:db8:2::2"])
        local = local or self.r.choice(["joe", "a.b-c+d", "x=y", "Joe_B", "p/q"])
        helo = helo or self.r.choice(["us.s.test", "h1.s.test", "OEM", "[192.0.2.1]", "x.h2.s.test"])
        words = at["TXT"] + [t for v in (extra or {}).values() if "TXT" in v for t in v["TXT"]]
        self.cases.append((kind, ip or self.r.choice(HOSTS), local + "@" + d, helo, words))

    def macro(self, letters="slodivh"):
        r = self.r
        c = r.choice(letters)
        c = c.upper() if r.random() < 0.2 else c
        digits = r.choice(["", "", "1", "2", "3", "10"])
        return "%%{%s%s%s%s}" % (c, digits, r.choice(["", "", "r"]),
                                 "".join(r.sample(".-+,/_=", r.choice([0, 0, 1, 2, 3]))))

    def make(self):
        r = self.r
        mech = ["a:us.s.test", "a:net.s.test/24//48", "mx:mx.s.test", "mx:nullmx.s.test", "ptr:s.test", "ip4:192.0.2.64/26",
                "ip6:2001:db8:1::/48", "exists:h1.s.test", "include:only1.s.test", "include:fail.s.test",
                "include:soft.s.test", "a", "mx:h3.s.test/0", "ip4:198.51.100.0/24", "x=y", "A:US.S.TEST", "ip6:::ffff:192.0.2.1"]
        for _ in range(30):
            terms = [r.choice(["", "", "-", "~", "?", "+"]) + m if "=" not in m else m
                     for m in r.sample(mech, r.randint(1, 5))]
            self.add("mix", "v=spf1 " + " ".join(terms + [r.choice(["-all", "~all", "", "redirect=only1.s.test"])]).strip())
        for _ in range(30):
            spec = "".join(self.macro() + r.choice([".", "-", "", "%%", "x."]) for _ in range(r.randint(1, 3)))
            self.add("exp", "v=spf1 -all exp=e.@",
                     extra={"e.@": {"TXT": ["see " + spec + " %{c} " + self.macro("slodivhcrt")]}})
        for _ in range(15):
            m = self.macro() + "." + self.macro("ldoh")
            self.add("exists", "v=spf1 exists:%s.w.test -all" % m)
        for _ in range(15):
            self.add("p", "v=spf1 %s%%{p%s}.w.test ?all" % (r.choice(["exists:", "a:x.", "?exists:"]), r.choice(["", "1", "r", "2r"])))
        bad = ["a:", "a:x", "mx/33", "ip4:1.2.3", "ip4:1.2.3.4/33", "ip4:1.2.3.4/032", "ip6:::1/129", "ip6:1.2.3.4", "all:x",
               "all.", "all/8", "-", "--all", "foo", "foo:bar.test", "include", "include:x.test/24", "exists:", "exists", "ptr/24",
               "redirect=", "redirect=x", "exp=", "exp=x", "1x=y", "x=%", "x=%{q}", "x=%{c}", "a:%{d0}.test", "a:%{d.test", "a:%%{x",
               "a:foo.%{d}com", "a:x.-y", "a:x.y-", "a:x.1", "a:x.1-2", "a:x.y.", "a:.x", "a//129", "a/24/24", "a/24//64", "a/", "a//",
               "a:x.test//", "redirect=us.s.test redirect=us.s.test", "exp=us.s.test exp=us.s.test", "a=b", "all=b", "ip4:192.0.2.1,",
               "a\tb", "a:x\x7f.test", "a:x..test", "IP4:192.0.2.1/0", "Include:pass.s.test", "x_y-z.1=%{d}%%", "=x", "ip4:%{i}",
               "ip4:192.0.2.1/", "ip6:2001:db8::/032", "v=spf1", "mx:mx.s.test.", "a:us.s.test/24//", "exists:h1.s.test/8", "ip4::1.2.3.4"]
        for b in bad:
            self.add("syntax", "v=spf1 ip4:192.0.2.1 %s ?all" % b, ip=r.choice(["192.0.2.1", "192.0.2.77"]))
        for n in (8, 9, 10, 11, 12):
            self.add("terms", "v=spf1 " + " ".join("a:h%d.s.test" % i for i in range(n)) + " ip4:192.0.2.1 -all", ip="192.0.2.1")
            self.add("terms", "v=spf1 include:i.@ ?all", ip="192.0.2.1",
                     extra={"i.@": {"TXT": ["v=spf1 " + " ".join("a:h%d.s.test" % i for i in range(n - 2)) + " include:pass.s.test"]}})
            self.add("terms", "v=spf1 " + " ".join("exists:no%d.h%d.s.test" % (0, 0) if i < 1 else "mx:mx.s.test/32" for i in range(n - 1)) +
                     " redirect=pass.s.test", ip="198.51.100.9")
        for n in range(5):
            for kind in ("a:n%d.s.test", "mx:n%d.s.test", "exists:n%d.s.test", "a:nothing%d.s.test"):
                ex = {"nothing%d.s.test" % i: {"TXT": ["x"]} for i in range(5)}
                self.add("void", "v=spf1 " + " ".join(kind % i for i in range(n)) + " +all", ip="192.0.2.1", extra=ex)
        for n in range(9, 13):
            self.add("mx", "v=spf1 mx:m.@ -all", ip="192.0.2.1",
                     extra={"m.@": {"MX": [[i, "us.s.test" if i == 0 else "h%d.s.test" % i] for i in range(n)]}})
            self.add("mx", "v=spf1 mx:m.@ -all", ip="198.51.100.9",
                     extra={"m.@": {"MX": [[i, "h%d.s.test" % i] for i in range(n)]}})
        for name in ("pass", "fail", "soft", "none", "bad", "down", "nowhere"):
            for q in "+-~?":
                self.add("include", "v=spf1 %sinclude:%s.s.test ?all" % (q, name))
            self.add("redirect", "v=spf1 redirect=%s.s.test exp=why.s.test" % name)
        for a in ("a:down.s.test", "mx:down.s.test", "exists:down.s.test", "ptr:down.s.test"):
            self.add("temperror", "v=spf1 %s +all" % a, ip="198.51.100.9")
        long_label = "l" * 63
        for spec in (long_label + ".test", long_label + "l.test", ".".join([long_label] * 4) + ".test",
                     ".".join([long_label] * 5) + ".us.s.test", "%{h}.us.s.test", "%{h}.%{h}.%{h}.%{h}.%{h}.%{h}.%{h}.%{h}.us.s.test"):
            self.add("long", "v=spf1 a:%s -all" % spec, ip="192.0.2.1", helo="x" * 40 + ".y")
        for recs in (["v=spf1 +all", "spf2.0/pra -all"], ["v=spf1 +all", "v=spf1 -all"], ["v=spf10 -all"], ["V=SPF1 -ALL"],
                     ["v=spf1"], ["v=spf1 "], ["v=spf1   +all  "], [" v=spf1 +all"], ["v=spf1\t+all"], ["v=spf1,+all"], ["v=spf1+all", "v=spf1 ?all"]):
            self.add("record", recs)
        return self


def table(zone, name):
    n = name.rstrip(".").lower()
    if n in zone:
        return zone[n]
    return None


def use_pyspf(zone, cases):
    import spf

    def lookup(name, qtype, strict=True, timeout=20):
        data = table(zone, name)
        if data == "SERVFAIL":
            raise spf.TempError("DNS Error: SERVFAIL")
        if not data:
            return []
        v = data.get(qtype, [])
        if qtype == "TXT":
            v = [[s.encode("latin-1")] if isinstance(s, str) else [x.encode("latin-1") for x in s] for s in v]
        elif qtype == "MX":
            v = [(p, n) for p, n in v]
        elif qtype == "AAAA":
            import ipaddress
            v = [ipaddress.IPv6Address(x).compressed for x in v]
        return [((name, qtype), x) for x in v]
    spf.DNSLookup = lookup
    out = []
    for _, ip, sender, helo, _ in cases:
        try:
            q = spf.query(i=ip, s=sender, h=helo, receiver=ME, strict=True)
            q.t = NOW
            q.set_default_explanation("DEFAULT")
            r = q.check()
            out.append((r[0], r[2]))
        except Exception as e:
            out.append(("error", repr(e)))
    return out


PERL = r"""
use strict; use warnings; use Mail::SPF; use Net::DNS::Resolver;
my $r = Net::DNS::Resolver->new(nameservers => ['127.0.0.1'], port => $ARGV[0], recurse => 1, udp_timeout => 5);
my $server = Mail::SPF::Server->new(dns_resolver => $r, hostname => 'us.example', default_authority_explanation => 'DEFAULT');
$| = 1;
while (<STDIN>) {
	chomp; my ($ip, $from, $helo) = split /\t/;
	my ($code, $why) = ('error', '');
	eval {
		my $q = Mail::SPF::Request->new(versions => [1], scope => 'mfrom', identity => $from, ip_address => $ip, helo_identity => $helo);
		my $res = $server->process($q);
		$code = $res->code;
		$why = $res->can('authority_explanation') ? $res->authority_explanation : '';
		1;
	} or $why = $@;
	$why = defined $why ? "$why" : '';
	$why =~ s/[\t\n]/ /g;
	print "$code\t$why\n";
}
"""


def use_perl(port, cases):
    p = subprocess.run(["perl", "-e", PERL, port], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                       input="".join("\t".join(c[1:4]) + "\n" for c in cases).encode("latin-1"))
    return [tuple(l.split("\t", 1)) for l in p.stdout.decode("latin-1").splitlines()]


def use_ours(port, cases):
    out = []
    for _, ip, sender, helo, _ in cases:
        p = subprocess.run(["spf-check", "-n", ME, "-t", NOW, "-r", "127.0.0.1@" + port, "-i", ip, "-f", sender, "-h", helo],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        out.append(tuple(p.stdout.decode("latin-1").rstrip("\n").split("\t", 1)))
    return out


def same(ours, other):
    """Mail::SPF has a clock of its own"""
    other = other[0], re.sub(r"\b1[789]\d{8}\b", NOW, other[1])
    if ours[0] != other[0]:
        return False
    if ours[0] != "fail":
        return True
    if re.match(r"\S+ is not allowed to send mail for \S+$", ours[1]):
        return other[1] == "DEFAULT"
    return ours[1] == other[1]


def explained(case, peer, other, used):
    for e in EXPLAINED:
        if e[0] in (peer, None) and e[1] == case[0] and re.fullmatch(e[3], other[0]) and \
                any(re.search(e[2], w) for w in case[4]):
            used.add(e)
            return e[4]
    return None


def main():
    folder = sys.argv[1]
    m = Maker(7208).make()
    with open(folder + "/zone.json", "w") as f:
        json.dump(m.zone, f)
    tool = os.path.join(os.path.dirname(__file__), "fakedns.py")
    p = subprocess.Popen([sys.executable, tool, folder + "/port", folder + "/zone.json"], stdin=subprocess.PIPE)
    while not os.path.exists(folder + "/port"):
        time.sleep(0.02)
    port = open(folder + "/port").read().strip()
    ours = use_ours(port, m.cases)
    peers = {"pyspf": use_pyspf(m.zone, m.cases), "Mail::SPF": use_perl(port, m.cases)}
    p.stdin.close()
    p.wait()
    n = bad = 0
    used = set()
    for i, c in enumerate(m.cases):
        for name in sorted(peers):
            n += 1
            other = peers[name][i] if i < len(peers[name]) else ("nothing", "")
            record = c[4][0].encode("unicode_escape").decode()[:100].replace("#", "")
            why = "" if same(ours[i], other) else explained(c, name, other, used)
            if why is not None:
                print("ok %d - %s: %s" % (n, name, record))
                if why:
                    print("# %s says %s, ours %s: %s" % (name, other[0], ours[i][0], why))
                continue
            bad += 1
            print("not ok %d - %s: %s %r" % (n, name, c[0], c[1:]))
            print("# ours  %r\n# other %r" % (ours[i], other))
    for e in EXPLAINED:
        if e[0] is None or e[0] in peers:
            n += 1
            bad += e not in used
            print("%sok %d - needed: %s" % ("" if e in used else "not ", n, e[4]))
    print("1..%d" % n)
    sys.exit(bad > 0)


main()
