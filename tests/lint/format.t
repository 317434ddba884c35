#!/bin/sh
# All C source is as .clang-format has it.  Other releases of the tool break
# lines elsewhere, so that one is asked which the project is formatted with.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
tool=
for t in clang-format-14 clang-format; do
	"$t" --version 2>/dev/null | grep -q 'version 14\.' && tool=$t && break
done
if [ -z "$tool" ]; then
	skip "needs clang-format 14"
	done_testing
	exit 0
fi
# shellcheck disable=SC2046 # no name in the tree has a blank
bad=$($tool --dry-run $(find cmd lib tests -name '*.[ch]') 2>&1 |
	sed -n 's/^\([^:]*:[0-9]*\):.*clang-format-violations.*/\1/p' | sort -u)
is "clang-format changes nothing" "$bad" ""
printf 'int f( int a )\n{ return a ; }\n' >"$T/x.c"
cp .clang-format "$T"
like "it would tell" "$($tool --dry-run "$T/x.c" 2>&1)" 'clang-format-violations'
done_testing
