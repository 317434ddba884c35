#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q || exit 1
python3 "$top/tests/tools/fillqueue.py" q 100 >ids
status "no argument" 100 queue-clean
status "no queue" 111 queue-clean nowhere
status "removes what it is told" 0 sh -c 'queue-clean q <ids'
is "says so" "$(cat out)" "$(cat ids)"
is "and it is gone" "$(find q/mess -type f)" ""
status "what is gone is as good as removed" 0 sh -c 'queue-clean q <ids'
is "says so too" "$(wc -l <out)" 100
echo x >q/done/0000000007
status "sync and drop" 0 sh -c 'printf "sync 0000000007\ndrop 0000000007\nsync 0000000009\n" | queue-clean q'
is "in order" "$(tr '\n' ' ' <out)" "sync 0000000007 drop 0000000007 sync 0000000009 "
ok "dropped" "$([ ! -e q/done/0000000007 ]; echo $?)"
for bad in foo "../../../../../etc/pwd" "drop 1" "drop ../../../x" "sync" "drop 0000000000" ""; do
	status "malformed: $bad" 100 sh -c 'echo "$1" | queue-clean q' sh "$bad"
done
mkdir q/mess/00/1j0qd6il2eb39kqak900
status "what cannot be removed" 0 sh -c 'echo 1j0qd6il2eb39kqak900 | queue-clean q'
is "is not said to be" "$(cat out)" ""
like "but warned of" "$(cat err)" "warning: unable to remove mess/00/1j0qd6il2eb39kqak900"
status "no more room" 111 sh -c 'queue-clean q <ids >/dev/full'
status "closed descriptors" 111 sh -c 'queue-clean q <&-'
done_testing
