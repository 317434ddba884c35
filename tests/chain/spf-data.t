#!/bin/sh
# spf-check against the test suite of the authors of RFC 7208: each case
. "$(dirname "$0")/../lib.sh"
suite=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/spf/rfc7208-tests.yml
python=/usr/bin/python3
if ! [ -r "$suite" ]; then
	skip "no test data (spf/rfc7208-tests.yml)"
elif ! $python -c 'import yaml' 2>/dev/null; then
	skip "python3-yaml is missing"
else
	$python "$top/tests/tools/spfsuite.py" "$suite" "$T"
	exit
fi
done_testing
