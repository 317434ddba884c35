#!/bin/sh
# A parcel made by hand as parcel(5) shows it holds the message byte for
# byte, whatever that ends in; and one whose envelope has a faulty line is
# answered with that line, for sendmail's users, too.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
queue-check -i q

# the commands of the page's example, the first but for what it puts in
page=$top/doc/man/parcel.5
sed -n '/^One made by hand/,/^\.Ed/s/^\$ //p' "$page" | sed 's/\\e/\\/g; /^printf/d; /^head/d' >recipe
like "the recipe" "$(cat recipe)" '>parcel$'
# made NAME FORMAT: a message, and whether it comes back
made() {
	printf "$2" >message
	{ printf 'from a@example.org\nto b@example.org\n\n'; cat message; } >content
	sh recipe
	queue-inject q <parcel >out 2>log
	like "$1: taken" "$(cat out)" '^21:K[0-9a-v]{20},$'
	queue-show -m q "$(cut -c 5-24 out)" >got 2>err
	cmp -s message got; ok "$1: byte for byte" $?
}
made "one line" 'Subject: x\n\nhi\n'
made "a last empty line" 'Subject: x\n\nhi\n\n'
made "many of them" 'Subject: x\n\nhi\n\n\n\n\n'
made "no last line end" 'Subject: x\n\nhi'
made "a header alone" 'Subject: x\n'
made "nothing at all" ''
made "a line end alone" '\n'
made "characters of many bytes" 'Subject: \303\274\n\n\360\237\223\256\n\n'
made "blanks and backslashes" ' \\\\n %%s  \n\n'

# hold-until tomorrow is not now
faulty() {
	{ printf 'from a@example.org\nto b@example.org\n%s\n\nSubject: x\n' "$1"; } >content
	sh recipe
	before=$(find q/mess -type f | wc -l)
	queue-inject q <parcel >out 2>log
	is "$1" "$(cat out)" "$((28 + ${#1} + ${#2})):D5.6.0 bad envelope line: $1: $2,"
	is "is not queued" "$(find q/mess -type f | wc -l)" "$before"
}
faulty "hold-until tomorrow" "no time"
faulty "prio 12" "no digit"
faulty "expire x" "no time"
faulty "from c@example.org" "stands twice"

# a link that puts a faulty line in: who hands in is told
cat >chain <<X
#!/usr/bin/env perl
\$/ = ":";
\$n = <STDIN>;
chop \$n;
read STDIN, \$c, \$n + 1; # and the comma
chop \$c;
\$c =~ s/\n\n/\nprio high\n\n/;
open Q, "|queue-inject $T/q";
print Q length(\$c), ":\$c,";
close Q;
X
chmod +x chain
echo hi | ROHRPOST_INJECT="$T/chain" sendmail b@example.org >out 2>err
is "sendmail does not take it" "$?" 69
like "and says why" "$(cat err)" '5[.]6[.]0 bad envelope line: prio high: no digit'
done_testing
