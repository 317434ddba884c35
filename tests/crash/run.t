#!/bin/sh
# queue-run is killed at each of its system calls in turn, and each of them
# fails in turn: see run.py
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"
	exit 0
}
PATH=$PATH python3 "$top/tests/crash/run.py" "$top/tests/tools" "$T/run" 80
