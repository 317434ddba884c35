#include "bounce/wordingkeys.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "conf/template.h"

enum { LANGUAGE_MAX = 35 }; /* RFC 5646 section 4.4.1 */

static const struct wordingkey keys[] = {
	{ "language", WORDINGKEY_PLAIN, 0 },
	{ "from", WORDINGKEY_PLAIN, 0 },
	{ "subject-failed", WORDINGKEY_LINE, 0 },
	{ "subject-delayed", WORDINGKEY_LINE, 0 },
	{ "subject-relayed", WORDINGKEY_LINE, 0 },
	{ "subject-delivered", WORDINGKEY_LINE, 0 },
	{ "subject-expanded", WORDINGKEY_LINE, 0 },
	{ "subject-double", WORDINGKEY_LINE, 0 },
	{ "subject-copy", WORDINGKEY_COPY, 0 },
	{ "several", WORDINGKEY_SEVERAL, 0 },
	{ "failed", WORDINGKEY_PARAGRAPH, 1 },
	{ "delayed", WORDINGKEY_PARAGRAPH, 1 },
	{ "relayed", WORDINGKEY_PARAGRAPH, 1 },
	{ "delivered", WORDINGKEY_PARAGRAPH, 1 },
	{ "expanded", WORDINGKEY_PARAGRAPH, 1 },
	{ "double", WORDINGKEY_PARAGRAPH, 1 },
	{ "copy", WORDINGKEY_PARAGRAPH, 0 },
	{ "expired", WORDINGKEY_RCPT, 0 },
	{ "said", WORDINGKEY_RCPT, 0 },
	{ "reason", WORDINGKEY_RCPT, 0 },
	{ "status", WORDINGKEY_RCPT, 0 },
	{ "more", WORDINGKEY_LINE, 0 },
	{ NULL, WORDINGKEY_PLAIN, 0 },
};

#define NAMES_BUT_RCPT \
	"me", "to", "count", "date", "arrival", "until", "date-iso", \
	    "arrival-iso", "until-iso", "message-id"
#define NAMES "rcpt", NAMES_BUT_RCPT
static const char *const none[] = { NULL },
			 *const of_report[] = { NAMES, NULL },
			 *const of_several[] = { NAMES_BUT_RCPT, NULL },
			 *const of_copy[] = { NAMES, "subject", NULL },
			 *const of_rcpt[] = { NAMES, "host", "text", "status",
				 NULL };
static const char *const *const names[] = {
	[WORDINGKEY_PLAIN] = none,
	[WORDINGKEY_LINE] = of_report,
	[WORDINGKEY_SEVERAL] = of_several,
	[WORDINGKEY_COPY] = of_copy,
	[WORDINGKEY_RCPT] = of_rcpt,
	[WORDINGKEY_PARAGRAPH] = of_report,
};

const struct wordingkey *
wordingkey_find(struct slice name)
{
	const struct wordingkey *k;

	for (k = keys; k->name != NULL; k++)
		if (word_is(name, k->name))
			return k;
	return NULL;
}

const struct wordingkey *
wordingkey_at(unsigned i)
{
	return keys[i].name == NULL ? NULL : &keys[i];
}

static int
is_language(struct slice s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!ascii_alnum(s.p[i]) && s.p[i] != '-')
			return 0;
	return s.n >= 2 && s.n <= LANGUAGE_MAX;
}

const char *
wordingkey_fault(const struct wordingkey *k, struct slice v)
{
	if (!utf8_printable(v.p, v.n))
		return "not UTF-8, or a control character";
	if (k == keys && !is_language(v))
		return "no language tag";
	if (k->form == WORDINGKEY_PARAGRAPH && k->rcpts &&
	    word_is(v, "%{rcpts}"))
		return NULL;
	if (template_names(v.p, v.n, "rcpts"))
		return "%{rcpts} stands alone, in a paragraph of its own";
	return template_fault_of(v.p, v.n, names[k->form]);
}
