#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
# salt 0123456789abcdef
h='$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7+/qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58'
small='$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$g5R8smY16LJQCzSJJbIg3A'
# ask HASH PASSWORD: a question
ask() { printf '%d:%s\0%s,' $((${#1} + 1 + ${#2})) "$1" "$2"; }
is "the password" "$(ask "$h" password | auth-hash)" "1:Y,"
is "another" "$(ask "$h" Password | auth-hash)" "1:N,"
is "three, in their order" "$( (ask "$small" password; ask "$small" x; ask hash x; ask "$small" password) | auth-hash)" \
	"1:Y,1:N,17:Zno argon2id hash,1:Y,"
p256=$(printf '%0256d' 0)
is "256 bytes" "$(ask "$small" "$p256" | auth-hash)" "1:N,"
is "one more" "$(ask "$small" "0$p256" | auth-hash)" "49:Zpassword of no length, or of more than 256 bytes,"
is "none" "$(ask "$small" "" | auth-hash)" "49:Zpassword of no length, or of more than 256 bytes,"
made=$(ask "" "$p256" | auth-hash)
like "one is made" "$made" '^98:H[$]argon2id[$]v=19[$]m=65536,t=2,p=1[$][^,]*,$'
made=${made#*:H} made=${made%,}
is "which is of that password" "$( (ask "$made" "$p256"; ask "$made" x) | auth-hash)" "1:Y,1:N,"
is "256 MiB is computed" "$(ask "$(echo "$h" | sed s/65536/262144/)" password | auth-hash)" "1:N,"
is "and no more" "$(ask "$(echo "$h" | sed s/65536/262145/)" password | auth-hash)" "26:Zhash of more than 256 MiB,"
is "11 passes" "$(ask "$(echo "$h" | sed s/t=2/t=11/)" password | auth-hash)" "28:Zhash of more than 10 passes,"

# what takes too much memory is not wrong
if grep -q __asan_init "$(command -v auth-hash)"; then
	skip "no memory: instrumented program"
else
	is "no memory" "$(ask "$(echo "$h" | sed s/65536/262144/)" password | (ulimit -v 200000; auth-hash))" "14:Zout of memory,"
fi

# byte by byte
ask "$small" password >q
is "in bytes" "$(python3 -c '
import subprocess
p = subprocess.Popen(["auth-hash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
for b in open("q", "rb").read():
    p.stdin.write(bytes([b]))
print(p.stdout.read(4).decode())
p.stdin.close(); p.wait()')" "1:Y,"

# nobody of the same user looks into it
mkfifo in; auth-hash <in >/dev/null & p=$!
exec 3>in
ask "$small" password >&3
wait_for 10 sh -c "[ \"\$(stat -c %U /proc/$p/environ)\" = root ] || ! cat /proc/$p/environ >/dev/null 2>&1"
ok "it is not to be looked into" $?
exec 3>&-; wait $p
is "the end of input" $? 0

# bad input
status "no netstring" 100 sh -c 'echo x | auth-hash'
is "is said" "$(cat err)" "auth-hash: fatal: not a question"
status "a question of 1024 bytes" 0 sh -c "(printf '1024:'; head -c 1024 /dev/zero | tr '\\0' x; printf ,) | auth-hash"
is "is answered" "$(cat out)" "17:Zno argon2id hash,"
status "of 1025" 100 sh -c "(printf '1025:'; head -c 1025 /dev/zero | tr '\\0' x; printf ,) | auth-hash"
status "half a question" 111 sh -c "printf '5:ab' | auth-hash"
is "is said" "$(cat err)" "auth-hash: fatal: question cut short by end of input"
status "no reader" 111 sh -c 'auth-hash <q >/dev/full'
status "no input" 0 auth-hash </dev/null
status "an argument" 100 auth-hash x
status "closed input" 111 sh -c 'auth-hash <&-'
done_testing
