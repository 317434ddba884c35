#!/bin/sh
# queue-run and its deliverers die at one moment: whose outcome nobody knows
# is in doubt, so that the next attempt says that it may be a second one; who
# was not begun is not.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fresh() {
	no_queue q; : >log
	queue-check -i q && python3 "$top/tests/tools/fillqueue.py" q "$1" to=u%d@a.example >ids
}
# in a process group of its own, so that it can die at once
run() { bg setsid queue-run "$@" 2>>log; run_pid=$bg_pid; }
die() {
	env kill -9 -- "-$run_pid"; wait "$run_pid" 2>/dev/null
	: >log
}
stop() { kill "$run_pid"; wait "$run_pid"; }
events() { grep -c "ev:$1	" log; }
has() { [ "$(events "$1")" -ge "$2" ]; }
noted() { [ "$(cat "$(memory q)"/results.* q/done/results.* 2>/dev/null | grep -c 'status:sending')" -ge "$1" ]; }
marks() { cat q/mess/*/* | grep -a "^to Q" | cut -d' ' -f3 | sort | uniq -c | tr -s ' \n' ' '; }

# five past their final dot, five that wait for a connection
mkdir mx
bg python3 "$top/tests/tools/fakemx.py" mx dot=hang
mxport() { mx=$(cat mx/port) 2>/dev/null && [ -n "$mx" ]; }
wait_for 10 mxport
fresh 10
run q sh -c "sed -u 's%\$%\tmx:mx.test/$mx/127.0.0.1\tsite:s%' | exec remote-send -c 5"
wait_for 10 noted 5; ok "remote-send: five have left" $?
die
run -w 1 q sh -c 'exec cat >/dev/null'
wait_for 10 has started 1
in_doubt() { [ "$(marks)" = " 5 - 5 ? " ]; }
wait_for 10 in_doubt; ok "remote-send: five are in doubt, in their files" $?
# once more, without a result
die
run q answer status:sent
wait_for 10 has sent 10; ok "remote-send: all are sent" $?
is "remote-send: five perhaps twice, and that is said" "$(events duplicate)" 5
stop

# commands: two run, two wait for their turn
mkdir mail
fresh 4
run q sh -c "sed -u 's%\$%\tprogram:exec sleep 8%' | exec local-deliver -n 2 mail"
wait_for 10 noted 2; ok "local-deliver: two commands are begun" $?
die
run q answer status:sent
wait_for 10 has sent 4; ok "local-deliver: all are sent" $?
is "local-deliver: two perhaps twice" "$(events duplicate)" 2
stop

# long under way, while others come and go: it is not forgotten, and does not
# keep what is written down meanwhile
cat >last.py <<'P'
import os, sys
fd = int(os.environ["QUEUE_RESULTS"])
first = True
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    r = "\nid:%s\tn:%s\ttry:%s\tstatus:" % (f["id"], f["n"], f["try"])
    os.write(fd, (r + "sending\n").encode())
    if first:
        first = False
        continue
    r += "sent\ttext:%s\n" % ("x" * 4000)
    os.write(fd, r.encode())
    os.write(1, r[1:].encode())
P
fresh 1500
run -w 50 q python3 last.py
wait_for 30 has sent 1499; ok "all but one are sent" $?
kb=$(cat "$(memory q)"/results.* q/done/results.* 2>/dev/null | tr -d '\0' | wc -c)
[ "$kb" -le 2500000 ]; ok "of 6 MB written down are left $kb" $?
die
run q answer status:sent
one() { [ "$(grep 'ev:sent	' log | grep -vc 'replay:1')" -ge 1 ]; }
wait_for 10 one; ok "the one is sent" $?
is "and perhaps twice" "$(events duplicate)" 1
stop

# what came to an end after it had left, or did not leave after all, is in no
# doubt
fresh 4
queue=$(memory q); mkdir -m 700 "$queue" 2>/dev/null || queue=q/done
{
	i=0
	while read -r id; do
		i=$((i + 1))
		[ $i = 4 ] || printf 'id:%s\tn:0\ttry:0\tstatus:sending\n' "$id"
		case $i in
		1) printf 'id:%s\tn:0\ttry:0\tstatus:sent\n' "$id" ;;
		2) printf 'id:%s\tn:0\ttry:0\tstatus:later\tnext:1\n' "$id" ;;
		3) printf 'id:%s\tn:0\ttry:0\tstatus:deferred\tnext:1\n' "$id" ;;
		4) printf 'id:%s\tn:0\ttry:2\tstatus:sending\n' "$id" ;;
		esac
	done <ids
} >"$queue/results.0000000001"
sed -i 's/^to Q - 00000/to Q - 00003/' "q/mess/$(tail -c 3 ids)/$(tail -1 ids)"
run q answer status:sent
wait_for 10 has sent 4; ok "all have come to an end" $?
is "no doubt where the outcome is known, or it was another attempt" "$(events duplicate)" 0
stop

# whose file cannot be read when the results are taken in, over a kill and a
# stop
fresh 3
queue=$(memory q); mkdir -m 700 "$queue" 2>/dev/null || queue=q/done
{
	printf 'id:%s\tn:0\ttry:0\tstatus:sending\n' "$(sed -n 1p ids)"
	printf 'id:%s\tn:0\ttry:0\tstatus:deferred\tnext:1\tdoubt:1\n' "$(sed -n 2p ids)"
	printf 'id:%s\tn:0\ttry:0\tstatus:sending\n' "$(sed -n 3p ids)"
	printf 'id:%s\tn:0\ttry:0\tstatus:later\tnext:1\n' "$(sed -n 3p ids)"
} >"$queue/results.0000000001"
for f in q/mess/*/*; do mv "$f" . && ln -s "${f##*/}" "$f"; done
run q answer status:later
wait_for 10 has started 1; wait_for 10 queue-ctl q status
die
run q answer status:later
wait_for 10 has started 1; wait_for 10 queue-ctl q status
stop
for f in q/mess/*/*; do mv "${f##*/}" "$f"; done
run q answer status:sent
wait_for 10 has sent 3; ok "unreadable for a while: all are sent" $?
is "unreadable for a while: two perhaps twice" "$(events duplicate)" 2
stop
status "queue-check" 0 queue-check q
done_testing
