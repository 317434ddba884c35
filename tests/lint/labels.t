#!/bin/sh
# What the programs print is described: each label of an event in event(5),
# of a job or result in job(5), of what a program prints for people on the
# program's own page.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# FILE event|line LABEL for each label that stands in a call; what stands in
# a table of conf-build its header describes
cat >"$T/labels.pl" <<'X'
use strict;
for my $f (@ARGV) {
	open my $h, '<', $f or die "$f: $!";
	local $/;
	my $t = <$h>;
	$t =~ s{/\*.*?\*/}{}gs;
	while ($t =~ /\b((?:ltsv_|event_)?put\w*|showtext_\w+|event_num)\s*\(\s*(?:[^,"()]*,\s*)?"([a-z][a-z0-9_.-]*)"\s*,/g) {
		my ($call, $label) = ($1, $2);
		my $event = $call =~ /^event/ || $call eq 'put_seconds';
		print "$f ", $event ? "event" : "line", " $label\n";
	}
	# lists of labels: those of an envelope in an event, else of a job
	while ($t =~ /\blabels\[\w*\] = \{([^}]*)\}/g) {
		my $list = $1;
		my $kind = $t =~ /event_copy/ ? "event" : "line";
		print "$f $kind $1\n" while $list =~ /"([a-z0-9-]+)"/g;
	}
}
X
perl "$T/labels.pl" $(printf '%s\n' lib/*/*.c | grep -vE '^lib/(base/|tlsout/|fix/match|compose/)') cmd/*.c |
	sort -u >"$T/labels"
[ -s "$T/labels" ]; ok "labels are found in the source" $?

# words PAGE: the words of a page's source that mark something
words() { sed -nE 's/^\.(Cm|Li|It|Op|Ql|Dl|It Li|It Cm) //p' "$1" | tr -s ' :,' '\n'; }
missing=
while read -r file kind label; do
	case $kind,$file in
	event,*) pages=event.5 ;;
	*,lib/run/control*.c | *,lib/run/orderfile.c) pages="queue-run.8 queue-ctl.8" ;;
	*,lib/run/bounces.c) pages=bounce.8 ;;
	*,lib/local/shellcommand.c) pages=command-run.8 ;;
	*,lib/mime/mailshow.c | *,lib/mime/show*.c) pages=mail-show.8 ;;
	*,cmd/queue-ctl.c | *,lib/run/show.c) pages=queue-run.8 ;;
	*,lib/tls/keywire.c) pages=tls-key.8 ;;
	*,lib/sim/simtable.c) pages=sim.8 ;;
	*,lib/failure/explain.c) pages=bounce-class.8 ;;
	*,lib/throttle/closures.c) pages=throttle.8 ;;
	*,lib/account/*) pages=account-socket.5 ;;
	*,lib/accept/*) pages="accept-limit.8 conf-accept.5" ;;
	*,lib/throttle/shareline.c) pages=throttle-share.8 ;;
	*,lib/http/*) pages=https-get.8 ;;
	*,lib/sts/*) pages=sts-fetch.8 ;;
	*,lib/ship/cursor.c | *,lib/ship/logfiles.c | *,lib/ship/filebook.c | *,lib/ship/shipp*.c | *,lib/ship/shipdead.c | *,lib/ship/shipshow.c) pages=log-ship.8 ;;
	*,lib/ship/shipaudit.c) pages=log-audit.8 ;;
	*,lib/ship/eventline.c) pages=ship-batch.5 ;;
	*,lib/suppress/suppressline.c) pages=suppress.8 ;;
	*,lib/queue/standing.c | *,lib/queue/ctlrequest.c | *,lib/queue/ctlparam.c | *,lib/queue/whyfiles.c) pages=queue-run.8 ;;
	*,lib/feedback/*) pages=event.5 ;;
	*,lib/feed/*) pages=mail-feed.8 ;;
	*,lib/grey/greypolicy.c) pages=parcel.5 ;;
	*,cmd/*) f=${file##*/} pages="job.5 ${f%.c}.8" ;;
	*) pages=job.5 ;;
	esac
	described=''
	for p in $pages; do
		[ -e "$T/words.$p" ] || words "doc/man/$p" >"$T/words.$p"
		grep -qxF -e "$label" "$T/words.$p" && described=1 && break
	done
	[ -n "$described" ] || missing="$missing
$file: $label, in $pages"
done <"$T/labels"
is "every label is described" "$missing" ""

version=$(sed -n 's/.*EVENTLINE_VERSION = \([0-9]*\),.*/\1/p' lib/ship/eventline.h)
is "event(5) has the version that is shipped" \
	"$(sed -n '/^\.Ss Version/,/^\.Ss K/s/^\.Li \([0-9]*\) \.$/\1/p' doc/man/event.5)" "$version"
ok "there is one" $((${version:-0} < 1))

# kinds of events
missing=
sed -n '/^\.Ss Kinds/,/^\.El/p' doc/man/event.5 >"$T/kinds"
for k in $(cat lib/*/*.c cmd/*.c | tr -d '\n\t' |
	grep -oE 'event_(begin|of|settled)\([^;]*' | grep -oE '"[a-z]+"' | tr -d '"' | sort -u); do
	grep -E '^\.It ' "$T/kinds" | grep -qw -e "$k" || missing="$missing $k"
done
is "every kind of event is described" "$missing" ""
gone=
for k in $(sed -n 's/^\.It //p' "$T/kinds" | tr -d ,); do
	grep -qF "\"$k\"" lib/*/*.c cmd/*.c || gone="$gone $k"
done
is "event(5) has no kind that is gone" "$gone" ""

# classes of failures: by the label, beside a status code, names of phases; a
# status code of our own server has its text behind it
cat lib/*/*.c cmd/*.c | tr -d '\n\t' | sed 's/SMTPIN_SAY([^;]*;//g' >"$T/source"
{
	grep -oE '("class", |class = |class: )"[a-z0-9-]+"' "$T/source"
	grep -oE '"[245]\.[0-9]+\.[0-9]+", *"[a-z][a-z-]*"' "$T/source"
	grep -oE '"[a-z-]+", *"[245]\.[0-9]+\.[0-9]+"' "$T/source" | sed 's/,.*//'
	sed -n '/^smtpout_phase_name/,/^}/p' lib/smtp/smtpout.c | grep -oE '"[a-z]+"'
} | grep -oE '"[a-z0-9-]+"$' | tr -d '"' | sort -u | grep -vxE 'esc|goodbye|ok|sent|deferred|bounced|later' >"$T/classes"
sed -n '/^\.It Cm class$/,/^\.It/p' doc/man/job.5 | tr ' ' '\n' >"$T/words"
is "every class of failure is described" "$(grep -vxF -f "$T/words" "$T/classes")" ""

# diagnostics: the longest part without a conversion is on the page of the
# program, or for modules on any; what event(5) says of all programs is left out
cat >"$T/messages.pl" <<'X'
use strict;
local $/;
sub plain {
	my ($page) = @_;
	$page =~ s/^\.[A-Z][a-z] //gm;
	$page =~ s/\s+/ /g;
	return $page;
}
my $all = plain(join "", map { open my $m, '<', $_ or die; <$m> } glob "doc/man/*");
for my $f (@ARGV) {
	my ($name) = $f =~ m{([^/]*)\.c};
	open my $h, '<', $f or die "$f: $!";
	my ($t, $page) = (scalar <$h>, \$all);
	if ($f =~ /^cmd/) {
		open my $m, '<', "doc/man/$name.8" or next;
		$page = \plain(scalar <$m>);
	}
	$t =~ s{/\*.*?\*/}{}gs;
	$t =~ s/"\s*\n\s*"//g;
	while ($t =~ /\b(?:die\s*\(\s*(?!EXIT_PERM)\w+,|warn\s*\(|info\s*\()\s*"([^"]*)"/g) {
		my $text = $1;
		next if $text =~ /unable to|out of memory|no random bytes|name (is )?too long/;
		my ($part) = sort { length $b <=> length $a } split /%-?[.*0-9]*[a-z]+/, $text;
		$part =~ s/^[\s:,;]+|[\s:,;]+$//g;
		print "$name: $text\n" if length $part > 5 && index($$page, $part) < 0;
	}
}
X
is "every message of a program is on its page" "$(perl "$T/messages.pl" cmd/*.c lib/*/*.c)" ""
done_testing
