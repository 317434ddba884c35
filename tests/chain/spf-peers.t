#!/bin/sh
# spf-check beside two other checkers, over policies made up with a fixed seed
. "$(dirname "$0")/../lib.sh"
python=/usr/bin/python3
if $python -c 'import spf' 2>/dev/null || perl -MMail::SPF -e 1 2>/dev/null; then
	$python "$top/tests/tools/spfpeers.py" "$T"
	exit
fi
skip "neither python3-spf nor libmail-spf-perl is there"
done_testing
