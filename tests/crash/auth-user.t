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
# which calls it makes, of those that open, write and name files; those before it
# looks at the folder are the loader's
calls='?open,openat,write,fsync,fdatasync,close,?unlink,unlinkat,?rename,?renameat,renameat2'
cp -R first d
strace -o calls -e trace=$calls auth-user off d ann; is "nothing is in its way" $? 0
loader=$(grep -n '"\."\|"d"' calls | head -1 | cut -d: -f1)
count() { grep -c "^$1(" || :; }
for call in $(sed -n 's/(.*//p' calls | sort -u); do
	n=$(head -n $((loader - 1)) calls | count $call) all=$(count $call <calls)
	while [ "$n" -lt "$all" ]; do
		n=$((n + 1))
		for how in signal=KILL error=EIO error=ENOSPC; do
			rm -rf d; cp -R first d
			strace -o trace -e trace=$call -e inject=$call:$how:when=$n auth-user off d ann 2>"$T/err"
			r=$?
			runs=$((runs + 1)) at=$call:$how:$n
			grep -q 'INJECTED\|killed by SIGKILL' trace || bad="$bad not-reached:$at"
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
is "each kind of them was reached" "$(sed -n 's/(.*//; s/rename.*/rename/; s/unlink.*/unlink/; s/^open.*/open/p; /^open/!p' calls | grep -v '+++' | sort -u | tr '\n' ' ')" \
	"close fsync open rename unlink write "
is "old or new, in $runs runs" "$bad" ""
done_testing
