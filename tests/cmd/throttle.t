#!/bin/sh
. "$(dirname "$0")/../lib.sh"

. "$top/tests/throttling.sh"

# straight through
: >"$T/out"
jobs 1 1000 "$site" >"$T/in"
warm() { head -n 1 "$T/in"; wait_for 20 all_answered 1; sed 1d "$T/in" >"$T/in2"; feed "$T/in2" 1000; }
warm | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'a quick chain: exit status' $? 0
is 'every job is answered once' "$(grep -c status:sent "$T/out")" 1000
cut -d' ' -f2- "$T/got" | cmp -s - "$T/in"; ok 'and goes down as it came' $?
is 'no word about it' "$(cat "$T/err")" ''
printf 'nonsense\nid:x\tn:0\n\n' | throttle "$C" cat >"$T/out" 2>&1
is 'what is no job goes through' "$(cat "$T/out")" "$(printf 'nonsense\nid:x\tn:0\n\n')"

# at once, at most
jobs 1 60 "$(printf '%s\twait:100' "$site")" >"$T/in"
# most TIMES-FILE HOLD: the most in flight, if each takes HOLD seconds
most() {
	python3 -c '
import sys
t = sorted(float(l.split()[0]) for l in open(sys.argv[1]))
print(max(sum(1 for u in t if x - float(sys.argv[2]) < u <= x) for x in t))' "$@"
}
: >"$T/out"
feed "$T/in" 60 | throttle "$C" $next >"$T/out" 2>"$T/err"
ok 'twenty at once by default' "$([ "$(most "$T/got" 0.09)" -eq 20 ]; echo $?)"
table 'site:* conn=3'
: >"$T/out"
jobs 1 15 "$(printf '%s\twait:400' "$site")" >"$T/in15"
feed "$T/in15" 15 | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'conn=3: three' "$(most "$T/got" 0.39)" 3
is 'all are sent or given back' "$(grep -cE 'status:(sent|later)' "$T/out")" 15
like 'given back with site, room and time' "$(grep -m1 status:later "$T/out")" 'site:mx.example.*status:later	next:[0-9]+\.[0-9]{3}	room:5	class:limit	text:waiting for site:mx.example conn=3'
like 'an event names the limit' "$(cat "$T/err")" 'ev:throttled	prog:throttle	key:site:mx.example	limit:conn=3	in-flight:3'
is 'at most one a second' "$(grep -c ev:throttled "$T/err")" 1

# recipients next to each other are one transaction
: >"$T/out"
for n in 0 1 2 3 4; do printf 'id:t1\tn:%d\tsite:a\twait:100\n' $n; done >"$T/in"
for n in 0 1 2 3 4; do printf 'id:t2\tn:%d\tsite:a\twait:100\n' $n; done >>"$T/in"
table 'site:* conn=1'
feed "$T/in" 10 | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'one connection: transaction after transaction' "$(cut -f1,2 "$T/got" | cut -d' ' -f2 | tr '\n\t' ' ,')" \
    'id:t1,n:0 id:t1,n:1 id:t1,n:2 id:t1,n:3 id:t1,n:4 id:t2,n:0 id:t2,n:1 id:t2,n:2 id:t2,n:3 id:t2,n:4 '
ok 'the second waited' "$(awk 'NR == 5 { a = $1 } NR == 6 { exit !($1 - a > 0.08) }' "$T/got"; echo $?)"

# domains at one site are limited each for itself
table 'domain:b rcpt-rate=1/h burst=2'
for n in 0 1 2 3; do printf 'id:d%d\tn:0\tsite:a\tdomain:a\nid:d%d\tn:1\tsite:a\tdomain:b\n' $n $n; done >"$T/in"
: >"$T/out"
feed "$T/in" 8 | throttle -l "$C" $next >"$T/out" 2>"$T/err"
is 'a domain behind another at its site: as many as may' "$(grep -c 'domain:b' "$T/got")" 2
is 'the other one is not limited' "$(grep -c 'domain:a' "$T/got")" 4
is 'the ledger has each' "$(grep -c 'ev:granted.*domain:b' "$T/err")" 2

# keys of all kinds, by campaign the most wanted: each value for itself
table 'provider:big+src:out1+user:.example.org+tag:list=* rcpt-rate=1/h burst=2'
labels=$(printf 'site:a\tprovider:Big\tsrc:out1\tuser:ann@example.org')
for n in 0 1 2 3; do
	printf 'id:k%d\tn:0\t%s\ttag:x=y\ttag:List=a\n' $n "$labels"
	printf 'id:k%d\tn:1\t%s\ttag:list=b\ttag:list=a\n' $n "$labels"
	printf 'id:k%d\tn:2\t%s\n' $n "$labels"
done >"$T/in"
: >"$T/out"
feed "$T/in" 12 | throttle -l "$C" $next >"$T/out" 2>"$T/err"
is 'a key of four labels: as many as may of one campaign' "$(grep -c 'tag:List=a' "$T/got")" 2
is 'and of another' "$(grep -c 'tag:list=b' "$T/got")" 2
is 'what has no such tag is not meant' "$(grep -c 'n:2' "$T/got")" 4
like 'the reason names the key' "$(cat "$T/out")" 'text:waiting for provider:big.src:out1.user:.example.org.tag:list=a rcpt-rate=1/h'
like 'the ledger has them all' "$(cat "$T/err")" 'ev:granted.*	site:a	provider:Big	src:out1	user:ann@example.org	tag:list=b	tag:list=a$'

# bytes: of one megabyte an hour three messages of 300 kB, then one more that is
# too large for what is left
table 'tenant:* byte-rate=1M/h burst=1M'
for n in 1 2 3 4 5; do printf 'id:b%d\tn:0\tsize:300000\tsite:a\ttenant:t\n' $n; done >"$T/in"
: >"$T/out"
feed "$T/in" 5 | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'bytes: as many as may' "$(wc -l <"$T/got" | tr -d ' ')" 3
like 'and the reason' "$(cat "$T/out")" 'waiting for tenant:t byte-rate=1048576/h'

# connections opened: each transaction may open one, whatever is in it
table 'via:* conn-rate=1/h burst=3'
for n in 1 2 3 4 5; do printf 'id:c%d\tn:0\tsite:s%d\tvia:p\nid:c%d\tn:1\tsite:s%d\tvia:p\n' $n $n $n $n; done >"$T/in"
: >"$T/out"
feed "$T/in" 10 | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'a rate of connections: three, with two recipients each' "$(wc -l <"$T/got" | tr -d ' ')" 6
like 'and the reason' "$(cat "$T/out")" 'waiting for via:p conn-rate=1/h'

# no limits of ours
table 'site:* conn=none backoff=none'
jobs 1 500 "$(printf '%s\twait:300' "$site")" >"$T/in"
: >"$T/out"
feed "$T/in" 500 | throttle "$C" $next >"$T/out" 2>"$T/err"
is 'no limits: all at once' "$(most "$T/got" 0.29)" 500

table 'site:mx.example rcpt-rate=100/s burst=10 msgs-per-conn=7'
for m in 1 2 3 4 5; do for n in 0 1 2 3 4 5 6 7 8 9 10 11; do
	printf 'id:r%d\tn:%d\tsite:mx.example\n' $m $n; done; done >"$T/in"
: >"$T/out"
feed "$T/in" 60 | throttle -l "$C" $next >"$T/out" 2>"$T/err"
is 'messages per connection go down as a label' "$(grep -c 'msgs-per-conn:7$' "$T/got")" 60

# a key that is no site's: times of their own
table 'tenant:acme rate=1/s'
jobs 1 20 "$(printf '%s\ttenant:acme' "$site")" >"$T/in"
: >"$T/out"
throttle "$C" $next <"$T/in" >"$T/out" 2>"$T/err"
is 'a tenant: no room of a site is told' "$(grep -c '	room:' "$T/out")" 0
is 'but that of all that wait for it' "$(grep -c '	line:tenant:acme	line-room:[0-9]*	line-until:[0-9.]*	line-by:tenant	' "$T/out")" \
	"$(grep -c "text:waiting for tenant" "$T/out")"
ok 'but a time for each' "$(grep -o 'next:[0-9.]*' "$T/out" | sort -u | wc -l | awk '{ exit !($1 > 15) }'; echo $?)"

# backoff
table 'site:* conn=4 backoff=1..2'
mkfifo "$T/fifo"
bg sh -c "throttle '$C' $next <'$T/fifo' >'$T/out' 2>'$T/err'"
exec 3>"$T/fifo"
say=$(printf '%s\tsay:status:deferred code:421 class:421 esc:4.7.0 host:mx1.example text:421\\\\ttoo' "$site")
for i in 1 2 3 4 5 6 7 8; do
	jobs $i $i "$say" >&3
	wait_for 5 all_answered "$i"
done
like 'closed after 421s: given back until then' "$(cat "$T/out")" 'status:later	next:[0-9.]+	room:0	class:limit	code:421	esc:4.7.0	host:mx1.example	text:421.ttoo	key:site:mx.example	limit:backoff=1..2$'
is 'their reason is what the site said' "$(grep status:later "$T/out" | grep -vc 'text:421')" 0
like 'the event says for how long' "$(cat "$T/err")" 'key:site:mx.example	.*closed:1'
was=$(grep -c status:deferred "$T/out")
ok 'few were tried' "$([ "$was" -le 4 ]; echo $?)"
reopened() { jobs 100 100 "$site" >&3; grep -q status:sent "$T/out"; }
wait_for 10 reopened; ok 'reopens by itself' $?
exec 3>&-
wait $bg_pid

# a new table
table 'site:* conn=1'
bg sh -c "throttle '$C' $next <'$T/fifo' >'$T/out' 2>'$T/err'; echo \$? >'$T/status'"
exec 3>"$T/fifo"
jobs 1 1 "$(printf '%s\twait:3000' "$site")" >&3
jobs 2 3 "$site" >&3
held() { [ "$(wc -l <"$T/got")" -eq 1 ]; }
wait_for 5 held
table 'site:* conn=5'
sent_one() { jobs 4 4 "$site" >&3; grep -q 'id:m4.*sent' "$T/out"; }
wait_for 2 sent_one; ok 'a new table is in force soon' $?
grep -q 'id:m1' "$T/out"; is 'while the first was still on its way' $? 1
printf 'rubbish' >"$C/throttle.cdb.new"; mv "$C/throttle.cdb.new" "$C/throttle.cdb"
sent_two() { jobs 5 5 "$site" >&3; grep -q 'id:m5.*sent' "$T/out" && grep -q damaged "$T/err"; }
wait_for 2 sent_two; ok 'a damaged one is told, and changes nothing' $?
exec 3>&-
wait $bg_pid
is 'ends well' "$(cat "$T/status")" 0
grep -q 'id:m1.*sent' "$T/out"; ok 'after all answers came up' $?

# who was given a time is asked for again when the rule is gone
table 'tenant:acme rate=1/h'
: >"$T/out"
bg sh -c "throttle '$C' $next <'$T/fifo' >'$T/out' 2>'$T/err'"
exec 3>"$T/fifo"
jobs 1 9 "$(printf '%s\ttenant:acme' "$site")" >&3
wait_for 10 all_answered 7
is 'before: nothing' "$(grep -c again "$T/out")" 0
table '* conn=50'
asked() { grep -q '^again:1$' "$T/out"; }
wait_for 5 asked; ok 'a rule that is gone: ask again' $?
exec 3>&-
wait $bg_pid

# closed: nothing waits here, and a new table is seen all the same
# closed BEFORE AFTER: two fail, the third must wait; then the rule is another
closed() {
	table "$1"
	: >"$T/out"
	bg sh -c "throttle '$C' $next <'$T/fifo' >'$T/out' 2>'$T/err'"
	exec 3>"$T/fifo"
	for closed_n in 1 2 3; do
		jobs $closed_n $closed_n "$dead" >&3
		wait_for 10 grep -q "id:m$closed_n	.*status" "$T/out"
	done
	grep -q 'id:m3.*status:later' "$T/out"; ok "$1: closed" $?
	table "$2"
	wait_for 5 asked; ok "then ${2:-no rule}: ask again" $?
	jobs 4 4 "$dead" >&3
	wait_for 10 grep -q 'id:m4.*status' "$T/out"
	soon; ok 'and soon' $?
	exec 3>&-
	wait $bg_pid
}
dead=$(printf '%s\tsay:status:deferred class:connect' "$site")
# it goes, or is given a time within the minute
soon() {
	grep -q 'id:m4.*status:deferred' "$T/out" && return
	soon_at=$(tr '\t' '\n' <"$T/out" | sed -n 's/^next:\([0-9]*\).*/\1/p' | tail -n 1)
	[ "$soon_at" -le $(($(date +%s) + 60)) ]
}
for key in 'site:*' 'domain:*' 'site:*+via:p'; do
	closed "$key backoff=1h" ''
	closed "$key backoff=1h" "$key backoff=1..2"
done

# the end: what waits is given back at once, by EOF and by TERM
table 'site:* rate=20/h burst=1'
jobs 1 3 "$site" >"$T/in"
throttle "$C" $next <"$T/in" >"$T/out" 2>"$T/err"
is 'EOF: one sent, two given back' "$(grep -o 'status:[a-z]*' "$T/out" | sort | tr '\n' ' ')" 'status:later status:later status:sent '
cat >"$T/term.py" <<'EOF'
import subprocess, sys, time, signal
p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
p.stdin.write(b"".join(b"id:x%d\tn:0\tsite:s\n" % i for i in range(3)))
p.stdin.flush()
p.stdout.readline()
t = time.monotonic()
p.send_signal(signal.SIGTERM)
rest = p.stdout.read()
print(rest.count(b"status:later"), p.wait(), time.monotonic() - t < 1)
EOF
is 'TERM: the same' "$(python3 "$T/term.py" throttle "$C" $next 2>/dev/null)" '2 0 True'

rm "$C/throttle.cdb"

# 100,000 jobs at once, and 15,000 large ones for 50 sites, in 100 MB; who is
# behind answers nothing until the end
printf '#!/bin/sh\nsed "s/\\(n:0\\).*/\\1\tstatus:sent/" | sort\n' >"$T/mute"
chmod +x "$T/mute"
jobs 1 100000 "$site" >"$T/in"
little=100000
# a build under sanitizers needs address space by the terabyte
(ulimit -v $little && throttle "$C" cat </dev/null >/dev/null 2>&1) || little=unlimited
(ulimit -v $little; throttle "$C" "$T/mute" <"$T/in" 2>/dev/null) | cut -f1 | sort -u | wc -l >"$T/out"
is '100,000 jobs: each is answered' "$(tr -d ' ' <"$T/out")" 100000
awk 'BEGIN { for (i = 0; i < 8000; i++) x = x "x"; for (i = 1; i <= 15000; i++)
	printf "id:m%d\tn:0\tsite:s%d\ttag:%s\n", i, i % 50, x }' >"$T/in"
(ulimit -v $little; throttle "$C" "$T/mute" <"$T/in" 2>/dev/null) | cut -f1 | sort -u | wc -l >"$T/out"
is '15,000 large ones: the same' "$(tr -d ' ' <"$T/out")" 15000

# the ledger
jobs 1 2 "$site" | throttle -l "$C" cat >/dev/null 2>"$T/err"
like 'a line for each grant' "$(head -n 1 "$T/err")" 'ev:granted	prog:throttle	id:m1	rcpts:1	site:mx.example'

# rates outlast it: killed, ended, with a damaged file and none
table 'tenant:acme rate=100/h burst=32'
# run FROM TO HOW [ANSWERS] [LABEL] [UNTIL]: so many jobs, answers in $T/out, then
# it ends so; HOW: a signal, or end
run() {
	jobs "$1" "$2" "$(printf '%s\ttenant:acme\t%s' "$site" "${5:-x:y}")" >"$T/in"
	rm -f "$T/fifo"; mkfifo "$T/fifo"; : >"$T/out"
	throttle -s "$T/state" "$C" $next <"$T/fifo" >"$T/out" 2>"$T/err" &
	run_pid=$!
	exec 3>"$T/fifo"
	cat "$T/in" >&3
	wait_for 60 ${6:-all_answered "${4:-$(($2 - $1 + 1))}"} ||
	    ok "run $*: as far as that" 1
	[ "$3" = end ] || kill "-$3" $run_pid
	exec 3>&-
	wait $run_pid 2>/dev/null
	run_sent=$(grep -c status:sent "$T/out")
}
run 1 20 KILL; is '20 of 32 go' "$run_sent" 20
run 21 31 KILL 9; ok 'killed: not more than the 12 that are left, and not less than 9' "$([ "$run_sent" -ge 9 ] && [ "$run_sent" -le 12 ]; echo $?)"
sent_so_far=$((20 + run_sent))
run 41 60 TERM 15; sent_so_far=$((sent_so_far + run_sent))
run 61 80 end 15; sent_so_far=$((sent_so_far + run_sent))
ok 'never more, however it ends' "$([ "$sent_so_far" -le 33 ] && [ "$sent_so_far" -ge 28 ]; echo $?)"
is 'nothing to complain of' "$(grep -v '^ts:' "$T/err")" ''
is 'after an ordinary end the file names the boot, so that its clock counts' \
    "$(head -n 1 "$T/state" | cut -f 1,2)" "clock	$(cat /proc/sys/kernel/random/boot_id)"
printf 'rubbish\n' >>"$T/state"
run 81 90 end 5; is 'a damaged file: nothing more' "$run_sent" 0
like 'which is said' "$(cat "$T/err")" 'state: 1 of [0-9]+ lines damaged: each rate begins as if its burst had just gone'
rm "$T/state"
run 91 100 KILL; is 'without the file: as new' "$run_sent" 10
jobs 1 3 "$(printf '%s\ttenant:other' "$site")" | throttle -s "$T/none/state" "$C" cat >"$T/out" 2>"$T/err"
is 'no folder for it: mail goes' "$(wc -l <"$T/out")" 3
like 'and that is said' "$(cat "$T/err")" 'unable to lock .*none/state: No such file'
bg flock -F "$T/state.lock" sleep 20
sleep_pid=$bg_pid
run 101 105 end 1; like 'somebody else has it: the same' "$(cat "$T/err")" 'unable to lock .*/state'
kill $sleep_pid

# a cap is a count: exact over kills.  By the day of a zone where it is noon: so
# it turns neither now, nor so soon that some would wait here for it
hour=$(($(date +%s) / 3600))
noon=$(printf 'Etc/GMT%+d' $((hour % 24 - 12)))
rm -f "$T/state"
table "tenant:acme cap=100/day@$noon" 'site:* conn=none'
run 1 60 KILL; is 'a cap: 60 of 100 go' "$run_sent" 60
# gone, and killed before it is known how it went
went() { [ "$(grep -c id:m "$T/got")" -eq "$1" ]; }
rm "$T/got"
run 61 90 KILL 0 wait:2000 'went 30'
run 91 110 KILL; is 'what went counts: 10 go' "$run_sent" 10
# (by the clock when it answers, which may be a little behind)
is 'the others are to come when the day turns' "$(tr '\t' '\n' <"$T/out" | sed -n 's/^next://p' |
    awk -v t=$(((hour + 12) * 3600)) '$1 >= t && $1 < t + 60 { n++ } END { print n + 0 }')" 10
is 'which the reason says' "$(grep -cF "text:waiting for tenant:acme cap=100/day@$noon" "$T/out")" 10
table "tenant:acme cap=103/day@$noon" 'site:* conn=none'
run 111 115 end; is 'three more by a new table' "$run_sent" 3

# usage and faults
status 'an empty name' 100 throttle -s '' "$C" cat
status 'no arguments' 100 throttle
status 'no next link' 100 throttle "$C"
status 'unknown option' 100 throttle -x "$C" cat
status 'no such folder' 111 throttle "$T/none" cat
status 'no such next link' 111 throttle "$C" "$T/none"
printf 'rubbish' >"$C/throttle.cdb"
status 'a damaged table' 111 throttle "$C" cat
rm "$C/throttle.cdb"
jobs 1 9 "$site" | throttle "$C" cat >/dev/full 2>/dev/null; is 'full output' $? 111
throttle "$C" cat <&- >/dev/null 2>&1; is 'closed input' $? 111
throttle "$C" cat >&- 2>/dev/null </dev/null; is 'closed output' $? 111
jobs 1 9 "$site" | throttle "$C" sh -c 'exit 3' >/dev/null 2>&1; is 'a next link that dies' $? 111
# questions are told of each limit, count nowhere and wait for nobody
table '# the second line
site:mx.ask rate=5/h burst=2
tenant:* cap=3/day@UTC'
ask() { printf 'id:explain-000000000001\tn:0\texplain:%s/0\tsite:mx.ask\ttenant:t\tsize:5\n' "$1"; }
{
	for i in 1 2 3 4 5; do ask k1; done
	for i in 1 2 3; do printf 'id:k%d\tn:0\tsite:mx.ask\ttenant:t\tsize:5\tfile:x\n' $i; done
	ask k2
} >"$T/in"
throttle -l "$C" sed -u '/id:explain-/s/$/\tstatus:explained/' <"$T/in" >"$T/out" 2>"$T/err"
is "questions: all come back" "$(grep -c status:explained "$T/out")" 6
like "they go now" "$(grep -m1 status:explained "$T/out")" 'go:now	go-at:[0-9.]+	why-limit:no limit keeps it: it goes now.nthrottle:2: site:mx.ask rate=5/h burst=2: 2 of 2 left'
is "two jobs go" "$(grep -c '	file:x' "$T/out")" 2
is "as the ledger says" "$(grep -c ev:granted "$T/err")" 2
like "then a question is told that they have" "$(grep status:explained "$T/out" | tail -n 1)" 'go:later	go-at:[0-9.]+	why-limit:its job went down 0 s ago.n.*site:mx.ask rate=5/h keeps it: it is given back, to be asked again in 300.000 s.nthrottle:2: site:mx.ask rate=5/h burst=2: 0 of 2 left, this one is 1; lets it go in 7[12][0-9.]+ s.nthrottle:3: tenant:t cap=3/day@UTC: 2 of 3 used'
done_testing
