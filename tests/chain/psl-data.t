#!/bin/sh
# The checks of the public suffix list, ../shared/testdata/psl, by
# dmarc-check -p -o, with the list that is installed.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/psl/tests.txt
if [ ! -e "$data" ]; then
	skip "no test data"
	done_testing
	exit
fi
grep -v '^//' "$data" | grep . >"$T/tests"
while read -r name want; do
	[ "$name" != null ] || name=
	[ "$want" != null ] || want=
	got=$(dmarc-check -p -o "$name" 2>&1 | tr 'A-Z' 'a-z')
	is "$name is of ${want:-nobody}" "$got" "$want"
done <"$T/tests"
is "all lines" "$tap_n" "$(wc -l <"$T/tests")"
done_testing
