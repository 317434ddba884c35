#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
nl='
'
tools=$top/tests/tools
fill() { python3 "$tools/fillqueue.py" "$@"; }
link() { echo python3 "$tools/fakelink.py"; }
files() { find q/mess -type f | wc -l; }
empty() { [ "$(files)" -eq 0 ]; }
fresh() { no_queue q; queue-check -i q || exit 1; }
# events KIND: how many
events() { grep -c "ev:$1	" log; }
# has N KIND: at least so many events
has() { [ "$(events "$2")" -ge "$1" ]; }
# run [OPTIONS]: queue-run in the background, with the tests' link
run() {
	# shellcheck disable=SC2046
	bg queue-run "$@" q $(link) jobs 2>log
	run_pid=$bg_pid
}
up() { queue-ctl q status; }
# one that has just begun has no socket yet
up_or_gone() { up >/dev/null 2>&1 || ! kill -0 "$run_pid" 2>/dev/null; }
stop() { wait_for 20 up_or_gone; queue-ctl q stop >/dev/null 2>&1; wait "$run_pid"; run_status=$?; }
parcel() {
	printf '%s\n\n%s\n' "$1" "$2" >parcel.body
	{ printf '%d:' "$(wc -c <parcel.body)"; cat parcel.body; printf ,; } |
		queue-inject q 2>/dev/null | cut -c 5-24
}

# usage and surroundings
status "no argument" 100 queue-run
status "no next link" 100 queue-run q
status "window 0" 100 queue-run -w 0 q true
status "window 30000 is allowed" 111 queue-run -w 30000 nowhere true
status "window 30001" 100 queue-run -w 30001 nowhere true
status "deadline 0" 100 queue-run -t 0 q true
status "no queue" 111 queue-run nowhere true
# no /dev/full: it writes to its chain and to descriptor 2
status "closed descriptor" 111 sh -c 'queue-run q true <&-'
mkdir notaqueue
status "a folder that is none" 111 queue-run notaqueue true
fresh
status "next link that cannot be run" 111 queue-run q ./no-such-program
status "next link that ends" 111 queue-run q true
like "says so" "$(cat err)" "the delivering chain has ended"

# every kind of result
fresh
fill q 1 to=sent@a.example >ids
id=$(cat ids)
run
ok "delivered" "$(wait_for 10 has 1 sent; echo $?)"
like "its event" "$(grep ev:sent log)" "id:$id	n:0	from:sender@example.org	to:sent@a.example	try:0	delay:[0-9]+\.[0-9]{3}	(ms-queue:[0-9]+	)?code:250	esc:2.0.0	host:mx	site:mx.a.example	text:as you say"
like "its job" "$(cat jobs)" "^id:$id	n:0	to:sent@a.example	try:0	from:sender@example.org	size:1000	birth:[0-9.]+	prio:5	file:$(pwd -P)/q/mess/../$id	off:[0-9]+	seen:0$"
ok "its file goes" "$(wait_for 10 empty; echo $?)"
id=$(parcel "from a@b${nl}to sent@a.example${nl}tag x=1" hello)
ok "an id from the FIFO" "$(wait_for 3 has 2 sent; echo $?)"
like "with its tag" "$(grep "id:$id" log)" "tag:x=1"
status "a second one on the same queue" 111 queue-run q true
like "says so" "$(cat err)" "another queue-run works there"
stop
is "stopped" "$run_status" 0
like "started is said" "$(cat log)" "ev:started	prog:queue-run"
like "stopped is said" "$(cat log)" "ev:stopped	prog:queue-run	unanswered:0	status:0"

fresh
for w in next+sent later+sent full+sent twice junk+sent doubt+sent bounced deferred; do
	fill q 1 "to=$w@$w.example"
done >ids
# intervals of a second
mkdir conf
echo "intervals=1s jitter=0% warn=0" >conf/retry
echo me.example >conf/me
conf-build conf >/dev/null 2>&1
run -C conf
ok "all but one come to an end" "$(wait_for 20 has 6 sent; echo $?)"
ok "and the bounced one" "$(wait_for 5 has 1 bounced; echo $?)"
like "which is counted, also without reports" "$(queue-ctl q status)" "	bounced:1	"
like "a time of its own for the next attempt" "$(grep "to:next" log)" "ev:deferred.*try:0.*next:"
like "attempts are counted" "$(grep "to:next" log)" "ev:sent.*try:1"
like "later is no attempt" "$(grep "ev:sent.*to:later" log)" "try:0"
is "later is no event" "$(grep -c "ev:later" log)" 0
like "the second of two answers is ignored" "$(cat log)" "warning: result for .* 0, which is not in the chain, ignored"
like "a malformed answer is ignored" "$(cat log)" "warning: malformed result ignored: foo"
like "an unknown status too" "$(cat log)" "malformed result ignored: id:.*status:perhaps"
like "a doubted outcome leads to a warning" "$(grep ev:duplicate log)" "to:doubt.*try:1.*second copy"
like "and its job says so" "$(grep "to:doubt" jobs | tail -1)" "	doubt:1	"
like "what the attempt before failed with is said" "$(grep "to:next" jobs | tail -1)" "	try:1	.*	last-failure:[a-z-]+	seen:1$"
is "of a first one nothing" "$(grep "	try:0	" jobs | grep -c last-)" 0
like "retry by the table" "$(wait_for 5 has 4 deferred; grep "to:deferred" log)" "ev:deferred.*try:1"
stop
f=$(find q/mess -type f)
like "tries, next attempt and reply stand in the file" "$(cat "$f")" "^to Q - 0000[1-9] 1[0-9]{9} 4.2.0 mx as you say +deferred@deferred.example$"
is "nothing else is left" "$(files)" 1

# a campaign does not wait behind another
rm -f jobs
fresh
fill q 30 to=sent@a.example "line=tag campaign=spring" >ids
fill q 1 to=sent@a.example "line=tag campaign=codes" >ids
queue-ctl q hold all >/dev/null 2>&1
run -w 1
wait_for 10 sh -c 'queue-ctl q status | grep -q messages:31'
queue-ctl q release all >/dev/null
ok "all are delivered" "$(wait_for 30 has 31 sent; echo $?)"
n=$(grep -n "tag:campaign=codes" jobs | head -1 | cut -d : -f 1)
[ "$n" -le 3 ]; ok "a campaign's one goes before thirty of another: as number $n" $?
stop

# so many attempts and no more, also of who has had more
fresh
echo "intervals=1s*1.5..2s jitter=0% warn=0 tries=2" >conf/retry
conf-build conf >/dev/null 2>&1
fill q 1 to=deferred@a.example >ids
run -C conf
ok "the second attempt is the last" "$(wait_for 20 has 1 expired; echo $?)"
like "after one that was none" "$(grep "ev:deferred" log)" "to:deferred@a.example.*try:0"
like "with the reply of that" "$(grep ev:expired log)" "try:1.*code:450"
is "and there were two" "$(grep -c "to:deferred@a.example" jobs)" 2
stop

# lifetime, expire, hold-until
fresh
echo "lifetime=30s" >conf/retry; conf-build conf >/dev/null 2>&1
now=$(date +%s)
fill q 1 to=deferred@a.example >ids
fill q 1 to=sent@b.example "line=expire $((now - 1))" >>ids
fill q 1 to=sent@c.example "line=hold-until $((now + 3))" >>ids
run -C conf
ok "too old after an attempt, and before one" "$(wait_for 5 has 2 expired; echo $?)"
like "an attempt was made" "$(grep ev:expired log)" "to:deferred@a.example.*code:450"
like "none was made" "$(grep ev:expired log)" "to:sent@b.example.*its time was over"
ok "held until" "$(wait_for 6 has 1 sent; echo $?)"
like "and no other" "$(grep "ev:sent" log)" "to:sent@c.example"
sent=$(date -d "$(sed -n '/ev:sent/s/^ts:\([^	]*\).*/\1/p' log)" +%s)
[ "$sent" -ge $((now + 3)) ]; ok "not before: $((sent - now)) s" $?
ok "files go" "$(wait_for 5 empty; echo $?)"
stop

# a job that is not answered
fresh
fill q 1 to=silent@a.example >ids
run -t 1
ok "a job without answer" "$(wait_for 5 grep -q "jobs were not answered" log; echo $?)"
stop
is "stops all the same" "$run_status" 0

# a chain that dies: what it said counts
fresh
fill q 3 to=sent@a.example >ids
fill q 1 to=die@a.example >>ids
run
wait "$run_pid"
is "the chain dies" "$?" 111
wait_for 3 test ! -e q/mess/*/"$(head -1 ids)"
is "what it said before is recorded" "$(events sent)" "$(cat q/done/* 2>/dev/null | grep -cE " S( |\$)")"
like "a cut answer is none" "$(cat log)" "result cut short"

# 1,000 recipients in 100 domains, next to each other
fresh
rm -f jobs
fill q 1 rcpts=1000 domains=100 "to=sent+%d@d%d.example" >ids
run -w 3000
ok "1,000 recipients" "$(wait_for 15 has 1000 sent; echo $?)"
is "one run of each domain" "$(tr '\t' '\n' <jobs | sed -n 's/^to:.*@//p' | uniq | wc -l)" 100
ok "their file goes" "$(wait_for 5 empty; echo $?)"
stop

# held by the flag file
fresh
touch q/held
fill q 5 to=sent@a.example >ids
run
wait_for 5 up
sleep 0.3
is "nothing moves while held" "$(events sent)" 0
like "status says so" "$(up)" "messages:5	ready:5.*hold:1"
queue-ctl q release all >/dev/null
ok "released" "$(wait_for 5 has 5 sent; echo $?)"
is "the flag is gone" "$(ls q/held 2>/dev/null)" ""
stop

# a slow site does not hold up a fast one
fresh
fill q 2000 to=silent@slow.example >ids
fill q 2000 to=sent+%d@fast.example >>ids
run -w 100
ok "2,000 pass by 2,000 that hang" "$(wait_for 20 has 2000 sent; echo $?)"
stop

# a rescan finds what the FIFO missed
fresh
run -r 1s
wait_for 5 up
fill q 3 to=sent@a.example >ids
ok "found by a rescan" "$(wait_for 8 has 3 sent; echo $?)"
stop

# scraps
fresh
fill q 3 to=sent@a.example age=120 >ids
f=q/mess/*/$(sed -n 1p ids)
# shellcheck disable=SC2086
truncate -s 300 $f
f=q/mess/*/$(sed -n 2p ids)
# shellcheck disable=SC2086
sed -i 1s/rohrpost/rohrpfeil/ $f
run
ok "the whole one is sent" "$(wait_for 5 has 1 sent; echo $?)"
like "a cut file is removed" "$(cat log)" "warning: mess/../$(sed -n 1p ids) is a part of a message that was never accepted; removed"
like "a foreign one is set aside" "$(cat log)" "warning: mess/../$(sed -n 2p ids) is not a whole message file; set aside as aside/$(sed -n 2p ids)\$"
wait_for 5 test "$(files)" -eq 0
is "as said" "$(ls q/aside)" "$(sed -n 2p ids)"
stop

# who cannot be told how the run before ended looks at all as after a crash
if command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
	fresh
	id=$(parcel "from a@b${nl}to sent@a.example" hello)
	f=$(echo q/mess/*/"$id")
	printf X | dd of="$f" bs=1 seek=$(($(wc -c <"$f") - 3)) conv=notrunc 2>/dev/null
	# shellcheck disable=SC2046
	bg strace -qq -o trace -P q/lock -P "$(pwd -P)/q/lock" -e trace=pread64 \
		-e inject=pread64:error=EIO:when=1 queue-run q $(link) jobs 2>log
	run_pid=$bg_pid
	wait_for 10 empty
	is "a lock that cannot be read: checksums count" "$(ls q/aside)" "$id"
	like "says so" "$(cat log)" "warning: unable to read .*/q/lock: Input/output error"
	stop
else
	skip "strace is missing"
	skip "strace is missing"
fi

# reports: the bounce command gets what it needs, and its answers count
cat >say <<'END'
import sys, time
for line in sys.stdin:
    open("requests", "a").write(line)
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    n = open("requests").read().count("id:" + f["id"])
    if f["kind"] == "delayed" or n > 1 or sys.argv[1] != "die":
        print("id:%s\tkind:%s\tn:%s\tstatus:%s\tnewid:new1\ttext:so" % (f["id"],
              f["kind"], f["n"], sys.argv[1] if sys.argv[1] != "die" else "queued"),
              flush=True)
    else:
        sys.exit(1)
END
fresh
fill q 1 rcpts=3 to=bounced@a.example >ids
run -b "python3 say queued"
ok "a report" "$(wait_for 5 empty; echo $?)"
like "one for all recipients, with all it takes" "$(cat requests)" "^id:$(cat ids)	file:$(pwd -P)/q/mess/../$(cat ids)	off:[0-9]+	kind:failed	n:0,1,2	birth:[0-9.]+	expire:[0-9]+$"
like "the journal has them" "$(cat q/done/*)" "^$(cat ids) 2 b [0-9]+$"
like "the log names the report" "$(cat log)" "	ev:reported	prog:queue-run	id:$(cat ids)	kind:failed	n:0,1,2	report:new1$"
stop
fresh; rm -f requests
fill q 1 to=bounced@a.example >ids
run -b "python3 say dropped"
ok "nobody to tell" "$(wait_for 5 empty; echo $?)"
like "said" "$(cat log)" "info: no report for $(cat ids): so"
stop
fresh; rm -f requests
fill q 1 to=bounced@a.example >ids
run -b "python3 say die"
ok "a bounce command that dies is started again" "$(wait_for 8 empty; echo $?)"
is "and asked again" "$(wc -l <requests)" 2
stop
fresh; rm -f requests
fill q 1 to=bounced@a.example >ids
run -b "python3 say later"
ok "a report that cannot be made now" "$(wait_for 5 grep -q 'report for .* later: so' log; echo $?)"
stop
like "is owed" "$(cat q/mess/*/*)" "^to B - 00000 .*5.1.1 mx as you say"
run -b "python3 say queued"
ok "also after a restart" "$(wait_for 5 empty; echo $?)"
stop

# delay warning
fresh; rm -f requests
echo "warn=10s" >conf/retry; conf-build conf >/dev/null 2>&1
fill q 1 to=deferred@a.example >ids
fill q 1 to=deferred@a.example from= >>ids
run -C conf -b "python3 say queued"
ok "a delay warning" "$(wait_for 5 grep -q kind:delayed requests; echo $?)"
wait_for 3 grep -q '^to Q W' q/mess/*/*
like "is marked" "$(cat q/mess/*/"$(head -1 ids)")" "^to Q W 00001"
sleep 0.3
is "once, and none for the null sender" "$(wc -l <requests)" 1
stop

# journal: rotation, removal, restart
fresh
fill q 300 to=sent@a.example >ids
fill q 1 to=deferred@a.example >>ids
run -j 1000
ok "300 sent with small segments" "$(wait_for 10 has 300 sent; echo $?)"
wait_for 5 test "$(files)" -eq 1
few() { [ "$(ls q/done | wc -l)" -le 2 ]; }
ok "finished segments go" "$(wait_for 10 few; echo $?)"
stop

# a message that is never finished keeps no segment for ever
fresh
fill q 1 rcpts=2 "to=next+%d@a.example" >ids
sed -i '0,/next+0/s//sent+0/' q/mess/*/*
fill q 400 to=sent@b.example >>ids
run -j 300 -w 8
ok "one recipient sent, one waiting" "$(wait_for 10 has 401 sent; echo $?)"
eight() { [ "$(ls q/done | wc -l)" -le 9 ]; }
home() { grep -q '^to S - .*sent+0@a.example' q/mess/*/*; }
ok "old segments are written home" "$(wait_for 10 home; echo $?)"
ok "and go" "$(wait_for 10 eight; echo $?)"
stop

# kill -9 in mid-drain: doubles no more than the window, nothing lost
fresh
rm -f jobs
fill q 5000 "to=sent+%d@d%d.example" domains=20 >ids
run -w 100
wait_for 10 has 1500 sent
kill -9 "$run_pid"; wait "$run_pid" 2>/dev/null
mv log log1
run -w 100
ok "after kill -9 the rest is sent" "$(wait_for 30 empty; echo $?)"
stop
is "all are delivered" "$(tr '\t' '\n' <jobs | sed -n 's/^id://p' | sort -u | wc -l)" 5000
double=$(($(wc -l <jobs) - 5000))
echo "# doubles: $double"
ok "doubles no more than the window" "$([ "$double" -le 100 ]; echo $?)"

# killed by TERM in mid-drain: no doubles at all
fresh
rm -f jobs
fill q 3000 to=sent+%d@a.example >ids
run -w 100
wait_for 10 has 500 sent
start=$(date +%s%N)
kill "$run_pid"; wait "$run_pid"
is "TERM: status 0" "$?" 0
ms=$((($(date +%s%N) - start) / 1000000))
echo "# stopped in $ms ms"
ok "in less than 2 seconds" "$([ "$ms" -lt 2000 ]; echo $?)"
sent=$(events sent)
is "every answered job is recorded" "$(wc -l <jobs)" "$sent"
run -w 100
ok "the rest is sent" "$(wait_for 30 empty; echo $?)"
stop
is "no doubles" "$(wc -l <jobs)" 3000

# the flag file may come and go without queue-ctl
fresh
touch q/held
fill q 5 to=sent@a.example >ids
run
wait_for 5 sh -c 'queue-ctl q status | grep -q ready:5'
rm q/held
ok "the flag file is removed" "$(wait_for 5 has 5 sent; echo $?)"
touch q/held
ok "and made" "$(wait_for 5 sh -c 'queue-ctl q status | grep -q hold:1'; echo $?)"
stop

# the journal cannot be written for a while: nothing is lost or doubled
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	fresh
	rm -f jobs
	fill q 500 to=sent@a.example >ids
	bg strace -qq -o /dev/null -P "$(pwd -P)/q/done/0000000001" \
	    -e trace=write -e inject=write:error=ENOSPC:when=2..3 \
	    queue-run -w 20 q python3 "$tools/fakelink.py" jobs 2>log
	run_pid=$bg_pid
	ok "a full disk stops deliveries" "$(wait_for 5 sh -c 'queue-ctl q status | grep -q stalled:1'; echo $?)"
	ok "while it is full" "$(wait_for 10 has 500 sent; echo $?)"
	like "with a warning" "$(cat log)" "warning: unable to write the journal: No space left on device"
	ok "all goes" "$(wait_for 5 empty; echo $?)"
	stop
	is "nothing twice" "$(wc -l <jobs)" 500
else
	skip "strace does not work here"
fi

# queue-clean dies: work goes on
fresh
fill q 200 to=sent@a.example >ids
run
wait_for 10 has 1 sent
pid=$(pgrep -P "$run_pid" queue-clean)
[ -n "$pid" ] && kill -9 "$pid"
ok "without queue-clean" "$(wait_for 10 has 200 sent; echo $?)"
ok "it is started again" "$(wait_for 10 empty; echo $?)"
stop
done_testing
