#!/bin/sh
# conf-build killed at each system call that writes: each table is the old
# one or the new one, whole, and the next run repairs everything
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
C=$T/conf
mkdir "$C"
old() { echo 'old.example' >"$C/local"; echo 'to:@x host:old' >"$C/routes"; echo 'old: x' >"$C/aliases"; }
new() { echo 'new.example' >"$C/local"; echo 'to:@x host:new' >"$C/routes"; echo 'new: x' >"$C/aliases"; }
sums() { for f in local routes aliases; do cksum <"$C/$f.cdb"; done; }
old; conf-build "$C"; sums >"$T/old"
new; conf-build "$C"; sums >"$T/new"
bad= runs=0
old; conf-build "$C"; new
strace -o "$T/calls" -e trace=write,fchmod,fsync,flock,?rename,?renameat,renameat2 conf-build "$C"
sed -n 's/(.*//p' "$T/calls" | sort >"$T/each"
is "the calls that write" "$(sed 's/rename.*/rename/' "$T/each" | uniq | tr '\n' ' ')" "fchmod flock fsync rename write "
for call in $(uniq "$T/each"); do
	for n in $(seq "$(grep -cx "$call" "$T/each")"); do
		for how in signal=KILL error=EIO error=ENOSPC; do
			old; conf-build "$C"
			new
			strace -o "$T/trace" -e trace=$call -e inject=$call:$how:when=$n \
				conf-build "$C" >/dev/null 2>"$T/err"
			r=$?
			runs=$((runs + 1))
			grep -q 'INJECTED\|killed by SIGKILL' "$T/trace" || bad="$bad not-reached:$call:$how:$n"
			sums >"$T/now"
			for i in 1 2 3; do
				now=$(sed -n ${i}p "$T/now")
				[ "$now" = "$(sed -n ${i}p "$T/old")" ] ||
				[ "$now" = "$(sed -n ${i}p "$T/new")" ] || bad="$bad $call:$how:$n"
			done
			if [ $r -eq 0 ]; then
				cmp -s "$T/now" "$T/new" || bad="$bad success-but-old:$call:$how:$n"
			elif [ "${call#rename}" = "$call" ] && [ $call != fsync ]; then
				cmp -s "$T/now" "$T/old" || bad="$bad failure-but-new:$call:$how:$n"
			fi
			case $how:$r in
			error=*:0 | error=*:111 | signal=*:137 | signal=*:0) ;;
			*) bad="$bad status-$r:$call:$how:$n" ;;
			esac
			conf-build "$C" 2>/dev/null
			sums >"$T/now"
			cmp -s "$T/now" "$T/new" || bad="$bad not-repaired:$call:$how:$n"
		done
	done
done
is "old or new, in $runs runs" "$bad" ""
is "nothing is left over" "$(ls -A "$C" | grep -c new)" 0
done_testing
