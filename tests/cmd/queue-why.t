#!/bin/sh
# why mail waits: each state, and whether what is said is what then happens
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
nl='
'
parcel() {
	printf '%s\n%s' "$1" "$2" >parcel.body
	printf '%d:' "$(wc -c <parcel.body)"
	cat parcel.body
	printf ,
}
# inject TO [LINE]: a message; its id
inject() { parcel "from a@x.example$nl""to $1$nl${2:-}" "x$nl" | queue-inject q 2>/dev/null | cut -c 5-24; }
# run CHAIN...: queue-run over it, which answers
run() {
	bg queue-run -C conf q "$@" 2>>log
	wait_for 10 queue-ctl q status
}
stop() { queue-ctl q stop >/dev/null; wait $bg_pid; }
says() { queue-why q "$1" 2>err | grep -qE "$2"; }
label() { queue-why -l q "$1" | sed -n "s/^id:[^e].*	$2:\([^	]*\).*/\1/p"; }
mkdir conf
echo mail.example.org >conf/me
cat >conf/routes <<'E'
to:@rejected.example reject:"not here"
to:@deferred.example defer:"later"
to:@refused.example host:[127.0.0.1]:1
to:@slow.example host:[127.0.0.2]:1
E
printf 'intervals=4s jitter=0%%\n' >conf/retry
printf '# limits\nsite:127.0.0.2:1 rate=1/h\n' >conf/throttle
conf-build conf || exit 1
queue-check -i q || exit 1

status "no queue-run" 111 queue-why q site:mx.example
like "is said" "$(cat err)" "no queue-run works on q"
status "nor for mail that is not there" 111 queue-why -n q a@b.example
status "nor any mail" 1 queue-why q b@c.example
id=$(inject b@c.example)
status "some, as the files say" 0 queue-why q c.example
like "who has said that" "$(cat err)" "warning: no queue-run works on q: this is what the files say of c.example"
like "what it waits for" "$(cat out)" "state: no queue-run works on the queue: it waits until one does"
like "for programs" "$(queue-why -l q "$id" 2>err)" "^id:$id	n:0	because:stopped	to:b@c.example"
rm q/mess/*/"$id"
status "no number" 100 queue-why q 0123456789abcdefgh1v/x
status "what is below a domain" 100 queue-why q .c.example
status "two questions" 100 queue-why q a b

# the chain: limits and hosts
run route conf throttle conf remote-send -C conf
status "/dev/full" 111 sh -c 'queue-why -l q b@refused.example >/dev/full'
for fd in 0 1 2; do
	[ $fd = 0 ] && r='<&-' || r="$fd>&-"
	status "descriptor $fd closed" 111 sh -c "queue-why -l q b@refused.example $r"
done
status "an unknown address" 1 queue-why q b@refused.example
like "is said, too" "$(cat err)" "nothing waits for b@refused.example"
status "an unknown id" 1 queue-why q 0123456789abcdefgh1v
status "an unknown site" 1 queue-why q site:nowhere
# what would become of mail that is not there
status "mail that is not there" 0 queue-why -n q d@slow.example from:a@x.example tenant:t
like "who it would be" "$(cat out)" "^a message to <d@slow.example> from <a@x.example> that came now$"
like "each limit with its line and what is used" "$(cat out)" "limit: throttle:2: site:127.0.0.2:1 rate=1/h burst=1: 1 of 1 left"
like "the line that routes it" "$(cat out)" "route: routes:4: matches d@slow.example"
like "and what the last link says" "$(cat out)" "send: .*"
like "one that a rule refuses" "$(queue-why -n q d@rejected.example)" "it would be bounced: not here"
like "for programs" "$(queue-why -n -l q d@slow.example tag:a=1)" "^id:new	n:0	because:new	to:d@slow.example	tag:a=1	from:"
is "nothing came of it" "$(queue-ctl q status | head -1 | cut -f 1-3)" "messages:0	ready:0	waiting:0"
is "nor in the log" "$(grep -c 'ev:[sdb].*slow.example' log)" 0
status "without an address" 100 queue-why -n q
status "an unknown word" 100 queue-why -n q a@b nonsense:1
status "what it cannot have" 100 queue-why -n q a@b state:held
like "is said" "$(cat err)" "such a message has to, from, tenant, user and tag"
status "to two" 100 queue-why -n q a@b to:c@d
one=$(inject b@refused.example)
ok "a host that refuses" "$(wait_for 10 says "$one" 'state: it was tried in vain, and waits [0-9]+ s by conf/retry:1, after failure network'; echo $?)"
queue-why q "$one/0" >out
like "the limits are said" "$(cat out)" "limit: no limit keeps it: it goes now"
like "and the host that is passed over" "$(cat out)" "send: passed over for [0-9]+ s: 127.0.0.1/1/127.0.0.1: Connection refused"
like "the rule and its line" "$(cat out)" "route: routes:3: matches b@refused.example"
like "the last reply" "$(cat out)" "last reply: 4.4.1 127.0.0.1 Connection refused"
like "what changes it" "$(cat out)" "what changes it: queue-ctl q retry $one"
queue-why q B@Refused.example >out2
is "the address finds it, whatever its case" "$(sed -n '1s/ to.*//p' out2)" "$one/0"
status "another recipient of it" 1 queue-why q "$one/1"
two=$(inject b@deferred.example)
ok "deferred by a rule" "$(wait_for 10 says "$two" 'it would be deferred: later'; echo $?)"
queue-ctl q hold "$two" >out
ok "held" "$(wait_for 10 says "$two" 'state: an administrator holds it'; echo $?)"
three=$(inject b@held.example "hold-until $(($(date +%s) + 9000))$nl")
ok "its sender holds it" "$(wait_for 10 says "$three" 'state: its sender holds it until .* .in '; echo $?)"
queue-ctl q suspend domain:refused.example >out
like "suspended" "$(queue-why q "$one")" "order 1 suspends it"
like "what changes that" "$(queue-why q "$one")" "queue-ctl q resume id:1"
queue-ctl q resume domain:refused.example >out
inject s1@slow.example >id1
ok "one goes under a rate" "$(wait_for 10 says s1@slow.example 'it was tried in vain'; echo $?)"
four=$(inject s2@slow.example)
ok "one more waits for it" "$(wait_for 10 says "$four" 'its site 127.0.0.2:1 takes no more than 0 at once until'; echo $?)"
like "with the arithmetic, and its line" "$(queue-why q "$four")" "throttle:2: site:127.0.0.2:1 rate=1/h burst=1: 0 of 1 left, this one is 1; lets it go in 3[0-9]{3}.[0-9]+ s"
like "a domain is counted" "$(queue-why q slow.example)" "^recipients: 2, waiting 1, ready 1"
like "and a site" "$(queue-why q site:127.0.0.2:1)" "^recipients: 2, waiting 1, ready 1"
queue-ctl q hold all >out
like "all is held" "$(queue-why q "$four")" "state: everything is held"
queue-ctl q release all >out
for i in 1 2 3 4 5 6 7 8 9; do parcel "from a@x.example${nl}to m@held.example${nl}hold-until 99999999999$nl" x; done | queue-inject q >/dev/null 2>&1
nine() { [ "$(queue-why -l q m@held.example | sed -n 's/^all:\([0-9]*\).*/\1/p')" = 9 ]; }
ok "nine to one address" "$(wait_for 10 nine; echo $?)"
is "eight are explained" "$(queue-why -l q m@held.example | grep -c because:)" 8
is "questions are no results" "$(grep -cE 'result for explain|malformed' log)" 0
stop

# out, in a link that hangs; a link that does not know of questions
queue-ctl q delete all >out 2>&1
no_queue q
queue-check -i q || exit 1
run sh -c 'cat >hung'
five=$(inject b@c.example)
ok "out" "$(wait_for 10 says "$five" 'state: it is in the chain of sh since'; echo $?)"
like "without an answer" "$(queue-why q "$five")" "chain: it has not answered in time"
stop
no_queue q
queue-check -i q || exit 1

# the time that is named is the time at which it goes
run awk -W interactive 'BEGIN { FS = OFS = "\t" } { print $1, $2, "status:deferred"; fflush() }'
six=$(inject b@c.example)
tried() { [ "$(grep -c "ev:deferred.*id:$six" log)" -ge "$1" ]; }
ok "tried once" "$(wait_for 10 tried 1; echo $?)"
next=$(label "$six" next)
like "what does not know of questions is said" "$(queue-why q "$six")" "its last link does not explain itself"
ok "tried again" "$(wait_for 20 tried 2; echo $?)"
at=$(grep "ev:deferred.*id:$six" log | sed -n '2s/^ts:\([^	]*\).*/\1/p')
ok "when that was said, to a second" "$(python3 -c '
import sys, datetime
at = datetime.datetime.fromisoformat(sys.argv[1].replace("Z", "+00:00")).timestamp()
sys.exit(abs(at - float(sys.argv[2])) > 1.5)' "$at" "$next"; echo $?)"
stop
done_testing
