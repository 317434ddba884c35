#!/bin/sh
# The tables of a Postfix and what conf-import makes of them say the same of
# many addresses: postmap is asked for each key in the order of its
# pages transport, virtual, relocated and access, and conf-build whether the rules do likewise.
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin
peer postfix command -v postmap || { done_testing; exit 1; }
cd "$T" || exit 1
mkdir pf && echo 'compatibility_level = 3.6' >pf/main.cf
cat >make.py <<'P'
# make.py SEED: tables, and addresses with what Postfix does with them
import random, subprocess, sys
r = random.Random(int(sys.argv[1]))
tops = ["a.test", "b.test", "c.test"]
domains = tops + [x + "." + t for t in tops for x in ("m", "n", "x.m", "y.n")]
users = ["ann", "bob", "carl", "d.e"]

def write(name, lines):
    with open(name, "w") as f:
        for key, value in lines:
            if r.random() < .1:
                f.write("# a comment\n\n")
            f.write(key.upper() if r.random() < .1 and not key.startswith("/") else key)
            f.write("\n\t" if r.random() < .2 else "  ")
            f.write(value + "\n")

# what Postfix says, and what is to be in the description of our rule
actions = {":": "mx", "smtp:": "mx"}
for i in range(1, 9):
    actions["smtp:[192.0.2.%d]" % i] = "host host:[192.0.2.%d]:25" % i
    actions[":[h%d.test]:587" % i] = "host host:h%d.test:587" % i
    actions["error:5.1.%d no %d here" % (i, i)] = '"text:no %d here" bounced' % i
    actions["lmtp:inet:[192.0.2.%d]:2400" % i] = "lmtp lmtp:[192.0.2.%d]:2400" % i
actions["discard:"] = "discard"
actions["retry:4.3.0 not now"] = '"text:not now" deferred'
say = lambda: r.choice(sorted(actions))

keys = [u + "@" + d for u in users for d in domains if r.random() < .1]
keys += [d for d in domains if r.random() < .4]
keys += ["." + d for d in domains if r.random() < .5]
keys += ["*"] * (r.random() < .5)
r.shuffle(keys)
write("transport", [(k, say()) for k in keys])
dot = lambda d: d.replace(".", r"\.")
forms = [lambda: "/^%s@%s$/" % (dot(r.choice(users)), dot(r.choice(domains))),
         lambda: "/^(.*)@%s$/" % dot(r.choice(domains)),
         lambda: r"/@(.*\.)?%s$/" % dot(r.choice(domains[3:])),
         lambda: "/[@.]%s$/" % dot(r.choice(domains[6:])),
         lambda: "/^(%s|%s)@/" % (dot(r.choice(users)), dot(r.choice(users))),
         lambda: "/^%s@(m|n)\\.(a|b)\\.test$/" % dot(r.choice(users))]
write("expressions", [(r.choice(forms)(), say()) for _ in range(4)])

# no address leads back to a domain that becomes another: conf-import(8)
virtual, old = {}, r.sample(domains, 4)
for u in users:
    for d in domains:
        if r.random() < .1:
            virtual[u + "@" + d] = r.choice(users) + "@" + r.choice([x for x in domains if x not in old + [d]])
virtual["@" + old[0]] = "@" + old[1]
virtual["@" + old[1]] = "@" + old[2]
virtual["@" + old[3]] = r.choice(users) + "@" + r.choice(tops)
write("virtual", sorted(virtual.items(), key=lambda _: r.random()))
gone = {u + "@" + d: "place %d" % i for i, (u, d) in
        enumerate((u, d) for u in users for d in domains) if r.random() < .05}
gone["@" + r.choice(domains)] = "nowhere"
write("relocated", sorted(gone.items(), key=lambda _: r.random()))

refused = {d: "REJECT 5.7.1 denied" for d in domains + [u + "@" + d for u in users for d in domains] if r.random() < .1}
write("access", sorted(refused.items()))

for t in "transport", "virtual", "relocated", "access":
    subprocess.run(["postmap", "-c", "pf", "hash:" + t], check=True)

def ask(table, wanted):
    """what postmap says of each, as Postfix asks it"""
    out = subprocess.run(["postmap", "-c", "pf", "-q", "-", table], input="\n".join(sorted(wanted)) + "\n",
                         capture_output=True, text=True)
    return dict(line.split("\t", 1) for line in out.stdout.splitlines())

def below(domain):
    """domain, .parent ..., *"""
    parts = domain.split(".")
    return [domain] + ["." + ".".join(parts[i:]) for i in range(1, len(parts))] + ["*"]

everybody = [u + "@" + d for u in users + ["zoe", "ann-x"] for d in domains + ["q.a.test", "z.y.n.b.test", "o.test"]]
said = ask("hash:virtual", everybody + ["@" + a.split("@")[1] for a in everybody])

def alias(a, seen):
    """where it ends; None: in a circle, which no mail should go round"""
    user, domain = a.split("@")
    v = said.get(a, said.get("@" + domain))
    if v is None or a in seen:
        return a if v is None else None
    v = user + v if v[0] == "@" else v
    return alias(v, seen | {a}) if v != a else a

last = {a: alias(a, set()) for a in everybody}
everybody = [a for a in everybody if last[a]]
ends = {last[a] for a in everybody}
moved = ask("hash:relocated", ends | {"@" + a.split("@")[1] for a in ends})
exact = ask("hash:transport", ends | {k for a in ends for k in below(a.split("@")[1])})
fits = ask("regexp:expressions", ends)
n = 0
with open("wanted", "w") as f:
    for a in everybody:
        b = last[a]
        domain = b.split("@")[1]
        where = moved.get(b, moved.get("@" + domain))
        if where is not None:
            want = '"text:user has moved to %s" bounced' % where
        else:
            answers = [exact.get(b), fits.get(b)] + [exact.get(k) for k in below(domain)]
            want = actions[next((x for x in answers if x is not None), ":")]
        f.write("to:%s -> %s%s\n" % (a, want, " to:" + b if a != b else ""))
        n += 1
    # senders: the address, then the domain and each above it
    no = ask("hash:access", {k.lstrip(".") for a in everybody for k in [a] + below(a.split("@")[1])})
    for a in everybody:
        hit = any(k.lstrip(".") in no for k in [a] + below(a.split("@")[1])[:-1])
        f.write("to:x@o.test from:%s -> %stext:denied\n" % (a, "" if hit else "!"))
print(n)
P
for seed in 1 2 3 4 5 6 7 8; do
	rm -rf conf
	n=$(python3 make.py $seed)
	[ "${n:-0}" -gt 90 ]; ok "tables $seed, $n addresses" $?
	conf-import -o conf postfix sender-access=access virtual=hash:virtual relocated=hash:relocated \
	    transport=hash:transport transport=regexp:expressions >out 2>&1
	is "all of it is taken" "$? $(cat out)" "0 "
	echo mx.here.test >conf/me
	cp wanted conf/tests
	conf-build conf 2>out
	is "Postfix and route say the same" "$? $(grep -v warning out | head -5)" "0 "
done
# a rule that is another one would be seen
sed -i 's/192\.0\.2\.[1-8]\]/192.0.2.9]/' conf/routes
conf-build conf >out 2>&1
is "which would be seen" "$? $(grep -c "tests:" out | sed 's/^[1-9].*/some/')" "100 some"
done_testing
