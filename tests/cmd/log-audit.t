#!/bin/sh
. "$(dirname "$0")/../lib.sh"

# a queue and a log with nothing wrong, as python code that tests change:
# m(id, rcpts), ev(kind, id, n, **labels), states in the queue, journal
cat >"$T/make.py" <<'EOF'
import os, sys
top = sys.argv[1]
digits = "0123456789abcdefghijklmnopqrstuv"
q = top + "/q"
log = []
def ident(k):
    if isinstance(k, str):
        return k
    return "0000000000a%07d%s%s" % (k, "01"[k % 64 // 32], digits[k % 32])
def id_at(when, k=0):
    """an id of that time of 2026-01-01"""
    h, m, sec = when.split(":")
    us = 1767225600000000 + (int(h) * 3600 + int(m) * 60 + int(sec)) * 1000000
    return "".join(digits[us >> 5 * n & 31] for n in range(10, -1, -1)) + \
        "%07d0%s" % (k, digits[k])
def ev(kind, k, n=None, **labels):
    line = "ts:2026-01-01T00:00:00.000000Z\tev:%s\tprog:%s" % (
        kind, labels.pop("prog", "queue-run"))
    if k is not None:
        line += "\tid:" + ident(k)
    if n is not None:
        line += "\tn:%d" % n
    for a, b in labels.items():
        line += "\t%s:%s" % (a.replace("_", "-"), b)
    log.append(line)
def accept(k, rcpts=1):
    ev("accepted", k, prog="queue-inject", rcpts=rcpts, size=10)
def message(k, states):
    i = ident(k)
    body = "Subject: x\n\nhello\n"
    to = "".join("to %s - 00000 0000000000 %-200s a%d@example.org\n" %
                 (s, "", n) for n, s in enumerate(states))
    lines = "from a@example.com\n" + to + "\n"
    head = "rohrpost 1 %010d %015d %07d\n" % (46 + len(lines), len(body),
                                              len(states))
    with open("%s/mess/%s/%s" % (q, i[-2:], i), "w") as f:
        f.write(head + lines + body)
def journal(*lines):
    with open(q + "/done/0000000001", "a") as f:
        for k, n, s in lines:
            f.write("%s %d %s\n" % (ident(k), n, s))
for d in range(64):
    os.makedirs("%s/mess/%s%s" % (q, "01"[d // 32], digits[d % 32]),
                exist_ok=True)
os.makedirs(q + "/done", exist_ok=True)
def good():
    ev("started", None)
    for k in range(200):
        accept(k)
        ev("sent", k, 0, code=250)
    accept(200, 5)
    ev("sent", 200, 0)
    ev("bounced", 200, 1)
    ev("expired", 200, 2)
    ev("deleted", 200, 3)
    ev("deferred", 200, 4)
    message(200, "QbXKQ")
    journal((200, 0, "S"))
    ev("stopped", None, unanswered=0, status=0)
good()
exec(sys.stdin.read())
with open(top + "/log", "w") as f:
    f.writelines(l + "\n" for l in log)
EOF
# make CODE: a fresh queue and log
make_case() {
	no_queue "$T/q"; rm -rf "$T/log"
	printf '%s\n' "$1" | python3 "$T/make.py" "$T"
}
sum() { tail -n 1 "$T/out"; }
# audit NAME STATUS CODE [REGEX of an exception line]
audit() {
	make_case "$3"
	status "$1" "$2" log-audit ${5:-} "$T/q" "$T/log"
	[ -z "${4:-}" ] || like "$1: says so" "$(cat "$T/out")" "$4"
}

audit 'all in order' 0 ''
is 'the balance' "$(cat "$T/out")" "$(printf 'accepted:205\tqueued:1\tsent:201\tbounced:1\texpired:1\tdeleted:1\tlost:0\tdouble:0\tunannounced:0\tdoubt:0\tunlogged:0\tunexplained:0')"

# planted: each must be found
audit 'a lost message' 1 'accept(300)' 'audit:lost	id:[0-9a-v]{20}	n:0'
like 'and counted' "$(sum)" 'lost:1	double:0'
audit 'one lost of several recipients' 1 'accept(300, 3); ev("sent", 300, 0); ev("sent", 300, 2)' 'audit:lost	id:[0-9a-v]{20}	n:1'
audit 'lost beyond the inline ones' 1 'accept(300, 50); [ev("sent", 300, n) for n in range(49)]' 'n:49	'
audit 'a file that is cut' 1 'accept(300); message(300, "Q"); f = "%s/mess/%s/%s" % (q, ident(300)[-2:], ident(300)); os.truncate(f, os.path.getsize(f) - 1)' 'audit:lost'
audit 'sent twice' 1 'ev("sent", 7, 0)' 'audit:twice	id:[0-9a-v]{20}	n:0'
like 'and counted' "$(sum)" 'double:1	.*unexplained:1$'
audit 'sent and bounced' 1 'ev("bounced", 7, 0)' 'audit:twice'
audit 'sent, and in the queue without journal' 1 'accept(300); ev("sent", 300, 0); message(300, "Q")' 'audit:unjournaled'
audit 'an end of a recipient there never was' 1 'ev("sent", 7, 1)' 'audit:stray'
audit 'one id accepted twice' 1 'accept(7)' 'audit:again'
audit 'one id accepted twice, with more recipients' 1 'accept(7, 2); ev("sent", 7, 1)' 'audit:again'
audit 'a hundred lost are a hundred' 1 '[accept(k) for k in range(300, 400)]'
is 'in lines' "$(grep -c '^audit:lost' "$T/out")" 100

# explained
audit 'twice with doubt' 0 'accept(300); ev("deferred", 300, 0, doubt=1); ev("sent", 300, 0); ev("sent", 300, 0)' 'audit:repeated' -v
like 'is a double' "$(sum)" 'lost:0	double:1	'
audit 'twice with a kill between' 0 'ev("started", None); accept(300); ev("sent", 300, 0); ev("started", None); ev("sent", 300, 0)' 'audit:repeated' -v
audit 'twice with a stop that left some unanswered' 0 'ev("started", None); accept(300); ev("sent", 300, 0); ev("stopped", None, unanswered=3, status=111); ev("started", None); ev("sent", 300, 0)'
audit 'twice with an orderly restart' 1 'ev("started", None); accept(300); ev("sent", 300, 0); ev("stopped", None, unanswered=0, status=0); ev("started", None); ev("sent", 300, 0)' 'audit:twice'
audit 'the kill explains only what ended before it' 1 'ev("started", None); accept(300); ev("started", None); ev("sent", 300, 0); ev("sent", 300, 0)' 'audit:twice'
audit 'three ends, one kill' 1 'ev("started", None); accept(300); ev("sent", 300, 0); ev("started", None); ev("sent", 300, 0); ev("sent", 300, 0)' 'audit:twice'
audit 'an attempt in doubt' 0 'accept(300); ev("deferred", 300, 0, doubt=1); ev("sent", 300, 0)'
like 'is counted' "$(sum)" 'doubt:1	'
audit 'a duplicate event is doubt' 0 'accept(300); ev("duplicate", 300, 0); ev("sent", 300, 0); ev("sent", 300, 0)'
audit 'an end that the journal alone knows' 1 'accept(300); message(300, "Q"); journal((300, 0, "S"))' 'audit:unlogged	id:[0-9a-v]{20}	n:0	text:its end is not in the log$'
like 'counts as one' "$(sum)" 'sent:202	.*unlogged:1	unexplained:1$'
audit 'the log goes on behind it' 1 'accept(300); accept(301); ev("sent", 301, 0); journal((300, 0, "S"), (301, 0, "S"))' 'audit:unlogged	id:[0-9a-v]{20}	n:0	text:its end is not in the log, later ones are$'
audit 'a journal line for a file that is gone' 1 'accept(300); journal((300, 0, "b"))' 'audit:unlogged'
audit 'of a queue-run that was killed' 0 'log.pop(); accept(300); accept(301); ev("sent", 301, 0); journal((301, 0, "S"), (300, 0, "S"))' 'audit:unlogged' -v
like 'counts as one' "$(sum)" 'sent:203	.*unlogged:1	unexplained:0$'
audit 'but not what ended before others' 1 'log.pop(); accept(300); accept(301); ev("sent", 301, 0); journal((300, 0, "S"), (301, 0, "S"))' 'audit:unlogged'
locked() { printf '%s\nopen(q + "/lock", "w").write("%s")\n' "$1" "${2-}"; }
audit 'the lock says that it stopped in order' 1 "$(locked 'log.pop(); accept(300); journal((300, 0, "S"))')" 'audit:unlogged'
audit 'the lock says that it did not' 0 "$(locked 'log.pop(); accept(300); journal((300, 0, "S"))' 'running x')" 'audit:unlogged' -v
# segments in their order, not in that of the folder
audit 'over several segments' 1 'accept(300); accept(301); ev("sent", 301, 0)
for k in range(202, 222): open("%s/done/%010d" % (q, 250 - k), "w").write("")
for k, n in (300, 2), (301, 10): open("%s/done/%010d" % (q, n), "w").write(ident(k) + " 0 S\n")' 'audit:unlogged	.*later ones are$'
audit 'held is queued' 0 'accept(300); message(300, "H")'
like 'is counted' "$(sum)" 'queued:2	'

# a power cut: what it explains, and what not.  t: a time of day
cut='
def at(t, *a, **k):
    ev(*a, **k)
    log[-1] = log[-1].replace("00:00:00.0", t, 1)
at("08:00:00.0", "started", None)
at("08:00:01.0", "accepted", 300, prog="queue-inject", rcpts=1, size=10)
'
audit 'the log is ahead of the journal' 0 "$cut"'at("09:00:00.0", "sent", 300, 0); at("09:00:09.0", "rejected", None); message(300, "Q")' 'audit:unsynced	id:[0-9a-v]{20}	n:0' -v
audit 'the same, and started again' 0 "$cut"'at("09:00:00.0", "sent", 300, 0); at("09:05:00.0", "started", None); at("09:05:01.0", "sent", 300, 0)' 'audit:repeated' -v
audit 'ahead by more than a sync can be late' 1 "$cut"'at("09:00:00.0", "sent", 300, 0); at("09:00:11.0", "rejected", None); message(300, "Q")' 'audit:unjournaled'
audit 'the journal is ahead of the log' 0 "$cut"'journal((300, 0, "S")); message(id_at("08:00:05"), "Q")' 'audit:unlogged' -v
like 'an acceptance of its last moment is not there' "$(sum)" 'unannounced:1	.*unexplained:0'
audit 'the file is gone and the journal has its end' 0 "$cut"'journal((300, 0, "S"))'
audit 'every sync was void: acceptance logged, nothing in the queue' 1 "$cut" 'audit:lost	id:[0-9a-v]{20}	n:0'
audit 'the log begins anew behind half a line' 0 "$cut"'at("09:00:00.0", "sent", 300, 0)
log[-1] += "\nts:2026-01-01T09:00:01.0\tev:sent\tid:00" + log[0].replace("00:00:00.0", "09:05:00.0"); at("09:06:00.0", "sent", 300, 0, replay=1); at("09:06:00.0", "sent", 300, 0)' 'audit:repeated' -v
like 'which is said' "$(cat "$T/err")" '1 event lines cut by a crash'
audit 'or behind zeros' 0 "$cut"'at("09:00:00.0", "sent", 300, 0)
log.append("\0" * 300 + log[0]); at("09:06:00.0", "sent", 300, 0)' 'audit:repeated' -v
audit 'what was set aside' 1 "$cut"'message(300, "Q"); i = ident(300); os.mkdir(q + "/aside"); os.rename("%s/mess/%s/%s" % (q, i[-2:], i), q + "/aside/" + i)' 'audit:aside	id:[0-9a-v]{20}'
like 'is not lost' "$(sum)" 'queued:2	.*lost:0	'

# acceptances that the log does not have
audit 'older than the log' 1 'message(300, "QQ"); ev("sent", 301, 0); ev("bounced", 301, 1)' 'audit:unannounced	id:[0-9a-v]{20}	text:its acceptance is not in the log'
like 'is no loss' "$(sum)" 'lost:0	double:0	unannounced:2	.*unexplained:2'
like 'from when on it reaches is said' "$(cat "$T/out")" '^log:.*/log	from:2026-01-01T00:00:00Z	to:2026-01-01T00:00:00Z$'
is 'and nothing of it when all is well' "$(make_case ''; log-audit "$T/q" "$T/log" | grep -c ^log:)" 0
# a day's log: the scheduler stops in an orderly way at its end
day='
def at(t, *a, **k):
    ev(*a, **k)
    log[-1] = log[-1].replace("00:00:00.0", t + ".0", 1)
at("08:00:00", "started", None, prog="queue-inject", pid=1)
at("09:00:00", "accepted", 300, prog="queue-inject", rcpts=1, size=10)
at("09:00:01", "sent", 300, 0)
'
end='; at("23:00:00", "rejected", None, prog="smtp-recv")'
audit 'in the middle of the log' 1 "$day"'message(id_at("10:00:00"), "Q")'"$end" 'audit:unannounced'
audit 'queue-inject was killed' 0 "$day"'message(id_at("10:00:00"), "Q"); at("10:00:01", "started", None, prog="queue-inject", pid=2)'"$end" 'audit:unannounced' -v
audit 'its chain was started again' 0 "$day"'message(id_at("10:00:00"), "Q"); at("10:00:01", "started", None, prog="smtp-recv", link="queue-inject")'"$end"
audit 'the log went on before that' 1 "$day"'message(id_at("10:00:00"), "Q"); at("10:02:00", "rejected", None); at("10:02:01", "started", None, prog="queue-inject", pid=2)'"$end" 'audit:unannounced'
audit 'the power was cut' 0 'log.pop(); ev("started", None)'"$day"'message(id_at("10:00:00"), "Q"); at("10:05:00", "started", None)'"$end" 'audit:unannounced' -v
audit 'an orderly restart explains nothing' 1 "$day"'message(id_at("10:00:00"), "Q"); at("10:05:00", "stopped", None, unanswered=0, status=0); at("10:05:00", "started", None)'"$end" 'audit:unannounced'
audit 'killed, and not started again' 0 "$(locked "$day"'message(id_at("23:00:01"), "Q")'"$end" 'running x')" 'audit:unannounced' -v
audit 'stopped in order before that' 1 "$day"'message(id_at("23:00:01"), "Q")'"$end" 'audit:unannounced'
again='; at("10:00:01", "started", None, prog="queue-inject", pid=2)'
audit 'queue-inject was stopped' 1 "$day"'message(id_at("10:00:00"), "Q"); at("10:00:00", "stopped", None, prog="queue-inject", pid=1)'"$again$end" 'audit:unannounced'
audit 'an orderly restart of smtp-recv' 1 "$day"'message(id_at("10:00:00"), "Q"); at("10:00:00", "stopped", None, prog="smtp-recv", pid=1); at("10:00:01", "started", None, prog="smtp-recv", pid=2)'"$end" 'audit:unannounced'
audit 'a kill of smtp-recv' 0 "$day"'message(id_at("10:00:00"), "Q"); at("10:00:01", "started", None, prog="smtp-recv", pid=2)'"$end" 'audit:unannounced' -v
audit 'rotation has removed it, a moment before' 1 'del log[:]
'"$day"'message(id_at("07:59:59"), "Q")' 'audit:unannounced'
make_case 'del log[:]; ev("rejected", None, prog="smtp-recv"); message(id_at("00:00:01"), "Q")'
status 'nothing but refusals' 1 log-audit "$T/q" "$T/log"
make_case "$day"'message(id_at("10:00:00"), "Q")'"$end"
cp "$T/log" "$T/day"; grep -v ev:accepted "$T/day" >"$T/deliver"; grep ev:accepted "$T/day" | sed 1,200d >"$T/smtp"
status 'one of two logs begins later' 1 log-audit "$T/q" "$T/deliver" "$T/smtp"
like 'each says how far it reaches' "$(grep ^log: "$T/out" | tail -1)" '/smtp	from:2026-01-01T00:00:00Z	to:2026-01-01T09:00:00Z'
grep -v 'id:00000000' "$T/day" >"$T/late"; grep ev:accepted "$T/day" >"$T/smtp"
echo 'ts:2026-01-01T20:00:00.000000Z	ev:held	prog:queue-run	sel:all' >"$T/late"
status 'ends that rotation has removed' 1 log-audit "$T/q" "$T/smtp" "$T/late"
like 'are lost, and why' "$(cat "$T/out")" 'audit:lost	.*text:accepted before the log of ends begins'

# what cannot be read
audit 'a damaged event' 1 'ev("rejected", None); log[-1] += "\tx\\y"'
like 'is said' "$(cat "$T/err")" '1 damaged event lines'
audit 'an acceptance of no message' 1 'accept(300); log[-1] = log[-1].replace("id:", "id:!")'
like 'is said' "$(cat "$T/err")" '1 damaged event lines'
audit 'an end of none' 1 'accept(300); ev("sent", 300, 0); ev("deferred", 300, 0); log[-1] = log[-1].replace("\tid:" + ident(300), "")'
like 'is said' "$(cat "$T/err")" '1 damaged event lines'
audit 'another event needs none' 0 'ev("held", None); ev("rejected", None)'
audit 'one without its start' 1 'ev("rejected", None); log[-1] = log[-1][3:]'
audit 'a line of a megabyte' 1 'log.append("x" * 1100000)'
like 'is said, too' "$(cat "$T/err")" 'log: a line is too long'
like 'and the rest counts' "$(sum)" 'accepted:205'
audit 'zeros' 1 'log.insert(100, "\0" * 50)'
like 'are said' "$(cat "$T/err")" '1 damaged event lines'
audit 'zeros in front of an event' 1 'log[100] = "\0" * 50 + log[100]'
like 'which counts' "$(sum)" 'sent:201	.*unannounced:0'
audit 'zeros instead of an end' 1 'log[100] = "\0" * 50' 'audit:lost'
audit 'two lines in one' 1 'log[100] = log[100][:70] + log.pop(101)' 'audit:(lost|unannounced)'
like 'is said' "$(cat "$T/err")" '1 damaged event lines'
audit "another queue's log" 1 'del log[:]; ev("started", None); accept(900); ev("sent", 900, 0)' 'audit:unannounced'
audit 'two queues in one log' 1 'accept(900); accept(901); ev("sent", 900, 0)' 'audit:lost'
audit 'a log without an event' 1 'del log[:]; log.append("svlogd: info: new"); [os.remove(os.path.join(d, f)) for d, _, fs in os.walk(q) for f in fs]'
like 'proves nothing' "$(cat "$T/err")" 'warning: no event in any log$'
audit 'diagnostics are none' 0 'log.append("smtp-recv: warning: ts: ev: prog:")'

# forms of a log
make_case ''
for f in cut1 cut2; do :; done
mkdir "$T/svlog"
sed -n '1,100p' "$T/log" | sed 's/^/@4000000069a1b2c3000000aa /' >"$T/svlog/@400000000000000000000001.s"
sed -n '101,200p' "$T/log" | sed 's/^/2026-01-01_00:00:00.00000 /' >"$T/svlog/@400000000000000000000002.u"
sed -n '201,$p' "$T/log" >"$T/svlog/current"
echo 'queue-run: warning: no event' >>"$T/svlog/current"
printf 'ts:2026-01-01T00:00:00.000000Z\tev:accep' >>"$T/svlog/current"
status 'a folder of svlogd' 0 log-audit "$T/q" "$T/svlog"
like 'read whole' "$(sum)" 'accepted:205	'
log-audit "$T/q" - <"$T/log" >"$T/out"; ok 'standard input' $?
head -n 1 "$T/log" >"$T/a"; sed 1d "$T/log" >"$T/b"
status 'several logs' 0 log-audit "$T/q" "$T/a" "$T/b"

status 'a file given twice' 0 log-audit "$T/q" "$T/log" "$T/log"
like 'is read once' "$(cat "$T/err")" 'log: given twice, read once'
like 'and counts once' "$(sum)" 'accepted:205	.*double:0'
ln -s svlog "$T/link"
status 'a folder given twice, and its file' 0 log-audit "$T/q" "$T/svlog" "$T/link" "$T/svlog/current"
is 'is said of each file' "$(grep -c 'given twice, read once' "$T/err")" 4
cp "$T/log" "$T/copy"
status 'a copy is another log' 1 log-audit "$T/q" "$T/log" "$T/copy"
like 'so all is twice' "$(cat "$T/out")" 'audit:again'
: >"$T/q/lock"
status 'half a line at its end, and nobody writes there' 1 log-audit "$T/q" "$T/svlog"
like 'is said' "$(cat "$T/err")" '1 damaged event lines'
echo running >"$T/q/lock"
status 'or who did was killed' 0 log-audit "$T/q" "$T/svlog"
like 'is said' "$(cat "$T/err")" '1 event lines cut by a crash'
rm "$T/q/lock"
# svlogd was killed in the middle of a line, and then began another file
mkdir "$T/torn"
{ sed -n '1,100p' "$T/log"; printf 'ts:2026-01-01T00:00:00.000000Z\tev:rej'; } >"$T/torn/@400000000000000000000001.u"
{ printf '2026-01-01T00:00:00.00000 ected\tprog:smtp-recv\tev:\n'; sed -n '101,$p' "$T/log"; } >"$T/torn/current"
status 'a file that broke off' 0 log-audit "$T/q" "$T/torn"
like 'is said' "$(cat "$T/err")" '2 event lines cut by a crash'
mv "$T/torn/@400000000000000000000001.u" "$T/torn/@400000000000000000000001.s"
status 'one that did not' 1 log-audit "$T/q" "$T/torn"
like 'is said' "$(cat "$T/err")" '2 damaged event lines'

mkdir "$T/gz"; cp "$T/svlog"/* "$T/gz"; gzip -c "$T/svlog/@400000000000000000000001.s" >"$T/gz/@400000000000000000000001.s"
cp "$T/svlog/@400000000000000000000002.u" "$T/gz/@400000000000000000000002.s"
status 'a compressed file, and one that is being compressed' 0 log-audit "$T/q" "$T/gz"
like 'read whole' "$(sum)" 'accepted:205	'
head -c 300 "$T/gz/@400000000000000000000001.s" >"$T/half"; cp "$T/half" "$T/gz/@400000000000000000000001.s"
status 'half of one' 1 log-audit "$T/q" "$T/gz"
like 'is said' "$(cat "$T/err")" 'unable to decompress .*1\.s: '
rm "$T/gz/@400000000000000000000001.s"
status 'none of it' 1 log-audit "$T/q" "$T/gz"
like 'is missed' "$(cat "$T/out")" 'audit:unannounced'
mkdir "$T/gz/@400000000000000000000001.s"
status 'a file that is none' 1 log-audit "$T/q" "$T/gz"
like 'is said' "$(cat "$T/err")" 'unable to read .*1\.s: Is a directory'
chmod 711 "$T"; mkdir "$T/unread"; cp "$T/svlog"/* "$T/unread"
# root reads it as its owner
[ "$(id -u)" != 0 ] || chown -R nobody "$T/unread"
status 'a log of somebody' 0 log-audit "$T/q" "$T/unread"
chmod 0 "$T/unread/@400000000000000000000001.s"
status 'a part of it that he may not read' 1 log-audit "$T/q" "$T/unread"
like 'is said' "$(cat "$T/err")" 'unable to open .*unread/.*1\.s: Permission denied'
mkdir "$T/empty"
status 'a folder without a log' 1 log-audit "$T/q" "$T/log" "$T/empty"
like 'is said' "$(cat "$T/err")" 'unable to open .*empty/current: '
make_case 'f = "%s/mess/%s/%s" % (q, ident(200)[-2:], ident(200)); os.remove(f); os.mkdir(f)'
status 'a message that is none' 1 log-audit "$T/q" "$T/log"
make_case ''

# by tenant and hour
make_case 'accept(id_at("01:30:00", 1)); log[-1] += "\ttenant:acme"; ev("sent", id_at("01:30:00", 1), 0)
accept(id_at("02:00:00", 2), 2); log[-1] += "\ttenant:acme"; ev("sent", id_at("02:00:00", 2), 0); ev("bounced", id_at("02:00:00", 2), 1)'
status 'by tenant' 0 log-audit -g tenant "$T/q" "$T/log"
is 'a line each, and the balance' "$(cut -f 1-5 "$T/out" | tr '\t' ' ')" "tenant: accepted:205 queued:1 sent:201 bounced:1
tenant:acme accepted:3 queued:0 sent:2 bounced:1
accepted:208 queued:1 sent:203 bounced:2 expired:1"
status 'by hour' 0 log-audit -g hour "$T/q" "$T/log"
is 'in their order' "$(tail -n 3 "$T/out" | cut -f 1,2 | tr '\t' ' ')" "hour:2026-01-01T01:00:00Z accepted:1
hour:2026-01-01T02:00:00Z accepted:2
accepted:208 queued:1"
for by in tenant,hour hour,tenant '-g tenant -g hour'; do
	# shellcheck disable=SC2086
	status "by both, as $by" 0 log-audit -g ${by#-g } "$T/q" "$T/log"
	is 'both are named' "$(tail -n 2 "$T/out" | head -1 | cut -f 1-3 | tr '\t' ' ')" "tenant:acme hour:2026-01-01T02:00:00Z accepted:2"
done
sed -i '/ev:bounced	.*acme/d; /ev:bounced	.*id:.*n:1$/d' "$T/log"
status 'what is lost' 1 log-audit -g tenant "$T/q" "$T/log"
like 'is told of its tenant' "$(grep '^tenant:acme' "$T/out")" '	accepted:3	.*	lost:1	'
for by in '' tenants tenant, ,hour day tenant,hour,; do
	status "-g '$by'" 100 log-audit -g "$by" "$T/q" "$T/log"
done
make_case ''

# Message and segment go while the files are looked at: between the folder of
# the message and the last one.
if command -v strace >/dev/null; then
	make_case 'accept(8200); ev("sent", 8200, 0); message(8200, "Q"); journal((8200, 0, "S"))'
	strace -o "$T/trace" -P "$T/q/mess/1v" -e trace=openat -e inject=openat:delay_enter=3000000 \
		log-audit "$T/q" "$T/log" >"$T/out" & pid=$!
	sleep 1.5
	cp "$T/q/done/0000000001" "$T/q/done/0000000002"; rm "$T/q/done/0000000001"
	sed -i /0000000000a0008200/d "$T/q/done/0000000002"
	rm "$T"/q/mess/*/0000000000a0008200*
	wait $pid; is 'what was removed meanwhile is no fault' "$? $(cut -f 1 "$T/out")" '0 accepted:206'
else
	skip 'needs strace'
fi

# usage and faults
status 'no log' 100 log-audit "$T/q"
status 'unknown option' 100 log-audit -x "$T/q" "$T/log"
status 'no queue there' 111 log-audit "$T/none" "$T/log"
status 'no log there' 111 log-audit "$T/q" "$T/none"
log-audit "$T/q" "$T/log" >/dev/full 2>/dev/null; is 'full output' $? 111
log-audit "$T/q" "$T/log" >&- 2>/dev/null; is 'closed output' $? 111
log-audit "$T/q" - <&- >/dev/null 2>&1; is 'closed input' $? 111
done_testing
