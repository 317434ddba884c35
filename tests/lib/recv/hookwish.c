/* what hooks want to be done with a message */
#include "recv/hookwish.h"
#include "tap.h"
#include <stdlib.h>

static void
want(struct hookwish *w, const char *text, int late, int result)
{
	struct policyaction a;

	policyaction_read(&a, text, strlen(text));
	is_num(hookwish_add(w, &a, late), result, text);
}

static struct incoming *
letter(void)
{
	static struct incoming_store store;
	struct incoming *l;

	store.share.pool[SHARE_MEMORY].max = 1 << 20;
	l = incoming_new(&store, NULL);
	incoming_line(l, "from", "a@b.example", 11);
	incoming_line(l, "to", "c@d.example", 11);
	return l;
}

static void
is_envelope(const struct hookwish *w, const char *want, const char *name)
{
	struct incoming *l = letter();
	char got[1000];

	is_num(hookwish_do(w, l, 1000), 0, "done");
	snprintf(got, sizeof got, "%.*s", (int)buf_len(&l->item.env),
	    buf_data(&l->item.env));
	is_str(got, want, name);
	incoming_free(l);
}

static void
test_wishes(void)
{
	struct hookwish w = { .hold = 0 };

	is_envelope(&w, "from a@b.example\nto c@d.example\n", "nothing");
	want(&w, "PREPEND A: b", 0, 0);
	want(&w, "PREPEND A: bc", 0, 0);
	want(&w, "PREPEND A: b", 0, 0);
	want(&w, "PREPEND A: late", 1, -1);
	is_num(buf_len(&w.fields), 11, "fields, each once");
	is_num(memcmp(buf_data(&w.fields), "A: b\nA: bc\n", 11), 0,
	    "in their order");
	want(&w, "BCC x@y.example", 1, 0);
	want(&w, "BCC x@y.example", 0, 0);
	want(&w, "BCC z@y.example", 0, 0);
	is_envelope(&w,
	    "from a@b.example\nto c@d.example\n"
	    "to x@y.example NOTIFY=NEVER\nto z@y.example NOTIFY=NEVER\n",
	    "copies, each once");
	want(&w, "REDIRECT r@y.example", 0, 0);
	want(&w, "REDIRECT s@y.example", 0, 0);
	want(&w, "HOLD x", 0, 0);
	want(&w, "WARN x", 0, 0);
	is_envelope(&w,
	    "from a@b.example\nto r@y.example\n"
	    "to x@y.example NOTIFY=NEVER\nto z@y.example NOTIFY=NEVER\n"
	    "hold-until 2593000\n",
	    "the first of two, and kept back");
	is_num(w.discard, 0, "not thrown away");
	want(&w, "DISCARD", 1, 0);
	is_num(w.discard, 1, "but now");
	hookwish_clear(&w);
	is_envelope(&w, "from a@b.example\nto c@d.example\n", "all is gone");
}

/* so long, in steps of n bytes and a line end */
static void
test_limit(size_t max, const char *head, const char *foot)
{
	struct hookwish w = { .hold = 0 };
	struct policyaction a;
	char t[200];
	unsigned i, n = 0;
	int width = 64 - (int)(strlen(foot) + strlen(strchr(head, ' ')));
	int r = 0;

	for (i = 0; i < 1000 && r == 0; i++) {
		snprintf(t, sizeof t, "%s%0*u%s", head, width % 100, i, foot);
		policyaction_read(&a, t, strlen(t));
		r = hookwish_add(&w, &a, 0);
		n += r == 0;
	}
	is_num(n, (long long)max / 64, "as many as may be");
	is_num(r, -1, "one more is too much");
	hookwish_clear(&w);
}

int
main(void)
{
	test_wishes();
	test_limit(HOOKWISH_FIELDS_MAX, "PREPEND A: ", "");
	test_limit(HOOKWISH_COPIES_MAX, "BCC a", "@b.example");
	return done();
}
