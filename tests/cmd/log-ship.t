#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake="python3 $top/tests/tools/fakeship.py"
tab=$(printf '\t')
mkdir conf
# ev LOG SECOND KIND REST: an event into a log, with the logger's time
ev() { printf '2026-11-30T09:00:%s.00000 ts:2026-11-30T09:00:%s.000000Z\tev:%s\tprog:p%b\n' "$2" "$2" "$3" "$4" >>"log/$1/current"; }
# fresh: no logs but two empty ones, no state, nothing recorded
fresh() {
	rm -rf log state rec* answers* dead*
	mkdir -p log/smtp-final log/deliver-final
	: >log/smtp-final/current; : >log/deliver-final/current
}
# ship OPTION...: one destination in the background, with the fake link
ship() { bg log-ship -N d -S state "$@" log $fake rec answers 2>>err.ship; }
stop() { kill "$bg_pid"; wait "$bg_pid"; }
# got: what arrived, by the label n
got() { sed 's/.*	n:\([0-9]*\).*/\1/' rec 2>/dev/null | tr '\n' ' '; }
arrived() { [ "$(cat rec 2>/dev/null | wc -l)" -ge "$1" ]; }
said() { grep -q "$1" err.ship; }
: >err.ship

# in the order of time, once
fresh
for i in 1 3 5; do ev smtp-final 0$i accepted "\tn:$i"; done
for i in 2 4 6; do ev deliver-final 0$i sent "\tn:$i"; done
echo 'deliver: info: no event' >>log/deliver-final/current
is "what would be sent" "$(log-ship -n -N d -S state log | sed 's/.*	n://' | tr '\n' ' ')" "1 2 3 4 5 6 "
status "it waits" 1 log-ship -c -N d -S state log
is "and is counted" "$(cut -f 1-3 out | sort)" "dest:d${tab}src:deliver-final${tab}waiting:3
dest:d${tab}src:smtp-final${tab}waiting:3"
ship
wait_for 10 arrived 6; ok "all arrive" $?
is "in the order of their times" "$(got)" "1 2 3 4 5 6 "
ev smtp-final 07 accepted "\tn:7"; ev deliver-final 08 sent "\tn:8"
wait_for 10 arrived 8; ok "so does what comes" $?
status "another one for it" 111 log-ship -N d -S state log $fake rec
is "is told" "$(cat err)" "log-ship: fatal: another log-ship is at work for d"
# both logs at once: the earlier time first, whoever writes first.  It looks when
# both have
kill -STOP "$bg_pid"
python3 - <<'P'
import time
def line(n, us):
    t = int((time.time()) * 1e6) + us
    return "ts:%s.%06dZ\tev:x\tprog:p\tn:%d\n" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t // 1000000)), t % 1000000, n)
a, b = open("log/smtp-final/current", "a"), open("log/deliver-final/current", "a")
first = line(9, 0)
b.write(line(10, 0)); b.flush()
a.write(first); a.flush()
P
kill -CONT "$bg_pid"
wait_for 10 arrived 10; ok "two of the same moment" $?
is "in order, though the first was written last" "$(got)" "1 2 3 4 5 6 7 8 9 10 "
stop
is "TERM is a good end" "$?" 0
status "nothing waits" 0 log-ship -c -N d -S state log
is "all are taken" "$(grep -o 'taken:[0-9]*' out | tr '\n' ' ')" "taken:5 taken:5 "
ship
ev smtp-final 11 accepted "\tn:11"
wait_for 10 arrived 11; ok "after a new start it goes on" $?
is "with nothing twice" "$(got)" "1 2 3 4 5 6 7 8 9 10 11 "
# a folder that appears, one that goes
mkdir log/new-final; ev new-final 12 accepted "\tn:12"
wait_for 10 arrived 12; ok "a log that appears" $?
mv log/new-final away; ev smtp-final 13 accepted "\tn:13"; wait_for 10 arrived 13
mv away log/new-final; ev new-final 14 accepted "\tn:14"
wait_for 10 arrived 14; ok "one that was away goes on" $?
is "nothing twice" "$(got | wc -w)" 14
stop
is "what is between" "$(log-ship -r 2026-11-30T09:00:03 2026-11-30T09:00:06 -N d -S state log $fake rec2; sed 's/.*	n://' rec2 | tr '\n' ' ')" "3 4 5 "
is "the place stays" "$(log-ship -c -N d -S state log | grep -c 'waiting:0')" 3
status "not a time" 100 log-ship -r x y -N d -S state log true

# files turn, are compressed, and are removed
fresh
echo me.example >conf/me
echo "d link \"exec $fake rec answers\" retry=10ms..50ms" >conf/ship; conf-build conf
# turn N: what svlogd does
turn() { mv log/smtp-final/current "log/smtp-final/@40000000000000000000000$1.s"; : >log/smtp-final/current; }
bg log-ship -C conf -S state -d d log 2>>err.ship
ev smtp-final 01 accepted "\tn:1"; turn 1; ev smtp-final 02 accepted "\tn:2"; turn 2
ev smtp-final 03 accepted "\tn:3"
wait_for 10 arrived 3; ok "files turn" $?
stop
ev smtp-final 04 accepted "\tn:4"; turn 3; ev smtp-final 05 accepted "\tn:5"; turn 4; ev smtp-final 06 accepted "\tn:6"
for f in log/smtp-final/@*; do gzip -c "$f" >f; mv f "$f"; done
bg log-ship -C conf -S state -d d log 2>>err.ship
wait_for 10 arrived 6; ok "they were compressed meanwhile" $?
stop
is "nothing twice" "$(got)" "1 2 3 4 5 6 "
is "and nothing is missing" "$(grep -c LOST err.ship)" 0
ev smtp-final 07 accepted "\tn:7"; turn 5; ev smtp-final 08 accepted "\tn:8"; turn 6
rm log/smtp-final/@*1.s log/smtp-final/@*2.s log/smtp-final/@*3.s log/smtp-final/@*4.s log/smtp-final/@*5.s
bg log-ship -C conf -S state -d d log 2>>err.ship
wait_for 10 arrived 7; stop
is "one was removed before it was read" "$(got)" "1 2 3 4 5 6 8 "
said 'log/smtp-final: LOST: '; ok "that is said" $?
status "and -c is not content" 1 log-ship -c -C conf -S state log
like "because" "$(cat out)" "src:smtp-final.*lost:1\$"

# the configuration
fresh; rm -f err.ship
cat >conf/ship <<X
a link "exec $fake rec.a" filter=ev:sent
b link "exec $fake rec.b" filter="ev:bounced | n:7" labels=ship.d/labels
X
mkdir conf/ship.d; printf 'key of sixteen b.\n' >conf/ship.d/key
printf ':key key\nto hash\nfrom rename sender\nprog drop\n' >conf/ship.d/labels
conf-build conf
bg log-ship -C conf -S state log 2>err.ship
ev deliver-final 01 sent "\tn:1"; ev deliver-final 02 bounced "\tn:2\tto:ann@example.net\tfrom:joe@example.net"; ev deliver-final 03 deferred "\tn:3"
has() { [ "$(cat "$1" 2>/dev/null | wc -l)" -ge "$2" ]; }
wait_for 10 has rec.a 1; ok "what one wants" $?
wait_for 10 has rec.b 1; ok "and the other" $?
like "by its table of labels" "$(cat rec.b)" "^eid:[0-9a-f]*	src:deliver-final	v:1	ts:[^	]*	ev:bounced	n:2	to:[0-9a-f]{32}	sender:joe@example.net\$"
ev smtp-final 03 sent "\tn:3"; wait_for 10 has rec.a 2
cat >conf/ship <<X
b link "exec $fake rec.b" filter=n:4,5 labels=ship.d/labels
c link "exec $fake rec.c" from=now logs=smtp
X
conf-build conf
# is a process for a destination there?
process() { ps -eo args | grep -q "^log-ship -C conf -S state -d $1 log\$"; }
turned() { process c && [ -e state/c/cursor ] && ! process a; }
wait_for 10 turned; ok "another table: one is new, one is gone" $?
ev smtp-final 04 sent "\tn:4"; ev deliver-final 05 sent "\tn:5"
wait_for 10 has rec.b 3; ok "one has changed" $?
wait_for 10 has rec.c 1; ok "one begins with what comes" $?
is "of the logs that it wants" "$(sed 's/.*	n://' rec.c)" 4
is "one has got no more" "$(sed 's/.*	n://' rec.a | tr '\n' ' ')" "1 3 "
printf 'prog drop\nto drop\n' >conf/ship.d/labels
labels_hold() { ev smtp-final 04 sent "\tn:4\tto:x"; tail -1 rec.b | grep -q 'n:4$' && ! tail -1 rec.b | grep -q prog:; }
wait_for 10 labels_hold; ok "another table of labels" $?
echo 'nonsense' >conf/ship.d/labels
wait_for 10 said 'conf/ship.d/labels:1: '; ok "a fault in it is said" $?
kill -9 "$(ps -eo pid,args | sed -n 's/^ *\([0-9]*\) log-ship -C conf -S state -d b log$/\1/p')"
wait_for 10 said 'b has ended, status 111; starting it again'; ok "one that dies is started again" $?
stop
process b; is "all end together" $? 1

# the place cannot be written, or read
fresh; rm -f err.ship
ev smtp-final 01 sent "\tn:1"
ship; wait_for 10 arrived 1; wait_for 5 grep -q events:1 state/d/cursor
# it may be written between the two
until mkdir state/d/cursor 2>/dev/null; do rm -f state/d/cursor; done; touch state/d/cursor/x
ev smtp-final 02 sent "\tn:2"
wait_for 10 arrived 2; ok "shipping goes on" $?
wait_for 10 said 'unable to write state/d/cursor: .*; shipping goes on'; ok "that is said" $?
rm -r state/d/cursor
wait_for 10 said 'state/d/cursor: written again'; ok "and that it is well again" $?
stop
head -c 100 state/d/cursor >c; mv c state/d/cursor
status "a damaged place" 111 log-ship -N d -S state log $fake rec
like "is told" "$(cat err)" "state/d/cursor is damaged"

# a log that cannot be read is not one in which nothing waits
fresh
ev smtp-final 01 sent "\tn:1"
mkdir -p log/odd-final/current
for how in "-n" "-c" "-r 0 2000000000"; do
	status "a log cannot be read: $how" 111 log-ship $how -N d -S state log $fake rec2
	like "it is said" "$(cat err)" "log-ship: warning: log/odd-final: unable to read a file: "
done

# descriptors
fresh
ev smtp-final 01 sent "\tn:1"
sh -c 'log-ship -n -N d -S state log >/dev/full' 2>err; is "a full disk for the answer" "$?" 111
like "is told" "$(cat err)" "unable to write"
sh -c 'log-ship -c -N d -S state log >&-' 2>err; is "a closed descriptor" "$?" 111

# bad usage, and what conf-build has not seen
status "no state" 100 log-ship -N d log true
status "no destination" 100 log-ship -S state log true
status "no link" 100 log-ship -N d -S state log
status "a path for a name" 100 log-ship -N ../d -S state log true
status "a filter with a fault" 100 log-ship -N e -f 'ev=x' -S state log true
is "is told" "$(cat err)" 'log-ship: warning: filter: want : ~ < or > behind a label, at "=x"'
status "nobody of that name" 100 log-ship -C conf -d nobody -S state log
status "no logs" 111 log-ship -N e -S state nowhere true
rm conf/ship.cdb
status "a text without its table" 111 log-ship -C conf -S state log
like "is told" "$(cat err)" "conf/ship: no table was made of it: conf-build conf"
done_testing
