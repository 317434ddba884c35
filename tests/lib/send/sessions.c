/* sessions of TLS that may be resumed: send/sessions */
#include "send/sessions.h"
#include "tap.h"
#include <string.h>

static struct sendsessions all;

static void
keep(const char *key, int mark, int64_t until_s, int64_t now_ms)
{
	struct sendsession s = { .verdict = TLS_V_PKIX, .until_s = until_s };

	s.tls.bytes[0] = (unsigned char)mark;
	sendsessions_keep(&all, key, strlen(key), &s, now_ms);
}

/* the mark of the session with this key, -1: there is none */
static int
find(const char *key, int64_t now_ms, int64_t wall_s)
{
	const struct sendsession *s =
	    sendsessions_find(&all, key, strlen(key), now_ms, wall_s);

	return s == NULL ? -1 : s->tls.bytes[0];
}

static void
keys(void)
{
	is_num(find("a", 0, 0), -1, "nothing yet");
	keep("a", 1, 0, 0);
	is_num(find("a", 0, 1000), 1, "there");
	is_num(find("ab", 0, 0), -1, "a longer key");
	is_num(find("", 0, 0), -1, "a shorter one");
	keep("a", 2, 0, 0);
	is_num(find("a", 0, 0), 2, "the later one");
	is_num((long long)all.by_key.n, 1, "in its place");
	sendsessions_drop(&all, "b", 1);
	sendsessions_drop(&all, "a", 1);
	is_num(find("a", 0, 0), -1, "dropped");
}

static void
times(void)
{
	int64_t age = SENDSESSIONS_AGE_S * INT64_C(1000);

	keep("a", 1, 0, 5);
	is_num(find("a", 4 + age, 0), 1, "as old as may be");
	is_num(find("a", 5 + age, 0), -1, "too old");
	is_num((long long)all.by_key.n, 0, "and gone");
	keep("a", 1, 100, 5);
	is_num(find("a", 5, 100), 1, "the certificate's last second");
	is_num(find("a", 5, 101), -1, "it is over");
}

static void
many(void)
{
	char key[20];
	int i;

	for (i = 0; i < SENDSESSIONS_MAX; i++) {
		snprintf(key, sizeof key, "k%d", i);
		keep(key, i % 200, 0, 0);
	}
	is_num(find("k0", 0, 0), 0, "as many as there may be");
	keep("one more", 1, 0, 0);
	is_num((long long)all.by_key.n, SENDSESSIONS_MAX, "one more");
	is_num(find("k1", 0, 0), -1, "the one used longest ago went");
	is_num(find("k0", 0, 0), 0, "one used since has not");
	is_num(find("one more", 0, 0), 1, "the new one is there");
	sendsessions_free(&all);
	is_num((long long)all.by_key.n, 0, "all is forgotten");
}

int
main(void)
{
	keys();
	times();
	many();
	return done();
}
