#!/bin/sh
# sim: another configuration over a log that is made here.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf new
echo me.example | tee conf/me >new/me
: >nothing

# made COUNT STEP_S CODE: a message each STEP_S seconds from 2026-12-01T00:00:00Z
# on, i its number, t its time; CODE sets further labels of its end, f, and may
# make lines of its own
made() {
	python3 - "$@" <<'X'
import datetime, sys
count, step, what = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
def line(t, kind, i, d, f):
    at = datetime.datetime.fromtimestamp(t + d, datetime.timezone.utc)
    f = dict({"n": "0", "from": "a@x.org", "to": "b@y.org", "delay": "%.3f" % d,
              "ms": "100", "site": "mx.y.org", "via": "p"}, **f)
    print("ts:%s\tev:%s\tid:k3p9b2m4q7%08d00\t%s" % (
        at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), kind, i,
        "\t".join(k + ":" + v for k, v in f.items())))
for i in range(count):
    t, f = 1796083200 + i * step, {}
    exec(what)
    line(t, "sent", i, 0.1, f)
X
}
# of TABLE RUN LABELS: from the lines for programs
of() { grep "^sim:all	run:$1	" said | tr '\t' '\n' | grep -E "^($2):" | tr '\n' ' '; }
tables() { printf '%s\n' "$@" >conf/throttle; conf-build conf; }
run() { sim -l "$@" >said 2>err; }

status "no arguments" 100 sim
status "bad group" 100 sim -g moon conf
status "bad model" 100 sim -m moon conf
status "bad window" 100 sim -w 0 conf
status "no log" 111 sim conf nowhere
status "nothing in the log" 111 sim conf nothing
is "is told" "$(cat err)" "sim: fatal: no recipient is in the log"
status "no configuration" 111 sh -c 'sim nowhere <"$1"' sh nothing

# who comes once a second, with one in two seconds
made 100 1 '' >log
tables 'site:* rate=30/m burst=1'
run -r conf log
is "what was" "$(of log 'rcpts|sent|p50|max|peak-minute')" "rcpts:100 sent:100 p50:0.100 max:0.100 peak-minute:60 "
is "half as fast" "$(of new 'rcpts|sent|queued|max|peak-second|peak-minute')" "rcpts:100 sent:100 queued:0 max:$(of new max | tr -dc 0-9.) peak-second:1 peak-minute:30 "
like "a limit is named" "$(grep sim:limit said)" '^sim:limit	run:new	key:site:mx.y.org	limit:rate=30/m	share:9[0-9.]+	later:[1-9][0-9]*$'
cp said before
run -r conf log
cmp -s before said; ok "the same again is the same" $?
run -r -e conf <log
is "where the log ends half of them wait" "$(of new 'sent|queued')" "sent:50 queued:50 "
status "no room" 111 sh -c 'sim -r conf log >/dev/full'
status "closed descriptor" 111 sh -c 'sim -r conf log <&-'
sim -r conf log >table 2>err
like "a table" "$(cat table)" '^site  *run  *rcpts  *changed'
like "of it" "$(cat table)" '^mx.y.org  *new  *100  *0  *100  *100 '
run -r -p pic.svg conf log
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' pic.svg 2>err; ok "a picture" $?
status "a picture that cannot be" 111 sim -r -p nowhere/pic.svg conf log

# a folder, and stamps of svlogd
mkdir folder
head -n 50 log >folder/@400000006a000000000000000.s
sed 's/^/2026-12-01T00:00:00.00000 /' log | tail -n 50 >folder/current
run -r conf folder
is "a folder is as its lines" "$(cat said)" "$(cat before)"

# what cannot be used is told by file and line
{ head -n 2 log; echo 'ts:2026-12-01T00:00:01Z	ev:sent	id:x'; sed -n 3p log; printf 'ts:'; } >bad
run -r conf bad
is "the others count" $?"$(of new sent)" "0sent:3 "
is "file and line" "$(cat err)" "sim: warning: bad:3: no message: id is missing or none
sim: warning: bad:5: the last line has no end"

# attempts: the first is answered as the first was, and comes again in time
made 10 1 'line(t, "deferred", i, 0.05, {"code": "451", "esc": "4.7.1", "host": "mx", "class": "rcpt", "text": "451 greylisted"})' >log
rm conf/throttle*
echo 'intervals=1h jitter=0%' >conf/retry
conf-build conf
run -r conf log
is "an hour later" "$(of new 'tries|sent|p50')" "tries:20 sent:10 p50:3600.202 "
echo 'failure:greylisted intervals=1m jitter=0%' >>conf/retry
conf-build conf
run -r conf log
is "or a minute, by what it is called" "$(of new 'tries|sent|p50')" "tries:20 sent:10 p50:60.202 "
echo 'failure:greylisted intervals=1m jitter=0% lifetime=30s' >conf/retry; conf-build conf
run -r conf log
is "its time is over, and that is its last" "$(of new 'tries|sent|p50|expired')" "tries:20 sent:10 expired:0 p50:30.101 "

# an attempt in doubt
made 10 1 'line(t, "deferred", i, 0.05, {"class": "lost", "text": "lost", "doubt": "1"})' >log
echo 'intervals=1h jitter=0% doubt=2h' >conf/retry; conf-build conf
run -r conf log
is "in doubt it waits" "$(of new 'sent|p50')" "sent:10 p50:7200.202 "
echo 'doubt=never' >conf/retry; conf-build conf
run -r conf log
is "or comes no more" "$(of new 'sent|expired')" "sent:0 expired:10 "

# a receiver that takes two a minute
made 10 1 '' >log
echo 'intervals=20s jitter=0% lifetime=1h' >conf/retry; conf-build conf
run -r -m 'mx.y.org=2/m' conf log
is "a model refuses" "$(of new 'rcpts|sent|expired')" "rcpts:10 sent:10 expired:0 "
[ "$(of new tries | tr -dc 0-9)" -gt 20 ]; ok "again and again" $?

# routes: every second message is of a tenant
made 10 1 'f["tenant"] = "ab"[i % 2]; f["via"] = "p"' >log
echo 'p helo=a.example' | tee conf/pools >new/pools
echo 'q helo=b.example' >>new/pools
echo 'to:* pool:p' >conf/routes
printf 'tenant:b pool:q\nto:* pool:p\n' >new/routes
conf-build conf; conf-build new
run conf log
is "nobody goes another way" "$(of new changed)" "changed:0 "
run -g via new log
is "five do" "$(of new changed)" "changed:5 "
like "they are named" "$(cat said)" '^sim:group	run:new	via:q	rcpts:5	changed:5	'
run -o new -g tenant conf log
is "against another one" "$(of old changed)$(of new changed)" "changed:5 changed:5 "
like "by tenant" "$(cat said)" '^sim:group	run:new	tenant:b	rcpts:5	changed:5	'
printf 'from:@x.org reject:"no"\n' >new/routes; conf-build new
run new log
is "a rule that refuses" "$(of new 'sent|bounced|changed')" "changed:10 sent:0 bounced:10 "
printf 'to:@y.org host:[127.0.0.1]:26 pool:p\n' >new/routes; conf-build new
run new log
like "a rule that names a host" "$(cat said)" '^sim:group	run:new	site:127.0.0.1:26	rcpts:10	changed:10	'

# a pool that spills: what its source may not send in time goes from another
made 60 1 '' >log
printf 'p name=one helo=a.example spill=q\nq name=two helo=b.example\n' >conf/pools
echo 'to:* pool:p' >conf/routes
tables 'src:one cap=20/hour@UTC'
run -g src conf log
like "the first goes as far as it may" "$(cat said)" '^sim:group	run:new	src:one	rcpts:20	'
like "the rest by the other" "$(cat said)" '^sim:group	run:new	src:two	rcpts:40	'
sed '/ev:sent/s/$/	from-src:three/' log >log3
run -r -g src conf log3
like "of the log its own" "$(cat said)" '^sim:group	run:log	src:three	rcpts:60	'
like "which stays with -r" "$(cat said)" '^sim:group	run:new	src:three	rcpts:60	'

# a site that cannot be reached: who comes then waits, or goes to other hosts
made 60 1 'if i < 5: line(t, "deferred", i, 0.05, {"class": "connect", "host": "mx", "text": "refused"})' >log
tables 'site:* conn=none backoff=none'
echo 'intervals=20s jitter=0%' >conf/retry
echo 'p helo=a.example' >conf/pools
echo 'to:* pool:p breaker:3/30s' >conf/routes; conf-build conf
run conf log
is "three are enough" "$(of new 'tries|sent|changed')" "changed:0 tries:65 sent:60 "
[ "$(of new mean | tr -dc 0-9)" -gt 4000 ]; ok "the others wait" $?
echo 'to:* pool:p breaker:3/30s fallback:[127.0.0.9]' >conf/routes; conf-build conf
run conf log
like "or go to others" "$(cat said)" '^sim:group	run:new	site:127.0.0.9	rcpts:[1-9]'

# recipients of one message go together, and a limit on transactions counts one
rm -f conf/routes* conf/pools*
made 10 1 'f["n"] = "4"
for n in range(4): line(t, "sent", i, 0.1, {"n": str(n)})' >log
tables 'site:* rate=6/m burst=1'
run -r conf log
is "five at a time" "$(of new 'rcpts|sent|peak-second')" "rcpts:50 sent:50 peak-second:5 "
tables 'site:* rcpt-rate=6/m burst=1'
run -r conf log
is "one by one where recipients are counted" "$(of new 'sent|peak-second|peak-minute')" "sent:50 peak-second:1 peak-minute:6 "

# a month of warm-up: 2,000 a day come, and each day as many go as it may have,
# counted by another hand (by day 22 it has nearly caught up)
rm -f conf/routes* conf/pools*
made 62000 43.2 '' >log
tables 'via:p warm=50*1.2..3000/2026-12-01@UTC' '* conn=none'
echo 'lifetime=90d' >conf/retry; conf-build conf
# 350 bytes a recipient, twice when a table grows; a sanitizer wants more
limit='ulimit -v 60000'
grep -q __asan_init "$(command -v sim)" && limit=:
($limit; run -g day -r conf log)
is "all are sent, in 60 MB" "$(of new 'sent|expired')" "sent:62000 expired:0 "
cat >days.py <<'X'
n, want, got = 50, [], {}
for line in open("said"):
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    if f["sim"] == "group" and f["run"] == "new":
        got[f["day"]] = int(f["tries"])
for day in range(1, 22):
    want.append(n)
    n = n * 12 // 10
have = [got["2026-12-%02d" % d] for d in range(1, 22)]
print("as planned" if have == want else "%s not %s" % (have, want))
X
is "each day of the plan" "$(python3 days.py)" "as planned"
done_testing
