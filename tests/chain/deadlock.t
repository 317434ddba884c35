#!/bin/sh
# Chains fed 100,000 jobs at once, with a head that reads slowly or not at
# all for a while, with each process stopped in turn, with slow and foreign
# links: every job is answered once, nothing hangs, no process grows.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >feed.py <<'X'
"""feed.py MODE JOBS LIMIT_KB COMMAND...: the head of a chain.

Prints "ok", or what is wrong.  Modes, joined by commas: burst (nothing
special), late (reads no answer for a second), slow (reads little at a
time), stop (each process of the chain is stopped for a while, in turn).
"""
import os, select, signal, subprocess, sys, time
mode, jobs, limit = sys.argv[1].split(","), int(sys.argv[2]), int(sys.argv[3])
chain = subprocess.Popen(sys.argv[4:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
others = [int(p) for p in os.environ.get("PIDS", "").split()]
start = time.monotonic()

def below(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            kids = [int(k) for k in f.read().split()]
    except OSError:
        return []
    return [pid] + [p for k in kids for p in below(k)]

def processes():
    return [p for q in [chain.pid] + others for p in below(q)]

def end(text):
    for p in processes():
        if p not in others:
            os.kill(p, signal.SIGKILL)
    print(text)
    sys.exit(0)

class Stopper:
    def __init__(self):
        self.rest, self.pid, self.at = [], 0, start + 0.05
        self.rounds = 0
    def turn(self):
        now = time.monotonic()
        if now < self.at:
            return
        if self.pid:
            try: os.kill(self.pid, signal.SIGCONT)
            except OSError: pass
            self.pid, self.at = 0, now + 0.01
            return
        if not self.rest and self.rounds < 3:
            self.rest = processes()
            self.rounds += 1
        if not self.rest:
            return
        self.pid, self.at = self.rest.pop(), now + 0.06
        try: os.kill(self.pid, signal.SIGSTOP)
        except OSError: self.pid = 0
    def off(self):
        if self.pid:
            os.kill(self.pid, signal.SIGCONT)

def job(i):
    return b"id:%d\tn:0\tfrom:a@example.org\tto:b%d@d%d.example\tsite:mx%d\tvia:pool%d\tfile:/q/mess/00/%d\n" % (
        i, i, i % 1000, i % 100, i % 4, i)

down, up = chain.stdin.fileno(), chain.stdout.fileno()
os.set_blocking(down, False); os.set_blocking(up, False)
out = b"".join(job(i) for i in range(jobs)); sent = 0
seen = bytearray(jobs); answered = 0; part = b""
stopper = Stopper() if "stop" in mode else None
idle = 0
while answered < jobs:
    now = time.monotonic()
    if now - start > 60:
        end(f"only {answered} of {jobs} answered, {sent} of {len(out)} bytes taken")
    if stopper: stopper.turn()
    read = "late" not in mode or now - start > 1
    r, w, _ = select.select([up] if read else [], [down] if sent < len(out) else [], [], 0.02)
    if w:
        try: sent += os.write(down, out[sent:sent + 262144])
        except BlockingIOError: pass
        except BrokenPipeError: end("the chain has died")
    if r:
        b = os.read(up, 4096 if "slow" in mode else 262144)
        if not b: end(f"the chain ended with {answered} answered, status {chain.wait()}")
        lines = (part + b).split(b"\n"); part = lines.pop()
        for l in lines:
            if not l.startswith(b"id:"): end(f"no answer: {l!r}")
            i = int(l[3:l.index(b"\t")] if b"\t" in l else l[3:])
            if seen[i]: end(f"answered twice: {i}")
            seen[i] = 1
        answered += len(lines)
        if "slow" in mode and answered % 7 == 0: time.sleep(0.0005)
if stopper: stopper.off()
for p in processes():
    try:
        s = dict(l.split(":", 1) for l in open(f"/proc/{p}/status"))
    except OSError:
        continue
    kb = int(s.get("VmHWM", "0 kB").split()[0])
    if s["Name"].strip() not in ("python3", "perl") and kb > limit:
        end(f"{s['Name'].strip()} grew to {kb} KB")
    if os.environ.get("VERBOSE"): print("#", s["Name"].strip(), kb, "KB", file=sys.stderr)
chain.stdin.close()
while (b := select.select([up], [], [], 10)[0]) and (b := os.read(up, 4096)):
    end(f"more than asked for: {b!r}")
try: status = chain.wait(10)
except subprocess.TimeoutExpired: end("does not end")
print("ok" if status == 0 else f"status {status}")
X
# a build that looks for memory errors needs memory of its own
limit=16384
grep -q __asan_init "$(command -v tap)" && limit=400000
# run MODE COMMAND...
run() {
	run_mode=$1; shift
	is "$run_mode: $(printf '%.80s' "$*")" "$(timeout 90 python3 feed.py "$run_mode" 100000 $limit "$@" 2>err; grep -vE '^#|ev:throttled' err)" ok
	[ -z "${VERBOSE:-}" ] || grep '^#' err
}
tree() {
	run "$1" tap t1 dispatch 'via:pool0' { answer status:sent } \
		via:pool1 { tap -r t2 cat } \
		via:pool2 { sh -c 'sed -u s/site/place/ | exec tap t3 cat' } \
		{ dispatch 'site:mx1*' { answer status:bounced 'text:no no no no no no no' } { cat } }
	rm -f t1 t2.* t3
}
for m in burst late slow stop stop,late,slow; do tree "$m"; done

# one link behind the other
for m in burst late stop,slow; do
	run "$m" dispatch { dispatch { dispatch { dispatch { dispatch { dispatch { cat } } } } } }
done
# answers much longer than jobs, and a reader that comes late
long=$(printf '%01000d' 0)
run late tap -r /dev/null dispatch { answer status:sent "text:$long" }
run stop dispatch { sh -c 'exec tap -r /dev/null answer status:sent' }
# foreign links: awk, a shell loop in one branch, one that is slow
# (mawk without -W interactive waits for 4,096 bytes)
run late,stop dispatch via:pool3 { awk -W interactive '{ print; fflush() }' } \
	site:mx77 { sh -c 'while IFS= read -r l; do printf "%s\n" "$l"; done' } { answer status:sent }
cat >lazy.py <<'X'
import sys, time
for i, l in enumerate(sys.stdin.buffer):
    if i % 500 == 0: time.sleep(0.005)
    sys.stdout.buffer.write(l); sys.stdout.buffer.flush()
X
run burst tap t4 dispatch via:pool1 { python3 lazy.py } { answer status:sent }
run slow,stop dispatch { python3 lazy.py }
# what decides where and when, in front
mkdir conf
echo mail.example.org >conf/me
echo localhost >conf/local
echo 'to:* host:[192.0.2.1]' >conf/routes
echo 'site:* conn=500' >conf/throttle
conf-build conf
for m in burst late stop,slow; do
	run "$m" route conf throttle conf dispatch via:pool1 { cat } { answer status:sent }
done
# a host where nobody listens
echo "to:* host:[127.0.0.1]:$(free_port)" >conf/routes
conf-build conf
run late,stop route conf throttle conf remote-send -C conf
# a chain in two halves, joined by a socket
sock-serve unix:sock dispatch via:pool1 { cat } { answer status:sent } & pid=$!
wait_for 5 test -S sock
for m in burst late stop,slow; do
	PIDS=$pid; export PIDS
	run "$m" tap t5 unix:sock
done
unset PIDS
kill $pid; wait $pid
is "the lower half ends politely" $? 0
done_testing
