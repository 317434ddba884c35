/* edits as they stand on a command line */
#include "account/accountword.h"
#include "tap.h"

enum { WORDS = 12 };

/* want: labels and values as they are then, or "!" and why not */
static const struct {
	const char *line;
	int secret;
	const char *want;
} lines[] = {
	{ "org-add acme", 0, "act:org-add org:acme " },
	{ "org-add acme tenant=t senders=", 0,
	    "act:org-add org:acme senders: tenant:t " },
	{ "org-add", 0, "!it is not said of what" },
	{ "org-add acme b", 0,
	    "!a word that this act does not take, or twice" },
	{ "org-add acme state=off", 0,
	    "!a word that this act does not take, or twice" },
	{ "org-add acme tenant=a tenant=b", 0,
	    "!a word that this act does not take, or twice" },
	{ "org-add acme =b", 0,
	    "!a word that this act does not take, or twice" },
	{ "org-add a=b", 0, "act:org-add org:a=b " },
	{ "org-set acme state=off", 0, "act:org-set org:acme state:off " },
	{ "org-list", 0, "act:org-list " },
	{ "org-list acme", 0, "!a word that this act does not take, or twice" },
	{ "user-add acme ann user", 1,
	    "act:user-add org:acme name:ann role:user " },
	{ "user-add acme ann", 0, "!it is not said of what" },
	{ "user-set acme ann role=user state=on", 0,
	    "act:user-set org:acme name:ann role:user state:on " },
	{ "user-set acme ann name=bob", 0,
	    "!a word that this act does not take, or twice" },
	{ "user-list", 0, "act:user-list " },
	{ "user-list acme", 0, "act:user-list org:acme " },
	{ "key-add acme user scopes=send rate=5 name=ann clients=::1", 0,
	    "act:key-add org:acme name:ann role:user scopes:send "
	    "clients:::1 rate:5 " },
	{ "key-add acme user", 1, "!this act takes no password" },
	{ "key-revoke 00", 0, "act:key-revoke name:00 " },
	{ "key-list acme", 0, "act:key-list org:acme " },
	{ "org-adds acme", 0, "!there is no such act" },
	{ "", 0, "!there is no such act" },
};

static void
line(const char *text, int secret, const char *want)
{
	struct accountwire_question q = { .id = 0 };
	char copy[200], got[400] = "", *argv[WORDS], *p = copy;
	const char *fault;
	int i, n = 0;

	snprintf(copy, sizeof copy, "%s", text);
	do
		argv[n++] = strsep(&p, " ");
	while (p != NULL);
	argv[n] = NULL;
	fault = accountword_read(argv, secret, &q);
	if (fault != NULL)
		snprintf(got, sizeof got, "!%s", fault);
	for (i = 0; i < ACCOUNTWIRE_LABELS && fault == NULL; i++)
		if (q.value[i].p != NULL)
			snprintf(got + strlen(got), sizeof got - strlen(got),
			    "%s:%s ", accountwire_labels[i], q.value[i].p);
	is_str(got, want, text);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		line(lines[i].line, lines[i].secret, lines[i].want);
	return done();
}
