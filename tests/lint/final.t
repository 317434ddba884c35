#!/bin/sh
# The kinds of events that a log of their own takes are those that event(5)
# calls final.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
ours=$(sed -n "s/^final='\(.*\)'\$/\1/p" cmd/rohrpost/init.sh | tr ' ' '\n' | sort)
said=$(sed -n '/^\.\\" final/,/^has everything/p' doc/man/event.5 | sed 1d | grep "^.Li" |
	sed 's/^.Li//; s/\<and$//' | tr -s ' ,.\n' '\n' | grep . | sort)
is "final kinds" "$said" "$ours"
missing=
for k in $ours; do
	sed -n 's/^\.It \([a-z, -]*\)$/\1/p' doc/man/event.5 | tr -d ' ' | tr ',' '\n' | grep -qx "$k" ||
		missing="$missing $k"
done
is "each of them is described" "$missing" ""
done_testing
