#!/bin/sh
# conf-examples, conf(5) and conf-build speak of the same files; references
# between manual pages lead somewhere.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
examples=$(printf '%s\n' conf-examples/* | sed 's,.*/,,' | sort)
is "conf(5) lists the files of conf-examples" \
    "$(sed -n '/^\.Bl -column/,/^\.El/s/^\.It \([a-z]*\) Ta.*/\1/p' doc/man/conf.5 | sort)" "$examples"
is "and has a section for each" "$(sed -n 's/^\.Ss //p' doc/man/conf.5 | sort)" "$examples"
for p in doc/man/conf-*.5; do
	f=${p#doc/man/conf-} f=${f%.5}
	[ -e "conf-examples/$f" ]; ok "conf-$f(5) is of a file" $?
	sed -n "/^\.Ss $f/,/^\.Ss/p" doc/man/conf.5 | grep -q "^\.Xr conf-$f 5"
	ok "conf(5) leads to conf-$f(5)" $?
done
for f in lib/policy/*.h; do
	for s in $(sed -n 's/^extern const struct subject subject_\([a-z]*\);.*/\1/p' "$f"); do
		printf '%s\n' "$examples" | grep -qx "$s"
		ok "the subject $s has an example" $?
	done
done
cp -R conf-examples "$T/conf"
status "conf-build takes the examples" 0 conf-build "$T/conf"
is "without a word" "$(cat "$T/out" "$T/err")" ""

# pages of other projects that ours may name
others='cat 1 cdb 1 chpst 8 less 1 runsvdir 8 sh 1 svlogd 8 tcprules 1 tcpserver 1 tee 1 test 1'
sed -n 's/^\.Xr \([a-z-]* [1-8]\).*/\1/p' doc/man/* | sort -u >"$T/named"
missing=
while read -r name section; do
	case " $others " in *" $name $section "*) continue ;; esac
	[ -e "doc/man/$name.$section" ] || missing="$missing $name($section)"
done <"$T/named"
is "every page that is named is there" "$missing" ""
missing=
for f in $(cat README.md INSTALL doc/*.md lib/*/*.[ch] cmd/* | grep -oE '\<[a-z][a-z-]+\([578]\)' | sort -u); do
	name=${f%(*} section=${f#*(} section=${section%)}
	case " $others " in *" $name $section "*) continue ;; esac
	[ -e "doc/man/$name.$section" ] || missing="$missing $f"
done
is "also in README, doc and source" "$missing" ""
missing=
for f in $(cat README.md INSTALL doc/*.md lib/*/*.[ch] cmd/* tests/*/*.[ct] | grep -oE '\<doc/[A-Z]+\.md|\<tests/[a-z]+/[a-z-]+\.[a-z]+' | sort -u); do
	[ -e "$f" ] || missing="$missing $f"
done
is "files that are named are there" "$missing" ""
done_testing
