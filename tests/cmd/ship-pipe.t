#!/bin/sh
# ship-pipe: batches for commands, and what is believed of them.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
batch events 4 >events
batch make 2 <events >b
batch make <events >one
# give [FILE] COMMAND [KEY=VALUE...]: receipts, "--" behind each
give() {
	give_b=$1; shift
	ship-pipe pipe "$@" <"$give_b" >receipts 2>err
	echo $? >give.status
	batch read <receipts
}
yes='K
--'

is "a command for each batch" "$(give b 'cat >>got; echo end >>got')" "$yes
$yes"
{ head -n 2 events; echo end; tail -n 2 events; echo end; } | cmp -s - got; ok "gets its lines" $?
is "says nothing" "$(cat err)" ""
rm got
is "JSON" "$(give one 'cat >got' format=json)" "$yes"
is "is an object on each line" "$(python3 -c 'import json, sys
for l in sys.stdin: print(json.loads(l)["to"])' <got | tail -n 1)" u3@y.example
is "100" "$(give one 'cat >/dev/null; echo no such topic >&2; exit 100')" "D command exit 100: no such topic
--"
is "what it said is logged" "$(cat err)" "ship-pipe: info: command: no such topic"
is "111" "$(give one 'cat >/dev/null; echo one; echo two; exit 111')" "Z command exit 111: one
--"
is "another status" "$(give one 'cat >/dev/null; exit 3')" "Z command exit 3
--"
is "99" "$(give one 'cat >/dev/null; exit 99')" "Z command exit 99
--"
# shellcheck disable=SC2016
is "a signal" "$(give one 'cat >/dev/null; kill -9 $$')" "Z command signal 9
--"
is "no such command" "$(give one no-such-command | sed 's/:.*//')" "Z command exit 127
--"
is "good, but has read nothing" "$(give one true)" "Z command ended without reading all of it
--"
is "or not all" "$(give one 'head -c 10 >/dev/null')" "Z command ended without reading all of it
--"
batch events 3000 | batch make >large
is "not all of what is more than a pipe holds" "$(give large true)" "Z command ended without reading all of it
--"
is "all of that" "$(give large 'cat >got')" "$yes"
is "is there" "$(wc -l <got)" 3000
is "a command that does not end" "$(give one 'cat >/dev/null; exec sleep 60' timeout=100ms)" "Z command does not end
--"
# shellcheck disable=SC2016
is "nor does what it has started" "$(give one 'sleep 60 & echo $! >pid; cat >/dev/null; exit 100' | sed -n 1p)" "D command exit 100"
gone() { ! kill -0 "$(cat pid)" || grep -q '^State:.*Z' "/proc/$(cat pid)/status"; }
wait_for 10 gone; ok "lives on" $?
is "strangers' bytes" "$(give one 'cat >/dev/null; printf "\033[2J\377\n"; exit 100')" "D command exit 100: ?[2J?
--"
is "in the log" "$(cat err)" 'ship-pipe: info: command: \x1b[2J\xff'
is "many words" "$(give one 'cat >/dev/null; head -c 3000 /dev/zero | tr "\0" x; exit 111' | sed -n 1p | wc -c)" 903

# one that goes on
is "a stream" "$(give b 'echo start >>s; cat >>s; echo end >>s' mode=stream)" "$yes
$yes"
{ echo start; cat events; echo end; } | cmp -s - s; ok "is one command for all" $?
is "and ends well" "$(cat give.status)" 0
is "a stream of much" "$(give large 'cat >got' mode=stream)" "$yes"
is "is all there" "$(wc -l <got)" 3000
is "that does not read" "$(give one 'exec sleep 60' mode=stream timeout=100ms)" "Z command does not read
--"
is "that ends" "$(give one 'echo gone; exit 0' mode=stream)" "Z command ended without reading all of it: gone
--"
is "with 100" "$(give one 'exit 100' mode=stream)" "Z command exit 100
--"
is "that ends badly at the end" "$(give one 'cat >/dev/null; exit 5' mode=stream)" "$yes"
is "is heard" "$(cat give.status) $(cat err)" "111 ship-pipe: warning: the command has ended with 5"
# one that takes a batch and goes is there again for the next
batch talk 1 ship-pipe pipe 'read -r l && printf "%s\n" "$l" >>each' mode=stream <events >out 2>err
is "one that goes after each" "$(cut -f 1 each | sort | uniq | wc -l)" 4

status "no arguments" 100 ship-pipe
status "no command" 100 ship-pipe pipe
status "a mode that is none" 100 ship-pipe pipe cat mode=often
status "a kind of another program" 100 ship-pipe file x
# the command goes when we are killed
mkfifo hold
ship-pipe pipe 'echo $$ >pid; cat >/dev/null; exec sleep 60' <one >receipts 2>err & p=$!
wait_for 10 test -s pid
kill -9 $p
wait_for 10 gone; ok "killed: its command is gone, too" $?
ship-pipe pipe 'cat >/dev/null' >/dev/full <b 2>err
is "/dev/full" $? 111
ship-pipe pipe 'cat >/dev/null' <&- 2>err
is "0 closed" $? 111
ship-pipe pipe 'cat >/dev/null' >&- <b 2>err
is "1 closed" $? 111
done_testing
