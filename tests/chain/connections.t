#!/bin/sh
# remote-send with a receiver that is fast, and with some that are slow:
# system calls a message, thousands of connections, memory for each.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
ulimit -n "$(ulimit -Hn)"
printf 'Subject: x\n\nhello\n' >msg

# jobs N PORT...: shared out to the ports
jobs() {
	n=$1; shift
	awk -v n="$n" -v ports="$*" -v file="$T/msg" 'BEGIN {
		k = split(ports, port, " ")
		for (i = 0; i < n; i++)
			printf "id:m%d\tn:0\tfrom:a@x.example\tto:b%d@y.example\tsize:18\ttry:0\tfile:%s\toff:0\tsite:y.example\tvia:p\tmx:mx.y.example/%d/127.0.0.1\n", i, i, file, port[i % k + 1]
	}'
}
# sink [OPTION] PORT
sink() {
	bg python3 "$top/tests/tools/mailsink.py" "$@"
	shift $(($# - 1))
	wait_for 10 smtp-ping "127.0.0.1:$1"
}

port=$(free_port)
sink "$port"
jobs 5000 "$port" >jobs
status "5,000 messages over 20 connections" 0 remote-send -q 10000 -s 20 -e 60 <jobs
is "each once" "$(grep status:sent out | cut -f1 | sort -u | wc -l)" 5000
if strace -o /dev/null true 2>/dev/null; then
	strace -f -c -o calls remote-send -q 10000 -s 20 -e 60 <jobs >out 2>err
	n=$(awk '$NF == "total" { print $4 }' calls)
	[ "$n" -lt 30000 ]; ok "less than 6 system calls a message ($n for 5,000)" $?
else
	skip "no strace"
fi

# three, for each has room for 4,000 that it has not accepted yet; of one
# more the kernel drops the last step of its handshake, and it hangs
slow_sinks() {
	ports= pids=
	for i in 1 2 3; do
		port=$(free_port)
		sink -h "$port"
		ports="$ports $port" pids="$pids $bg_pid"
	done
}
# many N: all open at once, for no DATA is answered before; what one costs
many() {
	slow_sinks
	# shellcheck disable=SC2086
	jobs "$1" $ports >jobs
	mkfifo hold
	remote-send -q 20000 -c "$1" -e 1 <hold >out 2>err & pid=$!
	tap_pids="$tap_pids $pid"
	exec 3>hold
	rm -f hold
	wait_for 5 grep -q remote-send "/proc/$pid/comm"
	before=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
	cat jobs >&3
	wait_for 30 open_fds "$1"
	ok "$1 connections at once" $?
	after=$(awk '/RssAnon/ { print $2 }' "/proc/$pid/status")
	# shellcheck disable=SC2086
	kill -USR1 $pids
	wait_for 60 answered "$1"
	exec 3>&-
	wait "$pid"
	is "$1 messages sent, each once" "$(grep status:sent out | cut -f1 | sort -u | wc -l)" "$1"
	bytes=$(((after - before) * 1024 / $1))
	if grep -q __asan_init "$(command -v remote-send)"; then
		skip "memory: instrumented program"
	else
		[ "$bytes" -lt 2048 ]
		ok "$bytes bytes a connection, with its transaction" $?
	fi
}
open_fds() { [ "$(ls "/proc/$pid/fd" | wc -l)" -ge "$1" ]; }
answered() { [ "$(wc -l <out)" -ge "$1" ]; }
many 2000
if [ "$(ulimit -n)" -ge 10300 ]; then
	many 10000
else
	skip "the limit of descriptors is $(ulimit -n)"
fi
done_testing
