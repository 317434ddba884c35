#!/bin/sh
# Finished deliveries of messages that still wait are not made again: over
# plain restarts, a kill with more recipients than queue-run has room for,
# and a file that cannot be read.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
link="python3 $top/tests/tools/fakelink.py"

# a whole instance: two Maildirs have theirs, a server says 451
mkdir "$T/mx"
sport=$(free_port)
bg python3 "$top/tests/tools/fakemx.py" --port "$sport" "$T/mx" 'rcpt=451 4.3.2 later'
wait_for 5 smtp-ping "127.0.0.1:$sport"
new_instance site --local here.test --relay "127.0.0.1:$sport" || exit 1
mkdir -p "$I/mail/u1" "$I/mail/u2"
i=0
start_instance; ok "instance is up" $?
while [ $i -lt 30 ]; do
	i=$((i + 1))
	printf 'Subject: %d\n\nx\n' $i | ROHRPOST_DIR=$I sendmail -f a@b.test u1@here.test u2@here.test x@far.test || echo "# not taken: $i"
done
both() { at_least 30 "$I/mail/u1" && at_least 30 "$I/mail/u2"; }
wait_for 20 both; ok "both Maildirs have theirs" $?
tried() { [ "$(queue-list -l "$I/queue" | grep -c .)" -ge 30 ] && grep -q 'ev:deferred' "$I"/log/*/current; }
wait_for 20 tried; ok "and the server has said 451" $?
stop_instance
for round in 1 2 3; do
	start_instance; ok "up again ($round)" $?
	scanned() { queue-ctl "$I/queue" status | grep -q scanning:0; }
	wait_for 10 scanned
	sleep 0.5
	stop_instance
done
is "nothing is delivered again" "$(count_mail "$I/mail/u1") $(count_mail "$I/mail/u2")" "30 30"

# kill -9 with less room than recipients wait
cd "$T" || exit 1
queue-check -i q || exit 1
python3 "$top/tests/tools/fillqueue.py" q 300 rcpts=3 domains=3 "to=sent+%d@d%d.example" >ids
# the third recipient of each is put off
sed -i 's/sent+\([0-9]*@d2\.example\)/c-no+\1/' q/mess/*/*
# run [OPTIONS]: until the ends that there can be have come
run() {
	# shellcheck disable=SC2086
	bg queue-run "$@" q $link jobs 2>>log
	run_pid=$bg_pid
}
ends() { [ "$(grep -c 'ev:sent	' log)" -ge "$1" ]; }
twice() { tr '\t' ' ' <jobs | grep ' to:sent' | cut -d' ' -f1,2 | sort | uniq -d | wc -l; }
scan_over() { queue-ctl q status | grep -q 'scanning:0'; }
settled() { queue-ctl q status | grep -q '	ready:0	.*	out:0	.*scanning:0'; }
: >log
run -j 2000 -w 20
wait_for 20 ends 600; ok "600 are delivered" $?
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
for room in 100 100 3 1000; do
	run -j 2000 -w 20 -m $room
	wait_for 10 scan_over
	wait_for 10 settled; ok "room for $room: it comes to rest" $?
	kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
done
is "none of them again" "$(twice)" 0

# a file that cannot be opened keeps neither its past nor the journal
no_queue q; rm -f jobs; queue-check -i q
python3 "$top/tests/tools/fillqueue.py" q 40 rcpts=2 domains=2 "to=sent+%d@d%d.example" >ids
sed -i 's/sent+\([0-9]*@d1\.example\)/c-no+\1/' q/mess/*/*
: >log
run -j 64 -w 2
wait_for 20 ends 40; ok "40 are delivered" $?
queue-ctl q stop >/dev/null; wait "$run_pid"
# of the last one that the journal names: what it says of others may be home
# already
id=$(cat q/done/[0-9]* | awk '$2 == 0 && $3 == "S" { id = $1 } END { print id }')
f=$(find q/mess -name "$id")
mv "$f" kept; ln -s "${f##*/}" "$f"
run -j 64 -w 2
few() { [ "$(find q/done -type f | wc -l)" -le 9 ]; }
wait_for 20 few; ok "the journal shrinks beside it" $?
wait_for 10 settled
queue-ctl q stop >/dev/null; wait "$run_pid"
grep -q "${f##*/} 0 S" q/done/*; ok "and still says what it said of it" $?
mv kept "$f"
run -j 64 -w 2
wait_for 10 settled
queue-ctl q retry all >/dev/null
wait_for 10 settled
queue-ctl q stop >/dev/null; wait "$run_pid"
is "nothing twice when it is back" "$(twice)" 0
status "queue-check" 0 queue-check q
done_testing
