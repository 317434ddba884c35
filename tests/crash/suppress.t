#!/bin/sh
# suppress killed, or refused, at each system call of add, of compile and of take:
# what was said to be done is there, what was there stays, and nothing is half
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
cd "$T" || exit 1
s() { suppress -t 1790000000 -T acme "$@"; }
s add first a@example.org b@example.org
s compile first 2>/dev/null
s add first c@example.org
s remove first b@example.org
mkdir conf
echo mx.example.org >conf/me
echo 'ev:complaint suppress:forever' >conf/suppress
conf-build conf || exit 1
printf 'eid:0123456789abcdef0123456789abcdef\tsrc:x\tts:2026-09-20T00:00:00Z\tev:complaint\ttenant:acme\tto:new@example.org\n' |
	python3 "$top/tests/tools/shipbatch.py" make >batch
bad= runs=0
calls=open,openat,read,pread64,write,fsync,fdatasync,ftruncate,flock,mmap,rename,renameat,renameat2,lseek
has() { s look d "$1" >/dev/null 2>&1; }
# what was there before stays, and is not more
check() {
	has a@example.org && has c@example.org || bad="$bad lost:$at"
	! has b@example.org || bad="$bad back:$at"
	! suppress -T acme export d 2>&1 >/dev/null | grep -q damaged || bad="$bad damaged:$at"
}
# every NAME COMMAND...: at each call of it
every() {
	what=$1; shift
	rm -rf d; cp -R first d
	strace -o calls -e trace=$calls "$@" <batch >/dev/null 2>&1 || bad="$bad $what"
	# those before it looks at the folder are the loader's
	loader=$(grep -n '"d"\|"d/' calls | head -1 | cut -d: -f1)
	for call in $(sed -n 's/(.*//p' calls | sort -u); do
		n=$(head -n $((loader - 1)) calls | grep -c "^$call(") all=$(grep -c "^$call(" calls)
		while [ "$n" -lt "$all" ]; do
			n=$((n + 1))
			for how in signal=KILL error=EIO error=ENOSPC; do
				rm -rf d; cp -R first d
				strace -o trace -e trace="$call" -e inject="$call:$how:when=$n" "$@" <batch >out 2>/dev/null
				r=$?
				runs=$((runs + 1)) at=$what:$call:$how:$n
				case $r in
				0) done_=1 ;;
				100 | 111) done_=0 ;;
				137) done_=0; [ $how = signal=KILL ] || bad="$bad killed:$at" ;;
				*) done_=0; bad="$bad status-$r:$at" ;;
				esac
				if [ $what = add ] && [ $done_ = 1 ]; then has new@example.org || bad="$bad said-but-not:$at"; fi
				# a K is a promise, whatever becomes of who gave it
				if [ $what = take ] && grep -q :K out; then has new@example.org || bad="$bad said-but-not:$at"; fi
				check
				# and it is whole the next time
				if [ $what = add ]; then s add d new@example.org && has new@example.org || bad="$bad not-again:$at"; fi
				if [ $what = take ]; then
					"$@" <batch 2>/dev/null | grep -q :K && has new@example.org || bad="$bad not-again:$at"
					[ "$(grep -c new@ d/journal)" = 1 ] || bad="$bad twice:$at"
				fi
				s compile d 2>/dev/null || bad="$bad not-compiled:$at"
				check
				[ ! -e d/table.new ] || bad="$bad left:$at"
			done
		done
	done
}
every add suppress -t 1790000000 -T acme add d new@example.org
every take suppress -C conf take d
every compile suppress -t 1790000000 compile d
# a journal of which little counts is written anew
# shellcheck disable=SC2046
s add first $(yes same@example.org | head -n 15000)
s add first c@example.org
rm -rf d; cp -R first d; s compile d 2>/dev/null; is "it is written anew" "$(wc -l <d/journal)" 6
calls=pwrite64,fsync,fdatasync,flock,renameat,renameat2,fchmod,unlinkat,write
every tidy suppress -t 1790000000 compile d
ok "each call was met, in $runs runs" $((runs < 100))
is "nothing is lost, nothing is half" "$bad" ""
done_testing
