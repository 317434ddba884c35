/* the keys of a text, and which names may stand where */
#include "bounce/wordingkeys.h"
#include "tap.h"

static const struct {
	const char *key, *value;
	int good;
} cases[] = {
	{ "language", "de", 1 },
	{ "language", "de-Latn-DE-1996", 1 },
	{ "language", "d", 0 },
	{ "language", "de en", 0 },
	{ "from", "The Post", 1 },
	{ "from", "%{me}", 0 },
	{ "from", "100%", 1 },
	{ "subject-double", "%{rcpt} %{count}", 1 },
	{ "subject-double", "%{subject}", 0 },
	{ "subject-copy", "%{subject} %{rcpt}", 1 },
	{ "subject-copy", "%{host}", 0 },
	{ "expired", "%{host} %{rcpt}", 1 },
	{ "status", "%{status} %{text}", 1 },
	{ "failed", "%{status}", 0 },
	{ "failed", "%{rcpts}", 1 },
	{ "failed", "%{rcpts} ", 0 },
	{ "copy", "%{rcpts}", 0 },
	{ "more", "%{rcpts}", 0 },
	{ "more", "%{count}", 1 },
	{ "delayed", "%{until", 0 },
	{ "delayed", "\303\274 %{until-iso} %{until} %{date} %{arrival}", 1 },
	{ "delayed", "\374", 0 },
	{ "delayed", "a\001b", 0 },
	{ "delayed", "a\302\205b", 0 },
};

int
main(void)
{
	const struct wordingkey *k;
	struct slice v;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		v = (struct slice){ cases[i].value, strlen(cases[i].value) };
		k = wordingkey_find((struct slice){
		    cases[i].key, strlen(cases[i].key) });
		ok(k != NULL &&
			(wordingkey_fault(k, v) == NULL) == cases[i].good,
		    cases[i].value);
	}
	ok(wordingkey_find((struct slice){ "fail", 4 }) == NULL, "half a key");
	ok(wordingkey_find((struct slice){ "", 0 }) == NULL, "none");
	for (i = 0; (k = wordingkey_at((unsigned)i)) != NULL; i++)
		ok(wordingkey_find((struct slice){
		       k->name, strlen(k->name) }) == k,
		    k->name);
	is_num(i, 22, "so many keys");
	return done();
}
