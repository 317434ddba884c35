#include "fix/rules.h"
#include "format/envlines.h"
#include "mail/fixheader.h"
#include <stddef.h>
#include <string.h>
#include <strings.h>

int
fixrules_listed(struct slice list, const struct address *a)
{
	struct slice one;

	while (word_piece(&list, ',', &one))
		if (one.n > 0 && one.p[one.n - 1] != '@' &&
		    rulesearch_match(one, a))
			return 1;
	return 0;
}

/* is one of the recipients meant? */
static int
match_to(const struct fixrules_mail *m, struct slice pattern)
{
	const char *p, *end;
	char text[PARCEL_LINE_MAX];
	struct parcel_line l;
	struct address a;
	long n;

	if (m->env == NULL || buf_len(m->env) == 0)
		return 0;
	p = buf_data(m->env);
	for (end = p + buf_len(m->env);
	     p < end && parcel_next(&p, end, &l) == 1;)
		if (parcel_is(&l, "to") && (n = envlines_value(&l, text)) > 0 &&
		    address_set(&a, text, parcel_address(text, n)) == 0 &&
		    rulesearch_match(pattern, &a))
			return 1;
	return 0;
}

struct asked {
	const struct fixrules_mail *mail;
	struct rulesearch_who who;
};

static int
condition(void *arg, struct slice label, struct slice v)
{
	const struct asked *a = arg;
	const struct fixrules_mail *m = a->mail;
	int k;

	if (label.n == 0 || label.p[0] != '?')
		return RULESEARCH_ACTION;
	label.p++;
	label.n--;
	k = rulesearch_condition(&a->who, label, v);
	if (k != RULESEARCH_ACTION)
		return k;
	if (word_is(label, "to"))
		return match_to(m, v);
	if (word_is(label, "anybody"))
		return m->user.n > 0;
	if (word_is(label, "header"))
		return fixheader_has(m->header, m->header_len, v.p, v.n);
	if (word_is(label, "no-header"))
		return !fixheader_has(m->header, m->header_len, v.p, v.n);
	if (word_is(label, "from-aligned"))
		return m->aligned;
	if (word_is(label, "from-unaligned"))
		return m->unaligned;
	return -1;
}

static const char *const labels[FIXRULES_DOS] = {
	[FIXRULES_ADD] = "add",
	[FIXRULES_SET] = "set",
	[FIXRULES_DEFAULT] = "default",
	[FIXRULES_REMOVE] = "remove",
	[FIXRULES_MESSAGE_ID] = "message-id",
	[FIXRULES_TAG] = "tag",
	[FIXRULES_TENANT] = "tenant",
	[FIXRULES_PRIO] = "prio",
	[FIXRULES_KEY] = "set-key",
	[FIXRULES_RETURN_PATH] = "return-path",
	[FIXRULES_VERP] = "verp",
	[FIXRULES_RETURN_PATH_HEADER] = "return-path-header",
	[FIXRULES_LIST_UNSUBSCRIBE] = "list-unsubscribe",
	[FIXRULES_MAILTO] = "mailto",
	[FIXRULES_ONE_CLICK] = "one-click",
	[FIXRULES_FEEDBACK_ID] = "feedback-id",
	[FIXRULES_PIXEL] = "pixel",
	[FIXRULES_SEVEN_BIT] = "seven-bit",
	[FIXRULES_REJECT] = "reject",
	[FIXRULES_ALLOW_FROM] = "allow-from",
	[FIXRULES_CHECK_FROM] = "check-from",
};

/* 0, or -1 damaged */
static int
action(struct fixrules_rule *r, struct slice label, struct slice v)
{
	struct fixrules_action *a;
	unsigned i;
	char sep = '\0';

	for (i = 0; i < FIXRULES_DOS && !word_is(label, labels[i]); i++)
		;
	if (i == FIXRULES_DOS || r->n == RULES_FIELDS_MAX)
		return -1;
	a = &r->action[r->n++];
	a->what = (enum fixrules_do)i;
	a->name = (struct slice){ NULL, 0 };
	a->value = v;
	if (i == FIXRULES_ADD || i == FIXRULES_SET || i == FIXRULES_DEFAULT)
		sep = ':';
	else if (i == FIXRULES_TAG || i == FIXRULES_RETURN_PATH_HEADER)
		sep = '=';
	if (sep != '\0' &&
	    (!word_piece(&a->value, sep, &a->name) || a->value.p == NULL))
		return -1;
	return 0;
}

int
fixrules_find(const struct rulesearch *t, const struct lookup *l,
    const struct fixrules_mail *m, unsigned after, struct fixrules_rule *out)
{
	struct asked a = { m,
		{ NULL, m->from, m->tenant, m->user, m->tag, m->n_tag } };
	struct rulesearch_rule r;
	struct slice label, v;
	int k = rulesearch_find(t, l, &a.who, after, condition, &a, &r);

	if (k != 1)
		return k;
	out->line = r.line;
	out->n = 0;
	while ((k = rulesearch_field(&r.actions, &label, &v)) == 1)
		if (action(out, label, v) == -1)
			return -1;
	return k == 0 ? 1 : -1;
}
