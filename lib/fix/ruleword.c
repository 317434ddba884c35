#include "fix/ruleword.h"
#include "conf/template.h"
#include "mail/fixheader.h"
#include <string.h>

/* LABEL:VALUE as it stands in the record; NULL or what is wrong */
static const char *
put(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return rules_put(&d->rule, label, v, n);
}

/* conditions */

static const char *
add_to(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	struct address a;

	if (n == 1 && v[0] == '*')
		return NULL;
	return rules_pattern(&a, v, n) == 0
	    ? put(d, label, a.key, a.len)
	    : "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, USER@ or *";
}

static const char *
add_from(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	struct address a;

	if (n == 1 && v[0] == '*')
		return NULL;
	if (n == 2 && memcmp(v, "<>", 2) == 0) {
		rules_offer(&d->rule, 'F', "", 0);
		return put(d, label, v, n);
	}
	if (rules_pattern(&a, v, n) == -1)
		return "not a pattern: USER@DOMAIN, @DOMAIN, @.DOMAIN, "
		       "USER@, <> or *";
	rules_offer_pattern(&d->rule, "Feqv", &a);
	return put(d, label, a.key, a.len);
}

static const char *
add_exact(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	char kind = label[2] == 'e' ? 'n' : label[1] == 't' ? 'g' : 'o';

	if (kind == 'o' && n == 1 && v[0] == '*')
		return put(d, "?anybody", "", 0);
	return rules_put_exact(&d->rule, kind, label, v, n);
}

static int
pattern(const char *v, size_t n)
{
	return fixheader_name(v, n) && !(n == 1 && v[0] == '*');
}

static const char *
add_header(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return pattern(v, n) ? put(d, label, v, n) : "not a name of a field";
}

static const char *
add_bare(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return put(d, label, v, n);
}

/* actions */

/* a template, within what names have brought */
static const char *
add_template(struct ruleword_draft *d, const char *label, const char *v,
    size_t n)
{
	const char *fault = template_fault(v, n);

	if (n == 0)
		return "nothing behind the colon";
	return fault != NULL ? fault : put(d, label, v, n);
}

/* Name: template */
static const char *
add_field(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	const char *colon = memchr(v, ':', n);

	/* a * at the end would name many */
	if (colon == NULL || !fixheader_name(v, colon - v) || colon[-1] == '*')
		return "want \"Name: text\"";
	return add_template(d, label, v, n);
}

static const char *
add_tag(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	const char *eq = memchr(v, '=', n);

	if (eq == NULL || !word_name(v, eq - v))
		return "want NAME=TEXT, the name of letters, digits, - _ .";
	return add_template(d, label, v, n);
}

static const char *
add_prio(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return n == 1 && v[0] >= '0' && v[0] <= '9' ? put(d, label, v, n)
						    : "want 0 to 9";
}

static const char *
add_domain(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return word_domain(v, n) ? put(d, label, v, n) : "not a domain";
}

static const char *
add_path_header(struct ruleword_draft *d, const char *label, const char *v,
    size_t n)
{
	const char *eq = memchr(v, '=', n);
	struct slice rest, one;

	if (eq == NULL || !fixheader_name(v, eq - v))
		return "want NAME=DOMAIN,...";
	rest = (struct slice){ eq + 1, v + n - eq - 1 };
	while (word_piece(&rest, ',', &one)) {
		if (one.n > 1 && one.p[0] == '.') {
			one.p++;
			one.n--;
		}
		if (!word_domain(one.p, one.n))
			return "not a domain";
	}
	return put(d, label, v, n);
}

static int
begins(const char *v, size_t n, const char *with)
{
	return n > strlen(with) && memcmp(v, with, strlen(with)) == 0;
}

/* what may stand between < and > in a list */
static int
url_bytes(const char *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] <= ' ' || v[i] >= 0x7f ||
		    strchr("<>\"',\\`", v[i]) != NULL)
			return 0;
	return 1;
}

static const char *
add_url(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	if (!begins(v, n, "https://") && !begins(v, n, "mailto:"))
		return "want https://... or mailto:...";
	d->https = begins(v, n, "https://");
	return add_template(d, label, v, n);
}

static const char *
add_pixel(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	if (!begins(v, n, "https://"))
		return "want https://...";
	return add_template(d, label, v, n);
}

static const char *
add_mailto(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	if (d->last != FIXRULES_LIST_UNSUBSCRIBE)
		return "stands behind list-unsubscribe: only";
	if (!url_bytes(v, n))
		return "has bytes that no URL has";
	return add_template(d, label, v, n);
}

static const char *
add_one_click(struct ruleword_draft *d, const char *label, const char *v,
    size_t n)
{
	if ((d->last != FIXRULES_LIST_UNSUBSCRIBE &&
		d->last != FIXRULES_MAILTO) ||
	    !d->https)
		return "stands behind list-unsubscribe:https://... only";
	return put(d, label, v, n);
}

static const char *
add_verp(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	return d->last == FIXRULES_RETURN_PATH
	    ? put(d, label, v, n)
	    : "stands behind return-path: only";
}

static const char *
add_text(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i] < ' ' || v[i] >= 0x7f)
			return "wants printable ASCII";
	if (n == 0 || n > FIXRULES_TEXT_MAX)
		return "wants a text of 1 to 400 bytes";
	return put(d, label, v, n);
}

static const char *
add_list(struct ruleword_draft *d, const char *label, const char *v, size_t n)
{
	struct slice rest = { v, n }, one;
	struct address a;
	size_t dot;

	while (word_piece(&rest, ',', &one)) {
		if (address_set(&a, one.p, one.n) == -1 && a.key[0] != '@')
			return "want ADDRESS, @DOMAIN or @.DOMAIN";
		dot = a.user_len == 0 && a.domain[0] == '.';
		if (!word_domain(a.domain + dot, a.domain_len - dot))
			return "want ADDRESS, @DOMAIN or @.DOMAIN";
	}
	return put(d, label, v, n);
}

const struct ruleword ruleword_conditions[RULEWORD_CONDITIONS] = {
	{ "?from", 0, add_from },
	{ "?to", 0, add_to },
	{ "?tenant", 0, add_exact },
	{ "?tag", 0, add_exact },
	{ "?user", 0, add_exact },
	{ "?header", 0, add_header },
	{ "?no-header", 0, add_header },
	[RULEWORD_ALIGNED] = { "?from-aligned", 1, add_bare },
	[RULEWORD_UNALIGNED] = { "?from-unaligned", 1, add_bare },
};

const struct ruleword ruleword_actions[FIXRULES_DOS] = {
	[FIXRULES_ADD] = { "add", 0, add_field },
	[FIXRULES_SET] = { "set", 0, add_field },
	[FIXRULES_DEFAULT] = { "default", 0, add_field },
	[FIXRULES_REMOVE] = { "remove", 0, add_header },
	[FIXRULES_MESSAGE_ID] = { "message-id", 1, add_bare },
	[FIXRULES_TAG] = { "tag", 0, add_tag },
	[FIXRULES_TENANT] = { "tenant", 0, add_template },
	[FIXRULES_PRIO] = { "prio", 0, add_prio },
	[FIXRULES_KEY] = { "set-key", 0, add_template },
	[FIXRULES_RETURN_PATH] = { "return-path", 0, add_domain },
	[FIXRULES_VERP] = { "verp", 1, add_verp },
	[FIXRULES_RETURN_PATH_HEADER] = { "return-path-header", 0,
	    add_path_header },
	[FIXRULES_LIST_UNSUBSCRIBE] = { "list-unsubscribe", 0, add_url },
	[FIXRULES_MAILTO] = { "mailto", 0, add_mailto },
	[FIXRULES_ONE_CLICK] = { "one-click", 1, add_one_click },
	[FIXRULES_FEEDBACK_ID] = { "feedback-id", 0, add_template },
	[FIXRULES_PIXEL] = { "pixel", 0, add_pixel },
	[FIXRULES_SEVEN_BIT] = { "seven-bit", 1, add_bare },
	[FIXRULES_REJECT] = { "reject", 0, add_text },
	[FIXRULES_ALLOW_FROM] = { "allow-from", 0, add_list },
	[FIXRULES_CHECK_FROM] = { "check-from", 1, add_bare },
};
