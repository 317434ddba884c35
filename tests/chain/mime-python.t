#!/bin/sh
# Generated messages, read by mail-show and by Python's email package.
. "$(dirname "$0")/../lib.sh"
python3 "$top/tests/tools/mimediff.py" 250 1
