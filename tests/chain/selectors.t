#!/bin/sh
# One mailbox, however people write it: as queue-ctl and queue-list are asked,
# and as it stands in the queue.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tools=$top/tests/tools
queue-check -i q || exit 1
bg queue-run q python3 "$tools/fakelink.py" 2>log
run_pid=$bg_pid
wait_for 10 queue-ctl q status
# take ADDRESS: mail from it to it
take() { printf 'Subject: x\n\nx\n' | ROHRPOST_INJECT="queue-inject q" sendmail -f "$1" "$1"; }
known() { queue-ctl q status | grep -q "^messages:$1	"; }
count() { queue-ctl q "$@" | sed -n 's/^ok:1	count:\([0-9]*\).*/\1/p'; }
listed() { queue-list q "$@" 2>/dev/null || queue-list "$@" q 2>/dev/null; }

take 'deferred+x@B.Example'
take '"deferred+a b"@c.example'
take '"deferred..dots"@d.example.'
wait_for 20 known 3; ok "three wait" $?
while read -r n address; do
	for s in from to; do
		is "hold $s:$address" "$(count hold "$s:$address")" "$n"
		is "release $s:$address" "$(count release "$s:$address")" "$n"
		is "list $s:$address" "$(listed "$s:$address" | grep -c '@')" "$n"
	done
done <<'X2'
1 deferred+x@b.example
1 deferred+x@b.example.
1 DEFERRED+x@B.EXAMPLE
0 deferred+x@b.example..
0 deferredx@b.example
1 "deferred..dots"@d.example
1 deferred..dots@D.example.
1 deferred..dots@d.example
0 deferred.dots@d.example
1 "deferred+a b"@C.example.
0 deferred+a b@c.example
X2
for d in b.example B.example. c.EXAMPLE. d.example.; do
	is "hold domain:$d" "$(count hold "domain:$d")" 1
	is "release domain:$d" "$(count release "domain:$d")" 1
	is "list domain:$d" "$(listed "domain:$d" | grep -c '@')" 1
done
is "list domain:.Example." "$(listed domain:.Example. | grep -c '@')" 3
is "hold by a domain with two dots" "$(count hold domain:b.example..)" 0
status "suspend a domain with a dot behind" 0 queue-ctl q suspend domain:B.example.
is "is that domain" "$(queue-ctl q suspensions | cut -f 3 | head -1)" sel:domain:b.example
status "resume it" 0 queue-ctl q resume domain:b.example
is "delete by a quoted recipient" "$(count delete 'to:"deferred..dots"@D.example')" 1
is "bounce by a sender with a dot behind" "$(count bounce 'from:deferred+x@b.example.')" 1
queue-ctl q stop >/dev/null; wait "$run_pid"
done_testing
