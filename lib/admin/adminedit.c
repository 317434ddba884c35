#include "admin/adminask.h"
#include "admin/adminjob.h"
#include "base/die.h"
#include "format/jsontext.h"
#include <stdio.h>

/* a call about organisations, users and keys: account-check decides and does it */

static const struct {
	const char *param;
	enum accountwire_label label;
} edits[] = {
	{ "org", ACCOUNTWIRE_ORG },
	{ "name", ACCOUNTWIRE_NAME },
	{ "role", ACCOUNTWIRE_ROLE },
	{ "scopes", ACCOUNTWIRE_SCOPES },
	{ "senders", ACCOUNTWIRE_SENDERS },
	{ "clients", ACCOUNTWIRE_CLIENTS },
	{ "expires", ACCOUNTWIRE_EXPIRES },
	{ "rate", ACCOUNTWIRE_RATE },
	{ "tenant", ACCOUNTWIRE_TENANT },
	{ "state", ACCOUNTWIRE_STATE },
	{ "password", ACCOUNTWIRE_SECRET },
	{ "after", ACCOUNTWIRE_AFTER },
};

enum { LABELS = sizeof edits / sizeof *edits };

/* all values of a parameter, commas between; 0: it is not there */
static int
join(const struct adminparams *params, const char *name, struct buf *b)
{
	const char *v;
	unsigned i;

	for (i = 0; (v = adminparams_get(params, name, i)) != NULL; i++) {
		if (i > 0)
			needs(buf_putc(b, ','));
		needs(buf_puts(b, v));
	}
	return i > 0;
}

static void
ask(struct adminjob *j)
{
	struct accountwire_question q = j->cred.cred.q;
	struct buf value[LABELS] = { { 0 } };
	unsigned i;

	q.what = ACCOUNTWIRE_EDIT;
	q.value[ACCOUNTWIRE_ACT] =
	    (struct slice){ j->call->command, strlen(j->call->command) };
	for (i = 0; i < LABELS; i++)
		if (join(&j->params, edits[i].param, &value[i]))
			q.value[edits[i].label] = buf_len(&value[i]) == 0
			    ? (struct slice){ "", 0 }
			    : (struct slice){ buf_data(&value[i]),
				      buf_len(&value[i]) };
	if (adminask(j->account, &q, &j->who) == -1) {
		j->who.status = ACCOUNTWIRE_BAD;
		snprintf(j->who.text, sizeof j->who.text, "%s",
		    accountwire_fault(&q));
	}
	for (i = 0; i < LABELS; i++)
		buf_wipe(&value[i]);
}

static void
put_list(struct adminjob *j)
{
	struct buf *b = &j->answer.content;

	needs(buf_printf(b, "{\"items\":%s,\"next\":", j->who.json));
	if (j->who.next[0] == '\0')
		needs(buf_puts(b, "null"));
	else
		needs(jsontext_string(b, j->who.next, strlen(j->who.next)));
	needs(buf_puts(b, "}\n"));
}

void
adminjob_edit(struct adminjob *j)
{
	const char *act = strchr(j->call->command, '-') + 1;

	ask(j);
	if (adminjob_refused(j))
		return;
	if (strcmp(act, "add") == 0)
		j->answer.status = 201;
	if (strcmp(act, "list") == 0)
		put_list(j);
	else
		needs(buf_printf(&j->answer.content, "%s\n",
		    j->who.json[0] == '\0' ? "{}" : j->who.json));
}
