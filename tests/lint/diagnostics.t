#!/bin/sh
# What a program says stands in its manual page, or among what every program
# may say.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
is "every diagnostic is in its page" "$(python3 tests/tools/diagnostics.py doc/man cmd/*.c)" ""
# and the test can tell
cat >"$T/tap.c" <<'C'
	die(EXIT_TEMP, "unable to open %s: %m", path);
	warn("the moon is "
	    "%d days old", age); /* die(1, "unsaid") */
C
is "one that is not would be named" "$(python3 tests/tools/diagnostics.py doc/man "$T/tap.c")" \
	"tap: the moon is %d days old"
done_testing
