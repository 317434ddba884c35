#!/bin/sh
# Who acts on an instance killed, or refused, at each system call: there is no act
# without its event, and an event whose act has failed says so
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
cd "$T" || exit 1
mkdir -p first/log first/service first/conf first/suppress
mkdir -m 700 first/logins
echo mx.example.org >first/conf/me
echo 'a: b' >first/conf/aliases
conf-build first/conf
echo 'a: c' >first/conf/aliases
echo x | auth-user add first/logins ann
suppress add first/suppress a@example.org
rm -rf first/log/acts
bad= runs=0
calls=openat,mkdir,mkdirat,write,fsync,fdatasync,flock,rename,renameat,renameat2,fchmod
# has NAME: has it taken effect?
has() {
	case $1 in
	conf) ! cmp -s first/conf/aliases.cdb d/conf/aliases.cdb ;;
	login) ! cmp -s first/logins/passwd d/logins/passwd ;;
	list) ! cmp -s first/suppress/journal d/suppress/journal ;;
	esac
}
whole() { grep -a '	pid:[0-9]*' d/log/acts/current 2>/dev/null | grep -qav 'failed:1'; }
# every NAME COMMAND...: at each call of it
every() {
	what=$1; shift
	rm -rf d; cp -Rp first d
	strace -o calls -e trace=$calls "$@" >/dev/null 2>&1 || bad="$bad $what"
	has "$what" && whole; ok "$what: done and told" $?
	# before there is an event there is no act
	before=$(grep -n '"acts"' calls | head -1 | cut -d: -f1)
	for call in $(tail -n "+$before" calls | sed -n 's/(.*//p' | sort -u); do
		n=$(head -n $((before - 1)) calls | grep -c "^$call(") all=$(grep -c "^$call(" calls)
		while [ "$n" -lt "$all" ]; do
			n=$((n + 1))
			for how in signal=KILL error=ENOSPC; do
				rm -rf d; cp -Rp first d
				strace -o trace -e trace="$call" -e inject="$call:$how:when=$n" "$@" >/dev/null 2>err
				r=$? runs=$((runs + 1)) at=$what:$call:$how:$n
				case $r in 0 | 111 | 137) ;; *) bad="$bad status-$r:$at" ;; esac
				! has "$what" || whole || grep -q 'unable to log this act' err || bad="$bad untold:$at"
				has "$what" || [ $r != 111 ] || ! whole ||
					grep -q '	failed:1$' d/log/acts/current || grep -q 'unable to log this act' err ||
					bad="$bad failed-untold:$at"
				[ $r != 0 ] || has "$what" || bad="$bad said-but-not:$at"
				# and the log is gone on with
				log-act d again && grep -qa '	act:again	' d/log/acts/current || bad="$bad not-again:$at"
			done
		done
	done
}
every conf conf-build d/conf
every login auth-user off d/logins ann
every list suppress add d/suppress new@example.org
ok "each call was met, in $runs runs" $((runs < 60))
is "no act without its event" "$bad" ""
done_testing
