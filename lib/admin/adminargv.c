#include "admin/adminargv.h"
#include "conf/word.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const kinds[] = { "id", "domain", "from", "to", "site",
	"provider", "state", "age", "tries", "n", "larger", "smaller", "reply",
	"failure", "tenant", "user", "tag", "uuid", "header", "subject", "via",
	"class" };

int
adminargv_selects(const char *name)
{
	if (strncmp(name, "not.", 4) == 0)
		name += 4;
	return ascii_which(kinds, sizeof kinds / sizeof *kinds, name,
		   strlen(name)) != -1;
}

int
adminargv_any(const struct adminparams *params)
{
	unsigned i;

	for (i = 0; i < params->n; i++)
		if (adminargv_selects(params->param[i].name))
			return 1;
	return adminparams_get(params, "all", 0) != NULL;
}

static int word(struct adminargv *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static int
word(struct adminargv *a, const char *fmt, ...)
{
	va_list ap;
	int r;

	if (a->n == ADMINARGV_MAX)
		return -1;
	va_start(ap, fmt);
	r = vasprintf(&a->argv[a->n], fmt, ap);
	va_end(ap);
	if (r == -1)
		return -1;
	a->argv[++a->n] = NULL;
	return 0;
}

/* who sees his own alone */
static int
put_own(struct adminargv *a, const struct adminplace *place)
{
	return place->tenant == NULL ? 0 : word(a, "tenant:%s", place->tenant);
}

static int
put_select(struct adminargv *a, const struct adminplace *place,
    const struct adminparams *params)
{
	const struct adminparam *p;
	unsigned i;
	int r = 0, not ;

	for (i = 0; i < params->n; i++) {
		p = &params->param[i];
		not = strncmp(p->name, "not.", 4) == 0;
		if (!adminargv_selects(p->name) ||
		    /* of several tenants one must agree: he has but one */
		    (place->tenant != NULL && strcmp(p->name, "tenant") == 0))
			continue;
		r |= word(a, "%s%s:%s", not ? "not:" : "",
		    p->name + (not ? 4 : 0), p->value);
	}
	if (adminparams_get(params, "all", 0) != NULL)
		r |= word(a, "all");
	r |= put_own(a, place);
	return r;
}

static int
put_logs(struct adminargv *a, const struct adminplace *place, int final)
{
	static const char tail[] = "-final";
	const char *const *l;
	size_t n;
	int r = 0;

	for (l = place->logs; *l != NULL; l++) {
		n = strlen(*l);
		if (!final ||
		    (n >= sizeof tail &&
			strcmp(*l + n - (sizeof tail - 1), tail) == 0))
			r |= word(a, "%s", *l);
	}
	return r;
}

static int
put_value(struct adminargv *a, const struct adminparams *params,
    const char *name)
{
	const char *v = adminparams_get(params, name, 0);

	return v == NULL ? 0 : word(a, "%s=%s", name, v);
}

static int
put_by(struct adminargv *a, const struct adminparams *params)
{
	const char *v;
	unsigned i;
	int r = 0;

	for (i = 0; (v = adminparams_get(params, "by", i)) != NULL; i++)
		if (word(a, "-b") == -1 || word(a, "%s", v) == -1)
			r = -1;
	return r;
}

static int
put_columns(struct adminargv *a, const struct adminparams *params)
{
	const char *v = adminparams_get(params, "columns", 0);

	if (v == NULL || strcmp(v, "state") == 0)
		return word(a, "-s");
	return strcmp(v, "tries") == 0 ? word(a, "-t") : 0;
}

/* a word of the template that is not itself */
static int
put_known(struct adminargv *a, const struct adminplace *place,
    const struct adminparams *params, struct slice w)
{
	const char *id = adminparams_get(params, "id", 0),
		   *to = adminparams_get(params, "to", 0);

	if (word_is(w, "@queue"))
		return word(a, "%s/queue", place->instance);
	if (word_is(w, "@conf"))
		return word(a, "%s/conf", place->instance);
	if (word_is(w, "@select"))
		return put_select(a, place, params);
	if (word_is(w, "@id"))
		return word(a, "id:%s", id) == -1 ? -1 : put_own(a, place);
	if (word_is(w, "@ID"))
		return word(a, "%s", id);
	if (word_is(w, "@to"))
		return to == NULL ? -1 : word(a, "%s", to);
	if (word_is(w, "@dry"))
		return adminparams_get(params, "dry-run", 0) == NULL
		    ? 0
		    : word(a, "-n");
	if (word_is(w, "@values"))
		return put_value(a, params, "for") == -1
		    ? -1
		    : put_value(a, params, "reason");
	if (word_is(w, "@by"))
		return put_by(a, params);
	if (word_is(w, "@columns"))
		return put_columns(a, params);
	return put_logs(a, place, word_is(w, "@final"));
}

int
adminargv_make(struct adminargv *a, const char *command,
    const struct adminplace *place, const struct adminparams *params)
{
	struct slice rest = { command, strlen(command) }, w;
	int r = 0;

	memset(a, 0, sizeof *a);
	while (r == 0 && word_piece(&rest, ' ', &w))
		r = w.p[0] == '@' ? put_known(a, place, params, w)
				  : word(a, "%.*s", (int)w.n, w.p);
	if (r != 0)
		adminargv_free(a);
	return r == 0 ? 0 : -1;
}

void
adminargv_free(struct adminargv *a)
{
	while (a->n > 0)
		free(a->argv[--a->n]);
}
