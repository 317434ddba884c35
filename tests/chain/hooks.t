#!/bin/sh
# A whole receiving chain with grey and filter in it, from swaks to the queue.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
. "$top/tests/receiving.sh"

# grey, in two attempts
chain grey -t 1000 state
send --body hello
is "the first attempt" "$(reply)" "451 4.7.1 greylisted, try again in 300 seconds"
is "nothing is in the queue" "$(queued)" 0
chain grey -t 1200 state
send --body hello
is "too early" "$(reply)" "451 4.7.1 greylisted, try again in 100 seconds"
chain grey -t 1300 state
send --body hello
like "in time" "$(reply)" '^250 2.0.0 ok '
is "it is in the queue" "$(queued)" 1
like "the log says so, with the id" "$(cat log)" "verdict:passed	id:[a-z0-9]{20,}	client:192.0.2.7	.*delay:300"
like "and who was delayed" "$(cat log)" "verdict:delayed	client:192.0.2.7"

# a program
chain filter "{ sed s/hello/goodbye/ }"
send --body 'hello, hello'
like "sed between: accepted" "$(reply)" '^250 2.0.0 ok '
like "what is in the queue" "$(show)" '^goodbye, hello'
chain filter -c "{ sh -c '! grep -q forbidden || { echo no such words here; exit 100; }' }"
send --body 'a forbidden word'
is "refused" "$(reply)" "554 5.7.1 no such words here"
send --body 'another word'
like "not refused" "$(reply)" '^250 2.0.0 ok '
chain filter "{ sh -c 'kill -9 \$\$' }"
send --body x
is "a program that is killed" "$(reply)" "451 4.3.0 sh cannot say now, try again later"
chain grey -t 1300 state filter -o "{ sed s/hello/goodbye/ }" filter -e 1=tag:seen=yes "{ sh -c 'cat; exit 1' }"
send --body hello
like "three links" "$(reply)" '^250 2.0.0 ok '
like "each has done its work: the body" "$(show)" '^goodbye'
like "the tag" "$(show)" 'seen=yes'
is "no file is left" "$(ls tmp | grep rohrpost)" ""
done_testing
