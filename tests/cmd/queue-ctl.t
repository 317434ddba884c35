#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tools=$top/tests/tools
fill() { python3 "$tools/fillqueue.py" "$@"; }
files() { find q/mess -type f | wc -l; }
empty() { [ "$(files)" -eq 0 ]; }
fresh() { no_queue q; queue-check -i q || exit 1; }
events() { grep -c "ev:$1	" log; }
has() { [ "$(events "$2")" -ge "$1" ]; }
run() {
	bg queue-run "$@" q python3 "$tools/fakelink.py" 2>log
	run_pid=$bg_pid
	wait_for 5 queue-ctl q status
}
stop() { queue-ctl q stop >/dev/null 2>&1; wait "$run_pid"; }
scanned() { queue-ctl q status | grep -q scanning:0; }
# state FIELD: its number in the status
state() { queue-ctl q status | sed -n "s/^messages:.*	$1:\([0-9]*\).*/\1/p"; }
# count ORDER...: of the answer
count() { queue-ctl q "$@" | sed -n 's/^ok:1	count:\([0-9]*\).*/\1/p'; }

fresh
status "no argument" 100 queue-ctl
status "no verb" 100 queue-ctl q
status "unknown verb" 100 queue-ctl q frobnicate all
status "unknown selector" 100 queue-ctl q hold host:x
status "no selector" 100 queue-ctl q hold
status "status takes none" 100 queue-ctl q status all
status "no queue" 111 queue-ctl nowhere status
status "no queue-run" 111 queue-ctl q status
like "says so" "$(cat err)" "no queue-run works on q"
status "hold all works without it" 0 queue-ctl q hold all
ok "by the flag file" "$([ -e q/held ]; echo $?)"
status "and release all" 0 queue-ctl q release all
ok "too" "$([ ! -e q/held ]; echo $?)"
status "release all again" 0 queue-ctl q release all
status "but nothing else" 111 queue-ctl q retry all

fill q 3 to=deferred+sent@a.example >ids
fill q 3 to=deferred+sent@b.example from=x@y.example >>ids
fill q 2 "to=deferred+sent+%d@c.example" >>ids
run
wait_for 5 has 8 deferred
is "waiting" "$(state waiting)" 8
is "hold a domain" "$(count hold domain:A.example)" 3
is "again: nothing" "$(count hold domain:a.example)" 0
like "an event for each, with who did it" "$(grep ev:held log | head -1)" "from:sender@example.org	to:deferred\+sent@a.example	by:$(id -u)$"
is "hold a sender" "$(count hold from:x@y.example)" 3
is "hold a recipient" "$(count hold to:deferred+sent+0@C.example)" 1
id=$(tail -1 ids)
is "hold an id" "$(count hold "$id")" 1
is "all are held" "$(state held)" 8
is "a held one is not retried" "$(count retry all)" 0
stop
is "in the files too" "$(cat q/mess/*/* | grep -c '^to H')" 8
run
wait_for 5 scanned
is "after a restart" "$(state held)" 8
is "release a domain" "$(count release domain:b.example)" 3
ok "sent" "$(wait_for 5 has 3 deferred; echo $?)"
is "delete one" "$(count delete "id:$id")" 1
like "its event" "$(grep ev:deleted log)" "id:$id.*by:$(id -u)$"
status "it is gone" 1 queue-ctl q release "$id"
like "said" "$(cat err)" "warning: nothing matched"
status "nothing matches" 1 queue-ctl q release domain:nowhere.example
like "said, too" "$(cat err)" "warning: nothing matched"
status "no ids on stdin" 1 queue-ctl q delete - </dev/null
status "what matches and is so already" 0 queue-ctl q release domain:b.example
is "bounce a domain" "$(count bounce domain:a.example)" 3
is "without a report nothing is owed" "$(events bounced)" 3
is "retry all" "$(count retry all)" 3
ok "are sent" "$(wait_for 5 has 3 sent; echo $?)"
is "release all" "$(count release all)" 1
ok "is tried" "$(wait_for 5 has 4 deferred; echo $?)"
count retry all >/dev/null
ok "all done" "$(wait_for 5 empty; echo $?)"

is "hold all" "$(count hold all)" 0
fill q 5 to=sent@a.example >ids
stop
run
wait_for 5 scanned
is "everything is held" "$(state ready)" 5
count release all >/dev/null
ok "and is not" "$(wait_for 5 empty; echo $?)"
stop

# a suspended domain
run
is "suspend" "$(count suspend domain:s.example)" 0
like "the log has who did it" "$(grep ev:ordered log | tail -1)" "	cmd:suspend	sel:domain:s.example	by:$(id -u)	count:0	out:0	failed:0$"
status "no ids" 100 queue-ctl q suspend 0123456789abcdefgh00
stop
fill q 5 to=sent@s.example >ids
fill q 5 to=sent@t.example >>ids
run
ok "others go" "$(wait_for 5 has 5 sent; echo $?)"
wait_for 2 scanned
is "it does not" "$(state waiting)" 5
like "status has it" "$(queue-ctl q status)" "^suspended:domain:s.example$"
is "resume" "$(count resume domain:s.example)" 5
ok "it goes" "$(wait_for 5 has 10 sent; echo $?)"
stop

# what is in the chain obeys when it is back
fresh
fill q 1 to=later+later+later+deferred@a.example >ids
run
wait_for 5 sh -c 'queue-ctl q status | grep -q "later:[1-9]"'
count hold all >/dev/null
count release all >/dev/null
wait_for 5 has 1 deferred
stop
fresh
fill q 1 to=late@a.example >ids
run
wait_for 5 sh -c 'queue-ctl q status | grep -q "out:1"'
is "delete one that is out" "$(queue-ctl q delete all)" "ok:1	count:1	out:1	failed:0"
is "twice is once" "$(count delete all)" 0
ok "deleted when it is back" "$(wait_for 8 has 1 deleted; echo $?)"
stop

# what is ordered is on the disk when ok is said: a sudden death keeps it
fresh
fill q 1 to=late@a.example >ids
run
wait_for 5 sh -c 'queue-ctl q status | grep -q "out:1"'
is "hold one that is out" "$(queue-ctl q hold "$(cat ids)")" "ok:1	count:1	out:1	failed:0"
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
like "is held after a sudden death" "$(cat q/mess/*/*)" "^to H"
fresh
fill q 1 to=deferred@a.example >ids
run
wait_for 5 has 1 deferred
queue-ctl q hold all >/dev/null
is "retry" "$(count retry all)" 1
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
like "is in the file" "$(cat q/mess/*/*)" "^to Q - 00001 0000000000 "
if strace -o /dev/null true 2>/dev/null; then
	fresh
	fill q 20 to=sent@a.example >ids
	touch q/held
	strace -qq -o synced -e trace=fdatasync,fsync,syncfs queue-run q answer status:sent 2>log &
	wait_for 9 sh -c 'queue-ctl q status | grep -q ready:20'
	for order in "hold $(head -1 ids)" "release $(head -1 ids)" "delete $(head -1 ids)" "hold domain:a.example" "suspend domain:x.example" "bounce domain:x.example for=1h" "rebind all tag=x" "release all" "hold all"; do
		n=$(wc -l <synced)
		# shellcheck disable=SC2086
		queue-ctl q $order >/dev/null
		ok "$order: synced before ok" "$([ "$(wc -l <synced)" -gt "$n" ]; echo $?)"
	done
	queue-ctl q stop >/dev/null; wait $!
else
	skip "strace does not work here"
fi

# many, while mail flows
fresh
fill q 20000 to=deferred@a.example >ids
mkdir conf; echo "intervals=1h" >conf/retry; echo me >conf/me; conf-build conf >/dev/null 2>&1
run -C conf
wait_for 20 has 20000 deferred
cat >feed <<'END'
import subprocess, sys
p = b"from a@b\nto sent@fast.example\n\nhello\n"
for i in range(50):
    subprocess.run(["queue-inject", "q"], input=b"%d:%s," % (len(p), p),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
END
bg python3 feed
feed=$bg_pid
is "hold 20,000" "$(count hold domain:a.example)" 20000
is "release them to the end of the line" "$(count release domain:a.example)" 20000
is "delete them" "$(($(count delete domain:a.example) > 19000))" 1
wait "$feed"
ok "new mail went on meanwhile" "$(wait_for 5 has 50 sent; echo $?)"
stop

# what else comes over the socket
fresh
run
python3 - >talk <<'END'
import socket
s = socket.socket(socket.AF_UNIX)
s.connect("q/ctl")
s.sendall(b"foo\ncmd:status\ncmd:retry\tsel:all\n")
got = b""
while got.count(b"ok:") < 3:
    got += s.recv(65536)
print(got.decode(), end="")
s.sendall(b"x" * 5000)
s.settimeout(5)
print("closed" if s.recv(10) == b"" else "open")
END
like "several requests on one connection" "$(cat talk)" "^ok:0	text:malformed request$"
like "in order" "$(cat talk | tr '\n' ' ')" "ok:0.*messages:0.*ok:1.*ok:1.*closed"
status "status to a full disk" 111 sh -c 'queue-ctl q status >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-ctl q status $r"
done
stop

# who may read the queue may ask for its state, and no more
if [ "$(id -u)" = 0 ] && command -v chpst >/dev/null && id nobody >/dev/null 2>&1; then
	fresh
	chmod 755 "$T"; chgrp nogroup q && chmod 2750 q
	fill q 3
	queue-ctl q hold all 2>/dev/null # nothing is in the chain
	run
	wait_for 5 scanned
	as_reader() { chpst -u nobody:nogroup queue-ctl q "$@"; }
	status "a reader asks for the state" 0 as_reader status
	for order in "hold all" "release all" "delete all" "retry all" "bounce all" \
		"suspend example.org" "resume example.org" "delete $(queue-list q | cut -c 1-20 | head -1)" stop; do
		# shellcheck disable=SC2086
		status "but not: $order" 100 as_reader $order
	done
	like "it says so" "$(cat out)" "^ok:0	text:user $(id -u nobody) may only ask for the status"
	like "to the log, too" "$(cat log)" "warning: delete refused: user $(id -u nobody)"
	is "nothing has changed" "$(queue-list -l q | wc -l) $(ls q/held)" "3 q/held"
	is "and nothing is logged as done" "$(grep -cE 'ev:(deleted|held|released|bounced)' log)" 0
	status "root may" 0 queue-ctl q delete all
	like "and is named" "$(grep ev:deleted log | head -1)" "	by:0"
	stop
	fresh
	chown -R nobody:nogroup q; chmod 755 q
	fill q 1; chown -R nobody:nogroup q
	touch log; chmod 666 log
	bg chpst -u nobody:nogroup queue-run q python3 "$tools/fakelink.py" 2>log
	run_pid=$bg_pid
	wait_for 5 queue-ctl q status
	status "the queue's owner may" 0 as_reader hold all
	like "and is named" "$(grep ev:held log | head -1)" "	by:$(id -u nobody)"
	status "root, too" 0 queue-ctl q release all
	stop
else
	skip "needs root and runit"
fi
done_testing
