#!/bin/sh
. "$(dirname "$0")/../lib.sh"
tab=$(printf '\t')
job="id:abc${tab}n:3${tab}from:a@b${tab}to:c@d${tab}site:mx.d${tab}via:pool1"
printf '%s\n' "$job" >"$T/job"
status "answers" 0 answer status:sent code:250 'text:250 2.0.0 ok' <"$T/job"
is "with id, n, site, via and its fields" "$(cat "$T/out")" \
	"id:abc${tab}n:3${tab}site:mx.d${tab}via:pool1${tab}status:sent${tab}code:250${tab}text:250 2.0.0 ok"
is "says nothing" "$(cat "$T/err")" ""
status "a given label wins" 0 answer status:sent site:other n:9 <"$T/job"
is "it stands once" "$(cat "$T/out")" \
	"id:abc${tab}via:pool1${tab}status:sent${tab}site:other${tab}n:9"
printf 'id:x\nno job\n\nid:y\tn:0\n' >"$T/jobs"
status "what is no job is left out" 0 answer 'text:a\tb' <"$T/jobs"
is "the others are answered" "$(cat "$T/out")" "id:x${tab}text:a\\tb
text:a\\tb
id:y${tab}n:0${tab}text:a\\tb"
is "and it is said" "$(cat "$T/err")" "answer: warning: no job: no job"
printf 'id:x\nid:y' >"$T/jobs"
status "input cut short" 111 answer a:b <"$T/jobs"
is "whole jobs are answered" "$(cat "$T/out")" "id:x${tab}a:b"
status "empty input" 0 answer a:b </dev/null
is "no answers" "$(cat "$T/out")" ""

status "no arguments" 100 answer
like "usage" "$(cat "$T/err")" '^answer: fatal: usage: answer label:value'
status "no label" 100 answer status <"$T/job"
status "empty label" 100 answer :sent <"$T/job"
status "empty word" 100 answer a:b '' <"$T/job"
status "two fields in a word" 100 answer "a:b${tab}c:d" <"$T/job"
status "bad escape" 100 answer 'a:b\q' <"$T/job"
status "bare backslash" 100 answer 'a:b\' <"$T/job"
status "newline" 100 answer 'a:b
' <"$T/job"
status "96 fields" 0 answer $(yes a:b | head -96) <"$T/job"
status "97 fields" 100 answer $(yes a:b | head -97) <"$T/job"

answer a:b <"$T/job" >/dev/full 2>"$T/err"
is "/dev/full" $? 111
answer a:b <&- >/dev/null 2>"$T/err"
is "0 closed" $? 111
answer a:b <"$T/job" >&- 2>"$T/err"
is "1 closed" $? 111
answer a:b <"$T/job" 2>&- >/dev/null
is "2 closed" $? 111

# plain files on both sides are read to the end
awk 'BEGIN { for (i = 0; i < 50000; i++) print "id:" i "\tn:0" }' >"$T/many"
status "50,000 jobs from a file to a file" 0 timeout 20 answer status:sent <"$T/many"
is "all answered" "$(wc -l <"$T/out")" 50000
# a line of 64 KB, and one byte more
{ printf 'id:x\ta:'; head -c 65528 /dev/zero | tr '\0' a; echo; } >"$T/long"
is "the line has 65,536 bytes" "$(wc -c <"$T/long")" 65536
status "longest line" 0 answer a:b <"$T/long"
is "it is answered" "$(cat "$T/out")" "id:x${tab}a:b"
{ printf 'id:x\ta:'; head -c 65529 /dev/zero | tr '\0' a; echo; cat "$T/job"; } >"$T/long"
status "one byte longer" 0 answer a:b <"$T/long"
like "only the next job is answered" "$(cat "$T/out")" '^id:abc'
like "and it is said" "$(cat "$T/err")" '^answer: warning: no job: id:x'
printf 'id:x\tn:0\texplain:abc/1\twhy-route:r\tvia:v\n' >"$T/jobs"
status "a question" 0 answer status:sent 'text:250 ok' <"$T/jobs"
is "is told what it answers" "$(cat "$T/out")" \
	"id:x${tab}n:0${tab}via:v${tab}status:explained${tab}explain:abc/1${tab}why-route:r${tab}why-answer:answers every job: status:sent text:250 ok"
done_testing
