#!/bin/sh
# The outside collections of messages, made 7bit by mail-fix.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}
if [ -d "$data/mime" ]; then
	mkdir "$T/conf"
	echo mx.example.org >"$T/conf/me"
	echo '* seven-bit' >"$T/conf/fix"
	conf-build "$T/conf" || exit 1
	set -- "$data/mime"
	for d in bounces arf; do
		[ -d "$data/$d" ] && set -- "$@" "$data/$d"
	done
	python3 "$top/tests/tools/sevenbit.py" "$T/conf" "$@"
else
	skip "$data/mime is not there"
	done_testing
fi
