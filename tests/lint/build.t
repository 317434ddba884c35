#!/bin/sh
# What was made with other flags is made again, and nothing else is.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL CC CFLAGS CPPFLAGS LDFLAGS LDLIBS SAN CLANG

# made WHAT FLAG... - how many commands of the compiler that takes
made() {
	what=$1
	shift
	make B="$T/b" "$@" "$T/b/$what" 2>&1 | grep -c ' -o '
}

# again VARIABLE WHAT FLAG... - made with FLAG, then not, then without it
again() {
	var=$1 what=$2
	shift 2
	is "$what is made again with another $var" "$(made "$what" "$@")" 1
	is "$what is not made again with the same $var" "$(made "$what" "$@")" 0
	is "$what is made again without $var" "$(made "$what")" 1
}

o=lib/base/num.o
is "an object is made" "$(made $o)" 1
is "and then is there" "$(made $o)" 0
again CFLAGS $o CFLAGS="-O1 -DA='b  c' -DD=\"e\"  -DF='\$\$g\\n'"
again CPPFLAGS $o CPPFLAGS='-DB=1,2'
again SAN $o SAN=-fsanitize=undefined
again CC $o CC='env cc'
is "another LDFLAGS compiles nothing" "$(made $o LDFLAGS=-s)" 0
is "nor does another PREFIX" "$(made $o PREFIX=/usr)" 0
t=tests/lib/${o#lib/}
is "a test's object is made" "$(made $t)" 1
again CFLAGS $t CFLAGS=-O1

# a test linked with the part of the library that it needs
ar rcs "$T/b/liball.a" "$T/b/$o"
p=t/base/num
is "a test is linked" "$(made $p -o "$T/b/liball.a")" 1
for flag in LDFLAGS=-s LDLIBS=-lrt; do
	is "and linked again with $flag" "$(made $p -o "$T/b/liball.a" "$flag")" 1
	is "but once" "$(made $p -o "$T/b/liball.a" "$flag")" 0
done

if command -v clang >/dev/null; then
	f=fz/lib/base/num.o
	is "a fuzzer's object is made" "$(made $f)" 1
	again CPPFLAGS $f CPPFLAGS=-DB
	again CLANG $f CLANG='env clang'
	is "another CFLAGS is nothing to it" "$(made $f CFLAGS=-O1)" 0
else
	skip "clang is missing"
fi
done_testing
