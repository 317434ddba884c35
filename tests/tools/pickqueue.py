#!/usr/bin/env python3
"""Random selections of a random queue, against a model.

usage: pickqueue.py QUEUE SEED COUNT

Fills QUEUE, draws selections, and compares what queue-list finds (all
recipients, and of messages with -i) with what the model says; with a queue-run
that works there also which recipients queue-ctl changes: hold and release of
the same selection count as many.  Prints each difference."""
import random
import subprocess
import sys
import time

queue, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)
DOMAINS = ["a.example", "x.a.example", "B.Example", "ba.example", "c.test"]
SENDERS = ["", "Ann@a.example", "bob@b.example"]
TENANTS = [None, "acme", "Other"]
TAGS = ["campaign=spring", "campaign=may", "x=y=z"]


def run(args, stdin=""):
    p = subprocess.run(args, input=stdin.encode(), stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE)
    return p.returncode, p.stdout.decode()


def fill(n):
    """n messages: (id, n, from, to, tenant, tags) of each recipient"""
    rcpts = []
    for _ in range(n):
        sender, tenant = rng.choice(SENDERS), rng.choice(TENANTS)
        tags = rng.sample(TAGS, rng.randrange(3))
        to = ["u%d@%s" % (rng.randrange(4), rng.choice(DOMAINS))
              for _ in range(rng.randrange(1, 4))]
        env = "from %s\n" % sender + "".join("to %s\n" % t for t in to)
        env += "tenant %s\n" % tenant if tenant else ""
        env += "".join("tag %s\n" % t for t in tags)
        parcel = env + "\nx\n"
        ident = run(["queue-inject", queue], "%d:%s," % (len(parcel), parcel))[1]
        ident = ident.split("K")[1][:20]
        rcpts += [(ident, i, sender, t, tenant, tags) for i, t in enumerate(to)]
    return rcpts


def draw(rcpts):
    """some selectors: (kind, value)"""
    out = []
    for _ in range(rng.randrange(1, 4)):
        kind = rng.choice(["id", "from", "to", "domain", "domain", "tenant",
                           "tag", "state", "age", "all"])
        r = rng.choice(rcpts)
        domain = r[3].split("@")[1]
        value = {"id": r[0], "from": r[2], "to": r[3].upper(),
                 "domain": rng.choice([domain, "." + domain, ".example", "none.test"]),
                 "tenant": rng.choice(["ACME", "other", "nobody"]),
                 "tag": rng.choice(TAGS), "state": rng.choice(["queued", "held"]),
                 "age": rng.choice(["1h", "-1h"]), "all": ""}[kind]
        out.append((kind, value))
    return out


def agrees(kind, value, r):
    ident, _, sender, to, tenant, tags = r
    domain, v = to.split("@")[1].lower(), value.lower()
    if kind == "domain" and v[0] == ".":
        return domain == v[1:] or domain.endswith(v)
    return {"all": True, "id": ident == value, "from": sender.lower() == v,
            "to": to.lower() == v, "domain": domain == v,
            "tenant": (tenant or "").lower() == v, "tag": value in tags,
            "state": value == "queued", "age": value[:1] == "-"}[kind]


def model(sel, rcpts):
    kinds = {k for k, _ in sel if k != "all"}
    return [r for r in rcpts if all(any(agrees(k, v, r) for k, v in sel if k == kind)
                                    for kind in kinds)]


def words(sel):
    return [k if k == "all" else k + ":" + v for k, v in sel]


def listed(args):
    out = []
    for line in args.splitlines():
        f = dict(x.split(":", 1) for x in line.split("\t"))
        out.append((f["id"], int(f["n"])))
    return out


def check(sel, rcpts):
    want = model(sel, rcpts)
    code, out = run(["queue-list", "-l", queue] + words(sel))
    got = listed(out)
    if sorted(got) != sorted((r[0], r[1]) for r in want) or code != (0 if want else 1):
        print("queue-list", words(sel), "exit", code, "got", got, "want", want)
    ids = run(["queue-list", "-i", queue] + words(sel))[1].split()
    if ids != sorted({r[0] for r in want}):
        print("queue-list -i", words(sel), "got", ids)
    act(sel, want)


def act(sel, want):
    """what is selected to be held is released again"""
    if not any(k not in ("all", "state") for k, _ in sel):
        return
    code, out = run(["queue-ctl", queue, "hold"] + words(sel))
    if "count:%d\t" % len(want) not in out or code != (0 if want else 1):
        print("queue-ctl hold", words(sel), "exit", code, out, "want", len(want))
    held = listed(run(["queue-list", "-l", queue, "state:held"])[1])
    if sorted(held) != sorted((r[0], r[1]) for r in want):
        print("held", words(sel), "got", held, "want", want)
    run(["queue-ctl", queue, "release", "state:held"])


rcpts = fill(30)
end = time.time() + 10
while run(["queue-ctl", queue, "status"])[1].split("\t")[0] != "messages:30":
    if time.time() > end:
        sys.exit("queue-run does not take them up")
    time.sleep(0.05)
for _ in range(count):
    check(draw(rcpts), rcpts)
