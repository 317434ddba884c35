#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
status "make a queue" 0 queue-check -i q
status "again" 0 queue-check -i q
is "directories" "$(find q/mess -type d | wc -l)" 65
ok "trigger" "$(test -p q/trigger; echo $?)"
status "bad usage" 100 queue-check
done_testing
