#!/bin/sh
# The rooms of lib are as lib/README.md says: in which order they stand on each
# other, which programs use them, and which files touch the world; all others
# are pure.  And each file that a recipe there names is there.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
objects=$(dirname "${ROHRPOST_BIN:-$top/build/bin}")/lib
out=$(python3 tests/tools/rooms.py "$objects" 2>&1)
is "lib/README.md is as the source" "$out" ""
n=$(python3 tests/tools/rooms.py "$objects" -t | grep -c '^| `')
is "one row a room" "$n" "$(find lib -mindepth 1 -type d | wc -l | tr -d ' ')"

# a file that stands on a later room, one that is pure no more, one room more
copy=$T/copy
mkdir -p "$copy/tests" && cp -R cmd lib "$copy" && cp -R "$objects" "$T/objects"
again() { (cd "$copy" && python3 "$top/tests/tools/rooms.py" "$T/objects"); }
is "a copy is as good" "$(again)" ""
echo '#include "run/run.h"' >>"$copy/lib/spf/spf.h"
is "an include of a later room is seen" "$(again)" "lib/spf/spf.h stands on run"
cp lib/spf/spf.h "$copy/lib/spf/spf.h"
cp "$objects/base/clock.o" "$T/objects/smtp/reply.o"
again | grep -q '^smtp: touches'; ok "so is one that looks at the clock" $?
cp "$objects/smtp/reply.o" "$T/objects/smtp/reply.o"
sed 's/^CIRCLES = .*/CIRCLES = set()/' tests/tools/rooms.py >"$T/rooms.py"
python3 "$T/rooms.py" "$objects" | grep -q '^spf: a circle of '; ok "files that call each other in a circle are seen" $?
mkdir "$copy/lib/attic" "$T/objects/attic"
cp lib/spf/term.c "$copy/lib/attic/" && cp "$objects/spf/term.o" "$T/objects/attic/"
is "and a room that nobody drew" "$(again)" "attic is not in the map"

# `path` in the text below the table
sed -n '/^## How do I/,$p' lib/README.md | grep -oE '`[^` ]+/[^` ]+`' | tr -d '`' |
	sed 's/NAME/*/' | sort -u >"$T/named"
ok "the recipes name files" $(($(wc -l <"$T/named") < 20))
while read -r f; do
	# shellcheck disable=SC2086
	set -- $f
	[ -e "$1" ]; ok "$f is there" $?
done <"$T/named"
done_testing
