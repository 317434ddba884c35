#!/bin/sh
# smtp-recv with one connection on descriptors 0 and 1, under tcpserver with
# rules by tcprules, and behind a filter of shell.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/conf"
echo here.test >"$T/conf/me"
echo example.org >"$T/conf/local"
conf-build "$T/conf"; ok "conf-build" $?
queue-check -i "$T/queue" >/dev/null; ok "a queue" $?
printf '127.0.0.1:allow,RELAYCLIENT=""\n127.0.0.3:deny\n:allow\n' >"$T/rules"
tcprules "$T/rules.cdb" "$T/rules.tmp" <"$T/rules"; ok "tcprules" $?
port=$(free_port)
bg tcpserver -HRl here.test -c 10 -x "$T/rules.cdb" 127.0.0.1 "$port" \
	smtp-recv -C "$T/conf" queue-inject "$T/queue" 2>"$T/log"
wait_for 5 smtp-ping "127.0.0.1:$port"; ok "it answers" $?
try() { swaks --server 127.0.0.1:"$port" --from a@b.test "$@" 2>&1; }
out=$(try --to x@elsewhere.test); ok "127.0.0.1 may relay" $?
out=$(try --to x@example.org --local-interface 127.0.0.2); ok "others may reach local domains" $?
out=$(try --to x@elsewhere.test --local-interface 127.0.0.2)
like "but relay nowhere" "$out" '55[0-9] 5\.7\.1'
try --to x@example.org --local-interface 127.0.0.3 >/dev/null
is "who is denied is not served" $(($? != 0)) 1
is "two are queued" "$(queue-list -l "$T/queue" | wc -l)" 2
like "Received tells who it was" "$(for f in "$T"/queue/mess/*/*; do cat "$f"; done)" '^Received: from .*127\.0\.0\.2'
# without rules at all nobody relays
port=$(free_port)
bg tcpserver -HRl here.test 127.0.0.1 "$port" smtp-recv -C "$T/conf" queue-inject "$T/queue" 2>>"$T/log"
wait_for 5 smtp-ping "127.0.0.1:$port"
out=$(try --to x@elsewhere.test)
like "no rules, no relaying" "$out" '55[0-9] 5\.7\.1'
is "still two" "$(queue-list -l "$T/queue" | wc -l)" 2
done_testing
