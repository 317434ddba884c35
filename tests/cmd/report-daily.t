#!/bin/sh
# report-daily with a program that makes what the test wants, sendmail and a
# program that posts.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
daily() { report-daily "$@"; }
mkdir -p in rep log/smtp log/deliver DIR/conf DIR/sock
echo me.example >DIR/conf/me
echo x >log/smtp/current
# the day 2026-11-22, and what comes after it
day=1795305600 next=$((1795305600 + 86400))
due=$((next + 60))
touch -d "@$((day + 100))" log/smtp/current
touch -d "@$((day - 100))" log/smtp/@old
touch -d "@$((day + 200))" log/deliver/@new log/deliver/current
# makes what lies in make/, and ends as the file `ends` says
cat >maker <<'X'
#!/bin/sh
echo "$*" >>calls
while [ "$1" != -b ]; do shift; done
[ "$2" != 0 ] || exit 0
cp make/* "$6" 2>/dev/null
[ ! -x ./meanwhile ] || ./meanwhile
exit "$(cat ends)"
X
# takes what `took` says
cat >poster <<'X'
#!/bin/sh
[ "$1 $2" = "-x -f" ] && [ ! -e other ] || exit 100
[ -e "$3" ] || exit 111
echo "$(cat "$3") $(cat "${3%.url}")" >>posted
exit "$(cat took)"
X
chmod 755 maker poster
mkdir make
again() { rm -rf rep calls posted; mkdir rep; echo 0 >ends; echo 0 >took; rm -f make/*; }
again
# at TIME: what is due then
at() { daily -C DIR -f tls@me.example -p './poster -x' -t "$@" rep log ./maker a 'b c'; }
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in K"
export ROHRPOST_INJECT
printf 'From: tls@me.example\nTo: x@y.example\n\nx\n' >make/m.eml
echo https://r.example/ >make/p.json.gz.url
echo report >make/p.json.gz

status "a day is over" 0 at $due
is "what is run, and on what" "$(sed 1d calls | tr ' ' '\n' | sort | tr '\n' ' ')" \
	"$(printf '%s\n' a b c -b $day -e $((next - 1)) -D rep/making log/deliver/@new log/deliver/current log/smtp/current | sort | tr '\n' ' ')"
is "is said" "$(sort err)" "report-daily: info: m.eml: handed over
report-daily: info: p.json.gz.url: handed over"
is "mail" "$(grep -E '^(from|to) ' in/1.env | tr '\n' ' ')" "from tls@me.example to x@y.example "
is "what is posted" "$(cat posted)" "https://r.example/ report"
is "nothing is left" "$(ls rep | tr '\n' ' ')" "done lock making "
is "the day is done with" "$(cat rep/done; ls rep/making)" $day
status "once more" 0 at $due
is "nothing is due" "$(wc -l <calls) $(cat err)" "3 "
status "a second before the next" 0 at $((next + 86399))
is "nothing is due then, either" "$(grep -c ' -b 17' calls)" 1
status "the next" 0 at $((next + 86400))
is "is due" "$(grep -c -- " -b $next " calls)" 0
# the log had nothing of it
is "but has nothing" "$(cat rep/done)" $next
touch log/smtp/current

# days that were missed
again
echo $((day - 5 * 86400)) >rep/done
status "after a pause of days" 0 at $due
is "three are made" "$(sed -n 's/.* -b \([1-9][0-9]*\) .*/\1/p' calls | tr '\n' ' ')" "$((day - 2 * 86400)) $((day - 86400)) $day "
is "and no more, which is said" "$(grep warning err)" "report-daily: warning: days before 2026-11-20 are not reported: too long ago"
again
echo nonsense >rep/done
status "a time that is none" 0 at $due
is "is as if there were none" "$(cat rep/done)" $day

# a clock that was ahead
again
echo $((next + 86400)) >rep/done
status "done with a day that is not over" 0 at $due
is "is said" "$(cat err)" "report-daily: warning: days before 2026-11-23 are taken for reported: the clock was ahead"
is "and that once" "$(cat rep/done)" $day
status "another day" 0 at $((next + 86400))
is "is made" "$(cat rep/done err)" $next
again
echo $next >rep/done
status "a restart with a longer delay" 0 at $due
is "is no such clock" "$(cat rep/done err)" $next
again
printf 'To: x@y.example\n\nx\n' >rep/m.eml
touch -d 2100-01-01 rep/m.eml
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in Z" status "a report that was made later" 111 at $due
is "is as if made now" "$(find rep/m.eml -newermt 2099-01-01)" ""
touch log/smtp/current

# what cannot be made
again
printf 'To: x@y.example\n\nx\n' >make/m.eml
echo https://r.example/ >make/p.gz.url; echo report >make/p.gz
echo 111 >ends; rm in/*
status "not all could be made" 111 at $due
like "is said" "$(cat err)" "^report-daily: warning: 2026-11-22: not all reports could be made; tried again"
is "the others go" "$(ls in) $(wc -l <posted)" "1.env
1.msg 1"
rm in/*
is "the day is not done with" "$(ls rep | tr '\n' ' ')" "lock making settled "
echo https://s.example/ >make/q.gz.url; echo report >make/q.gz; echo 0 >ends
status "the next time" 0 at $due
is "nobody gets his twice" "$(ls in) $(sort posted | tr '\n' ' ')" " https://r.example/ report https://s.example/ report "
is "the day is done with" "$(cat rep/done; ls rep | tr '\n' ' ')" "$day
done lock making "
again
echo 111 >ends
echo $((day - 86400 * 2)) >rep/done
status "two days of which not all could be made" 111 at $due
is "the older is given up" "$(cat err rep/done)" "report-daily: warning: 2026-11-21: not all reports could be made; given up
report-daily: warning: 2026-11-22: not all reports could be made; tried again
$((day - 86400))"

# what nobody takes
again
printf 'To: x@y.example\n\nx\n' >make/m.eml
echo https://r.example/ >make/p.gz.url; echo report >make/p.gz
echo 111 >took
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in Z"
status "nobody takes it" 111 at $due
is "is said" "$(grep '^report' err)" "report-daily: warning: m.eml: not taken; tried again
report-daily: warning: p.gz.url: not taken; tried again"
like "and why" "$(cat err)" '^sendmail: fatal: '
is "stays" "$(ls rep | tr '\n' ' ')" "done lock m.eml making p.gz p.gz.url "
touch -d "@$next" rep/m.eml rep/p.gz.url
status "a second before a day is over" 111 at $((next + 86399))
touch log/smtp/current
status "after a day" 0 at $((next + 86400))
is "is given up" "$(grep '^report' err)" "report-daily: warning: m.eml: not taken within a day; given up
report-daily: warning: p.gz.url: not taken within a day; given up"
is "and gone" "$(ls rep/*.* 2>/dev/null)" ""
again
printf 'To: x@y.example\n\nx\n' >make/m.eml
echo https://r.example/ >make/p.gz.url; echo report >make/p.gz
echo 100 >took
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in D"
status "all refuse it" 0 at $due
is "is said" "$(grep '^report' err)" "report-daily: warning: m.eml: refused for good
report-daily: warning: p.gz.url: refused for good"
is "is gone" "$(ls rep | tr '\n' ' ')" "done lock making "
# who posts takes other arguments since then
again
echo https://r.example/ >make/p.gz.url; echo report >make/p.gz
printf '#!/bin/sh\ntouch other\n' >meanwhile
chmod 755 meanwhile
status "all would be refused, whatever it is" 111 at $due
is "is no answer about a report" "$(grep '^report' err)" "report-daily: warning: p.gz.url: not taken; tried again"
is "it stays" "$(ls rep | tr '\n' ' ')" "done lock making p.gz p.gz.url "
rm other meanwhile
status "when it does" 0 at $due
is "it goes" "$(cat posted)" "https://r.example/ report"
again
i=0
while [ $i -lt 45 ]; do i=$((i + 1)); echo https://r$i.example/ >make/$i.gz.url; echo $i >make/$i.gz; done
status "many to be posted" 0 at $due
is "all are" "$(wc -l <posted) $(sort -u posted | wc -l) $(ls rep/*.url 2>/dev/null)" "45 45 "
again
: >"make/a b;\$(touch x)*.eml"
status "an odd name" 0 at $due
is "is a name" "$(ls x 2>/dev/null)$(cat err | grep -c 'touch x')" 1

# no room: SIGXFSZ is ignored, so that a write fails
again
(trap '' XFSZ; ulimit -f 0; report-daily -t $due rep log true; echo "ends: $?") 2>&1 | cat >said
like "no room: is said" "$(cat said)" "^report-daily: warning: unable to write in rep"
like "and tried again" "$(cat said)" "^ends: 111"
is "the day is not done with" "$(ls rep/done 2>/dev/null)" ""
status "when there is" 0 at $due
is "it is made" "$(cat rep/done)" $day

# a log that comes to its end while it is read
again
printf '#!/bin/sh\nrm meanwhile; mv log/smtp/current log/smtp/@another; echo x >log/smtp/current\n' >meanwhile
chmod 755 meanwhile
status "a log is rotated meanwhile" 0 at $due
is "it is read again" "$(sed 1d calls | grep -c '@another') $(grep -c . calls)" "1 3"

# more names of logs than an argument can have bytes
again
mkdir log/many
seq -f "log/many/@%.0f$(printf '%0200d' 0)" 1 1000 | tr '\n' '\0' | xargs -0 touch
status "a thousand logs" 0 at $due
is "are read, all" "$(tail -1 calls | grep -o log/many/@ | wc -l) $(cat err)" "1000 "
rm -rf log/many

# what is not there
mkdir none
status "no logs, and nothing is due" 0 daily -t $due rep none true
is "is nothing" "$(cat err)" ""
again
status "no logs, and a day is due" 111 daily -t $due rep none true
is "is said" "$(cat err)" "report-daily: warning: no logs in none
report-daily: warning: 2026-11-22: not all reports could be made; tried again"
status "no folder of logs" 111 daily -t $due rep no-such true
is "is said" "$(cat err)" "report-daily: fatal: unable to read no-such: is it there, and whose is it?"
status "nowhere to write" 111 daily -t $due no-such log true
is "is said" "$(cat err)" "report-daily: fatal: unable to write in no-such: is it there, whose is it, and is there room?"
status "no such program" 111 daily -t $due rep log no-such-program
status "a program that does not take its arguments" 100 daily -t $due rep log tls-report -m x -o x
like "says so" "$(cat err)" "^tls-report: fatal: bad -m x"
status "such a program, as a service" 100 daily rep log tls-report -m x -o x
for p in './poster -y' 'https-post --no-such' 'https-post -w x'; do
	again
	echo https://r.example/ >rep/p.gz.url; echo report >rep/p.gz
	status "-p $p, which it does not take" 100 timeout 10 report-daily -p "$p" -t $due rep log true
	is "says so" "$(tail -n 1 err)" "report-daily: fatal: bad -p $p: it ends with 100 whatever the file is"
	is "drops nothing" "$(ls rep | tr '\n' ' ')" "lock p.gz p.gz.url "
done
like "and why" "$(cat err)" '^https-post: fatal: bad -w x'
for p in no-such-program /dev/null; do
	status "-p $p, which is no program" 111 timeout 10 report-daily -p "$p" rep log true
	is "is said" "$(tail -n 1 err)" "report-daily: fatal: unable to run $p"
done
again
bg sh -c 'exec 9>>rep/lock; flock 9; exec sleep 100'
wait_for 10 sh -c '! flock -n rep/lock true'
status "two at once" 111 daily -t $due rep log true
kill $bg_pid
wait $bg_pid 2>/dev/null
status "no arguments" 100 report-daily
again
report-daily -t $due rep log ./maker >/dev/full 2>&1
is "nobody hears it: all is done" "$? $(cat rep/done)" "0 $day"
again
report-daily -t $due rep log ./maker <&- 2>err; is "0 closed" $? 111
report-daily -t $due rep log ./maker >&- 2>err; is "1 closed" $? 111
report-daily -t $due rep log ./maker 2>&- >err; is "2 closed" $? 111
is "nothing is done" "$(ls rep)" ""
status "too few" 100 daily rep log
for o in '-d x' '-d 86400' '-d 08' '-d 010' '-t 01795400000' '-t x' '-t -1' -x '-t'; do
	# shellcheck disable=SC2086
	status "$o" 100 timeout 10 report-daily $o rep log true
done

# as a service whose clock is what the test says, and whose naps are short
mkdir stubs
cat >stubs/date <<X
#!/bin/sh
case \$* in +%s) cat $T/clock ;; *) exec $(command -v date) "\$@" ;; esac
X
printf '#!/bin/sh\nexec %s 0.1\n' "$(command -v sleep)" >stubs/sleep
chmod 755 stubs/*
service() { bg env PATH="$T/stubs:$PATH" report-daily -d 0 "$@" rep log ./maker 2>err; }
end_service() { kill $bg_pid; wait $bg_pid 2>/dev/null; }
done_is() { [ "$(cat rep/done 2>/dev/null)" = "$1" ]; }
again
echo $((due + 999 * 86400)) >clock
service
wait_for 10 done_is $((day + 999 * 86400)); ok "a clock that is ahead" $?
echo $due >new; mv new clock
wait_for 10 done_is $day; ok "is set right: it does not wait for that day" $?
end_service

# what cannot be removed
printf '#!/bin/sh\ncase $* in "-f "*.eml | "-f "*.url) exit 1 ;; esac\nexec %s "$@"\n' "$(command -v rm)" >stubs/rm
chmod 755 stubs/rm
again
rm -f in/*
printf 'To: x@y.example\n\nx\n' >rep/m.eml
echo https://r.example/ >rep/p.gz.url; echo report >rep/p.gz
echo https://s.example/ >rep/q.gz.url; echo report >rep/q.gz
echo $due >clock
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in K" service -p './poster -x'
wait_for 10 done_is $day; ok "nothing that was taken can be removed" $?
later() { echo $(($(cat clock) + 7200)) >new; mv new clock; done_is $next; }
wait_for 20 later; ok "they are there for a day" $?
end_service
is "nobody gets it twice" "$(ls in) $(sort posted | tr '\n' ' ')" "1.env
1.msg https://r.example/ report https://s.example/ report "
is "is said, once" "$(grep -c 'handed over' err) $(grep 'unable' err | sort)" "3 report-daily: warning: unable to remove rep/m.eml
report-daily: warning: unable to remove rep/p.gz.url
report-daily: warning: unable to remove rep/q.gz.url"
rm stubs/rm

# what cannot be written down: the day's reports are made again
again
rm -f in/*
printf 'To: x@y.example\n\nx\n' >make/m.eml
echo https://r.example/ >make/p.gz.url; echo report >make/p.gz
echo 111 >ends
mkdir rep/settled
echo $due >clock
ROHRPOST_INJECT="$top/tests/tools/fakeinject.py $T/in K" service -p './poster -x'
# ten minutes pass with each look
tries() {
	echo $(($(cat clock) + 600)) >new; mv new clock
	[ "$(grep -cs -- "-b $day " calls)" -ge "$1" ]
}
wait_for 20 tries 2; ok "not all could be made, and are made again" $?
wait_for 20 tries 3; ok "and again" $?
end_service
is "nobody gets one twice" "$(ls in) $(cat posted)" "1.env
1.msg https://r.example/ report"
is "why they stay is said" "$(grep -c 'report-daily: warning: unable to write in rep' err)" 2
rmdir rep/settled

# a signal ends who hands over, too
again
printf 'To: x@y.example\n\nx\n' >make/m.eml
printf '#!/bin/sh\necho $PPID $$ >sender.new; mv sender.new sender; exec %s 600\n' "$(command -v sleep)" >hang
chmod 755 hang
ROHRPOST_INJECT=$T/hang service
wait_for 10 test -e sender; ok "mail is being handed over" $?
end_service
read -r sender hung <sender
gone() { ! grep -qs '^State:.[^Z]' "/proc/$1/status"; }
wait_for 5 gone "$sender"; ok "a signal ends that, too" $?
is "it is tried again" "$(ls rep/*.eml)" rep/m.eml
kill "$hung"

# as a service: it waits for midnight, and for a signal
if ! command -v faketime >/dev/null; then
	skip "needs faketime"
	done_testing
	exit 0
fi
again
touch log/smtp/current
bg env TZ=UTC faketime '2026-11-22 23:59:57' "$(command -v report-daily)" -d 0 rep log ./maker
made() { grep -qs -- " -b $day " calls || grep -qs -- "^-b $day " calls; }
wait_for 5 [ -e calls ]; ok "it has begun" $?
wait_for 20 made; ok "a day comes to its end" $?
is "the day before is made first, then it" "$(sed -n 's/^-b \([1-9][0-9]*\) .*/\1/p' calls | head -2 | tr '\n' ' ')" "$((day - 86400)) $day "
pid=$(cat /proc/$bg_pid/task/$bg_pid/children)
kill "${pid:-$bg_pid}" 2>/dev/null; kill "$bg_pid" 2>/dev/null
wait "$bg_pid" 2>/dev/null
free() { flock -n rep/lock true; }
wait_for 5 free; ok "a signal ends it" $?
done_testing
