#!/bin/sh
# Mail of one queue moves to another, where it is delivered, while both work;
# and some of it is replayed in a third as a test.  Both logs add up, and what
# was said of a message in the first goes on in the second.
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
for q in a b test; do queue-check -i $q || exit 1; done
bg queue-run a answer status:deferred code:450 'text:450 4.2.1 later' 2>a.run
a=$bg_pid
bg queue-run b tap jobs answer status:sent 2>b.run
b=$bg_pid
wait_for 20 queue-ctl a status; wait_for 20 queue-ctl b status
for n in 1 2 3 4 5; do
	parcel "from s@a.example${nl}to one@b.example${nl}to two@c.example${nl}uuid u$n$nl" "Subject: $n$nl$nl$n$nl"
done | queue-inject a 2>a.in >out
tried() { [ "$(queue-list -l a tries:1 state:waiting | wc -l)" = 10 ]; }
wait_for 20 tried; ok "ten recipients wait" $?
queue-ctl a hold uuid:u5 domain:c.example >out

queue-export a domain:b.example | queue-import -t test >out 2>test.in
is "a replay of five" "$(queue-list -i test | wc -l)" 5
is "changes nothing" "$(queue-list -l a state:held | wc -l)" 1

queue-export -m a | queue-import b 2>b.in | queue-export -d a >out 2>err
is "all of it moves" "$(cat out err)" "ok:1	count:10	out:0	failed:0"
none_in a; ok "nothing is left where it was" $?
retried() { queue-ctl b retry all; [ "$(grep -c 'ev:sent' b.run)" = 9 ]; }
wait_for 20 retried; ok "nine are delivered there" $?
is "at their second attempt" "$(grep '^>' jobs | tr '\t' '\n' | grep '^try:' | sort -u)" try:1
is "who was held is held" "$(queue-list -l b | tr '\t' '\n' | grep -E '^(to|state):' | tr '\n' ' ')" "state:held to:two@c.example "
is "in the log of the second is what they were" "$(grep -o 'was:.*' b.in | cut -c 5- | sort)" "$(grep 'ev:accepted' a.in | cut -f 4 | cut -c 4- | sort)"
queue-ctl b release all >out
ten() { [ "$(grep -c 'ev:sent' b.run)" = 10 ]; }
wait_for 20 ten; ok "and goes when he is released" $?
queue-ctl a stop >out; wait "$a"
queue-ctl b stop >out; wait "$b"
for q in a b; do
	cat $q.in $q.run | sort >$q.log
	log-audit $q $q.log >out 2>&1
	is "the log of $q adds up" $? 0
done

# the test: what would have become of it
bg queue-run test tap test.jobs answer status:bounced code:550 'text:550 no' 2>test.run
t=$bg_pid
wait_for 20 none_in test; ok "the test is over" $?
queue-ctl test stop >out; wait "$t"
is "all of it had a mark" "$(grep -c '^>.*tag:test=1' test.jobs)" 5
is "nobody hears of failures" "$(grep -c ev:accepted test.run)" 0
done_testing
