#!/bin/sh
# Real mail of the outside collections, read by mail-show and by Python's
# email package.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}
if [ -d "$data/bounces" ]; then
	python3 "$top/tests/tools/mimediff.py" "$data/bounces" "$data/arf" "$data/dkim" "$data/mime"
else
	skip "$data is not there"
	done_testing
fi
