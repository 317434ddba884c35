#!/bin/sh
# The programs are built as Debian builds its packages: position independent,
# with full RELRO, a stack that is not executable and is protected, and the
# checked functions of libc.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
command -v readelf >/dev/null || {
	skip "needs readelf"
	done_testing
	exit 0
}
dir=${ROHRPOST_BIN:-build/bin}
if readelf -d "$dir/queue-run" | grep -q 'NEEDED.*lib[au]*b*san'; then
	skip "built with sanitizers"
	done_testing
	exit 0
fi
for p in "$dir"/*; do
	head -c 4 "$p" | grep -q ELF || continue
	n=${p##*/}
	like "$n is position independent" "$(readelf -h "$p")" 'Type: *DYN'
	d=$(readelf -d "$p")
	like "$n says so" "$d" '\(FLAGS_1\).*PIE'
	like "$n binds at its start" "$d" '\(FLAGS_1\).*NOW'
	l=$(readelf -lW "$p")
	like "$n has a part that is read-only then" "$l" 'GNU_RELRO'
	is "$n has nothing that is written and run" "$(echo "$l" | grep -cE ' RWE ')" 0
	s=$(readelf -sW --dyn-syms "$p")
	like "$n looks after its stack" "$s" '__stack_chk_fail'
	like "$n has checked functions of libc" "$s" '__[a-z]*(printf|mem[a-z]*|str[a-z]*|read[a-z]*|recv|poll|fdelt|explicit_bzero|pread[0-9]*)_chk'
done
# each object: what the processor offers against jumps into the middle
if echo 'int x;' | ${CC:-cc} -Werror -fcf-protection -x c -c -o "$T/x.o" - 2>/dev/null; then
	set --
	for o in build/lib/*/*.o build/cmd/*.o; do
		s=${o#build/}
		[ ! -e "${s%.o}.c" ] || set -- "$@" "$o"
	done
	# it names each file before what is in it
	bad=$(readelf -n "$@" 2>/dev/null | awk '
		function end() { if (f != "" && !good) print f }
		/^File: / { end(); f = $2; good = 0 }
		/IBT, SHSTK/ { good = 1 }
		END { end() }')
	is "every object is marked for indirect branch tracking" "$bad" ""
else
	skip "no such thing on this processor"
fi
# no service gains rights by what it runs, but for those that run the site's
# commands, which may do so
bad=$(grep -L 'setpriv --no-new-privs' service/*/run | grep -v /boot/)
is "services without --no-new-privs" "$bad" service/command/run
bad=$(sed -n '/chpst -e/!d; /setpriv/!p' service/*/run | grep -v '^@ONE@.*4294967296')
is "and their lines" "$bad" "	chpst -e @DIR@/env -d 2147483648 \\"
# each has a limit of memory, but for the one that only calls `rohrpost up`
bad=$(grep -L 'chpst .*-d [0-9]*' service/*/run | grep -v /boot/)
is "services without a limit of memory" "$bad" ""
# who gives up files and system calls says so in hardening(7)
confined=$(for p in "$dir"/*; do nm "$p" 2>/dev/null | grep -q ' T jail_enter$' && echo "${p##*/}"; done | tr '\n' ' ')
is "who confines itself" "$confined" "$(sed -n 's/^\.It \([a-z-]*\)\( -[sQ]\)* Ta .*/\1/p' doc/man/hardening.7 | sort | tr '\n' ' ')"
if command -v hardening-check >/dev/null; then
	out=$(hardening-check --nocfprotection --nobranchprotection "$dir/smtp-recv" "$dir/queue-run" "$dir/key-sign" 2>&1)
	ok "hardening-check" $?
	echo "$out" | grep -i "no" | sed 's/^/# /'
else
	skip "hardening-check is missing"
fi
done_testing
