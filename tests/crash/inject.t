#!/bin/sh
# queue-inject dies at each of its system calls in turn, and each of them
# fails in turn: what got a K is in the queue and whole, and stands in the
# log; what got a Z is not there; nothing gets a D; queue-check finds
# nothing that is not explained.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"
	exit 0
}
# parcels 1 to 6, of which 5 is long; the messages in ./want.N
make_input() {
	for n in 1 2 3 4 5 6; do
		printf 'Subject: %d\n\n' $n >want.$n
		[ $n = 5 ] && yes 'a line of a long message' | head -n 12000 >>want.5
		printf 'from a@b\nto c@d\nto e%d@f\n\n' $n | cat - want.$n >p
		printf '%d:' "$(wc -c <p)"
		cat p
		printf ,
	done >input
}
make_input
: >told
accepted=$(printf 'ev:accepted\tprog:queue-inject\tid:')
queue-check -i q || exit 1
# files: sets $there, how many messages there are
files() {
	set -- q/mess/*/*
	[ -e "$1" ] || shift
	there=$#
}
fail() { echo "# $*"; bad=$((bad + 1)); }
verdict() {
	whole
	is "$1, $runs runs" "$bad" 0
	bad=0 runs=0
}

# whole: those that were acknowledged since the last look are there, as they
# came; a look at all of them, as there are thousands
whole() {
	python3 -B - "$top" >lost <<'X'
import sys
sys.path.insert(0, sys.argv[1] + "/tests/crash")
from sweep import messages
there, _ = messages("q")
for line in open("told"):
    n, i, run = line.rstrip("\n").split(" ", 2)
    if i not in there or there[i][1] != open("want." + n, "rb").read():
        print(run + ": " + i + " is lost or not whole")
X
	[ $? = 0 ] || fail "no look at the queue"
	while read -r line; do fail "$line"; done <lost
	: >told
}

# what the receipts say; $1 tells which run it was.  No process is started
# here.
check_receipts() {
	n=0 k=0 log='' r=''
	while read -r line || [ -n "$line" ]; do log="$log$line "; done <err
	read -r receipts <out
	while [ "$receipts" != "${receipts#*:[KZD]}" ]; do
		r=${receipts#*:} n=$((n + 1))
		case $r in *,*) ;; *) break ;; esac # cut
		receipts=${r#*,} r=${r%%,*}
		case $r in
		K????????????????????) ;;
		Z*) continue ;;
		*) fail "$1: receipt $r"; continue ;;
		esac
		k=$((k + 1)) id=${r#K}
		# a log that cannot be written holds no mail up
		[ "$call" = write ] || case $log in
		*"$accepted$id"*) ;;
		*) fail "$1: $id is not in the log" ;;
		esac
		echo "$n $id $1" >>told
	done
}

# is a call made at all?  Some file systems want one way of syncing, some
# another, but none of them none
made() {
	case $1 in
	fsync | syncfs) grep -Eq ' (fsync|syncfs)\(' trace || fail "nothing is synced" ;;
	*) grep -q " $1(" trace || fail "$1 is never made" ;;
	esac
}

# sweep CALLS OPTIONS: each call of queue-inject OPTIONS dies
sweep() {
	calls=$1 call=none; shift
	strace -f -qq -o trace -e trace="$calls" queue-inject "$@" q <input >out 2>err
	check_receipts "undisturbed $*"
	[ $k = 6 ] || fail "undisturbed $*: $k receipts"
	for call in $(echo "$calls" | tr , ' '); do
		made "$call"
		max=$(grep -c " $call(" trace)
		for when in $(seq "$max"); do
			strace -f -qq -o /dev/null -e trace="$call" \
			    -e inject="$call:signal=KILL:when=$when" \
			    queue-inject "$@" q <input >out 2>err
			check_receipts "$* KILL at $call $when"
			runs=$((runs + 1))
		done
	done
}

# errors CALLS ERRORS OPTIONS: each call fails once, then from there on
errors() {
	calls=$1 errs=$2; shift 2
	for call in $(echo "$calls" | tr , ' '); do
		made "$call"
		max=$(grep -c " $call(" trace)
		for when in $(seq "$max"); do for err in $errs; do
			for on in '' +; do
				files
				before=$there
				strace -f -qq -o /dev/null -e trace="$call" \
				    -e inject="$call:error=$err:when=$when$on" \
				    queue-inject "$@" q <input >out 2>err
				got=$?
				check_receipts "$* $err at $call $when$on"
				# what is left without answer was whole
				files
				[ $got != 0 ] || [ $((before + k)) = "$there" ] ||
					fail "$* $err at $call $when$on: $k acknowledged, $((there - before)) there"
				runs=$((runs + 1))
			done
		done; done
	done
}

bad=0 runs=0
touching=openat,read,writev,write,linkat,close,fsync,syncfs,fstatfs,epoll_wait
sweep $touching
verdict "killed at each call"
errors writev,linkat,fsync,syncfs "EIO ENOSPC"
errors openat "EMFILE ENOMEM ENOSPC"
errors write,read,fstatfs,epoll_wait EIO
verdict "each call failed"
status "queue-check agrees" 0 queue-check q
is "nothing half is left" "$(grep -c state:incomplete out)" 0

sweep openat,writev,renameat,fsync,close -f
verdict "the classic way, killed at each call"
errors writev,renameat,fsync "EIO ENOSPC" -f
verdict "the classic way, each call failed"
status "queue-check agrees" 0 queue-check q
find q/tmp -type f -exec touch -d '2 hours ago' {} +
status "and cleans up" 0 queue-check -r q
is "what was left in tmp" "$(find q/tmp -type f | wc -l)" 0
done_testing
