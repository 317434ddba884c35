#!/bin/sh
# auth-user killed, or refused, at each system call that writes: text and table
# are the old ones or the new ones, each whole; what it says is so; and the next
# run repairs everything
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
cd "$T" || exit 1
mkdir -m 700 first
echo secret | auth-user add first ann
cp -R first last; auth-user off last ann
bad= runs=0
# NAME WANT...: is this file one of these?
one_of() { f=$1; shift; for w; do cmp -s "d/$f" "$w/$f" && return; done; return 1; }
for call in openat write fsync close unlinkat renameat; do
	for n in 1 2 3 4; do
		for how in signal=KILL error=EIO error=ENOSPC; do
			# those before are the loader's
			[ $call:${how%=*} != openat:error ] && [ $call:${how%=*} != close:error ] || continue
			k=$n; [ $call != openat ] && [ $call != close ] || k=$((n + 6))
			rm -rf d; cp -R first d
			strace -o /dev/null -e trace=$call -e inject=$call:$how:when=$k auth-user off d ann 2>"$T/err"
			r=$?
			runs=$((runs + 1)) at=$call:$how:$k
			one_of passwd first last && one_of passwd.cdb first last || bad="$bad torn:$at"
			case $r in
			0) one_of passwd last && one_of passwd.cdb last || bad="$bad success-but-old:$at" ;;
			111) ;;
			137) [ $how = signal=KILL ] || bad="$bad killed:$at" ;;
			*) bad="$bad status-$r:$at" ;;
			esac
			auth-user off d ann || bad="$bad not-repaired:$at"
			one_of passwd last && one_of passwd.cdb last || bad="$bad not-new:$at"
			[ "$(ls d | tr '\n' ' ')" = "lock passwd passwd.cdb " ] || bad="$bad left:$at"
		done
	done
done
is "old or new, in $runs runs" "$bad" ""
done_testing
