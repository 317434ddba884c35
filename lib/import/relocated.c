#include "import/relocated.h"
#include "import/mailpattern.h"
#include <stdlib.h>

static void
rule(struct import *m, const struct import_at *at, const char *before,
    struct slice who, const char *behind, struct slice where)
{
	struct buf b = { 0 }, text = { 0 };

	import_puts(m, &text, "user has moved to ");
	import_put(m, &text, where.p, where.n);
	import_puts(m, &b, before);
	import_put(m, &b, who.p, who.n);
	import_puts(m, &b, behind);
	import_word(m, &b, " reject:", import_slice(&text));
	import_say(m, IMPORT_ROUTES, at, buf_data(&b), buf_len(&b));
	buf_free(&b);
	buf_free(&text);
}

static void
expression(struct import *m, const struct maptable *t,
    const struct maptable_line *l, struct mailpatterns *x)
{
	struct slice value = maptable_value(t, l), who;
	const char *bad = mailpattern_read(x, maptable_key(t, l));
	unsigned i;

	if (bad == NULL && value.n > 0 && memchr(value.p, '$', value.n) != NULL)
		bad = "a text with $";
	if (bad != NULL)
		import_left(m, IMPORT_ROUTES, &l->at, maptable_key(t, l), bad);
	for (i = 0; bad == NULL && i < x->n; i++) {
		who = (struct slice){ x->one[i].text, strlen(x->one[i].text) };
		rule(m, &l->at, "to:", who, "", value);
	}
}

/* 0 an address, 1 a user, 2 a domain */
static int
kind(struct slice key)
{
	const char *at = memchr(key.p, '@', key.n);

	return at == NULL ? 1 : at == key.p ? 2 : 0;
}

void
relocated_import(struct import *m, const struct maptable *t)
{
	struct mailpatterns *x = malloc(sizeof *x);
	const struct maptable_line *l;
	struct slice key;
	size_t i;
	int k;

	if (x == NULL) {
		m->no_memory = 1;
		return;
	}
	for (k = 0; k < 3; k++)
		for (i = 0; i < maptable_lines(t) && !m->no_memory; i++) {
			l = maptable_line(t, i);
			key = maptable_key(t, l);
			if (l->kind == MAPTABLE_REGEX) {
				/* only ever about an address */
				if (k == 0)
					expression(m, t, l, x);
			} else if (kind(key) == k) {
				rule(m, &l->at,
				    k == 1 ? "to:<local> to:" : "to:", key,
				    k == 1 ? "@" : "", maptable_value(t, l));
			}
		}
	free(x);
}
