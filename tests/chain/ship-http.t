#!/bin/sh
# Logs, log-ship, ship-http and a receiver that fails in every way, while the
# links, log-ship and the receiver itself are killed: each event arrives, in its
# order, and twice only with the same id.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir -p conf log/deliver-final log/smtp-final state
: >log/deliver-final/current
: >log/smtp-final/current
: >sink.log
# some NAME FROM TO: events into a log
some() {
	python3 - "$@" <<'P'
import sys
name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open("log/%s/current" % name, "a") as f:
    for i in range(first, last):
        t = "2026-11-30T09:%02d:%02d.%05d" % (i // 60 % 60, i % 60, i % 100000)
        f.write('%s ts:%s0Z\tev:sent\tprog:%s\tid:%s%d\tn:0\tto:u%d@y.example\tcode:250\ttext:ok "%d"\\n\n' %
                (t, t, name, name[0], i, i, i))
P
}
sink() {
	rm -f port
	bg python3 "$top/tests/tools/shipsink.py" port sink.json sink.log "$1"
	sink_pid=$bg_pid
	wait_for 10 test -s port
}
ship() { bg log-ship -d hook -C conf -S state log 2>>err; ship_pid=$bg_pid; }
has() { grep -c ^event sink.log; }
at_least() { [ "$(has)" -ge "$1" ]; }
idle() { log-ship -c -d hook -C conf -S state log >/dev/null 2>&1; }

echo '{"kind": "webhook", "script": ["ok", 429, "cut", "ok", 500, "close", 413, "ok", 503, "slow", 408, "ok", 301, 401]}' >sink.json
sink 0
port=$(cat port)
echo "hook webhook http://127.0.0.1:$port/x batch=20 wait=20ms retry=10ms..50ms timeout=2s connect-timeout=1s" >conf/ship
conf-build conf; ok "a destination" $?

some deliver-final 0 300
some smtp-final 0 300
ship
wait_for 20 at_least 60; ok "events arrive from a receiver's failures" $?
# the link dies
for n in 1 2 3; do
	k=$(has)
	wait_for 10 sh -c 'p=$(pgrep -P '"$ship_pid"' ship-http | head -n 1); [ -n "$p" ] && kill -9 "$p"'
	wait_for 10 at_least $((k + 20))
done
ok "also when the link was killed" $?
# log-ship dies
for n in 1 2 3; do
	k=$(has)
	kill -9 "$ship_pid"; wait "$ship_pid" 2>/dev/null
	some deliver-final $((200 + n * 100)) $((300 + n * 100))
	ship
	wait_for 10 at_least $((k + 40))
done
ok "and log-ship" $?
# the receiver is gone for a while
kill -9 $sink_pid; wait $sink_pid 2>/dev/null
some smtp-final 300 500
wait_for 10 grep -q 'Failed to connect' err
sink "$port"
ok "and the receiver" $?
wait_for 30 idle; ok "all is shipped" $?
kill "$ship_pid"; wait "$ship_pid"

is "it was as documented" "$(grep BAD sink.log)" ""
for l in deliver-final smtp-final; do
	# what was logged, and what has arrived of it for the first time, in that order
	log-ship -n -N all -S none log 2>/dev/null | sed -n "/	src:$l	/s/^eid:\([0-9a-f]*\).*/\1/p" >logged
	sed -n 's/^event //p' sink.log | grep -xF -f logged | awk '!seen[$0]++' >arrived
	is "$l: $(wc -l <logged) events" "$(wc -l <arrived)" "$(wc -l <logged)"
	cmp -s logged arrived; ok "in their order" $?
done
is "nothing is dead" "$(cat state/hook/dead 2>/dev/null)" ""
# doubles: the batches on their way at a kill, no more
twice=$(sed -n 's/^event //p' sink.log | sort | uniq -d | wc -l)
[ "$twice" -le 160 ]; ok "few came twice: $twice" $?

# what is refused for good is a dead letter, the others are there
one=$(sed -n 150p logged)
printf '{"kind": "webhook", "refuse": {"%s": 400}}\n' "$one" >sink.json
rm -rf state
: >sink.log
ship
wait_for 30 idle; ok "one is refused" $?
kill "$ship_pid"; wait "$ship_pid"
like "it is a dead letter" "$(cat state/hook/dead)" "eid:$one"
is "the only one" "$(grep -c . state/hook/dead)" 1
is "all others are there" "$(sed -n 's/^event //p' sink.log | sort -u | wc -l)" "$(log-ship -n -N all -S none log 2>/dev/null | grep -vc "$one")"
done_testing
