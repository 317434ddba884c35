#!/bin/sh
. "$(dirname "$0")/../lib.sh"
python3 -B "$top/tests/crash/httprecv.py" "$T"
