#!/bin/sh
# queue-clean dies at each of its system calls in turn, and each fails in
# turn: what was answered is gone, and the same requests again do the rest.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"
	exit 0
}
queue-check -i q || exit 1
fail() { echo "# $*"; bad=$((bad + 1)); }
# 20 messages, a journal that names them, and the requests in ./in
fill() {
	rm -rf q/mess/*/* q/done/*
	for _ in $(seq 20); do printf '15:from a\nto b\n\nx\n,'; done |
	    queue-inject q 2>/dev/null | tr , '\n' | cut -c 5- >ids
	sed 's/$/ 0 S/' ids >q/done/0000000001
	(echo sync 0000000001; cat ids; echo drop 0000000001) >in
}
# after a run: $1 tells which
look() {
	for id in $(grep -E '^.{20}$' out); do
		[ ! -e "q/mess/$(echo "$id" | cut -c 19-20)/$id" ] ||
			fail "$1: $id was answered and is there"
	done
	# a segment goes after the files; queue-run asks for it only when it
	# has an answer for each, here it is asked for in any case
	[ -e q/done/0000000001 ] ||
		[ "$(find q/mess -type f | wc -l)" -le "${2:-0}" ] ||
		fail "$1: the segment went before a file"
	queue-check q >check || fail "$1: $(head -1 check)"
	queue-clean q <in >out 2>err || fail "$1: again: $(cat err)"
	[ "$(wc -l <out)" = 22 ] || fail "$1: again: $(wc -l <out) answers"
	[ -z "$(find q/mess q/done -type f)" ] || fail "$1: not all gone"
}
bad=0 runs=0
calls=read,unlinkat,write,openat,fdatasync,syncfs,close
fill
strace -f -qq -o trace -e trace=$calls queue-clean -j 1 q <in >out 2>err
look undisturbed
for call in $(echo $calls | tr , ' '); do
	max=$(grep -c " $call(" trace)
	[ "$max" -gt 0 ] || fail "$call is never made"
	for when in $(seq "$max"); do
		fill
		strace -f -qq -o /dev/null -e trace=$call \
		    -e inject=$call:signal=KILL:when=$when \
		    queue-clean -j 1 q <in >out 2>err
		look "KILL at $call $when"
		runs=$((runs + 1))
	done
done
is "killed at each call, $runs runs" "$bad" 0
bad=0 runs=0
for call in unlinkat write fdatasync syncfs; do
	max=$(grep -c " $call(" trace)
	[ "$max" -gt 0 ] || fail "$call is never made"
	for when in $(seq "$max"); do
		fill
		strace -f -qq -o /dev/null -e trace=$call \
		    -e inject=$call:error=EIO:when=$when \
		    queue-clean -j 1 q <in >out 2>err
		# a file that could not be removed stays for queue-run
		look "EIO at $call $when" 1
		runs=$((runs + 1))
	done
done
is "each call failed, $runs runs" "$bad" 0
done_testing
