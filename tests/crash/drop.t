#!/bin/sh
. "$(dirname "$0")/../lib.sh"
python3 -B "$top/tests/crash/drop.py" "$T"
