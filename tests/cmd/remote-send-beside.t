#!/bin/sh
# A host that does not answer has the next one tried beside it.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
# a port that answers nothing, not even a SYN: its queue is full
cat >full.py <<'P'
import socket, time
l = socket.socket()
l.bind(("127.0.0.1", 0))
l.listen(0)
inside = []
while True:
    s = socket.socket()
    s.settimeout(0.5)
    try:
        s.connect(l.getsockname())
    except OSError:
        break
    inside.append(s)
print(l.getsockname()[1], flush=True)
time.sleep(3600)
P
bg python3 full.py >full.port
mkdir good refuses late v6
bg python3 "$tools/fakemx.py" good
bg python3 "$tools/fakemx.py" refuses 'greeting=450 4.3.2 not here'
bg python3 "$tools/fakemx.py" late 'greeting=sleep:2:220 late'
bg python3 "$tools/fakemx.py" --listen ::1 v6
wait_for 60 test -s full.port
for d in good refuses late v6; do wait_for 60 test -s $d/port; done
full=$(cat full.port) good=$(cat good/port) dead=$(free_port)
# job ID HOST...: NAME/PORT/IP each
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:b@y.example\tsize:%s\tfile:%s\tsite:%s\ttls:none\tmx:%s\n' \
		"$job_id" "$(wc -c <msg)" "$T/msg" "$job_id" "$*"
}
get() { grep "^id:$2	" out | tr '\t' '\n' | sed -n "s/^$1://p"; }
# took ID FROM TO: the connection, in milliseconds
took() {
	took_ms=$(get ms-connect "$1")
	[ "${took_ms:-0}" -ge "$2" ] && [ "${took_ms:-0}" -lt "$3" ]
	ok "$1: connected in $took_ms ms, from $2 to $3" $?
}

job a "full/$full/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "the first does not answer" 0 remote-send -e 60 -t connect=40 <jobs
is "the second has the mail" "$(get status a) $(get host a)" "sent good"
took a 250 30000
job b "full/$full/127.0.0.1" "dead/$dead/127.0.0.1" "v6/$(cat v6/port)/::1" >jobs
status "nor does the first, and the second refuses" 0 remote-send -e 60 -t connect=40 <jobs
is "the third is tried at once" "$(get status b) $(get host b)" "sent v6"
took b 250 30000
job c "full/$full/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "-E 0" 0 remote-send -E 0 -e 60 -t connect=2 <jobs
is "each has its time" "$(get status c) $(get host c)" "sent good"
took c 1500 60000

# a host of a worse preference is not tried so soon: mail that lies at a backup
# is late, and 300 milliseconds say nothing
worse() { job "$@" | sed 's/$/	mx-groups:1,1/'; }
worse w1 "full/$full/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "the second has a worse preference" 0 remote-send -E 100..1500 -e 60 -t connect=40 <jobs
is "it has the mail" "$(get status w1) $(get host w1)" "sent good"
took w1 1500 30000
worse w2 "full/$full/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "by default" 0 remote-send -e 60 -t connect=2 <jobs
is "the first has its time before that" "$(get status w2) $(get host w2)" "sent good"
took w2 1500 30000
worse w3 "full/$full/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "-E 100..0" 0 remote-send -E 100..0 -e 60 -t connect=3 <jobs
took w3 2500 60000
worse w4 "dead/$dead/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "one that refuses" 0 remote-send -E 100..60000 -e 60 -t connect=60 <jobs
is "is passed over at once" "$(get status w4) $(get host w4)" "sent good"
for bad in 60001 1..60001 1.. ..1 x 1...2; do
	status "-E $bad" 100 remote-send -E "$bad"
	is "is told" "$(cat err)" "remote-send: fatal: bad -E $bad: want milliseconds or A..B, 0 to 60000"
done

# who stands has the session, however late its greeting
: >good/log
job d "late/$(cat late/port)/127.0.0.1" "good/$good/127.0.0.1" >jobs
status "a late greeting" 0 remote-send -e 60 <jobs
is "is waited for" "$(get status d) $(get host d)" "sent late"
is "and nobody else asked" "$(cat good/log)" ""

# the one that was slow comes next
job e "full/$full/127.0.0.1" "refuses/$(cat refuses/port)/127.0.0.1" >jobs
status "the second refuses in its greeting" 0 remote-send -e 60 -t connect=2 <jobs
is "the first is asked again" "$(get status e) $(get class e) $(get host e) $(get text e)" "deferred connect full timeout (connect)"

# and is dead when its own time is over, not before
{ job f "full/$full/127.0.0.1" "good/$good/127.0.0.1"; wait_for 60 grep -q id:f early; sleep 2.5
  job f2 "full/$full/127.0.0.1" "good/$good/127.0.0.1"; } 2>/dev/null | remote-send -E 1500 -e 60 -t connect=2 -m 1 >early
mv early out
took f 1500 30000
took f2 0 1500

# no more descriptors than a hundred of them may have
awk -v full="$full" -v good="$good" -v n="$(wc -c <msg)" -v f="$T/msg" 'BEGIN {
	for (i = 0; i < 100; i++)
		printf "id:m%d\tn:0\tfrom:a@x.example\tto:b@y.example\tsize:%d\tfile:%s\tsite:s%d\ttls:none\tbind:127.0.2.%d\tmx:full/%d/127.0.0.1 good/%d/127.0.0.1\n",
			i, n, f, i, i + 1, full, good
}' >jobs
status "a hundred sites at once" 0 remote-send -e 60 -t connect=3 <jobs
is "all are sent, by the second" "$(grep -c 'status:sent.*host:good' out)" 100
done_testing
