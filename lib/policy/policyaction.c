#include "policy/policyaction.h"
#include "base/ascii.h"
#include "mail/address.h"
#include "mail/header.h"
#include <string.h>

static const struct {
	const char *name, *log;
	enum policyaction_kind kind;
	unsigned code;
	const char *esc;
} actions[] = {
	{ "DUNNO", "pass", POLICYACTION_PASS, 0, "" },
	{ "OK", "pass", POLICYACTION_PASS, 0, "" },
	{ "REJECT", "reject", POLICYACTION_REFUSE, 554, "5.7.1" },
	{ "DEFER", "reject", POLICYACTION_REFUSE, 450, "4.7.1" },
	{ "DEFER_IF_PERMIT", "defer-if-permit", POLICYACTION_DEFER_IF_PERMIT,
	    450, "4.7.1" },
	{ "DEFER_IF_REJECT", "defer-if-reject", POLICYACTION_DEFER_IF_REJECT,
	    450, "4.7.1" },
	{ "PREPEND", "prepend", POLICYACTION_PREPEND, 0, "" },
	{ "HOLD", "hold", POLICYACTION_HOLD, 0, "" },
	{ "DISCARD", "discard", POLICYACTION_DISCARD, 0, "" },
	{ "REDIRECT", "redirect", POLICYACTION_REDIRECT, 0, "" },
	{ "BCC", "bcc", POLICYACTION_BCC, 0, "" },
	{ "WARN", "warn", POLICYACTION_WARN, 0, "" },
	{ "INFO", "info", POLICYACTION_INFO, 0, "" },
};
enum { ACTIONS = sizeof actions / sizeof *actions };

const char *
policyaction_word(enum policyaction_kind kind)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (actions[i].kind == kind)
			return actions[i].log;
	return "unknown";
}

/* CLASS.N.N at the beginning of the text is taken off it */
static void
take_esc(struct policyaction *a)
{
	const char *p = a->text.p;
	size_t n = 0, dots = 0, digits = 0;

	for (; n < a->text.n && (ascii_digit(p[n]) || p[n] == '.'); n++) {
		if (p[n] == '.' && (digits == 0 || ++dots > 2))
			return;
		digits = p[n] == '.' ? 0 : digits + 1;
		if (digits > 3)
			return;
	}
	if (dots != 2 || digits == 0 || n > POLICYACTION_ESC_MAX ||
	    p[1] != '.' || (unsigned)(p[0] - '0') != a->code / 100 ||
	    (n < a->text.n && p[n] != ' '))
		return;
	memcpy(a->esc, p, n);
	a->esc[n] = '\0';
	a->text = slice_trim((struct slice){ p + n, a->text.n - n });
}

/* 0, or 1: it is a number, and what that says stands in a */
static int
number(struct policyaction *a, struct slice word)
{
	size_t i;

	for (i = 0; i < word.n; i++)
		if (!ascii_digit(word.p[i]))
			return 0;
	a->kind = POLICYACTION_PASS;
	if (word.n != 3 || (word.p[0] != '4' && word.p[0] != '5'))
		return 1;
	a->kind = POLICYACTION_REFUSE;
	a->code = (unsigned)(word.p[0] - '0') * 100 +
	    (unsigned)(word.p[1] - '0') * 10 + (unsigned)(word.p[2] - '0');
	memcpy(a->esc, word.p[0] == '4' ? "4.7.1" : "5.7.1", 6);
	return 1;
}

/* what stands behind the word must be more than a text */
static int
fits(const struct policyaction *a)
{
	switch (a->kind) {
	case POLICYACTION_PREPEND:
		return a->text.n > 0 &&
		    header_fits(a->text.p, a->text.n, 1) == 1;
	case POLICYACTION_REDIRECT:
	case POLICYACTION_BCC: return address_valid(a->text.p, a->text.n);
	default: return 1;
	}
}

/* a word of the table */
static void
named(struct policyaction *a, struct slice word)
{
	size_t i = 0;

	while (i < ACTIONS && !ascii_is(word.p, word.n, actions[i].name))
		i++;
	if (i == ACTIONS)
		return;
	a->kind = actions[i].kind;
	a->code = actions[i].code;
	memcpy(a->esc, actions[i].esc, strlen(actions[i].esc) + 1);
	if (!fits(a))
		a->kind = POLICYACTION_UNKNOWN;
}

void
policyaction_read(struct policyaction *a, const char *p, size_t n)
{
	struct slice all = slice_trim((struct slice){ p, n }), word = all;

	memset(a, 0, sizeof *a);
	a->kind = POLICYACTION_UNKNOWN;
	for (word.n = 0; word.n < all.n && !ascii_white(all.p[word.n]);)
		word.n++;
	if (word.n == 0)
		return;
	a->text = slice_trim((struct slice){ all.p + word.n, all.n - word.n });
	if (!number(a, word))
		named(a, word);
	if (a->code != 0)
		take_esc(a);
}
