#!/bin/sh
# New connections go to the host that has the fewest of ours open.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
mkdir slow fast worse
# each message takes the one ten times as long as the other
bg python3 "$tools/fakemx.py" slow 'dot=sleep:0.5:250 2.0.0 ok'
bg python3 "$tools/fakemx.py" fast 'dot=sleep:0.05:250 2.0.0 ok'
bg python3 "$tools/fakemx.py" worse
for d in slow fast worse; do wait_for 60 test -s $d/port; done
slow=slow/$(cat slow/port)/127.0.0.1 fast=fast/$(cat fast/port)/127.0.0.1
worse=worse/$(cat worse/port)/127.0.0.1
# jobs N HOST...: one message each, all with this list
jobs() {
	jobs_n=$1; shift
	awk -v n="$jobs_n" -v size="$(wc -c <msg)" -v f="$T/msg" -v mx="$*" -v l="$labels" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "id:m%d\tn:0\tfrom:a@x.example\tto:b@y.example\tsize:%d\tfile:%s\tsite:s\ttls:none\tmx:%s%s\n",
				i, size, f, mx, l
	}' >jobs
}
# how many went to a host
went() { grep -c "status:sent.*	host:$1	" out; }

# all at once, a connection each
labels=
jobs 40 "$slow" "$fast"
status "forty connections at once" 0 remote-send -m 1 -e 60 <jobs
is "all are sent" "$(grep -c status:sent out)" 40
is "half of them by each" "$(went slow) $(went fast)" "20 20"

# four at a time: the slow one keeps its two, and all else goes to the other
jobs 60 "$slow" "$fast"
status "four connections at a time" 0 remote-send -m 1 -s 4 -e 60 <jobs
is "all are sent" "$(grep -c status:sent out)" 60
[ "$(went fast)" -gt "$((2 * $(went slow)))" ]
ok "the fast one has more than twice as many: $(went fast) and $(went slow)" $?

# a worse preference shares nothing
labels='	mx-groups:1,1'
jobs 20 "$slow" "$worse"
status "a second one of a worse preference" 0 remote-send -m 1 -s 20 -e 60 <jobs
is "all go to the first" "$(went slow) $(went worse)" "20 0"
done_testing
