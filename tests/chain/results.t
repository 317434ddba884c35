#!/bin/sh
# Outcomes are written down by who made them: a link between that dies, and
# queue-run itself, repeats nothing, and what was on its way is logged in full.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir mx
# the reply to the final dot waits: it is not known yet when a link dies
bg python3 "$top/tests/tools/fakemx.py" mx 'dot=when:go:250 2.0.0 taken'
mxport() { mx=$(cat mx/port) 2>/dev/null && [ -n "$mx" ]; }
wait_for 10 mxport
fresh() { no_queue q; rm -f log; queue-check -i q && python3 "$top/tests/tools/fillqueue.py" q "$1" to=u%d@a.example >/dev/null; }
run() {
	bg queue-run q tap /dev/null sh -c "sed -u 's%\$%\tmx:mx.test/$mx/127.0.0.1\tsite:s%' | exec remote-send -c 5" 2>>log
	run_pid=$bg_pid
}
arrived() { find mx -name 'msg.*' | wc -l; }
children() { pgrep -P "$1" "$2"; }
all_arrived() { [ "$(arrived)" -ge 5 ]; }
sent() { [ "$(grep -c 'ev:sent	' log)" -ge "$1" ]; }

for victim in tap queue-run; do
	fresh 5; rm -f mx/msg.* mx/go; : >mx/log; : >log
	run
	wait_for 10 all_arrived
	if [ $victim = tap ]; then
		# shellcheck disable=SC2046
		kill -9 $(children "$run_pid" tap)
	else
		kill -9 "$run_pid"
	fi
	: >mx/go
	wait "$run_pid" 2>/dev/null
	is "$victim killed: no outcome is known yet" "$(grep -c 'ev:sent	' log)" 0
	run
	wait_for 20 sent 5; ok "$victim killed: all are logged" $?
	is "$victim killed: nothing arrived twice" "$(arrived)" 5
	is "$victim killed: logged as if it had come up" "$(grep 'ev:sent	' log | grep -c '	host:mx.test	ip:127.0.0.1	text:250 2.0.0 taken	')" 5
	is "$victim killed: no doubt is left" "$(grep -c 'ev:duplicate' log)" 0
	queue-ctl q stop >/dev/null; wait "$run_pid"
	is "$victim killed: a clean end leaves no results" "$(find q/done "$(memory q)" -name 'results.*' 2>/dev/null | wc -l)" 0
done

# the record is what goes up
mkdir mail
fresh 1
f=$(find q/mess -type f)
printf 'id:0123456789abcdefgh1v\tn:0\ttry:3\tfrom:a@b\tto:joe@c.example\tuser:joe\tfile:%s\toff:0\tsize:10\n' "$PWD/$f" >job
: >record
QUEUE_RESULTS=9 local-deliver mail <job >up 2>err 9>>record
like "local-deliver answers with the try" "$(cat up)" '^id:0123456789abcdefgh1v	n:0	try:3	status:'
is "and has it written down" "$(grep . record)" "$(cat up)"
printf 'id:0123456789abcdefgh1v\tn:0\ttry:3\tfrom:a@b\tto:u@c.example\tmx:mx.test/%s/127.0.0.1\tfile:%s\toff:0\tsize:10\n' "$mx" "$PWD/$f" >job
: >record
QUEUE_RESULTS=9 remote-send <job >up 2>err 9>>record
like "remote-send answers with the try" "$(cat up)" '^id:0123456789abcdefgh1v	n:0	try:3	status:'
is "and has it written down" "$(grep . record)" "$(cat up)"
QUEUE_RESULTS=9 remote-send <job >up 2>err 9</dev/null
like "what is no file for appending is not used" "$(cat up)" 'status:'

# what has come up is given back, though one job stays in the chain
cat >last.py <<'X'
import os, sys
fd = int(os.environ["QUEUE_RESULTS"])
first = True
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    if first:
        first = False
        continue
    r = ("id:%s\tn:%s\ttry:%s\tstatus:sent\ttext:%s\n" % (f["id"], f["n"], f["try"], "x" * 4000)).encode()
    os.write(fd, r)
    os.write(1, r)
X
fresh 1500; : >log
bg queue-run -w 50 q python3 last.py 2>>log
run_pid=$bg_pid
wait_for 30 sent 1499; ok "all but one are sent" $?
r=$(find q/done "$(memory q)" -name 'results.*' 2>/dev/null)
if fallocate -p -o 0 -l 4096 record 2>/dev/null; then
	kb=$(du -k "$r" | cut -f1)
	[ "$kb" -le 2500 ]; ok "the results of 6 MB take $kb KB" $?
else
	skip "no holes in files here"
fi
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
: >log
run
one() { [ "$(grep 'ev:sent	' log | grep -vc 'replay:1')" -ge 1 ]; }
wait_for 10 one
queue-ctl q stop >/dev/null; wait "$run_pid"
is "the one is sent, and no other" "$(grep 'ev:sent	' log | grep -vc 'replay:1')" 1
done_testing
