#include "import/aliasmap.h"
#include "base/ascii.h"
#include "import/domainmap.h"

/* targets of one line while they are put together */
struct targets {
	struct import *import;
	struct buf line;
	const char *origin;
	int blanks; /* separate, too */
	const char *bad;
};

/* up to a comma, or a blank, outside of quotes */
static int
next(struct slice *rest, int blanks, struct slice *one)
{
	int quoted = 0;
	size_t i;

	*rest = slice_trim(*rest);
	while (rest->n > 0 && (rest->p[0] == ',' || ascii_white(rest->p[0]))) {
		rest->p++;
		rest->n--;
	}
	for (i = 0; i < rest->n; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n)
			i++;
		else if (rest->p[i] == '"')
			quoted = !quoted;
		else if (!quoted &&
		    (rest->p[i] == ',' || (blanks && ascii_white(rest->p[i]))))
			break;
	}
	*one = slice_trim((struct slice){ rest->p, i });
	rest->p += i;
	rest->n -= i;
	return one->n > 0;
}

/* quotes around the whole go: only then may it be a command or a file */
static void
unquote(struct import *m, struct buf *out, struct slice s)
{
	int whole = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
	size_t i;

	if (!whole) {
		import_put(m, out, s.p, s.n);
		return;
	}
	for (i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == '\\' && i + 2 < s.n)
			i++;
		import_put(m, out, s.p + i, 1);
	}
}

static void
put_target(struct targets *t, struct slice s)
{
	const char *at = memrchr(s.p, '@', s.n);

	if (s.p[0] == '/')
		t->bad = "a file is no target: local-deliver stores mail";
	else if (ascii_begins(s.p, s.n, ":include:"))
		t->bad = "a list in a file is no target";
	else if (at == NULL && s.p[0] != '|' && t->origin != NULL &&
	    t->origin[0] == '\0')
		t->bad = "a user without a domain: -m says whose it is";
	if (t->bad != NULL)
		return;
	/* a domain behind a user with blanks is never asked for */
	if (s.p[0] == '|' || (at == NULL && memchr(s.p, ',', s.n) != NULL)) {
		import_puts(t->import, &t->line, "\"");
		for (; s.n > 0; s.p++, s.n--) {
			if (s.p[0] == '"' || s.p[0] == '\\')
				import_puts(t->import, &t->line, "\\");
			import_put(t->import, &t->line, s.p, 1);
		}
		import_puts(t->import, &t->line, "\"");
		return;
	}
	import_put(t->import, &t->line, s.p, s.n);
	if (at == NULL && t->origin != NULL) {
		import_puts(t->import, &t->line, "@");
		import_puts(t->import, &t->line, t->origin);
	}
}

/* KEY: TARGETS.  origin NULL: a user stays one; empty: there may be none */
static void
alias(struct import *m, const struct import_at *at, struct slice key,
    struct slice value, const char *origin, int blanks)
{
	struct targets t = { m, { 0 }, origin, blanks, NULL };
	struct slice rest = value, one;
	struct buf plain = { 0 };
	int any = 0;

	import_put(m, &t.line, key.p, key.n);
	import_puts(m, &t.line, ": ");
	while (t.bad == NULL && next(&rest, blanks, &one)) {
		buf_clear(&plain);
		unquote(m, &plain, one);
		if (any++)
			import_puts(m, &t.line, ", ");
		if (buf_len(&plain) > 0)
			put_target(&t, import_slice(&plain));
	}
	if (t.bad != NULL || !any)
		import_left(m, IMPORT_ALIASES, at, value,
		    t.bad != NULL ? t.bad : "no target");
	else
		import_say(m, IMPORT_ALIASES, at, buf_data(&t.line),
		    buf_len(&t.line));
	buf_free(&t.line);
	buf_free(&plain);
}

void
aliasmap_aliases(struct import *m, const struct maptable *t)
{
	const struct maptable_line *l;
	size_t i;

	for (i = 0; i < maptable_lines(t) && !m->no_memory; i++) {
		l = maptable_line(t, i);
		alias(m, &l->at, maptable_key(t, l), maptable_value(t, l), NULL,
		    0);
	}
}

/* is it one domain with an @ in front? */
static int
is_domain(struct slice v)
{
	size_t i;

	for (i = 1; i < v.n; i++)
		if (v.p[i] == '@' || v.p[i] == ',' || ascii_white(v.p[i]))
			return 0;
	return v.n > 1 && v.p[0] == '@';
}

/* does the address stay what it is, where its domain becomes another one? */
static int
stays(struct domainmap *d, struct slice key, struct slice value)
{
	const char *at = memchr(key.p, '@', key.n);

	return at != NULL && ascii_same(key.p, key.n, value.p, value.n) &&
	    domainmap_has(d,
		(struct slice){ at, (size_t)(key.p + key.n - at) });
}

/* a line that is neither an expression nor DOMAIN @DOMAIN */
static void
virtual_line(struct domainmap *d, const struct maptable *t,
    const struct maptable_line *l, const char *origin)
{
	struct slice key = maptable_key(t, l), value = maptable_value(t, l);
	int address = memchr(key.p, '@', key.n) != NULL;

	if (stays(d, key, value))
		import_left(d->import, IMPORT_ALIASES, &l->at, key,
		    "an address that stays while its domain becomes another");
	else if (!address && memchr(key.p, '.', key.n) != NULL)
		/* a domain that is here; its value says nothing */
		import_say(d->import, IMPORT_LOCAL, &l->at, key.p, key.n);
	else
		alias(d->import, &l->at, key, value,
		    origin != NULL ? origin
			: address  ? ""
				   : NULL,
		    1);
}

/* of an expression whose file stands in front of another one's: there it comes
 * first, and here aliases do */
static void
tell_order(struct import *m, const struct maptable *t)
{
	const struct maptable_line *l, *first = NULL;
	size_t i;

	for (i = 0; i < maptable_lines(t); i++) {
		l = maptable_line(t, i);
		if (l->kind == MAPTABLE_REGEX && first == NULL)
			first = l;
		if (l->kind == MAPTABLE_REGEX || first == NULL)
			continue;
		import_lefts(m, IMPORT_ROUTES, &first->at, l->at.file,
		    "expressions come before this file there, and here "
		    "behind it");
		return;
	}
}

void
aliasmap_virtual(struct import *m, const struct maptable *t, const char *origin)
{
	struct domainmap d = { .import = m };
	const struct maptable_line *l;
	struct slice key, value;
	size_t i;
	int domains;

	for (domains = 1; domains >= 0; domains--)
		for (i = 0; i < maptable_lines(t) && !m->no_memory; i++) {
			l = maptable_line(t, i);
			key = maptable_key(t, l);
			value = maptable_value(t, l);
			if (domains !=
			    (l->kind != MAPTABLE_REGEX && is_domain(key) &&
				is_domain(value)))
				continue;
			if (domains)
				domainmap_add(&d, &l->at, key, value);
			else if (l->kind == MAPTABLE_REGEX)
				domainmap_expression(&d, &l->at, key, value);
			else
				virtual_line(&d, t, l, origin);
		}
	domainmap_finish(&d);
	tell_order(m, t);
}
