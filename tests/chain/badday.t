#!/bin/sh
# remote-send against servers that fail at random, at every reply: each job
# is answered once, what is said to be sent was stored once, and what was
# stored is said to be sent or in doubt.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
head -c 300000 /dev/zero | tr '\0' 'x' | fold -w 70 >big
bigsize=$(wc -c <big)
tab=$(printf '\t')

# server NAME SEED OPTION...
server() {
	server_name=$1 server_seed=$2; shift 2
	mkdir "$server_name"
	bg python3 "$top/tests/tools/fakemx.py" --hash --chaos 0.03 --seed "$server_seed" "$@" "$server_name"
	wait_for 10 [ -e "$server_name/port" ]
	port=$(cat "$server_name/port")
}
# jobs PORT LABELS: 600 messages for 20 sites, some with several recipients,
# some large; every address is unique
jobs() {
	awk -v port="$1" -v more="$2" -v dir="$T" -v big="$bigsize" 'BEGIN {
		for (i = 0; i < 600; i++)
			for (n = 0; n < (i % 5 == 0 ? 4 : 1); n++)
				printf "id:m%d\tn:%d\tfrom:a@x\tto:r%d.%d@y\tsize:%d\tfile:%s/%s\toff:0\tsite:s%d\tmx:h/%d/127.0.0.1%s\n", i, n, i, n, i % 50 ? 18 : big, dir, i % 50 ? "msg" : "big", i % 20, port, more
	}'
}
check() {
	want=$(wc -l <jobs)
	is "$1: each job is answered once" "$(cut -f1,2 out | sort | uniq -c | awk '$1 == 1' | wc -l) $(wc -l <out)" "$want $want"
	# results as addresses: id:mI n:N -> rI.N@y
	sed -n "s/^id:m\([0-9]*\)${tab}n:\([0-9]*\)$tab.*status:sent.*/r\1.\2@y/p" out | sort >sent
	sed -n "s/^id:m\([0-9]*\)${tab}n:\([0-9]*\)$tab.*doubt:1.*/r\1.\2@y/p" out | sort >doubt
	sed -n 's/^[0-9]* ok //p' "$2/log" | grep -o 'r[0-9.]*@y' | sort >stored
	is "$1: stored once" "$(uniq -d stored)" ""
	is "$1: sent is stored" "$(comm -23 sent stored)" ""
	sort sent doubt >known
	is "$1: stored is sent or in doubt" "$(comm -13 known stored)" ""
	[ "$(wc -l <sent)" -gt $((want / 3)) ]; ok "$1: $(wc -l <sent) sent, $(wc -l <doubt) in doubt of $want" $?
}
limits="-t connect=2 -t greeting=2 -t helo=2 -t mail=2 -t rcpt=2 -t data=2 -t block=2 -t dot=2 -d 0"
for seed in 1 2; do
	server "smtp$seed" $seed
	jobs "$port" "" >jobs
	timeout 100 remote-send -s 2 -e 90 $limits <jobs >out 2>err; is "exit status" $? 0
	check "pipelined $seed" "smtp$seed"
done
server plain 3 --ext SIZE
jobs "$port" "" >jobs
timeout 100 remote-send -s 2 -e 90 $limits <jobs >out 2>err; is "exit status" $? 0
check "one command at a time" plain
server lmtp 4 --lmtp
jobs "$port" "${tab}proto:lmtp" >jobs
timeout 100 remote-send -s 2 -e 90 $limits <jobs >out 2>err; is "exit status" $? 0
check "LMTP" lmtp
is "no complaint" "$(cat err)" ""
done_testing
