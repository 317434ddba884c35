#!/bin/sh
# Small cases from public reports, kept outside of this tree: a folder each
# with run.sh BINDIR, 0: right, 1: wrong, 2: could not be tried.
. "$(dirname "$0")/../lib.sh"
cases=${ROHRPOST_CASES:-$top/../shared/cases}
bin=$(dirname "$(command -v smtp-recv)")
for c in "$cases"/[0-9]*/run.sh; do
	[ -x "$c" ] || { skip "no cases ($cases)"; continue; }
	name=$(basename "$(dirname "$c")")
	TMPDIR=$T timeout 60 "$c" "$bin" >"$T/out" 2>&1
	case $? in
	0) ok "$name" 0 ;;
	2) skip "$name: $(tail -1 "$T/out")" ;;
	*)
		ok "$name" 1
		grep '^WRONG' "$T/out" | sed 's/^/# /'
		;;
	esac
done
done_testing
