#!/bin/sh
# Every case of the outside collections of header fields and MIME messages,
# through mail-show.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/mime
if [ -d "$data" ]; then
	python3 "$top/tests/tools/mimedata.py" "$data"
else
	skip "$data is not there"
	done_testing
fi
