#!/bin/sh
# Generated messages in 8 bit, made 7bit by mail-fix, read by mail-show and by
# Python's email package.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/conf"
echo mx.example.org >"$T/conf/me"
echo '* seven-bit' >"$T/conf/fix"
conf-build "$T/conf" || exit 1
python3 "$top/tests/tools/sevenbit.py" "$T/conf" 150 1
