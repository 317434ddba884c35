#!/bin/sh
# Reports of many systems: ours in tests/data/feedback, and those that others
# have collected and labelled, where they are: see ../shared/testdata/README.md.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}
score="python3 $top/tests/tools/feedbackscore.py"
cd "$T" || exit 1

is "each report of ours" "$($score own "$top/tests/data/feedback")" ""

# least COUNT PERCENT: got of all in got
least() {
	got=$(sed -n "s/^$1 //p" got)
	[ -n "$got" ] && [ $((${got% *} * 1000)) -ge $((${got#* } * $2)) ]
	ok "$1: ${got% *} of ${got#* }" $?
}
if [ -d "$data/bounces/eml" ]; then
	$score -v bounces "$data/bounces" >got
	least fields 1000
	least recipient 980
	least type 970
	least reason 900
	least not-bounces 1000
	grep '^#' got
else
	for n in fields recipient type reason not-bounces; do skip "$n: no corpus"; done
fi
if [ -d "$data/arf" ]; then
	is "each field of a complaint" "$($score arf "$data/arf")" ""
else
	skip "no complaints"
fi
done_testing
