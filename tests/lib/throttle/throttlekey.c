/* keys of rules: their parts, their order, the names of tags */
#include "throttle/throttlekey.h"
#include "tap.h"

static const struct {
	const char *key, *want; /* canonical; NULL: wrong */
} keys[] = {
	{ "*", "*" },
	{ "site:A", "site:a" },
	{ "provider:gmail", "provider:gmail" },
	{ "user:ann@example.org+src:Out1", "src:out1+user:ann@example.org" },
	{ "tag:Stream=News", "tag:stream=news" },
	{ "tag:b=1+tag:a=2+tenant:t", "tenant:t+tag:a=2+tag:b=1" },
	{ "tag:ab=1+tag:a=2", "tag:a=2+tag:ab=1" },
	{ "tag:a=b=c", "tag:a=b=c" },
	{ "tag:a=*+site:*", "site:*+tag:a=*" },
	{ "provider:*+user:*+src:*+tenant:*+via:*+domain:*+site:*",
	    "site:*+domain:*+via:*+tenant:*+provider:*+src:*+user:*" },
	/* wrong */
	{ "tag:a", NULL },
	{ "tag:=x", NULL },
	{ "tag:a=", NULL },
	{ "tag:a b=c", NULL },
	{ "tag:a/b=c", NULL },
	{ "tag=a", NULL },
	{ "tag:a=1+tag:A=2", NULL },
	{ "src:1+src:1", NULL },
	{ "source:a", NULL },
	{ "provider", NULL },
	{ "", NULL },
};

static const char *
canonical(const char *key)
{
	static char out[THROTTLE_KEY_MAX + 1];
	const struct slice s = { key, strlen(key) };
	struct throttle_parts parts = { .n = 0 };

	if (throttlekey_parse(&s, &parts) != NULL)
		return "wrong";
	out[throttlekey_print(out, &parts)] = '\0';
	return out;
}

static void
parsing(void)
{
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++) {
		is_str(canonical(keys[i].key),
		    keys[i].want == NULL ? "wrong" : keys[i].want, keys[i].key);
		if (keys[i].want != NULL)
			is_str(canonical(keys[i].want), keys[i].want,
			    "which is its own");
	}
}

static void
longest(void)
{
	char key[THROTTLE_TAG_MAX + 20];
	struct slice s = { key, 0 };
	struct throttle_parts parts = { .n = 0 };

	s.n = snprintf(key, sizeof key, "tag:%0*d=x", THROTTLE_TAG_MAX, 1);
	ok(throttlekey_parse(&s, &parts) == NULL, "a name of 63 bytes");
	s.n = snprintf(key, sizeof key, "tag:%0*d=x", THROTTLE_TAG_MAX + 1, 1);
	ok(throttlekey_parse(&s, &parts) != NULL, "one of 64 is too long");
}

/* the same labels by other names, as for what comes in */
static void
other_words(void)
{
	static const char *const label[THROTTLE_TAG] = {
		[THROTTLE_SRC] = "client", [THROTTLE_USER] = "user"
	};
	static const struct throttle_words words = { label, "other words",
		"other", 0 };
	static const struct {
		const char *key, *want;
	} t[] = {
		{ "*", "*" },
		{ "user:A+client:*", "client:*+user:a" },
		{ "src:x", NULL },
		{ "site:x", NULL },
		{ "tag:a=b", NULL },
		{ ":x", NULL },
	};
	char out[THROTTLE_KEY_MAX + 1];
	struct throttle_parts parts = { .words = &words };
	const char *bad;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		const struct slice s = { t[i].key, strlen(t[i].key) };

		bad = throttlekey_parse(&s, &parts);
		if (bad == NULL)
			out[throttlekey_print(out, &parts)] = '\0';
		is_str(bad == NULL ? out : bad,
		    t[i].want == NULL ? words.fault : t[i].want, t[i].key);
	}
}

static int
find(const struct throttle_tags *t, const char *p, size_t *value)
{
	return throttlekey_find(t, p, strlen(p), value);
}

static void
slots(void)
{
	static const char *const names[] = { "m", "Z", "a", "mm", "b", "x", "y",
		"c" };
	struct throttle_tags t = { .n = 0 };
	char order[64] = "";
	size_t value = 0;
	unsigned i;
	int bad = 0;

	for (i = 0; i < THROTTLE_TAGS_MAX; i++)
		bad += throttlekey_slot(&t,
			   (struct slice){ names[i], strlen(names[i]) }) !=
		    THROTTLE_TAG + (int)i;
	is_num(bad, 0, "each name has a slot of its own");
	is_num(throttlekey_slot(&t, (struct slice){ "z", 1 }), THROTTLE_TAG + 1,
	    "which it keeps, however it is written");
	is_num(throttlekey_slot(&t, (struct slice){ "n", 1 }), -1,
	    "one more is too many");
	for (i = 0; i < t.n; i++)
		strcat(strcat(order, t.name[t.order[i]]), " ");
	is_str(order, "a b c m mm x y z ", "and their order is known");
	is_num(find(&t, "MM=x", &value), THROTTLE_TAG + 3, "a job's tag");
	is_num(value, 3, "its value");
	is_num(find(&t, "mmm=x", &value), -1, "one no rule speaks of");
	is_num(find(&t, "mm", &value), -1, "one without value");
}

int
main(void)
{
	parsing();
	longest();
	other_words();
	slots();
	return done();
}
