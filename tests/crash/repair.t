#!/bin/sh
. "$(dirname "$0")/../lib.sh"
python3 "$top/tests/crash/repair.py" "$T"
