#include "recv/verifyaddr.h"
#include <stdio.h>
#include <string.h>

void
verifyaddr_open(struct verifyaddr_conf *c, const char *confdir,
    const char *maildirs, const char *me)
{
	softtable_open(&c->local, confdir, "local");
	rcpt_open(&c->rcpt, confdir, maildirs,
	    local_by_default(&c->by_default, me, softtable_lookup(&c->local)));
}

enum verifyaddr
verifyaddr_ask(struct verifyaddr_conf *c, const char *address, const char **why)
{
	const struct smtpin_reply *r =
	    rcpt_ask(&c->rcpt, (struct slice){ address, strlen(address) },
		(struct slice){ "", 0 });

	if (r == NULL)
		return VERIFYADDR_GOES;
	snprintf(c->text, sizeof c->text, "%s %s", r->esc, r->text);
	*why = c->text;
	return r->code >= 500 ? VERIFYADDR_NEVER : VERIFYADDR_LATER;
}

/* its steps come first, then what it has decided, then the hosts */
enum verifyaddr
verifyaddr_said(const char *out, size_t n)
{
	static const struct {
		const char *word;
		enum verifyaddr says;
	} lines[] = { { "bounced", VERIFYADDR_NEVER },
		{ "deferred", VERIFYADDR_LATER }, { "local", VERIFYADDR_GOES },
		{ "discard", VERIFYADDR_GOES }, { "mx", VERIFYADDR_GOES },
		{ "host", VERIFYADDR_GOES }, { "lmtp", VERIFYADDR_GOES } };
	enum verifyaddr v = VERIFYADDR_LATER;
	const char *p = out, *end = out + n, *e;
	size_t i, len;

	for (; p < end && (e = memchr(p, '\n', end - p)) != NULL; p = e + 1)
		for (i = 0; i < sizeof lines / sizeof *lines; i++) {
			len = strlen(lines[i].word);
			if ((size_t)(e - p) >= len &&
			    memcmp(p, lines[i].word, len) == 0 &&
			    (p[len] == ' ' || p[len] == '\n'))
				v = lines[i].says;
		}
	return v;
}
