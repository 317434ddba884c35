#!/bin/sh
# The examples of the manual pages that are marked `.\" test` do what the
# pages say: lines with "$ " are commands, the others what they print.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
for m in "$top"/doc/man/*.[1-8]; do
	awk -v base="$T/${m##*/}" '
		/^\.\\" test/ { want = 1; next }
		want && /^\.Bd/ { n++; f = base "." n; on = 1; want = 0; printf "" >f; next }
		/^\.Ed/ { on = 0 }
		on { gsub(/\\e/, "\\"); gsub(/\\&/, ""); gsub(/\\-/, "-"); print >f }
	' "$m"
done
for f in "$T"/*.[1-8].*; do
	[ -e "$f" ] || continue
	grep -v '^\$ ' "$f" >"$f.want"
	sed -n 's/^\$ //p' "$f" >"$f.sh"
	mkdir "$f.dir"
	# not how long one may take: one that hangs is ended some time
	(cd "$f.dir" && timeout 120 sh "$f.sh" >"$f.got" 2>&1 </dev/null)
	is "example ${f##*/}" "$(cat "$f.got")" "$(cat "$f.want")"
done
[ "$tap_n" -gt 0 ]; ok "there are examples" $?
done_testing
