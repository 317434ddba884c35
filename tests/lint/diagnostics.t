#!/bin/sh
# What a program says stands in its manual page, in one of a format or manner
# that the page refers to, or among what every program may say.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
diagnostics() { python3 tests/tools/diagnostics.py "$@" 2>&1; }
is "every diagnostic is in its page" "$(diagnostics doc/man cmd/*.c)" ""
# and the test can tell
cat >"$T/tap.c" <<'C'
	die(EXIT_TEMP, "unable to open %s: %m", path);
	warn("the moon is "
	    "%d days old", age); /* die(1, "unsaid") */
	die(full(moon, ") \", ") ? 1 : 2, moon == NULL ? "no moon" :
	    "two moons: %s", "not this");
C
is "one that is not would be named" "$(diagnostics doc/man "$T/tap.c")" \
	"tap: the moon is %d days old
tap: no moon
tap: two moons: %s"

# what the parts in lib/ say: for each program that has the text in it
bin=$(dirname "$(command -v tap)")
is "so is what a program says by way of lib/" "$(diagnostics -b "$bin" doc/man lib/*/*.c)" ""
mkdir "$T/bin"
printf 'x\0the moon is %%d days old\0no job: %%.*s\0the resolver is broken: %%s\0' >"$T/bin/tap"
printf 'x\0two moons: %%s\0' >"$T/bin/rohrpost"
cat >>"$T/tap.c" <<'C'
	warn("no job: %.*s", n, p);
	die(EXIT_TEMP, "the resolver is broken: %s", text);
C
is "of those whose it is, and what its page does not refer to" \
	"$(diagnostics -b "$T/bin" doc/man "$T/tap.c")" "rohrpost: two moons: %s
tap: the moon is %d days old
tap: the resolver is broken: %s"
found=$(for t in "no job: %.*s" "the resolver is broken: %s" "parcel cut short by end of input"; do
	grep -lF "$t" "$bin"/* | wc -l
done | sort -n | head -1)
[ "$found" -ge 3 ]; ok "programs are searched: such a text is in $found" $?
done_testing
