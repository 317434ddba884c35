#!/bin/sh
# queue-run dies while orders are given that stand: what it has said ok to
# stands afterwards, what has ended does not, and no file is cut
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q || exit 1
cat >lives.py <<'X'
import random, socket, subprocess, sys, time
random.seed(int(sys.argv[1]))
lives, stands, n, left = int(sys.argv[2]), {}, 0, -1

def start():
    p = subprocess.Popen(["queue-run", "q", "answer", "status:later"],
                         stderr=open("log", "a"))
    end = time.time() + 60
    while True:
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect("q/ctl")
            return p, s, s.makefile("r")
        except OSError:
            if time.time() > end or p.poll() is not None:
                sys.exit("queue-run does not start")
            time.sleep(0.005)

def ask(line):
    s.sendall(line.encode() + b"\n")
    if left == 0:
        time.sleep(random.random() ** 3 * 0.005)
        p.kill()
    got = []
    while not got or not got[-1].startswith("ok:"):
        a = f.readline()
        if not a.endswith("\n"):
            return None
        got.append(a)
    return got

def listed():
    got = {}
    for cmd in "suspensions", "rebindings":
        for line in ask("cmd:" + cmd)[:-1]:
            w = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
            got[w["sel"]] = w["order"]
    return got

numbers = set()
for life in range(lives):
    p, s, f = start()
    left = -1
    now = listed()
    # of the order that was under way either may be
    for sel in set(now) ^ set(stands):
        if sel != under_way:
            sys.exit("life %d: %s: %s and not %s" % (life, sel, now, stands))
    for sel in set(now) & set(stands):
        if now[sel] != stands[sel] and sel != under_way:
            sys.exit("life %d: %s has another number" % (life, sel))
    stands = now
    # some orders, and one in which it is killed, at any moment
    left = random.randrange(1, 7)
    try:
        while True:
            n += 1
            left -= 1
            if stands and random.random() < 0.4:
                under_way = random.choice(list(stands))
                number = stands[under_way]
                a = ask("cmd:resume\torder:" + number)
                if a and "matched:0" in a[-1]:
                    a = ask("cmd:rebind\tnone:1\torder:" + number)
                if a is None:
                    break
                del stands[under_way]
            else:
                under_way = "domain:d%d.example" % n
                a = ask("cmd:%s\tsel:domain\targ:d%d.example%s" % (random.choice([
                    ("suspend", n, "\treason:x"), ("suspend", n, "\tfor:9999"),
                    ("rebind", n, "\tset-pool:p")])))
                if a is None:
                    break
                number = a[0].rstrip().split("\t")[0].split(":")[1]
                if number in numbers:
                    sys.exit("number %s was given twice" % number)
                numbers.add(number)
                stands[under_way] = number
    except (BrokenPipeError, ConnectionResetError):
        pass
    p.wait()
print("lives %d" % lives)
X
seed=$(date +%s)
echo "# seed $seed"
is "what was said stands" "$(python3 lives.py "$seed" 20)" "lives 20"
status "the queue is whole" 0 queue-check q
is "nothing was unreadable" "$(grep -c fatal log)" 0
done_testing
