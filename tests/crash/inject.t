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
queue-check -i q || exit 1
files() { find q/mess -type f | wc -l; }
fail() { echo "# $*"; bad=$((bad + 1)); }
verdict() { is "$1, $runs runs" "$bad" 0; bad=0 runs=0; }

# what the receipts say; $1 tells which run it was
check_receipts() {
	n=0 k=0
	for r in $(tr , '\n' <out | grep -o '[0-9]*:[KZD].*' | cut -d: -f2 | tr ' ' _); do
		n=$((n + 1))
		case $r in
		K????????????????????) ;;
		K*) continue ;; # cut
		Z*) continue ;;
		*) fail "$1: receipt $r"; continue ;;
		esac
		k=$((k + 1)) id=${r#K}
		# a log that cannot be written holds no mail up
		[ "$call" = write ] || grep -q "ev:accepted.*id:$id" err ||
			fail "$1: $id is not in the log"
		queue-show -m q "$id" 2>&1 | cmp -s - want.$n ||
			fail "$1: $id is lost or not whole"
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
				before=$(files)
				strace -f -qq -o /dev/null -e trace="$call" \
				    -e inject="$call:error=$err:when=$when$on" \
				    queue-inject "$@" q <input >out 2>err
				got=$?
				check_receipts "$* $err at $call $when$on"
				# what is left without answer was whole
				[ $got != 0 ] || [ $((before + k)) = "$(files)" ] ||
					fail "$* $err at $call $when$on: $k acknowledged, $(($(files) - before)) there"
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
