#!/bin/sh
# spf-check beside two other checkers, over policies made up with a fixed seed
. "$(dirname "$0")/../lib.sh"
python=/usr/bin/python3
peer python3-spf $python -c 'import spf' || { done_testing; exit 1; }
peer libmail-spf-perl perl -MMail::SPF -e 1 || { done_testing; exit 1; }
$python "$top/tests/tools/spfpeers.py" "$T"
