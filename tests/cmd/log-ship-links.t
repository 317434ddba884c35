#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake="python3 $top/tests/tools/fakeship.py"
mkdir conf
# ev LOG SECOND KIND REST: an event into a log, with the logger's time
ev() { printf '2026-11-30T09:00:%s.00000 ts:2026-11-30T09:00:%s.000000Z\tev:%s\tprog:p%b\n' "$2" "$2" "$3" "$4" >>"log/$1/current"; }
# what a link may answer, and what becomes of what it refuses
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

# what a link may answer
fresh
for i in 1 2 3 4 5 6 7 8; do ev smtp-final 0$i accepted "\tn:$i"; done
cat >conf/ship <<X
d link "exec $fake rec answers" retry=10ms..50ms timeout=1ms
X
echo me.example >conf/me; conf-build conf
# one NAME ANSWERS...: all arrive, in order
one() {
	one_name=$1; shift
	rm -rf state rec rec.batches answers answers.n; printf '%s\n' "$@" >answers
	bg log-ship -C conf -S state -d d log 2>>err.ship
	wait_for 20 arrived "${one_want:-8}"; ok "$one_name" $?
	wait_for 10 nothing_waits
	stop
	is "in order, once" "$(got)" "${one_got:-1 2 3 4 5 6 7 8 }"
}
nothing_waits() { log-ship -c -C conf -S state log; }
one "again later" "Z no" "Z busy"
said 'not taken, again in 0.0[0-9]* s: no$'; ok "it is said why" $?
one "not before a while" "Z1 wait"
one "it dies" die die
said 'not taken, again in .* s: ended with 111$'; ok "it is said how" $?
one "its configuration is at fault" "exit 100"
said 'ended with 100: its configuration is at fault'; ok "it is said whose fault" $?
one "half a receipt" cut
one "what is no receipt" garbage
said 'what the link answers is no receipt'; ok "it is said" $?
one "too large" "S large" "S large"
ROHRPOST_CLOCK=$(python3 -c 'import time; print("%d:%d:10" % (time.time() * 1e6, time.monotonic() * 1e6))')
export ROHRPOST_CLOCK
one "it hangs" hang
unset ROHRPOST_CLOCK
said 'no receipt in time'; ok "it is said" $?
one "some later" "K;Z0 busy;Z1 busy;Z2 busy;Z3 busy;Z4 busy;Z5 busy;Z6 busy;Z7 busy"
one_got="1 2 4 5 6 7 8 3 "; one "one later" "K;Z2 busy"
one_got="1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 " one_want=16; one "it takes all and dies" take-die
is "doubles have the same ids" "$(cut -f 1 rec | sort | uniq -c | sed 's/ *\([0-9]*\).*/\1/' | sort -u)" 2

# dead letters
one_want=7 one_got="1 2 3 5 6 7 8 "; one "one is refused for good" "K;D3 not this"
is "it is kept" "$(wc -l <state/d/dead)" 1
like "with when and why" "$(cat state/d/dead)" "^dead-at:20[^ ]*Z	dead-text:not this	eid:[0-9a-f]{32}	src:smtp-final	v:1	ts:.*n:4\$"
is "and counted" "$(log-ship -c -C conf -S state log | grep -o 'dead:[1-9]')" "dead:1"
one_got="1 2 3 4 6 7 8 "; one "a batch is refused, one event is why" "always not n:5"
like "it is found" "$(cat state/d/dead)" "	n:5\$"
is "it alone" "$(wc -l <state/d/dead)" 1
status "sent again, and refused again" 0 log-ship -D -C conf -S state -d d log
is "it is a dead letter still" "$(grep -c 'n:5$' state/d/dead)" 1
rm answers
status "sent again, and taken" 0 log-ship -D -C conf -S state -d d log
is "it has arrived" "$(tail -1 rec | sed 's/.*	n://')" 5
is "no letter is left" "$(ls state/d | tr '\n' ' ')" "cursor files lock "
status "none to send" 0 log-ship -D -C conf -S state -d d log

# refused for good, in a batch that waits for its others while the place is written
fresh
for i in 1 2 3 4 5 6; do ev smtp-final 0$i accepted "\tn:$i"; done
cp conf/ship kept
echo "d link \"exec $fake rec answers\" retry=10ms..50ms batch=2" >conf/ship; conf-build conf
printf '%s\n' "K;D0 no;D1 no" "K;D0 no;D1 no" "K;D0 no;Z1 later" "Z60 later" >answers
bg log-ship -C conf -S state -d d log 2>>err.ship
wait_for 10 grep -qs 'events:4	' state/d/cursor; ok "the place is behind what is done" $?
five() { [ "$(cat state/d/dead | wc -l)" -eq 5 ]; }
wait_for 10 five; stop
status "it can be read" 1 log-ship -c -C conf -S state log
like "the others wait" "$(cat out)" "src:smtp-final	waiting:2.*events:4	taken:0	filtered:0	dead:4"
mv kept conf/ship; conf-build conf
fresh
for i in 1 2 3 4 5 6 7 8; do ev smtp-final 0$i accepted "\tn:$i"; done

# damaged events are letters, too
printf 'ts:2026-11-30T09:00:09.000000Z\tev:sent\ttext:a\\b\n' >>log/smtp-final/current
ev smtp-final 10 accepted "\tn:10"
one_want=9 one_got="1 2 3 4 5 6 7 8 10 "; one "behind one that is damaged" K
like "it is kept" "$(cat state/d/dead)" "dead-text:damaged	eid:[0-9a-f]{32}	src:smtp-final	v:1	ev:damaged	text:ts:"
python3 - <<'P'
with open("log/smtp-final/current", "a") as f:
    f.write("ts:2026-11-30T09:00:11.000000Z\tev:sent\ttext:" + "x" * 70000 + "\n")
P
ev smtp-final 12 accepted "\tn:12"
one_want=10 one_got="1 2 3 4 5 6 7 8 10 12 "; one "behind one that is too long" K
is "it is kept" "$(grep -c 'dead-text:too long' state/d/dead)" 1

# killed: once more from the place that is kept
fresh
i=1; while [ $i -le 200 ]; do ev smtp-final 01 accepted "\tn:$i"; i=$((i + 1)); done
echo "d link \"exec $fake rec answers\" retry=10ms..50ms batch=5" >conf/ship; conf-build conf
echo "always slow 20" >answers
bg log-ship -C conf -S state -d d log 2>>err.ship
for n in 20 60 100; do
	wait_for 10 arrived $n
	kill -9 "$bg_pid"; wait "$bg_pid" 2>/dev/null
	bg log-ship -C conf -S state -d d log 2>>err.ship
done
wait_for 20 nothing_waits; stop
is "killed three times: none is lost" "$(got | tr ' ' '\n' | sort -n | uniq | grep -c .)" 200
is "nor is one behind a later one when it first comes" "$(got | tr ' ' '\n' | grep . | awk '!seen[$0]++' | tr '\n' ' ')" "$(seq 200 | tr '\n' ' ')"

done_testing
