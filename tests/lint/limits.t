#!/bin/sh
# limits(7) and the source agree: every constant that bounds something is
# listed with its value, and nothing is listed that is not so.  Where a name
# is used twice, each value is listed.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
page=doc/man/limits.7
[ -e $page ]; ok "limits(7) exists" $?

# NAME VALUE of each constant of headers, modules and programs; expressions
# of numbers and of other constants are worked out
cat >"$T/constants.pl" <<'X'
use strict;
my (%in, %all, @list);
for my $f (@ARGV) {
	open my $h, '<', $f or die "$f: $!";
	local $/;
	my $t = <$h>;
	$t =~ s{/\*.*?\*/}{}gs;
	while ($t =~ /\benum\s*\w*\s*\{([^{}]*)\}/g) {
		for (split /,/, $1) {
			push @list, [$f, $1, $2]
			    if /^\s*([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*$/s;
		}
	}
	push @list, [$f, $1, $2]
	    while $t =~ /^#define\s+([A-Z][A-Z0-9_]+)\s+(\(?[-0-9I].*)$/gm;
}
# what stands in the same file comes before what stands elsewhere
for (1 .. 4) {
	for (@list) {
		my ($f, $n, $x) = @$_;
		$x =~ s/\s+/ /g; # over several lines
		$x =~ s/INT64_C\((\d+)\)/$1/g;
		$x =~ s/\b([A-Z][A-Z0-9_]*)\b/$in{$f}{$1} \/\/ $all{$1} \/\/ $1/ge;
		next unless $x =~ m{^[-+*/<>() 0-9]+$};
		my $v = eval $x;
		$in{$f}{$n} = $all{$n} = $v if defined $v;
	}
}
for (@list) {
	my $v = $in{$_->[0]}{$_->[1]};
	print "$_->[1] $v\n" if defined $v;
}
X
perl "$T/constants.pl" lib/*/*.h lib/*/*.c cmd/*.c | sort -u >"$T/constants"
sed -n 's/^\.It Dv \([A-Z0-9_]*\) Li \(-*[0-9]*\)$/\1 \2/p' $page | sort -u >"$T/listed"

# Room for something of known size, pieces of input and output, the first
# size of a table that grows: nothing outside can reach these.
inside='DIAL_TEXT|DOTOUT_END|REPLY_ESC|DEADHOST_KEY|IN_BYTES|OUT_BYTES|READ_BYTES|COPY_BYTES|AUDIT_MESSAGE_BYTES|AUDIT_GROUP_BYTES|SLOTS_MIN|CHAINS_MIN|INDEX_MAX'
grep -E '(^|_)(MAX|MIN|LIMIT|BYTES|MS|S|US|SECS|DEFAULT|RESERVE|RETRIES|WINDOW) ' "$T/constants" |
	grep -vE "^($inside)(_MAX)? " >"$T/limits"
is "every limit stands in limits(7) with its value" "$(comm -23 "$T/limits" "$T/listed")" ""
is "limits(7) lists nothing that is not so" "$(comm -13 "$T/constants" "$T/listed")" ""
is "every item has name and value" "$(grep '^\.It' $page | grep -vE '^\.It Dv [A-Z0-9_]+ Li -?[0-9]+$')" ""

# and the form for people, "bytes (64 MiB)", says the same
cat >"$T/forms.pl" <<'X'
my %unit = (KiB => 1 << 10, MiB => 1 << 20, GiB => 1 << 30, ms => 1e3,
    s => 1e6, min => 6e7, h => 3.6e9, d => 8.64e10);
my %base = (bytes => 1, seconds => 1e6, milliseconds => 1e3, microseconds => 1);
local $/;
$_ = <STDIN>;
while (/^\.It Dv (\w+) Li (\d+)\n(\w+) \(([0-9.]+) ([A-Za-z]+)\)/gm) {
	print "$1\n" if abs($2 * $base{$3} - $4 * $unit{$5}) > 0.5;
}
X
is "bytes and times are the same in words" "$(perl "$T/forms.pl" <$page)" ""

# the tests that the page names are there, and speak of it
missing=
for t in $(sed -n 's/^\.Pa \(tests[^ ]*\) .*/\1/p' $page | sort -u); do
	[ -e "$t" ] || missing="$missing $t"
done
is "the tests that it names are there" "$missing" ""
done_testing
