#!/bin/sh
# What operating(7) tells an operator to paste, pasted: the blocks marked
# `.\" live`, in their order, into an instance that runs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org || exit 1
start_instance; ok "up" $?
wait_for 20 rohrpost status "$I"; ok "it is well" $?
awk '
	/^\.\\" live/ { want = 1; next }
	want && /^\.Bd/ { on = 1; want = 0; next }
	/^\.Ed/ { on = 0 }
	on && /^\$ / { gsub(/\\e/, "\\"); gsub(/\\&/, ""); sub(/^\$ /, ""); print }
' "$top/doc/man/operating.7" | sed "s,DIR,$I,g" >"$T/commands"
[ "$(wc -l <"$T/commands")" -gt 10 ]; ok "there is something to paste" $?
while read -r line; do
	status "$(echo "$line" | sed "s,$I,DIR,g")" 0 sh -c "$line" </dev/null
done <"$T/commands"
wait "$up" 2>/dev/null
status "it was stopped" 1 rohrpost status "$I"
is "the backup has the configuration" "$(tar -tf "$T/backup.tar" | grep -cx conf/local)" 1
done_testing
