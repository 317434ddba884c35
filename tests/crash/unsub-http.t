#!/bin/sh
# unsub-http killed at each system call between a request and its answer: who
# heard 200 is in the log, of this run or of the next
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
command -v curl >/dev/null || { echo "1..0 # SKIP no curl"; exit 0; }
ROHRPOST_NOJAIL=1; export ROHRPOST_NOJAIL
token-check -n keys
mkdir conf
echo mx.test >conf/me
echo 'list-unsubscribe:https://news.test/u/ one-click' >conf/fix
conf-build conf
u=$(printf 'From: news@b.test\nDate: x\n\nhi\n' |
	mail-fix -C conf -k keys -f news@b.test -r ann@far.test | sed -n 's/^List-Unsubscribe: <https:\(.*\)>/http:\1/p')
ask() { curl -s -o /dev/null -w '%{http_code}' --max-time 10 --unix-socket sock -d List-Unsubscribe=One-Click "$u"; }
# traced CALL N: one request, killed at the N-th of this call since the start; its
# status in $got, and whether it was killed
traced() {
	rm -rf sock facts
	bg strace -f -qq -o trace -e trace="$1" -e inject="$1:signal=KILL:when=$2" unsub-http -k keys -l "unix:$T/sock" facts 2>log
	wait_for 10 test -S sock
	got=$(ask)
	# strace passes it on to what it traces
	pkill -TERM -P "$bg_pid" 2>/dev/null
	wait "$bg_pid" 2>/dev/null
	killed=0
	grep -q 'killed by SIGKILL' trace && killed=1
}
n_killed=0
for call in write fdatasync sendto sendmsg writev recvfrom epoll_wait accept4; do
	n=1
	while [ $n -le 12 ]; do
		traced $call $n
		# what is in the way of the start is another test's
		if [ "$killed" = 1 ] && ! grep -q 'ev:' log && [ ! -e facts/facts ]; then n=$((n + 1)); continue; fi
		n_killed=$((n_killed + killed))
		first=$(grep -c 'ev:unsub' log)
		sed 's/	replay:1//' log >all
		rm -f sock
		bg unsub-http -k keys -l "unix:$T/sock" facts 2>again
		wait_for 10 test -S sock
		kill "$bg_pid"; wait "$bg_pid"
		sed 's/	replay:1//' again >>all
		lines=$(grep ev:unsub all | sort -u | wc -l)
		# 200 means that it is there; and nothing was logged that the disk has not
		[ "$got" != 200 ] || [ "$lines" -eq 1 ]; ok "$call $n: $got, killed $killed: $lines" $?
		[ "$lines" -le 1 ]; ok "never two of one" $?
		[ "$first" -eq 0 ] || grep -q ev:unsub facts/facts; ok "what is logged is on disk" $?
		[ "$killed" = 1 ] || break
		n=$((n + 1))
	done
done
[ $n_killed -ge 5 ]; ok "it was killed in many places: $n_killed" $?
done_testing
