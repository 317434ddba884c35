#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
nl='
'
# parcel ENVELOPE MESSAGE: one netstring
parcel() {
	printf '%s\n%s' "$1" "$2" >parcel.body
	printf '%d:' "$(wc -c <parcel.body)"
	cat parcel.body
	printf ,
}
env="from a@b${nl}to c@d NOTIFY=NEVER${nl}helo x${nl}"
files() { find q/mess -type f | wc -l; }

queue-check -i q || exit 1
parcel "$env" "hello$nl" >one
status "one parcel" 0 sh -c 'queue-inject q <one'
like "its receipt" "$(cat out)" '^21:K[0-9a-v]{20},$'
id=$(cut -c 5-24 out)
dir=$(echo "$id" | cut -c 19-20)
is "its message" "$(tail -1 "q/mess/$dir/$id")" hello
like "its event" "$(cat err)" "ev:accepted	prog:queue-inject	id:$id	from:a@b	to:c@d	rcpts:1	size:6	helo:x"
status "two parcels" 0 sh -c 'cat one one | queue-inject q'
is "files" "$(files)" 3
status "a bad envelope" 0 sh -c 'printf "7:from a\n," | queue-inject q'
is "refused for good" "$(cat out)" "25:D5.6.0 malformed envelope,"
status "no netstring" 100 sh -c '(cat one; echo foo) | queue-inject q'
status "cut short" 111 sh -c '(cat one; head -c 9 one) | queue-inject q'
status "no queue" 111 queue-inject nowhere
status "no argument" 100 queue-inject
done_testing
