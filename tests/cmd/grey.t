#!/bin/sh
# Greylisting: attempts at given times, the white list, the journal shared,
# torn and full.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir got conf
# parcel CLIENT FROM TO [LINE...]
parcel() {
	{ printf 'client %s\nfrom %s\nto %s\n' "$1" "$2" "$3"; shift 3
	[ $# -eq 0 ] || printf '%s\n' "$@"
	printf '\nSubject: x\n\nhi\n'; } >content
	printf '%d:' "$(wc -c <content)"; cat content; printf ,
}
# link TIME OPTION...: the parcels of `in`; what comes up in out
link() {
	time=$1; shift
	timeout 20 grey -t "$time" "$@" state python3 "$tools/fakeinject.py" got K <in >out 2>err
}
# at TIME [PARCEL...]: what one parcel gets
at() { time=$1; shift; parcel "$@" >in; link "$time" -C conf; cut -d: -f2- out; }
verdict() { grep -o 'verdict:[a-z]*\|delay:[0-9]*\|wait:[0-9]*' err | tr '\n' ' '; }
sum() { grey -s -t "$1" state | sed -n "s/^$2	//p"; }

is "first seen" "$(at 1000 192.0.2.1 a@b.example c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "the event" "$(verdict)" "verdict:delayed wait:300 "
is "all of it" "$(cut -f 2- err | tr '\t' ' ')" "ev:verdict prog:grey source:grey verdict:delayed client:192.0.2.1 net:192.0.2.0/24 from:a@b.example to:c@d.example rcpts:1 wait:300"
is "nothing went on" "$(ls got)" ""
is "too early, from another machine of the net" "$(at 1299 192.0.2.99 a@b.example c@d.example)" "Z4.7.1 greylisted, try again in 1 seconds,"
is "in time" "$(at 1300 192.0.2.7 A@b.example C@D.example)" "Kfake0001,"
is "the event" "$(verdict)" "verdict:passed delay:300 "
like "with the message's id" "$(cat err)" '	id:fake0001	'
is "the message as it was" "$(cat got/1.msg)" "$(printf 'Subject: x\n\nhi')"
is "passes again" "$(at 1301 192.0.2.7 a@b.example c@d.example)" "Kfake0001,"
is "the event" "$(verdict)" "verdict:passed delay:0 "
is "another net" "$(at 1301 192.0.3.7 a@b.example c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "another sender" "$(at 1301 192.0.2.7 x@b.example c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "VERP" "$(at 1301 192.0.2.7 list-17-c=d@b.example c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "VERP, the next message" "$(at 1601 192.0.2.7 list-18-c=d@b.example c@d.example)" "Kfake0001,"
is "the null sender" "$(at 2000 198.51.100.1 '' c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "comes again, too" "$(at 2300 198.51.100.1 '' c@d.example)" "Kfake0001,"
is "postmaster" "$(at 2300 203.0.113.1 a@b.example PostMaster@d.example)" "Kfake0001,"
is "the event" "$(verdict)" "verdict:listed "
is "IPv6" "$(at 2300 2001:db8::1 a@b.example c@d.example)" "Z4.7.1 greylisted, try again in 300 seconds,"
is "IPv6, the same /64" "$(at 2600 2001:db8::ffff:1 a@b.example c@d.example)" "Kfake0001,"
is "from inside" "$(at 2600 203.0.113.1 a@b.example c@d.example 'origin inside')" "Kfake0001,"
is "no verdict on it" "$(verdict)" ""
is "no address" "$(at 2600 unknown a@b.example c@d.example)" "Kfake0001,"
printf '43:from a@b\nto c@d\nproto local\n\nSubject: x\n\nhi,' >in
link 2600
is "no client" "$(cat out)" "9:Kfake0001,"

# many of one address
for i in $(seq 25); do parcel 203.0.113.77 "a$i@b.example" c@d.example; done >in
link 2600
is "each is put off" "$(grep -o 'Z4.7.1 grey' out | wc -l)" 25
is "20 are told" "$(grep -c 'ev:verdict.*verdict:delayed' err)" 20
is "the others as a sum" "$(grep count: err | cut -f 2- | tr '\t' ' ')" \
	"ev:rejected prog:grey client:203.0.113.77 count:5 code:450 text:refusals that were not told one by one"

# several recipients
parcel 203.0.113.1 a@b.example c@d.example 'to e@d.example NOTIFY=NEVER' 'to postmaster@d.example' >in
link 3000
is "two that are new" "$(cat out)" "43:Z4.7.1 greylisted, try again in 300 seconds,"
is "the event counts all" "$(grep -o 'rcpts:.*' err)" "rcpts:3	wait:300"
parcel 203.0.113.1 a@b.example c@d.example 'to e@d.example' 'to new@d.example' >in
link 3300
is "one of three is new" "$(cat out)" "43:Z4.7.1 greylisted, try again in 300 seconds,"
parcel 203.0.113.1 a@b.example c@d.example 'to e@d.example' 'to new@d.example' >in
link 3600
is "all have waited" "$(cut -c 1-11 out)" "9:Kfake0001"
rm -rf state
link 3000 -d
link 3300 -d
is "-d: domains of recipients" "$(cut -c 1-11 out)" "9:Kfake0001"
is "one entry" "$(sum 3300 passed)" 1
parcel 203.0.113.1 a@b.example other@d.example >in
link 3301 -d
is "-d: another one in the domain" "$(cut -c 1-11 out)" "9:Kfake0001"

# known networks
rm -rf state
for i in 1 2 3; do
	parcel 192.0.2.1 "a@b$i.example" c@d >in
	link 100$i -k 2 -w 10; link 101$i -k 2 -w 10
done
is "two came again: the network is known" "$(verdict)" "verdict:known "
is "statistics: known" "$(grey -s -k 2 -t 1020 state | sed -n 's/^known	//p')" 1
link 1020 -k 0 -w 10
is "-k 0: never" "$(verdict)" "verdict:delayed wait:10 "

# options
rm -rf state
parcel 192.0.2.1 a@b c@d >in
link 1000 -w 0
link 1000 -w 0
is "-w 0: just come again" "$(verdict)" "verdict:passed delay:0 "
rm -rf state
link 1000 -w 10 -W 20
link 1021 -w 10 -W 20
is "-W: too late is the first time" "$(verdict)" "verdict:delayed wait:10 "
link 1031 -w 10 -W 20 -l 30
link 1061 -w 10 -W 20 -l 30
is "-l: its end" "$(verdict)" "verdict:passed delay:0 "
link 1092 -w 10 -W 20 -l 30
is "-l: behind it" "$(verdict)" "verdict:delayed wait:10 "
rm -rf state
link 1000 -4 32
parcel 192.0.2.2 a@b c@d >in
link 1300 -4 32
is "-4 32: each address" "$(verdict)" "verdict:delayed wait:300 "
parcel 2001:db8::1 a@b c@d >in
link 1000 -6 48
parcel 2001:db8:0:ffff::1 a@b c@d >in
link 1300 -6 48
is "-6 48" "$(verdict)" "verdict:passed delay:300 "
link 1w -t 5 2>/dev/null; is "a bad time" $? 100

# what SPF says, set by who stands before
rm -rf state
is "SPF: first" "$(at 1000 192.0.2.1 a@b.example c@d 'spf pass')" "Z4.7.1 greylisted, try again in 300 seconds,"
is "the domain takes the network's place" "$(grep -o 'net:[^	]*' err)" net:spf:b.example
is "SPF: from elsewhere" "$(at 1300 203.0.113.9 a@B.example c@d 'spf pass')" "Kfake0001,"
is "SPF: no pass" "$(at 1300 203.0.113.9 a@b.example c@d 'spf fail')" "Z4.7.1 greylisted, try again in 300 seconds,"
is "SPF: the null sender" "$(at 1300 203.0.113.9 '' c@d 'helo mx.b.example' 'spf pass') $(grep -o 'net:[^	]*' err)" \
	"Z4.7.1 greylisted, try again in 300 seconds, net:spf:mx.b.example"

# the white list
cat >conf/grey <<'Y'
client:192.0.2.0/28
client:2001:db8:1::/48
from:@.listed.example
from:news@
to:optout@d.example
to:@free.example
spf:good.example
Y
status "conf-build" 0 conf-build conf
while read -r client from to want; do
	is "listed? $client $from $to" "$(at 5000 "$client" "$from" "$to") $(verdict | cut -d' ' -f 1)" "$want"
done <<'Y'
192.0.2.15 q@r.example s@t.example Kfake0001, verdict:listed
192.0.2.16 q@r.example s@t.example Z4.7.1 greylisted, try again in 300 seconds, verdict:delayed
2001:db8:1:2::3 q@r.example s@t.example Kfake0001, verdict:listed
203.0.113.1 q@a.listed.example s@t.example Kfake0001, verdict:listed
203.0.113.1 q@unlisted.example s@t.example Z4.7.1 greylisted, try again in 300 seconds, verdict:delayed
203.0.113.1 News@r.example s@t.example Kfake0001, verdict:listed
203.0.113.1 q@r.example OptOut@d.example Kfake0001, verdict:listed
203.0.113.1 q@r.example a@free.example Kfake0001, verdict:listed
203.0.113.1 q@good.example s@t.example Z4.7.1 greylisted, try again in 300 seconds, verdict:delayed
Y
is "listed by SPF" "$(at 5000 203.0.113.1 q@good.example s@t.example 'spf pass') $(verdict)" "Kfake0001, verdict:listed "
parcel 203.0.113.1 q@r.example optout@d.example 'to x@y.example' >in
link 5000 -C conf
is "one recipient listed, one not" "$(verdict)" "verdict:delayed wait:300 "
head -c 100 conf/grey.cdb >bad; cp bad conf/grey.cdb
is "a damaged table lists nobody" "$(at 6000 192.0.2.15 qq@r.example s@t.example | cut -c 1-6)" Z4.7.1
like "it is said" "$(cat err)" 'grey: warning: conf/grey.cdb is damaged: nobody is listed'
rm -r conf/grey conf/grey.cdb

# the journal
rm -rf state
is "a journal: first" "$(at 1000 192.0.2.1 a@b c@d | cut -c 1-6)" Z4.7.1
is "for its owner alone" "$(stat -c %a state state/journal)" "$(printf '700\n600')"
printf '0123abcd	f	10' >>state/journal
is "torn: it goes on" "$(at 1300 192.0.2.1 a@b c@d)" "Kfake0001,"
is "once more" "$(at 1301 192.0.2.1 a@b c@d)" "Kfake0001,"
like "it is said at start" "$(cat err)" 'grey: warning: the journal in state: 1 damaged lines skipped'
head -c 100000 /dev/urandom >>state/journal
is "junk: it goes on" "$(at 1302 192.0.2.1 a@b c@d)" "Kfake0001,"
head -c 100000 /dev/zero >>state/journal
is "zeros: it goes on" "$(at 1303 192.0.2.1 a@b c@d)" "Kfake0001,"
is "nothing is forgotten" "$(sum 1303 delayed) $(sum 1303 retried) $(sum 1303 again)" "1 1 3"

# two links at once share it, parcel by parcel
rm -rf state
mkfifo one two
timeout 20 grey -t 1000 state python3 "$tools/fakeinject.py" got K <one >out1 2>err1 & p1=$!
timeout 20 grey -t 1400 state python3 "$tools/fakeinject.py" got K <two >out2 2>err2 & p2=$!
exec 7>one 8>two
parcel 192.0.2.1 a@b c@d >&7
wait_for 10 test -s out1
parcel 192.0.2.1 a@b c@d >&8
wait_for 10 test -s out2
is "what one has seen the other knows" "$(cat out1 out2 | cut -d: -f 2-)" "Z4.7.1 greylisted, try again in 300 seconds,9:Kfake0001,"
rm state/journal
parcel 192.0.2.9 a@b c@d >&8
size() { [ "$(wc -c <"$1")" -ge "$2" ]; }
wait_for 10 size out2 58
like "the journal removed: it begins anew" "$(cat out2)" ',43:Z4.7.1 greylisted, try again in 300 seconds,$'
exec 7>&- 8>&-
wait $p1; r=$?; wait $p2
is "both end well" "$r $?" "0 0"
# eight at once, a hundred each
rm -rf state
for i in 1 2 3 4 5 6 7 8; do
	for j in $(seq 100); do parcel "10.$i.$((j % 256)).1" a@b "u$j@d"; done >in$i
done
pids=
for i in 1 2 3 4 5 6 7 8; do
	timeout 60 grey -t 1000 state python3 "$tools/fakeinject.py" got K <in$i >out$i 2>err$i &
	pids="$pids $!"
done
r=0; for p in $pids; do wait "$p" || r=1; done
is "eight links at once" "$r $(cat err? | grep -c 'verdict:delayed')" "0 800"
is "no line is lost or damaged" "$(sum 1000 delayed) $(sum 1000 waiting) $(wc -l <state/journal)" "800 800 800"

# killed at any time: nothing passes that should not, the next one goes on
for i in 1 2 3 4 5; do
	timeout 20 grey -t 1100 state python3 "$tools/fakeinject.py" got K <in$i >out 2>err & p=$!
	wait_for 5 test -s out
	kill -9 "$(pgrep -P $p grey)" 2>/dev/null
	wait $p 2>/dev/null
	! grep -q K out; ok "killed: nothing passed" $?
done
is "the next one goes on" "$(at 1300 10.1.5.1 a@b u5@d)" "Kfake0001,"

# no room: mail passes
rm -rf state
parcel 192.0.2.1 a@b c@d >in
link 1000
printf '%0600d\n' 0 >>state/journal
sh -c "ulimit -f 1; exec timeout 20 grey -t 1010 state python3 '$tools/fakeinject.py' got Z" <in >out 2>err
is "no room: mail goes on" "$? $(cat out)" "0 20:Z4.3.1 queue is full,"
is "the verdict" "$(verdict)" "verdict:open "
like "it is said" "$(cat err)" '^grey: warning: unable to use the journal in state: File too large; mail passes$'
link 1300
is "room again: as if nothing had been" "$(verdict)" "verdict:passed delay:300 "
{ parcel 192.0.7.1 a@b c@d; parcel 192.0.8.1 a@b c@d; } >in
rm state/journal; mkdir state/journal
link 1400
is "no journal: grey does not start" $? 111
like "and says why" "$(cat err)" '^grey: fatal: unable to open state: '
rm -r state/journal

# statistics
rm -rf state
status "statistics of nothing" 111 grey -s state
like "says so" "$(cat err)" 'grey: fatal: unable to open state: No such file'
at 1000 192.0.2.1 a@b c@d >out
at 1400 192.0.2.1 a@b c@d >out
at 1400 192.0.2.1 x@b c@d >out
at 1401 192.0.2.1 x@b c@d >out
at 2000 192.0.2.1 x@b c@d >out
at 2000 192.0.2.1 y@b c@d >out
status "statistics" 0 grey -s -t 2010 state
is "all of them" "$(tr '\t\n' '= ' <out)" "since=1000 waiting=1 passed=2 networks=1 known=0 delayed=3 early=1 retried=2 again=0 by-network=0 lost=0 dropped=0 average-delay=500 "
is "who never came again" "$(sum 300000 lost) $(sum 300000 waiting)" "1 0"
is "nothing changes" "$(wc -l <state/journal)" 6
grey -s state >/dev/full 2>err
is "/dev/full" $? 111

status "no arguments" 100 grey
status "no next link" 100 grey state
status "-s takes none" 100 grey -s state cat
status "bad option" 100 grey -x state cat
status "no time" 100 grey -w x state cat
status "the window is over before the wait" 100 grey -w 100 -W 99 state cat
status "too many bits" 100 grey -4 33 state cat
status "too many bits, IPv6" 100 grey -6 129 state cat
status "nowhere to make it" 111 grey no/such/state cat
status "the next link cannot be run" 111 grey state no-such-program
grey state cat <&- >out 2>err
is "0 closed" $? 111
grey state cat </dev/null >&- 2>err
is "1 closed" $? 111

# asked as a policy server, with the journal of a link
ask() {
	printf 'request=smtpd_access_policy\nprotocol_state=%s\nclient_address=192.0.2.77\nsender=%s\nrecipient=joe@local.test\n\n' "$2" "$3" |
		grey -p -w 5m -t "$1" pstate 2>err
}
is "-p: at another stage nothing" "$(ask 1790000000 MAIL a@p.test)" "action=DUNNO"
is "who comes for the first time" "$(ask 1790000000 RCPT a@p.test)" \
	"action=DEFER_IF_PERMIT 4.7.1 greylisted, try again in 300 seconds"
like "is told in the log" "$(cat err)" "ev:verdict.*source:grey	verdict:delayed	client:192.0.2.77	net:[^	]*	from:a@p.test	to:joe@local.test	rcpts:1	wait:300"
is "too early" "$(ask 1790000299 RCPT a@p.test)" "action=DEFER_IF_PERMIT 4.7.1 greylisted, try again in 1 seconds"
is "has waited" "$(ask 1790000300 RCPT a@p.test)" "action=DUNNO"
is "several at once, in their order" "$( { ask 1790000300 RCPT a@p.test; ask 1790000300 RCPT b@p.test; } | tr '\n' ' ')" \
	"action=DUNNO  action=DEFER_IF_PERMIT 4.7.1 greylisted, try again in 300 seconds  "
is "-s counts both" "$(grey -s -t 1790000300 pstate | grep -E '^(waiting|passed)' | tr '\n' ' ')" "waiting	1 passed	1 "
printf 'what\n\n' | grey -p pstate >out 2>err
is "no request" "$? $(cat out err)" "100 grey: warning: this is no request"
status "-p and a next link" 100 grey -p pstate cat
status "-p and -s" 100 grey -ps pstate

# root in the folder of another user, who has put links there
if [ "$(id -u)" = 0 ]; then
	chmod 711 "$T"
	mkdir his
	echo secret >ours
	ln -s ../ours his/journal; ln -s ../made his/lock
	chown -h nobody his his/journal his/lock
	chmod 600 ours
	status "-s: no link is gone through" 111 grey -s his
	status "nor by the link of a chain" 111 grey his true </dev/null
	[ ! -e made ]; ok "nothing is made behind one" $?
	rm his/journal his/lock
	status "without links" 0 grey his true </dev/null
	is "what is made is his" "$(stat -c %U his/lock)" nobody
	status "a folder in it" 0 grey his/new/ true </dev/null
	is "is his, too" "$(stat -c %U his/new)" nobody
else
	for n in 1 2 3 4 5 6 7; do skip "not root $n"; done
fi
done_testing
