#include "many/keyset.h"
#include "tap.h"

int
main(void)
{
	struct keyset s = { 0 };
	char key[32];
	int i, bad = 0;

	is_num(keyset_add(&s, "a", 1), 1, "one");
	is_num(keyset_add(&s, "ab", 2), 1, "that begins so");
	is_num(keyset_add(&s, "ab", 1), 0, "the first of both");
	is_num(keyset_add(&s, "", 0), 1, "the empty one");
	is_num(keyset_add(&s, "", 0), 0, "again");
	for (i = 0; i < 100000; i++) {
		snprintf(key, sizeof key, "spring:%d@example.org", i);
		bad += keyset_add(&s, key, strlen(key)) != 1;
	}
	for (i = 0; i < 100000; i++) {
		snprintf(key, sizeof key, "spring:%d@example.org", i);
		bad += keyset_add(&s, key, strlen(key)) != 0;
	}
	is_num(bad, 0, "many, twice");
	is_num(s.n, 100003, "all of them");
	keyset_free(&s);
	is_num(s.n, 0, "none");
	return done();
}
